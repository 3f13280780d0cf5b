"""`make chaos`: submissions while everything is killed once and failpoints act; then the same with mutants.

    python -m tests.chaos [--submissions 150] [--seed N] [--only NAME]

The run with all defences must keep every promise; each mutant must break one.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from deploy.local.stack import Stack
from tests.chaos.applicants import LONGEST_CALL, Applicants
from tests.chaos.faults import Keeper, Killer, failpoints
from tests.chaos.invariants import broken, leaks
from tests.e2e.portal import Portal

# Which service a mutant lives in: where its defence matters in this journey.
WHOLE = "whole"
LOGS = Path(".local/chaos")
MUTANTS = {"plain_handler": "notifications", "no_inbox": "notifications", "mark_before_publish": "requests"}


def round_of(mutant: str | None, submissions: int, seed: int) -> list[str]:
    """One run from nothing; the promises that were broken."""
    commands = {}
    if mutant:
        service = MUTANTS[mutant]
        commands[service] = [sys.executable, "-m", "tests.chaos.mutants", mutant, f"services.{service}"]
    with tempfile.TemporaryDirectory() as folder:
        flag = Path(folder) / "faults"
        stack = Stack(Path(folder) / "stack", env="test", extra_env=failpoints(flag), commands=commands)
        stack.start()
        try:
            return _run(stack, flag, submissions, seed)
        finally:
            stack.stop()
            _keep_logs(stack, mutant or WHOLE)


def _keep_logs(stack: Stack, name: str) -> None:
    """The logs of the last round of this name stay for whoever asks why."""
    shutil.rmtree(LOGS / name, ignore_errors=True)
    shutil.copytree(stack.logs, LOGS / name)


def _run(stack: Stack, flag: Path, count: int, seed: int) -> list[str]:
    portal = Portal(stack.gateway_url, stack.catcher_url)
    applicants = Applicants(portal, seed)
    people = applicants.prepare(count)
    print(f"  {count} applicants are signed in", flush=True)
    with Keeper(stack) as keeper:
        flag.touch()
        began = time.monotonic()
        killer = Killer(stack, seconds=count * 0.5, seed=seed)
        killer.start()
        submissions = applicants.submit_all(people)
        killer.join()
        flag.unlink()
        answered = sum(s.is_answered for s in submissions)
        print(
            f"  {answered} of {count} answered in {time.monotonic() - began:.0f} s; killed {killer.killed}; "
            f"{keeper.restarts} restarts; {applicants.retries} calls repeated; slowest {applicants.slowest:.1f} s",
            flush=True,
        )
        faults = applicants.faults + broken(stack, portal, submissions)
    if applicants.slowest > LONGEST_CALL:
        faults.append(f"a call took {applicants.slowest:.1f} s")
    return faults + leaks(stack.logs, submissions)


def main() -> int:
    """0 when every promise held and every mutant broke one."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--submissions", type=int, default=150)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--only", choices=(WHOLE, *MUTANTS))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    verdicts = []
    for name in [arguments.only] if arguments.only else [WHOLE, *MUTANTS]:
        print(name, flush=True)
        faults = round_of(None if name == WHOLE else name, arguments.submissions, arguments.seed)
        for fault in faults[:10]:
            print(f"  {fault}")
        is_well = bool(faults) != (name == WHOLE)
        verdicts.append(is_well)
        print(
            f"  {name}: {len(faults)} promises broken: {'as it must be' if is_well else 'WRONG'}", flush=True
        )
    return 0 if all(verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
