"""The Bureau while everything is killed: it reviews, returns, approves, holds the exam, publishes the results."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from tests.chaos.applicants import Applicants, Submission
from tests.chaos.patient import Patient
from tests.e2e.portal import new_key, path

RETURNED = 0.2  # the share that has to be corrected
MISSED = 0.1  # the share of nominees that never confirms
OUTCOMES = ("passed", "passed", "failed", "absent")


class Bureau:
    """Officers and examiners of one portal."""

    def __init__(self, patient: Patient, tokens: dict[str, str], seed: int):
        self._patient, self._tokens = patient, tokens
        self._chance = random.Random(seed)

    def review_all(self, submissions: list[Submission], applicants: Applicants, threads: int = 6) -> None:
        """Every request is decided; some come back corrected first."""
        marked = {s.number for s in submissions if self._chance.random() < RETURNED}

        def review(submission: Submission) -> None:
            with self._patient.noting(f"review of {submission.number}"):
                self._review(submission, applicants, is_marked=submission.number in marked)

        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(review, submissions))

    def _review(self, submission: Submission, applicants: Applicants, *, is_marked: bool) -> None:
        self._step(submission, "claim")
        if is_marked:
            marks = {"items": [{"field": "address", "reason_code": "wrong_value"}]}
            self._step(submission, "return", marks)
            applicants.correct(submission)
            self._step(submission, "claim")
        self._step(submission, "approve")

    def _step(self, submission: Submission, name: str, body: Any = None) -> None:
        target = f"/office{path({'number': submission.number})}/{name}"
        self._patient.call(self._tokens["reviewer"], "POST", target, body or {}, key=new_key())
        submission.steps.append(name)

    def hold_exam(self, submissions: list[Submission]) -> None:
        """Two thirds get a seat; who misses the confirmation makes room; everybody on the list gets a result."""
        with self._patient.noting("the exam"):
            session = self._announce(seats=max(1, len(submissions) * 2 // 3))
            self._examine(session, "nominate", {"numbers": [s.number for s in submissions]})
            by_number = {s.number: s for s in submissions}
            self._confirm_all(session, by_number, missed=MISSED)
            confirm_until = datetime.fromisoformat(session["confirm_until"])
            self._patient.move_clock((confirm_until + timedelta(minutes=1)).isoformat())
            self._confirm_all(session, by_number, missed=0)
            held_at = datetime.fromisoformat(session["held_at"])
            self._patient.move_clock((held_at + timedelta(hours=3)).isoformat())
            self._publish_results(session, by_number)

    def _announce(self, seats: int) -> dict[str, Any]:
        at = self._patient.clock()
        held_at = (at + timedelta(days=14)).replace(hour=6, minute=0, second=0, microsecond=0)
        form = {
            "broker_type": "general_broker",
            "held_at": held_at.isoformat(),
            "place_ar": "قاعة التدريب",
            "place_en": "Training hall",
            "seats": seats,
            "confirm_until": (held_at - timedelta(days=5)).isoformat(),
        }
        target = "/office/exam-sessions"
        session = self._patient.call(self._tokens["examiner"], "POST", target, form, key=new_key())
        return self._examine(session, "publish")

    def _confirm_all(
        self, session: dict[str, Any], by_number: dict[str, Submission], *, missed: float
    ) -> None:
        nominated = [c["number"] for c in self._candidates(session) if c["status"] == "nominated"]
        coming = [number for number in nominated if self._chance.random() >= missed]

        def confirm(number: str) -> None:
            with self._patient.noting(f"confirmation of {number}"):
                target = f"{path({'number': number})}/confirm-attendance"
                token = by_number[number].person.token
                self._patient.call(token, "POST", target, {}, key=new_key())

        with ThreadPoolExecutor(10) as pool:
            list(pool.map(confirm, coming))

    def _publish_results(self, session: dict[str, Any], by_number: dict[str, Submission]) -> None:
        listed = [c["number"] for c in self._candidates(session) if c["status"] == "on_final_list"]
        results = []
        for number in listed:
            outcome = self._chance.choice(OUTCOMES)
            by_number[number].outcome = outcome
            score = None if outcome == "absent" else self._chance.randrange(100)
            results.append({"number": number, "outcome": outcome, "score": score})
        target = f"/office/exam-sessions/{session['id']}/results"
        self._patient.call(self._tokens["examiner"], "PUT", target, {"results": results})
        confirmed = {"results": results}
        self._patient.call(self._tokens["examiner_2"], "POST", f"{target}/confirm", confirmed, key=new_key())
        self._examine(session, "publish-results")

    def _examine(self, session: dict[str, Any], name: str, body: Any = None) -> dict[str, Any]:
        target = f"/office/exam-sessions/{session['id']}/{name}"
        return self._patient.call(self._tokens["examiner"], "POST", target, body or {}, key=new_key())

    def _candidates(self, session: dict[str, Any]) -> list[dict[str, Any]]:
        items, cursor = [], ""
        while True:
            target = f"/office/exam-sessions/{session['id']}/candidates?limit=100{cursor}"
            page = self._patient.call(self._tokens["examiner"], "GET", target)
            items += page["items"]
            if page["next"] is None:
                return items
            cursor = f"&cursor={page['next']}"
