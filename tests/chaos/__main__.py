"""`make chaos`: the journey to the result while failpoints act and everything is broken; then with mutants.

    python -m tests.chaos [--submissions 150] [--seed N] [--only NAME]

Four rounds with all defences must keep every promise: each component killed once in each half of the journey (the
others have a third of the submissions), three frozen, services and gateway stopped one after another, the broker's
memory alarm. Each mutant must break one.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from deploy.local.stack import Stack
from tests.chaos.applicants import Applicants
from tests.chaos.bureau import Bureau
from tests.chaos.faults import ROUNDS, Fault, Keeper, breaking, failpoints
from tests.chaos.invariants import broken, leaks
from tests.chaos.patient import LONGEST_CALL, Patient
from tests.e2e.portal import Portal

# Which service a mutant lives in: where its defence matters in this journey.
LOGS = Path(".local/chaos")
MUTANTS = {"plain_handler": "notifications", "no_inbox": "notifications", "mark_before_publish": "requests"}

WHOLE = "killed"
STAFF = ("reviewer", "examiner", "examiner_2")
SECONDS_EACH = 0.5  # of the time in which every component is killed once, for each applicant
EXAM_SECONDS = 15.0


def round_of(name: str, submissions: int, seed: int) -> list[str]:
    """One run from nothing; the promises that were broken."""
    commands = {}
    if name in MUTANTS:
        service = MUTANTS[name]
        commands[service] = [sys.executable, "-m", "tests.chaos.mutants", name, f"services.{service}"]
    with tempfile.TemporaryDirectory() as folder:
        flag = Path(folder) / "faults"
        stack = Stack(Path(folder) / "stack", env="test", extra_env=failpoints(flag), commands=commands)
        stack.start()
        try:
            return _run(stack, flag, ROUNDS.get(name, ROUNDS[WHOLE]), submissions, seed)
        finally:
            stack.stop()
            _keep_logs(stack, name)


def _keep_logs(stack: Stack, name: str) -> None:
    """The logs of the last round of this name stay for whoever asks why."""
    shutil.rmtree(LOGS / name, ignore_errors=True)
    shutil.copytree(stack.logs, LOGS / name)


def _run(stack: Stack, flag: Path, fault: Fault, count: int, seed: int) -> list[str]:
    portal, patient = Portal(stack.gateway_url, stack.catcher_url), Patient(stack.gateway_url, seed)
    applicants = Applicants(portal, patient, seed)
    tokens = {role: portal.sign_in(stack.accounts[role]) for role in STAFF}
    bureau = Bureau(patient, tokens, seed)
    people = applicants.prepare(count)
    print(f"  {count} applicants are signed in", flush=True)
    with Keeper(stack) as keeper:
        flag.touch()
        began = time.monotonic()
        with breaking(stack, fault, count * SECONDS_EACH, seed):
            submissions = applicants.submit_all(people)
        answered = [each for each in submissions if each.is_answered]
        _report(began, f"{len(answered)} of {count} answered")
        with breaking(stack, fault, EXAM_SECONDS + count * SECONDS_EACH / 4, seed + 1):
            bureau.review_all(answered, applicants)
            _report(began, "reviewed")
            bureau.hold_exam(answered)
            _report(began, "examined")
        flag.unlink()
        print(
            f"  {keeper.restarts} restarts; {patient.retries} calls repeated; "
            f"slowest {patient.slowest:.1f} s",
            flush=True,
        )
        faults = patient.faults + broken(stack, portal, submissions)
    if patient.slowest > LONGEST_CALL:
        faults.append(f"a call took {patient.slowest:.1f} s")
    return faults + leaks(stack.logs, submissions)


def _report(began: float, what: str) -> None:
    print(f"  {time.monotonic() - began:4.0f} s: {what}", flush=True)


def main() -> int:
    """0 when every promise held and every mutant broke one."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--submissions", type=int, default=150)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", choices=(*ROUNDS, *MUTANTS))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    verdicts = []
    for name in [arguments.only] if arguments.only else [*ROUNDS, *MUTANTS]:
        print(name, flush=True)
        count = arguments.submissions if name == WHOLE or arguments.only else arguments.submissions // 3
        faults = round_of(name, count, arguments.seed)
        for fault in faults[:10]:
            print(f"  {fault}")
        is_well = bool(faults) == (name in MUTANTS)
        verdicts.append(is_well)
        print(
            f"  {name}: {len(faults)} promises broken: {'as it must be' if is_well else 'WRONG'}", flush=True
        )
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
