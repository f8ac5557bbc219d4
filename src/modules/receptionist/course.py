"""What the course of a call tells: a machine at the other end, another language, words that go in circles."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from modules.words.text import fold
from ports.dialogue import DialogueState, Heard, Language, TurnRequest

MOST_REPEATS = 5  # of the same words in a row: no human goes on that long
_SHORT = 9  # words of a sentence that asks for a language and nothing else

Machine = Literal["voicemail", "hold"]
# What answering machines and queues say, and callers do not.
_VOICEMAIL = re.compile(
    r"\b(?:apres le (?:bip|signal)|messagerie vocale|boite vocale|repondeur (?:de|du|automatique)"
    r"|n.est pas disponible pour (?:le moment|vous repondre)"
    r"|(?:after|at) the (?:beep|tone)|voice ?mail|(?:is|are) not available to take your call|you have reached)\b"
)
_HOLD = re.compile(
    r"\b(?:veuillez patienter|(?:restez|veuillez rester) en ligne|votre appel est important"
    r"|(?:tous|toutes) nos (?:conseill|operat|agents|lignes|collaborat)\w*|nous allons donner suite"
    r"|please (?:hold|wait|stay on)|stay on the line|your call is important"
    r"|all (?:of )?our (?:agents|operators|representatives|advisors|lines))\b"
)
_ASKED: Mapping[Language, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:(?:speak|in|to) english|english,? please|parl\w+ (?:en )?anglais|en anglais)\b"),
    "fr": re.compile(
        r"\b(?:parl\w+ (?:en )?francais|en francais|francais,? s'il|(?:speak|in) french|french,? please)\b"
    ),
}


def machine(heard: Heard) -> Machine | None:
    if heard.is_machine:
        return "voicemail"
    said = fold(heard.speech or "")
    if _VOICEMAIL.search(said):
        return "voicemail"
    return "hold" if _HOLD.search(said) else None


def language_of_turn(own: Language, state: DialogueState, heard: Heard) -> Language:
    """That of the agent until the caller asks for the other one, or the recogniser hears it."""
    current: Language = state.language or own
    other: Language = "en" if current == "fr" else "fr"
    if heard.language and heard.language.partition("-")[0].lower() == other:
        return other
    return other if _ASKED[other].search(fold(heard.speech or "")) else current


def asks_for_language_only(turn: TurnRequest) -> bool:
    said = fold(turn.heard.speech or "")
    return bool(_ASKED[turn.language].search(said)) and len(said.split()) < _SHORT


def is_beside_the_point(turn: TurnRequest) -> bool:
    """Nothing in it is to be answered: the call has to end, or nobody is there."""
    is_machine = turn.medium == "voice" and machine(turn.heard) is not None
    return turn.is_last or is_machine or goes_in_circles(turn)


def goes_in_circles(turn: TurnRequest) -> bool:
    return turn.state.repeats + 1 >= MOST_REPEATS and _same(turn)


def remembered(turn: TurnRequest, state: DialogueState) -> DialogueState:
    """Beside what the turn itself has decided."""
    return replace(
        state,
        language=turn.language,
        heard_before=_mark(turn.heard),
        repeats=turn.state.repeats + 1 if _same(turn) else 0,
        machines=turn.state.machines + 1 if machine(turn.heard) else 0,
    )


def _same(turn: TurnRequest) -> bool:
    return bool(turn.heard.speech) and _mark(turn.heard) == turn.state.heard_before


def _mark(heard: Heard) -> str:
    """Enough to know the same words again, and not the words."""
    said = fold(heard.speech or "").strip(" .,!?")
    return hashlib.sha256(said.encode()).hexdigest()[:12] if said else ""
