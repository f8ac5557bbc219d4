"""Two ranked lists as one, and how sure one can be of what comes first."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from modules.knowledge.asked import Asked
from modules.knowledge.schemas import Mode
from modules.words.text import Stems
from ports.dialogue import Language

LIGHT_WEIGHT = 0.15  # of a word that many questions share
FIGURE_WEIGHT = 2.0  # who asks for number 37 is not served with number 3
# Chosen on the open half of bench/knowledge; docs/knowledge.md has the table.
_BY_WORDS, _BY_VECTOR, _BY_COVERAGE = 0.65, 0.35, 0.2
_SAME_LANGUAGE, _FITS = 0.1, 0.2


@dataclass(frozen=True, slots=True)
class Candidate:
    id: str
    text: str
    keyword_rank: int | None = None
    keyword_score: float | None = None
    vector_rank: int | None = None
    vector_score: float | None = None
    coverage: float = 0.0  # 0 to 1: how much of the question its words cover
    is_same_language: bool = True
    fits: bool = False  # it holds the kind of figure that was asked for
    rerank_score: float | None = None
    fused: float = 0.0


def fused(candidates: Sequence[Candidate], mode: Mode = "hybrid") -> list[Candidate]:
    """Best first, each text once: a weighted sum of what words, vectors and the kind of question say.

    Whoever wants words or vectors alone gets what BM25 or the cosine says, and nothing else.
    """
    top = max((one.keyword_score or 0.0 for one in candidates), default=0.0) or 1.0
    seen: set[str] = set()
    best = []
    scored = [replace(one, fused=_alone(one, mode) if mode != "hybrid" else _fused(one, top)) for one in candidates]
    for one in sorted(scored, key=lambda one: (-one.fused, one.id)):
        if one.text not in seen:
            seen.add(one.text)
            best.append(one)
    return best


def _alone(one: Candidate, mode: Mode) -> float:
    return (one.keyword_score if mode == "keyword" or one.vector_score is None else one.vector_score) or 0.0


def _fused(one: Candidate, top: float) -> float:
    by_words = _BY_WORDS * (one.keyword_score or 0.0) / top
    by_vector = _BY_VECTOR * max(0.0, one.vector_score or 0.0)
    more = _BY_COVERAGE * one.coverage + _SAME_LANGUAGE * one.is_same_language + _FITS * one.fits
    return by_words + by_vector + more


def rarity(count: int, chunks: int) -> float:
    """BM25's inverse document frequency, never below zero."""
    return math.log(1 + (chunks - count + 0.5) / (count + 0.5))


@dataclass(frozen=True, slots=True)
class Weights:
    """What each term of the question weighs among this business's texts, as each language reads it."""

    terms: Mapping[Language, Mapping[str, float]]

    def coverage(self, language: Language, held: frozenset[str]) -> float:
        terms = self.terms.get(language, {})
        total = sum(terms.values())
        return sum(weight for term, weight in terms.items() if term in held) / total if total else 0.0


def weights(question: Asked, counts: Mapping[str, int], chunks: int) -> Weights:
    """A term that no text holds weighs as much against an answer as the rarest one for it."""
    return Weights(
        {
            language: {
                term: rarity(counts.get(term, 0), max(1, chunks)) * weight_of(term, question.light) for term in terms
            }
            for language, terms in question.stems.items()
        }
    )


def weight_of(term: str, light: frozenset[str]) -> float:
    if term[:1].isdigit():
        return FIGURE_WEIGHT
    return LIGHT_WEIGHT if term in light else 1.0


def terms_of(language: Language, *texts: str) -> frozenset[str]:
    return frozenset(Stems(language).of(" ".join(texts)))
