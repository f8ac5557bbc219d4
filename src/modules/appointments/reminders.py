"""When whoever comes is reminded: at the offsets of the business, and never in the night."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

DEFAULT_OFFSETS = (1440,)


def moments(
    start: datetime, offsets: Sequence[int], quiet: tuple[str, str], zone: ZoneInfo
) -> list[tuple[int, datetime]]:
    """(offset in minutes, when), the earliest first. One that falls into the quiet hours is sent before they begin:
    after them it could be too late."""
    found = ((offset, _before_quiet(start - timedelta(minutes=offset), quiet, zone)) for offset in offsets)
    return sorted(((offset, at) for offset, at in found if at < start), key=lambda one: one[1])


def next_due(
    start: datetime, offsets: Sequence[int], quiet: tuple[str, str], zone: ZoneInfo, now: datetime
) -> datetime | None:
    return next((at for _, at in moments(start, offsets, quiet, zone) if at > now), None)


def _before_quiet(at: datetime, quiet: tuple[str, str], zone: ZoneInfo) -> datetime:
    begins, ends = (time.fromisoformat(one) for one in quiet)
    local = at.astimezone(zone)
    clock = local.time()
    is_quiet = begins <= clock < ends if begins <= ends else clock >= begins or clock < ends
    if not is_quiet or begins == ends:
        return at
    day = local.date() if clock >= begins else local.date() - timedelta(days=1)
    return datetime.combine(day, begins, zone) - timedelta(minutes=1)
