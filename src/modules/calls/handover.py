"""What a human is told before a caller is put through: who it is, why they call, what was promised."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from modules.aloud import spoken
from modules.calls import facts as read
from modules.calls import side_queries
from modules.calls.queries import Call
from modules.calls.turns import UnknownCall
from modules.receptionist import asks_for_a_human
from ports.context import Ports
from ports.database import Row
from ports.dialogue import Language
from ports.telephony import Telephony

_LONGEST_REASON = 160
_DEEDS: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "book_appointment": "Un rendez-vous a été pris.",
        "change_appointment": "Un rendez-vous a été déplacé.",
        "cancel_appointment": "Un rendez-vous a été annulé.",
        "take_message": "Un message est noté.",
        "save_lead": "Ses coordonnées sont notées.",
    },
    "en": {
        "book_appointment": "An appointment was booked.",
        "change_appointment": "An appointment was moved.",
        "cancel_appointment": "An appointment was cancelled.",
        "take_message": "A message was noted.",
        "save_lead": "Their details were noted.",
    },
}
_CARD: Mapping[Language, Mapping[str, str]] = {
    "fr": {
        "caller": "Un appel pour vous, de {who}.",
        "unknown": "quelqu'un qui n'a pas dit son nom",
        "number": "Numéro : {number}.",
        "why": "Motif : {why}.",
        "no_why": "Le motif n'a pas été dit.",
        "nothing": "Rien n'a été promis.",
        "press": "Pour prendre l'appel, appuyez sur 1.",
    },
    "en": {
        "caller": "A call for you, from {who}.",
        "unknown": "somebody who gave no name",
        "number": "Number: {number}.",
        "why": "Reason: {why}.",
        "no_why": "No reason was given.",
        "nothing": "Nothing was promised.",
        "press": "To take the call, press 1.",
    },
}


@dataclass(frozen=True, slots=True)
class Whispered:
    document: str
    tenant_id: str


async def whisper(ports: Ports, telephony: Telephony, call: Call) -> Whispered:
    """The document that the human hears alone. `call` is the caller's. Raises UnknownCall."""
    (found,) = await ports.db.batch(side_queries.handover(call))
    if found.first is None:
        raise UnknownCall(call[1])
    row = found.first
    agent = read.agent_config(row)
    words = card(row, agent.language)
    return Whispered(telephony.whisper(spoken(words, agent.voice), agent.voice), str(row["tenant_id"]))


def card(row: Row, language: Language, *, takes_key: bool = True) -> str:
    """Four short sentences, and what to do."""
    said = _CARD[language]
    who = str(row["caller_name"] or said["unknown"])
    parts = [said["caller"].format(who=who)]
    if row["from_number"]:
        parts.append(said["number"].format(number=row["from_number"]))
    why = _reason(row, language)
    parts.append(said["why"].format(why=why) if why else said["no_why"])
    deeds = [
        _DEEDS[language][name] for name in dict.fromkeys(json.loads(str(row["deeds"]))) if name in _DEEDS[language]
    ]
    if row["noted"] and _DEEDS[language]["take_message"] not in deeds:
        deeds.append(_DEEDS[language]["take_message"])
    return " ".join([*parts, *(deeds or [said["nothing"]]), *([said["press"]] if takes_key else [])])


def _reason(row: Row, language: Language) -> str:
    """The message that was noted, else what was said last that is no mere wish to talk to somebody."""
    if row["noted"]:
        return _short(str(row["noted"]))
    said: list[str] = json.loads(str(row["said"]))
    return next((_short(one) for one in said if not asks_for_a_human(one, language)), "")


def _short(words: str) -> str:
    words = " ".join(words.split()).rstrip(".!? ")
    return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON].rpartition(' ')[0]}…"
