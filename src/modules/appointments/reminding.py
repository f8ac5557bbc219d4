"""Reminders that are due: each once, however many crons run, and none for what was moved or cancelled."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from modules.appointments import reminder_queries as queries
from modules.appointments import telling
from modules.appointments.notices import Telling, notices
from modules.appointments.reminders import moments, next_due
from modules.appointments.rows import appointment_of
from modules.instants import stored
from modules.messaging.outbox import send_soon
from ports.context import Ports
from ports.database import NotNullViolation, Row

RETRY_MIN = 15


async def due(ports: Ports, limit: int) -> Sequence[Row]:
    """Whose reminders are to be looked at."""
    (found,) = await ports.db.batch(queries.reminders_due(stored(ports.clock.now()), limit))
    return found.rows


async def put_off(ports: Ports, row: Row) -> None:
    """One that cannot be written stands in nobody's way."""
    later = stored(ports.clock.now() + timedelta(minutes=RETRY_MIN))
    await ports.db.batch(queries.put_off(str(row["tenant_id"]), str(row["id"]), later))


async def remind(ports: Ports, row: Row) -> None:
    """Reminder and mark are written together, and only while the appointment is as it was read."""
    now, tenant_id = ports.clock.now(), str(row["tenant_id"])
    appointment = appointment_of({**row, "timezone": row["own_timezone"]})
    offsets, quiet, zone = telling.policy({**row, "timezone": row["business_timezone"]})
    start = datetime.fromisoformat(appointment.start)
    since = str(row["reminder_due_at"])
    due = [(offset, at) for offset, at in moments(start, offsets, quiet, zone) if since <= stored(at) <= stored(now)]
    following = next_due(start, offsets, quiet, zone, now)
    mark = queries.mark_reminded(
        tenant_id, appointment.id, appointment.sequence, since, stored(following) if following else None
    )
    at = stored(now)
    business = {**row, "name": row["business_name"], "phone": row["business_phone"]}
    mark_of = f"_r{due[-1][0]}" if due else ""
    is_on_whatsapp = bool(row["is_on_whatsapp"])
    takes_replies = bool(row["takes_replies"]) or is_on_whatsapp
    about = Telling("reminder", "service", ports.base_url, at, mark_of, "", takes_replies, is_on_whatsapp)
    told = notices(tenant_id, appointment, business, about) if due and start > now else None
    try:
        await ports.db.batch(mark, *(told.statements if told else ()))
    except NotNullViolation:  # cancelled, moved, or reminded by another cron
        return
    for message_id in told.message_ids if told else ():
        await send_soon(ports, message_id)
