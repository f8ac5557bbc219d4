"""What is only to be seen: markup, signs, addresses of mail and web."""

import re
import unicodedata
from collections.abc import Mapping

from ports.dialogue import Language

_SIGNS: Mapping[Language, Mapping[str, str]] = {
    "fr": {"@": "arobase", ".": "point", "-": "tiret", "_": "tiret bas", "+": "plus", "/": "barre oblique"},
    "en": {"@": "at", ".": "dot", "-": "dash", "_": "underscore", "+": "plus", "/": "slash"},
}
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)[^\s,;)<>]*[^\s,;)<>.!?]", re.IGNORECASE)
_BULLET = re.compile(r"^[ \t]*(?:[-*•·–]|\d+[.)]|#{1,6})[ \t]+", re.MULTILINE)
_MARKUP = re.compile(r"[*`~<>\[\]{}^\\#]+|_{2,}|(?<!\w)_|_(?!\w)|[«»“”\"]")
_LINE_END = re.compile(r"(?<![.!?:;,\s])\s*\n+\s*")


def without_markup(text: str, language: Language) -> str:
    text = _LINK.sub(r"\1", text.replace("\u00a0", " ").replace("\u202f", " "))
    text = _EMAIL.sub(lambda found: spelled(found[0], language), text)
    text = _URL.sub(lambda found: website(found[0], language), text)
    text = _LINE_END.sub(". ", _BULLET.sub("", text).strip())
    text = _MARKUP.sub("", re.sub(r"\s*(?:->|→|⇒|=>|\|)\s*", ", ", text)).replace("…", ".")
    return "".join(one for one in text if one in "°²³€£$" or unicodedata.category(one) not in ("So", "Cn", "Co", "Cf"))


def spelled(address: str, language: Language) -> str:
    """An address of mail or web as it is told on the phone."""
    signs = _SIGNS[language]
    parts = re.findall(r"[^@.\-_+/]+|[@.\-_+/]", address)
    return " ".join(signs.get(part, part) for part in parts)


def website(address: str, language: Language) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", address.strip(), flags=re.IGNORECASE)
    return spelled(re.sub(r"[?#].*$", "", bare).rstrip("/"), language)


def tidied(text: str) -> str:
    """Brackets as commas, and no sign that stands alone."""
    text = re.sub(r"\s*[()]\s*", ", ", text).replace("\n", " ")
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.])", r"\1", text)
    text = re.sub(r"(?:,\s*)+(?=[,.;:!?])", "", text)
    text = re.sub(r"(?<=[.;:!?]),\s*", " ", text)
    return re.sub(r"\s+", " ", text).strip(" ,")
