"""Values put into spoken words: times, days, amounts, durations, numbers, addresses of mail and web, owners' texts."""

import re
from collections.abc import Sequence
from datetime import datetime

from modules.words.text import cleaned
from ports.dialogue import Language, Service

LONGEST_ANSWER = 400

_AND: dict[Language, str] = {"fr": "et", "en": "and"}
# Singular, plural, name of the hundredth part, digits of the minor unit (ISO 4217).
_CURRENCIES: dict[Language, dict[str, tuple[str, str, str, int]]] = {
    "fr": {
        "EUR": ("euro", "euros", "centimes", 2), "GBP": ("livre", "livres", "pence", 2),
        "USD": ("dollar", "dollars", "cents", 2), "CAD": ("dollar", "dollars", "cents", 2),
        "CHF": ("franc", "francs", "centimes", 2), "MAD": ("dirham", "dirhams", "centimes", 2),
        "TND": ("dinar", "dinars", "millimes", 3), "XOF": ("franc CFA", "francs CFA", "", 0),
        "XAF": ("franc CFA", "francs CFA", "", 0), "XPF": ("franc pacifique", "francs pacifiques", "", 0),
        "JPY": ("yen", "yens", "", 0),
    },
    "en": {
        "EUR": ("euro", "euros", "cents", 2), "GBP": ("pound", "pounds", "pence", 2),
        "USD": ("dollar", "dollars", "cents", 2), "CAD": ("dollar", "dollars", "cents", 2),
        "AUD": ("dollar", "dollars", "cents", 2), "NZD": ("dollar", "dollars", "cents", 2),
        "CHF": ("franc", "francs", "centimes", 2), "MAD": ("dirham", "dirhams", "centimes", 2),
        "TND": ("dinar", "dinars", "millimes", 3), "XOF": ("CFA franc", "CFA francs", "", 0),
        "XAF": ("CFA franc", "CFA francs", "", 0), "JPY": ("yen", "yen", "", 0),
    },
}  # fmt: skip
# Country code and what its subscribers dial instead of it at home.
_TRUNKS = {"33": "0", "44": "0", "32": "0", "41": "0", "1": ""}
_MAIL_WORDS: dict[Language, dict[str, str]] = {
    "fr": {"@": "arobase", ".": "point", "-": "tiret", "_": "tiret bas", "+": "plus", "/": "barre oblique"},
    "en": {"@": "at", ".": "dot", "-": "dash", "_": "underscore", "+": "plus", "/": "slash"},
}
_SYMBOLS: dict[Language, dict[str, str]] = {
    "fr": {
        "€": "euros",
        "$": "dollars",
        "£": "livres",
        "%": "pour cent",
        "&": "et",
        "°C": "degrés",
        "m²": "mètres carrés",
    },
    "en": {
        "€": "euros",
        "$": "dollars",
        "£": "pounds",
        "%": "percent",
        "&": "and",
        "°C": "degrees",
        "m²": "square metres",
    },
}
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"(?:https?://|www\.)[^\s,;)]+[^\s,;).!?]", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-*•·–]|\d+[.)])\s+", re.MULTILINE)
_MARKUP = re.compile(r"[*#`~|<>\[\]{}^\\]+|_{2,}|(?<!\w)_|_(?!\w)")
_LINE_END = re.compile(r"(?<![.!?:;,\s])\s*\n+\s*")
_PRICE_AFTER = re.compile(r"(\d)(?:[.,](\d{2}))?\s?([€$£])")
_PRICE_BEFORE = re.compile(r"([€$£])\s?(\d+)(?:[.,](\d{2}))?")
_HOUR_FR = re.compile(r"\b(\d{1,2})\s?(?:[hH]|:(?=\d\d\b))\s?(\d{2})?\b")
_HOUR_EN = re.compile(r"\b(\d{1,2}):(\d{2})(?:\s?([ap])\.?m\b\.?)?", re.IGNORECASE)


def clock(minute: int, language: Language) -> str:
    """A time of day, given in minutes after midnight."""
    hour, rest = divmod(minute % (24 * 60), 60)
    if not rest and hour in (0, 12):
        return {"fr": ("minuit", "midi"), "en": ("midnight", "noon")}[language][hour == 12]
    if language == "fr":
        return f"{_feminine(hour)} heure{'s' if hour > 1 else ''}" + (f" {rest:02d}" if rest else "")
    spoken = {0: "", 5: " oh 5"}.get(rest, f" oh {rest}" if rest < 10 else f" {rest}")
    return f"{hour % 12 or 12}{spoken} {'AM' if hour < 12 else 'PM'}"


def clock_of(instant: datetime, language: Language) -> str:
    return clock(instant.hour * 60 + instant.minute, language)


def _feminine(number: int) -> str:
    return {0: "zéro", 1: "une"}.get(number, str(number))


