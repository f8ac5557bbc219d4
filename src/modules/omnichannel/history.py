"""What has been said: conversations and calls, listed and read."""

import json
from typing import Literal

from pydantic import BaseModel, Field

from errors import NotFound
from modules.audio.service import address
from modules.engine.records import Cost, DecidedTurn, ToolCallMade, cost_of, reading, tool_calls_out, turns_out
from modules.instants import Instant
from modules.omnichannel import history_queries as queries
from ports.context import Ports
from ports.database import Result, Row

Channel = Literal["voice", "sms", "whatsapp", "email", "web"]
ConversationStatus = Literal["open", "closed"]
CallStatus = Literal[
    "queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"
]


class Conversation(BaseModel):
    id: str
    channel: Channel
    status: ConversationStatus
    outcome: str | None
    agent_id: str
    agent_version: int
    customer_id: str | None
    customer_phone: str | None
    customer_name: str | None
    started_at: Instant
    last_message_at: Instant
    ended_at: Instant | None


class Message(BaseModel):
    id: str
    turn: int
    role: Literal["caller", "agent", "human"]
    body: str
    digits: str | None
    confidence: float | None = Field(description="Of the recogniser (caller) or of the match (agent), 0 to 1.")
    intent: str | None
    sources: list[str] = Field(description="What the agent answered from.")
    interrupted_after_ms: int | None = Field(description="The caller spoke over it; the body is what they had heard.")
    created_at: Instant


class TakenMessage(BaseModel):
    id: str
    status: Literal["open", "done"]
    caller_name: str
    phone_number: str | None
    spoken_number: str | None
    body: str
    created_at: Instant


class Call(BaseModel):
    id: str
    conversation_id: str
    provider: str
    provider_call_id: str
    direction: Literal["inbound", "outbound"]
    from_number: str | None
    to_number: str
    status: CallStatus
    started_at: Instant
    ended_at: Instant | None
    duration_s: int | None
    ended_reason: str | None = Field(description="The provider's own word, where it has one.")


class ConversationDetail(Conversation):
    messages: list[Message]
    call: Call | None
    tickets: list[TakenMessage]
    tool_calls: list[ToolCallMade]
    turns: list[DecidedTurn]
    cost: Cost


class CallEvent(BaseModel):
    status: CallStatus
    sequence: int | None
    occurred_at: Instant | None
    created_at: Instant


class TurnLatency(BaseModel):
    turn: int
    load_ms: float
    decide_ms: float
    created_at: Instant


class Recording(BaseModel):
    id: str
    kind: Literal["call", "voicemail"]
    status: Literal["waiting", "stored", "absent", "failed"]
    duration_s: int | None
    bytes: int | None
    url: str | None = Field(description="Where it can be heard, for an hour or two.")
    created_at: Instant


class CallDetail(Call):
    recordings: list[Recording]
    events: list[CallEvent]
    transcript: list[Message]
    latency: list[TurnLatency]


def _messages(result: Result) -> list[Message]:
    return [Message.model_validate({**row, "sources": json.loads(str(row["sources"]))}) for row in result.rows]


def _recording(ports: Ports, row: Row) -> Recording:
    url = address(ports, str(row["id"])) if row["status"] == "stored" else None
    return Recording.model_validate({**row, "url": url})


async def list_conversations(
    ports: Ports, tenant_id: str, filters: queries.Filters, before: str, limit: int
) -> list[Conversation]:
    channel, status, words = filters
    lowered = words.lower() if words else None  # SQLite's lower() knows ASCII only
    (found,) = await ports.db.batch(queries.conversations(tenant_id, (channel, status, lowered), before, limit))
    return [Conversation.model_validate(row) for row in found.rows]


async def get_conversation(ports: Ports, tenant_id: str, conversation_id: str) -> ConversationDetail:
    conversation, messages, call, tickets, turns, tool_calls = await ports.db.batch(
        queries.conversation(tenant_id, conversation_id),
        queries.messages(tenant_id, conversation_id),
        queries.call_of_conversation(tenant_id, conversation_id),
        queries.tickets(tenant_id, conversation_id),
        *reading(tenant_id, conversation_id),
    )
    if conversation.first is None:
        raise NotFound("There is no such conversation.")
    return ConversationDetail(
        **Conversation.model_validate(conversation.first).model_dump(),
        messages=_messages(messages),
        call=Call.model_validate(call.first) if call.first else None,
        tickets=[TakenMessage.model_validate(row) for row in tickets.rows],
        tool_calls=tool_calls_out(tool_calls),
        turns=turns_out(turns),
        cost=cost_of(turns.rows, int((call.first or {}).get("duration_s") or 0)),
    )


async def list_calls(ports: Ports, tenant_id: str, status: str | None, before: str, limit: int) -> list[Call]:
    (found,) = await ports.db.batch(queries.calls(tenant_id, status, before, limit))
    return [Call.model_validate(row) for row in found.rows]


async def get_call(ports: Ports, tenant_id: str, call_id: str) -> CallDetail:
    call, events, messages, turns, recordings = await ports.db.batch(
        queries.call(tenant_id, call_id),
        queries.call_events(tenant_id, call_id),
        queries.call_messages(tenant_id, call_id),
        queries.call_turns(tenant_id, call_id),
        queries.recordings(tenant_id, call_id),
    )
    if call.first is None:
        raise NotFound("There is no such call.")
    return CallDetail(
        **Call.model_validate(call.first).model_dump(),
        events=[CallEvent.model_validate(row) for row in events.rows],
        transcript=_messages(messages),
        latency=[TurnLatency.model_validate(row) for row in turns.rows],
        recordings=[_recording(ports, row) for row in recordings.rows],
    )
