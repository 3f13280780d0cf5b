"""Doorways of the day of the exam and after: confirmation, attendance, results; and the deadlines' job."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from chassis.jobs import Job
from chassis.rpc import rpc
from services.requests.schemas import details, exams, inputs
from services.requests.schemas import sessions as given
from services.requests.service.doorway import Doorway
from services.requests.usecases import reading, results, seats, sessions


class Grading(Doorway):
    """Who comes, who came, what came of it."""

    exam_deadlines = Job("exam_deadlines", every=timedelta(seconds=20))

    @exam_deadlines.due
    def due_halls(self, session: Session, limit: int) -> list[str]:
        """Ids of sessions with a deadline that has come."""
        return seats.due_halls(session, limit, self.occasion())

    @exam_deadlines.apply
    def look_at_hall(self, session: Session, session_id: Any) -> None:
        """Seats that were not confirmed go to the next."""
        seats.look_at(session, session_id, self.occasion())

    @rpc
    def confirm_attendance(self, number: str, version: Any = None) -> dict[str, Any]:
        """The candidate will come."""
        self.actor.require("exam.confirm")
        seen, occasion = inputs.step(version), self.occasion()
        with self.db.once() as work:
            request = seats.confirm(work.session, inputs.key(number), seen, occasion)
            found = reading.details(work.session, request, occasion)
            return work.done(details.dump_request(found, occasion))

    @rpc
    def record_attendance(self, session_id: str, code: Any) -> dict[str, Any]:
        """The candidate, who is in the hall."""
        self.actor.require("exam.manage")
        text, occasion = given.code(code), self.occasion()
        with self.db.once() as work:
            pair = results.record_attendance(work.session, inputs.key(session_id), text, occasion)
            return work.done(exams.dump_candidate(pair, sessions.hall_of(work.session, pair)))

    @rpc
    def enter_results(self, session_id: str, results: Any) -> dict[str, Any]:
        """One examiner's list."""
        self.actor.require("exam.grade")
        return self._grade(_enter, session_id, given.results(results))

    @rpc
    def import_results(self, session_id: str, text: Any) -> dict[str, Any]:
        """One examiner's list, from CSV."""
        self.actor.require("exam.grade")
        return self._grade(_enter, session_id, given.results_of_text(text))

    @rpc
    def confirm_results(self, session_id: str, results: Any) -> dict[str, Any]:
        """Another examiner's own list."""
        self.actor.require("exam.grade")
        return self._grade(_confirm, session_id, given.results(results))

    @rpc
    def publish_results(self, session_id: str, version: Any = None) -> dict[str, Any]:
        """All at once."""
        self.actor.require("exam.grade")
        return self._grade(_publish, session_id, given.version(version))

    def _grade(self, step: Callable[..., Any], session_id: str, *rows: Any) -> dict[str, Any]:
        occasion = self.occasion()
        with self.db.once() as work:
            hall = step(work.session, inputs.key(session_id), *rows, occasion)
            return work.done(exams.dump_session(sessions.view(work.session, hall), occasion))


# The doorways' argument on the wire has the name of the module.
_enter, _confirm, _publish = results.enter, results.confirm, results.publish
