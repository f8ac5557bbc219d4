"""The waiting list: a time that becomes free is offered to whoever has waited longest, one after another."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from errors import Invalid, NotFound
from modules.appointments import booking, diary, queries, waiting_queries
from modules.appointments.booking import Contact, Order
from modules.appointments.diary import Diary
from modules.appointments.errors import AppointmentClosed, SlotTaken
from modules.appointments.notices import Telling, notices
from modules.appointments.schemas import Appointment, NewWaiting, Waiting
from modules.appointments.slots import slots
from modules.appointments.values import Span, Wish
from modules.date_words import time_of
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import is_plannable, stored
from modules.local_time import DAY_MIN, instant, minutes, moment
from modules.messaging.outbox import send_soon
from modules.phone import to_e164
from ports.context import Ports
from ports.database import ForeignKeyViolation, NotNullViolation, RefusedByTrigger, Row, Statement
from ports.dialogue import Language

OFFER_MIN = 120  # that a time is kept for whoever it is offered to
MOST_DAYS = 62
MOST_OFFERS = 20  # in one go


async def join(
    ports: Ports, tenant_id: str, country: str, command: NewWaiting, beside: Sequence[Statement] = ()
) -> Waiting:
    """Raises Invalid or NotFound."""
    customer = command.customer
    phone = to_e164(customer.phone, country, "/customer/phone") if customer.phone else None
    if phone is None and customer.email is None:
        raise Invalid([{"pointer": "/customer", "detail": "a phone number or an e-mail address is needed to tell you"}])
    first, last = _day(command.first_day, "first_day"), _day(command.last_day, "last_day")
    if not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
        raise Invalid([{"pointer": "/last_day", "detail": f"this has to be first_day or up to {MOST_DAYS} days later"}])
    waiting_id, at = ports.ids.new("wait"), stored(ports.clock.now())
    who = (customer.name, phone, customer.email, command.language)
    wish = (command.service_id, command.agent_id, command.first_day, command.last_day)
    try:
        made, *_, found = await ports.db.batch(
            waiting_queries.insert(tenant_id, waiting_id, wish, who, at),
            *beside,
            waiting_queries.one(tenant_id, waiting_id),
        )
    except ForeignKeyViolation as error:
        raise NotFound("There is nobody of that agent_id.") from error
    if not made.changes:
        raise NotFound("There is no such service.")
    return _waiting(found.rows[0])


async def create(ports: Ports, principal: Principal, command: NewWaiting) -> Waiting:
    """As `join`, by the business."""
    deed = audit.entry(ports, principal, "waiting_list.joined", command.service_id)
    return await join(ports, principal.tenant.id, principal.country, command, (deed,))


async def list_all(ports: Ports, tenant_id: str, cursor: str, limit: int) -> list[Waiting]:
    (found,) = await ports.db.batch(waiting_queries.listed(tenant_id, cursor, limit))
    return [_waiting(row) for row in found.rows]


async def leave(ports: Ports, tenant_id: str, waiting_id: str) -> None:
    """What was offered is free again. Raises NotFound."""
    _, left = await ports.db.batch(
        waiting_queries.release_offer(tenant_id, waiting_id),
        waiting_queries.leave(tenant_id, waiting_id, stored(ports.clock.now())),
    )
    if not left.changes:
        raise NotFound("There is no such entry of the waiting list.")


async def offer_freed(ports: Ports, tenant_id: str) -> int:
    """Offers what is free to whoever waits for it, in their order: how many were offered something."""
    now = ports.clock.now()
    span = Span(minutes(now), minutes(now) + MOST_DAYS * DAY_MIN)
    offered = 0
    for _ in range(MOST_OFFERS):
        book_of, (found,) = await diary.read(
            ports, tenant_id, span, None, (waiting_queries.waiting(tenant_id, stored(now)[:10]),)
        )
        for row in found.rows:
            if await _offer(ports, tenant_id, row, book_of):
                offered += 1
                break  # what is free has changed
        else:
            break
    return offered


async def _offer(ports: Ports, tenant_id: str, row: Row, book_of: Diary) -> bool:
    service = book_of.service(str(row["service_id"]))
    if service is None:
        return False
    zone, now = book_of.rules.zone, ports.clock.now()
    first = instant(date.fromisoformat(str(row["first_day"])), 0, zone)
    last = instant(date.fromisoformat(str(row["last_day"])), DAY_MIN, zone)
    staff_id = str(row["agent_id"]) if row["agent_id"] else None
    wish = Wish(service, Span(max(first, book_of.span.first), min(last, book_of.span.last)), book_of.now, staff_id)
    declined = set(json.loads(str(row["declined"])))
    slot = next((one for one in slots(book_of.rules, wish, book_of.busy) if one.start not in declined), None)
    if slot is None:
        return False
    until = min(now + timedelta(minutes=OFFER_MIN), moment(slot.start))
    at, offer_id = stored(now), ports.ids.new("apt")
    held = {
        "id": offer_id,
        **booking.times(book_of, service, slot),
        **{name: row[name] for name in ("name", "phone", "email", "language")},
        "status": "held",
        "hold_until": stored(until),
        "source": "waiting_list",
    }
    offered = booking.draft(held, book_of, (service, slot), at)
    language: Language = "en" if row["language"] == "en" else "fr"
    about = Telling("offer", "service", ports.base_url, at, until=time_of(until.astimezone(zone), language))
    told = notices(tenant_id, offered, book_of.business, about)
    try:
        await ports.db.batch(
            queries.insert_appointment(tenant_id, book_of.document, json.dumps(held), at),
            waiting_queries.mark_offered(tenant_id, str(row["id"]), offer_id, stored(until), at),
            *told.statements,
        )
    except (RefusedByTrigger, NotNullViolation):  # somebody was faster, or the rules have just changed
        return True
    for message_id in told.message_ids:
        await send_soon(ports, message_id)
    return True


async def accept(ports: Ports, tenant_id: str, offer_id: str) -> Appointment:
    """The held time becomes an appointment of whoever it was offered to. Raises AppointmentClosed or SlotTaken."""
    (found,) = await ports.db.batch(waiting_queries.by_offer(tenant_id, offer_id))
    row = found.first
    if row is None:
        raise AppointmentClosed("This offer has been withdrawn.", appointment_status="held")
    if row["status"] == "offered" and str(row["offered_until"]) <= stored(ports.clock.now()):
        raise SlotTaken("The offer has expired, and goes to the next on the list.", alternatives=[])
    order = Order(
        service_id=str(row["service_id"]),
        start=datetime.fromisoformat(f"{row['starts_at']}+00:00"),
        staff_id=str(row["staff_id"]),
        contact=Contact(*(str(row[name]) if row[name] else None for name in ("name", "phone", "email"))),  # type: ignore[arg-type]
        source="waiting_list",
        language=str(row["language"]),
        hold_id=offer_id,
        request_key=f"offer:{offer_id}",
    )
    done = waiting_queries.mark_booked(tenant_id, str(row["id"]), stored(ports.clock.now()))
    return await booking.book(ports, tenant_id, order, (done,))


async def expire_offers(ports: Ports, limit: int) -> Sequence[Row]:
    """Whoever did not answer waits on, and the time goes to the next. Returns the entries that this happened to."""
    now = stored(ports.clock.now())
    (found,) = await ports.db.batch(waiting_queries.expired(now, limit))
    for row in found.rows:
        start = int(row["start_min"] or 0)
        await ports.db.batch(
            waiting_queries.decline(str(row["tenant_id"]), str(row["id"]), str(row["offered_id"]), start, now),
            queries.release(str(row["tenant_id"]), str(row["offered_id"])),
        )
    return found.rows


def _day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text)
        if is_plannable(day):
            return day
        raise ValueError(text)
    except ValueError:
        raise Invalid([{"pointer": f"/{name}", "detail": "this is not a date"}]) from None


def _waiting(row: Row) -> Waiting:
    customer = {name: row[name] for name in ("name", "phone", "email")}
    return Waiting.model_validate({**row, "customer": customer, "appointment_id": row["offered_id"]})
