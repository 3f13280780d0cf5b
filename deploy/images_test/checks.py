"""What must hold of a demo that was installed by compose: the journey, sharing between replicas, stops under load."""

import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import requests

from deploy.images_test.installation import Installation
from tests.chaos.applicants import Applicants, Submission
from tests.chaos.invariants import broken, leaks
from tests.chaos.patient import LONGEST_CALL, Patient
from tests.e2e.hall import Hall
from tests.e2e.portal import Portal, Refused
from tests.e2e.test_exam_api import test_the_whole_way_to_the_pass_notice as walk_to_the_result
from tests.factories.people import Person

SENDERS = 4
SUBMISSIONS = 40
LOAD_THREADS = 4
STOPPED = ("identity", "requests", "licensing", "documents", "notifications", "gateway")
SERVERS = ("rabbitmq", "postgres", "storage", "storage-door")
_DELIVERY = re.compile(r'"delivery": "([0-9a-f-]{36})".*"state": "sent"')


def check_borders(installation: Installation) -> None:
    """Only the proxy is met outside; the store lets in the portal's pages alone."""
    plain = f"http://127.0.0.1:{installation.ports['http']}/login?a=1"
    moved = requests.get(plain, headers={"Host": "portal.test"}, allow_redirects=False, timeout=10)
    assert moved.status_code == 308 and moved.headers["Location"].startswith("https://portal.test/"), moved
    page = requests.get(f"{installation.url}/login", timeout=10)
    assert page.status_code == 200 and "Strict-Transport-Security" in page.headers
    cookies = page.headers["Set-Cookie"]
    assert "__Host-" in cookies and "Secure" in cookies, cookies
    stranger = requests.get(installation.url, headers={"Host": "elsewhere.test"}, timeout=10)
    assert stranger.status_code == 421, stranger.status_code
    assert _may_send(installation, installation.url)
    assert not _may_send(installation, "https://elsewhere.test")
    listing = requests.get(f"{installation.store_url}/documents", timeout=10)
    assert listing.status_code == 403, listing.status_code
    published = {
        name: ports
        for name in installation.containers()
        if (ports := installation.inspect(name)["HostConfig"]["PortBindings"])
    }
    assert {name.split("-")[-2] for name in published} <= {"proxy", "catcher"}, published


def _may_send(installation: Installation, origin: str) -> bool:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    answer = requests.options(f"{installation.store_url}/incoming", headers=asked, timeout=10)
    return answer.headers.get("Access-Control-Allow-Origin") == origin


def check_journey(portal: Portal, accounts: dict[str, Any]) -> None:
    """From registration to the result of the exam, through the proxy, files straight to the store."""
    walk_to_the_result(portal, Hall.of(portal, accounts))
    assert urlsplit(portal.url).scheme == "https"


def check_sharing(installation: Installation, portal: Portal) -> None:
    """Several containers of notifications send, and each message leaves once."""
    installation.up("--no-recreate", "--scale", f"notifications={SENDERS}")
    before = {name: _sent_by(installation, name) for name in installation.containers("notifications")}
    assert len(before) == SENDERS, before
    people = _newcomers(portal)
    time.sleep(3)
    new = {name: _sent_by(installation, name) - old for name, old in before.items()}
    print("      sent by each: " + ", ".join(str(len(ids)) for ids in new.values()), flush=True)
    assert all(new.values()), "a container sent nothing"
    times = Counter(identity for ids in new.values() for identity in ids)
    assert set(times.values()) == {1}, "a delivery was sent by two containers"
    for person in people:
        told = Counter(m["subject"] for m in portal.catcher.messages(person.email))
        assert told and set(told.values()) == {1}, told


def _newcomers(portal: Portal) -> list[Person]:
    with ThreadPoolExecutor(LOAD_THREADS) as pool:
        return list(pool.map(lambda _n: _newcomer(portal), range(SUBMISSIONS)))


def _newcomer(portal: Portal) -> Person:
    """On a busy machine a password takes long to be hashed: who is told so comes again as somebody else."""
    deadline = time.monotonic() + 120
    while True:
        try:
            return portal.newcomer()
        except Refused as refused:
            if refused.status != 503 or time.monotonic() > deadline:
                raise
            time.sleep(1)


