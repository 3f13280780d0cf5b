"""Files for tests: good ones, and some that are made to be refused."""

import io
import zlib
from typing import Any

from PIL import Image
from pillow_heif import register_heif_opener
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

register_heif_opener()


def pdf(
    pages: int = 1,
    *,
    password: str | None = None,
    owner_password: str | None = None,
    attachment: bytes | None = None,
) -> bytes:
    """A PDF of empty pages; with a password, or with an attachment in it."""
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(200, 200)
        contents = DecodedStreamObject()
        contents.set_data(b"BT ET")
        page[NameObject("/Contents")] = writer._add_object(contents)
    if attachment is not None:
        writer.add_attachment("data.bin", attachment)
    if password or owner_password:
        writer.encrypt(password or "", owner_password or password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def drawn_pdf(contents: list[str], *, box: str = "0 0 200 200") -> bytes:
    """A PDF whose pages have these contents, each of the size of `box`."""
    kids = " ".join(f"{3 + 2 * at} 0 R" for at in range(len(contents)))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>"]
    for text in contents:
        at = len(objects) + 1
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents {at + 1} 0 R>>")
        objects.append(f"<</Length {len(text)}>>stream\n{text}\nendstream")
    return _written([each.encode() for each in objects])


def filled_form(appearance: str) -> bytes:
    """A PDF form of one field, 100 by 40 in the middle of the page, that looks like this."""
    field = "<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(x)/F 4/P 3 0 R/Rect[50 80 150 120]/AP<</N 5 0 R>>>>"
    objects = [
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Annots[4 0 R]>>",
        field,
        f"<</Type/XObject/Subtype/Form/BBox[0 0 100 40]/Length {len(appearance)}>>"
        f"stream\n{appearance}\nendstream",
    ]
    return _written([each.encode() for each in objects])


def endless_pdf(depth: int = 9, times: int = 30, *, before: int = 0) -> bytes:
    """A small PDF that takes years to draw: each form on its page draws the next one many times.

    So many empty pages stand `before` that page.
    """
    calls = b"/X Do " * times
    kids, page = b"".join(b"%d 0 R " % (3 + at) for at in range(before + 1)), 3 + before
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, before + 1),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"] * before,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents %d 0 R/Resources<</XObject<</X %d 0 R>>>>>>"
        % (page + 1, page + 2),
        b"<</Length %d>>stream\n%b\nendstream" % (len(calls), calls),
    ]
    for level in range(depth):
        text = calls if level < depth - 1 else b"0 0 m 200 200 l 0 200 200 0 90 90 c S " * times
        following = b"/Resources<</XObject<</X %d 0 R>>>>" % (page + 3 + level) if level < depth - 1 else b""
        head = b"<</Type/XObject/Subtype/Form/BBox[0 0 200 200]%b/Length %d>>" % (following, len(text))
        objects.append(head + b"stream\n%b\nendstream" % text)
    return _written(objects)


def _written(objects: list[bytes]) -> bytes:
    body, offsets = b"%PDF-1.7\n", []
    for number, text in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, rows, size, len(body))
    )


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


def colour(picture: Image.Image, x: int, y: int) -> bytes:
    """Red, green and blue of one pixel."""
    at = (y * picture.width + x) * 3
    return picture.convert("RGB").tobytes()[at : at + 3]


def flat_png(width: int, height: int) -> bytes:
    """A PNG of one colour and one bit, built without holding its pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def pdf_bomb(megabytes: int) -> bytes:
    """A small PDF whose page tree lies in an object stream that unpacks to so many megabytes."""
    packer = zlib.compressobj(9)
    first = b"2 0 "
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    block = b" " * (1024 * 1024)
    packed = packer.compress(first + tree) + b"".join(packer.compress(block) for _ in range(megabytes))
    packed += packer.flush()
    body = b"%PDF-1.5\n"
    offsets = {}
    for number, text in (
        (1, b"<</Type/Catalog/Pages 2 0 R>>"),
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"),
        (
            4,
            b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream"
            % (len(packed), packed),
        ),
    ):
        offsets[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    return body + _xref_stream(len(body), offsets)


def _xref_stream(start: int, offsets: dict[int, int]) -> bytes:
    rows = [(0, 0, 255), (1, offsets[1], 0), (2, 4, 0), (1, offsets[3], 0), (1, offsets[4], 0), (1, start, 0)]
    data = b"".join(bytes([kind]) + value.to_bytes(4, "big") + bytes([last]) for kind, value, last in rows)
    head = b"<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>" % len(data)
    return b"5 0 obj\n%b\nstream\n%b\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (head, data, start)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def jpeg_bomb(scans: int = 3000) -> bytes:
    """Half a megabyte that a decoder works on for minutes: a lawful image whose last scan comes again and again."""
    raw = image("JPEG", size=(7900, 7900), mode="L", progressive=True, quality=50)
    last = raw[raw.rfind(b"\xff\xda") : -2]
    return raw[:-2] + last * scans + b"\xff\xd9"
