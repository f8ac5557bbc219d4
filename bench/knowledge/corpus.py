"""The written corpus: 1,000 passages of ten sample trades in two languages, and 400 questions with what answers them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
DATA = Path(__file__).parent / "data"

# What every trade tells, in three wordings that take turns: near-duplicates that differ in a name and a figure.
_SHARED: dict[Language, dict[str, tuple[str, ...]]] = {
    "fr": {
        "week": ("Du lundi au vendredi {who} est ouvert de {0}.", "En semaine, {who} vous reçoit de {0}.",
                 "Horaires de la semaine pour {who} : {0}."),
        "sat": ("Le samedi {who} ouvre de {0}.", "Samedi : {0}.", "Pour {who}, le samedi, c'est {0}."),
        "shut": ("Jours de fermeture pour {who} : {0}.", "{who} ferme {0}.", "Congés et jours fermés : {0}."),
        "park": ("Pour se garer près de {who} : {0}.", "Stationnement : {0}.", "Se garer : {0}."),
        "pay": ("Moyens de paiement acceptés par {who} : {0}.", "Règlement par {0}.", "{who} accepte : {0}."),
        "cancel": ("Annulation sans frais jusqu'à {0} ; passé ce délai, {1}.",
                   "Pour annuler chez {who}, prévenez {0}, sinon il est retenu {1}.",
                   "Un empêchement ? {0} ; au-delà, {1} sont dus à {who}."),
        "late": ("Au-delà de {0} minutes de retard, {who} peut annuler votre rendez-vous.",
                 "{who} vous attend {0} minutes, pas davantage.", "Retard toléré par {who} : {0} minutes."),
        "access": ("Accès pour les personnes à mobilité réduite : {0}.", "Accessibilité de {who} : {0}.",
                   "Fauteuils et poussettes : {0}."),
        "gift": ("À offrir : {0}.", "Cadeaux et bons : {0}.", "{who} propose {0}."),
        "urgent": ("Urgences : {0}.", "En cas d'urgence, {0}.", "Hors des horaires de {who} : {0}."),
        "loyal": ("Fidélité : {0}.", "Chez {who}, {0}.", "Avantage : {0}."),
    },
    "en": {
        "week": ("Monday to Friday {who} is open {0}.", "On weekdays {who} sees you {0}.",
                 "Weekday hours of {who}: {0}."),
        "sat": ("On Saturdays {who} is open {0}.", "Saturday: {0}.", "For {who}, Saturdays are {0}."),
        "shut": ("Closing days of {who}: {0}.", "{who} closes {0}.", "Holidays: closed {0}."),
        "park": ("Parking near {who}: {0}.", "Parking: {0}.", "Where to leave the car: {0}."),
        "pay": ("{who} takes {0}.", "Ways to pay: {0}.", "Payment at {who}: {0}."),
        "cancel": ("Cancel free of charge up to {0}; after that it is {1}.",
                   "To cancel with {who}, tell us {0}, or {1} is charged.", "Cannot come? Let us know {0}; later we keep {1}."),
        "late": ("After {0} minutes {who} may give your appointment away.", "{who} waits {0} minutes and no longer.",
                 "Running late: {0} minutes at most for {who}."),
        "access": ("Wheelchair access: {0}.", "Getting in to {who}: {0}.", "Step-free access: {0}."),
        "gift": ("Presents: {0}.", "Vouchers: {0}.", "{who} offers {0}."),
        "urgent": ("Emergencies: {0}.", "If it cannot wait: {0}.", "Outside the hours of {who}: {0}."),
        "loyal": ("Loyalty: {0}.", "With {who}, {0}.", "For regulars: {0}."),
    },
}  # fmt: skip
_SHARED_TITLES: dict[Language, dict[str, str]] = {
    "fr": {"week": "Horaires", "sat": "Samedi", "shut": "Fermetures", "park": "Parking", "pay": "Paiement",
           "cancel": "Annulation", "late": "Retard", "access": "Accessibilité", "gift": "Bons cadeaux",
           "urgent": "Urgences", "loyal": "Fidélité"},
    "en": {"week": "Opening hours", "sat": "Saturday", "shut": "Closing days", "park": "Parking", "pay": "Payment",
           "cancel": "Cancellation", "late": "Running late", "access": "Access", "gift": "Gift vouchers",
           "urgent": "Emergencies", "loyal": "Loyalty"},
}  # fmt: skip
_ROW: dict[Language, str] = {
    "fr": "Prestation : {name} ; Prix : {price} ; Durée : {lasts}",
    "en": "Service: {name}; Price: {price}; Duration: {lasts}",
}
_TABLE: dict[Language, str] = {"fr": "Tarifs", "en": "Prices"}


@dataclass(frozen=True, slots=True)
class Passage:
    key: str  # language/trade.item, with # at the end for the row of a table
    language: Language
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    language: Language
    text: str
    relevant: dict[str, int]  # key to 2 (answers it) or 1 (is about it); empty where nothing answers
    is_held_out: bool


def passages() -> list[Passage]:
    return [one for language in LANGUAGES for one in _passages_of(language)]


def questions() -> list[Question]:
    """Every second one is held out: no ranking, weight or floor has been chosen on it."""
    known = {one.key for one in passages()}
    return [one for language in LANGUAGES for one in _questions_of(language, known)]


def _passages_of(language: Language) -> Iterator[Passage]:
    trade = who = title = ""
    turn = 0
    for line in (DATA / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        parts = [part.strip() for part in line[1:].split("|")]
        if line.startswith("@"):
            trade, who, title = parts
        elif line.startswith("$"):
            key, name, price, lasts, told = parts
            row = _ROW[language].format(name=name, price=price, lasts=lasts)
            yield Passage(f"{language}/{trade}.{key}#", language, f"{title} > {_TABLE[language]}", row)
            yield Passage(f"{language}/{trade}.{key}", language, f"{title} > {name}", told)
        elif line.startswith(":"):
            key, name, told = parts
            yield Passage(f"{language}/{trade}.{key}", language, f"{title} > {name}", told)
        elif line:
            key, _, rest = line.partition(" ")
            wording = _SHARED[language][key][turn % 3]
            turn += 1
            told = wording.format(*(part.strip() for part in rest.split("|")), who=who)
            heading = f"{title} > {_SHARED_TITLES[language][key]}"
            yield Passage(f"{language}/{trade}.{key}", language, heading, told[:1].upper() + told[1:])


def _questions_of(language: Language, known: set[str]) -> Iterator[Question]:
    lines = (DATA / f"questions_{language}.txt").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        key, _, text = (part.strip() for part in line.partition("|"))
        relevant: dict[str, int] = {}
        if key != "-":
            best = f"{language}/{key}"
            other = best.removesuffix("#") if best.endswith("#") else f"{best}#"
            assert best in known, best
            relevant = {best: 2, **({other: 1} if other in known else {})}
        yield Question(language, text, relevant, is_held_out=number % 2 == 1)
