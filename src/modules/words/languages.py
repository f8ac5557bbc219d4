"""Which of the two languages a text is written in, by its small words."""

from collections import Counter

from modules.words.lexicon import STOP
from modules.words.text import words
from ports.dialogue import Language

_EXAMINED_CHARS = 5_000
_ONLY: dict[Language, frozenset[str]] = {"fr": STOP["fr"] - STOP["en"], "en": STOP["en"] - STOP["fr"]}


def language_of(text: str) -> Language | None:
    """None where neither has more small words than the other."""
    counted = Counter(words(text[:_EXAMINED_CHARS]))
    french, english = (sum(counted[word] for word in _ONLY[language]) for language in ("fr", "en"))
    if french == english:
        return None
    return "fr" if french > english else "en"
