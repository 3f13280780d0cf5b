"""Images are decoded whole, within limits, and drawn anew as a JPEG for showing: only pixels survive that."""

from pathlib import Path

from PIL import Image, ImageFile, ImageOps
from pillow_heif import register_heif_opener

register_heif_opener(thumbnails=False)
Image.MAX_IMAGE_PIXELS = None  # we look at the size ourselves, before anything is decoded

_FORMATS = {"image/jpeg": ("JPEG",), "image/png": ("PNG",), "image/heic": ("HEIF",)}
SHOWN_SIDE = 2000  # pixels of the longer side of what is shown
_QUALITY = 82


def look_at_image(path: Path, content_type: str, max_pixels: int, rendition: Path) -> str | None:
    """None, or the refusal code. Writes the JPEG for showing to `rendition`, without any metadata."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # other libraries switch it on for the whole process
    try:
        image = Image.open(path, formats=_FORMATS[content_type])
        if image.width * image.height > max_pixels:
            return "document.too_large"
        image.load()
    except MemoryError:
        raise
    except Exception:  # decoders of broken files fail in every way there is
        return "document.damaged"
    with image:
        _draw(image, rendition)
    return None


def _draw(image: Image.Image, rendition: Path) -> None:
    if image.mode.startswith("I;16"):  # 16-bit grey: Pillow would cut it off instead of scaling it
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
    ImageOps.exif_transpose(image, in_place=True)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer.getchannel("A"))
    image = image.convert("RGB")
    image.info = {}  # comments and profiles of the original
    image.save(rendition, "JPEG", quality=_QUALITY)
