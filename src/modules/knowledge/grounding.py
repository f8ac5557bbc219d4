"""Whether what is said stands in the passages it is said to come from: every figure as it is there, and its words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from modules.words.text import Stems
from ports.dialogue import Language

LEAST_SUPPORT = 0.6  # of a sentence's own words, in one passage
_FIGURE = re.compile(r"\d+(?:[ \u00a0\u202f.,:]\d+)*")
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
_ENGLISH_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_MARK = re.compile(r"\s*\[(\d{1,2})\]")
# A clock time is written in several ways: "8 h 30", "8:30", "8.30 am".
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})(?:\s?[h:]\s?|\.(?=\d{2}\s?[ap]\.?m))(\d{2})(?!\d)")
_MARK_BEHIND = re.compile(r"([.!?…])((?:\s*\[\d{1,2}\])+)")


@dataclass(frozen=True, slots=True)
class Checked:
    words: str
    used: tuple[int, ...]  # which of the passages, in the order they are used


def figures(text: str) -> frozenset[str]:
    """Each figure in one spelling: "1 200,50" and "1,200.50" are the same."""
    said = _ENGLISH_THOUSANDS.sub("", _THOUSANDS.sub("", _CLOCK.sub(r"\1 \2", text)))
    return frozenset(_plain(part) for found in _FIGURE.findall(said) for part in re.split(r"[ \u00a0\u202f:]", found))


def _plain(figure: str) -> str:
    whole, _, part = figure.replace(",", ".").strip(".").partition(".")
    part = part.rstrip("0")
    return f"{whole.lstrip('0') or '0'}.{part}" if part else whole.lstrip("0") or "0"


def check(answer: str, passages: Sequence[str], question: str, language: Language) -> Checked:
    """Sentence by sentence: what no passage supports is taken out.

    A sentence may name its passage as [1]; its figures have to stand in that one. What the question says itself needs
    no support, but for its figures.
    """
    stems = Stems(language)
    asked = set(stems.of(question))
    held = [set(stems.of(text)) | asked for text in passages]
    numbers = [figures(text) for text in passages]
    kept, used = [], []
    for sentence in _SENTENCE.split(_MARK_BEHIND.sub(r"\2\1", answer.strip())):
        said = _MARK.sub("", sentence).strip()
        if not said:
            continue
        named = [int(mark) - 1 for mark in _MARK.findall(sentence) if 0 < int(mark) <= len(passages)]
        own = [term for term in dict.fromkeys(stems.of(said)) if term not in stems.light]
        found = _support(own, figures(said), (held, numbers), named)
        if found is None:
            continue
        kept.append(said)
        if found >= 0:
            used.append(found)
    return Checked(" ".join(kept) if used else "", tuple(dict.fromkeys(used)))


def _support(
    own: Sequence[str],
    said: frozenset[str],
    passages: tuple[list[set[str]], list[frozenset[str]]],
    named: Sequence[int],
) -> int | None:
    """The passage that holds most of it; -1 for words that claim nothing, None for what has no support."""
    held, numbers = passages
    if not own and not said:
        return -1
    best, most = None, 0.0
    for at in named or range(len(held)):
        share = sum(term in held[at] for term in own) / len(own) if own else 1.0
        if said <= numbers[at] and share >= LEAST_SUPPORT and share > most:
            best, most = at, share
    return best


def has_strange_figure(sentence: str, known: frozenset[str]) -> bool:
    """Whether it holds a figure that stands nowhere in what is known."""
    return bool(figures(sentence) - known)
