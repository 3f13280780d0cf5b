"""The Bureau's side of the exam through the API: officers, examiners, the clock that a demo can move."""

import io
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import requests
from pypdf import PdfReader

from tests.e2e.portal import Portal, new_key, path
from tests.factories.people import Person

Session = dict[str, Any]
KUWAIT = ZoneInfo("Asia/Kuwait")
CODE_LENGTH = 11  # of the attendance code: 64 bits in base62


@dataclass
class Hall:
    """Staff of one portal, signed in."""

    portal: Portal
    reviewer: str
    examiner: str
    second: str

    @classmethod
    def of(cls, portal: Portal, accounts: Mapping[str, dict[str, str]]) -> "Hall":
        """Signed in from the demo accounts."""
        names = ("reviewer", "examiner", "examiner_2")
        return cls(portal, *(portal.sign_in(accounts[name]) for name in names))

    # ------------------------------------------------------------------------------------------ the clock

    def now(self) -> datetime:
        """The business moment."""
        return datetime.fromisoformat(
            self.portal.http.get(f"{self.portal.url}/demo/clock", timeout=15).json()["at"]
        )

    def move(self, to: datetime) -> None:
        """Move the business clock; what was due in between has happened then."""
        body = {"at": to.astimezone(UTC).isoformat()}
        answer = self.portal.http.post(f"{self.portal.url}/demo/clock", json=body, timeout=30)
        assert answer.status_code == 200, answer.text

    # ----------------------------------------------------------------------------------------- the officer

    def office(self, request: Mapping[str, Any], step: str, body: Any = None, **options: Any) -> Any:
        """One step of the reviewer on a request."""
        token = options.pop("token", self.reviewer)
        target = f"/office{path(dict(request))}/{step}"
        return self.portal.call("POST", target, body or {}, token=token, key=new_key(), **options)

    def approved(self, person: Person) -> dict[str, Any]:
        """A request that was sent, taken up and approved preliminarily."""
        request = self.portal.submitted_exam(person)
        self.office(request, "claim")
        return self.office(request, "approve")

    # ---------------------------------------------------------------------------------------- the examiners

    def announced(self, *, seats: int, days: int = 14) -> Session:
        """A session in so many days, announced."""
        held_at = (self.now() + timedelta(days=days)).replace(hour=6, minute=0, second=0, microsecond=0)
        form = {
            "broker_type": "general_broker",
            "held_at": held_at.isoformat(),
            "place_ar": "قاعة التدريب، مبنى الإدارة العامة",
            "place_en": "Training hall, headquarters",
            "seats": seats,
            "confirm_until": (held_at - timedelta(days=5)).isoformat(),
        }
        session = self.portal.call(
            "POST", "/office/exam-sessions", form, token=self.examiner, key=new_key(), wanted=201
        )
        assert session["state"] == "draft"
        return self.step(session, "publish")

    def step(
        self, session: Session, name: str, body: Any = None, *, method: str = "POST", **options: Any
    ) -> Any:
        """One step of an examiner on a session."""
        token = options.pop("token", self.examiner)
        target = f"/office/exam-sessions/{session['id']}/{name}"
        return self.portal.call(method, target, body or {}, token=token, key=new_key(), **options)

    def read(self, session: Session) -> Session:
        """The session now."""
        return self.portal.call("GET", f"/office/exam-sessions/{session['id']}", token=self.examiner)

    def candidates(self, session: Session) -> list[dict[str, Any]]:
        """Everybody in the session."""
        target = f"/office/exam-sessions/{session['id']}/candidates"
        return self.portal.call("GET", target, token=self.examiner, limit=100)["items"]

    def enter(self, session: Session, results: Sequence[Mapping[str, Any]], **options: Any) -> Any:
        """The first examiner's list."""
        body = {"results": list(results)}
        return self.step(session, "results", body, method="PUT", **options)

    def confirm(self, session: Session, results: Sequence[Mapping[str, Any]], **options: Any) -> Any:
        """The second examiner's list."""
        options.setdefault("token", self.second)
        return self.step(session, "results/confirm", {"results": list(results)}, **options)

    def code_of(self, person: Person, number: str) -> str:
        """The attendance code that stands on the candidate's slip."""
        token = person.token or self.portal.login(person)
        content = fetch_paper(self.portal, f"{path({'number': number})}/admission-slip.pdf", token)
        text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
        found = re.search(rf"\b[0-9A-Za-z]{{{CODE_LENGTH}}}\b", text)
        assert found, text
        return found.group()


def fetch_paper(portal: Portal, target: str, token: str) -> bytes:
    """A paper is made when it is asked for first: 503 with Retry-After until it is there."""
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(20):
        answer = requests.get(f"{portal.url}/api/v1{target}", headers=headers, timeout=20)
        if answer.status_code != 503:
            break
        assert answer.json()["code"] == "paper.being_made"
        assert int(answer.headers["Retry-After"]) >= 1
        time.sleep(1)
    assert answer.status_code == 200, answer.text[:300]
    return answer.content


def status_of(portal: Portal, person: Person, request: Mapping[str, Any]) -> str:
    """The status as its applicant sees it."""
    return portal.call("GET", path(dict(request)), token=person.token)["status"]


def confirm_attendance(portal: Portal, person: Person, request: Mapping[str, Any], wanted: int = 200) -> Any:
    """The candidate will come."""
    target = f"{path(dict(request))}/confirm-attendance"
    return portal.call("POST", target, {}, token=person.token, key=new_key(), wanted=wanted)


def results_of(
    requests: Iterable[Mapping[str, Any]], outcome: str, score: int | None
) -> list[dict[str, Any]]:
    """The same result for each."""
    return [{"number": request["number"], "outcome": outcome, "score": score} for request in requests]
