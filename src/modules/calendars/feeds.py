"""The appointments of one person as an iCalendar feed, behind an address that is a secret (RFC 5545, RFC 7986)."""

import hmac
from datetime import UTC, datetime, timedelta

from errors import NotFound
from modules.calendars import queries
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.one_time import derived
from ports.context import Ports
from ports.database import Row

PAST_DAYS = 30


async def address(ports: Ports, principal: Principal, staff_id: str, *, renew: bool = False) -> str:
    """The feed's path; renewed, the one before shows nothing any more. Raises NotFound."""
    tenant_id = principal.tenant.id
    changes = [queries.renew_feed(tenant_id, staff_id), audit.entry(ports, principal, "feed.renewed", staff_id)]
    *_, found = await ports.db.batch(*(changes if renew else ()), queries.feed(tenant_id, staff_id, "9999"))
    if found.first is None:
        raise NotFound("There is no such member of staff.")
    token = _token(ports, tenant_id, staff_id, int(found.first["feed_version"] or 0))
    return f"/feeds/{tenant_id}/{staff_id}/{token}.ics"


async def read(ports: Ports, tenant_id: str, staff_id: str, token: str) -> bytes:
    """Raises NotFound."""
    since = stored(ports.clock.now() - timedelta(days=PAST_DAYS))
    (found,) = await ports.db.batch(queries.feed(tenant_id, staff_id, since))
    row = found.first
    if row is None or not hmac.compare_digest(token, _token(ports, tenant_id, staff_id, int(row["feed_version"] or 0))):
        raise NotFound("There is no such feed.")
    return _calendar([one for one in found.rows if one["id"]], row)


def _token(ports: Ports, tenant_id: str, staff_id: str, version: int) -> str:
    return derived(ports.keyring.tokens, "feed", f"{tenant_id}:{staff_id}:{version}")[:40]


def _calendar(rows: list[Row], about: Row) -> bytes:
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Coccinelle//Feed//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{about['staff']} – {about['business']}")
    calendar.add("refresh-interval", timedelta(minutes=15), parameters={"value": "DURATION"})
    for row in rows:
        event = Event()
        event.add("uid", f"{row['id']}@coccinelle")
        event.add("sequence", int(row["sequence"] or 0))
        event.add("dtstamp", _at(row["updated_at"]))
        event.add("dtstart", _at(row["starts_at"]))
        event.add("dtend", _at(row["ends_at"]))
        event.add("summary", f"{row['service_name']} – {row['name']}")
        event.add("description", "\n".join(str(one) for one in (row["phone"], row["notes"]) if one))
        if about["address"]:
            event.add("location", " ".join(str(about["address"]).split()))
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _at(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
