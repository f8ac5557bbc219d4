"""Calls over a voice platform: answered, decided turn by turn, transferred, looked up for, reported."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from modules.aloud import spoken
from modules.calls import hosted_queries, queries, relay_queries, side_queries, writes
from modules.calls.after_hours import after_hours
from modules.calls.handover import card
from modules.calls.live import Mouth, Say, settle
from modules.calls.opening import greeting_of
from modules.calls.service import UnknownNumber, count_unknown_number
from modules.calls.turns import Stopwatch, Turn, metered, ready, row_of, today
from modules.engine import facts as read
from modules.engine.engine import converse
from modules.engine.speaking import Hush, said_of
from modules.instants import stored
from modules.knowledge.shelf import Shelf
from modules.one_time import derived, same
from modules.webhooks import events
from ports.context import Ports
from ports.database import Row, UniqueViolation
from ports.dialogue import Action, Heard
from ports.hosted import AssistantDefinition, HostedSettings, HostedTurn
from ports.telephony import IncomingCall

MOST_NAME_CHARS = 40


def token_of(ports: Ports, tenant_id: str) -> str:
    """What an assistant of ours shows with every request: it opens the calls of one tenant, and no other's."""
    return f"{tenant_id}.{derived(ports.keyring.tokens, 'hosted', tenant_id)[:40]}"


def tenant_of(ports: Ports, token: str) -> str | None:
    tenant_id = token.partition(".")[0]
    return tenant_id if tenant_id and same(token, token_of(ports, tenant_id)) else None


@dataclass(frozen=True, slots=True)
class Transfer:
    """To whom a call goes: at once, without asking the agent, when the business is closed and wants it so."""

    number: str
    words: str
    card: str
    is_warm: bool


async def open_call(ports: Ports, incoming: IncomingCall, tenant_id: str | None) -> AssistantDefinition | Transfer:
    """The agent that answers the called number; a repeat opens nothing. Raises UnknownNumber, after it was counted.

    `tenant_id` is whose own account the platform's request has proven; None: ours.
    """
    watch = Stopwatch(ports.clock)
    (routed,) = await ports.db.batch(hosted_queries.route(incoming.to_number, tenant_id))
    row = routed.first
    if row is None:
        await count_unknown_number(ports, incoming)
        raise UnknownNumber(incoming.to_number)
    facts = read.business_facts(row)
    made = writes.Made(greeting_of(row), "{}", watch.lap_ms(), 0.0, stored(ports.clock.now()))
    try:
        results = await ports.db.batch(*writes.opening(ports.ids, incoming, (ports.ids.new("call"), row), made))
        await events.deliver_soon(ports, results)
    except UniqueViolation:  # the same request once more
        pass
    if after_hours(facts, str(row["after_hours"]), ports.clock.now()) == "transfer" and facts.transfer_number:
        return Transfer(facts.transfer_number, "", "", is_warm=False)
    return definition_of(ports, row)


def definition_of(ports: Ports, row: Row) -> AssistantDefinition:
    """Of a published agent, whatever number it answers."""
    agent = read.agent_config(row)
    return AssistantDefinition(
        agent_id=str(row["agent_id"]),
        name=f"{row['name']}: {agent.name}"[:MOST_NAME_CHARS],
        greeting=spoken(greeting_of(row), agent.voice),
        voice=agent.voice,
        hints=read.hints(read.business_facts(row)),
        max_call_s=int(row["max_call_min"] or 30) * 60,
        is_recorded=bool(row["records_calls"]),
        settings=settings_of(row),
        token=token_of(ports, str(row["tenant_id"])),
    )


def settings_of(row: Row) -> HostedSettings:
    given: dict[str, Any] = json.loads(str(row["settings"] or "{}"))
    return HostedSettings(**{name: value for name, value in given.items() if value is not None})


