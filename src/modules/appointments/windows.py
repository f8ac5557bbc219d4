"""When somebody works: weekly times, what stands in their place on some days, and public holidays."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from modules.appointments.values import Override, Rules, Staff
from modules.local_time import DAY_MIN, DayClock
from ports.dialogue import WEEKDAYS

Interval = tuple[int, int]


def openings(rules: Rules, staff: Staff, clock: DayClock, first: int, last: int) -> list[Interval]:
    """The openings that touch the time from `first` to `last`, in order; they may overlap."""
    day, end = clock.day_of(first) - timedelta(days=1), clock.day_of(last)
    levels = _levels(rules, staff)
    found: list[Interval] = []
    while day <= end:
        is_skipped = clock.at(day, 0) == clock.at(day, DAY_MIN)  # Samoa had no 30 December 2011
        for opens, closes in _hours(rules, staff, levels, day):
            start = clock.at(day, opens)
            stop = clock.at(day, closes if closes > opens else closes + DAY_MIN)
            if start < stop and stop > first and start < last and not is_skipped:
                found.append((start, stop))
        day += timedelta(days=1)
    return sorted(found)


def joined(intervals: Sequence[Interval]) -> list[Interval]:
    """Sorted intervals, those that touch made one."""
    whole: list[Interval] = []
    for start, end in intervals:
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def _levels(rules: Rules, staff: Staff) -> tuple[list[Override], list[Override]]:
    """One's own, then everybody's; the shortest first."""
    ordered = sorted(rules.overrides, key=lambda one: one.length_days)
    return [one for one in ordered if one.staff_id == staff.id], [one for one in ordered if one.staff_id is None]


def _hours(
    rules: Rules, staff: Staff, levels: tuple[list[Override], list[Override]], day: date
) -> Iterator[tuple[int, int]]:
    """Of overrides of one level the shortest counts: a morning of work within a week of closure is worked."""
    for level in levels:
        meant = [one for one in level if one.first_day <= day <= one.last_day]
        if meant:
            closest = [one for one in meant if one.length_days == meant[0].length_days]
            if all(one.opens is not None for one in closest):
                yield from ((one.opens or 0, one.closes or 0) for one in closest)
            return
    if day in rules.holidays:
        return
    weekday = WEEKDAYS[day.weekday()]
    for opening in rules.openings if staff.openings is None else staff.openings:
        is_in_force = (opening.first_day or day) <= day <= (opening.last_day or day)
        if opening.weekday == weekday and is_in_force:
            yield opening.opens, opening.closes
