"""What to say about opening hours at this moment, from the facts alone."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from modules.aloud import clock
from modules.business import hours as rules
from modules.business.hours import WeeklyHours
from modules.date_words import DAY_NAMES
from modules.receptionist.phrases import say
from modules.receptionist.speech import clock_of, listed
from ports.dialogue import WEEKDAYS, Language, Opening, Weekday

_EXCEPTION: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(?:feries?|feriees?|noel|vacances|paques|pentecote|ascension|toussaint|jour de l an|nouvel an|exceptionnel\w*|"
        r"(?:\d{1,2}|premier|1er) (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre)|"
        r"(?:en|au mois d|au mois de) (?:juillet|aout|decembre))\b"
    ),
    "en": re.compile(
        r"\b(?:holidays?|christmas|easter|thanksgiving|new year\w*|(?:january|february|march|april|june|july|august|september|"
        r"october|november|december)|may \d{1,2}|boxing day)\b"
    ),
}
_TODAY = {
    "fr": r"aujourdhui|ce (?:soir|matin|midi)|cet apres",
    "en": r"today|tonight|this (?:morning|afternoon|evening)",
}
_AFTER: dict[Language, str] = {"fr": r"apresdemain|apres demain", "en": r"(?:the )?day after tomorrow"}
_TOMORROW: dict[Language, str] = {"fr": r"demain", "en": r"tomorrow"}
_WEEKEND = r"weekends?"
_WHOLE_WEEK: dict[Language, str] = {
    "fr": r"horaires?|quels? jours?|tous les jours|semaine|du \w+ au \w+",
    "en": r"hours|opening times|which days|what days|every ?day|week|weekdays",
}
_CLOSING: dict[Language, str] = {
    "fr": r"ferm\w*|jusqu a|tard", "en": r"clos\w*|shut|until|till|late"
}  # fmt: skip
_ASKS_TIME: dict[Language, str] = {
    "fr": r"quelles? heures?|quand|tard|tot", "en": r"time|when|how late|how early|until|till"
}  # fmt: skip


def hours_words(week: WeeklyHours, zone: ZoneInfo, now: datetime, plain: str, language: Language) -> str:
    local = now.astimezone(zone)
    if is_exception(plain, language):
        return f"{say(language, 'exception')} {week_words(week, language)}"
    if days := _named_days(plain, local.date(), language):
        return " ".join(day_words(week, day, local.date(), language, named) for day, named in days)
    if rules.is_always_open(week):
        return say(language, "always_open")
    if not any(week.get(day) for day in WEEKDAYS):
        return say(language, "never_open")
    if _has(_WHOLE_WEEK[language], plain):
        return week_words(week, language)
    if _has(_ASKS_TIME[language], plain):
        return _time_words(week, zone, now, _has(_CLOSING[language], plain), language)
    return now_words(week, zone, now, language)


def is_exception(plain: str, language: Language) -> bool:
    """A day that weekly hours say nothing about: a public holiday, a holiday period, a date."""
    return _EXCEPTION[language].search(plain) is not None


def now_words(week: WeeklyHours, zone: ZoneInfo, now: datetime, language: Language) -> str:
    """Open or closed at this moment, and until when."""
    current, following = rules.current_opening(week, zone, now), rules.next_opening(week, zone, now)
    if current:
        end = clock_of(current[1], language)
        if following and following[0].date() == now.astimezone(zone).date():
            return say(language, "open_until_then", end=end, later=_span(*_minutes(*following), language))
        return say(language, "open_until", end=end)
    if not following:
        return say(language, "never_open")
    day = _day_name(following[0].date(), now.astimezone(zone).date(), language)
    return say(language, "closed_next", day=day, start=clock_of(following[0], language))


def day_words(week: WeeklyHours, day: date, today: date, language: Language, by_name: bool) -> str:
    name = say(language, "on_day", day=_weekday(day, language)) if by_name else _day_name(day, today, language)
    openings = rules.openings_on(week, day)
    text = say(language, "day_open", day=name, spans=_spans(openings, language)) if openings else ""
    return _capital(text or say(language, "day_closed", day=name))


def week_words(week: WeeklyHours, language: Language) -> str:
    """Days with the same openings are said together: "Monday to Friday from 9 AM to noon"."""
    if rules.is_always_open(week):
        return say(language, "always_open")
    groups: list[tuple[list[Weekday], tuple[Opening, ...]]] = []
    for day in WEEKDAYS:
        openings = tuple(sorted(week.get(day, ()), key=lambda opening: rules.minutes_of(opening.opens)))
        if groups and groups[-1][1] == openings:
            groups[-1][0].append(day)
        else:
            groups.append(([day], openings))
    opened = [f"{_days(days, language)} {_spans(openings, language)}" for days, openings in groups if openings]
    closed = [_days(days, language) for days, openings in groups if not openings]
    if not opened:
        return say(language, "never_open")
    said = say(language, "week", days=f", {_and(language)} ".join((", ".join(opened[:-1]), opened[-1])).lstrip(", "))
    if len(opened) == 1:
        said = say(language, "week", days=opened[0])
    return f"{said} {say(language, 'week_closed', days=listed(closed, language))}" if closed else said


def _time_words(week: WeeklyHours, zone: ZoneInfo, now: datetime, is_closing: bool, language: Language) -> str:
    today = now.astimezone(zone).date()
    following = rules.next_opening(week, zone, now)
    if rules.is_open(week, zone, now):
        if is_closing or not rules.openings_on(week, today):
            return now_words(week, zone, now, language)
        return day_words(week, today, today, language, by_name=False)
    if following and following[0].date() == today:
        return day_words(week, today, today, language, by_name=False)
    return now_words(week, zone, now, language)


def _named_days(plain: str, today: date, language: Language) -> list[tuple[date, bool]]:
    """The days asked for, each with whether it was called by its weekday; none for "from Monday to Friday"."""
    if re.search(r"\b(?:du|from) \w+ (?:au|to|until) \w+\b", plain):
        return []
    found: list[tuple[date, bool]] = []
    if _has(_TODAY[language], plain):
        found.append((today, False))
    if _has(_AFTER[language], plain):
        found.append((today + timedelta(days=2), False))
    elif _has(_TOMORROW[language], plain):
        found.append((today + timedelta(days=1), False))
    wanted = [day for day in WEEKDAYS if re.search(rf"\b{DAY_NAMES[language][day].lower()}s?\b", plain)]
    if _has(_WEEKEND, plain):
        wanted = ["sat", "sun"]
    for day in wanted:
        found.append((today + timedelta(days=(WEEKDAYS.index(day) - today.weekday()) % 7), True))
    return [] if len(found) > 3 else found


def _day_name(day: date, today: date, language: Language) -> str:
    ahead = (day - today).days
    if key := {0: "today", 1: "tomorrow", 2: "after_tomorrow"}.get(ahead):
        return say(language, key)
    return say(language, "this_day", day=_weekday(day, language))


def _weekday(day: date, language: Language) -> str:
    return DAY_NAMES[language][rules.weekday_of(day)]


def _days(days: list[Weekday], language: Language) -> str:
    names = [DAY_NAMES[language][day] for day in days]
    if len(names) > 2:
        return say(language, "days_range", first=names[0], last=names[-1])
    return listed([say(language, "on_day", day=name) for name in names], language)


def _spans(openings: tuple[Opening, ...], language: Language) -> str:
    if any(rules.is_all_day(opening) for opening in openings):
        return say(language, "all_day")
    return listed(
        [_span(rules.minutes_of(opening.opens), rules.minutes_of(opening.closes), language) for opening in openings],
        language,
    )


def _span(opens: int, closes: int, language: Language) -> str:
    return say(language, "span", start=clock(opens, language), end=clock(closes, language))


def _minutes(start: datetime, end: datetime) -> tuple[int, int]:
    return start.hour * 60 + start.minute, end.hour * 60 + end.minute


def _and(language: Language) -> str:
    return {"fr": "et", "en": "and"}[language]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _has(pattern: str, plain: str) -> bool:
    return re.search(rf"\b(?:{pattern})\b", plain) is not None
