"""Doorways of exam sessions: announcements for anybody, seats, the final list."""

from typing import Any

from chassis import clock, cursors, grants
from chassis.rpc import rpc
from services.requests.models import ExamSession
from services.requests.schemas import exam_papers, exams, inputs, paper
from services.requests.schemas import sessions as given
from services.requests.service.doorway import Doorway
from services.requests.store import bureau
from services.requests.store import exams as store
from services.requests.usecases import seats, sessions


class Examining(Doorway):
    """What examiners prepare, and what anybody may read of it."""

    @rpc
    def list_announcements(self, limit: Any = 25, cursor: Any = None) -> dict[str, Any]:
        """A page of what was announced, the latest exam first."""
        self.actor.require("announcement.read")
        size, after = cursors.check_limit(limit), given.after(cursor)
        with self.db.begin() as session:
            halls = store.list_announced(session, after, size + 1)
            return exams.page([exams.dump_announcement(hall) for hall in halls], size, halls)

    @rpc
    def get_announcement(self, session_id: str) -> dict[str, Any]:
        """One. Raises NotFound `exam.unknown`."""
        self.actor.require("announcement.read")
        with self.db.begin() as session:
            return exams.dump_announcement(store.get_announced(session, inputs.key(session_id)))

    @rpc
    def list_exam_sessions(self, state: Any = None, limit: Any = 25, cursor: Any = None) -> dict[str, Any]:
        """A page of all sessions, the latest exam first."""
        self.actor.require("exam.read")
        word, size, after = given.state(state), cursors.check_limit(limit), given.after(cursor)
        with self.db.begin() as session:
            halls = store.list_sessions(session, word, after, size + 1)
            shown = sessions.views(session, halls[:size])
            return exams.page([exams.dump_session(each, self.occasion()) for each in shown], size, halls)

    @rpc
    def get_exam_session(self, session_id: str) -> dict[str, Any]:
        """One with its counts. Raises NotFound `exam.unknown`."""
        self.actor.require("exam.read")
        with self.db.begin() as session:
            return self._dump(session, store.get_session(session, inputs.key(session_id)))

    @rpc
    def list_candidates(self, session_id: str, limit: Any = 25, cursor: Any = None) -> dict[str, Any]:
        """A page of everybody who was ever nominated, in order."""
        self.actor.require("exam.read")
        size, after = cursors.check_limit(limit), given.after_position(cursor)
        with self.db.begin() as session:
            hall = store.get_session(session, inputs.key(session_id))
            return exams.page_of_candidates(
                sessions.list_candidates(session, hall, after, size + 1), size, hall
            )

    @rpc
    def open_exam_session(self, **arguments: Any) -> dict[str, Any]:
        """A draft."""
        self.actor.require("exam.manage")
        form = given.opening(arguments)
        with self.db.once() as work:
            hall = sessions.open_session(work.session, form, self.occasion(), self._take_exam_serial)
            return work.done(self._dump(work.session, hall))

    def _take_exam_serial(self, prefix: str, year: int) -> int:
        with self.db.begin() as session:
            return bureau.take_serial(session, prefix, year)

    @rpc
    def change_exam_session(self, session_id: str, **arguments: Any) -> dict[str, Any]:
        """Other seats, another place, another date: whoever is in it is told."""
        self.actor.require("exam.manage")
        version, changes = given.change(arguments)
        with self.db.once() as work:
            key = inputs.key(session_id)
            hall = sessions.change_session(work.session, key, version, changes, self.occasion())
            return work.done(self._dump(work.session, hall))

    @rpc
    def publish_exam_session(self, session_id: str, version: Any = None) -> dict[str, Any]:
        """Announced."""
        self.actor.require("exam.manage")
        return self._step(sessions.publish, session_id, version)

    @rpc
    def close_exam_session(self, session_id: str, version: Any = None) -> dict[str, Any]:
        """The final list is fixed."""
        self.actor.require("exam.manage")
        return self._step(sessions.close, session_id, version)

    @rpc
    def cancel_exam_session(self, session_id: str, version: Any = None) -> dict[str, Any]:
        """It will not be held."""
        self.actor.require("exam.manage")
        return self._step(sessions.cancel, session_id, version)

    def _step(self, step: Any, session_id: str, version: Any) -> dict[str, Any]:
        seen, occasion = given.version(version), self.occasion()
        with self.db.once() as work:
            hall = step(work.session, inputs.key(session_id), seen, occasion)
            return work.done(self._dump(work.session, hall))

    @rpc
    def nominate(self, session_id: str, numbers: Any = None, version: Any = None) -> dict[str, Any]:
        """The first page of the candidates then."""
        self.actor.require("exam.manage")
        wanted, seen, size = given.wanted(numbers), given.version(version), cursors.MOST
        with self.db.once() as work:
            hall = seats.nominate(work.session, inputs.key(session_id), wanted, seen, self.occasion())
            work.session.flush()
            lines = sessions.list_candidates(work.session, hall, 0, size + 1)
            return work.done(exams.page_of_candidates(lines, size, hall))

    @rpc
    def order_exam_paper(self, session_id: str, kind: str) -> dict[str, Any]:
        """`{order}`: the attendance sheet or the final list, signed for documents."""
        self.actor.require("exam.read")
        word = given.sheet(kind)
        with self.db.begin() as session:
            hall, listed = sessions.get_listed(session, inputs.key(session_id))
            order = paper.make_order(word, exam_papers.SHEETS[word](hall, listed))
        until = clock.real_now() + paper.ORDER_TIME
        return {"order": grants.issue(self.config.GRANT_KEY, order, until)}

    def _dump(self, session: Any, hall: ExamSession) -> dict[str, Any]:
        return exams.dump_session(sessions.view(session, hall), self.occasion())
