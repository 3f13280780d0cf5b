"""Turns of a loop that somebody may ask for and wait for, instead of the loop's own pause."""

import threading
from time import monotonic

RETRY_SECONDS = 0.1  # after a turn that was asked for and could not be made


class Turns:
    """A turn counts for those who asked before it began."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._asked = self._made = 0
        self._asked_until = 0.0
        self.is_over = False

    def ask(self, until: float) -> int:
        """Ask for one whole turn that begins from now on, tried again until then (monotonic); its number."""
        with self._changed:
            self._asked += 1
            self._asked_until = until
            self._changed.notify_all()
            return self._asked

    def wait_for(self, number: int, until: float) -> bool:
        """Whether the turn was made in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._made >= number, until - monotonic())
            return self._made >= number

    def begin(self) -> int:
        """The loop begins a turn: what it will have answered."""
        return self._asked

    def end(self, number: int) -> None:
        """The loop made it whole."""
        with self._changed:
            self._made = number
            self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """The loop rests, unless somebody asks."""
        with self._changed:
            if self.is_over:
                return
            is_asked = self._asked > self._made and monotonic() < self._asked_until
            self._changed.wait(min(seconds, RETRY_SECONDS) if is_asked else seconds)

    def finish(self) -> None:
        """No more turns."""
        with self._changed:
            self.is_over = True
            self._changed.notify_all()
