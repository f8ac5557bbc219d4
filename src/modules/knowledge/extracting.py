"""An answer in the passage's own words: the sentences of it that the question asks for."""

import re

from modules.knowledge.asked import Asked, gives
from modules.knowledge.ranking import Weights, terms_of
from modules.knowledge.searching import Passage

MOST_CHARS = 320
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[\"'«(]*[A-ZÀ-ÝŒ0-9])")
_PAIR = re.compile(r"[^;:]{1,60}: [^;]+")


def own_sentences(passage: Passage, question: Asked, weighed: Weights) -> str:
    """A row as its cells say it; of anything longer the sentence that fits best, with what follows while there is room."""
    if passage.source == "faq":
        return passage.text
    if is_row(passage.text):
        return spoken_row(passage.text)
    units = [unit for line in passage.text.split("\n") for unit in _SENTENCE.split(line.removeprefix("- ")) if unit]
    scores = [
        weighed.coverage(passage.language, terms_of(passage.language, unit)) + 0.3 * gives(question.expected, unit)
        for unit in units
    ]
    best = max(range(len(units)), key=lambda at: (scores[at], -at))
    chosen, size = [units[best]], len(units[best])
    for unit in units[best + 1 :]:
        if size + len(unit) > MOST_CHARS or "\n" in passage.text:
            break
        chosen.append(unit)
        size += len(unit)
    said = " ".join(chosen)
    return f"{_named(passage)}{said}" if len(said) < 60 and "\n" in passage.text else said


def _named(passage: Passage) -> str:
    """A line of a list alone does not say what it is about."""
    heading = passage.heading.rpartition(" > ")[2]
    return f"{heading} : " if heading and passage.language == "fr" else f"{heading}: " if heading else ""


def is_row(text: str) -> bool:
    parts = text.split("; ")
    return len(parts) > 1 and all(_PAIR.fullmatch(part) for part in parts)


def spoken_row(text: str) -> str:
    """ "Service: Oil change; Price: £79" is said as "Oil change, price £79." """
    (_, _, first), *rest = (part.partition(": ") for part in text.split("; "))
    said = [f"{label[:1].lower()}{label[1:].strip()} {cell.strip()}" for label, _, cell in rest]
    return ", ".join((first.strip(), *said)).rstrip(".") + "."
