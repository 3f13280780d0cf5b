"""The exam hall of a test: its examiners, who was approved, sessions on fixed days, the job of the deadlines."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from chassis.actor import Actor, system
from chassis.clock import KUWAIT
from tests.service.requests.conftest import Bureau, Hands, applicant, officer


def at(text: str) -> datetime:
    """A moment in Kuwait: `2026-12-10 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=KUWAIT)


NOW = at("2026-11-22 09:00")  # a Sunday
HELD_AT = at("2026-12-10 09:00")  # a Thursday
DEADLINE = at("2026-12-07 14:30")
LAST = at("2026-12-10 00:00")
PLACE = {"place_ar": "قاعة التدريب", "place_en": "Training hall"}
A_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Sitter:
    """Somebody with a request that was approved preliminarily."""

    person: Actor
    number: str


class Hall:
    """What examiners and candidates do, through the doorways."""

    def __init__(self, bureau: Bureau, hands: Hands):
        self.bureau, self.hands = bureau, hands
        self.examiner, self.second = officer("examiner"), officer("examiner")
        self.door = bureau.door(self.examiner)
        hands.set(NOW)

    # ------------------------------------------------------------------------------------- candidates

    def approved(self, count: int = 1, **fields: Any) -> list[Sitter]:
        """So many, in the order of their approval."""
        return [self._approve(applicant(), fields) for _ in range(count)]

    def _approve(self, person: Actor, fields: dict[str, Any]) -> Sitter:
        clerk = officer()
        number = self.bureau.sent(person, **fields)
        for step in ("claim", "approve"):
            done = getattr(self.bureau.door(clerk), step)(number)
        assert done["status"] == "preliminarily_approved"
        self.hands.pass_by(seconds=1)
        return Sitter(person, number)

    def of(self, sitter: Sitter) -> Any:
        """The candidate's own doorways."""
        return self.bureau.door(sitter.person)

    def seen(self, sitter: Sitter) -> dict[str, Any]:
        """The request as the candidate sees it."""
        return self.of(sitter).get_request(sitter.number)

    def status(self, sitter: Sitter) -> str:
        """Where the request is."""
        return self.seen(sitter)["status"]

    def statuses(self, sitters: list[Sitter]) -> list[str]:
        """Where the requests are."""
        return [self.status(each) for each in sitters]

    def confirm(self, *sitters: Sitter) -> None:
        """They will come."""
        for each in sitters:
            assert self.of(each).confirm_attendance(each.number)["status"] == "attendance_confirmed"

    def told(self, sitter: Sitter) -> list[str]:
        """The short names of the news about the request since its approval."""
        names = [news["name"].removeprefix("requests.") for news in self.bureau.news(sitter.number)]
        return names[names.index("request_preliminarily_approved") + 1 :]

    def last_news(self, sitter: Sitter) -> dict[str, Any]:
        """What was told last about the request."""
        return self.bureau.news(sitter.number)[-1]

    # --------------------------------------------------------------------------------------- sessions

    def draft(self, **form: Any) -> dict[str, Any]:
        """A session that nobody knows of."""
        given = {"broker_type": "general_broker", "held_at": HELD_AT.isoformat(), "seats": 5, **PLACE}
        return self.door.open_exam_session(**{**given, **form})

    def published(self, **form: Any) -> str:
        """The id of a session that was announced."""
        session_id = self.draft(**form)["id"]
        assert self.door.publish_exam_session(session_id)["state"] == "published"
        return session_id

    def nominated(self, count: int, **form: Any) -> tuple[str, list[Sitter]]:
        """A session that was announced, and who was nominated for it."""
        sitters = self.approved(count)
        session_id = self.published(**form)
        self.door.nominate(session_id)
        return session_id, sitters

    def closed(self, count: int, **form: Any) -> tuple[str, list[Sitter]]:
        """A session with a final list of so many."""
        session_id, sitters = self.nominated(count, **form)
        self.confirm(*sitters)
        assert self.door.close_exam_session(session_id)["state"] == "closed"
        return session_id, sitters

    def session(self, session_id: str) -> dict[str, Any]:
        """The session as an examiner sees it."""
        return self.door.get_exam_session(session_id)

    def change(self, session_id: str, **changes: Any) -> dict[str, Any]:
        """Change it as it is now."""
        version = self.session(session_id)["version"]
        return self.door.change_exam_session(session_id, version=version, **changes)

    def lines(self, session_id: str) -> list[dict[str, Any]]:
        """The first page of its candidates."""
        return self.door.list_candidates(session_id)["items"]

    def work_off(self) -> int:
        """Run the job of the deadlines; the number of sessions."""
        return self.bureau.work_off("due_halls", "look_at_hall")

    def look_at(self, session_id: str) -> None:
        """The job on one session, due or not."""
        door = self.bureau.door(system("requests"))
        with door.db.begin() as session:
            door.look_at_hall(session, session_id)

    def code(self, sitter: Sitter) -> str:
        """What stands on the admission slip."""
        return self.slip(sitter)["attendance_code"]

    def slip(self, sitter: Sitter) -> dict[str, Any]:
        """What documents is ordered to print."""
        return ordered(self.of(sitter).order_paper(sitter.number, kind="admission_slip"))["data"]


def ordered(answer: dict[str, str]) -> dict[str, Any]:
    """What an order says: `{paper, key, data}`."""
    body = answer["order"].partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def results(*outcomes: tuple[Sitter, str, int | None]) -> list[dict[str, Any]]:
    """A list of results."""
    return [{"number": who.number, "outcome": outcome, "score": score} for who, outcome, score in outcomes]


@pytest.fixture
def hall(bureau: Bureau, hands: Hands) -> Hall:
    """An exam hall on 22 November 2026."""
    return Hall(bureau, hands)
