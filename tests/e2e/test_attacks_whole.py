"""Races, planted fields, and what must not be in any log of the run: this module comes after the other attacks."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from deploy.local.stack import Stack
from tests.e2e.markup import MARK
from tests.e2e.portal import Portal, new_key, path
from tests.e2e.visitors import Program, connection

# ------------------------------------------------------------------------------------------ 20 races


def test_approving_against_withdrawing_has_one_end(stack: Stack, own: Portal, officer: str) -> None:
    def race(_: int) -> None:
        portal = Portal(stack.gateway_url, stack.catcher_url)
        portal.http = connection()
        person = portal.newcomer()
        request = portal.submitted_exam(person)
        claimed = portal.call("POST", f"/office{path(request)}/claim", {}, token=officer)
        programs = {
            "approve": Program(stack.gateway_url, officer),
            "withdraw": Program(stack.gateway_url, person.token),
        }

        def act(name: str) -> int:
            at = f"/office{path(request)}/approve" if name == "approve" else f"{path(request)}/withdraw"
            body = {"version": claimed["version"]}
            return programs[name].call("POST", at, body, headers={"Idempotency-Key": new_key()}).status_code

        with ThreadPoolExecutor(2) as pair:
            got = dict(zip(programs, pair.map(act, programs), strict=True))
        assert sorted(got.values()) == [200, 409], got
        found = portal.call("GET", path(request), token=person.token)
        end = "preliminarily_approved" if got["approve"] == 200 else "withdrawn"
        steps = [step["status"] for step in found["status_history"]]
        assert steps == ["draft", "submitted", "under_review", end]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(race, range(20)))


# ------------------------------------------------------------------------------------------ 23 planted fields

PRIVILEGED = (
    "id",
    "role",
    "roles",
    "kind_of_account",
    "is_admin",
    "verified",
    "verified_at",
    "status",
    "officer",
    "officer_id",
    "applicant_id",
    "opened_by",
    "submitted_at",
    "exclusive_key",
    "password_hash",
    "permissions",
    "actor",
    "due_on",
    "grants",
    "office_id_of_other",
    "suspended_at",
    "__proto__",
    "constructor",
)


def _bodies(url: str) -> list[tuple[str, str, set[str]]]:
    spec = requests.get(f"{url}/api/v1/openapi.json", timeout=10).json()
    found = []
    for address, methods in spec["paths"].items():
        for method, operation in methods.items():
            taken = operation.get("requestBody", {}).get("content", {}) if method != "parameters" else {}
            if "application/json" in taken:
                reference = taken["application/json"]["schema"]["$ref"]
                named = spec["components"]["schemas"][reference.rsplit("/", 1)[-1]]
                found.append((method.upper(), address, set(named["properties"])))
    return found


def _who(address: str) -> str:
    """Who may call it: the body of somebody else is not looked at."""
    own = {"/office/exam-sessions": "examiner", "/office/holidays": "administrator", "/office/": "supervisor"}
    return next((role for part, role in own.items() if part in address), "applicant")


def test_no_call_takes_a_field_that_it_does_not_name(stack: Stack, own: Portal) -> None:
    tokens, checked = {"applicant": own.newcomer().token}, 0
    tokens |= {
        role: own.sign_in(stack.accounts[role]) for role in ("supervisor", "examiner", "administrator")
    }
    number = "CE-1-26"
    for method, address, known in _bodies(stack.gateway_url):
        token = tokens[_who(address)]
        target = re.sub(
            r"\{(document_id|notice_id|session_id)\}", "00000000-0000-4000-8000-000000000000", address
        )
        target = re.sub(r"\{\w+\}", "unknown", target.replace("{number}", number)).removeprefix("/api/v1")
        planted = {name: True for name in PRIVILEGED if name not in known}
        answer = Program(stack.gateway_url, token).call(method, target, planted)
        assert answer.status_code == 422, (method, address, answer.text)
        faults = {fault["pointer"] for fault in answer.json()["errors"] if fault["code"] == "field.unknown"}
        assert faults >= {f"/{name}" for name in planted}, (method, address)
        checked += 1
    assert checked >= 25


# ------------------------------------------------------------------------------------------ 26 logs


def test_no_log_of_the_run_holds_anything_personal_or_secret(stack: Stack, own: Portal) -> None:
    """Last in the file: everything before it, and whatever ran before, is in these logs."""
    author = own.newcomer()
    own.call("POST", "/password-resets", {"email": author.email}, wanted=202)
    own.catcher.wait(author.email, channel="email", matching="/password-resets/")
    files = [file for file in Path(stack.logs).glob("*.log") if file.stem not in ("s3", "catcher", "demo")]
    assert {"gateway", "identity", "requests", "documents", "notifications"} <= {file.stem for file in files}
    text = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
    assert '"route"' in text
    messages = (Path(stack.root) / "messages.jsonl").read_text(encoding="utf-8")
    codes = set(re.findall(r"(?<![\d/])\d{6}(?![\d/])", messages))
    links = set(re.findall(r"/password-resets/([A-Za-z0-9_~.-]{20,})", messages))
    assert codes and links
    words = set(re.findall(r"[\w.+-]+", text))
    assert not codes & words and not links & words
    planted = {
        author.token,
        author.civil_id,
        author.mobile,
        author.email,
        author.password,
        MARK,
        "Pearl-Dhow",
        "Safina",
    }
    assert not [word for word in planted if word in text]
    for pattern in (
        r"(?<![\w-])[23]\d{11}(?![\w-])",
        r"\+?965\d{8}",
        r"person\d+\.\d+@",
        r"X-Amz-Signature",
        r"Bearer [\w-]{20}",
        r"portal_session=",
        r"@(bureau|pearl|dhow|people)\.example",
    ):
        assert not re.search(pattern, text), (pattern, re.search(rf".{{0,200}}{pattern}", text))
