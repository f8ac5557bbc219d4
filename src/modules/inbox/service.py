"""Providers' events: stored before they are acted on, acted on exactly once, tried again until then."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, Field

from errors import NotFound
from modules.inbox import queries
from modules.instants import Instant, stored
from modules.queued import soon
from ports.context import Ports
from ports.database import RefusedByTrigger, Row, Statement
from ports.vendors import VendorError

JOB = "handle_event"
LEASE_S = 60
# An effect that fails is tried for about a day, then waits for an operator.
RETRY_DELAYS_S = (15, 60, 300, 1800, 7200, 21600, 43200)

State = Literal["waiting", "handled", "dead"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a provider has told us. `external_id` is the same for every delivery of it."""

    provider: str
    external_id: str
    kind: str
    subject: str | None
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Event(Told):
    id: str
    received_at: str


class CannotHandle(Exception):
    """It will never be handled as it is; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# The statements that are its effect: they are committed with the mark that it is handled, or not at all.
Handler = Callable[[Ports, Event], Awaitable[Sequence[Statement]]]
Handlers = Mapping[str, Handler]


class InboundEvent(BaseModel):
    id: str
    provider: str
    external_id: str
    kind: str
    subject: str | None
    received_at: Instant
    handled_at: Instant | None
    attempts: int
    due_at: Instant | None = Field(description="Of the next attempt.")
    dead_at: Instant | None
    reason: str | None = Field(description="Of the last failure.")


async def receive(ports: Ports, *told: Told) -> int:
    """Stores what is new and has it handled after the answer; how many were new."""
    if not told:
        return 0
    at = stored(ports.clock.now())
    statements = []
    for one in told:
        payload = json.dumps(one.payload, ensure_ascii=False)
        row = (ports.ids.new("evt"), one.provider, one.external_id, one.kind, one.subject, payload)
        statements.append(queries.insert_event(row, at, at))
    results = await ports.db.batch(*statements, idempotent=True)
    new = [str(result.rows[0]["id"]) for result in results if result.first]
    for event_id in new:
        await soon(ports, JOB, {"id": event_id})
    return len(new)


def belongs(tenant_id: str, event: Event) -> Statement:
    """For the effects of it: whose it is, so that it goes when they go."""
    return queries.give_to(tenant_id, event.id)


def belongs_to_sender(vendor: str, message_id: str, event: Event) -> Statement:
    """The same for what a vendor tells of a message of ours, by its id there."""
    return queries.give_to_sender(event.id, vendor, message_id)


async def handle(ports: Ports, handlers: Handlers, event_id: str) -> str:
    """What became of it: handled, waiting, dead, or idle when there was nothing to do."""
    outcome = await _handle(ports, handlers, event_id)
    ports.meter.count("inbound_events_total", outcome=outcome)
    return outcome


async def _handle(ports: Ports, handlers: Handlers, event_id: str) -> str:
    now = ports.clock.now()
    lease_until = stored(now + timedelta(seconds=LEASE_S))
    (claimed,) = await ports.db.batch(queries.claim(event_id, stored(now), lease_until))
    if claimed.first is None:
        return "idle"
    event, attempt = _event(claimed.first), int(claimed.first["attempts"] or 1)
    try:
        if event.kind not in handlers:
            raise CannotHandle("no_handler")
        effects = await handlers[event.kind](ports, event)
        await ports.db.batch(queries.mark_handled(event.id, stored(ports.clock.now())), *effects)
    except RefusedByTrigger as error:
        if error.reason != "event_handled":
            raise
        return "idle"
    except CannotHandle as error:
        await ports.db.batch(queries.mark_dead(event.id, stored(now), error.reason), idempotent=True)
        return "dead"
    except VendorError as error:
        return await _put_off(ports, event.id, attempt, error.reason)
    return "handled"


async def put_off(ports: Ports, event_id: str, reason: str) -> str:
    """After a failure of our own: the driver's, which alone catches everything."""
    (found,) = await ports.db.batch(queries.event(event_id))
    if found.first is None or found.first["handled_at"] or found.first["dead_at"]:
        return "idle"
    return await _put_off(ports, event_id, int(found.first["attempts"] or 1), reason)


async def _put_off(ports: Ports, event_id: str, attempt: int, reason: str) -> str:
    now = ports.clock.now()
    if attempt > len(RETRY_DELAYS_S):
        await ports.db.batch(queries.mark_dead(event_id, stored(now), reason), idempotent=True)
        return "dead"
    due_at = stored(now + timedelta(seconds=RETRY_DELAYS_S[attempt - 1]))
    await ports.db.batch(queries.put_off(event_id, due_at, reason), idempotent=True)
    return "waiting"


async def due(ports: Ports, limit: int) -> list[str]:
    (found,) = await ports.db.batch(queries.due(stored(ports.clock.now()), limit))
    return [str(row["id"]) for row in found.rows]


async def replay(ports: Ports, event_id: str) -> InboundEvent:
    """From the beginning, by an operator. Raises NotFound."""
    replayed, found = await ports.db.batch(
        queries.replay(event_id, stored(ports.clock.now())), queries.event(event_id), idempotent=True
    )
    if not replayed.rows:
        raise NotFound("There is no such event.")
    await soon(ports, JOB, {"id": event_id})
    return InboundEvent.model_validate(found.rows[0])


async def list_events(ports: Ports, state: State | None, before: str, limit: int) -> list[InboundEvent]:
    (found,) = await ports.db.batch(queries.events(state, before, limit))
    return [InboundEvent.model_validate(row) for row in found.rows]


def _event(row: Row) -> Event:
    return Event(
        provider=str(row["provider"]),
        external_id=str(row["external_id"]),
        kind=str(row["kind"]),
        subject=str(row["subject"]) if row["subject"] else None,
        payload=json.loads(str(row["payload"])),
        id=str(row["id"]),
        received_at=str(row["received_at"]),
    )