def listed(items: Sequence[str], language: Language) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {_AND[language]} {items[-1]}"


def amount(minor: int, currency: str | None, language: Language) -> str:
    """A price; without a currency on file only the number is said."""
    if minor == 0:
        return "gratuit" if language == "fr" else "free of charge"
    code = (currency or "").upper()
    one, many, parts, digits = _CURRENCIES[language].get(code, (code, code, "", 2))
    units, rest = divmod(minor, 10**digits)
    if not rest:
        return f"{'un' if units == 1 and language == 'fr' and one else units} {one if units < 2 else many}".strip()
    if not units and parts:
        return f"{rest} {parts}"
    joint = " and " if language == "en" and parts else " "
    return f"{units} {one if units < 2 else many}{joint}{rest if digits != 2 or rest > 9 else f'0{rest}'}".strip() + (
        f" {parts}" if language == "en" and parts else ""
    )


def duration(minutes: int, language: Language) -> str:
    hours, rest = divmod(minutes, 60)
    if language == "fr":
        whole = f"{_feminine(hours)} heure{'s' if hours > 1 else ''}" if hours else ""
        part = str(rest) if hours else f"{_feminine(rest)} minute{'s' if rest > 1 else ''}"
        return " ".join(filter(None, (whole, part if rest or not hours else "")))
    whole = f"{hours} hour{'s' if hours > 1 else ''}" if hours else ""
    part = f"{rest} minute{'' if rest == 1 else 's'}" if rest or not hours else ""
    return " and ".join(filter(None, (whole, part)))


def priced(service: Service, language: Language) -> str:
    """ "coupe à 25 euros", or the bare name when no price is on file."""
    name = cleaned(service.name)
    if service.price_minor is None:
        return name
    price = amount(service.price_minor, service.currency, language)
    if service.price_minor == 0:
        return f"{name}, {price}"
    return f"{name} à {price}" if language == "fr" else f"{name} for {price}"


def phone(number: str, language: Language) -> str:
    """Digit by digit, an international number of a known country as it is dialled there."""
    digits = re.sub(r"[^0-9+]", "", number)
    for code, trunk in _TRUNKS.items():
        if digits.startswith(f"+{code}"):
            digits = trunk + digits[len(code) + 1 :]
            break
    return ", ".join("plus" if digit == "+" else digit for digit in digits)


def email(address: str, language: Language) -> str:
    signs = _MAIL_WORDS[language]
    parts = re.findall(r"[^@.\-_+/]+|[@.\-_+/]", cleaned(address))
    return " ".join(signs.get(part, part) for part in parts)


def website(address: str, language: Language) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", cleaned(address), flags=re.IGNORECASE)
    return email(re.sub(r"[?#].*$", "", bare).rstrip("/"), language)


def owner_text(text: str, language: Language, longest: int = LONGEST_ANSWER) -> str:
    """What the owner wrote, for the ear: no markup, signs and times in words, cut at the end of a sentence."""
    text = _BULLET.sub("", _LINK.sub(r"\1", text))
    text = _EMAIL.sub(lambda found: email(found[0], language), text)
    text = _URL.sub(lambda found: website(found[0], language), text)
    text = _LINE_END.sub(". ", _MARKUP.sub("", text).strip())
    text = _signs(cleaned(text), language)
    text = shortened(text, longest)
    return text if not text or text[-1] in ".!?" else text.rstrip(" ,;:") + "."


def _signs(text: str, language: Language) -> str:
    names = _SYMBOLS[language]
    text = _PRICE_BEFORE.sub(lambda p: " ".join(filter(None, (p[2], names[p[1]], _cents(p[3])))), text)
    text = _PRICE_AFTER.sub(lambda p: " ".join(filter(None, (p[1], names[p[3]], _cents(p[2])))), text)
    if language == "fr":
        text = re.sub(r"\b24\s?[hH]?\s?/\s?24\b", "24 heures sur 24", text)
        text = re.sub(r"\b7\s?[jJ]?\s?/\s?7\b", "7 jours sur 7", text)
        text = _HOUR_FR.sub(lambda t: clock(int(t[1]) * 60 + int(t[2] or 0), "fr") if int(t[1]) < 25 else t[0], text)
    else:
        text = _HOUR_EN.sub(_english_time, text)
    for sign, name in names.items():
        text = text.replace(sign, f" {name} ")
    return re.sub(r"\s+([.,])", r"\1", cleaned(text))


def _cents(digits: str | None) -> str:
    return "" if digits in (None, "00") else str(digits)


def _english_time(found: re.Match[str]) -> str:
    hour = int(found[1])
    if found[3]:
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    return clock(hour * 60 + int(found[2]), "en") if hour < 24 else found[0]


def shortened(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s|$)", head)]
    return head[: ends[-1]] if ends else head.rpartition(" ")[0] or head
