"""The child that draws pages: `{path, folder, most}` → `{shown, count}`; the JPEGs are `folder`/1, 2 and so on."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from chassis.children import serve


def load() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Import what is heavy; what answers one question."""
    from services.documents.pages.drawing import draw_pages

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        shown, count = draw_pages(Path(question["path"]), Path(question["folder"]), question["most"])
        return {"shown": shown, "count": count}

    return answer


if __name__ == "__main__":
    serve(load)
