"""What callers say of appointments: that one is to be moved or cancelled, which of the offers they take, later, earlier."""

import re

from ports.dialogue import Language


def _any(*parts: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(parts)})\b")


_THING = {
    "fr": r"(?:rendezvous|rdv|reservations?|creneau|seance|visite|consultation)",
    "en": r"(?:appointments?|bookings?|reservations?|slot|visit|session)",
}
CANCELS: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        rf"\b(?:annul\w+|decommand\w+|supprim\w+)\b(?: \w+){{0,6}} {_THING['fr']}|{_THING['fr']}(?: \w+){{0,6}} annul\w+|"
        r"\b(?:voudrais|veux|dois|aimerais|souhaite\w*|peux|puis) (?:je )?(?:l )?annuler\b|"
        rf"\bje ne (?:pourrai|peux|viendrai|viens)\b(?: \w+){{0,4}} (?:pas|plus)(?: \w+){{0,5}} {_THING['fr']}"
    ),
    "en": re.compile(
        rf"\bcancel\w*\b(?: \w+){{0,6}} {_THING['en']}|{_THING['en']}(?: \w+){{0,6}} cancel\w*|"
        r"\b(?:want|need|like|have) to cancel\b|\bcall off\b(?: \w+){0,4}"
    ),
}
MOVES: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(?:deplac\w+|decal\w+|report\w+|repouss\w+|avanc\w+|chang\w+|modifi\w+)\b"
        rf"(?: \w+){{0,5}} (?:{_THING['fr']}|(?:l )?heure|date)"
    ),
    "en": re.compile(
        rf"\b(?:mov\w+|chang\w+|push\w*|shift\w*|postpone\w*)\b(?: \w+){{0,5}} {_THING['en']}|\breschedul\w+\b"
    ),
}
_MONTH = (
    r"(?! (?:janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|january|february|march|"
    r"april|may|june|july|august|september|october|november|december|of))"
)
_ORDINALS: dict[Language, tuple[re.Pattern[str], ...]] = {
    "fr": (
        re.compile(rf"\b(?:premiere?|1er|1ere){_MONTH}\b|\b(?:numero|option|choix) (?:un|1)\b|^(?:le |la )?(?:un|1)$"),
        re.compile(
            r"\b(?:deuxieme|seconde?|2e|2eme)\b|\b(?:numero|option|choix) (?:deux|2)\b|^(?:le |la )?(?:deux|2)$"
        ),
        re.compile(r"\b(?:troisieme|3e|3eme)\b|\b(?:numero|option|choix) (?:trois|3)\b|^(?:le |la )?(?:trois|3)$"),
    ),
    "en": (
        re.compile(rf"\b(?:first|1st){_MONTH}\b|\b(?:number|option|choice) (?:one|1)\b|^(?:the )?(?:one|1)$"),
        re.compile(rf"\b(?:second|2nd){_MONTH}\b|\b(?:number|option|choice) (?:two|2)\b|^(?:the )?(?:two|2)$"),
        re.compile(rf"\b(?:third|3rd){_MONTH}\b|\b(?:number|option|choice) (?:three|3)\b|^(?:the )?(?:three|3)$"),
    ),
}
_LAST: dict[Language, re.Pattern[str]] = {
    "fr": _any("(?:le|la) derniere?", "derniere? (?:option|proposition)"),
    "en": _any("the last (?:one)?", "last one"),
}
LATER: dict[Language, re.Pattern[str]] = {
    "fr": _any("plus tard", "apres", "(?:un|encore) autre (?:jour|moment)", "autre chose", "d autres"),
    "en": _any("later", "after that", "another (?:day|time)", "other (?:times|options|days)", "something else"),
}
EARLIER: dict[Language, re.Pattern[str]] = {
    "fr": _any("plus tot", "avant"),
    "en": _any("earlier", "sooner", "before that"),
}
VAGUE: dict[Language, re.Pattern[str]] = {
    "fr": _any("peut etre", "je (?:ne )?sais pas", "on verra", "ca depend", r"^avec \w+"),
    "en": _any("maybe", "perhaps", r"^with \w+", "i (?:don t|do not) know", "not sure", "it depends", "we ll see"),
}
ANYBODY: dict[Language, re.Pattern[str]] = {
    "fr": _any("n importe qui", "peu importe(?: avec qui)?"),
    "en": _any("anybody", "anyone", "whoever"),
}


def option(plain: str, language: Language, most: int) -> int | None:
    """Which of so many offers is meant, from 0."""
    if most and _LAST[language].search(plain):
        return most - 1
    patterns = _ORDINALS[language][:most]
    return next((index for index, pattern in enumerate(patterns) if pattern.search(plain)), None)
