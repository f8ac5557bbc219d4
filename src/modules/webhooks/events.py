"""Telling a tenant's own systems: a row in the batch of what happened, delivered after it."""

import json
from collections.abc import Mapping, Sequence

from modules.instants import shown
from modules.queued import soon
from modules.webhooks import delivery_queries, queries
from modules.webhooks.schemas import EventType
from ports.context import Ports
from ports.database import Result, Statement
from ports.ids import Ids

JOB = "deliver_webhooks"


def happened(ids: Ids, tenant_id: str, event: EventType, data: Mapping[str, object], at: str) -> Statement:
    """For the batch of the effect; writes nothing for a tenant with no endpoint that wants it."""
    return queries.insert_event(tenant_id, ids.new("whe"), event, payload(event, data, at), at)


def call_ended(ids: Ids, call: tuple[str, str], at: str) -> Statement:
    """For the batch, right after the statement that may have ended the call."""
    return delivery_queries.completed_call(ids.new("whe"), call, at)


def payload(event: str, data: Mapping[str, object], at: str) -> str:
    """The frozen body (Standard Webhooks 1.0: type, timestamp, data)."""
    return json.dumps({"type": event, "timestamp": shown(at), "data": data}, ensure_ascii=False)


async def deliver_soon(ports: Ports, results: Sequence[Result]) -> None:
    """After the batch, with its results."""
    for row in (row for result in results for row in result.rows if "webhook_event_id" in row):
        await soon(ports, JOB, {"tenant_id": str(row["tenant_id"]), "event_id": str(row["webhook_event_id"])})
