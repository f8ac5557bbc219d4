"""English for the ear."""

import re

from modules.aloud.french import Rule
from modules.aloud.numbers import names, ordinal

_MONTHS = names("January February March April May June July August September October November December")
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if len(name) > 3 else name for name in _MONTHS) + "|Sept"
_DAYS = {"Mon": "Monday", "Tues?": "Tuesday", "Wed": "Wednesday", "Thu(?:rs?)?": "Thursday", "Fri": "Friday"}
_DAYS |= {"Sat": "Saturday", "Sun": "Sunday"}
_DAY = "|".join(_DAYS)
_NUM = r"\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+"
_CURRENCIES = {
    "$": ("dollar", "cent", "cents"), "USD": ("dollar", "cent", "cents"), "€": ("euro", "cent", "cents"),
    "EUR": ("euro", "cent", "cents"), "£": ("pound", "penny", "pence"), "GBP": ("pound", "penny", "pence"),
}  # fmt: skip
_SIGN = r"€|EUR\b|\$|USD\b|£|GBP\b"
_UNITS = {
    "min": "minute", "mins": "minute", "hr": "hour", "hrs": "hour", "h": "hour", "s": "second", "km/h": "kilometre an hour",
    "km": "kilometre", "m": "metre", "mi": "mile", "cm": "centimetre", "mm": "millimetre", "ft": "foot", "in.": "inch",
    "kg": "kilo", "g": "gram", "lbs": "pound", "lb": "pound", "oz": "ounce", "l": "litre", "L": "litre",
    "ml": "millilitre", "m²": "square metre", "m2": "square metre", "m³": "cubic metre", "m3": "cubic metre",
    "sq ft": "square foot", "mph": "mile an hour", "kWh": "kilowatt hour", "kW": "kilowatt", "GB": "gigabyte",
    "MB": "megabyte",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_IRREGULAR = {"foot": "feet", "inch": "inches", "penny": "pence", "square foot": "square feet"}
_IRREGULAR |= {"kilometre an hour": "kilometres an hour", "mile an hour": "miles an hour"}
_PER = {"month": "per month", "mo": "per month", "h": "an hour", "hr": "an hour", "hour": "an hour", "day": "per day"}
_PER |= {"m²": "per square metre", "m2": "per square metre", "year": "per year", "person": "per person"}
_PER |= {"kg": "per kilo", "km": "per kilometre", "mile": "per mile", "night": "per night", "week": "per week"}
_WORDS = {
    r"Mr\b\.?": "Mister", r"Mrs\b\.?": "Missus", r"Ms\b\.?": "Miz", r"Dr\b\.?(?= [A-Z])": "Doctor",
    r"Prof\.": "Professor", r"(?<=[a-z] )Rd\b\.?": "Road", r"(?<=[a-z] )Ave\b\.?": "Avenue",
    r"(?<=[a-z] )St\.": "Street", r"(?<=[a-z] )Blvd\b\.?": "Boulevard", r"St\.(?= [A-Z])": "Saint",
    r"[nN]os?\. ?(?=\d)": "number ", r"[tT]el\.": "Telephone", r"approx\.": "approximately", r"max\.": "maximum",
    r"min\.": "minimum", r"etc\.": "et cetera", r"e\.g\.,?": "for example", r"i\.e\.,?": "that is",
    r"appts\b\.?": "appointments", r"appt\b\.?": "appointment", r"ASAP\b": "as soon as possible", r"w/o ": "without ",
    r"w/ ": "with ", r"dept\.": "department", r"Ltd\b\.?": "Limited", r"vs\.": "versus", r"incl\.": "including",
    r"excl\.": "excluding", r"apt\.": "apartment",
}  # fmt: skip
_HALF_DAY = r"(?<![\d:,.$£€])(1[0-2]|0?[1-9])(?::([0-5]\d))? ?([aApP])(?:[mM]\b|\.[mM]\.)"
_TIME = rf"{_HALF_DAY}|(?<![\d:,.])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])"
_AFTER = r"(?= ?(?:\d|&|to\b|and\b|closed|open|from|:|,|$))"
_BARE = re.compile(rf"\b({_DAY})\b\.?{_AFTER}")


def _number(text: str) -> int:
    return int(re.sub(r"[, ]", "", text))


def _many(name: str, count: int) -> str:
    return name if count == 1 else _IRREGULAR.get(name, f"{name}s")


def _money(found: re.Match[str]) -> str:
    units, rest = _number(found["whole"]), int(((found["cents"] or "0") + "0")[:2])
    one, part, parts = _CURRENCIES[found["sign"]]
    small = f"{rest} {part if rest == 1 else parts}"
    if not units and rest:
        return small
    return f"{units} {_many(one, units)}" + (f" and {small}" if rest else "")


def clock(hour: int, minute: int) -> str:
    if not minute and hour in (0, 12):
        return "noon" if hour else "midnight"
    rest = "" if not minute else f" oh {minute}" if minute < 10 else f" {minute}"
    return f"{hour % 12 or 12}{rest} {'AM' if hour < 12 else 'PM'}"


def _time(given: tuple[str | None, ...]) -> str:
    hour, minute, half, full, rest = given
    if full is not None:
        return clock(int(full), int(rest or 0))
    at = int(hour or 0) % 12 + (12 if (half or "").lower() == "p" else 0)
    return clock(at, int(minute or 0))


def _span(found: re.Match[str]) -> str:
    given = found.groups()
    return f"{given[0] or 'from '}{_time(given[1:6])} to {_time(given[6:11])}"


def _date(day: str, month: int, year: str | None = None) -> str:
    if not (1 <= int(day) <= 31 and 1 <= month <= 12):
        return "/".join(filter(None, (day, str(month), year)))
    return f"{_MONTHS[month - 1]} {ordinal(int(day), 'en')}{f', {year}' if year else ''}"


def _named(name: str) -> int:
    return next(at for at, month in enumerate(_MONTHS, 1) if month.startswith(name[:3]))


def _weekday(name: str) -> str:
    return next(day for short, day in _DAYS.items() if re.fullmatch(short, name))


def _spaced(*groups: str) -> str:
    return ", ".join(" ".join(group) for group in groups if group)


def _abroad(found: re.Match[str]) -> str:
    return f"plus {_spaced(*re.findall(r'[0-9]+', found[1]))}"


def _measure(found: re.Match[str]) -> str:
    count = _number(found["whole"])
    part = f".{found['part']}" if found["part"] else ""
    return f"{count}{part} {_many(_UNITS[found['unit']], 2 if part else count)}"


RULES: tuple[Rule, ...] = (
    (re.compile(r"\b24 ?/ ?7\b"), "24 hours a day, 7 days a week"),
    (
        re.compile(r"(?<![\d+])(?:\+1[ .-]?)?\(?(\d{3})\)?[ .-](\d{3})[ .-](\d{4})(?!\d)"),
        lambda f: _spaced(f[1], f[2], f[3]),
    ),
    (
        re.compile(r"(?<![\d+])(?:\+44 ?(?:\(0\) ?)?|0)(2\d) ?(\d{4}) ?(\d{4})(?!\d)"),
        lambda f: _spaced(f"0{f[1]}", f[2], f[3]),
    ),
    (
        re.compile(r"(?<![\d+])(?:\+44 ?(?:\(0\) ?)?|0)([13-9]\d{3}) ?(\d{3}) ?(\d{3})(?!\d)"),
        lambda f: _spaced(f"0{f[1]}", f[2], f[3]),
    ),
    (re.compile(r"(?<![\w+])\+(\d[\d .()-]{6,18}\d)(?!\d)"), _abroad),
    (re.compile(r"(?<=[cC]all |[dD]ial |[rR]ing )(\d{3})\b(?! ?\d)"), lambda f: " ".join(f[1])),
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b"), lambda f: _date(f[3], int(f[2]), f[1])),
    (re.compile(r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?![\d/])"), lambda f: _date(f[1], int(f[2]), f[3])),
    (re.compile(r"(?<![\d/])(\d{1,2})/(\d{2})(?![\d/])"), lambda f: _date(f[1], int(f[2]))),
    (
        re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.])(?:,? (\d{{4}})\b)?"),
        lambda f: _date(f[2], _named(f[1]), f[3]),
    ),
    (
        re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?({_MONTH})\b\.?(?:,? (\d{{4}})\b)?"),
        lambda f: _date(f[1], _named(f[2]), f[3]),
    ),
    (
        re.compile(rf"\b({_DAY})\b\.? ?[-–] ?({_DAY})\b\.?"),
        lambda f: f"{_weekday(f[1])} to {_weekday(f[2])}",
    ),
    (re.compile(rf"\bto ({_DAY})\b\.?(?=[^\w]|$)"), lambda f: f"to {_weekday(f[1])}"),
    (re.compile(rf"(?<=& )({_DAY})\b\.?"), lambda f: _weekday(f[1])),
    (_BARE, lambda f: _weekday(f[1])),
    (re.compile(rf"\b([fF]rom )?(?:{_TIME}) ?[-–—] ?(?:{_TIME})"), _span),
    (
        re.compile(r"(?<![\d:$£€])(\d{1,2}) ?[-–] ?(?=(?:1[0-2]|0?[1-9])(?::[0-5]\d)? ?[aApP]\.?[mM]\b)"),
        r"from \1 to ",
    ),
    (re.compile(_TIME), lambda f: _time(f.groups())),
    (re.compile(rf"({_SIGN})({_NUM}) ?[-–] ?({_NUM})(?![\d.,]*\d)"), r"\2 to \1\3"),
    (re.compile(rf"(?P<sign>{_SIGN}) ?(?P<whole>{_NUM})(?:\.(?P<cents>\d\d?))?(?!\d)"), _money),
    (re.compile(rf"(?<![\d,.])(?P<whole>{_NUM})(?:\.(?P<cents>\d\d?))? ?(?P<sign>{_SIGN})"), _money),
    (re.compile(r"(?<=[a-z]) [-–] (?=\d)"), " to "),
    (re.compile(rf"(?<![\d,.])(?P<whole>{_NUM})(?:\.(?P<part>\d+))? ?(?P<unit>{_UNIT})(?![\w/²³])"), _measure),
    (re.compile(rf"(?<=\w) ?/ ?({'|'.join(map(re.escape, _PER))})(?!\w)\.?"), lambda f: f" {_PER[f[1]]}"),
    (re.compile(r"(?<=\d) ?° ?F\b"), " degrees Fahrenheit"),
    (re.compile(r"(?<=\d) ?° ?C?\b|(?<=\d) ?°"), " degrees"),
    (re.compile(r"(?<=\d) ?%"), " percent"),
    *((re.compile(rf"(?<![\w-]){short}"), long) for short, long in _WORDS.items()),
    (re.compile(r"\b(\d{1,6})(?:st|nd|rd|th)\b"), lambda f: ordinal(int(f[1]), "en")),
    (re.compile(r"(?<![\d,.])(\d+) ?[x×] ?(?=\d)"), r"\1 times "),
    (re.compile(r"(?<![\d,.])(\d{1,3}(?:,\d{3})+)(?!\d)"), lambda f: f[1].replace(",", "")),
    (re.compile(r"(?<![\d,.])(\d+)\.(\d+)(?![\d.]|\w)"), r"\1 point \2"),
    (re.compile(r"(?<![\w,.-])(\d+) ?[-–] ?(\d+)(?![\w-])"), r"\1 to \2"),
    (re.compile(r"(?<!\S)-(?=\d)"), "minus "),
    (re.compile(r"(?<!\S)\+(?=\d)"), "plus "),
    (re.compile(r" & "), " and "),
    (re.compile(r"\band/or\b"), "and or"),
    (re.compile(r"(?<=[^\W\d])/(?=[^\W\d])"), " or "),
    (re.compile(r" / "), ", "),
)
