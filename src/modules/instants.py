"""Instants as the database keeps them (`YYYY-MM-DD HH:MM:SS.SSS`, UTC) and as the API shows them (ISO-8601, Z)."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import BeforeValidator


def stored(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}"


def read(text: object) -> datetime:
    """As it is stored."""
    return datetime.fromisoformat(f"{text}+00:00")


def shown(text: str | None) -> str | None:
    return text.replace(" ", "T") + "Z" if text else None


def shown_to_second(text: str | None) -> str | None:
    return text[:19].replace(" ", "T") + "Z" if text else None


Instant = Annotated[str, BeforeValidator(shown)]
Second = Annotated[str, BeforeValidator(shown_to_second)]  # of what begins at full minutes

FIRST_YEAR, LAST_YEAR = 2000, 2199  # that anything here is planned in: beyond them calendars end


def is_plannable(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR
