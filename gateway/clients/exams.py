"""Exam sessions: announcements for anybody, the hall for examiners. The requests service holds them."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.clients.bus import Bus

Page = dict[str, Any]  # {items, next}
Session = dict[str, Any]


class Exams:
    """What concerns a session; what concerns one request stands in Requests. Shapes are those of the API."""

    def __init__(self, bus: Bus):
        self._bus = bus

    def _ask(self, method: str, **arguments: Any) -> Any:
        return self._bus.ask("requests", method, **arguments)

    def list_announcements(self, **page: Any) -> Page:
        """limit, cursor."""
        return self._ask("list_announcements", **page)

    def get_announcement(self, session_id: str) -> Session:
        """Raises NotFound `exam.unknown`."""
        return self._ask("get_announcement", session_id=session_id)

    def list_sessions(self, **filters: Any) -> Page:
        """state, limit, cursor."""
        return self._ask("list_exam_sessions", **filters)

    def get_session(self, session_id: str) -> Session:
        """Raises NotFound `exam.unknown`."""
        return self._ask("get_exam_session", session_id=session_id)

    def list_candidates(self, session_id: str, **page: Any) -> Page:
        """In the order of the list; limit, cursor."""
        return self._ask("list_candidates", session_id=session_id, **page)

    def open_session(self, form: Mapping[str, Any]) -> Session:
        """form: broker_type, held_at, place_ar, place_en, seats, confirm_until."""
        return self._ask("open_exam_session", **form)

    def change_session(self, session_id: str, version: int, changes: Mapping[str, Any]) -> Session:
        """changes: held_at, place_ar, place_en, seats, confirm_until. A published one is moved: everyone is told."""
        return self._ask("change_exam_session", session_id=session_id, version=version, **changes)

    def publish(self, session_id: str, version: int | None = None) -> Session:
        """Announce it."""
        return self._ask("publish_exam_session", session_id=session_id, version=version)

    def nominate(
        self, session_id: str, numbers: Sequence[str] | None = None, version: int | None = None
    ) -> Page:
        """The candidates then; None takes all that are preliminarily approved."""
        chosen = None if numbers is None else list(numbers)
        return self._ask("nominate", session_id=session_id, numbers=chosen, version=version)

    def close(self, session_id: str, version: int | None = None) -> Session:
        """Fix the final list."""
        return self._ask("close_exam_session", session_id=session_id, version=version)

    def cancel(self, session_id: str, version: int | None = None) -> Session:
        """It will not be held."""
        return self._ask("cancel_exam_session", session_id=session_id, version=version)

    def record_attendance(self, session_id: str, code: str) -> dict[str, Any]:
        """The candidate whose slip has this code came to the hall."""
        return self._ask("record_attendance", session_id=session_id, code=code)

    def enter_results(self, session_id: str, results: Sequence[Mapping[str, Any]]) -> Session:
        """results: [{number, outcome, score}], everybody of the final list once."""
        return self._ask("enter_results", session_id=session_id, results=list(results))

    def import_results(self, session_id: str, text: str) -> Session:
        """As enter_results, from CSV: number, outcome, score."""
        return self._ask("import_results", session_id=session_id, text=text)

    def confirm_results(self, session_id: str, results: Sequence[Mapping[str, Any]]) -> Session:
        """Another examiner's own list; raises Conflict `exam.results_differ` naming the rows."""
        return self._ask("confirm_results", session_id=session_id, results=list(results))

    def publish_results(self, session_id: str, version: int | None = None) -> Session:
        """All at once; everybody is told his own."""
        return self._ask("publish_results", session_id=session_id, version=version)

    def order_paper(self, session_id: str, kind: str) -> str:
        """The signed order for attendance_sheet or final_list."""
        return self._ask("order_exam_paper", session_id=session_id, kind=kind)["order"]
