"""The orchestrator of phone calls: load, decide, write; then, and only then, the caller hears it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from modules.agent_types import render
from modules.aloud import spoken
from modules.calls import facts as read
from modules.calls import queries, relays, writes
from modules.calls.turns import Stopwatch, Turn, load, ready, today
from modules.engine.engine import converse
from modules.engine.greeting import opening_words
from modules.engine.records import decided, text_id
from modules.inbox.service import Event
from modules.instants import stored
from modules.messaging.outbox import send_soon
from modules.webhooks import events
from ports.context import Ports
from ports.database import Row, Statement, UniqueViolation
from ports.dialogue import Heard
from ports.telephony import CallAnswer, CallReport, IncomingCall, RelayOpening, Telephony


class UnknownNumber(Exception):
    """Nobody has proven to own the number that was called."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The document, and what the log line says of the turn."""

    document: str
    tenant_id: str
    intent: str
    is_repeat: bool = False


async def answer_call(ports: Ports, telephony: Telephony, incoming: IncomingCall) -> Answered:
    """The greeting of the agent that answers the called number; a repeat gets the same document.

    Raises UnknownNumber, after it has been counted.
    """
    call = (incoming.provider, incoming.provider_call_id)
    watch = Stopwatch(ports.clock)
    known, routed = await ports.db.batch(
        queries.stored_document(call, 0), queries.route(incoming.to_number, incoming.account)
    )
    load_ms = watch.lap_ms()
    row = routed.first
    if known.first is not None:
        return _repeated(ports, telephony, known.first, str(row["tenant_id"]) if row else "")
    if row is None:
        await _count_unknown_number(ports, incoming)
        raise UnknownNumber(incoming.to_number)
    tenant_id = str(row["tenant_id"])
    agent, facts = read.agent_config(row), read.business_facts(row)
    greeting = opening_words(
        render(agent.greeting, business=facts.name, agent=agent.name),
        agent.language,
        discloses=bool(row["ai_disclosure"]),
        consent=str(row["consent_sentence"]) if row["consent_sentence"] else None,
    )
    relay_id = ports.ids.new("rly") if agent.is_relay else None
    document = (
        telephony.conversation(RelayOpening(relay_id, spoken(greeting, agent.voice), agent.voice, read.hints(facts)))
        if relay_id
        else telephony.document(CallAnswer(spoken(greeting, agent.voice), agent.voice, turn=1, hints=read.hints(facts)))
    )
    made = writes.Made(greeting, document, load_ms, watch.lap_ms(), stored(ports.clock.now()))
    call_id = ports.ids.new("call")
    statements = writes.opening(ports.ids, incoming, (call_id, row), made)
    if relay_id:
        statements.append(relays.opening(ports, tenant_id, call_id, relay_id))
    try:
        results = await ports.db.batch(*statements)
    except UniqueViolation:  # the same request, a moment earlier
        (first,) = await ports.db.batch(queries.stored_document(call, 0))
        return _repeated(ports, telephony, first.rows[0], tenant_id)
    await events.deliver_soon(ports, results)
    return Answered(telephony.with_tokens(document, lambda one: relays.token_of(ports, one)), tenant_id, "greeting")


def _repeated(ports: Ports, telephony: Telephony, row: Row, tenant_id: str) -> Answered:
    document = telephony.with_tokens(str(row["document"]), lambda one: relays.token_of(ports, one))
    return Answered(document, tenant_id, "greeting", is_repeat=True)


async def _count_unknown_number(ports: Ports, incoming: IncomingCall) -> None:
    call = incoming.provider_call_id
    event = (ports.ids.new("evt"), incoming.provider, f"{call}:unresolved", "call.unresolved", call)
    payload = json.dumps({"to_number": incoming.to_number})
    await ports.db.batch(queries.insert_inbound_event((*event, payload), stored(ports.clock.now())), idempotent=True)


async def take_turn(ports: Ports, telephony: Telephony, turn: Turn, heard: Heard) -> Answered:
    """One turn in two round trips: what was heard is answered from the facts as they are now, and stored.

    A repeat gets the stored document and changes nothing. Raises UnknownCall.
    """
    watch = Stopwatch(ports.clock)
    row = await load(ports, turn)
    load_ms = watch.lap_ms()
    tenant_id = str(row["tenant_id"])
    if row["document"] is not None:
        return Answered(str(row["document"]), tenant_id, "repeat", is_repeat=True)
    given = await ready(ports, turn, row, heard)
    outcome = await converse(given.request, given.brain, ports.clock)
    reply, agent, facts = outcome.reply, given.agent, given.request.facts
    answer = CallAnswer(
        spoken(reply.words, agent.voice),
        agent.voice,
        turn.number + 1,
        reply.action,
        facts.transfer_number,
        read.hints(facts),
    )
    at = stored(given.request.now)
    made = writes.Made(reply.words, telephony.document(answer), load_ms, watch.lap_ms(), at)
    said = writes.turn(ports.ids, given.here, given.request.heard, reply, made)
    done = writes.effects(ports.ids, given, outcome.deeds, reply.message)
    record = decided(given.spot, given.request, outcome, at)
    try:
        results = await ports.db.batch(*said, *done, *record, *given.shelf.statements)
    except UniqueViolation:  # the same request, a moment earlier
        row = await load(ports, turn)
        return Answered(str(row["document"]), tenant_id, "repeat", is_repeat=True)
    await events.deliver_soon(ports, results)
    if outcome.deeds.first("link"):
        await send_soon(ports, text_id(given.spot))
    return Answered(made.document, tenant_id, reply.intent)


async def rescue(ports: Ports, telephony: Telephony, call: queries.Call, words: dict[str, str]) -> str | None:
    """To a human when there is one, after our own answer has failed; None when there is none to be had."""
    (found,) = await ports.db.batch(queries.turn(call, -1, today(ports.clock)))
    row = found.first
    if row is None or row["transfer_to"] is None:
        return None
    agent = read.agent_config(row)
    turn = int(row["last_turn"] or 0) + 1
    return telephony.document(CallAnswer(words[agent.language], agent.voice, turn, "transfer", str(row["transfer_to"])))


async def record_report(ports: Ports, report: CallReport) -> None:
    """Stores and applies one report of a call's progress in one batch; a repeat changes nothing."""
    written = writes.report(ports.ids, report, stored(ports.clock.now()))
    await events.deliver_soon(ports, await ports.db.batch(*written, idempotent=True))


async def reapply_report(ports: Ports, event: Event) -> Sequence[Statement]:
    """The effect of a stored report once more, for an operator who replays it: what stands already stays."""
    told = event.payload
    report = CallReport(
        provider=event.provider,
        provider_call_id=event.subject or "",
        event_key=event.external_id,
        status=str(told["status"]),
        is_terminal=bool(told["is_terminal"]),
        sequence=told["sequence"],
        duration_s=told["duration_s"],
    )
    return writes.effects_of(ports.ids, report, stored(ports.clock.now()))
