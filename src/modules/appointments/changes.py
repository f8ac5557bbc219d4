"""Appointments moved, cancelled, confirmed, not kept."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from errors import Invalid, NotFound
from modules.appointments import diary, queries, telling
from modules.appointments.booking import MOST_TRIES, expected, refuse, times
from modules.appointments.diary import Diary
from modules.appointments.errors import AppointmentClosed, NotBegun, SlotTaken, TooLateToChange
from modules.appointments.notices import withdrawn
from modules.appointments.rows import appointment_of
from modules.appointments.schemas import Appointment
from modules.appointments.values import Service, Slot
from modules.instants import shown, shown_to_second, stored
from modules.local_time import minutes, moment
from modules.webhooks import events
from ports.context import Ports
from ports.database import NotNullViolation, RefusedByTrigger, Row, Statement, UniqueViolation

By = Literal["business", "customer", "calendar"]


@dataclass(frozen=True, slots=True)
class Move:
    """Where to; None leaves it as it is."""

    start: datetime | None = None
    staff_id: str | None = None
    service_id: str | None = None
    by: By = "business"


async def get(ports: Ports, tenant_id: str, appointment_id: str) -> Appointment:
    """Raises NotFound."""
    (found,) = await ports.db.batch(queries.appointment(tenant_id, appointment_id))
    return _known(found.first)


def _known(row: Row | None) -> Appointment:
    if row is None:
        raise NotFound("There is no such appointment.")
    return appointment_of(row)


async def move(
    ports: Ports, tenant_id: str, appointment_id: str, wish: Move, beside: tuple[Statement, ...] = ()
) -> Appointment:
    """Frees the one time and takes the other in the same batch. Raises as `book` does, and AppointmentClosed, TooLateToChange
    or NotFound."""
    if wish.start is not None and (wish.start.second or wish.start.microsecond):
        raise Invalid([{"pointer": "/start", "detail": "appointments begin at full minutes"}])
    for _ in range(MOST_TRIES):
        known = queries.appointment(tenant_id, appointment_id)
        span = diary.around(wish.start or ports.clock.now())
        book_of, (found,) = await diary.read(ports, tenant_id, span, appointment_id, (known,))
        old = _known(found.first)
        start = wish.start or datetime.fromisoformat(old.start)
        if wish.start is None:
            book_of, _ = await diary.read(ports, tenant_id, diary.around(start), appointment_id)
        _changeable(old, book_of, wish.by, ports.clock.now())
        service = book_of.service(wish.service_id or old.service_id)
        if service is None:
            raise NotFound("There is no such service any more.")
        slot = _slot(book_of, service, minutes(start), wish, old)
        if _is_same(old, service, slot):
            return old
        try:
            return await _moved(ports, tenant_id, (old, wish.by), (book_of, service, slot), beside)
        except (NotNullViolation, RefusedByTrigger, UniqueViolation) as error:
            expected(error)
    raise SlotTaken("Others were faster each time; ask for what is free again.", alternatives=[])


async def move_freely(ports: Ports, tenant_id: str, appointment_id: str, start: datetime) -> Appointment:
    """To a start that whoever has the appointment chose in their own calendar: nothing may overlap, but their hours and
    notice are their own affair. Raises SlotTaken, AppointmentClosed or NotFound."""
    for _ in range(MOST_TRIES):
        known = queries.appointment(tenant_id, appointment_id)
        book_of, (found,) = await diary.read(ports, tenant_id, diary.around(start), appointment_id, (known,))
        old = _known(found.first)
        _changeable(old, book_of, "calendar", ports.clock.now())
        service, staff = book_of.service(old.service_id), book_of.has_staff(old.agent_id)
        if service is None or not staff:
            raise NotFound("There is no such service or person any more.")
        length = minutes(datetime.fromisoformat(old.end)) - minutes(datetime.fromisoformat(old.start))
        slot = Slot(minutes(start), minutes(start) + length, old.agent_id)
        try:
            return await _moved(ports, tenant_id, (old, "calendar"), (book_of, service, slot), ())
        except NotNullViolation as error:
            expected(error)
        except RefusedByTrigger as error:
            expected(error)
            raise SlotTaken("Something else is there.", alternatives=[]) from error
    raise SlotTaken("Others were faster each time.", alternatives=[])


def _slot(book_of: Diary, service: Service, start: int, wish: Move, old: Appointment) -> Slot:
    """With whom it was, if they are free and nobody else was asked for; else with whoever is."""
    if wish.staff_id is not None and not book_of.rules.able(service.id, wish.staff_id):
        raise NotFound("There is nobody of that agent_id who does this.")
    slot = book_of.at(service, start, wish.staff_id or old.agent_id)
    if slot is None and wish.staff_id is None:
        slot = book_of.at(service, start, None)
    if slot is None:
        refuse(book_of, service, start, wish.staff_id)
    return slot


def _is_same(old: Appointment, service: Service, slot: Slot) -> bool:
    start, end = (minutes(datetime.fromisoformat(one)) for one in (old.start, old.end))
    return (start, end, old.agent_id, old.service_id) == (slot.start, slot.end, slot.staff_id, service.id)


def _changeable(old: Appointment, book_of: Diary, by: By, now: datetime) -> None:
    if old.status != "booked":
        raise AppointmentClosed(f"It is {old.status}.", appointment_status=old.status)
    start = datetime.fromisoformat(old.start)
    notice = timedelta(minutes=int(book_of.business["change_notice_min"] or 0))
    if by == "customer" and now > start - notice:
        raise TooLateToChange(f"This can be done until {shown(stored(start - notice))}; call the business.")


async def _moved(
    ports: Ports,
    tenant_id: str,
    before: tuple[Appointment, By],
    found: tuple[Diary, Service, Slot],
    beside: tuple[Statement, ...],
) -> Appointment:
    (old, by), (book_of, service, slot) = before, found
    now = ports.clock.now()
    at, due = stored(now), telling.reminder_due(book_of.business, moment(slot.start), now)
    change = times(book_of, service, slot) | {"sequence": old.sequence, "reminder_due_at": stored(due) if due else None}
    staff = book_of.staff(slot.staff_id)
    new = old.model_copy(
        update={
            "agent_id": staff.id,
            "agent_name": staff.name,
            "service_id": service.id,
            "service_name": service.name,
            "start": shown_to_second(stored(moment(slot.start))),
            "end": shown_to_second(stored(moment(slot.end))),
            "local": moment(slot.start).astimezone(staff.zone).isoformat(timespec="seconds"),
            "sequence": old.sequence + 1,
            "confirmed_at": None,
            "updated_at": shown(at),
        }
    )
    statements = (
        queries.move(tenant_id, old.id, book_of.document, json.dumps(change), at),
        *beside,
        withdrawn(tenant_id, old.id),
    )
    about = telling.About("moved", "reply" if by == "customer" else "service", book_of.business, frees=True)
    return await telling.written(ports, tenant_id, statements, new, about)


async def cancel(ports: Ports, tenant_id: str, appointment_id: str, by: By, reason: str | None = None) -> Appointment:
    """Once: a repeat gives it as it is. Raises NotFound, AppointmentClosed or TooLateToChange."""
    for _ in range(MOST_TRIES):
        now = ports.clock.now()
        known = queries.appointment(tenant_id, appointment_id)
        book_of, (found,) = await diary.read(ports, tenant_id, diary.around(now), None, (known,))
        old = _known(found.first)
        if old.status == "cancelled":
            return old
        _changeable(old, book_of, by, now)
        at = stored(now)
        closed = {"status": "cancelled", "cancelled_at": shown(at), "cancelled_by": by, "reason": reason}
        new = old.model_copy(update={**closed, "sequence": old.sequence + 1, "updated_at": shown(at)})
        statements = (
            queries.cancel(tenant_id, old.id, old.sequence, (by, reason), at),
            withdrawn(tenant_id, old.id),
        )
        about = telling.About("cancelled", "reply" if by == "customer" else "service", book_of.business, frees=True)
        try:
            return await telling.written(ports, tenant_id, statements, new, about)
        except NotNullViolation as error:  # somebody else has just changed it
            expected(error)
    raise AppointmentClosed("It is being changed by others; ask again.", appointment_status="booked")


async def mark_no_show(ports: Ports, tenant_id: str, appointment_id: str) -> Appointment:
    """Raises NotFound, AppointmentClosed or NotBegun."""
    old = await get(ports, tenant_id, appointment_id)
    if old.status == "no_show":
        return old
    at = stored(ports.clock.now())
    told = old.model_copy(update={"status": "no_show", "updated_at": shown(at)})
    try:
        *results, found = await ports.db.batch(
            queries.mark_no_show(tenant_id, appointment_id, at),
            withdrawn(tenant_id, appointment_id),
            events.happened(ports.ids, tenant_id, "appointment.no_show", told.as_told(), at),
            queries.appointment(tenant_id, appointment_id),
        )
    except NotNullViolation as error:
        if old.status == "booked" and old.start > str(shown(at)):
            raise NotBegun("Wait until it has begun, or cancel it.") from error
        raise AppointmentClosed(f"It is {old.status}.", appointment_status=old.status) from error
    await events.deliver_soon(ports, results)
    return _known(found.first)


async def confirm(ports: Ports, tenant_id: str, appointment_id: str) -> Appointment:
    """By the customer: they will come. Raises NotFound or AppointmentClosed."""
    confirmed, found = await ports.db.batch(
        queries.confirm(tenant_id, appointment_id, stored(ports.clock.now())),
        queries.appointment(tenant_id, appointment_id),
    )
    appointment = _known(found.first)
    if not confirmed.changes:
        raise AppointmentClosed(f"It is {appointment.status}.", appointment_status=appointment.status)
    return appointment


async def note(ports: Ports, tenant_id: str, appointment_id: str, notes: str | None) -> Appointment:
    """Raises NotFound."""
    _, found = await ports.db.batch(
        queries.update_notes(tenant_id, appointment_id, notes, stored(ports.clock.now())),
        queries.appointment(tenant_id, appointment_id),
    )
    return _known(found.first)
