"""What anybody may do who opens a business's page, and whoever holds the link of an appointment."""

import hmac
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from errors import Invalid, NotFound
from modules.appointments import booking, changes, public_queries, queries, service, waiting
from modules.appointments.booking import Contact, Order
from modules.appointments.changes import Move
from modules.appointments.errors import NotHuman
from modules.appointments.reading import rules_of
from modules.appointments.schemas import Appointment, Customer, NewWaiting, SlotOut, Start
from modules.appointments.service import SlotQuery
from modules.appointments.values import Place, Span
from modules.business.schemas import Zone
from modules.local_time import minutes
from modules.messaging.templates import appointment_token
from modules.phone import to_e164
from modules.text import Blank, Id, Input, Paragraph
from ports.context import Ports
from ports.database import Row

ACTION = "book"  # of the challenge
Challenge = Annotated[
    str | None, Field(max_length=2048, description="Turnstile's token, where the page has a site key.")
]
Token = Annotated[str, Field(min_length=32, max_length=32, pattern=r"^[0-9a-f]{32}$", description="Of the link.")]


class PublicService(BaseModel):
    id: str
    name: str
    description: str | None
    duration_min: int
    price_minor: int | None
    currency: str | None
    place: Place
    required_fields: list[str]


class PublicStaff(BaseModel):
    id: str
    name: str
    service_ids: list[str] | None = Field(description="None: all of them.")


class PublicPage(BaseModel):
    name: str
    slug: str
    timezone: str
    address: str | None
    phone: str | None


class PublicBusiness(PublicPage):
    services: list[PublicService]
    staff: list[PublicStaff]
    change_notice_min: int
    turnstile_site_key: str | None


class PublicBooking(Input):
    service_id: Id
    start: Start
    agent_id: Id | None = None
    customer: Customer
    notes: Annotated[Paragraph | None, Blank] = None
    language: Literal["fr", "en"] = "fr"
    timezone: Zone | None = None
    challenge: Challenge = None
    request_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{16,64}$")] | None = Field(
        default=None, description="Made by the page: the same one books once."
    )


class PublicWaiting(NewWaiting):
    challenge: Challenge = None


class PublicChange(Input):
    token: Token
    start: Start
    agent_id: Id | None = None


class PublicToken(Input):
    token: Token


class PublicAppointment(BaseModel):
    """Without how to reach anybody: links are passed on."""

    id: str
    status: Literal["held", "booked", "cancelled", "no_show"]
    start: str
    end: str
    local: str
    timezone: str
    language: str
    service_id: str
    service_name: str
    agent_id: str
    agent_name: str | None
    name: str | None
    confirmed_at: str | None
    can_change: bool = Field(description="Whether it may still be moved or cancelled by its customer.")


async def page(ports: Ports, slug: str) -> PublicPage:
    """What the page holds before it has asked for the rest. Raises NotFound."""
    return PublicPage.model_validate(await _tenant(ports, slug))


async def business(ports: Ports, slug: str) -> PublicBusiness:
    """Raises NotFound."""
    row = await _tenant(ports, slug)
    tenant_id, now = str(row["id"]), minutes(ports.clock.now())
    found, services = await ports.db.batch(queries.rules(tenant_id), public_queries.services(tenant_id))
    rules = rules_of(str(found.rows[0]["rules"]), Span(now, now))
    staff = [
        PublicStaff(
            id=one.id, name=one.name, service_ids=sorted(one.service_ids) if one.service_ids is not None else None
        )
        for one in rules.staff
        if one.name
    ]
    known = [{**one, "required_fields": list(rules.services[str(one["id"])].required_fields)} for one in services.rows]
    return PublicBusiness.model_validate(
        {**row, "services": known, "staff": staff, "turnstile_site_key": ports.challenges.site_key}
    )


async def _tenant(ports: Ports, slug: str) -> Row:
    (found,) = await ports.db.batch(public_queries.tenant_by_slug(slug))
    if found.first is None:
        raise NotFound("There is no such page.")
    return found.first


async def find_slots(ports: Ports, slug: str, asked: SlotQuery) -> list[SlotOut]:
    """Raises NotFound or Invalid."""
    return await service.find_slots(ports, str((await _tenant(ports, slug))["id"]), asked)


