"""The way into a calendar: its tokens, sealed, refreshed when they are old, and seen when they are worth nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from modules.calendars import queries
from modules.credentials.sealing import DataKey, opened_key, seal, unseal
from modules.instants import stored
from modules.messaging import outbox
from ports.calendars import AccessRevoked, Calendar, CalendarProvider, Grant
from ports.context import Ports
from ports.database import Row, Value

SPARE_S = 60


@dataclass(frozen=True, slots=True)
class Connection:
    id: str
    tenant_id: str
    staff_id: str
    provider: CalendarProvider
    calendar: Calendar
    access: str
    sync_token: str | None
    watch_id: str | None
    watch_resource: str | None
    watch_until: datetime | None
    failures: int


def place(tenant_id: str, connection: str, name: str) -> tuple[str, ...]:
    """Where a token stands; it opens nowhere else."""
    return tenant_id, "calendar", connection, name


async def opened(ports: Ports, row: Row) -> Connection:
    """Raises AccessRevoked, after that has been written and told, VendorUnavailable or VendorRejected."""
    tenant_id, connection_id = str(row["tenant_id"]), str(row["id"])
    provider = cast(CalendarProvider, row["provider"])
    calendar, now = ports.calendars[provider], ports.clock.now()
    key = await opened_key(ports, tenant_id, str(row["key_id"]), str(row["wrapped_key"]))
    spot = (tenant_id, f"{row['agent_id']}:{provider}")
    fresh = row["access_token"] and str(row["access_until"]) > stored(now + timedelta(seconds=SPARE_S))
    if fresh:
        access = await unseal(ports, key, place(*spot, "access"), str(row["access_token"]))
    else:
        refresh = await unseal(ports, key, place(*spot, "refresh"), str(row["refresh_token"]))
        try:
            grant = await calendar.refresh(refresh)
        except AccessRevoked:
            await _tell_revoked(ports, row)
            raise
        sealed = await sealed_grant(ports, key, spot, grant, now)
        await ports.db.batch(queries.store_access(tenant_id, connection_id, sealed))
        access = grant.access_token
    until = datetime.fromisoformat(f"{row['watch_until']}+00:00") if row["watch_until"] else None
    return Connection(
        id=connection_id,
        tenant_id=tenant_id,
        staff_id=str(row["agent_id"]),
        provider=provider,
        calendar=calendar,
        access=access,
        sync_token=_text(row["sync_token"]),
        watch_id=_text(row["watch_id"]),
        watch_resource=_text(row["watch_resource"]),
        watch_until=until,
        failures=int(row["failures"] or 0),
    )


async def sealed_grant(
    ports: Ports, key: DataKey, spot: tuple[str, str], grant: Grant, now: datetime
) -> tuple[Value, Value, Value]:
    """(access token, until, refresh token), as they are stored."""
    access = await seal(ports, key, place(*spot, "access"), grant.access_token)
    refresh = await seal(ports, key, place(*spot, "refresh"), grant.refresh_token) if grant.refresh_token else None
    return access, stored(now + timedelta(seconds=grant.expires_s)), refresh


async def _tell_revoked(ports: Ports, row: Row) -> None:
    """The owner is told once; the calendar's events go on taking time until it is disconnected or signed in again."""
    tenant_id, at = str(row["tenant_id"]), stored(ports.clock.now())
    content = outbox.content("fr", "", account=str(row["account"] or row["provider"]))
    message_id = f"out_cal_{row['id']}_{at[:10].replace('-', '')}"
    await ports.db.batch(
        queries.mark_revoked(tenant_id, str(row["id"]), at),
        outbox.queue_for_owner(tenant_id, message_id, "calendar_revoked", content, at),
    )
    await outbox.send_soon(ports, message_id)


def _text(value: Value) -> str | None:
    return str(value) if value is not None else None
