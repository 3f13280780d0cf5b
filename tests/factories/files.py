"""Files for tests: good ones, and some that are made to be refused."""

import io
import zlib
from typing import Any

from PIL import Image
from pillow_heif import register_heif_opener
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject, StreamObject

register_heif_opener()


def pdf(
    pages: int = 1,
    *,
    password: str | None = None,
    owner_password: str | None = None,
    stream: bytes | None = None,
    attachment: bytes | None = None,
) -> bytes:
    """A PDF. `stream` is put in as the raw bytes of a page that say they are deflated."""
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(200, 200)
        contents: Any = DecodedStreamObject()
        contents.set_data(b"BT ET")
        if stream is not None:
            contents = StreamObject()
            contents._data = stream
            contents[NameObject("/Filter")] = NameObject("/FlateDecode")
        page[NameObject("/Contents")] = writer._add_object(contents)
    if attachment is not None:
        writer.add_attachment("data.bin", attachment)
    if password or owner_password:
        writer.encrypt(password or "", owner_password or password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def image(
    form: str,
    *,
    size: tuple[int, int] = (60, 40),
    mode: str = "RGB",
    noise: bool = False,
    **options: Any,
) -> bytes:
    """An image in one of Pillow's formats."""
    picture = Image.effect_noise(size, 80).convert(mode) if noise else Image.new(mode, size)
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def flat_png(width: int, height: int) -> bytes:
    """A PNG of one colour and one bit, built without holding its pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def deflate_bomb(megabytes: int) -> bytes:
    """So many megabytes of zeros, deflated twice as a PDF stream with two filters unpacks them."""
    packer = zlib.compressobj(9)
    block = bytes(1024 * 1024)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
