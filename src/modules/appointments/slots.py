"""The starts at which a service can be booked: pure, exact to the minute, also over clock changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from modules.appointments.values import Busy, Rules, Service, Slot, Span, Staff, Wish
from modules.appointments.windows import Interval, joined, openings
from modules.local_time import DAY_MIN, DayClock

LONGEST_MIN = 4 * DAY_MIN  # of an appointment with its buffers, and more: how far around a span to read what is taken


@dataclass(frozen=True, slots=True)
class _Person:
    staff: Staff
    clock: DayClock
    busy: Sequence[Busy]
    full: set[date]  # days on which no more can be booked


def slots(rules: Rules, wish: Wish, busy: Sequence[Busy]) -> list[Slot]:
    """One slot a start, in order, with who would take it; `busy` is all that is taken within LONGEST_MIN of the span."""
    service = wish.service
    first = max(wish.span.first, wish.now + service.notice_min)
    last = min(wish.span.last, wish.now + service.horizon_days * DAY_MIN + 1)
    if first >= last:
        return []
    of, full, clocks = _by_staff(busy), _full_days(busy, service.daily_limit, service.id), _clocks(rules)
    people = [
        _Person(one, clocks[one.zone], mine, full | _full_days(mine, one.daily_limit))
        for one in rules.able(service.id, wish.staff_id)
        for mine in (of[None] + of[one.id],)
    ]
    free = {}
    worked: dict[tuple[object, ...], list[Interval]] = {}  # most of a staff work the same hours
    for one in people:
        own = one.staff.id if any(o.staff_id == one.staff.id for o in rules.overrides) else None
        hours = (one.staff.zone, one.staff.openings, own)
        if hours not in worked:
            worked[hours] = openings(rules, one.staff, one.clock, first, last + service.duration_min)
        free[one.staff.id] = _starts(service, Span(first, last), one, worked[hours])
    chosen = _chosen(rules, people, free)
    return [Slot(start, start + service.duration_min, chosen[start]) for start in sorted(chosen)]


def _clocks(rules: Rules) -> Mapping[ZoneInfo, DayClock]:
    return {zone: DayClock(zone) for zone in {one.zone for one in rules.staff}}


def _chosen(rules: Rules, people: Sequence[_Person], free: Mapping[str, Sequence[int]]) -> dict[int, str]:
    """Who takes each start: the first in order, or whoever has the fewest appointments that day."""
    chosen: dict[int, str] = {}
    if rules.assignment == "first" or len(people) == 1:
        for one in reversed(people):
            chosen.update(dict.fromkeys(free[one.staff.id], one.staff.id))
        return chosen
    least: dict[int, int] = {}
    for one in people:
        load = Counter(taken.day for taken in one.busy if taken.day is not None)
        for start in free[one.staff.id]:
            mine = load[one.clock.day_of(start)] if load else 0
            if start not in least or mine < least[start]:
                least[start], chosen[start] = mine, one.staff.id
    return chosen


def _by_staff(busy: Iterable[Busy]) -> Mapping[str | None, list[Busy]]:
    of: defaultdict[str | None, list[Busy]] = defaultdict(list)
    for one in busy:
        of[one.staff_id].append(one)
    return of


def _full_days(busy: Iterable[Busy], limit: int | None, service_id: str | None = None) -> set[date]:
    if limit is None:
        return set()
    booked = Counter(one.day for one in busy if service_id in (None, one.service_id))
    return {day for day, count in booked.items() if day is not None and count >= limit}


def _starts(service: Service, span: Span, person: _Person, opened: Sequence[Interval]) -> list[int]:
    taken, sessions = _taken(service, person.busy)
    allowed = _allowed(service, joined(opened), taken)
    starts: set[int] = set()
    at = 0
    for opens, closes in opened:
        while at < len(allowed) and allowed[at][1] < opens:
            at += 1
        for low, high in allowed[at:]:
            if low >= closes:
                break
            first, last = max(low, opens, span.first), min(high, closes - 1, span.last - 1)
            starts.update(_grid(opens, service.interval_min, first, last))
    starts.update(_joinable(service, opened, sessions, span))
    if person.full:
        starts = {start for start in starts if person.clock.day_of(start) not in person.full}
    return sorted(starts)


def _grid(opens: int, interval: int, first: int, last: int) -> range:
    return range(opens + -(-(first - opens) // interval) * interval, last + 1, interval)


def _allowed(service: Service, windows: Sequence[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """Where a start can lie, ends included: within a window, and off what is taken by the service's own buffers."""
    found: list[Interval] = []
    at = 0
    for opens, closes in windows:
        low, high = opens, closes - service.duration_min
        while at < len(taken) and taken[at][1] + service.before_min <= low:
            at += 1
        for start, end in taken[at:]:
            before = start - service.duration_min - service.after_min
            if before >= high:
                break
            if before >= low:
                found.append((low, before))
            low = max(low, end + service.before_min)
        if low <= high:
            found.append((low, high))
    return found


def _taken(service: Service, busy: Sequence[Busy]) -> tuple[list[Interval], list[int]]:
    """What is taken, and the sessions of the service that have a seat left, with all that else overlaps them."""
    taken = joined(sorted((one.start, one.end) for one in busy if one.end > one.start))
    if service.capacity == 1:
        return taken, []
    seats = Counter(one.session for one in busy if one.service_id == service.id and one.session)
    sessions = []
    for one in busy:
        is_own = one.service_id == service.id and one.session
        if not is_own or one.session is None or seats[one.session] >= service.capacity:
            continue
        start, end = one.session
        first, last = start - service.before_min, end + service.after_min
        others = (o for o in busy if not (o.service_id == service.id and o.session == one.session))
        if end - start == service.duration_min and not any(o.start < last and o.end > first for o in others):
            sessions.append(start)
    return taken, sessions


def _joinable(service: Service, opened: Sequence[Interval], sessions: Sequence[int], span: Span) -> Iterable[int]:
    """A session that has begun to fill is offered as long as the rules would still have it."""
    windows = joined(opened)
    for start in sessions:
        is_open = any(opens <= start and start + service.duration_min <= closes for opens, closes in windows)
        is_on_grid = any(
            opens <= start < closes and not (start - opens) % service.interval_min for opens, closes in opened
        )
        if span.first <= start < span.last and is_open and is_on_grid:
            yield start
