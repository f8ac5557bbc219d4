"""Whatever happens to an appointment and whoever has to know of it, in one batch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from modules.appointments import queries, reminders
from modules.appointments.notices import Kind, Telling, notices
from modules.appointments.rows import appointment_of
from modules.appointments.schemas import Appointment
from modules.messaging.outbox import send_soon
from modules.messaging.rules import QUIET_FROM, QUIET_TO
from modules.queued import soon
from modules.webhooks import events
from modules.webhooks.schemas import EventType
from ports.context import Ports
from ports.database import Row, Statement

SYNC_JOB, OFFER_JOB = "sync_calendar", "offer_freed_time"

_EVENTS: Mapping[Kind, EventType] = {
    "booked": "appointment.created",
    "moved": "appointment.rescheduled",
    "cancelled": "appointment.cancelled",
}


@dataclass(frozen=True, slots=True)
class About:
    kind: Kind
    purpose: Literal["reply", "service"]  # whether the customer has asked for it at this moment
    business: Row
    frees: bool = False  # time that somebody may be waiting for


async def written(
    ports: Ports, tenant_id: str, statements: tuple[Statement, ...], appointment: Appointment, about: About
) -> Appointment:
    """Writes `statements` with what is told of them; `appointment` is how it is afterwards. Returns it as it was read."""
    at = appointment.updated_at.replace("T", " ").removesuffix("Z")
    told = notices(tenant_id, appointment, about.business, Telling(about.kind, about.purpose, ports.base_url, at))
    *results, copies, found = await ports.db.batch(
        *statements,
        *told.statements,
        events.happened(ports.ids, tenant_id, _EVENTS[about.kind], appointment.as_told(), at),
        queries.copies(tenant_id, appointment.id),
        queries.appointment(tenant_id, appointment.id),
    )
    await events.deliver_soon(ports, results)
    for message_id in told.message_ids:
        await send_soon(ports, message_id)
    for row in copies.rows:
        await soon(ports, SYNC_JOB, {"tenant_id": tenant_id, "connection_id": str(row["connection_id"])})
    if about.frees:
        await soon(ports, OFFER_JOB, {"tenant_id": tenant_id})
    return appointment_of(found.rows[0])


def reminder_due(business: Row, start: datetime, now: datetime) -> datetime | None:
    """When the next reminder of an appointment is due."""
    offsets, quiet, zone = policy(business)
    return reminders.next_due(start, offsets, quiet, zone, now)


def policy(business: Row) -> tuple[tuple[int, ...], tuple[str, str], ZoneInfo]:
    """(offsets, quiet hours, zone) of reminders."""
    offsets = tuple(json.loads(str(business["reminders"]))) if business["reminders"] else reminders.DEFAULT_OFFSETS
    quiet = (str(business["quiet_from"] or QUIET_FROM), str(business["quiet_to"] or QUIET_TO))
    return offsets, quiet, ZoneInfo(str(business["timezone"]))
