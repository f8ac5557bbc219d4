"""What a human is told before a caller is put through: who, why, what was promised, what is to be done."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from modules.aloud import spoken
from modules.calls import side_queries
from modules.calls.queries import Call
from modules.calls.turns import UnknownCall
from modules.engine import facts as read
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
        "ask": "À faire : demander le motif.",
        "answer": "À faire : répondre à cette demande.",
        "cancel_appointment": "À faire : proposer une autre date.",
        "take_message": "À faire : donner suite au message.",
        "rest": "À faire : voir ce qui reste à régler.",
        "press": "Pour prendre l'appel, appuyez sur 1.",
    },
    "en": {
        "caller": "A call for you, from {who}.",
        "unknown": "somebody who gave no name",
        "number": "Number: {number}.",
        "why": "Reason: {why}.",
        "no_why": "No reason was given.",
        "nothing": "Nothing was promised.",
        "ask": "Next: ask for the reason.",
        "answer": "Next: answer this request.",
        "cancel_appointment": "Next: offer another date.",
        "take_message": "Next: follow up on the message.",
        "rest": "Next: see what is still open.",
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
    """Five short sentences; with `takes_key` also which key takes the call."""
    said = _CARD[language]
    who = str(row["caller_name"] or said["unknown"])
    parts = [said["caller"].format(who=who)]
    if row["from_number"]:
        parts.append(said["number"].format(number=row["from_number"]))
    why = _reason(row, language)
    parts.append(said["why"].format(why=why) if why else said["no_why"])
    deeds = [name for name in dict.fromkeys(json.loads(str(row["deeds"]))) if name in _DEEDS[language]]
    if row["noted"] and "take_message" not in deeds:
        deeds.append("take_message")
    parts += [_DEEDS[language][name] for name in deeds] or [said["nothing"]]
    parts.append(said[_next_step(deeds, bool(why))])
    return " ".join([*parts, said["press"]] if takes_key else parts)


def _next_step(deeds: list[str], has_reason: bool) -> str:
    """What was begun comes before what was asked; what was done already is not asked for again."""
    for name in ("cancel_appointment", "take_message"):
        if name in deeds:
            return name
    if deeds:
        return "rest"
    return "answer" if has_reason else "ask"


def _reason(row: Row, language: Language) -> str:
    """The message that was noted, else what was said last that is no mere wish to talk to somebody."""
    if row["noted"]:
        return _short(str(row["noted"]))
    said: list[str] = json.loads(str(row["said"]))
    return next((_short(one) for one in said if not asks_for_a_human(one, language)), "")


def _short(words: str) -> str:
    words = " ".join(words.split()).rstrip(".!? ")
    return words if len(words) <= _LONGEST_REASON else f"{words[:_LONGEST_REASON].rpartition(' ')[0]}…"
