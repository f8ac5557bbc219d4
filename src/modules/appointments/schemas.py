"""Appointments as they come in and go out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from modules.business.schemas import Zone
from modules.instants import FIRST_YEAR, LAST_YEAR, Instant, Second, is_plannable
from modules.text import Blank, Email, Id, Input, Name, Paragraph, PhoneText

Status = Literal["held", "booked", "cancelled", "no_show"]
Source = Literal["api", "page", "voice", "sms", "whatsapp", "email", "web", "waiting_list"]


def _plannable(at: datetime) -> datetime:
    if not is_plannable(at):
        raise ValueError(f"this has to lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return at


Start = Annotated[AwareDatetime, Field(description="The start of a slot, with its offset."), AfterValidator(_plannable)]


class Customer(Input):
    name: Name
    phone: Annotated[PhoneText | None, Blank] = None
    email: Annotated[Email | None, Blank] = None


class NewAppointment(Input):
    service_id: Id
    start: Start
    agent_id: Id | None = Field(default=None, description="None: whoever is free.")
    customer: Customer
    notes: Annotated[Paragraph | None, Blank] = None
    language: Literal["fr", "en"] = Field(default="fr", description="Of what the customer is sent.")
    timezone: Zone | None = Field(default=None, description="The customer's, for what they are sent.")
    hold_id: Id | None = Field(default=None, description="A hold that this takes the place of.")


class NewHold(Input):
    service_id: Id
    start: Start
    agent_id: Id | None = None


class AppointmentChange(Input):
    start: Start | None = None
    agent_id: Id | None = None
    service_id: Id | None = None
    notes: Annotated[Paragraph | None, Blank] = None


class Cancellation(Input):
    reason: Annotated[Name | None, Blank] = None


class Appointment(BaseModel):
    id: str
    status: Status
    start: Second
    end: Second
    local: str = Field(description="The start where it takes place, ISO-8601 with its offset.")
    agent_id: str
    agent_name: str | None
    service_id: str
    service_name: str
    customer_id: str | None
    conversation_id: str | None
    customer: dict[str, str | None] | None = Field(description="Name, phone, email, as given for this appointment.")
    notes: str | None
    language: str
    timezone: str
    source: Source
    sequence: int
    confirmed_at: Instant | None = Field(description="When the customer has confirmed it from a reminder.")
    cancelled_at: Instant | None
    cancelled_by: Literal["business", "customer", "calendar"] | None
    reason: str | None
    hold_until: Instant | None
    created_at: Instant
    updated_at: Instant

    def as_told(self) -> dict[str, Any]:
        """For webhooks."""
        return self.model_dump(mode="json", exclude={"hold_until"})


@dataclass(slots=True)
class SlotOut:
    """Light, since a season of a larger business has thousands."""

    start: Annotated[str, Field(description="UTC, ISO-8601 with Z.")]
    end: str
    agent_id: str
    local: Annotated[str, Field(description="ISO-8601 with its offset, in the zone that was asked for.")]


class NewWaiting(Input):
    service_id: Id
    agent_id: Id | None = Field(default=None, description="None: anybody.")
    first_day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    last_day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="Included.")
    customer: Customer
    language: Literal["fr", "en"] = "fr"


class Waiting(BaseModel):
    id: str
    service_id: str
    agent_id: str | None
    first_day: str
    last_day: str
    customer: dict[str, str | None]
    language: str
    status: Literal["waiting", "offered", "booked", "left"]
    offered_until: Instant | None
    appointment_id: str | None = Field(description="That is offered.")
    created_at: Instant