async def book(ports: Ports, slug: str, command: PublicBooking, address: str) -> tuple[PublicAppointment, str]:
    """The appointment, and the token of its link. Raises as booking.book does, NotHuman, NotFound or Invalid."""
    row = await _tenant(ports, slug)
    contact = _contact(command.customer, str(row["country"]))
    await _demand_human(ports, command.challenge, address)
    order = Order(
        service_id=command.service_id,
        start=command.start,
        staff_id=command.agent_id,
        contact=contact,
        source="page",
        notes=command.notes,
        language=command.language,
        timezone=command.timezone,
        request_key=f"page:{command.request_id}" if command.request_id else None,
    )
    made = await booking.book(ports, str(row["id"]), order)
    return _public(made, can_change=True), appointment_token(ports.keyring.tokens, made.id)


def _contact(customer: Customer, country: str) -> Contact:
    phone = to_e164(customer.phone, country, "/customer/phone") if customer.phone else None
    if phone is None and customer.email is None:
        raise Invalid([{"pointer": "/customer", "detail": "give a phone number or an e-mail address"}])
    return Contact(customer.name, phone, customer.email)


async def _demand_human(ports: Ports, challenge: str | None, address: str) -> None:
    if not await ports.challenges.is_solved(challenge or "", ACTION, address):
        raise NotHuman("Solve the challenge of the page and send its token as `challenge`.")


async def wait(ports: Ports, slug: str, command: PublicWaiting, address: str) -> None:
    """Raises NotHuman, NotFound or Invalid."""
    row = await _tenant(ports, slug)
    await _demand_human(ports, command.challenge, address)
    wish = NewWaiting.model_validate(command.model_dump(exclude={"challenge"}))
    await waiting.join(ports, str(row["id"]), str(row["country"]), wish)


async def get(ports: Ports, slug: str, appointment_id: str, token: str) -> PublicAppointment:
    """Raises NotFound, also for another token."""
    _, found, notice = await _opened(ports, slug, appointment_id, token)
    return _shown(ports, found, notice)


async def confirm(ports: Ports, slug: str, appointment_id: str, token: str) -> PublicAppointment:
    """They will come. Raises NotFound or AppointmentClosed."""
    tenant_id, _, notice = await _opened(ports, slug, appointment_id, token)
    return _shown(ports, await changes.confirm(ports, tenant_id, appointment_id), notice)


async def cancel(ports: Ports, slug: str, appointment_id: str, token: str) -> PublicAppointment:
    """Raises as changes.cancel does."""
    tenant_id, _, notice = await _opened(ports, slug, appointment_id, token)
    return _shown(ports, await changes.cancel(ports, tenant_id, appointment_id, "customer"), notice)


async def move(ports: Ports, slug: str, appointment_id: str, command: PublicChange) -> PublicAppointment:
    """Raises as changes.move does."""
    tenant_id, _, notice = await _opened(ports, slug, appointment_id, command.token)
    wish = Move(command.start, command.agent_id, None, "customer")
    return _shown(ports, await changes.move(ports, tenant_id, appointment_id, wish), notice)


async def accept(ports: Ports, slug: str, appointment_id: str, token: str) -> tuple[PublicAppointment, str]:
    """Takes what the waiting list has offered: the appointment, and the token of its link."""
    tenant_id, _, notice = await _opened(ports, slug, appointment_id, token)
    made = await waiting.accept(ports, tenant_id, appointment_id)
    return _shown(ports, made, notice), appointment_token(ports.keyring.tokens, made.id)


async def _opened(ports: Ports, slug: str, appointment_id: str, token: str) -> tuple[str, Appointment, int]:
    """(tenant, appointment, minutes of notice). The link is the key; whoever has another sees that there is nothing."""
    if not hmac.compare_digest(appointment_token(ports.keyring.tokens, appointment_id), token):
        raise NotFound("There is no such appointment.")
    row = await _tenant(ports, slug)
    found = await changes.get(ports, str(row["id"]), appointment_id)
    return str(row["id"]), found, int(row["change_notice_min"] or 0)


def _shown(ports: Ports, appointment: Appointment, notice_min: int) -> PublicAppointment:
    start = minutes(datetime.fromisoformat(appointment.start))
    is_early = minutes(ports.clock.now()) <= start - notice_min
    return _public(appointment, can_change=appointment.status == "booked" and is_early)


def _public(appointment: Appointment, *, can_change: bool) -> PublicAppointment:
    known = appointment.model_dump(mode="python", exclude={"customer"})
    name = (appointment.customer or {}).get("name")
    return PublicAppointment.model_validate({**known, "name": name, "can_change": can_change})
