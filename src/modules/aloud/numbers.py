"""Numbers as they are said: cardinals, ordinals, digits one by one, years."""

import re
from collections.abc import Mapping

from ports.dialogue import Language


def names(text: str) -> list[str]:
    return text.split()


_FR_ONES = names(
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " dix-sept dix-huit dix-neuf"
)
_FR_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
_EN_ONES = names(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_EN_TENS = names("_ _ twenty thirty forty fifty sixty seventy eighty ninety")
_EN_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_EN_ORDINALS |= {"twelve": "twelfth"}
_ONES: Mapping[Language, list[str]] = {"fr": _FR_ONES, "en": _EN_ONES}
_LETTERS = names(
    "AC BTP CHU CPAM CV DIY DVD EDF EU FAQ GP GPS HLM IA ID MOT NHS PDF PMR PV QR RIB SAV SMS TV TVA UK URL US USB VAT VF VO"
    " VTC"
)
_ACRONYM = re.compile(rf"\b({'|'.join(_LETTERS)})\b")
_LONGEST = 9  # digits of what is said as one number; more are said one by one
_FEMININE = (
    "heures? minutes? secondes? personnes? places? semaines? journées? années? livres? fois nuits? pièces? portes?"
)
_NUMBER = re.compile(rf"(?<![\w])(\d+)(?![\w])(?=(\s(?:{'|'.join(_FEMININE.split())})\b)?)")
_YEAR = re.compile(r"\b((?:in|since|of|until|by|before|after|from)\s|[a-z]+(?:st|nd|rd|th),\s)(1[1-9]\d\d|20\d\d)\b")


def cardinal(number: int, language: Language) -> str:
    """Below a thousand million."""
    return _french(number) if language == "fr" else _english(number)


def ordinal(number: int, language: Language) -> str:
    if language == "en":
        head, joint, last = re.match(r"(.*?)([- ]?)([a-z]+)$", _english(number)).groups()  # type: ignore[union-attr]
        ending = _EN_ORDINALS.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
        return f"{head}{joint}{ending}"
    if number == 1:
        return "premier"
    said = re.sub(r"(?<=vingt|.cent)s$", "", _french(number))
    said = re.sub(r"e$", "", said)
    return re.sub(r"neuf$", "neuv", re.sub(r"cinq$", "cinqu", said)) + "ième"


def one_by_one(digits: str, language: Language) -> str:
    return " ".join(_ONES[language][int(digit)] for digit in digits)


def in_words(text: str, language: Language) -> str:
    """For voices that read neither numbers nor letters by themselves."""
    text = _ACRONYM.sub(lambda found: " ".join(found[1]), text)
    if language == "en":
        text = _YEAR.sub(lambda found: f"{found[1]}{_year(int(found[2]))}", text)
    return _NUMBER.sub(lambda found: _said(found[1], language, is_feminine=bool(found[2])), text)


def _said(digits: str, language: Language, *, is_feminine: bool) -> str:
    if (len(digits) > 1 and digits[0] == "0") or len(digits) > _LONGEST:
        return one_by_one(digits, language)
    said = cardinal(int(digits), language)
    return f"{said}e" if language == "fr" and is_feminine and re.search(r"\bun$", said) else said


def _year(year: int) -> str:
    century, rest = divmod(year, 100)
    if 2000 <= year < 2010:
        return _english(year)
    if not rest:
        return f"{_english(century)} hundred"
    return f"{_english(century)} {_english(rest) if rest > 9 else f'oh {_english(rest)}'}"


def _english(number: int) -> str:
    if number < 20:
        return _EN_ONES[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return f"{_EN_TENS[tens]}-{_EN_ONES[rest]}" if rest else _EN_TENS[tens]
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_EN_ONES[hundreds]} hundred" + (f" and {_english(rest)}" if rest else "")
    size, name = (1_000_000, "million") if number >= 1_000_000 else (1000, "thousand")
    many, rest = divmod(number, size)
    joint = " and " if rest < 100 else " "
    return f"{_english(many)} {name}" + (f"{joint}{_english(rest)}" if rest else "")


def _french(number: int, *, is_end: bool = True) -> str:
    """`is_end`: nothing follows it, so that vingt and cent take their plural."""
    if number < 20:
        return _FR_ONES[number]
    if number < 80:
        tens = min(number // 10 * 10, 60)
        rest = number - tens
        joint = " et " if rest in (1, 11) else "-"
        return f"{_FR_TENS[tens]}{joint}{_FR_ONES[rest]}" if rest else _FR_TENS[tens]
    if number < 100:
        rest = number - 80
        return f"quatre-vingt-{_FR_ONES[rest]}" if rest else f"quatre-vingt{'s' if is_end else ''}"
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        head = "cent" if hundreds == 1 else f"{_FR_ONES[hundreds]} cent"
        plural = "s" if hundreds > 1 and not rest and is_end else ""
        return f"{head}{plural}" + (f" {_french(rest, is_end=is_end)}" if rest else "")
    if number < 1_000_000:
        thousands, rest = divmod(number, 1000)
        head = "mille" if thousands == 1 else f"{_french(thousands, is_end=False)} mille"
        return head + (f" {_french(rest)}" if rest else "")
    millions, rest = divmod(number, 1_000_000)
    head = f"{_french(millions)} million{'s' if millions > 1 else ''}"
    return head + (f" {_french(rest)}" if rest else "")