def _sent_by(installation: Installation, container: str) -> set[str]:
    sent = _DELIVERY.findall(installation.logs_of(container))
    assert len(sent) == len(set(sent)), f"{container} sent a delivery twice"
    return set(sent)


def check_stops(installation: Installation, portal: Portal, seed: int) -> None:
    """Every container of ours gets the engine's SIGTERM while forty applications go on; nothing is sent twice."""
    submissions = _apply_while_stopping(installation, portal, seed, STOPPED)
    doubled = {
        f"{message['subject']} to {submission.person.email}"
        for submission in submissions
        for message, times in _times_sent(portal, submission)
        if times > 1
    }
    assert not doubled, doubled


def check_server_stops(installation: Installation, portal: Portal, seed: int) -> None:
    """The same for broker, database and store: what was on its way arrives after they are back."""
    _apply_while_stopping(installation, portal, seed, SERVERS)


def _times_sent(portal: Portal, submission: Submission) -> list[tuple[dict[str, Any], int]]:
    person = submission.person
    found = [*portal.catcher.messages(person.email), *portal.catcher.messages(f"+965{person.mobile}")]
    times = Counter((message["channel"], message["text"]) for message in found)
    return [(message, times[message["channel"], message["text"]]) for message in found]


def _apply_while_stopping(
    installation: Installation, portal: Portal, seed: int, services: Sequence[str]
) -> list[Submission]:
    patient = Patient(portal.url, seed)
    applicants = Applicants(portal, patient, seed)
    people = _newcomers(portal)
    faults: list[str] = []
    stopping = threading.Thread(target=_stop_each, args=(installation, services, faults))
    stopping.start()
    submissions = _submit_while(stopping, applicants, people)
    stopping.join()
    answered = sum(each.is_answered for each in submissions)
    print(
        f"      {answered} of {len(people)} answered, {patient.retries} calls repeated, "
        f"slowest {patient.slowest:.1f} s",
        flush=True,
    )
    faults += patient.faults
    if answered != len(people):
        faults.append(f"{len(people) - answered} applications had no answer")
    faults += broken(installation, portal, submissions)
    faults += leaks(installation.keep_logs(), submissions)
    if patient.slowest > LONGEST_CALL:
        faults.append(f"a call took {patient.slowest:.1f} s")
    assert faults == [], "\n".join(faults[:20])
    return submissions


def _submit_while(stopping: threading.Thread, applicants: Applicants, people: list[Any]) -> list[Submission]:
    """A few at a time, so that applications go on as long as containers are being stopped."""
    done: list[Submission] = []
    waiting = list(people)
    while waiting:
        batch = waiting[:LOAD_THREADS] if stopping.is_alive() else waiting
        waiting = waiting[len(batch) :]
        done += applicants.submit_all(batch, threads=LOAD_THREADS)
    return done


def _stop_each(installation: Installation, services: Sequence[str], faults: list[str]) -> None:
    try:
        for service in services:
            for container in installation.containers(service):
                _stop(installation, container, faults, is_ours=service in STOPPED)
    except (Exception, SystemExit) as error:
        faults.append(f"stopping: {error}")


def _stop(installation: Installation, container: str, faults: list[str], *, is_ours: bool) -> None:
    began = time.monotonic()
    installation.engine.docker("stop", container)
    seconds = time.monotonic() - began
    code = installation.inspect(container)["State"]["ExitCode"]
    print(f"      {container} stopped in {seconds:.1f} s", flush=True)
    if is_ours and code != 0:
        faults.append(f"{container} ended with {code} after {seconds:.1f} s")
    installation.engine.docker("start", container)
    deadline = time.monotonic() + 90
    while _health(installation, container) not in ("healthy", "none"):
        if time.monotonic() > deadline:
            faults.append(f"{container} did not come back")
            return
        time.sleep(0.3)


def _health(installation: Installation, container: str) -> str:
    state = installation.inspect(container)["State"]
    return state.get("Health", {}).get("Status", "none") if state["Running"] else "stopped"
