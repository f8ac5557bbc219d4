"""Opening hours of a business in its own time zone: pure computations on weekly local openings."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from modules.local_time import DAY_MIN, instant, moment
from ports.dialogue import WEEKDAYS, Opening, Weekday

WeeklyHours = Mapping[Weekday, tuple[Opening, ...]]
Span = tuple[datetime, datetime]

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
# Two weeks: a daylight-saving night may swallow the only opening of one week.
_HORIZON_DAYS = 15


def minutes_of(clock: str) -> int:
    """Minutes after local midnight of "HH:MM"; ValueError when it is not one."""
    if not (found := _CLOCK.fullmatch(clock)):
        raise ValueError(f"not a local time: {clock!r}")
    return DAY_MIN if found[1] is None else int(found[1]) * 60 + int(found[2])


def weekday_of(local_date: date) -> Weekday:
    return WEEKDAYS[local_date.weekday()]


def openings_on(hours: WeeklyHours, local_date: date) -> tuple[Opening, ...]:
    """The openings that begin on that date, earliest first."""
    return tuple(sorted(hours.get(weekday_of(local_date), ()), key=lambda opening: minutes_of(opening.opens)))


def is_open(hours: WeeklyHours, zone: ZoneInfo, at: datetime) -> bool:
    return current_opening(hours, zone, at) is not None


def current_opening(hours: WeeklyHours, zone: ZoneInfo, at: datetime) -> Span | None:
    """The opening that holds `at`, joined with those that touch it; closing time itself is closed."""
    for start, end in _spans(hours, zone, at):
        if start <= at.astimezone(UTC) < end:
            return start.astimezone(zone), end.astimezone(zone)
    return None


def next_opening(hours: WeeklyHours, zone: ZoneInfo, at: datetime) -> Span | None:
    """The first opening that begins after `at`, in the zone; None when the business never opens again."""
    for start, end in _spans(hours, zone, at):
        if start > at.astimezone(UTC):
            return start.astimezone(zone), end.astimezone(zone)
    return None


def is_always_open(hours: WeeklyHours) -> bool:
    return all(any(is_all_day(opening) for opening in hours.get(day, ())) for day in WEEKDAYS)


def is_all_day(opening: Opening) -> bool:
    return minutes_of(opening.opens) == 0 and minutes_of(opening.closes) in (0, DAY_MIN)


def _spans(hours: WeeklyHours, zone: ZoneInfo, at: datetime) -> list[Span]:
    # In UTC, because two aware datetimes of one zone compare by wall clock and are wrong around a clock change.
    first = at.astimezone(zone).date() - timedelta(days=1)
    days = [first + timedelta(days=shift) for shift in range(_HORIZON_DAYS)]
    return _joined(sorted(_span(opening, day, zone) for day in days for opening in openings_on(hours, day)))


def _span(opening: Opening, day: date, zone: ZoneInfo) -> Span:
    opens, closes = minutes_of(opening.opens), minutes_of(opening.closes)
    if closes <= opens:
        closes += DAY_MIN
    return _instant(day, opens, zone), _instant(day, closes, zone)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return moment(instant(day, minute, zone))


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if end <= start:  # the whole opening lies in the hour that a clock change skips
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
