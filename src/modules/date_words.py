"""Days and times in French and English, as they are written and as they are said."""

from datetime import date, datetime

from ports.dialogue import WEEKDAYS, Language, Weekday

DAY_NAMES: dict[Language, dict[Weekday, str]] = {
    "fr": dict(zip(WEEKDAYS, ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"), strict=True)),
    "en": dict(
        zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
    ),
}
MONTH_NAMES: dict[Language, tuple[str, ...]] = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def day(local: date, language: Language, *, is_short: bool = False) -> str:
    """Mardi 24 novembre, Tuesday 24 November; short without the month."""
    name = DAY_NAMES[language][WEEKDAYS[local.weekday()]]
    number = "1er" if language == "fr" and local.day == 1 else str(local.day)
    if is_short:
        return f"{name} {number}" if language == "fr" else f"{name} the {_ordinal(local.day)}"
    return f"{name} {number} {MONTH_NAMES[language][local.month - 1]}"


def time_of(local: datetime, language: Language) -> str:
    """14 h 30, 2:30 pm."""
    if language == "fr":
        return f"{local.hour} h" + (f" {local.minute:02d}" if local.minute else "")
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"


def written(local: datetime, language: Language) -> str:
    """Mardi 24 novembre 2026 à 14 h 30, Tuesday 24 November 2026 at 2:30 pm."""
    return f"{day(local, language)} {local.year} {'à' if language == 'fr' else 'at'} {time_of(local, language)}"


def _ordinal(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number in (11, 12, 13) else endings.get(number % 10, 'th')}"
