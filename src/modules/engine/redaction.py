"""Card numbers, typed or spoken, taken out before anything is stored or told to a model."""

import re
from collections.abc import Mapping, Sequence

from modules.dates import english, french
from modules.dates.tokens import Vocabulary, spoken_digits
from ports.dialogue import Language

LEAST_DIGITS, MOST_DIGITS = 13, 19  # ISO/IEC 7812
_TYPED = re.compile(r"(?<!\d)(?:\d[ .-]?){12,18}\d(?!\d)")
_REMOVED: Mapping[Language, str] = {"fr": "[numéro de carte retiré]", "en": "[card number removed]"}


def without_cards(words: str, language: Language) -> str:
    removed = _REMOVED[language]
    typed = _TYPED.sub(lambda found: removed if is_card(re.sub(r"\D", "", found[0])) else found[0], words)
    vocabulary: Vocabulary = french.VOCABULARY if language == "fr" else english.VOCABULARY
    for start, end, digits in reversed(spoken_digits(typed, vocabulary)):
        if any(is_card(digits[at:stop]) for at, stop in _windows(digits)):
            typed = typed[:start] + removed + typed[end:]
    return typed


def keys_without_cards(digits: str | None) -> str | None:
    return "" if digits and is_card(re.sub(r"\D", "", digits)) else digits


def _windows(digits: str) -> Sequence[tuple[int, int]]:
    """A run of spoken numbers may hold something before or behind the card."""
    lengths = range(min(MOST_DIGITS, len(digits)), LEAST_DIGITS - 1, -1)
    return [(at, at + length) for length in lengths for at in range(len(digits) - length + 1)]


def is_card(digits: str) -> bool:
    """By length and check digit (Luhn, ISO/IEC 7812-1)."""
    if not LEAST_DIGITS <= len(digits) <= MOST_DIGITS or len(set(digits)) == 1:
        return False
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
