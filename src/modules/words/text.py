"""What a text says once accents, elisions, plurals and small words are taken away."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from modules.words.lexicon import KIN, LIGHT, SAME, STOP
from ports.dialogue import Language

EXAMINED_CHARS = 1000

_NOT_WORD = re.compile(r"[^\w\u0300-\u036f]+")
_WORD = re.compile(r"[a-z0-9]+")
_COMPOUND = re.compile(r"\b(rendez|aujourd|wi|week|e|check|take)[ '\u2019-]+(vous|hui|fi|ends?|mails?|in|out|away)\b")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SPACE = re.compile(r"\s+")

# Longest first; what is left must still say something, hence the least length of the stem.
_FR_ENDINGS = (
    "issements",
    "issement",
    "ations",
    "ation",
    "ements",
    "ement",
    "ions",
    "ion",
    "euses",
    "euse",
    "eurs",
    "eur",
    "ables",
    "able",
    "iques",
    "ique",
    "aient",
    "antes",
    "ante",
    "ants",
    "ant",
    "ees",
    "ee",
    "es",
    "er",
    "ez",
    "ent",
    "ons",
    "ais",
    "ait",
    "ir",
    "e",
    "s",
    "x",
)
_EN_ENDINGS = (
    "ations",
    "ation",
    "ments",
    "ment",
    "ings",
    "ing",
    "ies",
    "ied",
    "ers",
    "er",
    "est",
    "ed",
    "es",
    "ly",
    "s",
    "y",
    "e",
)
_ENDINGS: dict[Language, tuple[str, ...]] = {"fr": _FR_ENDINGS, "en": _EN_ENDINGS}
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the caller said: as it came, and as plain words."""

    raw: str
    words: tuple[str, ...]
    content: tuple[str, ...]  # the words that carry the subject

    @property
    def plain(self) -> str:
        return " ".join(self.words)


def utterance(speech: str | None, language: Language) -> Utterance:
    raw = cleaned((speech or "")[:EXAMINED_CHARS])
    said = tuple(words(raw))
    return Utterance(raw, said, tuple(word for word in said if word not in STOP[language]))


def cleaned(text: str) -> str:
    """One line of text without control or invisible characters."""
    return _SPACE.sub(" ", _CONTROL.sub(" ", text.replace("\n", " "))).strip()


def without_controls(text: str) -> str:
    return _CONTROL.sub("", text).strip()


def fold(text: str) -> str:
    """Lower case without accents: "Où ça ?" gives "ou ca ?"."""
    lowered = text.casefold()
    if lowered.isascii():
        return lowered
    spread = _NOT_WORD.sub(" ", unicodedata.normalize("NFKD", lowered.replace("œ", "oe").replace("æ", "ae")))
    return spread.encode("ascii", "ignore").decode()


def words(text: str) -> list[str]:
    return _WORD.findall(_COMPOUND.sub(r"\1\2", fold(text)))


def stem(word: str, language: Language) -> str:
    if word.isdigit():
        return word
    if language == "fr" and word.endswith("aux") and len(word) > 5 and word[-4] != "e":
        return word[:-3] + "al"
    for ending in _ENDINGS[language]:
        if word.endswith(ending) and len(word) - len(ending) >= _least(ending):
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word


def _least(ending: str) -> int:
    return 3 if len(ending) <= 2 else _SHORTEST_STEM


_SAME: dict[Language, dict[str, str]] = {
    language: {stem(word, language): stem(first, language) for word, first in groups.items()}
    for language, groups in SAME.items()
}


def stem_of(word: str, language: Language) -> str:
    """The stem of the word that stands for all of its meaning."""
    found = stem(word, language)
    return _SAME[language].get(found, found)


@cache
def _light(language: Language) -> frozenset[str]:
    return frozenset(stem_of(word, language) for word in LIGHT[language])


@cache
def _kin(language: Language) -> dict[str, frozenset[str]]:
    return {
        stem_of(word, language): frozenset(stem_of(one, language) for one in kin) for word, kin in KIN[language].items()
    }


class Stems(dict[str, str]):
    """Word to stem ("" for one that says nothing), each computed once; lives as long as one turn."""

    def __init__(self, language: Language, also_light: str = "") -> None:
        super().__init__()
        self.language = language
        self.light = _light(language) | {stem_of(word, language) for word in words(also_light)}
        self.kin = _kin(language)

    def __missing__(self, word: str) -> str:
        found = self[word] = "" if word in STOP[self.language] else stem_of(word, self.language)
        return found

    def of(self, text: str) -> list[str]:
        return [found for word in words(text) if (found := self[word])]
