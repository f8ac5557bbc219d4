"""What has changed over there: others' events take time, ours are moved or cancelled as theirs were."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from errors import AppError
from modules.appointments import changes
from modules.appointments.errors import SlotTaken
from modules.calendars import queries
from modules.calendars.access import Connection
from modules.instants import stored
from ports.calendars import EventPage, ReadEvent, SyncTokenExpired, Window
from ports.context import Ports
from ports.database import Row, Statement

BEFORE_DAYS, AFTER_DAYS = 1, 400
ANEW_DAYS = 30  # the window of a first reading stays where it was: from time to time all is read again
MOST_PAGES = 200


async def read_changes(ports: Ports, connection: Connection) -> None:
    """From where it was left off, or all of it. Raises VendorError."""
    now = ports.clock.now()
    begun, _, token = (connection.sync_token or "").partition("|")
    is_old = not begun or datetime.fromisoformat(begun).replace(tzinfo=UTC) < now - timedelta(days=ANEW_DAYS)
    if not is_old:
        try:
            await _read(ports, connection, token, begun)
            return
        except SyncTokenExpired:
            pass
    await _read(ports, connection, None, now.date().isoformat())


async def _read(ports: Ports, connection: Connection, token: str | None, begun: str) -> None:
    """Pages are applied as they come, the token is kept with the last of them."""
    now = ports.clock.now()
    window = Window(now - timedelta(days=BEFORE_DAYS), now + timedelta(days=AFTER_DAYS))
    is_whole = token is None
    page: str | None = None
    seen: set[str] = set()
    for number in range(MOST_PAGES):
        found = await connection.calendar.read(connection.access, token, page, window)
        seen |= {one.external_id for one in found.events}
        ending = [_token(connection, found, begun)] if found.next_page is None else []
        wiping = [queries.delete_all_events(connection.tenant_id, connection.id)] if is_whole and number == 0 else []
        await _apply(ports, connection, found, (*wiping,), (*ending,))
        if found.next_page is None:
            break
        page = found.next_page
    if is_whole:
        await _missing(ports, connection, seen)


def _token(connection: Connection, found: EventPage, begun: str) -> Statement:
    token = f"{begun}|{found.sync_token}" if found.sync_token else None
    return queries.store_sync_token(connection.tenant_id, connection.id, token)


async def _apply(
    ports: Ports, connection: Connection, found: EventPage, before: Sequence[Statement], after: Sequence[Statement]
) -> None:
    tenant_id, at = connection.tenant_id, stored(ports.clock.now())
    ids = json.dumps([one.external_id for one in found.events])
    (copies,) = await ports.db.batch(queries.copies_of(tenant_id, connection.id, ids))
    ours: Mapping[str, Row] = {str(row["external_id"]): row for row in copies.rows}
    for event in found.events:
        if event.external_id in ours:
            await _ours(ports, connection, event, ours[event.external_id])
    others = [one for one in found.events if one.external_id not in ours and one.appointment_id is None]
    busy = [
        [one.external_id, stored(one.starts_at), stored(one.ends_at), (one.summary or "")[:200]]
        for one in others
        if one.is_busy and one.starts_at and one.ends_at and one.starts_at < one.ends_at
    ]
    taken = {row[0] for row in busy}
    free = json.dumps([one.external_id for one in others if one.external_id not in taken])
    await ports.db.batch(
        *before,
        queries.delete_events(tenant_id, connection.id, free),
        queries.put_events(tenant_id, connection.id, connection.staff_id, json.dumps(busy, ensure_ascii=False), at),
        *after,
    )


async def _ours(ports: Ports, connection: Connection, event: ReadEvent, copy: Row) -> None:
    """Our own writing comes back as well: what is as it should be changes nothing."""
    tenant_id, at = connection.tenant_id, stored(ports.clock.now())
    place = (connection.id, str(copy["appointment_id"]))
    if not copy["is_wanted"] or copy["status"] != "booked":
        if event.starts_at is None:
            await ports.db.batch(queries.forget_copy(tenant_id, place))
        return
    if event.starts_at is None:
        await _cancelled(ports, tenant_id, place)
        return
    starts_at, ends_at = stored(event.starts_at), stored(event.ends_at) if event.ends_at else ""
    if (starts_at, ends_at) == (copy["starts_at"], copy["ends_at"]):
        if copy["due_at"] is None and event.etag != copy["etag"]:
            await ports.db.batch(queries.accept_copy(tenant_id, place, event.etag))
        return
    if copy["due_at"] is not None:  # it has been changed here as well, and that is on its way
        await ports.db.batch(queries.restore_copy(tenant_id, place, event.external_id, at))
        return
    is_moved = starts_at != copy["starts_at"] and event.starts_at > ports.clock.now()
    if is_moved and await _moved(ports, connection, event.starts_at, place):
        return
    await ports.db.batch(queries.restore_copy(tenant_id, place, event.external_id, at))


async def _moved(ports: Ports, connection: Connection, start: datetime, place: tuple[str, str]) -> bool:
    """Whether the time over there could be taken; the hours of the business are the owner's own affair."""
    try:
        await changes.move_freely(ports, connection.tenant_id, place[1], start.replace(second=0, microsecond=0))
    except SlotTaken:
        return False
    except AppError:  # it is over, or gone
        return False
    return True


async def _cancelled(ports: Ports, tenant_id: str, place: tuple[str, str]) -> None:
    with suppress(AppError):  # it is over already
        await changes.cancel(ports, tenant_id, place[1], "calendar")
    await ports.db.batch(queries.forget_copy(tenant_id, place))


async def _missing(ports: Ports, connection: Connection, seen: set[str]) -> None:
    """After all was read: copies that were not there have been deleted while nobody could tell."""
    (found,) = await ports.db.batch(
        queries.known_copies(connection.tenant_id, connection.id, stored(ports.clock.now()))
    )
    for row in found.rows:
        if str(row["external_id"]) not in seen:
            await _cancelled(ports, connection.tenant_id, (connection.id, str(row["appointment_id"])))
