"""The caller's name in what he said: "bonjour, je m'appelle Léa Morel" gives "Léa Morel"."""

import re

from modules.words.text import fold, words
from ports.dialogue import Language

LONGEST_NAME = 80
_MOST_WORDS = 6
_MOST_BARE_WORDS = 5

_APOSTROPHE = "['\u2019 ]"
_INTRODUCED: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        rf"\b(?:je m{_APOSTROPHE}?appelle|on m{_APOSTROPHE}?appelle|mon nom(?: de famille)?(?: (?:est|c{_APOSTROPHE}est))?|"
        rf"(?:moi )?c{_APOSTROPHE}est|je suis|ici|au nom de|le nom (?:est|c{_APOSTROPHE}est))\s+(.+)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"\b(?:my (?:full )?name(?: is|{_APOSTROPHE}s)?|the name(?: is|{_APOSTROPHE}s)|this is|i am|i{_APOSTROPHE}m|"
        rf"it is|it{_APOSTROPHE}s|call me|name{_APOSTROPHE}s)\s+(.+)",
        re.IGNORECASE,
    ),
}
_SURELY: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(rf"\b(?:m{_APOSTROPHE}?appelle|mon nom)\b", re.IGNORECASE),
    "en": re.compile(r"\bmy (?:full )?name\b", re.IGNORECASE),
}
# Where the name ends and the rest of the sentence goes on.
_ENDS: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        rf"[.;!?,]|\s(?:et (?:je|j{_APOSTROPHE}|mon|ma|c{_APOSTROPHE})|pour |car |parce |je |j['\u2019]|mon |s{_APOSTROPHE}il |"
        r"merci|au t[ée]l[ée]phone|[àa] l['\u2019 ]appareil)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"[.;!?,]|\s(?:and (?:i|my|it)\b|i{_APOSTROPHE}|i |because |calling|speaking|here\b|please|thanks?\b|thank )",
        re.IGNORECASE,
    ),
}
_FILLERS: dict[Language, frozenset[str]] = {
    "fr": frozenset(
        [
            "euh",
            "heu",
            "hum",
            "hm",
            "mm",
            "ah",
            "oh",
            "ben",
            "bah",
            "bein",
            "alors",
            "donc",
            "oui",
            "bonjour",
            "bonsoir",
            "allo",
            "voila",
            "eh",
            "bien",
            "c",
            "est",
            "moi",
            "le",
            "nom",
            "de",
            "alors",
            "ouais",
            "ok",
            "d",
            "accord",
            "l",
            "la",
            "un",
            "une",
            "attendez",
        ]
    ),
    "en": frozenset(
        [
            "uh",
            "um",
            "er",
            "erm",
            "hm",
            "mm",
            "ah",
            "oh",
            "well",
            "so",
            "yes",
            "yeah",
            "hello",
            "hi",
            "it",
            "s",
            "is",
            "the",
            "name",
            "ok",
            "okay",
            "sure",
            "my",
            "a",
            "right",
        ]
    ),
}
_NOT_A_NAME: dict[Language, frozenset[str]] = {
    "fr": frozenset(
        [
            "non",
            "merci",
            "rien",
            "quoi",
            "comment",
            "pardon",
            "nom",
            "pas",
            "personne",
            "oui",
            "hein",
            "stop",
            "bonjour",
        ]
    ),
    "en": frozenset(
        ["no", "not", "nothing", "what", "pardon", "sorry", "name", "nobody", "none", "yes", "thanks", "stop", "hello"]
    ),
}
REFUSED: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(?:anonyme\w*|(?:pas|sans) (?:donner|dire|de|vous donner)? ?(?:mon |ce )?(?:nom|numero|telephone)|"
        r"je (?:ne )?prefere pas)\b"
    ),
    "en": re.compile(
        r"\b(?:anonymous\w*|rather not|(?:not|don t|won t)(?: \w+){0,3} (?:name|number|phone|say)|no (?:number|phone|name))\b"
    ),
}


def is_introduced(raw: str, language: Language) -> bool:
    return _SURELY[language].search(raw) is not None


def caller_name(raw: str, language: Language, is_lenient: bool = False) -> str | None:
    """The name, or None when nothing in it can be one; `lenient` takes a long answer as it is."""
    found = _INTRODUCED[language].search(raw)
    said = _trimmed(_ENDS[language].split(found[1], maxsplit=1)[0] if found else _first_clause(raw, language), language)
    pieces = said.split()
    if not any(len(word) > 1 or word.isalpha() for word in words(said)) or not re.search(r"[^\W\d_]", said):
        return None
    if all(word in _NOT_A_NAME[language] or word in _FILLERS[language] for word in words(said)):
        return None
    if not found and not is_lenient and len(pieces) > _MOST_BARE_WORDS:
        return None
    return _cased(" ".join(pieces[:_MOST_WORDS]))[:LONGEST_NAME].strip() or None


def _first_clause(raw: str, language: Language) -> str:
    """The first clause that is more than a filler: "oui, Paul Lenoir" is Paul Lenoir."""
    for clause in re.split(r"[.;!?,]", raw):
        if trimmed := _trimmed(_ENDS[language].split(clause, maxsplit=1)[0], language):
            return trimmed
    return ""


def _trimmed(text: str, language: Language) -> str:
    pieces = text.split()
    while pieces and _is_filler(pieces[0], language):
        pieces.pop(0)
    while pieces and _is_filler(pieces[-1], language):
        pieces.pop()
    return " ".join(pieces).strip(" -'\u2019\"()*#:")


def _is_filler(piece: str, language: Language) -> bool:
    if not (parts := words(piece)):
        return not any(char.isalpha() for char in piece)
    return all(part in _FILLERS[language] for part in parts) and fold(piece).isascii()


def _cased(name: str) -> str:
    """A recogniser that writes no capitals still gets a name back with them."""
    if name != name.lower():
        return name
    return re.sub(
        r"[^\W\d_]+",
        lambda part: part[0] if part[0] in {"de", "du", "des", "van", "von"} else part[0].capitalize(),
        name,
    )
