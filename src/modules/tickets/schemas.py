"""What is left to do: messages that were taken, and tasks that the business writes down itself."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from modules.instants import Instant
from modules.text import Blank, Id, Input, IsProse, Name, PhoneText, Query, bounded

Status = Literal["open", "in_progress", "done"]
Priority = Literal["low", "normal", "high"]
Body = Annotated[str, bounded(1, 4_000), IsProse]


class TicketIn(Input):
    body: Body
    caller_name: Annotated[Name, Field(description="Whom it is about.")] = "-"
    phone_number: Annotated[PhoneText | None, Blank] = None
    customer_id: Id | None = None
    conversation_id: Id | None = None
    priority: Priority = "normal"
    assigned_to: Id | None = None


class TicketChange(Input):
    """What is left out stays."""

    status: Status | None = None
    priority: Priority | None = None
    body: Body | None = None
    assigned_to: Id | None = Field(default=None, description="A member of the business; null for nobody.")


class TicketQuery(Query):
    status: Status | None = None
    priority: Priority | None = None
    assigned_to: Id | None = Field(default=None, description="A member's id, `me` or `none`.")
    customer_id: Id | None = None
    q: Annotated[str, bounded(1, 100)] | None = Field(default=None, description="Words of the body or the name.")


class Ticket(BaseModel):
    id: str
    kind: Literal["message", "task"]
    status: Status
    priority: Priority
    assigned_to: str | None
    conversation_id: str | None
    customer_id: str | None
    caller_name: str
    phone_number: str | None
    spoken_number: str | None = Field(description="As it was said, where no number could be made of it.")
    body: str
    created_at: Instant
    updated_at: Instant
    done_at: Instant | None
