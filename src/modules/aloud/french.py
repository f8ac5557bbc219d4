"""French for the ear."""

import re
from collections.abc import Callable

from modules.aloud.numbers import names, ordinal

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_MONTHS = names("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
_SHORT_MONTHS = names("janv févr|fév mars avr mai juin juil août sept oct nov déc")
_DAYS = {"lun": "lundi", "mar": "mardi", "mer": "mercredi", "jeu": "jeudi", "ven": "vendredi", "sam": "samedi"}
_DAYS |= {"dim": "dimanche"}
_DAY = "|".join(_DAYS)
_NUM = r"\d{1,3}(?: \d{3})+(?!\d)|\d+"
_CURRENCIES = {
    "€": ("euro", "centime"), "EUR": ("euro", "centime"), "$": ("dollar", "cent"), "USD": ("dollar", "cent"),
    "£": ("livre", "penny"), "GBP": ("livre", "penny"), "CHF": ("franc suisse", "centime"),
}  # fmt: skip
_SIGN = r"€|EUR\b|\$|USD\b|£|GBP\b|CHF\b"
_UNITS = {
    "min": "minute", "mn": "minute", "h": "heure", "s": "seconde", "j": "jour", "km/h": "kilomètre heure",
    "km": "kilomètre", "m": "mètre", "cm": "centimètre", "mm": "millimètre", "kg": "kilo", "g": "gramme",
    "l": "litre", "L": "litre", "cl": "centilitre", "ml": "millilitre", "m²": "mètre carré", "m2": "mètre carré",
    "m³": "mètre cube", "m3": "mètre cube", "kWh": "kilowattheure", "kW": "kilowatt", "W": "watt", "V": "volt",
    "Go": "gigaoctet", "Mo": "mégaoctet", "ha": "hectare",
}  # fmt: skip
_UNIT = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
_PER = {"mois": "par mois", "h": "de l'heure", "heure": "de l'heure", "m²": "le mètre carré", "m2": "le mètre carré"}
_PER |= {"jour": "par jour", "j": "par jour", "an": "par an", "pers": "par personne", "personne": "par personne"}
_PER |= {"kg": "le kilo", "km": "le kilomètre", "nuit": "par nuit", "semaine": "par semaine", "séance": "la séance"}
_WORDS = {
    r"M\.(?= [A-ZÀ-Ý])": "Monsieur", r"Mme\b\.?": "Madame", r"Mlle\b\.?": "Mademoiselle",
    r"Dr\b\.?(?= [A-ZÀ-Ý])": "Docteur", r"Pr\b\.?(?= [A-ZÀ-Ý])": "Professeur", r"Me(?= [A-ZÀ-Ý])": "Maître",
    r"av\.": "avenue", r"b(?:ou)?l?d\b\.?": "boulevard", r"pl\.": "place", r"(?<=\d )r\.": "rue",
    r"rte\b\.?": "route", r"ch\.(?= [dA-Z])": "chemin", r"Ste-": "Sainte-", r"St-": "Saint-",
    r"[nN]° ?(?=\d)": "numéro ", r"[tT]él\.": "Téléphone", r"env\.": "environ", r"max\.": "maximum",
    r"min\.": "minimum", r"etc\.": "et cetera", r"p\. ?ex\.": "par exemple", r"c\.-à-d\.": "c'est-à-dire",
    r"(?:RDV|rdv|Rdv)\b": "rendez-vous", r"(?:SVP|svp)\b": "s'il vous plaît", r"CB\b": "carte bancaire",
    r"TTC\b": "toutes taxes comprises", r"HT\b": "hors taxes", r"rez-de-ch\.": "rez-de-chaussée",
    r"appt?\b\.": "appartement", r"bât\.": "bâtiment", r"ét\.": "étage",
}  # fmt: skip
_TIME = r"(?<![\d:,.])([01]?\d|2[0-4])(?: ?[hH](?: ?([0-5]\d))?|:([0-5]\d))(?![\w:]|/\d)"


def _number(text: str) -> int:
    return int(text.replace(" ", ""))


def _many(name: str, count: int) -> str:
    if count < 2:
        return name
    first, _, rest = name.partition(" ")
    plural = {"suisse": "suisses", "carré": "carrés", "cube": "cubes", "heure": "heure"}
    return f"{first}s {plural.get(rest, rest)}".strip() if rest else f"{first}s"


def _amount(found: re.Match[str]) -> str:
    whole, cents, sign, after = found["whole"], found["cents"], found["sign"], found["after"]
    return _money(whole, cents or after, sign)


def _money(whole: str, cents: str | None, sign: str) -> str:
    units, rest = _number(whole), int(((cents or "0") + "0")[:2])
    one, part = _CURRENCIES[sign]
    if not units and rest:
        return f"{rest} {_many(part, rest)}"
    of = (
        "d'"
        if units and not units % 1_000_000 and one[0] in "aeiou"
        else "de "
        if units and not units % 1_000_000
        else ""
    )
    return f"{units} {of}{_many(one, units)}" + (f" {rest:02d}" if rest else "")


def clock(hour: int, minute: int) -> str:
    named = {0: "minuit", 12: "midi", 24: "minuit"}.get(hour)
    said = named or f"{'une' if hour == 1 else hour} heure{'s' if hour > 1 else ''}"
    return f"{said} {minute}" if minute else said


def _time(hour: str, *minutes: str | None) -> str:
    return clock(int(hour), int(next(filter(None, minutes), "0")))


def _span(found: re.Match[str]) -> str:
    begins, ends = _time(found[2], found[3], found[4]), _time(found[5], found[6], found[7])
    return f"{found[1] or ''}{'' if found[1] else 'de '}{begins} à {ends}"


def _date(day: str, month: str, year: str | None = None) -> str:
    at, named = int(day), int(month)
    if not (1 <= at <= 31 and 1 <= named <= 12):
        return "/".join(filter(None, (day, month, year)))
    return f"{'premier' if at == 1 else at} {_MONTHS[named - 1]}{f' {year}' if year else ''}"


def _short_month(found: re.Match[str]) -> str:
    month = next(at for at, names in enumerate(_SHORT_MONTHS) if found[2].lower() in names.split("|"))
    return f"{found[1]} {_MONTHS[month]}"


def _weekday(found: re.Match[str]) -> str:
    named = _DAYS[found[1].lower()]
    return named.capitalize() if found[1][0].isupper() else named


def _measure(found: re.Match[str]) -> str:
    one = _UNITS[found["unit"]]
    count = _number(found["whole"])
    whole = "une" if count == 1 and not found["part"] and one in ("minute", "heure", "seconde") else found["whole"]
    part = f",{found['part']}" if found["part"] else ""
    return f"{whole}{part} {_many(one, count)}"


RULES: tuple[Rule, ...] = (
    (re.compile(r"\b24 ?h? ?/ ?7\b"), "24 heures sur 24, 7 jours sur 7"),
    (re.compile(r"\b24 ?[hH] ?/ ?24\b"), "24 heures sur 24"),
    (re.compile(r"\b7 ?[jJ]? ?/ ?7\b"), "7 jours sur 7"),
    (
        re.compile(r"(?<![\d+])(?:\+33 ?(?:\(0\) ?)?|0)([1-9])[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)(?!\d)"),
        r"0\1, \2, \3, \4, \5",
    ),
    (re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b"), lambda f: _date(f[3], f[2], f[1])),
    (re.compile(r"(?<![\d/.])(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?![\d/])"), lambda f: _date(f[1], f[2], f[3])),
    (re.compile(r"(?<![\d/])(\d{1,2})/(\d{2})(?![\d/])"), lambda f: _date(f[1], f[2])),
    (re.compile(rf"\b(\d{{1,2}}|1er|premier) ({'|'.join(_SHORT_MONTHS)})\b\.?", re.IGNORECASE), _short_month),
    (
        re.compile(rf"\b({_DAY})\.? ?[-–] ?({_DAY})\b\.?", re.IGNORECASE),
        lambda f: f"de {_DAYS[f[1].lower()]} à {_DAYS[f[2].lower()]}",
    ),
    (re.compile(rf"\b({_DAY})\.", re.IGNORECASE), _weekday),
    (re.compile(rf"(\b[dD]e )?{_TIME} ?[-–—] ?{_TIME}"), _span),
    (re.compile(_TIME), lambda f: _time(f[1], f[2], f[3])),
    (re.compile(rf"(?<![\d,.])({_NUM}) ?[-–] ?({_NUM}) ?(?={_SIGN})"), r"\1 à \2 "),
    (
        re.compile(rf"(?<!\d)(?<!\d )(?P<sign>{_SIGN}) ?(?P<whole>{_NUM})(?:[.,](?P<cents>\d\d?))?(?!\d)(?P<after>)"),
        _amount,
    ),
    (
        re.compile(rf"(?<![\d,.])(?P<whole>{_NUM})(?:[.,](?P<cents>\d\d?))? ?(?P<sign>{_SIGN})(?P<after>\d\d\b)?"),
        _amount,
    ),
    (re.compile(r"(?<=[a-zé]) [-–] (?=\d)"), " à "),
    (re.compile(rf"(?<![\d,.])(?P<whole>{_NUM})(?:,(?P<part>\d+))? ?(?P<unit>{_UNIT})(?![\w/²³])"), _measure),
    (re.compile(rf"(?<=\w) ?/ ?({'|'.join(map(re.escape, _PER))})(?!\w)\.?"), lambda f: f" {_PER[f[1]]}"),
    (re.compile(r"(?<=\d) ?° ?C?\b|(?<=\d) ?°"), " degrés"),
    (re.compile(r"(?<=\d) ?%"), " pour cent"),
    *((re.compile(rf"(?<![\w-]){short}"), long) for short, long in _WORDS.items()),
    (re.compile(r"\b1er\b"), "premier"),
    (re.compile(r"\b1(?:re|ère)\b"), "première"),
    (re.compile(r"\b(\d{1,6})(?:e|ème|eme|ième)\b"), lambda f: ordinal(int(f[1]), "fr")),
    (re.compile(r"(?<![\d,.])(\d+) ?[x×] ?(?=\d)"), r"\1 fois "),
    (re.compile(r"(?<![\d,.])(\d{1,3}(?: \d{3})+)(?!\d)"), lambda f: f[1].replace(" ", "")),
    (re.compile(r"(?<![\d,.])(\d+),(\d+)(?![\d,])"), r"\1 virgule \2"),
    (re.compile(r"(?<![\w,.-])(\d+) ?[-–] ?(\d+)(?![\w-])"), r"\1 à \2"),
    (re.compile(r"(?<!\S)-(?=\d)"), "moins "),
    (re.compile(r"(?<!\S)\+(?=\d)"), "plus "),
    (re.compile(r"\b1 (?=(?:heure|minute|seconde|personne|place|semaine|journée|année|livre|nuit|pièce)\b)"), "une "),
    (re.compile(r" & "), " et "),
    (re.compile(r"\bet/ou\b"), "et ou"),
    (re.compile(r"(?<=[^\W\d])/(?=[^\W\d])"), " ou "),
    (re.compile(r" / "), ", "),
)
