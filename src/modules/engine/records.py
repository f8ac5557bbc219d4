"""What a turn leaves beside its words: what it was decided from, its tool calls, its cost, and the lead it took."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field

from modules.engine import queries
from modules.engine.costs import CURRENCY, MICROS_A_MINOR, speech_micros, telephony_micros
from modules.engine.results import LeadSaved
from modules.engine.tools import Deeds
from modules.engine.values import Outcome
from modules.instants import Instant
from modules.messaging import outbox
from modules.webhooks import events
from ports.database import Result, Row, Statement
from ports.dialogue import TurnRequest
from ports.ids import Ids
from ports.meter import Meter


@dataclass(frozen=True, slots=True)
class Spot:
    """Which turn of which conversation."""

    tenant_id: str
    conversation_id: str
    turn: int
    customer_id: str | None
    phone: str | None
    voice_provider: str | None = None  # None: written, not spoken


def decided(meter: Meter, spot: Spot, request: TurnRequest, outcome: Outcome, at: str) -> list[Statement]:
    """For the batch of the turn, beside its effects."""
    models_ms = sum(one.total_ms for one in outcome.exchanges)
    first = next((one.first_words_ms for one in outcome.exchanges if one.first_words_ms is not None), None)
    tools_ms = sum(one.duration_ms for one in outcome.deeds.done)
    for stage, ms in (("models", models_ms), ("first_words", first), ("tools", tools_ms)):
        if ms:
            meter.observe("turn_stage_seconds", ms / 1000, stage=stage)
    meter.count("turns_total", decided_by="model" if ":" in outcome.decided_by else outcome.decided_by)
    record = json.dumps({"request": recorded(request), **outcome.as_record()}, ensure_ascii=False)
    cost = outcome.cost_micros + speech_micros(spot.voice_provider, len(outcome.reply.words))
    values = (record, outcome.decided_by, json.dumps(outcome.notes), cost, first, models_ms, tools_ms)
    statements = [queries.insert_turn(spot.tenant_id, spot.conversation_id, spot.turn, values, at)]
    if outcome.deeds.done:
        calls = [
            [
                one.call.name,
                _as_json(one.call.arguments),
                json.dumps(one.result.said, ensure_ascii=False),
                one.result.status,
                one.duration_ms,
            ]
            for one in outcome.deeds.done
        ]
        listed = json.dumps(calls, ensure_ascii=False)
        statements.append(queries.insert_tool_calls(spot.tenant_id, spot.conversation_id, spot.turn, listed, at))
    return [*statements, *_told_owner(spot, request, outcome, at)]


def text_id(spot: Spot) -> str:
    """One text a turn, whoever writes it."""
    return f"out_{spot.conversation_id}_{spot.turn}"


def texted(spot: Spot, request: TurnRequest, deeds: Deeds, at: str) -> list[Statement]:
    link = deeds.first("link")
    if link is None or spot.phone is None:
        return []
    text = f"{request.facts.name} : {link}" if request.language == "fr" else f"{request.facts.name}: {link}"
    return [outbox.queue_text(spot.tenant_id, text_id(spot), spot.phone, text, at)]


def _told_owner(spot: Spot, request: TurnRequest, outcome: Outcome, at: str) -> list[Statement]:
    """Once a day; the caller hears nothing of it."""
    if outcome.degraded != "budget_spent":
        return []
    values = {"business": request.facts.name}
    message_id = f"out_cap_{at[:10].replace('-', '')}_{spot.tenant_id}"
    said = outbox.content(request.language, "", **values)
    return [outbox.queue_for_owner(spot.tenant_id, message_id, "cost_cap", said, at)]


def noted_lead(ids: Ids, spot: Spot, deeds: Deeds, at: str) -> list[Statement]:
    lead = deeds.first("lead")
    return lead_saved(ids, spot, lead, at) if lead is not None else []


def lead_saved(ids: Ids, spot: Spot, lead: LeadSaved, at: str) -> list[Statement]:
    """Somebody who is interested: one a conversation."""
    prospect_id = ids.new("pro")
    fields = json.dumps(lead.fields, ensure_ascii=False)
    values = (spot.customer_id, lead.name, spot.phone, lead.email, lead.interest, fields)
    told: dict[str, object] = {"prospect_id": prospect_id, "conversation_id": spot.conversation_id}
    told |= {"interest": lead.interest}
    told |= {"name": lead.name, "phone": spot.phone, "email": lead.email, "fields": dict(lead.fields)}
    return [
        queries.upsert_lead(spot.tenant_id, prospect_id, spot.conversation_id, values, at),
        events.happened(ids, spot.tenant_id, "lead.created", told, at),
    ]


def recorded(request: TurnRequest) -> dict[str, Any]:
    """All that the turn was decided from besides the models: enough to decide it again."""
    return {**asdict(request), "now": request.now.isoformat()}


def _as_json(arguments: str) -> str:
    """As the model wrote it; what is no JSON is kept as a text."""
    try:
        json.loads(arguments)
    except ValueError:
        return json.dumps(arguments, ensure_ascii=False)
    return arguments


class Cost(BaseModel):
    currency: str = CURRENCY
    amount_minor: float = Field(description="In hundredths of the currency, with fractions.")


class DecidedTurn(BaseModel):
    turn: int
    decided_by: str = Field(description="provider:model, or receptionist.")
    cost: Cost
    first_words_ms: float | None = Field(description="Waiting for a model's first words.")
    models_ms: float
    tools_ms: float
    created_at: Instant


class ToolCallMade(BaseModel):
    turn: int
    name: str
    arguments: Any
    result: Any
    status: Literal["done", "refused", "failed"]
    duration_ms: float
    created_at: Instant


def reading(tenant_id: str, conversation_id: str) -> tuple[Statement, Statement]:
    """The turns of a conversation and its tool calls, for the batch of whoever shows them."""
    return queries.turn_records(tenant_id, conversation_id), queries.tool_calls(tenant_id, conversation_id)


def turns_out(result: Result) -> list[DecidedTurn]:
    return [DecidedTurn.model_validate({**row, "cost": cost_of([row])}) for row in result.rows]


def cost_of(rows: Sequence[Row], call_s: int = 0) -> Cost:
    """Of turns, and of so many seconds on the phone."""
    turns = sum(int(row["cost_micros"] or 0) for row in rows)
    return Cost(amount_minor=(turns + telephony_micros(call_s)) / MICROS_A_MINOR)


def tool_calls_out(result: Result) -> list[ToolCallMade]:
    read = [
        {**row, "arguments": json.loads(str(row["arguments"])), "result": json.loads(str(row["result"]))}
        for row in result.rows
    ]
    return [ToolCallMade.model_validate(row) for row in read]
