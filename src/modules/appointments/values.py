"""What decides when something can be booked. Times of day are minutes after local midnight, instants whole minutes UTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from ports.dialogue import Weekday

Assignment = Literal["first", "fair"]
Place = Literal["on_site", "online", "phone"]
Field = Literal["phone", "email", "notes"]


@dataclass(frozen=True, slots=True)
class Opening:
    """Every such weekday from `first_day` to `last_day`, both included; one that closes at or before it opens ends next day."""

    weekday: Weekday
    opens: int
    closes: int
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """Other times, or none at all (`opens` None), on every day from `first_day` to `last_day`."""

    first_day: date
    last_day: date
    opens: int | None = None
    closes: int | None = None
    staff_id: str | None = None  # None: everybody's

    @property
    def length_days(self) -> int:
        return (self.last_day - self.first_day).days


@dataclass(frozen=True, slots=True)
class Service:
    """`before_min` and `after_min` are kept free of other appointments, and may lie outside of opening hours."""

    id: str
    name: str
    duration_min: int
    before_min: int = 0
    after_min: int = 0
    capacity: int = 1  # how many can book the same session
    notice_min: int = 0
    horizon_days: int = 60
    interval_min: int = 15  # from one start to the next, counted from each opening
    daily_limit: int | None = None
    place: Place = "on_site"
    online_url: str | None = None
    required_fields: tuple[Field, ...] = ()
    price_minor: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    id: str
    name: str | None  # None: the business itself
    zone: ZoneInfo
    openings: tuple[Opening, ...] | None = None  # None: the business's
    service_ids: frozenset[str] | None = None  # None: all
    daily_limit: int | None = None

    def serves(self, service_id: str) -> bool:
        return self.service_ids is None or service_id in self.service_ids


@dataclass(frozen=True, slots=True)
class Rules:
    zone: ZoneInfo
    services: Mapping[str, Service]
    staff: tuple[Staff, ...]  # in the order they are asked
    openings: tuple[Opening, ...] = ()
    overrides: tuple[Override, ...] = ()
    holidays: frozenset[date] = frozenset()  # that the business is closed on
    assignment: Assignment = "fair"

    def able(self, service_id: str, staff_id: str | None) -> tuple[Staff, ...]:
        return tuple(one for one in self.staff if one.serves(service_id) and staff_id in (None, one.id))


@dataclass(frozen=True, slots=True)
class Busy:
    """Time that is taken: of an appointment with its buffers, a block, an event of a calendar."""

    staff_id: str | None  # None: everybody's
    start: int
    end: int
    service_id: str | None = None  # of an appointment
    session: tuple[int, int] | None = None  # its own start and end
    day: date | None = None  # that it counts for


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to before `last`: the starts that are asked for."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Slot:
    start: int
    end: int
    staff_id: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. The notice is counted from `now` (minutes), the horizon in days of 24 hours."""

    service: Service
    span: Span
    now: int
    staff_id: str | None = None  # None: anybody
