"""What notifications publishes. `aggregate` is the notice's id; `recipients` the one who sees it."""

from dataclasses import dataclass
from typing import ClassVar

from contracts.events import Event


@dataclass(frozen=True, kw_only=True)
class NoticePosted(Event):
    """A notice appeared in somebody's portal inbox."""

    NAME: ClassVar[str] = "notifications.notice_posted"


EVENTS: tuple[type[Event], ...] = (NoticePosted,)
