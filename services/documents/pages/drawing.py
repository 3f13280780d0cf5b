"""Pages of a PDF drawn as JPEG. Only pixels of a bounded number survive it: no links, no scripts, no words."""

from pathlib import Path

import pypdfium2 as pdfium

WIDTH = 1400  # pixels of a page as it is shown
MOST_HEIGHT = 4000  # a page that is longer for its width is drawn narrower
_QUALITY = 75


def draw_pages(path: Path, folder: Path, most: int) -> tuple[int, int]:
    """Draws the first `most` pages to `folder`/1, 2 and so on. How many were drawn, and how many there are.

    Raises PdfiumError. What a form was filled with is drawn too. A picture has its name once it is whole.
    """
    document = pdfium.PdfDocument(path)
    try:
        document.init_forms()
        count = len(document)
        drawn = min(count, most)
        for number in range(drawn):
            _draw(document[number], folder / str(number + 1))
        return drawn, count
    finally:
        document.close()


def _draw(page: pdfium.PdfPage, target: Path) -> None:
    width, height = page.get_size()
    bitmap = page.render(scale=min(WIDTH / width, MOST_HEIGHT / height))
    try:
        unfinished = target.with_suffix(".part")
        bitmap.to_pil().convert("RGB").save(unfinished, "JPEG", quality=_QUALITY)
        unfinished.rename(target)
    finally:
        bitmap.close()
        page.close()
