"""People who have been in touch with a business, or whom it has brought along."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from modules.instants import Instant
from modules.text import Blank, Email, Id, Input, IsProse, Name, PhoneText, Query, bounded

Tag = Annotated[str, bounded(1, 40)]
Tags = Annotated[list[Tag], Field(max_length=20)]
Notes = Annotated[Annotated[str, bounded(1, 4_000), IsProse] | None, Blank]
LanguageCode = Literal["fr", "en"]


class CustomerIn(Input):
    name: Annotated[Name | None, Blank] = None
    phone: Annotated[PhoneText | None, Blank] = None
    email: Annotated[Email | None, Blank] = None
    company: Annotated[Name | None, Blank] = None
    notes: Notes = None
    tags: Tags = Field(default=[])
    language: LanguageCode | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if not (self.name or self.phone or self.email):
            raise ValueError("a name, a phone number or an e-mail address is needed")
        return self


class CustomerChange(Input):
    """What is left out stays; null empties. Addresses are added: those that are known stay theirs."""

    name: Annotated[Name | None, Blank] = None
    company: Annotated[Name | None, Blank] = None
    notes: Notes = None
    tags: Tags | None = None
    language: LanguageCode | None = None
    phone: PhoneText | None = None
    email: Email | None = None


class CustomerQuery(Query):
    q: Annotated[str, bounded(1, 100)] | None = Field(
        default=None, description="Of the name or the company, or a phone number or e-mail address."
    )
    tag: Tag | None = None


class Identity(BaseModel):
    kind: Literal["phone", "email", "whatsapp", "web"]
    address: str
    created_at: Instant


class Customer(BaseModel):
    id: str
    name: str | None
    company: str | None
    phone: str | None = Field(description="The first that became known; all stand in `identities`.")
    email: str | None
    notes: str | None
    tags: list[str]
    language: LanguageCode | None
    merged_into: str | None = Field(description="The same person's other entry, which has everything now.")
    created_at: Instant
    updated_at: Instant
    last_seen_at: Instant


class CustomerDetail(Customer):
    identities: list[Identity]


class Merge(Input):
    customer_id: Id = Field(description="The entry that is given up: all that it has moves here.")


class TimelineItem(BaseModel):
    kind: Literal["conversation", "appointment", "ticket", "prospect"]
    id: str
    at: Instant
    channel: str | None = Field(description="Of a conversation, or that an appointment was made on.")
    status: str
    text: str | None = Field(description="What it was about.")
