"""What has been said: conversations and calls, listed and read."""

import json
import re
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from errors import NotFound
from modules.audio.service import address
from modules.conclusions.service import ConversationReport, report_of
from modules.conclusions.service import reading as report_reading
from modules.engine.records import Cost, DecidedTurn, ToolCallMade, cost_of, reading, tool_calls_out, turns_out
from modules.identity.principal import Principal
from modules.instants import Instant
from modules.omnichannel import history_queries as queries
from modules.text import Id, Query, bounded
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
    subject: str | None = Field(description="Of a mail.")
    handled_by: Literal["agent", "human"]
    assigned_to: str | None = Field(description="A member of the business.")
    waiting_since: Instant | None = Field(description="The first message that nobody has answered.")
    is_unread: bool
    started_at: Instant
    last_message_at: Instant
    ended_at: Instant | None


class ConversationFilters(Query):
    channel: Channel | None = None
    status: ConversationStatus | None = None
    handled_by: Literal["agent", "human"] | None = None
    assigned_to: Id | None = Field(default=None, description="A member's id, `me` or `none`.")
    customer_id: Id | None = None
    unread: bool | None = None
    waiting: bool | None = Field(default=None, description="Somebody waits for an answer.")
    q: Annotated[str, bounded(1, 100)] | None = Field(default=None, description="Words that were said.")


class Attachment(BaseModel):
    id: str
    filename: str
    content_type: str
    status: Literal["waiting", "stored", "refused"]
    reason: str | None
    bytes: int | None


class Delivery(BaseModel):
    """How a message of ours went out."""

    status: Literal["queued", "sending", "sent", "unsent"]
    reason: str | None
    segments: int | None
    sent_at: Instant | None
    delivered_at: Instant | None
    read_at: Instant | None


class Message(BaseModel):
    id: str
    turn: int
    role: Literal["caller", "agent", "human"]
    user_id: str | None = Field(description="Of the human who wrote it.")
    delivery: Delivery | None = Field(description="Of what was written by us.")
    attachments: list[Attachment]
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
    report: ConversationReport | None = Field(description="What it came to, once it is over.")
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
    read = ("sources", "delivery", "attachments")
    given = [{**row, **{name: json.loads(str(row[name] or "null")) for name in read}} for row in result.rows]
    return [Message.model_validate(row) for row in given]


def _recording(ports: Ports, row: Row) -> Recording:
    url = address(ports, str(row["id"])) if row["status"] == "stored" else None
    return Recording.model_validate({**row, "url": url})


async def list_conversations(
    ports: Ports, principal: Principal, filters: ConversationFilters, before: str, limit: int
) -> list[Conversation]:
    tenant_id = principal.tenant.id
    assigned = principal.user.id if filters.assigned_to == "me" else filters.assigned_to
    wanted = (filters.channel, filters.status, filters.handled_by, assigned, filters.customer_id)
    flags = tuple(None if flag is None else int(flag) for flag in (filters.unread, filters.waiting))
    if filters.q is None:
        statement = queries.conversations(tenant_id, (*wanted, *flags), before, limit)
    else:
        if (sought := words_sought(tenant_id, filters.q)) is None:
            return []
        statement = queries.conversations_with(tenant_id, sought, (*wanted, *flags), before, limit)
    (found,) = await ports.db.batch(statement)
    return [Conversation.model_validate(row) for row in found.rows]


def words_sought(tenant_id: str, text: str) -> str | None:
    """As FTS5 takes them: every word, the last one also as the beginning of one. None where there is no word."""
    sought = re.findall(r"\w+", text)
    if not sought:
        return None
    quoted = " AND ".join(f'"{word}"' for word in sought)
    return f'tenant:"{tenant_id}" AND body:({quoted}*)'


async def get_conversation(ports: Ports, tenant_id: str, conversation_id: str) -> ConversationDetail:
    conversation, messages, call, tickets, turns, tool_calls, report = await ports.db.batch(
        queries.conversation(tenant_id, conversation_id),
        queries.messages(tenant_id, conversation_id),
        queries.call_of_conversation(tenant_id, conversation_id),
        queries.tickets(tenant_id, conversation_id),
        *reading(tenant_id, conversation_id),
        report_reading(tenant_id, conversation_id),
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
        report=report_of(report.first),
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
