"""What stands on the pages that are looked at: people, requests in several states, links and their codes."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2

from tests.e2e.portal import Portal, Refused, new_key, path
from tests.factories.people import Person

RESET_LINK = re.compile(r"/password-resets/[\w-]+")


@dataclass
class Stage:
    """Addresses by name, as rows use them in braces, and who may sign in by role."""

    addresses: dict[str, str] = field(default_factory=dict)
    people: dict[str, dict[str, str]] = field(default_factory=dict)

    def address(self, template: str) -> str:
        """`/requests/{draft}` with its number."""
        return template.format(**self.addresses)


def build(portal: Portal, accounts: dict[str, Any]) -> Stage:
    """Everything through the API, as people would do it."""
    staff = ("reviewer", "supervisor", "examiner")
    stage = Stage(people={role: accounts[role] for role in (*staff, "general_user")})
    reviewer = portal.sign_in(accounts["reviewer"])
    _requests(portal, stage, reviewer)
    _corrections(portal, stage, reviewer)
    _exams(portal, stage, reviewer, portal.sign_in(accounts["examiner"]))
    returning = portal.newcomer()
    stage.people["returning"] = {"email": returning.email, "password": returning.password}
    stage.addresses["verification"] = _unverified(portal)
    stage.addresses["reset"] = _reset_link(portal)
    return stage


def change_terms(database_url: str, email: str) -> None:
    """Somebody accepted an older version: there is only one so far, and no way to publish another."""
    connection = psycopg2.connect(database_url.replace("+psycopg2", ""))
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE terms_acceptance SET version = '0' WHERE account_id = (SELECT id FROM account WHERE email = %s)",
            (email,),
        )
        assert cursor.rowcount == 1
    connection.close()


def _requests(portal: Portal, stage: Stage, reviewer: str) -> None:
    """One in each state; the candidate of the rows has a draft with documents, an applicant a request under review."""
    candidate = portal.newcomer()
    stage.people["candidate"] = {"email": candidate.email, "password": candidate.password}
    ready = portal.open_exam(candidate)
    portal.upload_required(candidate, ready)
    opened = portal.call(
        "POST", "/requests", {"service_type": "broker_exam"}, token=candidate.token, key=new_key(), wanted=201
    )
    applicant = portal.newcomer()
    stage.people["applicant"] = {"email": applicant.email, "password": applicant.password}
    claimed = portal.submitted_exam(applicant)
    _decide(portal, reviewer, claimed, "")
    portal.catcher.wait(applicant.email, channel="email", matching=claimed["number"])
    approved, rejected = (portal.submitted_exam(portal.newcomer()) for _ in range(2))
    _decide(portal, reviewer, approved, "approve")
    _decide(portal, reviewer, rejected, "reject")
    waiting = portal.submitted_exam(portal.newcomer())
    found = {"ready": ready, "draft": opened, "claimed": claimed, "approved": approved, "rejected": rejected}
    for name, request in {**found, "waiting": waiting}.items():
        stage.addresses[name] = request["number"].replace("/", "-")


def _corrections(portal: Portal, stage: Stage, reviewer: str) -> None:
    """One that waits for its applicant, one that was sent again."""
    marks = [{"field": "address", "reason_code": "wrong_value"}, {"slot": "photo", "note": "الصورة قديمة"}]
    for name in ("returned", "corrected"):
        person = portal.newcomer()
        request = portal.submitted_exam(person)
        _decide(portal, reviewer, request, "")
        office = f"/office{path(request)}"
        portal.call("POST", f"{office}/return", {"items": marks}, token=reviewer, key=new_key())
        stage.addresses[name] = request["number"].replace("/", "-")
        if name == "returned":
            stage.people["corrector"] = {"email": person.email, "password": person.password}
        else:
            version = portal.call("GET", path(request), token=person.token)["version"]
            change = {"fields": {"address": "السالمية، قطعة 4"}, "version": version}
            portal.call("PATCH", path(request), change, token=person.token)
            portal.submit(person, request)


def _exams(portal: Portal, stage: Stage, reviewer: str, examiner: str) -> None:
    """One in preparation, one that was announced and has a candidate who is asked to confirm."""
    sessions = "/office/exam-sessions"
    for name, days in (("prepared", 60), ("announced", 40)):
        form = {
            "broker_type": "general_broker", "place_ar": "قاعة التدريب", "place_en": "Training hall", "seats": 20,
            "held_at": (datetime.now(UTC) + timedelta(days=days)).isoformat(),
        }  # fmt: skip
        opened = portal.call("POST", sessions, form, token=examiner, key=new_key(), wanted=201)
        stage.addresses[name] = opened["id"]
    nominee = portal.newcomer()
    stage.people["nominee"] = {"email": nominee.email, "password": nominee.password}
    request = portal.submitted_exam(nominee)
    _decide(portal, reviewer, request, "approve")
    stage.addresses["nominated"] = request["number"].replace("/", "-")
    numbers = {"numbers": [request["number"]]}
    for step, body in (("publish", {}), ("nominate", numbers)):
        portal.call("POST", f"{sessions}/{opened['id']}/{step}", body, token=examiner, key=new_key())


def _decide(portal: Portal, reviewer: str, request: dict[str, Any], decision: str) -> None:
    office = f"/office{path(request)}"
    claimed = portal.call("POST", f"{office}/claim", {}, token=reviewer, key=new_key())
    portal.call(
        "POST",
        f"{office}/notes",
        {"text": "تمت مطابقة الاسم مع البطاقة المدنية."},
        token=reviewer,
        wanted=201,
    )
    if decision:
        version = portal.call("GET", office, token=reviewer)["version"]
        body = {"version": version, "reason_code": "documents_unreadable"} if decision == "reject" else {}
        portal.call("POST", f"{office}/{decision}", {"version": version, **body}, token=reviewer)
    assert claimed["status"] == "under_review"


def _unverified(portal: Portal) -> str:
    person = Person()
    portal.register(person)
    body = {"email": person.email, "password": person.password, "mobile": person.mobile}
    try:
        portal.call("POST", "/sessions", body)
    except Refused as refused:
        return refused.problem["verification_id"]
    raise AssertionError("an account that was not verified could sign in")


def _reset_link(portal: Portal) -> str:
    person = portal.newcomer()
    portal.call("POST", "/password-resets", {"email": person.email}, wanted=202)
    message = portal.catcher.wait(person.email, channel="email", matching=RESET_LINK.pattern)
    found = RESET_LINK.search(message["text"])
    assert found
    return found.group().removeprefix("/password-resets/")
