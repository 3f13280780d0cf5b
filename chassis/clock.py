"""Time. `now` and `today` are business time, which a demo may shift; `real_now` is the machine's.

Sessions, codes, tokens, storage addresses, leases and retries use real time.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

KUWAIT = ZoneInfo("Asia/Kuwait")


class _Shift:
    by = timedelta(0)


def real_now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The present business moment, aware, UTC."""
    return real_now() + _Shift.by


def today() -> date:
    """The present business date in Kuwait."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """The date in Kuwait at that moment."""
    return moment.astimezone(KUWAIT).date()


def shifted() -> timedelta:
    """How far business time is ahead of the machine's."""
    return _Shift.by


def shift(by: timedelta) -> None:
    """Move business time; only a demo or a test does."""
    _Shift.by = by
