"""What an estate agent has to sell or let, and who looks for such a thing."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from modules.instants import Instant
from modules.prospects.schemas import Deal, Kind, Prospect
from modules.text import Blank, Input, IsProse, Name, Query, bounded

Status = Literal["available", "under_offer", "gone"]


class ListingIn(Input):
    reference: Annotated[Annotated[str, bounded(1, 64)] | None, Blank] = Field(default=None, description="Your own.")
    title: Name
    description: Annotated[Annotated[str, bounded(1, 8_000), IsProse] | None, Blank] = None
    deal: Deal
    kind: Kind
    city: Name
    postcode: Annotated[Annotated[str, bounded(2, 12)] | None, Blank] = None
    price_minor: Annotated[int, Field(ge=0, le=10**13)] = Field(description="A month, of what is let.")
    currency: Annotated[str, bounded(3, 3, r"^[A-Z]{3}$")] = "EUR"
    surface_m2: Annotated[int, Field(ge=1, le=10**7)] | None = None
    rooms: Annotated[int, Field(ge=1, le=1_000)] | None = None
    bedrooms: Annotated[int, Field(ge=0, le=1_000)] | None = None
    status: Status = "available"


class ListingQuery(Query):
    status: Status | None = None
    deal: Deal | None = None
    kind: Kind | None = None
    city: Annotated[str, bounded(1, 200)] | None = None
    price_max_minor: Annotated[int, Field(ge=0)] | None = None
    surface_min_m2: Annotated[int, Field(ge=1)] | None = None
    rooms_min: Annotated[int, Field(ge=1)] | None = None


class Listing(BaseModel):
    id: str
    reference: str | None
    title: str
    description: str | None
    deal: Deal
    kind: Kind
    city: str
    postcode: str | None
    price_minor: int
    currency: str
    surface_m2: int | None
    rooms: int | None
    bedrooms: int | None
    status: Status
    created_at: Instant
    updated_at: Instant


class Match(BaseModel):
    prospect: Prospect
    fits: list[str] = Field(description="The criteria that it meets; what somebody left open is not counted.")
