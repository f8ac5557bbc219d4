"""Words of a caller as tokens of the grammar: what each language calls things, and nothing of what it means together."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

Value = int | str
Entry = tuple[str, Value]  # (kind, value)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    value: Value
    is_name: bool = False  # written with a capital inside a sentence


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Of one language, without accents, in lower case; a phrase of several words has spaces."""

    phrases: Mapping[str, Entry]
    units: Mapping[str, int]  # 0 to 19
    tens: Mapping[str, int]
    ordinals: Mapping[str, int]
    joins: frozenset[str]  # may stand between tens and units
    thousand: str


_PIECE = re.compile(
    r"(?P<iso>\d{4}-\d{2}-\d{2})|(?P<slash>\d{1,2}/\d{1,2}(?:/\d{4})?)|(?P<dot>\d{1,2}\.\d{1,2}\.(?:\d{4})?)"
    r"|(?P<clock>\d{1,2}\s?(?::|h)\s?\d{2}(?!\d))|(?P<glued>\d+)(?=(?:h|am|pm)\b)"
    r"|(?P<num>\d+)(?P<ord>st|nd|rd|th|er|ere)?(?![a-z0-9])|(?P<word>[a-z]+)|(?P<stop>[,;.?!:])"
)


def plain(text: str) -> str:
    """Lower case, without accents; apostrophes and hyphens part words, but not the parts of a date."""
    lowered = unicodedata.normalize("NFKD", text.lower().replace("\u2019", "'"))
    bare = "".join(c for c in lowered if not unicodedata.combining(c))
    bare = re.sub(r"\b([ap])\s?\.\s?m\b\.?", r"\1m", bare)
    return re.sub(r"(?<![0-9])-|-(?![0-9])|'|_", " ", bare)


def tokens(text: str, vocabulary: Vocabulary) -> list[Token]:
    pieces = list(_PIECE.finditer(plain(text)))
    names = _names(text)
    out: list[Token] = []
    at = 0
    while at < len(pieces):
        token, used = _token(pieces, at, vocabulary)
        is_name = token.kind == "word" and str(token.value) in names
        out.append(Token(token.kind, token.value, is_name))
        at += used
    return out


def _names(text: str) -> frozenset[str]:
    found = re.findall(r"(?<=[^.?!]\s)[A-ZÀ-Ý][\w]+", text)
    return frozenset(plain(word) for word in found)


def _token(pieces: Sequence[re.Match[str]], at: int, vocabulary: Vocabulary) -> tuple[Token, int]:
    piece = pieces[at]
    kind = str(piece.lastgroup if piece.lastgroup != "ord" else "num")
    if kind == "num":
        if piece["ord"]:
            return Token("ord", int(piece["num"])), 1
        text = piece["num"]
        return Token("num", int(text)) if len(text) <= 4 and not _is_padded(text) else Token("digits", text), 1
    if kind == "glued":
        return Token("num", int(piece["glued"])), 1
    if kind in ("iso", "slash", "dot", "clock", "stop"):
        return Token(kind, piece[kind]), 1
    words = [one["word"] for one in pieces[at : at + 6]]
    known = words[: words.index(None)] if None in words else words
    for length in range(len(known), 0, -1):
        if entry := vocabulary.phrases.get(" ".join(known[:length])):
            return Token(*entry), length
    return _number(known, vocabulary) or (Token("word", known[0]), 1)


def _is_padded(text: str) -> bool:
    """A leading zero belongs to a phone number or a code."""
    return len(text) > 1 and text[0] == "0"


def _number(words: Sequence[str], vocabulary: Vocabulary) -> tuple[Token, int] | None:
    value, used = _below_hundred(words, vocabulary)
    if used and used < len(words) and words[used] == vocabulary.thousand:
        more, extra = _below_hundred(words[used + 1 :], vocabulary)
        return Token("num", value * 1000 + more), used + 1 + extra
    if used:
        rest = words[used:]
        if value in vocabulary.tens.values() and rest and rest[0] in vocabulary.ordinals:
            return Token("ord", value + vocabulary.ordinals[rest[0]]), used + 1
        return Token("num", value), used
    if words[0] in vocabulary.ordinals:
        return Token("ord", vocabulary.ordinals[words[0]]), 1
    return None


def _below_hundred(words: Sequence[str], vocabulary: Vocabulary) -> tuple[int, int]:
    """(value, words used); no words used: no number."""
    if not words:
        return 0, 0
    if len(words) > 1 and (words[0], words[1]) == ("quatre", "vingt"):
        rest = words[2:]
        more = vocabulary.units.get(rest[0], 0) if rest else 0
        return 80 + more, 3 if more else 2
    if words[0] in vocabulary.tens:
        base, at = vocabulary.tens[words[0]], 1
        if at + 1 < len(words) and words[at] in vocabulary.joins and words[at + 1] in ("un", "une", "onze"):
            at += 1
        if at < len(words) and words[at] in vocabulary.units:
            more, used = _unit(words[at:], vocabulary)
            if 0 < more < (20 if base in (60,) else 10):
                return base + more, at + used
        return base, 1
    return _unit(words, vocabulary)


def _unit(words: Sequence[str], vocabulary: Vocabulary) -> tuple[int, int]:
    if words[0] not in vocabulary.units:
        return 0, 0
    value = vocabulary.units[words[0]]
    if words[0] == "dix" and len(words) > 1 and words[1] in ("sept", "huit", "neuf"):
        return value + vocabulary.units[words[1]], 2
    return value, 1


_WORD = re.compile(r"[^\W\d_]+|\d+")
_FILLERS = frozenset(("et", "and", "euh", "um", "then", "puis"))


def spoken_digits(text: str, vocabulary: Vocabulary) -> list[tuple[int, int, str]]:
    """Runs of spoken or typed numbers in a row: (start, end, all their digits) in the text."""
    found: list[tuple[int, int, str]] = []
    words = [(one.start(), one.end(), plain(one[0]).strip()) for one in _WORD.finditer(text)]
    at = 0
    while at < len(words):
        run, start, end = "", words[at][0], words[at][1]
        while at < len(words):
            digits, used = _digits([word for _, _, word in words[at : at + 4]], vocabulary)
            if not used and not (run and words[at][2] in _FILLERS):
                break
            if used:
                run, end = run + digits, words[at + used - 1][1]
            at += used or 1
        if run:
            found.append((start, end, run))
        at += 0 if run else 1
    return found


def _digits(words: Sequence[str], vocabulary: Vocabulary) -> tuple[str, int]:
    """(digits, words used): "vingt-quatre" is 24, "four two" a 4; "oh" is a zero."""
    if words[0].isdigit():
        return words[0], 1
    if words[0] in ("oh", "o", "zero"):
        return "0", 1
    value, used = _below_hundred(words, vocabulary)
    return (str(value), used) if used else ("", 0)


def units(words: str) -> dict[str, int]:
    """Numbers from 0 on, apart by spaces; several words for one number are apart by `|`."""
    return {word: value for value, given in enumerate(words.split(" ")) for word in given.split("|")}


@cache
def entries(kind: str, text: str) -> tuple[tuple[str, Entry], ...]:
    """`word=value` apart by commas; several words may have one value, apart by `|`."""
    found: list[tuple[str, Entry]] = []
    for part in text.split(","):
        words, _, value = part.strip().partition("=")
        number = value.strip()
        meant: Value = int(number) if re.fullmatch(r"-?\d+", number) else number
        found += [(word.strip(), (kind, meant)) for word in words.split("|")]
    return tuple(found)
