"""Connecting a calendar: OAuth with PKCE, and a state that is good once, for whoever began."""

import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta

from errors import NotFound, VendorFailed
from modules.calendars import queries
from modules.calendars.access import opened, place, sealed_grant
from modules.calendars.errors import CalendarNotConfigured, StateRefused
from modules.calendars.schemas import Connection, ExternalEvent
from modules.calendars.syncing import sync_soon
from modules.credentials.sealing import data_key, opened_key, seal, unseal
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.one_time import digest
from ports.calendars import AccessRevoked, CalendarProvider
from ports.cipher import CannotOpen
from ports.context import Ports
from ports.database import Row
from ports.vendors import VendorError

STATE_MIN = 10


async def begin(
    ports: Ports, principal: Principal, provider: CalendarProvider, staff_id: str | None, redirect_uri: str
) -> str:
    """The address at which the calendar's owner signs in. Raises CalendarNotConfigured or NotFound."""
    calendar = ports.calendars[provider]
    if not calendar.is_configured:
        raise CalendarNotConfigured(f"{provider.upper()}_CLIENT_ID and {provider.upper()}_CLIENT_SECRET are not set.")
    tenant_id = principal.tenant.id
    state, verifier = (urlsafe_b64encode(ports.ids.secret(32)).decode().rstrip("=") for _ in range(2))
    key = await data_key(ports, tenant_id)
    (first,) = await ports.db.batch(queries.first_staff(tenant_id))
    staff = staff_id or str(first.rows[0]["id"])
    sealed = await seal(ports, key, (tenant_id, "calendar_state", digest(state)), verifier)
    now = ports.clock.now()
    row = (digest(state), principal.user.id, principal.session_id, staff, provider, sealed, key.id, redirect_uri)
    (made,) = await ports.db.batch(queries.insert_state(tenant_id, row, stored(now + timedelta(minutes=STATE_MIN))))
    if not made.changes:
        raise NotFound("There is no such member of staff.")
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return calendar.authorize_url(redirect_uri, state, challenge)


async def finish(ports: Ports, principal: Principal, provider: CalendarProvider, state: str, code: str) -> None:
    """Raises StateRefused for a state that is not this session's own, or VendorFailed."""
    now = ports.clock.now()
    who = (principal.user.id, principal.session_id, provider)
    (taken,) = await ports.db.batch(queries.take_state(principal.tenant.id, digest(state), who, stored(now)))
    row = taken.first
    if row is None:
        raise StateRefused("Begin again: a sign-in is good once, for ten minutes, in the session that began it.")
    tenant_id, staff_id = principal.tenant.id, str(row["agent_id"])
    key = await data_key(ports, tenant_id)
    verifier = await unseal(ports, key, (tenant_id, "calendar_state", digest(state)), str(row["verifier"]))
    calendar = ports.calendars[provider]
    try:
        grant = await calendar.exchange(code, verifier, str(row["redirect_uri"]))
        account = await calendar.account(grant.access_token)
    except VendorError as error:
        raise VendorFailed(f"{provider} did not sign in ({error.reason}). Begin again.") from error
    access, until, refresh = await sealed_grant(ports, key, (tenant_id, f"{staff_id}:{provider}"), grant, now)
    connection_id, at = ports.ids.new("cal"), stored(now)
    connection = (connection_id, staff_id, provider, account, key.id, refresh, access, until)
    *_, found = await ports.db.batch(
        queries.put_connection(tenant_id, connection, at),
        audit.entry(ports, principal, "calendar.connected", provider),
        queries.copy_all(tenant_id, staff_id, provider, at),
        queries.connection_of(tenant_id, staff_id, provider),
    )
    await sync_soon(ports, tenant_id, str(found.rows[0]["id"]))


async def status(ports: Ports, tenant_id: str, provider: CalendarProvider) -> list[Connection]:
    (found,) = await ports.db.batch(queries.connections(tenant_id, provider))
    return [Connection.model_validate(row) for row in found.rows]


async def disconnect(ports: Ports, principal: Principal, provider: CalendarProvider, staff_id: str | None) -> None:
    """Its events take no time any more, and the vendor's access is given back where that is possible. Raises NotFound."""
    tenant_id = principal.tenant.id
    (found,) = await ports.db.batch(queries.connection_of(tenant_id, staff_id, provider))
    if not found.rows:
        raise NotFound("There is no such calendar.")
    for one in found.rows:
        (row,) = await ports.db.batch(queries.connection(tenant_id, str(one["id"])))
        if row.first is not None:
            await _give_back(ports, row.first)
        await ports.db.batch(
            queries.delete_connection(tenant_id, str(one["id"])),
            audit.entry(ports, principal, "calendar.disconnected", provider),
        )


async def give_all_back(ports: Ports, tenant_id: str) -> None:
    """The vendors' access to every calendar of a business that leaves."""
    for provider in ports.calendars:
        (found,) = await ports.db.batch(queries.connection_of(tenant_id, None, provider))
        for one in found.rows:
            (row,) = await ports.db.batch(queries.connection(tenant_id, str(one["id"])))
            if row.first is not None:
                await _give_back(ports, row.first)


async def _give_back(ports: Ports, row: Row) -> None:
    """As far as the vendor answers: what is deleted here is not used any more in any case."""
    try:
        connection = await opened(ports, row)
        if connection.watch_id and connection.watch_resource:
            await connection.calendar.unwatch(connection.access, connection.watch_id, connection.watch_resource)
        key = await opened_key(ports, connection.tenant_id, str(row["key_id"]), str(row["wrapped_key"]))
        spot = place(connection.tenant_id, f"{connection.staff_id}:{connection.provider}", "refresh")
        await connection.calendar.revoke(await unseal(ports, key, spot, str(row["refresh_token"])))
    except (VendorError, AccessRevoked, CannotOpen):  # whoever has lost a key still gets rid of the calendar
        return


async def list_events(
    ports: Ports, tenant_id: str, provider: CalendarProvider, cursor: str, limit: int
) -> list[ExternalEvent]:
    """What takes time, of all calendars of that vendor."""
    (found,) = await ports.db.batch(queries.events(tenant_id, provider, cursor, limit))
    return [ExternalEvent.model_validate(row) for row in found.rows]
