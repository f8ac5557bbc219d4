"""The orchestrator of phone calls: load, decide, write; then, and only then, the caller hears it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from modules.agent_types import render
from modules.appointments.desk import Desk
from modules.engine.brains import brain_of, with_desk, with_knowledge
from modules.engine.engine import converse
from modules.engine.greeting import opening_words
from modules.engine.records import Spot, decided, text_id
from modules.engine.redaction import keys_without_cards, without_cards
from modules.inbox.service import Event
from modules.instants import stored
from modules.knowledge.shelf import Shelf
from modules.messaging.outbox import send_soon
from modules.omnichannel import call_queries as queries
from modules.omnichannel import call_writes as writes
from modules.omnichannel import facts as read
from modules.webhooks import events
from ports.clock import Clock
from ports.context import Ports
from ports.database import Row, Statement, UniqueViolation
from ports.dialogue import Heard, Language, TurnRequest
from ports.telephony import CallAnswer, CallReport, IncomingCall, Telephony


class UnknownNumber(Exception):
    """Nobody has proven to own the number that was called."""


class UnknownCall(Exception):
    """A turn of a call that was never answered, or not through that account."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Which turn of which call, and the tenant's own account that it came through (None: the platform's)."""

    call: queries.Call
    number: int
    account: str | None
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The document, and what the log line says of the turn."""

    document: str
    tenant_id: str
    intent: str
    is_repeat: bool = False


class _Stopwatch:
    """Milliseconds since the lap before; they move only across I/O in a deployed Worker."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_ms = clock.monotonic_ms()

    def lap_ms(self) -> float:
        before, self._last_ms = self._last_ms, self._clock.monotonic_ms()
        return self._last_ms - before


async def answer_call(ports: Ports, telephony: Telephony, incoming: IncomingCall) -> Answered:
    """The greeting of the agent that answers the called number; a repeat gets the same document.

    Raises UnknownNumber, after it has been counted.
    """
    call = (incoming.provider, incoming.provider_call_id)
    watch = _Stopwatch(ports.clock)
    known, routed = await ports.db.batch(
        queries.stored_document(call, 0), queries.route(incoming.to_number, incoming.account)
    )
    load_ms = watch.lap_ms()
    row = routed.first
    if known.first is not None:
        return Answered(str(known.first["document"]), str(row["tenant_id"]) if row else "", "greeting", is_repeat=True)
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
    document = telephony.document(CallAnswer(greeting, agent.voice, turn=1, hints=read.hints(facts)))
    made = writes.Made(greeting, document, load_ms, watch.lap_ms(), stored(ports.clock.now()))
    try:
        results = await ports.db.batch(*writes.opening(ports.ids, incoming, row, made))
    except UniqueViolation:  # the same request, a moment earlier
        (first,) = await ports.db.batch(queries.stored_document(call, 0))
        return Answered(str(first.rows[0]["document"]), tenant_id, "greeting", is_repeat=True)
    await events.deliver_soon(ports, results)
    return Answered(document, tenant_id, "greeting")


async def _count_unknown_number(ports: Ports, incoming: IncomingCall) -> None:
    call = incoming.provider_call_id
    event = (ports.ids.new("evt"), incoming.provider, f"{call}:unresolved", "call.unresolved", call)
    payload = json.dumps({"to_number": incoming.to_number})
    await ports.db.batch(queries.insert_inbound_event((*event, payload), stored(ports.clock.now())), idempotent=True)


async def take_turn(ports: Ports, telephony: Telephony, turn: Turn, heard: Heard) -> Answered:
    """One turn in two round trips: what was heard is answered from the facts as they are now, and stored.

    A repeat gets the stored document and changes nothing. Raises UnknownCall.
    """
    watch, call, number = _Stopwatch(ports.clock), turn.call, turn.number
    row = await _load(ports, turn)
    load_ms = watch.lap_ms()
    tenant_id = str(row["tenant_id"])
    if row["document"] is not None:
        return Answered(str(row["document"]), tenant_id, "repeat", is_repeat=True)
    agent, facts = read.agent_config(row), read.business_facts(row)
    now = ports.clock.now()
    caller = str(row["from_number"]) if row["from_number"] else None
    state = read.state_from(str(row["state"]))
    if row["redacts_cards"]:
        heard = _without_cards(heard, agent.language)
    can_text = read.can_text(row, ports.platform.get("twilio"))
    shelf = Shelf(ports, tenant_id, agent.language)
    brain = with_knowledge(await brain_of(ports, row, agent, facts.name, turn.correlation_id), shelf)
    if agent.makes_appointments and facts.services:
        place = (tenant_id, str(row["conversation_id"]), number)
        desk = Desk(ports, place, agent.language, "voice", (caller, can_text))
        brain = with_desk(brain, desk, has_chosen_tools=agent.tools is not None)
    request = TurnRequest(agent.language, agent.name, facts, state, heard, now, caller, can_text)
    outcome = await converse(request, brain, ports.clock)
    reply, hints = outcome.reply, read.hints(facts)
    answer = CallAnswer(reply.words, agent.voice, number + 1, reply.action, facts.transfer_number, hints)
    made = writes.Made(reply.words, telephony.document(answer), load_ms, watch.lap_ms(), stored(now))
    here = writes.place(call, number, row)
    said = writes.turn(ports.ids, here, heard, reply, made)
    try:
        results = await ports.db.batch(
            *said, *decided(ports.ids, _spot(here, agent.voice.provider), request, outcome, made.at), *shelf.statements
        )
    except UniqueViolation:  # the same request, a moment earlier
        row = await _load(ports, turn)
        return Answered(str(row["document"]), tenant_id, "repeat", is_repeat=True)
    await events.deliver_soon(ports, results)
    if outcome.deeds.first("link"):
        await send_soon(ports, text_id(_spot(here, agent.voice.provider)))
    return Answered(made.document, tenant_id, reply.intent)


async def _load(ports: Ports, turn: Turn) -> Row:
    (found,) = await ports.db.batch(queries.turn(turn.call, turn.number, _today(ports.clock)))
    if found.first is None or found.first["provider_account"] != turn.account:
        raise UnknownCall(turn.call[1])
    return found.first


def _without_cards(heard: Heard, language: Language) -> Heard:
    speech = without_cards(heard.speech, language) if heard.speech else heard.speech
    return replace(heard, speech=speech, digits=keys_without_cards(heard.digits))


def _spot(here: writes.Place, voice_provider: str) -> Spot:
    return Spot(here.tenant_id, here.conversation_id, here.number, here.customer_id, here.caller, voice_provider)


def _today(clock: Clock) -> str:
    return stored(clock.now())[:10]


async def rescue(ports: Ports, telephony: Telephony, call: queries.Call, words: dict[str, str]) -> str | None:
    """To a human when there is one, after our own answer has failed; None when there is none to be had."""
    (found,) = await ports.db.batch(queries.turn(call, -1, _today(ports.clock)))
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
