"""What a business says of itself."""

import itertools
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field, StrictInt, StringConstraints, model_validator

from modules.phone import is_region
from modules.text import Blank, Email, Input, IsLine, Name, Paragraph, PhoneText, WebAddress, bounded
from ports.dialogue import Weekday


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError):  # a path, an unknown name, the name of a folder
        raise ValueError("this is not an IANA time zone, such as Europe/Paris") from None
    return value


def _country(value: str) -> str:
    code = value.upper()
    if not is_region(code):
        raise ValueError("this is not an ISO 3166 country code, such as FR")
    return code


Zone = Annotated[str, bounded(1, 64), IsLine, AfterValidator(_zone)]
Country = Annotated[str, bounded(2, 2, r"^[A-Za-z]{2}$"), AfterValidator(_country)]
Opens = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Closes = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
DayHours = Annotated[list[tuple[Opens, Closes]], Field(max_length=6)]


def without_overlap(day: DayHours) -> DayHours:
    """Sorted; refuses openings that touch each other's time. One that closes at or before it opens ends next day."""
    ordered = sorted(day)
    for opens, closes in ordered:
        if opens == closes:
            raise ValueError(f"{opens} to {closes} has no length; all day is 00:00 to 24:00")
    for (_, closes), (opens, _) in itertools.pairwise(ordered):
        if opens < closes:
            raise ValueError(f"the openings overlap at {opens}")
    if any(closes < opens for opens, closes in ordered[:-1]):
        raise ValueError("only the last opening of a day can end on the next one")
    return ordered


class Profile(Input):
    company_name: Name
    sector: Annotated[str, bounded(1, 100), IsLine]
    email: Annotated[Email | None, Blank] = None
    phone: Annotated[PhoneText | None, Blank] = None
    timezone: Zone
    country: Country
    address: Annotated[Paragraph | None, Blank] = None
    website: Annotated[WebAddress | None, Blank] = None
    opening_hours: dict[Weekday, Annotated[DayHours, AfterValidator(without_overlap)]] = Field(
        description="Local times; a weekday that is missing is closed. "
        'An opening that closes before it opens ends the next day; all day is ["00:00", "24:00"].',
        examples=[{"mon": [["09:00", "12:00"], ["14:00", "18:00"]]}],
    )


class ProfileOut(BaseModel):
    company_name: str
    sector: str | None
    email: str | None
    phone: str | None
    timezone: str
    country: str
    address: str | None
    website: str | None
    opening_hours: dict[Weekday, list[tuple[str, str]]]


class ServiceIn(Input):
    name: Name
    duration_min: StrictInt = Field(ge=1, le=1440, description="Minutes.")
    buffer_min: StrictInt = Field(default=0, ge=0, le=1440, description="Minutes kept free afterwards.")
    price_minor: StrictInt | None = Field(default=None, ge=0, le=1_000_000_000, description="In minor units: cents.")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = Field(
        default=None, description="ISO 4217; that of the tenant's country when it is left out."
    )

    @model_validator(mode="after")
    def _price_with_its_currency(self) -> Self:
        if self.price_minor is None and self.currency is not None:
            raise ValueError("a currency needs a price_minor")
        return self


class ServiceList(Input):
    services: list[ServiceIn] = Field(max_length=200)
    transfer_number: Annotated[PhoneText | None, Blank] = None


class ServiceOut(BaseModel):
    id: str
    name: str
    duration_min: int
    buffer_min: int
    price_minor: int | None
    currency: str | None


class ServiceListOut(BaseModel):
    services: list[ServiceOut]
    transfer_number: str | None
