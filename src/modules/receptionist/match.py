"""Which of the owner's texts an utterance asks for: overlap weighted by rarity, tolerant of a recogniser's slips."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from modules.words.text import EXAMINED_CHARS, Stems

# Below the floor the honest answer is "I do not know"; tests/modules/receptionist hold the questions it was set on.
FLOOR = 0.5
STRONG = 0.8

_IN_BODY = 0.85  # a word of the answer says less about the question than a word of the question
_OF_KIN = 0.6
_TITLE_SHARE = 0.3
_LIGHT_WEIGHT = 0.15
_SAME_SOUND = 0.9
_NEAR_SOUND = 0.75
_MAX_TERMS = 40
_SOUNDS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"ph", "f"), (r"sch|sh|ch", "x"), (r"qu|k|c(?![eiy])", "k"), (r"c", "s"), (r"eau|aux?", "o"),
        (r"ai|ei|ay|ey|er$|ez$", "e"), (r"gu(?=[ei])", "g"), (r"g(?=[eiy])", "j"), (r"h", ""), (r"y", "i"), (r"z", "s"),
        (r"(.)\1+", r"\1"), (r"(?<=...)[etdsxp]+$", ""),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    title: frozenset[str]
    body: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    index: int
    score: float


@dataclass(frozen=True, slots=True)
class _Query:
    found: dict[str, tuple[str, float]]  # asked term to the known one and its certainty
    kin: dict[str, frozenset[str]]
    weights: dict[str, float]
    total: float


def document(stems: Stems, title: str, body: str = "") -> Document:
    return Document(frozenset(stems.of(title[:EXAMINED_CHARS])), frozenset(stems.of(body[:EXAMINED_CHARS])))


def rank(stems: Stems, query: Sequence[str], documents: Sequence[Document]) -> list[Match]:
    """The documents that share something with the query, best first, each scored 0..1."""
    asked = list(dict.fromkeys(query))[:_MAX_TERMS]
    titles = Counter(term for document in documents for term in document.title)
    found = _recognised(asked, titles, documents)
    if not any(term not in stems.light for term, _ in found.values()):
        return []
    weights = {term: _weight(term, stems, titles, documents) for term in {*asked, *titles}}
    total = sum(weights[found[term][0]] if term in found else weights[term] for term in asked)
    kin = {term: stems.kin[term] for term in asked if term in stems.kin}
    searched = _Query(found, kin, weights, total)
    scored = (Match(index, _score(document, searched)) for index, document in enumerate(documents))
    return sorted((match for match in scored if match.score > 0), key=lambda match: -match.score)


def _recognised(
    asked: Sequence[str], titles: Counter[str], documents: Sequence[Document]
) -> dict[str, tuple[str, float]]:
    """Each term that the documents know, or the one it was probably misheard for, with its certainty."""
    found: dict[str, tuple[str, float]] = {}
    heard_sounds: dict[str, str] = {}
    for term in asked:
        if term in titles or any(term in document.body for document in documents):
            found[term] = (term, 1.0)
        elif near := _sounding_like(term, titles, heard_sounds):
            found[term] = near
    return found


def _score(document: Document, query: _Query) -> float:
    covered, hit = 0.0, 0.0
    weights = query.weights
    for term, certainty in query.found.values():
        if term in document.title:
            covered += weights[term] * certainty
            hit += weights[term]
        elif term in document.body:
            covered += weights[term] * certainty * _IN_BODY
    for term, kin in query.kin.items():
        if kin & document.title and term not in document.title:
            covered += weights[term] * _OF_KIN
    if not covered or not query.total:
        return 0.0
    whole = sum(weights[term] for term in document.title)
    title_share = min(1.0, hit / whole) if whole else 0.0
    return min(1.0, covered / query.total) * (1 - _TITLE_SHARE + _TITLE_SHARE * title_share)


def _weight(term: str, stems: Stems, titles: Counter[str], documents: Sequence[Document]) -> float:
    """Inverse document frequency; a term that no document knows counts against a match as much as the rarest for it."""
    rarity = math.log(1 + len(documents) / (1 + max(1, titles[term]))) + 0.2
    return rarity * (_LIGHT_WEIGHT if term in stems.light else 1)


def _sounding_like(term: str, titles: Counter[str], sounds: dict[str, str]) -> tuple[str, float] | None:
    if len(term) < 4 or term.isdigit():
        return None
    heard = sound(term)
    best: tuple[str, float] | None = None
    for candidate in titles:
        if abs(len(candidate) - len(term)) > 2 or len(candidate) < 4:
            continue
        known = sounds.get(candidate) or sounds.setdefault(candidate, sound(candidate))
        if known == heard:
            return candidate, _SAME_SOUND
        if best is None and _is_near(known, heard):
            best = candidate, _NEAR_SOUND
    return best


def sound(term: str) -> str:
    """A rough key of how a word sounds: "shampoin" and "champouin" are one letter apart."""
    for pattern, by in _SOUNDS:
        term = pattern.sub(by, term)
    return term


def _is_near(left: str, right: str) -> bool:
    # Another letter makes another word ("massage", "message") more often than a lost one does.
    shortest = 6 if len(left) == len(right) else 4
    return min(len(left), len(right)) >= shortest and left[0] == right[0] and _one_apart(left, right)


def _one_apart(left: str, right: str) -> bool:
    """True when one insertion, removal or replacement turns one word into the other."""
    if abs(len(left) - len(right)) > 1:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    if len(left) == len(right):
        return left[start + 1 :] == right[start + 1 :]
    short, long = sorted((left, right), key=len)
    return short[start:] == long[start + 1 :]
