"""Days and times in callers' words, measured on the sets in tests/sets."""

import random
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from modules.dates.service import resolve
from modules.dates.values import Meaning

SETS = Path(__file__).resolve().parents[1] / "sets"


def cases(language: str) -> list[tuple[datetime, str, str, str]]:
    """(now, zone, phrase, meaning as it is written)"""
    found = []
    now, zone = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")), "UTC"
    for line in (SETS / f"dates_{language}.txt").read_text().splitlines():
        if line.startswith("@"):
            _, at, zone = line.split()
            now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))
        elif line and not line.startswith("#"):
            phrase, _, meaning = line.partition(" | ")
            found.append((now, zone, phrase, meaning))
    return found


def day(text: str, today: date) -> date:
    if text[0] in "+-":
        return today + timedelta(int(text))
    parts = [int(part) for part in text.split("-")]
    return date(*parts) if len(parts) == 3 else date(today.year, *parts)


def minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def expected(text: str, today: date) -> Meaning:
    if text == "-":
        return Meaning()
    if text.startswith("?"):
        return Meaning(question=text[1:])  # type: ignore[arg-type]
    values: dict[str, object] = {}
    for part in text.split():
        if re.fullmatch(r"~?\d\d:\d\d", part):
            values |= {"start": minutes(part.lstrip("~")), "is_about": part.startswith("~")}
        elif re.fullmatch(r"\d\d:\d\d-\d\d:\d\d", part):
            start, _, end = part.partition("-")
            values |= {"start": minutes(start), "end": minutes(end)}
        elif ".." in part:
            first, _, last = part.partition("..")
            values |= {"first": day(first, today), "last": day(last, today) if last else None, "is_open": not last}
        else:
            values |= {"first": day(part, today), "last": day(part, today)}
    return Meaning(**values)  # type: ignore[arg-type]


def without_instant(meaning: Meaning) -> Meaning:
    return Meaning(
        meaning.first,
        meaning.last,
        meaning.is_open,
        meaning.start,
        meaning.end,
        meaning.is_about,
        meaning.question,
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_set_is_as_large_as_it_should_be(language: str) -> None:
    assert len(cases(language)) >= 300


@pytest.mark.parametrize("language", ["fr", "en"])
def test_phrases_mean_what_is_written(language: str) -> None:
    misses = [
        f"{phrase} | {meaning} | {resolve(phrase, language, now, zone)}"
        for now, zone, phrase, meaning in cases(language)
        if without_instant(resolve(phrase, language, now, zone)) != expected(meaning, now.date())
    ]
    print(f"\n{language}: {len(cases(language)) - len(misses)} of {len(cases(language))}")
    print("\n".join(misses))
    assert misses == []


WORDS = (
    *(
        "le",
        "la",
        "demain",
        "lundi",
        "mardi",
        "prochain",
        "en huit",
        "dans",
        "trois",
        "3",
        "14",
        "h",
        "heures",
        "et",
        "demie",
    ),
    *(
        "moins",
        "quart",
        "entre",
        "à",
        "du",
        "au",
        "décembre",
        "semaine",
        "fin",
        "début",
        "midi",
        "soir",
        "ce",
        "ou",
        "12/3",
    ),
    *(
        "the",
        "next",
        "Monday",
        "week",
        "at",
        "half",
        "past",
        "to",
        "from",
        "after",
        "pm",
        "2:30",
        "December",
        "3rd",
        "of",
        ",",
    ),
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_words_break_it(language: str) -> None:
    order = random.Random(7)
    now = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Paris"))
    for _ in range(3_000):
        words = " ".join(order.choices(WORDS, k=order.randint(1, 9)))
        meaning = resolve(words, language, now, "Europe/Paris")
        if meaning.first and meaning.last:
            assert meaning.first <= meaning.last, words
        if meaning.start is not None and meaning.end is not None:
            assert meaning.start < meaning.end, words


def test_what_is_long_takes_no_longer() -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Paris"))
    assert resolve("le " * 100_000, "fr", now, "Europe/Paris").is_empty


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_day_of_a_year_is_found_by_its_name(language: str) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Paris"))
    months = {
        "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "en": "January February March April May June July August September October November December",
    }[language].split()
    for ahead in range(365):
        wanted = now.date() + timedelta(ahead)
        written = f"{wanted.day} {months[wanted.month - 1]}"
        assert resolve(f"le {written}" if language == "fr" else written, language, now, "Europe/Paris").first == wanted


@pytest.mark.parametrize(
    ("phrase", "zone", "expected"),
    [
        ("demain 14 h", "Europe/Paris", "2026-11-21T13:00:00+00:00"),
        ("demain 14 h", "America/Montreal", "2026-11-21T19:00:00+00:00"),
        ("demain 14 h", "Pacific/Noumea", "2026-11-21T03:00:00+00:00"),
        ("dans une heure", "America/Montreal", "2026-11-20T12:00:00+00:00"),
    ],
)
def test_a_single_time_is_an_instant_of_its_zone(phrase: str, zone: str, expected: str) -> None:
    now = datetime(2026, 11, 20, 11, tzinfo=ZoneInfo("UTC"))
    at = resolve(phrase, "fr", now, zone).at
    assert at
    assert at.astimezone(ZoneInfo("UTC")).isoformat() == expected
