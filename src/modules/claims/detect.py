"""Which claims a sentence makes: that something was done, or will be. Rules of language, not of the business."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

# "invented" is a figure that stands nowhere: no grammar tells it.
Kind = Literal["booked", "changed", "cancelled", "noted", "sent", "transferred", "promised", "invented"]


@dataclass(frozen=True, slots=True)
class Grammar:
    """Of one language, over plain text: lower case, no accents, apostrophes as spaces.

    A sentence that is `open` claims nothing (a condition, a purpose); nor does a clause that is `denied`, `possible`
    or about what is usual. What such a clause still claims stands in `even_so`.
    """

    opening: re.Pattern[str]
    denied: re.Pattern[str]
    possible: re.Pattern[str]
    even_so: Mapping[Kind, re.Pattern[str]]
    claims: Mapping[Kind, re.Pattern[str]]
    deeds: re.Pattern[str]  # of ours, or of somebody for the caller, in whatever words
    kinds: Mapping[Kind, re.Pattern[str]]  # which one such a deed is, tried in this order


_SENTENCE = re.compile(r"[^.!?…]*(?:[.!?…]+(?=\s|$)|$)")
_CLAUSE = re.compile(r"[,;:]| - |\b(?:et|and|but|mais)\b")


def plain(text: str) -> str:
    lowered = unicodedata.normalize("NFKD", text.lower().replace("\u2019", "'"))
    bare = "".join(c for c in lowered if not unicodedata.combining(c))
    return re.sub(r"[ \t\n]+", " ", re.sub(r"['\u2010-\u2015-]", " ", bare)).strip()


def sentences(text: str) -> list[str]:
    """The text in pieces that end with a full stop, a question or an exclamation mark; nothing is lost."""
    return [piece for piece in _SENTENCE.findall(text) if piece.strip()]


def claims_of(sentence: str, grammar: Grammar) -> frozenset[Kind]:
    said = plain(sentence)
    if said.endswith("?") or grammar.opening.match(said):
        return frozenset()
    said = said.rstrip(".!… ")
    found: set[Kind] = set()
    for clause in (said, *_CLAUSE.split(said)) if _CLAUSE.search(said) else (said,):
        is_whole = clause is said and bool(_CLAUSE.search(said))
        found |= _of_clause(clause.strip(), grammar, is_whole=is_whole)
    return frozenset(found)


def _of_clause(clause: str, grammar: Grammar, *, is_whole: bool) -> set[Kind]:
    found = {kind for kind, pattern in grammar.even_so.items() if pattern.search(clause)}
    if is_whole or grammar.denied.search(clause) or grammar.possible.search(clause):
        return found
    found |= {kind for kind, pattern in grammar.claims.items() if pattern.search(clause)}
    if not found and grammar.deeds.search(clause):
        found.add(next((kind for kind, pattern in grammar.kinds.items() if pattern.search(clause)), "noted"))
    return found


def compiled(patterns: Mapping[Kind, Sequence[str]]) -> Mapping[Kind, re.Pattern[str]]:
    return {kind: re.compile("|".join(alternatives)) for kind, alternatives in patterns.items()}
