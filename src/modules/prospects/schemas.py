"""People who may become customers, and the home that some of them look for."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from modules.instants import Instant
from modules.text import Blank, Email, Input, IsProse, Name, PhoneText, Query, bounded

Status = Literal["new", "contacted", "won", "lost"]
Deal = Literal["sale", "rent"]
Kind = Literal["house", "apartment", "land", "commercial", "parking", "other"]
Interest = Annotated[str, bounded(1, 1_000), IsProse]


class Criteria(Input):
    """What somebody looks for; what is left out is all the same to them."""

    deal: Deal | None = None
    kinds: Annotated[list[Kind], Field(max_length=6)] = Field(default=[])
    cities: Annotated[list[Name], Field(max_length=20)] = Field(default=[])
    price_max_minor: Annotated[int, Field(ge=0)] | None = None
    surface_min_m2: Annotated[int, Field(ge=1)] | None = None
    rooms_min: Annotated[int, Field(ge=1, le=100)] | None = None


class ProspectIn(Input):
    name: Annotated[Name | None, Blank] = None
    phone: Annotated[PhoneText | None, Blank] = None
    email: Annotated[Email | None, Blank] = None
    interest: Interest
    fields: dict[str, Annotated[str, bounded(0, 500)]] = Field(default={}, max_length=20)
    criteria: Criteria = Field(default=Criteria())

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if not (self.name or self.phone or self.email):
            raise ValueError("a name, a phone number or an e-mail address is needed")
        return self


class ProspectChange(Input):
    """What is left out stays."""

    status: Status | None = None
    name: Annotated[Name | None, Blank] = None
    phone: Annotated[PhoneText | None, Blank] = None
    email: Annotated[Email | None, Blank] = None
    interest: Interest | None = None
    criteria: Criteria | None = None


class ProspectQuery(Query):
    status: Status | None = None
    q: Annotated[str, bounded(1, 100)] | None = Field(
        default=None, description="Of the name, the interest, the number or the address."
    )


class Prospect(BaseModel):
    id: str
    status: Status
    name: str | None
    phone: str | None
    email: str | None
    interest: str
    fields: dict[str, str]
    criteria: Criteria
    conversation_id: str | None
    customer_id: str | None
    created_at: Instant
    updated_at: Instant
