"""Applicants who do not give up, and what each was promised."""

import hashlib
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.chaos.patient import TRY_FOR, Patient
from tests.e2e.portal import Portal, new_key, path, send_to_store
from tests.factories.people import Person, pdf, photo


@dataclass
class Submission:
    """What one applicant was promised."""

    person: Person
    number: str = ""
    files: dict[str, str] = field(default_factory=dict)  # document id: sha256
    is_answered: bool = False
    steps: list[str] = field(default_factory=list)  # the actions that were answered, in order
    outcome: str = ""  # of the exam, as it was published


@dataclass(frozen=True)
class File:
    """A file for one slot."""

    slot: str
    name: str
    content_type: str
    content: bytes

    def announced(self) -> dict[str, Any]:
        """What is said of it before it is sent."""
        return {
            "slot": self.slot,
            "name": self.slot,
            "filename": self.name,
            "content_type": self.content_type,
            "size": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
        }


class Applicants:
    """Drives many submissions and remembers every answer."""

    def __init__(self, portal: Portal, patient: Patient, seed: int):
        self._portal, self._patient = portal, patient
        self._chance = random.Random(seed)

    def prepare(self, count: int) -> list[Person]:
        """So many verified candidates, signed in."""
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda _n: self._portal.newcomer(), range(count)))

    def submit_all(self, people: list[Person], threads: int = 10) -> list[Submission]:
        """Each applies once."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(self._submit, people))

    def _submit(self, person: Person) -> Submission:
        submission = Submission(person)
        with self._patient.noting(person.email):
            self._apply(person, submission)
        return submission

    def _apply(self, person: Person, submission: Submission) -> None:
        body = {"service_type": "broker_exam", "broker_type": "general_broker"}
        request = self._patient.call(person.token, "POST", "/requests", body, key=new_key())
        submission.number = request["number"]
        self._save(person, request, person.exam_fields())
        for slot, content, name, kind in (
            ("civil_id_copy", pdf(person.email), "id.pdf", "application/pdf"),
            ("photo", photo(self._chance.randrange(256)), "photo.jpg", "image/jpeg"),
        ):
            file = File(slot, name, kind, content)
            document_id = self._upload(person, request, file)
            submission.files[document_id] = hashlib.sha256(content).hexdigest()
        key = new_key()
        if self._chance.random() < 0.2:  # a double click
            twin = threading.Thread(target=self._call_quietly, args=(person, f"{path(request)}/submit", key))
            twin.start()
        answer = self._patient.call(person.token, "POST", f"{path(request)}/submit", {}, key=key)
        submission.is_answered = answer["status"] == "submitted"
        submission.steps.append("submit")

    def correct(self, submission: Submission) -> None:
        """Mend the address that was marked, and send it again."""
        request = self._patient.call(submission.person.token, "GET", path({"number": submission.number}))
        self._save(submission.person, request, {"address": "السالمية، قطعة 4"})
        target = f"{path(request)}/submit"
        self._patient.call(submission.person.token, "POST", target, {}, key=new_key())
        submission.steps.append("submit")

    def _save(self, person: Person, request: dict[str, Any], fields: dict[str, Any]) -> None:
        while True:
            body = {"fields": fields, "version": request["version"]}
            answer = self._patient.call(person.token, "PATCH", path(request), body, accept=(409,))
            if answer.get("code") != "conflict.stale":
                return
            request = self._patient.call(person.token, "GET", path(request))  # an earlier try had got through

    def _upload(self, person: Person, request: dict[str, Any], file: "File") -> str:
        started = self._patient.call(
            person.token, "POST", f"{path(request)}/documents", file.announced(), key=new_key()
        )
        self._send(started["upload"], file)
        document = f"/documents/{started['id']}"
        self._patient.call(person.token, "POST", f"{document}/complete", {}, key=new_key())
        deadline = time.monotonic() + TRY_FOR
        while time.monotonic() < deadline:
            state = self._patient.call(person.token, "GET", document)["state"]
            if state == "clean":
                return started["id"]
            if state == "refused":
                raise AssertionError(f"{file.slot} was refused")
            time.sleep(0.3)
        raise AssertionError(f"{file.slot} was never checked")

    def _send(self, upload: dict[str, Any], file: "File") -> None:
        deadline = time.monotonic() + TRY_FOR
        while True:
            try:
                send_to_store(upload, file.content, file.name, file.content_type)
                return
            except (requests.RequestException, AssertionError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def _call_quietly(self, person: Person, target: str, key: str) -> None:
        headers = {"Authorization": f"Bearer {person.token}", "Idempotency-Key": key}
        try:
            requests.post(f"{self._portal.url}/api/v1{target}", json={}, headers=headers, timeout=20)
        except requests.RequestException:
            pass
