"""One calendar and its copies here brought to agree: read what has changed there, then write what has changed here.

The written rule of conflicts: who has what, and whether it takes place, is decided here; when, wherever it was last
changed, as long as that time is free. An appointment that is moved over there is moved here if nothing overlaps, and put
back otherwise; one that is deleted over there is cancelled. Texts and lengths are always put back.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from modules.appointments.telling import SYNC_JOB
from modules.calendars import driver_queries, queries
from modules.calendars.access import Connection, opened
from modules.calendars.copying import copy_due
from modules.calendars.reading import read_changes
from modules.instants import stored
from modules.one_time import derived
from modules.queued import soon
from ports.calendars import AccessRevoked
from ports.context import Ports
from ports.database import Row
from ports.vendors import VendorError, VendorRejected

LEASE_S = 300
EVERY_MIN = 15
RETRY_MIN = (1, 2, 5, 15, 60)
WATCH_DAYS, RENEW_DAYS = 6, 1
WATCH_PATHS: Mapping[str, str] = {"google": "/webhooks/calendar/google", "microsoft": "/webhooks/calendar/microsoft"}


async def sync_soon(ports: Ports, tenant_id: str, connection_id: str) -> None:
    """After the batch."""
    await soon(ports, SYNC_JOB, {"tenant_id": tenant_id, "connection_id": connection_id})


async def sync(ports: Ports, tenant_id: str, connection_id: str) -> str:
    """What became of it: synced, failed, revoked, or idle when another is at it."""
    now = ports.clock.now()
    claimed, found = await ports.db.batch(
        queries.claim(tenant_id, connection_id, stored(now), stored(now + timedelta(seconds=LEASE_S))),
        queries.connection(tenant_id, connection_id),
    )
    if not claimed.changes or found.first is None:
        return "idle"
    failures = int(found.first["failures"] or 0)
    try:
        connection = await opened(ports, found.first)
        await read_changes(ports, connection)
        await copy_due(ports, connection)
        await _watch(ports, connection)
    except AccessRevoked:
        return "revoked"
    except VendorError as error:
        delay = RETRY_MIN[min(failures, len(RETRY_MIN) - 1)]
        if isinstance(error, VendorRejected) and error.status == 401:  # the access token was withdrawn before its time
            await ports.db.batch(queries.store_access(tenant_id, connection_id, (None, None, None)))
        due_at = stored(now + timedelta(minutes=delay))
        await ports.db.batch(queries.fail(tenant_id, connection_id, due_at, error.reason))
        return "failed"
    due_at = stored(now + timedelta(minutes=EVERY_MIN))
    await ports.db.batch(queries.release(tenant_id, connection_id, due_at, stored(now)))
    return "synced"


async def due(ports: Ports, limit: int) -> Sequence[Row]:
    """The calendars to be looked at: tenant and id."""
    (found,) = await ports.db.batch(driver_queries.due(stored(ports.clock.now()), limit))
    return found.rows


async def put_off(ports: Ports, row: Row) -> None:
    """One that breaks us stands in nobody's way, and shows it."""
    due_at = stored(ports.clock.now() + timedelta(minutes=RETRY_MIN[-1]))
    await ports.db.batch(queries.fail(str(row["tenant_id"]), str(row["id"]), due_at, "internal_error"))


async def told(ports: Ports, watch_id: str, token: str) -> bool:
    """A vendor says that something has changed, and not what. Whether it was the one that we asked to."""
    if not token_matches(ports, token):
        return False
    (found, _) = await ports.db.batch(
        driver_queries.watched(watch_id), driver_queries.make_due(watch_id, stored(ports.clock.now()))
    )
    if found.first is not None:
        await sync_soon(ports, str(found.first["tenant_id"]), str(found.first["id"]))
    return True


def watch_token(ports: Ports, connection_id: str) -> str:
    return f"{connection_id}.{derived(ports.keyring.tokens, 'calendar_watch', connection_id)}"


def token_matches(ports: Ports, token: str) -> bool:
    return hmac.compare_digest(token.encode(), watch_token(ports, token.partition(".")[0]).encode())


async def _watch(ports: Ports, connection: Connection) -> None:
    """Asks to be told of changes, a day before the last such wish runs out; only an address of the Internet is told."""
    now = ports.clock.now()
    if not ports.base_url.startswith("https://"):
        return
    if connection.watch_until is not None and connection.watch_until > now + timedelta(days=RENEW_DAYS):
        return
    address = f"{ports.base_url}{WATCH_PATHS[connection.provider]}"
    wanted = ports.ids.new("watch").replace("_", "-")
    until: datetime = now + timedelta(days=WATCH_DAYS)
    token = watch_token(ports, connection.id)
    try:
        watch = await connection.calendar.watch(connection.access, wanted, token, address, until)
    except VendorRejected:  # the domain is not verified, say: it is read every quarter of an hour all the same
        return
    stored_watch = (watch[0], watch[1], stored(watch[2]))
    await ports.db.batch(queries.store_watch(connection.tenant_id, connection.id, stored_watch))
    if connection.watch_id and connection.watch_resource:
        try:
            await connection.calendar.unwatch(connection.access, connection.watch_id, connection.watch_resource)
        except VendorError:  # it runs out by itself
            return
