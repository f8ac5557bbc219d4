"""What an expression of time means once it is read."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

DAY_MINUTES = 24 * 60

# A question that has to be asked before anything can be booked.
Question = Literal[
    "when",
    "which_one",
    "which_week",
    "today_or_next_week",
    "am_or_pm",
    "day_or_month",
    "weekday_mismatch",
    "no_such_day",
    "no_such_time",
    "twice",
]


@dataclass(frozen=True, slots=True)
class Days:
    """From `first` to `last`, both included; without `last` it is open. `of_month` when only that was said."""

    first: date
    last: date | None
    of_month: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    question: Question


@dataclass(frozen=True, slots=True)
class Clock:
    """Minutes after midnight. `is_open`: said on a dial of twelve hours, without the half of the day."""

    minute: int
    is_open: bool = False
    is_about: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end`, minutes after midnight; `half` is 0 for a morning and 12 for what comes after it."""

    start: int
    end: int
    half: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime  # with its zone


Item = Days | Ask | Clock | Window | Moment


@dataclass(frozen=True, slots=True)
class Meaning:
    """Local days and minutes of the zone that was asked for; nothing set: no time was spoken of.

    A single time of a day has `start` and no `end`; `at` is then the instant itself.
    """

    first: date | None = None
    last: date | None = None
    is_open: bool = False  # `first` and later
    start: int | None = None
    end: int | None = None
    is_about: bool = False
    question: Question | None = None
    at: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return self == Meaning()
