"""Telephone numbers as callers say them: spoken French and English numbers, or digits, to one string of digits."""

import re
from collections.abc import Sequence

from modules.words.text import EXAMINED_CHARS, words
from ports.dialogue import Language

FEWEST_DIGITS = 6
MOST_DIGITS = 15

_UNITS: dict[Language, dict[str, int]] = {
    "fr": {
        "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
        "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
    },
    "en": {
        "zero": 0, "oh": 0, "o": 0, "nought": 0, "nil": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
        "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
        "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    },
}  # fmt: skip
_TENS: dict[Language, dict[str, int]] = {
    "fr": {
        "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
        "huitante": 80, "octante": 80, "nonante": 90,
    },
    "en": {
        "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
        "ninety": 90,
    },
}  # fmt: skip
_HUNDRED = {"cent", "cents", "hundred"}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
# Said between the digits of a number without ending it.
_BETWEEN = {"et", "euh", "heu", "puis", "ensuite", "apres", "alors", "and", "then", "uh", "um", "er", "tiret", "dash"}


def phone_digits(text: str, language: Language) -> str | None:
    """The number in an utterance, a leading + kept; None when it holds no more than a few digits."""
    said = words(text[:EXAMINED_CHARS].replace("+", " plus "))
    best = max(_runs(said, language), key=len, default="")
    digits = best.lstrip("+")
    return best if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS else None


def key_digits(keys: str) -> str | None:
    """The number typed on the keypad, without the closing # or *."""
    digits = re.sub(r"[^0-9]", "", keys)
    return digits if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS else None


def _runs(said: Sequence[str], language: Language) -> list[str]:
    """The digits of each unbroken stretch of numbers."""
    runs, run, index = [], "", 0
    while index < len(said):
        found = _piece(said, index, language)
        if found:
            run += found[0]
            index = found[1]
            continue
        if said[index] == "plus":
            runs.append(run)
            run = "+"
        elif said[index] not in _BETWEEN:
            runs.append(run)
            run = ""
        index += 1
    return [*runs, run]


def _piece(said: Sequence[str], index: int, language: Language) -> tuple[str, int] | None:
    """The digits that begin at this word and where the rest goes on; None when it is no number."""
    word = said[index]
    if word.isdigit():
        return word, index + 1
    if word in _TIMES and index + 1 < len(said):
        repeated = _unit(said[index + 1], language)
        return None if repeated is None or repeated > 9 else (str(repeated) * _TIMES[word], index + 2)
    below = _below_hundred(said, index, language)
    if below is None:
        return None
    value, after = below
    if not (0 < value < 10 and after < len(said) and said[after] in _HUNDRED):
        return str(value), after
    rest = _below_hundred(said, after + 1, language)
    if rest is None or rest[0] < 10:
        return str(value * 100), after + 1
    return str(value * 100 + rest[0]), rest[1]


def _below_hundred(said: Sequence[str], index: int, language: Language) -> tuple[int, int] | None:
    if index >= len(said):
        return None
    if language == "fr" and said[index] == "quatre" and said[index + 1 : index + 2] in (["vingt"], ["vingts"]):
        return _with_unit(said, index + 2, 80, language)
    if (tens := _TENS[language].get(said[index])) is not None:
        return _with_unit(said, index + 1, tens, language)
    if (value := _unit(said[index], language)) is None:
        return None
    if language == "fr" and value == 10:
        return _with_unit(said, index + 1, 10, language)
    return value, index + 1


def _with_unit(said: Sequence[str], index: int, tens: int, language: Language) -> tuple[int, int]:
    after = index
    if language == "fr" and said[index : index + 1] == ["et"] and said[index + 1 : index + 2] in (["un"], ["onze"]):
        after += 1
    unit = _unit(said[after], language) if after < len(said) else None
    if unit is None or unit == 0:
        return tens, index
    if language == "fr" and tens == 10:
        return (tens + unit, after + 1) if unit in (7, 8, 9) else (tens, index)
    if unit < 10:
        return tens + unit, after + 1
    if language == "fr" and tens in (60, 80):  # soixante-quinze, quatre-vingt-dix-sept
        extra, end = (_below_hundred(said, after, language) or (unit, after + 1)) if unit == 10 else (unit, after + 1)
        return tens + extra, end
    return tens, index


def _unit(word: str, language: Language) -> int | None:
    return _UNITS[language].get(word)
