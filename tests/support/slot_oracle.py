"""The slots once more, minute by minute: slow, obvious, and sharing no function with src/. And cases to compare them on."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from modules.appointments.values import Busy, Opening, Override, Rules, Service, Span, Staff
from ports.dialogue import Weekday

DAYS_AROUND = 5
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Days that clocks change on, and others: leap days, new years, days that zones skipped, offsets of quarters of hours.
PLACES = (
    *(("Europe/Paris", day) for day in ("2026-03-29", "2026-10-25", "2028-02-29", "2026-12-31")),
    *(("America/New_York", day) for day in ("2026-03-08", "2026-11-01")),
    *(("Australia/Lord_Howe", day) for day in ("2026-04-05", "2026-10-04")),
    *(("America/Santiago", day) for day in ("2026-04-05", "2026-09-06")),
    *(("Africa/Cairo", day) for day in ("2026-04-24", "2026-10-30")),
    *(("Asia/Kathmandu", "2026-05-05"), ("Pacific/Chatham", "2026-04-05"), ("Pacific/Apia", "2011-12-30")),
    *(("UTC", "2026-06-15"), ("Africa/Casablanca", "2026-02-15"), ("Asia/Kolkata", "2024-02-29")),
)


def epoch_minutes(at: datetime) -> int:
    return int(at.timestamp()) // 60


@lru_cache(maxsize=64)
def clock_faces(zone: str, around: str) -> tuple[int, Sequence[datetime], Mapping[datetime, int]]:
    """What the clocks show at every minute around a day, and when each face is seen first."""
    middle = datetime.fromisoformat(around).replace(tzinfo=UTC)
    first = epoch_minutes(middle - timedelta(days=DAYS_AROUND))
    faces: list[datetime] = []
    seen: dict[datetime, int] = {}
    for minute in range(2 * DAYS_AROUND * 1440):
        at = datetime.fromtimestamp((first + minute) * 60, ZoneInfo(zone)).replace(tzinfo=None)
        faces.append(at)
        seen.setdefault(at, first + minute)
    return first, tuple(faces), MappingProxyType(seen)


class Oracle:
    def __init__(self, zone: str, around: str, rules: Rules, service: Service, busy: Sequence[Busy]) -> None:
        self.first, self.faces, self.seen = clock_faces(zone, around)
        self.rules, self.service, self.busy = rules, service, busy

    def reached(self, day: date, minute: int) -> int:
        """The first moment at which the clocks have come to a time."""
        face = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
        while face not in self.seen:
            face += timedelta(minutes=1)
        return self.seen[face]

    def openings(self, staff: Staff) -> list[tuple[int, int]]:
        found = []
        days = sorted({face.date() for face in self.faces})[1:-2]
        for day in days:
            for opens, closes in self.hours(staff, day):
                end = closes if closes > opens else closes + 1440
                found.append((self.reached(day, opens), self.reached(day, end)))
        return found

    def hours(self, staff: Staff, day: date) -> list[tuple[int, int]]:
        for owner in (staff.id, None):
            mine = [o for o in self.rules.overrides if o.staff_id == owner and o.first_day <= day <= o.last_day]
            if mine:
                shortest = min((o.last_day - o.first_day).days for o in mine)
                closest = [o for o in mine if (o.last_day - o.first_day).days == shortest]
                if any(o.opens is None for o in closest):
                    return []
                return [(o.opens or 0, o.closes or 0) for o in closest]
        if day in self.rules.holidays:
            return []
        weekly = self.rules.openings if staff.openings is None else staff.openings
        return [
            (o.opens, o.closes)
            for o in weekly
            if o.weekday == WEEKDAYS[day.weekday()]
            and (o.first_day is None or o.first_day <= day)
            and (o.last_day is None or day <= o.last_day)
        ]

    def starts(self, staff: Staff, span: Span, now: int) -> list[int]:
        """Every minute is tried."""
        service = self.service
        if staff.service_ids is not None and service.id not in staff.service_ids:
            return []
        openings = self.openings(staff)
        is_open = {minute for start, end in openings for minute in range(start, end)}
        grid = {minute for start, end in openings for minute in range(start, end, service.interval_min)}
        found = []
        for start in sorted(grid):
            if not span.first <= start < span.last or start < now + service.notice_min:
                continue
            if start > now + service.horizon_days * 1440:
                continue
            if all(minute in is_open for minute in range(start, start + service.duration_min)):
                day = self.faces[start - self.first].date()
                if self.is_free(staff, start) and not self.is_full(staff, day):
                    found.append(start)
        return found

    def is_free(self, staff: Staff, start: int) -> bool:
        service = self.service
        end = start + service.duration_min
        minutes = range(start - service.before_min, end + service.after_min)
        seats = 0
        for one in self.busy:
            if one.staff_id not in (None, staff.id) or one.start >= one.end:
                continue
            is_same = one.service_id == service.id and one.session == (start, end)
            if is_same and service.capacity > 1:
                seats += 1
            elif any(
                one.start <= minute < one.end for minute in (minutes[0], minutes[-1], one.start) if minute in minutes
            ):
                return False
        return seats < service.capacity

    def is_full(self, staff: Staff, day: date) -> bool:
        of_service = sum(one.day == day and one.service_id == self.service.id for one in self.busy)
        of_staff = sum(one.day == day and one.staff_id in (None, staff.id) for one in self.busy)
        limit, own = self.service.daily_limit, staff.daily_limit
        return (limit is not None and of_service >= limit) or (own is not None and of_staff >= own)


MINUTE_OF_DAY = st.one_of(st.integers(0, 1439), st.sampled_from((0, 30, 60, 90, 120, 150, 180, 540, 720, 1080, 1439)))


@st.composite
def hours(draw: st.DrawFn) -> tuple[int, int]:
    opens = draw(MINUTE_OF_DAY)
    closes = draw(st.one_of(st.integers(0, 1440), st.sampled_from((30, 90, 120, 150, 180, 720, 1080, 1440))))
    return opens, closes if closes != opens else 1440


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, str, Rules, Service, list[Busy], Span, int]:
    zone, around = draw(st.sampled_from(PLACES))
    middle = date.fromisoformat(around)
    near = st.integers(-2, 2).map(lambda shift: middle + timedelta(days=shift))

    def weekly(count: int) -> tuple[Opening, ...]:
        made = []
        for _ in range(draw(st.integers(0, count))):
            opens, closes = draw(hours())
            bounds = draw(st.sampled_from(((None, None), (None, None), (middle, None), (None, middle))))
            weekday = draw(st.one_of(near.map(lambda day: WEEKDAYS[day.weekday()]), st.sampled_from(WEEKDAYS)))
            made.append(Opening(weekday, opens, closes, *bounds))
        return tuple(made)

    staff = [
        Staff(
            f"staff_{number}",
            None,
            ZoneInfo(zone),
            openings=weekly(5) if draw(st.booleans()) else None,
            service_ids=draw(st.sampled_from((*[None] * 5, frozenset(("service",)), frozenset()))),
            daily_limit=draw(st.sampled_from((None, None, 1, 2))),
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    overrides = []
    for _ in range(draw(st.sampled_from((0, 0, 1, 3)))):
        day, length = draw(near), draw(st.integers(0, 3))
        opens, closes = draw(st.one_of(st.just((None, None)), hours()))
        who = draw(st.sampled_from((None, "staff_0", "staff_1")))
        overrides.append(Override(day, day + timedelta(days=length), opens, closes, who))
    service = Service(
        "service",
        "Service",
        duration_min=draw(st.sampled_from((1, 15, 30, 45, 60, 90, 240, 1440))),
        before_min=draw(st.sampled_from((0, 0, 5, 60))),
        after_min=draw(st.sampled_from((0, 0, 10, 45))),
        capacity=draw(st.sampled_from((1, 1, 2, 3))),
        notice_min=draw(st.sampled_from((0, 0, 0, 60, 2880))),
        horizon_days=draw(st.sampled_from((1, 60, 60, 60))),
        interval_min=draw(st.sampled_from((1, 5, 15, 20, 45, 60, 1440))),
        daily_limit=draw(st.sampled_from((None, None, 1, 3))),
    )
    rules = Rules(
        ZoneInfo(zone),
        {"service": service},
        tuple(staff),
        weekly(8),
        tuple(overrides),
        frozenset(draw(st.sets(near, max_size=1)) if draw(st.booleans()) else ()),
    )
    noon = epoch_minutes(datetime.fromisoformat(around).replace(hour=12, tzinfo=UTC))
    busy = []
    for _ in range(draw(st.integers(0, 5))):
        start = noon + draw(st.integers(-2 * 1440, 2 * 1440)) // 5 * 5
        who = draw(st.sampled_from((None, "staff_0", "staff_0", "staff_1")))
        kind = draw(st.sampled_from(("block", "own", "other")))
        if kind == "block":
            busy.append(Busy(who, start, start + draw(st.integers(0, 600))))
            continue
        end = start + service.duration_min
        local_day = datetime.fromtimestamp(start * 60, ZoneInfo(zone)).date()
        taken = (start - service.before_min, end + service.after_min)
        owner = who or "staff_0"
        seats = draw(st.integers(1, 3)) if kind == "own" else 1
        name = "service" if kind == "own" else "other"
        busy += [Busy(owner, *taken, name, (start, end), local_day) for _ in range(seats)]
    first = noon + draw(st.integers(-1440, 1440))
    span = Span(first, first + draw(st.integers(0, 1440)))
    return zone, around, rules, service, busy, span, first + draw(st.sampled_from((-5000, -1440, -60, -60, 0, 300)))
