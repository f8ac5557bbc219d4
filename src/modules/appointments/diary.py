"""What is read, in one round trip, before something is booked or offered: the rules, what is taken, the business."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from modules.appointments import queries
from modules.appointments.reading import busy_of, rules_of
from modules.appointments.schemas import SlotOut
from modules.appointments.slots import LONGEST_MIN, slots
from modules.appointments.values import Busy, Rules, Service, Slot, Span, Staff, Wish
from modules.instants import stored
from modules.local_time import DAY_MIN, minutes, moment
from ports.context import Ports
from ports.database import Result, Row, Statement

_CLOCKS = tuple(f"{minute // 60:02d}:{minute % 60:02d}:00" for minute in range(DAY_MIN))
_CHANGES = (0, "")  # of a day that the clocks are changed on
ALTERNATIVES = 3
AHEAD_DAYS = 14  # that alternatives are looked for


@dataclass(frozen=True, slots=True)
class Diary:
    document: str  # the rules as they stand in the database
    rules: Rules
    busy: Sequence[Busy]
    business: Row
    now: int  # minutes
    span: Span  # that what is taken is known of

    def service(self, service_id: str) -> Service | None:
        return self.rules.services.get(service_id)

    def staff(self, staff_id: str) -> Staff:
        return next(one for one in self.rules.staff if one.id == staff_id)

    def has_staff(self, staff_id: str) -> bool:
        return any(one.id == staff_id for one in self.rules.staff)

    def at(self, service: Service, start: int, staff_id: str | None) -> Slot | None:
        found = slots(self.rules, Wish(service, Span(start, start + 1), self.now, staff_id), self.busy)
        return found[0] if found else None

    def would_be(self, service: Service, start: int, staff_id: str | None) -> bool:
        """Whether it could be booked if nothing were taken."""
        return bool(slots(self.rules, Wish(service, Span(start, start + 1), self.now, staff_id), ()))

    def following(self, service: Service, start: int, staff_id: str | None, most: int = ALTERNATIVES) -> list[Slot]:
        """The next free starts after one that could not be had."""
        last = min(self.span.last, start + AHEAD_DAYS * DAY_MIN)
        return slots(self.rules, Wish(service, Span(start + 1, last), self.now, staff_id), self.busy)[:most]

    def alternatives(self, service: Service, start: int, staff_id: str | None) -> list[dict[str, str]]:
        found = shown_slots(self.following(service, start, staff_id), self.rules.zone)
        return [asdict(one) for one in found]


async def read(
    ports: Ports, tenant_id: str, span: Span, but_for: str | None = None, beside: Sequence[Statement] = ()
) -> tuple[Diary, list[Result]]:
    """The diary, and the results of what else is read in the same batch; `but_for` is an appointment that takes no time."""
    now = ports.clock.now()
    first, last = moment(span.first - LONGEST_MIN), moment(span.last + LONGEST_MIN)
    *results, rules, busy, business = await ports.db.batch(
        *beside,
        queries.rules(tenant_id),
        queries.busy(tenant_id, stored(first), stored(last), stored(now), but_for),
        queries.business(tenant_id),
    )
    document = str(rules.rows[0]["rules"])
    taken = busy_of(busy.rows)
    return Diary(document, rules_of(document, span), taken, business.rows[0], minutes(now), span), results


def around(start: datetime) -> Span:
    """A start, and the days after it for alternatives."""
    first = minutes(start)
    return Span(first, first + AHEAD_DAYS * DAY_MIN)


def shown_slots(found: Sequence[Slot], zone: ZoneInfo) -> list[SlotOut]:
    """A season has thousands: what days have in common is written once."""
    days: dict[int, str] = {}
    offsets: dict[int, tuple[int, str]] = {}
    shown = []

    def offset(minute: int) -> tuple[int, str]:
        text = moment(minute).astimezone(zone).strftime("%z")
        sign = -1 if text[0] == "-" else 1
        return sign * (int(text[1:3]) * 60 + int(text[3:5])), f"{text[:3]}:{text[3:5]}"

    def written(minute: int) -> str:
        day, rest = divmod(minute, DAY_MIN)
        if day not in days:
            days[day] = moment(minute).strftime("%Y-%m-%dT")
        return days[day] + _CLOCKS[rest]

    for one in found:
        day = one.start // DAY_MIN
        if day not in offsets:
            begins = offset(day * DAY_MIN)
            offsets[day] = begins if begins == offset((day + 1) * DAY_MIN) else _CHANGES
        shift, suffix = offset(one.start) if offsets[day] is _CHANGES else offsets[day]
        start, end, local = written(one.start), written(one.end), written(one.start + shift)
        shown.append(SlotOut(start + "Z", end + "Z", one.staff_id, local + suffix))
    return shown
