"""A tenant's webhook endpoints, what they are told, and how that went."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from modules.instants import Instant
from modules.text import Input, Name, WebAddress

EventType = Literal[
    "conversation.created",
    "conversation.handed_over",
    "conversation.closed",
    "call.completed",
    "message.received",
    "ticket.created",
    "lead.created",
    "appointment.created",
    "appointment.rescheduled",
    "appointment.cancelled",
    "appointment.no_show",
]
TEST_EVENT = "endpoint.test"


def _each_once(events: list[str]) -> list[str]:
    return ["*"] if "*" in events else list(dict.fromkeys(events))


Events = Annotated[
    list[EventType | Literal["*"]],
    Field(min_length=1, max_length=20, description="`*` stands for all of them, also those to come."),
    AfterValidator(_each_once),
]


class NewEndpoint(Input):
    url: WebAddress
    events: Events
    description: Name | None = None


class EndpointChange(Input):
    url: WebAddress | None = None
    events: Events | None = None
    description: Name | None = None
    is_active: bool | None = None


class Endpoint(BaseModel):
    id: str
    url: str
    events: list[str]
    description: str | None
    is_active: bool
    failing_since: Instant | None = Field(description="Of the first failure since the last success.")
    created_at: Instant
    updated_at: Instant


class Attempt(BaseModel):
    attempt: int
    response_status: int | None = Field(description="None: no answer came.")
    reason: str | None
    duration_ms: float
    created_at: Instant


class Delivery(BaseModel):
    id: str
    endpoint_id: str
    event_id: str = Field(description="webhook-id of every attempt.")
    type: str
    status: Literal["queued", "sending", "delivered", "dead"]
    attempts: int
    due_at: Instant = Field(description="Of the next attempt, while it is queued.")
    created_at: Instant
    delivered_at: Instant | None


class DeliveryDetail(Delivery):
    payload: str = Field(description="The body that every attempt sends.")
    log: list[Attempt]
