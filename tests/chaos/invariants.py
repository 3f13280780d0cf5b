"""What must hold when all is quiet again. Read from the databases, the store and the logs, not from our code."""

import base64
import hashlib
import json
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from chassis import audit
from deploy.local.stack import Stack
from tests.chaos.applicants import Submission
from tests.e2e.portal import Portal, path

SERVICES = ("identity", "requests", "licensing", "documents", "notifications")
QUIET_SECONDS = 60.0

# What may follow the approval, and what is told of each step: the agreement, written down once more.
IN_SESSION = re.compile(
    r"|(nominate|wait_list( offer_seat)?)( unseat| lapse| confirm_attendance( list( pass| fail| miss)?)?)?"
)
TOLD = {
    "submit": "request_submitted",
    "claim": "request_claimed",
    "return": "request_returned",
    "approve": "request_preliminarily_approved",
    "nominate": "candidate_nominated",
    "wait_list": "candidate_wait_listed",
    "offer_seat": "seat_offered",
    "confirm_attendance": "attendance_confirmed",
    "lapse": "request_lapsed",
    "list": "candidate_listed",
    "unseat": "candidate_not_seated",
    "pass": "exam_passed",
    "fail": "exam_failed",
    "miss": "exam_missed",
}


class Databases:
    """The five databases, read by their own roles."""

    def __init__(self, stack: Stack):
        self._engines = {n: create_engine(stack.environment(n)["DATABASE_URL"]) for n in SERVICES}

    def rows(self, service: str, statement: str, **values: Any) -> list[Any]:
        """The rows of a statement."""
        with self._engines[service].connect() as connection:
            return list(connection.execute(text(statement), values))

    def one(self, service: str, statement: str, **values: Any) -> Any:
        """The first column of the first row."""
        return self.rows(service, statement, **values)[0][0]

    def first_break(self, service: str) -> int | None:
        """Where the audit chain of a service breaks."""
        with Session(self._engines[service]) as session:
            return audit.first_break(session)


def restless(databases: Databases) -> dict[str, int]:
    """What is still on its way, by name; empty when quiet."""
    found = {f"{s} outbox": databases.one(s, "SELECT count(*) FROM outbox") for s in SERVICES}
    found |= {
        f"{s} unsealed": databases.one(s, "SELECT count(*) FROM audit_entry WHERE n IS NULL")
        for s in SERVICES
    }
    found["deliveries"] = databases.one(
        "notifications", "SELECT count(*) FROM delivery WHERE state NOT IN ('sent', 'failed', 'gave_up')"
    )
    found["uploads"] = databases.one(
        "documents", "SELECT count(*) FROM upload WHERE state IN ('uploaded', 'scanning')"
    )
    return {name: count for name, count in found.items() if count}


def waiting_messages(stack: Stack) -> dict[str, int]:
    """Messages in the broker's queues."""
    url = f"{stack.rabbitmq.http_url}/api/queues/portal"
    queues = requests.get(url, auth=stack.rabbitmq.operator, timeout=10).json()
    return {q["name"]: q.get("messages", 0) for q in queues if q.get("messages", 0)}


def wait_for_quiet(stack: Stack, databases: Databases) -> list[str]:
    """Nothing, or what was still on its way after the time."""
    began = time.monotonic()
    deadline = began + QUIET_SECONDS
    left: dict[str, int] = {"unknown": 1}
    while time.monotonic() < deadline:
        try:
            left = {**restless(databases), **waiting_messages(stack)}
        except Exception as error:
            left = {type(error).__name__: 1}
        if not left:
            print(f"  quiet {time.monotonic() - began:.0f} s after the last answer", flush=True)
            return []
        time.sleep(1)
    waiting = databases.rows(
        "notifications",
        "SELECT state, error, attempts, round(extract(epoch FROM next_at - now())) AS seconds, count(*)"
        " FROM delivery WHERE state NOT IN ('sent', 'failed', 'gave_up') GROUP BY 1, 2, 3, 4",
    )
    return [f"not quiet after {QUIET_SECONDS:.0f} s: {left}; {[tuple(row) for row in waiting]}"]


