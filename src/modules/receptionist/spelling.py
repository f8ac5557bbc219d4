"""What callers spell aloud: e-mail addresses and names, letter by letter, with words for the signs."""

import re
import unicodedata
from collections.abc import Mapping

from ports.dialogue import Language

_SIGNS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "arobase": "@",
        "arrobase": "@",
        "arobas": "@",
        "at": "@",
        "point": ".",
        "tiret bas": "_",
        "underscore": "_",
        "tiret du bas": "_",
        "tiret": "-",
        "trait d union": "-",
        "plus": "+",
    },
    "en": {
        "at": "@",
        "dot": ".",
        "point": ".",
        "underscore": "_",
        "dash": "-",
        "hyphen": "-",
        "minus": "-",
        "plus": "+",
    },
}
_DIGITS: Mapping[Language, tuple[str, ...]] = {
    "fr": ("zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
# How letters are called; the rest are called as they are written.
_LETTERS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "be": "b",
        "ce": "c",
        "de": "d",
        "effe": "f",
        "ge": "g",
        "ache": "h",
        "ji": "j",
        "ka": "k",
        "elle": "l",
        "emme": "m",
        "enne": "n",
        "pe": "p",
        "qu": "q",
        "erre": "r",
        "esse": "s",
        "te": "t",
        "ve": "v",
        "double ve": "w",
        "ix": "x",
        "i grec": "y",
        "zede": "z",
    },
    "en": {
        "bee": "b",
        "cee": "c",
        "dee": "d",
        "ef": "f",
        "gee": "g",
        "aitch": "h",
        "jay": "j",
        "kay": "k",
        "el": "l",
        "em": "m",
        "en": "n",
        "pee": "p",
        "cue": "q",
        "ar": "r",
        "ess": "s",
        "tee": "t",
        "vee": "v",
        "double u": "w",
        "double you": "w",
        "ex": "x",
        "why": "y",
        "zed": "z",
        "zee": "z",
    },
}
# "d comme Daniel", "b as in Bravo"
_LIKE = re.compile(r"\b([a-z]) (?:comme|as in|for|like) [a-z]+\b")
_ADDRESS = re.compile(r"[a-z0-9][a-z0-9._+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_LEAD_IN = re.compile(r"^.*?\b(?:c est|est|adresse|email|mail|e mail|is|it s|address)\b ")


def spoken_email(words: str, language: Language) -> str | None:
    """The address in what was said, written or spelled; None when there is none that could be one."""
    said = _plain(words)
    if found := _ADDRESS.search(said.replace(" @ ", "@")):
        return found[0]
    said = _LIKE.sub(r"\1", re.sub(r"[^a-z0-9@.+_ -]", " ", said))
    # "my address is ...", but not the "mail" of a domain.
    while (lead := _LEAD_IN.match(said)) and not re.search(r"\b(?:at|arobase|arrobase)\b", lead[0]):
        said = said[lead.end() :]
    for spoken, sign in sorted(_SIGNS[language].items(), key=lambda one: -len(one[0])):
        said = re.sub(rf"\b{spoken}\b", sign, said)
    found = _ADDRESS.search("".join(_written(word, language) for word in said.split()))
    return found[0] if found else None


def spelled_name(words: str, language: Language) -> str | None:
    """A name that was spelled letter by letter; None for words that are no letters."""
    said = _LIKE.sub(r"\1", re.sub(r"[^a-z ]", " ", _plain(words)))
    for name, letter in _LETTERS[language].items():
        if " " in name:
            said = re.sub(rf"\b{name}\b", letter, said)
    pieces = said.split()
    letters = [_LETTERS[language].get(piece, piece) for piece in pieces]
    is_spelled = len(letters) >= 2 and all(len(letter) == 1 for letter in letters)
    return "".join(letters).capitalize() if is_spelled else None


def _written(word: str, language: Language) -> str:
    if word in _DIGITS[language]:
        return str(_DIGITS[language].index(word))
    return word


def _plain(words: str) -> str:
    lowered = unicodedata.normalize("NFKD", words.lower().replace("\u2019", "'"))
    bare = "".join(c for c in lowered if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", bare.replace("'", " ")).strip()
