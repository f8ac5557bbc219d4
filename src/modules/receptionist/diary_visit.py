"""One turn at the desk, and how what it holds is said."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from modules.date_words import time_of
from modules.receptionist import intents, names
from modules.receptionist.answers import services_named
from modules.receptionist.diary_words import ANYBODY, CANCELS, EARLIER, LATER, MOVES, VAGUE, option
from modules.receptionist.phrases import say
from modules.receptionist.spelling import spelled_name
from modules.receptionist.steps import OFFER, Step
from modules.words.text import Utterance, cleaned
from ports.appointments import AppointmentDesk, Kept, Offer, Outcome
from ports.dialogue import Language, TurnRequest

MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class Deed:
    """Something of the diary that was asked for: the name of the tool, what with, and what came of it."""

    name: str
    arguments: Mapping[str, object]
    outcome: Outcome


@dataclass(slots=True)
class Visit:
    """One turn at the desk."""

    turn: TurnRequest
    desk: AppointmentDesk
    said: Utterance
    deeds: list[Deed] = field(default_factory=list)

    @property
    def language(self) -> Language:
        return self.turn.language

    @property
    def draft(self) -> dict[str, str]:
        return dict(self.turn.state.draft)

    def say(self, key: str, **values: str) -> str:
        return say(self.language, key, **values)

    @property
    def offers(self) -> tuple[Offer, ...]:
        return tuple(Offer(**one) for one in json.loads(self.turn.state.draft.get("offers", "[]")))


def again(visit: Visit, words: str) -> Step:
    """Asked once more; after some times a message is offered instead."""
    tries = int(visit.turn.state.draft.get("tries", "0")) + 1
    if tries >= MOST_TRIES:
        return Step(visit.say("missed"), "unknown", OFFER, draft={})
    return Step(words, "booking", visit.turn.state.stage, draft={**visit.draft, "tries": str(tries)})


def one_of(visit: Visit, kept: Kept) -> str:
    return visit.say("own_one", service=cleaned(kept.service), when=kept.words)


def with_staff(staff: str | None, language: Language) -> str:
    return say(language, "with_staff", staff=cleaned(staff)) if staff else ""


def offers_said(offers: Sequence[Offer], language: Language) -> str:
    """A day that was just named is not named again; whom with only where it differs."""
    said, before = [], ""
    several = len({one.staff for one in offers}) > 1
    for one in offers:
        local = datetime.fromisoformat(one.local)
        at = "à" if language == "fr" else "at"
        words = one.words if one.local[:10] != before else f"{at} {time_of(local, language)}"
        said.append(words + (with_staff(one.staff, language) if several else ""))
        before = one.local[:10]
    return either(said, language)


def either(parts: Sequence[str], language: Language, joint: str = "or") -> str:
    word = {"or": {"fr": "ou", "en": "or"}, "and": {"fr": "et", "en": "and"}}[joint][language]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def heard_name(visit: Visit) -> str | None:
    """None for what is no name: a wish, a question, a time, a choice."""
    said, language = visit.said, visit.language
    if spelled := spelled_name(said.raw, language):
        return spelled
    is_lenient = int(visit.turn.state.draft.get("tries", "0")) > 0
    name = names.caller_name(said.raw, language, is_lenient=is_lenient)
    if name is None or names.is_introduced(said.raw, language):
        return name
    is_else = (
        intents.request(said, language) is not None
        or intents.is_question(said, language)
        or intents.yes_or_no(said, language) is not None
        or any(pattern[language].search(said.plain) for pattern in (CANCELS, MOVES, LATER, EARLIER, ANYBODY, VAGUE))
        or option(said.plain, language, 3) is not None
        or bool(services_named(visit.turn, said))
        or visit.desk.means_time(said.raw)
    )
    return None if is_else else name