def broken(stack: Stack, portal: Portal, submissions: list[Submission]) -> list[str]:
    """Every promise that was broken, in words."""
    databases = Databases(stack)
    faults = wait_for_quiet(stack, databases)
    for submission in submissions:
        if submission.is_answered:
            faults += _of_submission(portal, databases, submission)
    faults += _of_tables(databases, submissions)
    return faults


def _of_submission(portal: Portal, databases: Databases, submission: Submission) -> list[str]:
    number, token = submission.number, submission.person.token
    request = portal.call("GET", path({"number": number}), token=token)
    faults = []
    actions = [step["action"] for step in request["status_history"]]
    known, tail = actions[: len(submission.steps) + 1], " ".join(actions[len(submission.steps) + 1 :])
    if known != ["open", *submission.steps] or not IN_SESSION.fullmatch(tail):
        faults.append(f"{number}: history {actions} after {submission.steps}")
    if submission.outcome and request["status"] != submission.outcome:
        faults.append(f"{number}: {request['status']} instead of {submission.outcome}")
    kept = {file["id"] for slot in request["documents"] for file in slot["files"]}
    if kept != set(submission.files):
        faults.append(f"{number}: documents {kept} instead of {set(submission.files)}")
    for document_id, digest in submission.files.items():
        headers = {"Authorization": f"Bearer {token}"}
        content = requests.get(
            f"{portal.url}/api/v1/documents/{document_id}/content", headers=headers, timeout=20
        )
        if hashlib.sha256(content.content).hexdigest() != digest:
            faults.append(f"{number}: document {document_id} is not what was sent")
    return faults + _of_notices(portal, submission, actions)


def _of_notices(portal: Portal, submission: Submission, actions: list[str]) -> list[str]:
    number, faults = submission.number, []
    notices = [n for n in portal.notices(submission.person.token) if n["number"] == number]
    kinds = Counter(notice["kind"] for notice in notices)
    wanted = Counter(TOLD[action] for action in actions if action in TOLD)
    if kinds != wanted:
        faults.append(f"{number}: notices {dict(kinds)} instead of {dict(wanted)}")
    mails = [m for m in portal.catcher.messages(submission.person.email) if number in m["text"]]
    if not mails:
        faults.append(f"{number}: no mail")
    return faults


def _of_tables(databases: Databases, submissions: list[Submission]) -> list[str]:
    faults = []
    for service in SERVICES:
        if (at := databases.first_break(service)) is not None:
            faults.append(f"{service}: the audit chain breaks at {at}")
        for row in databases.rows(service, "SELECT queue, reason, body FROM parked_message"):
            name = json.loads(base64.b64decode(row.body)).get("name", "?")
            faults.append(f"{service}: parked {name} in {row.queue}: {row.reason}")
    ids = [s.person.civil_id for s in submissions]
    doubles = databases.rows(
        "requests",
        "SELECT civil_id, count(*) FROM service_request WHERE civil_id = ANY(:ids) GROUP BY 1 HAVING count(*) > 1",
        ids=ids,
    )
    faults += [f"{count} requests of one applicant" for _civil_id, count in doubles]
    crowded = databases.rows(
        "requests",
        "SELECT s.number FROM exam_session s JOIN candidate c ON c.session_id = s.id AND c.seat IS NOT NULL"
        " GROUP BY s.id HAVING count(*) > s.seats",
    )
    return faults + [f"{row.number} has more candidates than seats" for row in crowded]


def leaks(log_folder: Path, submissions: list[Submission]) -> list[str]:
    """Personal data and secrets that stand in a log of ours."""
    planted = {
        word
        for s in submissions
        for word in (s.person.civil_id, s.person.email, s.person.mobile, s.person.password, s.person.token)
        if word
    }
    found = []
    for name in (*SERVICES, "gateway"):
        for log in log_folder.glob(f"{name}*.log"):
            content = log.read_text(errors="replace")
            found += [f"{log.name} holds {word[:4]}…" for word in planted if word in content]
    return found
