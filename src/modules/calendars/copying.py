"""What has changed here, written over there: each appointment once, as it is now."""

import json
from datetime import datetime, timedelta

from modules.calendars import queries
from modules.calendars.access import Connection
from modules.instants import stored
from ports.calendars import EventChanged, EventGone, WrittenEvent
from ports.context import Ports
from ports.database import Row
from ports.vendors import VendorError, VendorRejected

AT_ONCE = 50
RETRY_MIN = (1, 5, 15, 60, 240)


async def copy_due(ports: Ports, connection: Connection) -> int:
    """How many were written. Raises VendorError when the vendor cannot be reached; a single refusal is put off."""
    now = ports.clock.now()
    (found,) = await ports.db.batch(queries.due_copies(connection.tenant_id, connection.id, stored(now), AT_ONCE))
    for row in found.rows:
        await _copy(ports, connection, row)
    return len(found.rows)


async def _copy(ports: Ports, connection: Connection, row: Row) -> None:
    tenant_id, place = connection.tenant_id, (connection.id, str(row["appointment_id"]))
    try:
        event = await _written(connection, row)
    except EventChanged:  # it is read first, and decided then
        again = queries.put_off_copy(tenant_id, place, stored(ports.clock.now() + timedelta(minutes=1)), "changed")
        await ports.db.batch(again)
        return
    except VendorError as error:
        attempts = int(row["attempts"] or 0)
        is_final = isinstance(error, VendorRejected) and error.status != 401 and attempts >= len(RETRY_MIN)
        delay = timedelta(minutes=RETRY_MIN[min(attempts, len(RETRY_MIN) - 1)])
        due_at = None if is_final else stored(ports.clock.now() + delay)
        await ports.db.batch(queries.put_off_copy(tenant_id, place, due_at, error.reason))
        if not isinstance(error, VendorRejected) or error.status == 401:
            raise
        return
    ids = json.dumps([event[0]] if event[0] else [])
    await ports.db.batch(
        queries.copied(tenant_id, place, event, int(row["sequence"] or 0)),
        queries.delete_events(tenant_id, connection.id, ids),
    )


async def _written(connection: Connection, row: Row) -> tuple[str | None, str | None]:
    """(external id, etag) as they are now."""
    calendar, access = connection.calendar, connection.access
    external_id = str(row["external_id"]) if row["external_id"] else None
    etag = str(row["etag"]) if row["etag"] else None
    if not row["is_wanted"]:
        if external_id:
            await calendar.delete(access, external_id)
        return None, None
    event = _event(row)
    if external_id is not None:
        try:
            return external_id, await calendar.update(access, external_id, etag, event)
        except EventGone:
            pass
    return await calendar.create(access, event)


def _event(row: Row) -> WrittenEvent:
    """The key tells one making of the event from the next: an id that was deleted cannot be used again."""
    lines = [row["name"], row["phone"], row["email"], row["notes"]]
    return WrittenEvent(
        appointment_id=str(row["appointment_id"]),
        key=f"{row['appointment_id']}:{row['sequence']}",
        starts_at=datetime.fromisoformat(f"{row['starts_at']}+00:00"),
        ends_at=datetime.fromisoformat(f"{row['ends_at']}+00:00"),
        timezone=str(row["timezone"]),
        summary=f"{row['service_name']} – {row['name']}",
        description="\n".join(str(line) for line in lines if line),
        location=" ".join(str(row["address"] or "").split()),
    )
