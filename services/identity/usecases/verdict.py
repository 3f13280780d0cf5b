"""The outcome of work whose traces are kept even when it is refused: a counted guess must not be rolled back."""

from dataclasses import dataclass
from typing import Any

from chassis.errors import PortalError


@dataclass(frozen=True)
class Verdict:
    """A result or a refusal, to be opened after the commit."""

    result: Any = None
    refusal: PortalError | None = None

    def unwrap(self) -> Any:
        """The result. Raises the refusal."""
        if self.refusal is not None:
            raise self.refusal
        return self.result
