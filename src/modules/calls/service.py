"""The orchestrator of phone calls: load, decide, write; then, and only then, the caller hears it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from modules.aloud import spoken
from modules.calls import queries, relays, side_queries, writes
from modules.calls.after_hours import after_hours, closed_words
from modules.calls.opening import greeting_of
from modules.calls.turns import Ready, Stopwatch, Turn, load, metered, ready, today
from modules.engine import facts as read
from modules.engine.engine import converse
from modules.engine.records import decided, text_id
from modules.engine.redaction import without_cards
from modules.inbox.service import Event
from modules.instants import stored
from modules.messaging.outbox import send_soon
from modules.receptionist import BOOKING_STAGES, MESSAGE_STAGES
from modules.speech.service import audio_url
from modules.webhooks import events
from ports.context import Ports
from ports.database import Row, Statement, UniqueViolation
from ports.dialogue import Action, Heard, Language, TurnReply
from ports.telephony import CallAnswer, CallReport, IncomingCall, RelayOpening, Telephony

MOST_PARTIAL_CHARS = 1_000
_LANGUAGES: tuple[Language, ...] = ("fr", "en")
MOST_CALLS, FLOOD_MIN = 20, 10  # of one number to one business
_TOO_MANY: Mapping[Language, str] = {
    "fr": "Vous avez appelé très souvent ces dernières minutes. Merci de rappeler un peu plus tard. Au revoir.",
    "en": "You have called very often in the last few minutes. Please call again a little later. Goodbye.",
}


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
    since = stored(ports.clock.now() - timedelta(minutes=FLOOD_MIN))
    known, routed, lately = await ports.db.batch(
        queries.stored_document(call, 0),
        _route(ports, incoming),
        queries.calls_lately(incoming.to_number, incoming.from_number, since),
    )
    load_ms = watch.lap_ms()
    row = routed.first
    if known.first is not None:
        return _repeated(ports, telephony, known.first, str(row["tenant_id"]) if row else "")
    if row is None:
        await count_unknown_number(ports, incoming)
        raise UnknownNumber(incoming.to_number)
    tenant_id = str(row["tenant_id"])
    agent, facts = read.agent_config(row), read.business_facts(row)
    if int(lately.rows[0]["n"] or 0) >= MOST_CALLS:  # a machine that dials: it costs nothing more than this
        return Answered(telephony.goodbye(agent.voice, _TOO_MANY[agent.language]), tenant_id, "too_many")
    greeting = greeting_of(row)
    after = after_hours(facts, str(row["after_hours"]), ports.clock.now())
    relay_id = ports.ids.new("rly") if agent.is_relay and after == "agent" else None
    if after != "agent":
        greeting = closed_words(after, facts.name, agent.language)
    is_recorded = bool(row["records_calls"])
    words, hints = spoken(greeting, agent.voice), read.hints(facts)
    if after == "voicemail":
        document = telephony.voicemail(words, agent.voice)
    elif relay_id:
        document = telephony.conversation(RelayOpening(relay_id, words, agent.voice, hints, is_recorded))
    else:
        action: Action = "transfer" if after == "transfer" else "listen"
        audio = await audio_url(ports, tenant_id, words, agent.voice)
        answer = CallAnswer(words, agent.voice, 1, action, facts.transfer_number, hints, None, audio, is_recorded)
        document = telephony.document(answer)
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
    return Answered(relays.with_tokens(ports, telephony, document), tenant_id, "greeting")


def _repeated(ports: Ports, telephony: Telephony, row: Row, tenant_id: str, intent: str = "greeting") -> Answered:
    document = relays.with_tokens(ports, telephony, str(row["document"]))
    return Answered(document, tenant_id, intent, is_repeat=True)


async def keep_partial(ports: Ports, call: queries.Call, turn: int, sequence: int, words: str) -> None:
    """What the recogniser has understood so far of a turn; used when it gives up."""
    for language in _LANGUAGES:
        words = without_cards(words, language)
    heard = (sequence, words[:MOST_PARTIAL_CHARS])
    await ports.db.batch(side_queries.keep_partial(call, turn, heard, stored(ports.clock.now())), idempotent=True)


def _route(ports: Ports, incoming: IncomingCall) -> Statement:
    """The trial number rings for whoever calls: it has no business of its own."""
    if incoming.to_number == ports.trial_number and incoming.account is None:
        return queries.route_trial(incoming.from_number or "")
    return queries.route(incoming.to_number, incoming.account)


async def count_unknown_number(ports: Ports, incoming: IncomingCall) -> None:
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
        return _repeated(ports, telephony, row, tenant_id, "repeat")
    given = await ready(ports, turn, row, heard)
    outcome = await converse(given.request, given.brain, ports.clock)
    reply = outcome.reply
    relay_id = ports.ids.new("rly") if given.agent.is_relay and _goes_back_to_relay(heard, reply) else None
    document = await _document(ports, telephony, given, reply, relay_id)
    at = stored(given.request.now)
    made = writes.Made(reply.words, document, load_ms, watch.lap_ms(), at)
    metered(ports, load_ms, made.decide_ms)
    said = writes.turn(ports.ids, given.here, given.request.heard, reply, made)
    done = writes.effects(ports.ids, given, outcome.deeds, reply.message)
    record = decided(ports.meter, given.spot, given.request, outcome, at)
    if relay_id:
        done.append(relays.opening(ports, tenant_id, given.here.call_id, relay_id))
    if row["partial"]:
        done.append(side_queries.forget_partial(tenant_id, given.here.call_id, turn.number))
    try:
        results = await ports.db.batch(*said, *done, *record, *given.shelf.statements)
    except UniqueViolation:  # the same request, a moment earlier
        return _repeated(ports, telephony, await load(ports, turn), tenant_id, "repeat")
    await events.deliver_soon(ports, results)
    if outcome.deeds.first("link"):
        await send_soon(ports, text_id(given.spot))
    return Answered(relays.with_tokens(ports, telephony, document), tenant_id, reply.intent)


async def _document(ports: Ports, telephony: Telephony, given: Ready, reply: TurnReply, relay_id: str | None) -> str:
    agent, facts = given.agent, given.request.facts
    words, hints = spoken(reply.words, agent.voice), read.hints(facts)
    if relay_id:
        return telephony.conversation(RelayOpening(relay_id, words, agent.voice, hints))
    keys = None if reply.state.stage in MESSAGE_STAGES | BOOKING_STAGES else 1
    turn = given.here.number + 1
    audio = await audio_url(ports, given.here.tenant_id, words, agent.voice)
    return telephony.document(
        CallAnswer(words, agent.voice, turn, reply.action, facts.transfer_number, hints, keys, audio)
    )


def _goes_back_to_relay(heard: Heard, reply: TurnReply) -> bool:
    """Nobody took the call: the caller is with the agent again, as before."""
    return heard.dial_outcome is not None and reply.action == "listen"


async def rescue(ports: Ports, telephony: Telephony, call: queries.Call, words: Mapping[Language, str]) -> str | None:
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
