"""The child that draws papers: `{paper, data, portal_url, out}` → `{pages}`; the PDF is written to `out`."""

from collections.abc import Callable
from typing import Any

from chassis.children import serve


def load() -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Import what is heavy; what answers one question."""
    from services.documents.papers.drawing import Drawing

    drawing = Drawing()

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        pages = drawing.draw(
            question["paper"], question["data"], portal_url=question["portal_url"], out=question["out"]
        )
        return {"pages": pages}

    return answer


if __name__ == "__main__":
    serve(load)
