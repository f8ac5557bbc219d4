"""Values put into spoken words: times, days, amounts, durations, numbers, addresses of mail and web, owners' texts."""

import re
from collections.abc import Sequence
from datetime import datetime

from modules.aloud import aloud, clock
from modules.aloud.writing import spelled
from modules.words.text import cleaned, without_controls
from ports.dialogue import Language, Service, TurnRequest

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
    return spelled(cleaned(address), language)


def owner_words(text: str, turn: TurnRequest) -> str:
    """What the owner wrote, for the ear where it is heard, cut at the end of a sentence."""
    plain = without_controls(text)
    text = shortened(aloud(plain, turn.language) if turn.medium == "voice" else " ".join(plain.split()), LONGEST_ANSWER)
    return text if not text or text[-1] in ".!?" else text.rstrip(" ,;:") + "."


def shortened(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    head = text[:longest]
    ends = [found.end() for found in re.finditer(r"[.!?](?=\s|$)", head)]
    return head[: ends[-1]] if ends else head.rpartition(" ")[0] or head
