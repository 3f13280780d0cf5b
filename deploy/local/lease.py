"""Who runs the stack of a folder: a file lock with the holder's pid, lifted by the kernel when the holder dies."""

import fcntl
import os
from pathlib import Path


class Lease:
    """One holder at a time, across processes."""

    def __init__(self, file: Path):
        self._file = file
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds it."""
        return self._descriptor is not None

    def take(self) -> bool:
        """Whether it was free and is ours now."""
        descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor
        return True

    def give_back(self) -> None:
        """Let others have it."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def holder(self) -> int | None:
        """The pid of the process that holds it now; None when nobody does."""
        if not self._file.exists():
            return None
        with self._file.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0) or None
        return None
