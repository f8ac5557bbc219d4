"""Booking: one read, one batch. Two can never hold the same time, since the database refuses the second one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn

from errors import Invalid, NotFound
from modules.appointments import diary, queries, telling
from modules.appointments.diary import Diary
from modules.appointments.errors import SlotTaken, SlotUnavailable
from modules.appointments.rows import appointment_of
from modules.appointments.schemas import Appointment, Source
from modules.appointments.values import Service, Slot
from modules.customers.identities import seen
from modules.instants import stored
from modules.local_time import DayClock, minutes, moment
from ports.context import Ports
from ports.database import NotNullViolation, RefusedByTrigger, Statement, UniqueViolation, Value

HOLD_MIN = 5
_UNSET = (  # of an appointment that is just made
    *("customer_id", "conversation_id", "notes", "timezone"),
    *("confirmed_at", "cancelled_at", "cancelled_by", "reason"),
)
MOST_TRIES = 6  # of which each means that somebody else was faster, or that the rules have just changed


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    phone: str | None = None  # E.164
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be booked. `request_key` makes a repeat give what was booked before."""

    service_id: str
    start: datetime
    staff_id: str | None
    contact: Contact | None  # None: held only
    source: Source
    notes: str | None = None
    language: str = "fr"
    timezone: str | None = None
    hold_id: str | None = None
    conversation_id: str | None = None
    request_key: str | None = None


async def book(ports: Ports, tenant_id: str, order: Order, beside: tuple[Statement, ...] = ()) -> Appointment:
    """Raises SlotTaken or SlotUnavailable with alternatives, NotFound or Invalid.

    `beside` is written in the same batch, after the appointment.
    """
    if order.start.second or order.start.microsecond:
        raise Invalid([{"pointer": "/start", "detail": "appointments begin at full minutes"}])
    start = minutes(order.start)
    for _ in range(MOST_TRIES):
        known = queries.by_request(tenant_id, order.request_key)
        book_of, (before,) = await diary.read(ports, tenant_id, diary.around(order.start), order.hold_id, (known,))
        if before.first is not None and order.request_key:
            return await _read(ports, tenant_id, str(before.first["id"]))
        service = _service(book_of, order)
        slot = book_of.at(service, start, order.staff_id)
        if slot is None:
            refuse(book_of, service, start, order.staff_id)
        try:
            return await _written(ports, tenant_id, order, (book_of, service, slot), beside)
        except (NotNullViolation, RefusedByTrigger, UniqueViolation) as error:
            expected(error)
    raise SlotTaken("Others were faster each time; ask for what is free again.", alternatives=[])


def expected(error: Exception) -> None:
    """Faster ones, rules that have just changed, or the same request a moment ago: all are seen when it is read again."""
    is_ours = (
        (isinstance(error, RefusedByTrigger) and error.reason in ("slot_taken", "day_full"))
        or (isinstance(error, NotNullViolation) and error.column == "appointments.status")
        or (isinstance(error, UniqueViolation) and "appointments.request_key" in error.columns)
    )
    if not is_ours:
        raise error


def refuse(book_of: Diary, service: Service, start: int, staff_id: str | None) -> NoReturn:
    """Raises SlotTaken or SlotUnavailable, with the next starts that are free."""
    others = book_of.alternatives(service, start, staff_id)
    if book_of.would_be(service, start, staff_id):
        raise SlotTaken("Choose one of the alternatives, or ask for what is free.", alternatives=others)
    detail = "It is outside of the hours, too soon, too far ahead, or no start of this service."
    raise SlotUnavailable(detail, alternatives=others)


def _service(book_of: Diary, order: Order) -> Service:
    service = book_of.service(order.service_id)
    if service is None:
        raise NotFound("There is no such service.")
    if order.staff_id is not None and not book_of.rules.able(service.id, order.staff_id):
        raise NotFound("There is nobody of that agent_id who does this.")
    given = {"phone": order.contact and order.contact.phone, "email": order.contact and order.contact.email}
    given["notes"] = order.notes
    if order.contact is not None:
        missing = [name for name in service.required_fields if not given[name]]
        if missing:
            pointers = {"phone": "/customer/phone", "email": "/customer/email", "notes": "/notes"}
            raise Invalid([{"pointer": pointers[name], "detail": "this service needs it"} for name in missing])
    return service


async def _written(
    ports: Ports, tenant_id: str, order: Order, found: tuple[Diary, Service, Slot], beside: tuple[Statement, ...]
) -> Appointment:
    book_of, service, slot = found
    now = ports.clock.now()
    at, appointment_id = stored(now), ports.ids.new("apt")
    due = telling.reminder_due(book_of.business, moment(slot.start), now) if order.contact else None
    contact = order.contact or Contact("")
    row: dict[str, Value] = {
        "id": appointment_id,
        **times(book_of, service, slot),
        "status": "booked" if order.contact else "held",
        "hold_until": None if order.contact else stored(now + timedelta(minutes=HOLD_MIN)),
        "name": contact.name or None,
        "phone": contact.phone,
        "email": contact.email,
        "notes": order.notes,
        "language": order.language,
        "timezone": order.timezone,
        "source": order.source,
        "conversation_id": order.conversation_id,
        "request_key": order.request_key,
        "reminder_due_at": stored(due) if due else None,
    }
    insert = queries.insert_appointment(tenant_id, book_of.document, json.dumps(row, ensure_ascii=False), at)
    first = [queries.release(tenant_id, order.hold_id)]
    if order.contact is None:
        *_, made = await ports.db.batch(*first, insert, *beside, queries.appointment(tenant_id, appointment_id))
        return appointment_of(made.rows[0])
    known = (("phone", contact.phone), ("email", contact.email))
    addresses = tuple((kind, address) for kind, address in known if address)
    first += [*seen(ports.ids, tenant_id, addresses, contact.name, at), insert, *beside]
    about = telling.About("booked", "service" if order.source == "api" else "reply", book_of.business)
    return await telling.written(ports, tenant_id, tuple(first), draft(row, book_of, (service, slot), at), about)


def draft(row: Mapping[str, Value], book_of: Diary, chosen: tuple[Service, Slot], at: str) -> Appointment:
    """The row as it will be read: what is told of it is written in its batch."""
    service, slot = chosen
    staff = book_of.staff(slot.staff_id)
    unknown = dict.fromkeys(_UNSET)
    names = {"service_name": service.name, "staff_name": staff.name, "staff_timezone": staff.zone.key}
    return appointment_of({**unknown, **row, **names, "sequence": 0, "created_at": at, "updated_at": at})


def times(book_of: Diary, service: Service, slot: Slot) -> dict[str, Value]:
    """The columns that say when and with whom."""
    staff = book_of.staff(slot.staff_id)
    return {
        "agent_id": slot.staff_id,
        "service_id": service.id,
        "starts_at": stored(moment(slot.start)),
        "ends_at": stored(moment(slot.end)),
        "busy_from": stored(moment(slot.start - service.before_min)),
        "busy_to": stored(moment(slot.end + service.after_min)),
        "day": DayClock(staff.zone).day_of(slot.start).isoformat(),
    }


async def release(ports: Ports, tenant_id: str, hold_id: str) -> bool:
    """Whether there was such a hold."""
    (released,) = await ports.db.batch(queries.release(tenant_id, hold_id))
    return bool(released.changes)


async def _read(ports: Ports, tenant_id: str, appointment_id: str) -> Appointment:
    (found,) = await ports.db.batch(queries.appointment(tenant_id, appointment_id))
    return appointment_of(found.rows[0])
