"""A question as search reads it: its words in both languages, its phrases, and what it says too often to matter."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from modules.words.languages import language_of
from modules.words.text import Stems, cleaned, fold, words
from ports.dialogue import Language

MOST_TERMS = 24
_PHRASE = re.compile(r'"([^"]{2,200})"|«\s*([^»]{2,200})»')
_PREFIX = re.compile(r"([^\W_]{3,})\*")
Expected = Literal["amount", "span"]
_ASKS: Mapping[Expected, re.Pattern[str]] = {
    "span": re.compile(
        r"\bcombien de (?:temps|jours|semaines|mois|minutes|heures)|\bhow long\b|\bdure(?:nt|e)?\b|\bdelais?\b"
        r"|\bhow many (?:days|weeks|months|hours|minutes)"
    ),
    "amount": re.compile(
        r"\bcombien\b|\bprix\b|\btarifs?\b|\bcout(?:e|ent|s|er)?\b|\bfrais\b|\bpayante?s?\b|\bhow much\b|\bcosts?\b|\bprices?\b"
        r"|\bcharges?\b|\bfees?\b|\brates?\b"
    ),
}
_GIVES: Mapping[Expected, re.Pattern[str]] = {
    "span": re.compile(
        r"\d\s?(?:min|h\b|heures?|jours?|semaines?|mois|ans?\b|seances?|days?|weeks?|months?|years?|hours?|visits)"
        r"|\b(?:un|une|deux|trois|quatre|cinq|six|dix|quinze|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen)"
        r" (?:jours?|semaines?|mois|heures?|minutes|ans?|days?|weeks?|months?|years?|hours?|minutes)\b"
    ),
    "amount": re.compile(
        r"\d[\d\s.,]*(?:€|£|\$|%|euros?\b|pounds?\b|dollars?\b|francs?\b|chf\b|cad\b)|[€£$]\s?\d"
        r"|\b(?:gratuite?s?|offerte?s?|free)\b"
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    text: str
    language: Language | None  # None: it could be either
    stems: Mapping[Language, tuple[str, ...]]  # as each language reads it
    light: frozenset[str] = frozenset()  # of the stems, those that many questions share
    prefixes: tuple[str, ...] = ()  # of a word that ends with *
    phrase: str | None = None  # stems in their order, apart by blanks: of words between quotation marks

    @property
    def terms(self) -> tuple[str, ...]:
        """In either language, the question's own first."""
        first: Language = "en" if self.language == "en" else "fr"
        other: Language = "fr" if first == "en" else "en"
        return tuple(dict.fromkeys((*self.stems[first], *self.stems[other])))

    @property
    def hash(self) -> str:
        return hashlib.sha256(" ".join(words(self.text)).encode()).hexdigest()

    @property
    def expected(self) -> Expected | None:
        """What kind of figure would answer it."""
        said = fold(self.text)
        return next((kind for kind, pattern in _ASKS.items() if pattern.search(said)), None)


def gives(expected: Expected | None, text: str) -> bool:
    return expected is not None and bool(_GIVES[expected].search(text.casefold()))


def asked(text: str, language: Language | None = None) -> Asked:
    """`language` is the caller's, where it is known; passages in the other one are found all the same."""
    said = cleaned(text)[:500]
    known = language or language_of(said)
    languages: tuple[Language, Language] = ("fr", "en")
    stems = {one: Stems(one) for one in languages}
    found = {one: tuple(dict.fromkeys(stems[one].of(said)))[:MOST_TERMS] for one in languages}
    light = frozenset(term for one in languages for term in found[one] if term in stems[one].light)
    prefixes = tuple(dict.fromkeys(word for match in _PREFIX.findall(said) for word in words(match)[:1]))
    quoted = _PHRASE.search(said)
    phrase = " ".join(stems[known or "fr"].of(quoted[1] or quoted[2])) if quoted else ""
    return Asked(said, known, found, light, prefixes, phrase or None)
