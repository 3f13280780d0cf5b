"""What a file is, whatever its name says; what is two things at once; what is broken."""

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from services.documents.inspection import images, kinds, pdfs
from services.documents.inspection.child import load
from tests.factories import files

ALL = ["application/pdf", "image/jpeg", "image/png", "image/heic"]
MAX_PIXELS = 2_000_000


@pytest.fixture(name="look")
def _look(tmp_path: Path):
    answer = load()

    def look(content: bytes, allowed: list[str] = ALL) -> tuple[str | None, str | None]:
        path = tmp_path / "file"
        path.write_bytes(content)
        question = {"path": str(path), "rendition": str(tmp_path / "shown"), "content_types": allowed}
        reply = answer({**question, "max_pixels": MAX_PIXELS})
        return reply["code"], reply["content_type"]

    return look


def shown(tmp_path: Path) -> Image.Image:
    return Image.open(tmp_path / "shown")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (files.pdf(), "application/pdf"),
        (files.image("JPEG"), "image/jpeg"),
        (files.image("PNG"), "image/png"),
        (files.image("HEIF"), "image/heic"),
    ],
)
def test_good_files_are_known_by_their_content(look, content, kind):
    assert look(content) == (None, kind)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!doctype html><script>alert(1)</script>", None),
        (b"MZ\x90\x00" + bytes(100), "application/x-msdownload"),
        (b"plain text", None),
        (files.image("GIF"), "image/gif"),
        (files.image("TIFF"), "image/tiff"),
        (b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(50), "image/avif"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42" + bytes(50), None),
    ],
)
def test_other_files_are_not_taken(look, content, kind):
    assert look(content) == ("document.wrong_type", kind)


def test_a_photo_slot_takes_no_pdf(look):
    assert look(files.pdf(), ["image/jpeg", "image/png"])[0] == "document.wrong_type"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("run.js", "alert(1)")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF",
        files.pdf() + zipped(),
        files.image("JPEG") + zipped(),
        files.image("PNG") + zipped(),
        files.image("HEIF") + zipped(),
        files.image("JPEG") + zipped() + b"\xff\xd9",
        files.image("PNG") + b"Rar!\x1a\x07\x01\x00" + bytes(40),
        files.image("JPEG", comment=files.pdf()[:300]),
        files.image("PNG") + files.pdf(),
        files.image("JPEG", comment=b"<html><body onload=alert(1)>"),
        b"GIF89a" + files.pdf(),
    ],
    ids=lambda content: repr(content[:12]),
)
def test_files_that_are_two_things_are_not_taken(look, content):
    assert look(content)[0] == "document.wrong_type"


def test_a_motion_photo_is_still_a_photo(look):
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(5000)
    assert look(files.image("JPEG") + film) == (None, "image/jpeg")


def test_an_encrypted_pdf_is_named_as_such(look):
    assert look(files.pdf(password="secret")) == ("document.encrypted", "application/pdf")
    assert look(files.pdf(owner_password="secret")) == ("document.encrypted", "application/pdf")


@pytest.mark.parametrize(
    "content",
    [
        files.pdf()[:-200],
        files.pdf()[:100],
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + bytes(5000) + b"%%EOF",
        files.pdf(pages=0),
        files.pdf().replace(b"/MediaBox", b"/MediaBux"),
    ],
    ids=["cut", "head only", "empty", "zeros", "no pages", "no size"],
)
def test_a_damaged_pdf_is_refused(look, content):
    assert look(content) == ("document.damaged", "application/pdf")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "HEIF"])
def test_a_cut_image_is_refused(look, form):
    whole = files.image(form, size=(400, 300), noise=True)
    assert look(whole[: len(whole) // 2])[0] == "document.damaged"


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(look, tmp_path):
    assert look(files.flat_png(1500, 1500)) == ("document.too_large", "image/png")
    assert look(files.flat_png(30_000, 30_000)) == ("document.too_large", "image/png")
    assert not (tmp_path / "shown").exists()
    assert look(files.flat_png(1400, 1400)) == (None, "image/png")


def test_what_is_shown_is_drawn_anew_without_the_originals_words(look, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # a phone held upright
    exif[0x010F] = "owner of the phone"
    content = files.image("JPEG", size=(600, 400), comment=b"a secret", exif=exif)
    assert look(content) == (None, "image/jpeg")
    assert shown(tmp_path).size == (400, 600)
    raw = (tmp_path / "shown").read_bytes()
    assert b"secret" not in raw
    assert b"owner" not in raw
    assert b"Exif" not in raw


def test_a_heic_is_shown_as_a_jpeg_of_a_bounded_size(look, tmp_path, monkeypatch):
    monkeypatch.setattr(images, "SHOWN_SIDE", 100)
    assert look(files.image("HEIF", size=(400, 300))) == (None, "image/heic")
    assert shown(tmp_path).format == "JPEG"
    assert shown(tmp_path).size == (100, 75)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_can_be_shown(look, tmp_path, mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert look(files.image(form, mode=mode))[0] is None
    assert shown(tmp_path).mode == "RGB"


def test_16_bit_grey_is_scaled_not_cut(look, tmp_path):
    out = io.BytesIO()
    Image.new("I;16", (10, 10), 32768).save(out, "PNG")
    assert look(out.getvalue())[0] is None
    low, high = shown(tmp_path).convert("L").getextrema()
    assert (low, high) == pytest.approx((128, 128), abs=2)


def test_a_transparent_signature_is_shown_on_white(look, tmp_path):
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    assert look(out.getvalue())[0] is None
    assert shown(tmp_path).getpixel((5, 5)) == (255, 255, 255)


def test_a_pdf_of_very_many_pages_is_refused(look, monkeypatch):
    monkeypatch.setattr(pdfs, "MOST_PAGES", 20)
    assert look(files.pdf(pages=20)) == (None, "application/pdf")
    assert look(files.pdf(pages=21))[0] == "document.damaged"


def test_a_zip_is_known_by_its_end_even_with_a_comment():
    tail = bytes(500) + b"PK\x05\x06" + bytes(16) + (5).to_bytes(2, "little") + b"hello"
    assert kinds.is_polyglot(b"", tail, "image/heic")
    assert not kinds.is_polyglot(b"", tail + b"!", "image/heic")


def test_random_bytes_of_a_pdf_are_not_judged(look):
    noise = zlib.compress(bytes(range(256)) * 400, 0) + b"PK\x03\x04MZ\x90\x00"
    assert look(files.pdf(attachment=noise)) == (None, "application/pdf")