async def speak_turn(
    ports: Ports, asked: HostedTurn, tenant_id: str | None, say: Say, hush: Hush
) -> tuple[Action, str]:
    """What follows the caller's words, sentence by sentence to `say`; (what happens then, tenant).

    A repeat says the same again and changes nothing. Raises UnknownCall.
    """
    watch, call = Stopwatch(ports.clock), ("vapi", asked.provider_call_id)
    found, last = await ports.db.batch(queries.turn(call, -1, today(ports.clock)), hosted_queries.last_document(call))
    load_ms, row = watch.lap_ms(), row_of(found.first, asked.provider_call_id, tenant_id)
    key = hashlib.sha256(f"{asked.count}\x1f{asked.speech}\x1f{asked.digits}".encode()).hexdigest()[:20]
    before: dict[str, Any] = json.loads(str(last.rows[0]["document"])) if last.rows else {}
    agent = read.agent_config(row)
    if before.get("key") == key:
        for words in before["said"]:
            await say(words, agent.voice)
        return before["action"], str(row["tenant_id"])
    number = int(row["last_turn"] or 0) + 1
    turn = Turn(call, number, None, asked.provider_call_id)
    given = await ready(ports, turn, row, Heard(speech=asked.speech or None, digits=asked.digits))
    mouth = Mouth(ports, given, hush, say)
    outcome = await converse(given.request, given.brain, ports.clock, mouth)
    action: Action = "listen" if hush.is_on else outcome.reply.action
    document = json.dumps({"key": key, "said": mouth.said, "action": action}, ensure_ascii=False)
    made = writes.Made(" ".join(mouth.said), document, load_ms, watch.lap_ms(), stored(given.request.now))
    metered(ports, load_ms, made.decide_ms)
    heard = _cut_short(row, asked.heard_before)
    more = [relay_queries.cut_short(given.here.tenant_id, call, number - 1, (heard, 0))] if heard is not None else []
    await settle(ports, given, outcome, mouth, made, *more)
    return action, given.here.tenant_id


def _cut_short(row: Row, heard: str | None) -> str | None:
    """What the caller had heard of our last answer, where the platform tells of less than we had said."""
    history: list[list[str]] = json.loads(str(row["history"]))  # newest first
    said = history[0][1] if history and history[0][0] == "agent" else ""
    if heard is None or not said:
        return None
    return heard if len(heard.split()) < len(said.split()) else None


async def transfer_of(ports: Ports, provider_call_id: str, tenant_id: str | None) -> Transfer | None:
    """Where a caller is put through to, and what the human is told; None when there is nobody. Raises UnknownCall."""
    call = ("vapi", provider_call_id)
    found, told, settings = await ports.db.batch(
        queries.turn(call, -1, today(ports.clock)), side_queries.handover(call), hosted_queries.settings(call)
    )
    row = row_of(found.first, provider_call_id, tenant_id)
    facts, agent = read.business_facts(row), read.agent_config(row)
    if facts.transfer_number is None:
        return None
    is_warm = settings_of(settings.rows[0]).transfer_mode == "warm"
    whispered = spoken(card(told.rows[0], agent.language, takes_key=False), agent.voice)
    return Transfer(facts.transfer_number, said_of(agent.language, "transfer"), whispered, is_warm)


async def documents_for(
    ports: Ports, provider_call_id: str, tenant_id: str | None, question: str
) -> list[tuple[str, str, float]]:
    """(id, text, likeness 0 to 1) of what the business knows of it. Raises UnknownCall."""
    (found,) = await ports.db.batch(queries.turn(("vapi", provider_call_id), -1, today(ports.clock)))
    row = row_of(found.first, provider_call_id, tenant_id)
    shelf = Shelf(ports, str(row["tenant_id"]), read.agent_config(row).language)
    looked = await shelf.find(question)
    if shelf.statements:
        await ports.db.batch(*shelf.statements, idempotent=True)
    return [(one.id, one.text, one.score) for one in looked.passages]
