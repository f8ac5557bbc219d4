"""Which of the free starts are offered to somebody who asked for a time in their own words. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from modules.appointments.values import Slot
from modules.dates.values import Meaning
from modules.local_time import DAY_MIN, instant, minutes, moment

MOST = 3
APART_MIN = 120  # when no time was named: options that differ


@dataclass(frozen=True, slots=True)
class Range:
    """The days that a wish is about, and which of their starts it means. `wanted` is the minute of the day, if one was."""

    first: int
    last: int
    window: tuple[int, int] | None = None  # minutes of the day
    wanted: int | None = None
    exact: int | None = None  # the instant itself


def range_of(meaning: Meaning, now: datetime, zone: ZoneInfo, horizon_days: int) -> Range:
    today, end = minutes(now), minutes(now) + horizon_days * DAY_MIN
    window = (meaning.start, meaning.end) if meaning.start is not None and meaning.end is not None else None
    wanted = meaning.start if meaning.end is None else None
    if meaning.at is not None:
        day = meaning.at.astimezone(zone).date()
        return Range(instant(day, 0, zone), instant(day, DAY_MIN, zone), None, wanted, minutes(meaning.at))
    if meaning.first is None:
        return Range(today, end, window, wanted)
    last = end if meaning.last is None or meaning.is_open else instant(meaning.last, DAY_MIN, zone)
    return Range(instant(meaning.first, 0, zone), last, window, wanted)


def chosen(free: Sequence[Slot], asked: Range, zone: ZoneInfo) -> tuple[list[Slot], bool]:
    """At most three, in order, and whether they are what was asked for. `free` may hold more than the range."""
    within = [slot for slot in free if asked.first <= slot.start < asked.last]
    meant = [slot for slot in within if _is_meant(slot, asked, zone)]
    if meant:
        return (meant[:1] if asked.exact is not None else _spread(meant, asked, zone)), True
    if asked.exact is not None and within:
        return _nearest(within, asked.exact), False
    if asked.wanted is not None and within:
        wanted = asked.wanted
        return _nearest(within, within[0].start, by=lambda slot: abs(_minute(slot, zone) - wanted)), False
    later = [slot for slot in within or free if slot.start >= asked.first]
    return _spread(later or list(free), Range(asked.first, asked.last), zone), False


def _is_meant(slot: Slot, asked: Range, zone: ZoneInfo) -> bool:
    if asked.exact is not None:
        return slot.start == asked.exact
    minute = _minute(slot, zone)
    if asked.wanted is not None:
        return minute == asked.wanted
    return asked.window is None or asked.window[0] <= minute < asked.window[1]


def _spread(free: Sequence[Slot], asked: Range, zone: ZoneInfo) -> list[Slot]:
    """Such as differ: of one day its first, middle and last; of several days one each; else hours apart."""
    if len(free) <= MOST:
        return list(free)
    days = list(dict.fromkeys(_day(slot, zone) for slot in free))
    if len(days) == 1:
        return [free[0], free[len(free) // 2], free[-1]]
    if len(days) >= MOST and (asked.window is not None or asked.wanted is not None):
        return [next(slot for slot in free if _day(slot, zone) == day) for day in days[:MOST]]
    picked = [free[0]]
    for slot in free:
        if slot.start >= picked[-1].start + APART_MIN and len(picked) < MOST:
            picked.append(slot)
    return picked


def _nearest(free: Sequence[Slot], wanted: int, by: Callable[[Slot], int] | None = None) -> list[Slot]:
    distance = by or (lambda slot: abs(slot.start - wanted))
    return sorted(sorted(free, key=lambda slot: (distance(slot), slot.start))[:MOST], key=lambda slot: slot.start)


def _minute(slot: Slot, zone: ZoneInfo) -> int:
    local = moment(slot.start).astimezone(zone)
    return local.hour * 60 + local.minute


def _day(slot: Slot, zone: ZoneInfo) -> date:
    return moment(slot.start).astimezone(zone).date()


def on_day(meaning: Meaning, day: date, zone: ZoneInfo) -> Meaning:
    """A time without a day, on that day."""
    if meaning.first is not None or meaning.start is None:
        return meaning
    if meaning.end is not None:
        return Meaning(day, day, False, meaning.start, meaning.end)
    at = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=meaning.start)
    return Meaning(day, day, False, meaning.start, None, meaning.is_about, None, at)
