"""A conversation's way to the diary of the business: plain values, so that what was answered can be recorded."""

from dataclasses import dataclass
from typing import Literal, Protocol

# Why there is nothing to offer, or nothing was done.
Problem = Literal[
    "unclear",  # `question` says what of the time
    "no_service",
    "no_staff",
    "none_free",
    "gone",
    "not_found",
    "closed",
    "too_late",
    "missing",  # `missing` says what the business needs to know
    "bad_number",
]


@dataclass(frozen=True, slots=True)
class Offer:
    """A start that was free when it was looked for; `words` say it to the caller."""

    start: str  # ISO-8601, UTC
    local: str  # ISO-8601, where it takes place
    service_id: str
    service: str
    staff_id: str
    staff: str | None  # None: the business itself
    words: str
    hold_id: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants; `words` are theirs, for the time. `after` is a start that they want something later than,
    `before` one that they want something earlier than."""

    service_id: str
    words: str = ""
    staff_id: str | None = None
    after: str | None = None
    before: str | None = None
    near: str | None = None  # a local date that a time without a day belongs to


@dataclass(frozen=True, slots=True)
class Found:
    offers: tuple[Offer, ...] = ()
    problem: Problem | None = None
    question: str | None = None
    is_as_asked: bool = True  # False: nothing was free then, these are the next ones


@dataclass(frozen=True, slots=True)
class Kept:
    """An appointment of the caller's."""

    id: str
    service_id: str
    service: str
    staff_id: str
    staff: str | None
    start: str
    local: str
    words: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of booking, moving or cancelling; `offers` are what is free instead."""

    kept: Kept | None = None
    problem: Problem | None = None
    offers: tuple[Offer, ...] = ()
    missing: tuple[str, ...] = ()
    is_confirmed_by: tuple[str, ...] = ()  # sms, email: what the caller is sent


@dataclass(frozen=True, slots=True)
class Guest:
    """Who comes, as they said it."""

    name: str
    phone: str | None = None
    email: str | None = None
    notes: str | None = None


class AppointmentDesk(Protocol):
    async def find(self, wish: Wish) -> Found: ...

    async def hold(self, offer: Offer) -> Outcome:
        """Keeps it for a few minutes, while the caller says their name."""
        ...

    async def book(self, offer: Offer, guest: Guest) -> Outcome:
        """Once for a turn, however often it is asked."""
        ...

    async def mine(self, phone: str | None, name: str) -> tuple[Kept, ...]:
        """What that number has before it under that name. A number alone opens nothing: anybody can show any."""
        ...

    async def move(self, kept: Kept, offer: Offer) -> Outcome: ...

    async def cancel(self, kept: Kept) -> Outcome: ...

    async def staff_named(self, words: str) -> str | None:
        """The id of whoever of the staff is named in these words."""
        ...

    def means_time(self, words: str) -> bool:
        """Whether a day or a time is spoken of."""
        ...
