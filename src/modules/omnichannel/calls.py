"""The orchestrator of phone calls: load, decide, write; then, and only then, the caller hears it."""

import json
from dataclasses import dataclass

from modules.instants import stored
from modules.omnichannel import call_queries as queries
from modules.omnichannel import facts as read
from modules.omnichannel.agent_types import render
from modules.phone import read_number
from ports.context import Ports
from ports.database import Row, Statement, UniqueViolation, Value
from ports.language_model import DialogueState, Heard, TakenMessage, TurnReply, TurnRequest
from ports.telephony import CallAnswer, CallReport, IncomingCall, Telephony

_OUTCOMES = {"transfer": "transferred"}


class UnknownNumber(Exception):
    """Nobody has proven to own the number that was called."""


class UnknownCall(Exception):
    """A turn of a call that was never answered."""


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
    started_ms = ports.clock.monotonic_ms()
    known, routed = await ports.db.batch(queries.stored_document(call, 0), queries.route(incoming.to_number))
    load_ms = ports.clock.monotonic_ms() - started_ms
    row = routed.first
    if known.first is not None:
        return Answered(str(known.first["document"]), str(row["tenant_id"]) if row else "", "greeting", is_repeat=True)
    if row is None:
        await _count_unknown_number(ports, incoming)
        raise UnknownNumber(incoming.to_number)
    agent, facts = read.agent_config(row), read.business_facts(row)
    greeting = render(agent.greeting, business=facts.name, agent=agent.name)
    document = telephony.document(CallAnswer(greeting, agent.voice, turn=1, hints=read.hints(facts)))
    decide_ms = ports.clock.monotonic_ms() - started_ms - load_ms
    try:
        await ports.db.batch(*_opening(ports, incoming, row, greeting, (document, load_ms, decide_ms)))
    except UniqueViolation:  # the same request, a moment earlier
        (first,) = await ports.db.batch(queries.stored_document(call, 0))
        return Answered(str(first.rows[0]["document"]), str(row["tenant_id"]), "greeting", is_repeat=True)
    return Answered(document, str(row["tenant_id"]), "greeting")


def _opening(
    ports: Ports, incoming: IncomingCall, row: Row, greeting: str, made: tuple[str, float, float]
) -> list[Statement]:
    """The writes of turn 0; `made` is (document, load_ms, decide_ms)."""
    at, tenant_id = stored(ports.clock.now()), str(row["tenant_id"])
    conversation_id, call_id = ports.ids.new("conv"), ports.ids.new("call")
    call = (incoming.provider, incoming.provider_call_id)
    document, load_ms, decide_ms = made
    phone = incoming.from_number
    state = read.state_text(DialogueState(last_words=greeting))
    return [
        *([queries.upsert_customer(tenant_id, ports.ids.new("cust"), phone, at)] if phone else []),
        queries.insert_conversation(
            tenant_id, conversation_id, (str(row["agent_id"]), int(row["version"] or 1)), phone, at
        ),
        queries.insert_call(tenant_id, call_id, conversation_id, (*call, phone, incoming.to_number), at),
        queries.insert_message(
            tenant_id,
            conversation_id,
            _message(ports, (call[1], 0, "agent"), greeting, intent="greeting", sources='["greeting"]'),
            at,
        ),
        queries.update_conversation(tenant_id, conversation_id, state, None, at),
        queries.insert_turn(tenant_id, call_id, 0, document, (load_ms, decide_ms, at)),
        queries.adopt_report(call, at),
        queries.close_conversation(call, at),
    ]


def _message(
    ports: Ports,
    key: tuple[str, int, str],
    body: str,
    *,
    digits: str | None = None,
    confidence: float | None = None,
    intent: str | None = None,
    sources: str = "[]",
) -> tuple[Value, ...]:
    call_id, turn, role = key
    return (ports.ids.new("msg"), f"{call_id}:{turn}:{role}", turn, role, body, digits, confidence, intent, sources)


async def _count_unknown_number(ports: Ports, incoming: IncomingCall) -> None:
    event = (incoming.provider, f"{incoming.provider_call_id}:unresolved", "call.unresolved", incoming.provider_call_id)
    payload = json.dumps({"to_number": incoming.to_number})
    await ports.db.batch(queries.insert_inbound_event((*event, payload), stored(ports.clock.now())), idempotent=True)


