"""Appointments and free times, as the API asks for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from errors import Invalid, NotFound
from modules.appointments import booking, changes, diary, queries
from modules.appointments.booking import Contact, Order
from modules.appointments.changes import Move
from modules.appointments.diary import shown_slots
from modules.appointments.rows import appointment_of
from modules.appointments.schemas import (
    Appointment,
    AppointmentChange,
    NewAppointment,
    NewHold,
    SlotOut,
)
from modules.appointments.slots import slots
from modules.appointments.values import Span, Wish
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import is_plannable, stored
from modules.local_time import DAY_MIN, instant, moment
from modules.phone import to_e164
from ports.context import Ports
from ports.database import Value

MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """`first` and `last` are dates of the zone, or instants; `last` is exclusive."""

    service_id: str
    first: str
    last: str
    staff_id: str | None = None
    timezone: str | None = None  # None: the business's


async def find_slots(ports: Ports, tenant_id: str, asked: SlotQuery) -> list[SlotOut]:
    """The starts that can be booked. Raises Invalid or NotFound."""
    zone = None if asked.timezone is None else _zone(asked.timezone)
    bounds, service_id, staff_id = (asked.first, asked.last), asked.service_id, asked.staff_id
    wide = _span(bounds, zone or ZoneInfo("UTC"))
    read = Span(wide.first - DAY_MIN, wide.last + DAY_MIN)  # a date of the business's zone lies within
    book_of, _ = await diary.read(ports, tenant_id, read)
    zone = zone or book_of.rules.zone
    service = book_of.service(service_id)
    if service is None:
        raise NotFound("There is no such service.")
    if staff_id is not None and not book_of.rules.able(service_id, staff_id):
        raise NotFound("There is nobody of that agent_id who does this.")
    wish = Wish(service, _span(bounds, zone), book_of.now, staff_id)
    return shown_slots(slots(book_of.rules, wish, book_of.busy), zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        detail = "this is not an IANA time zone, such as Europe/Paris"
        raise Invalid([{"pointer": "/query/timezone", "detail": detail}]) from None


def _span(bounds: tuple[str, str], zone: ZoneInfo) -> Span:
    first, last = (_bound(text, name, zone) for text, name in zip(bounds, ("from", "to"), strict=True))
    if last <= first:
        raise Invalid([{"pointer": "/query/to", "detail": "this has to come after from"}])
    if last - first > MOST_DAYS * DAY_MIN:
        raise Invalid([{"pointer": "/query/to", "detail": f"ask for {MOST_DAYS} days at most"}])
    return Span(first, last)


def _bound(text: str, name: str, zone: ZoneInfo) -> int:
    detail = "this is neither a date (2026-11-24) nor an instant with its offset (2026-11-24T09:00:00+01:00)"
    try:
        if len(text) == len("2026-11-24") and is_plannable(day := date.fromisoformat(text)):
            return instant(day, 0, zone)
        at = datetime.fromisoformat(text)
        if at.tzinfo is None or not is_plannable(at):
            raise ValueError(detail)
        return -(-int(at.astimezone(UTC).timestamp()) // 60)
    except (ValueError, OverflowError):
        raise Invalid([{"pointer": f"/query/{name}", "detail": detail}]) from None


async def list_all(
    ports: Ports, tenant_id: str, filters: Sequence[Value], cursor: str, limit: int
) -> list[Appointment]:
    """`filters` are (first, last, agent_id, service_id, customer_id, status), instants as they are stored."""
    (found,) = await ports.db.batch(queries.appointments(tenant_id, tuple(filters), cursor, limit))
    return [appointment_of(row) for row in found.rows]


async def create(ports: Ports, principal: Principal, command: NewAppointment) -> Appointment:
    """Raises as booking.book does."""
    customer = command.customer
    phone = to_e164(customer.phone, principal.country, "/customer/phone") if customer.phone else None
    order = Order(
        service_id=command.service_id,
        start=command.start,
        staff_id=command.agent_id,
        contact=Contact(customer.name, phone, customer.email),
        source="api",
        notes=command.notes,
        language=command.language,
        timezone=command.timezone,
        hold_id=command.hold_id,
    )
    made = audit.entry(ports, principal, "appointment.created", command.service_id)
    return await booking.book(ports, principal.tenant.id, order, (made,))


async def hold(ports: Ports, principal: Principal, command: NewHold) -> Appointment:
    """Keeps a start free for a few minutes. Raises as booking.book does."""
    order = Order(command.service_id, command.start, command.agent_id, None, "api")
    return await booking.book(ports, principal.tenant.id, order)


async def change(ports: Ports, principal: Principal, appointment_id: str, command: AppointmentChange) -> Appointment:
    """Moves it, and keeps the notes. Raises as changes.move does."""
    tenant_id, given = principal.tenant.id, command.model_fields_set
    if not given & {"start", "agent_id", "service_id"}:
        current = await changes.get(ports, tenant_id, appointment_id)
    else:
        beside = [audit.entry(ports, principal, "appointment.moved", appointment_id)]
        if "notes" in given:
            beside.append(queries.update_notes(tenant_id, appointment_id, command.notes, stored(ports.clock.now())))
        wish = Move(command.start, command.agent_id, command.service_id)
        current = await changes.move(ports, tenant_id, appointment_id, wish, tuple(beside))
    if "notes" in given and current.notes != command.notes:
        return await changes.note(ports, tenant_id, appointment_id, command.notes)
    return current


def stored_bound(text: str | None, name: str) -> str | None:
    """An instant of a query as it is stored. Raises Invalid."""
    if text is None:
        return None
    return stored(moment(_bound(text, name, ZoneInfo("UTC"))))
