"""The child that looks into uploads: `{path, content_types, max_pixels, rendition}` → `{code, content_type}`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from chassis.children import serve


def load() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Import what is heavy; what answers one question."""
    from services.documents.inspection import images, kinds, pdfs

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        path, rendition = Path(question["path"]), Path(question["rendition"])
        head, tail = _ends(path, kinds.HEAD, kinds.TAIL)
        content_type = kinds.real_type(head)
        if content_type is None or content_type not in question["content_types"]:
            return {"code": "document.wrong_type", "content_type": content_type}
        if kinds.is_polyglot(head, tail, content_type):
            return {"code": "document.wrong_type", "content_type": content_type}
        if content_type == "application/pdf":
            code = pdfs.look_at_pdf(path)
        else:
            code = images.look_at_image(path, content_type, question["max_pixels"], rendition)
        return {"code": code, "content_type": content_type}

    return answer


def _ends(path: Path, head: int, tail: int) -> tuple[bytes, bytes]:
    with path.open("rb") as file:
        first = file.read(head)
        size = file.seek(0, 2)
        file.seek(max(0, size - tail))
        return first, file.read()


if __name__ == "__main__":
    serve(load)