async def take_turn(ports: Ports, telephony: Telephony, call: queries.Call, number: int, heard: Heard) -> Answered:
    """One turn in two round trips: what was heard is answered from the facts as they are now, and stored.

    A repeat gets the stored document and changes nothing. Raises UnknownCall.
    """
    started_ms = ports.clock.monotonic_ms()
    row = await _load(ports, call, number)
    load_ms = ports.clock.monotonic_ms() - started_ms
    tenant_id = str(row["tenant_id"])
    if row["document"] is not None:
        return Answered(str(row["document"]), tenant_id, "repeat", is_repeat=True)
    agent, facts = read.agent_config(row), read.business_facts(row)
    now = ports.clock.now()
    caller = str(row["from_number"]) if row["from_number"] else None
    reply = await ports.model.reply(
        TurnRequest(agent.language, agent.name, facts, read.state_from(str(row["state"])), heard, now, caller)
    )
    answer = CallAnswer(
        reply.words, agent.voice, number + 1, reply.action, facts.transfer_number, hints=read.hints(facts)
    )
    document = telephony.document(answer)
    decide_ms = ports.clock.monotonic_ms() - started_ms - load_ms
    made = (document, load_ms, decide_ms, stored(now))
    try:
        await ports.db.batch(*_turn_writes(ports, call, number, row, (heard, reply), made))
    except UniqueViolation:  # the same request, a moment earlier
        row = await _load(ports, call, number)
        return Answered(str(row["document"]), tenant_id, "repeat", is_repeat=True)
    return Answered(document, tenant_id, reply.intent)


async def _load(ports: Ports, call: queries.Call, number: int) -> Row:
    (found,) = await ports.db.batch(queries.turn(call, number))
    if found.first is None:
        raise UnknownCall(call[1])
    return found.first


def _turn_writes(
    ports: Ports,
    call: queries.Call,
    number: int,
    row: Row,
    said: tuple[Heard, TurnReply],
    made: tuple[str, float, float, str],
) -> list[Statement]:
    tenant_id, call_id, conversation_id = str(row["tenant_id"]), str(row["call_id"]), str(row["conversation_id"])
    heard, reply = said
    document, load_ms, decide_ms, at = made
    # The turn itself comes first: its key is what refuses a repeat, before anything else is written.
    statements = [queries.insert_turn(tenant_id, call_id, number, document, (load_ms, decide_ms, at))]
    if heard.speech is not None or heard.digits is not None:
        utterance = _message(
            ports,
            (call[1], number, "caller"),
            heard.speech or "",
            digits=heard.digits,
            confidence=heard.confidence,
        )
        statements.append(queries.insert_message(tenant_id, conversation_id, utterance, at))
    words = _message(
        ports,
        (call[1], number, "agent"),
        reply.words,
        confidence=reply.score,
        intent=reply.intent,
        sources=json.dumps(reply.sources),
    )
    outcome = "message_taken" if reply.message else _OUTCOMES.get(reply.action)
    statements += [
        queries.insert_message(tenant_id, conversation_id, words, at),
        queries.update_conversation(tenant_id, conversation_id, read.state_text(reply.state), outcome, at),
        queries.mark_in_progress(tenant_id, call_id),
    ]
    return statements + (_ticket(ports, row, reply.message, at) if reply.message else [])


def _ticket(ports: Ports, row: Row, message: TakenMessage, at: str) -> list[Statement]:
    tenant_id, conversation_id = str(row["tenant_id"]), str(row["conversation_id"])
    customer_id = str(row["customer_id"]) if row["customer_id"] else None
    number = read_number(message.phone_number, str(row["country"])) if message.phone_number else None
    spoken = None if number else message.phone_number
    ticket = (customer_id, message.name, number, spoken, message.reason)
    statements = [queries.insert_ticket(tenant_id, ports.ids.new("tick"), conversation_id, ticket, at)]
    if customer_id and number == row["from_number"]:  # they gave the number they called from: it is their name
        statements.append(queries.name_customer(tenant_id, customer_id, message.name))
    return statements


async def rescue(ports: Ports, telephony: Telephony, call: queries.Call, words: dict[str, str]) -> str | None:
    """To a human when there is one, after our own answer has failed; None when there is none to be had."""
    (found,) = await ports.db.batch(queries.turn(call, -1))
    row = found.first
    if row is None or row["transfer_to"] is None:
        return None
    agent = read.agent_config(row)
    turn = int(row["last_turn"] or 0) + 1
    return telephony.document(CallAnswer(words[agent.language], agent.voice, turn, "transfer", str(row["transfer_to"])))


async def record_report(ports: Ports, report: CallReport) -> None:
    """Stores and applies one report of a call's progress in one batch; a repeat changes nothing."""
    at = stored(ports.clock.now())
    call = (report.provider, report.provider_call_id)
    payload = json.dumps(
        {
            "status": report.status,
            "is_terminal": int(report.is_terminal),
            "sequence": report.sequence,
            "duration_s": report.duration_s,
        }
    )
    occurred_at = stored(report.occurred_at) if report.occurred_at else None
    event = (report.provider, report.event_key, "call.status", report.provider_call_id, payload)
    applied = (report.status, int(report.is_terminal), report.sequence, report.duration_s)
    told = (report.event_key, report.status, report.sequence, occurred_at)
    effects = (
        queries.insert_call_event(ports.ids.new("cev"), call, told, at),
        queries.apply_report(call, applied, at),
        queries.close_conversation(call, at),
    )
    await ports.db.batch(
        queries.insert_inbound_event(event, at), *(effects if report.is_known else ()), idempotent=True
    )
