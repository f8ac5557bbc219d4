"""What a call leaves in the database: the batches of its opening, its turns and its reports."""

import json
from dataclasses import dataclass
from typing import Protocol

from modules.calls import queries
from modules.customers import identities
from modules.engine import facts as read
from modules.engine.records import Spot, noted_lead, texted
from modules.engine.tools import Deeds
from modules.instants import stored
from modules.tickets.noting import Teller, left, noted
from modules.webhooks import events
from ports.database import Row, Statement, Value
from ports.dialogue import DialogueState, Heard, TakenMessage, TurnReply, TurnRequest
from ports.ids import Ids
from ports.telephony import CallReport, IncomingCall


@dataclass(frozen=True, slots=True)
class Made:
    """What was decided for a turn, and what that took."""

    words: str
    document: str
    load_ms: float
    decide_ms: float
    at: str  # as instants are stored


@dataclass(frozen=True, slots=True)
class Place:
    """Which turn of which call."""

    call: queries.Call
    number: int
    tenant_id: str
    call_id: str
    conversation_id: str
    customer_id: str | None
    caller: str | None  # E.164
    country: str


def place(call: queries.Call, number: int, row: Row) -> Place:
    return Place(
        call=call,
        number=number,
        tenant_id=str(row["tenant_id"]),
        call_id=str(row["call_id"]),
        conversation_id=str(row["conversation_id"]),
        customer_id=str(row["customer_id"]) if row["customer_id"] else None,
        caller=str(row["from_number"]) if row["from_number"] else None,
        country=str(row["country"]),
    )


def opening(ids: Ids, incoming: IncomingCall, found: tuple[str, Row], made: Made) -> list[Statement]:
    """Turn 0: customer, conversation, call, greeting. Refused by the call's own key when it has been opened.

    `found` is (our id of the call, the row that answers the number).
    """
    call_id, row = found
    tenant_id, at, phone = str(row["tenant_id"]), made.at, incoming.person
    conversation_id = ids.new("conv")
    direction = "outbound" if incoming.is_outbound else "inbound"
    call = (incoming.provider, incoming.provider_call_id)
    agent = (str(row["agent_id"]), int(row["version"] or 1))
    greeting = (ids.new("msg"), f"{call[1]}:0:agent", 0, "agent", made.words, None, None, "greeting", '["greeting"]')
    state = read.state_text(DialogueState(last_words=made.words))
    conversation = {"conversation_id": conversation_id, "channel": "voice", "agent_id": agent[0], "from": phone}
    return [
        *identities.seen(ids, tenant_id, (("phone", phone),) if phone else (), None, at),
        queries.insert_conversation(tenant_id, conversation_id, agent, phone, at),
        queries.insert_call(
            tenant_id,
            call_id,
            conversation_id,
            (*call, incoming.from_number, incoming.to_number, incoming.account, direction),
            at,
        ),
        queries.insert_message(tenant_id, conversation_id, greeting, at),
        queries.update_conversation(tenant_id, conversation_id, state, None, at),
        queries.insert_turn(tenant_id, call_id, 0, made.document, (made.load_ms, made.decide_ms, at)),
        events.happened(ids, tenant_id, "conversation.created", conversation, at),
        queries.adopt_report(call, at),
        events.call_ended(ids, call, at),
        queries.close_conversation(call, at),
    ]


class TurnGiven(Protocol):
    @property
    def here(self) -> Place: ...
    @property
    def spot(self) -> Spot: ...
    @property
    def request(self) -> TurnRequest: ...


def effects(ids: Ids, given: TurnGiven, deeds: Deeds, message: TakenMessage | None = None) -> list[Statement]:
    """What a turn does beside being said: the message taken, the lead noted, the text to be sent."""
    at, taken = stored(given.request.now), message or deeds.first("message")
    return [
        *(noted(ids, _teller(given.here), taken, at) if taken else ()),
        *noted_lead(ids, given.spot, deeds, at),
        *texted(given.spot, given.request, deeds, at),
    ]


def _teller(here: Place) -> Teller:
    return Teller(here.tenant_id, here.conversation_id, here.customer_id, here.caller, here.country)


def turn(ids: Ids, here: Place, heard: Heard, reply: TurnReply, made: Made) -> list[Statement]:
    tenant_id, conversation_id, at = here.tenant_id, here.conversation_id, made.at
    cost = (made.load_ms, made.decide_ms, at)
    # The turn itself comes first: its key is what refuses a repeat, before anything else is written.
    statements = [queries.insert_turn(tenant_id, here.call_id, here.number, made.document, cost)]
    if heard.speech is not None or heard.digits is not None:
        said = (heard.speech or "", heard.digits, heard.confidence, None, "[]")
        message = {"conversation_id": conversation_id, "channel": "voice", "text": said[0], "digits": heard.digits}
        statements += [
            _message(ids, here, "caller", said, at),
            events.happened(ids, tenant_id, "message.received", message, at),
        ]
    words = (reply.words, None, reply.score, reply.intent, json.dumps(reply.sources))
    outcome = "message_taken" if reply.message else "transferred" if reply.action == "transfer" else None
    if reply.words or reply.action != "listen" or reply.sources:
        statements.append(_message(ids, here, "agent", words, at))
    statements += [
        queries.update_conversation(tenant_id, conversation_id, read.state_text(reply.state), outcome, at),
        queries.mark_in_progress(tenant_id, here.call_id),
    ]
    return statements


def _message(ids: Ids, here: Place, role: str, content: tuple[Value, ...], at: str) -> Statement:
    """`content` is (body, digits, confidence, intent, sources as JSON)."""
    provider_id = f"{here.call[1]}:{here.number}:{role}"
    message = (ids.new("msg"), provider_id, here.number, role, *content)
    return queries.insert_message(here.tenant_id, here.conversation_id, message, at)


def voice_message(ids: Ids, row: Row, ticket_id: str, message: TakenMessage, at: str) -> list[Statement]:
    """A message left after hours; refused by its key the second time."""
    tenant_id, conversation_id = str(row["tenant_id"]), str(row["conversation_id"])
    number = str(row["from_number"]) if row["from_number"] else None
    customer_id = str(row["customer_id"]) if row["customer_id"] else None
    teller = Teller(tenant_id, conversation_id, customer_id, number, "")
    return [
        *left(ids, teller, ticket_id, (message, number, None), at),
        queries.update_conversation(tenant_id, conversation_id, str(row["state"]), "message_taken", at),
    ]


def report(ids: Ids, told: CallReport, at: str) -> list[Statement]:
    """Stored once and applied in the same batch; a status without a meaning to us is only stored."""
    payload = {
        "status": told.status,
        "is_terminal": int(told.is_terminal),
        "sequence": told.sequence,
        "duration_s": told.duration_s,
    }
    event = (ids.new("evt"), told.provider, told.event_key, "call.status", told.provider_call_id, json.dumps(payload))
    stored_event = queries.insert_inbound_event(event, at)
    return [stored_event, *effects_of(ids, told, at)] if told.is_known else [stored_event]


def effects_of(ids: Ids, told: CallReport, at: str) -> list[Statement]:
    """What a report changes; each statement by itself changes nothing the second time."""
    call = (told.provider, told.provider_call_id)
    occurred_at = stored(told.occurred_at) if told.occurred_at else None
    return [
        queries.insert_call_event(ids.new("cev"), call, (told.event_key, told.status, told.sequence, occurred_at), at),
        queries.apply_report(call, (told.status, int(told.is_terminal), told.sequence, told.duration_s), at),
        events.call_ended(ids, call, at),
        queries.close_conversation(call, at),
    ]
