"""Stands beside a stack and ends what is left of it when the process that runs it dies, however it dies.

Reads its standard input until it closes, which the kernel does for a killed owner too. Arguments: the stack's root,
and files outside it that the stack may leave.
"""

import signal
import sys
from pathlib import Path

from deploy.local import processes


def main() -> None:
    """Wait for the owner to be gone, then sweep."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    root, *files = map(Path, sys.argv[1:])
    processes.end_marked(root)
    for file in files:
        file.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
