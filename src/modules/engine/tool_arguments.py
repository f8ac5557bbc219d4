"""What a model has to say to call each tool."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=1_000)]
Short = Annotated[str, Field(min_length=1, max_length=200)]


class Arguments(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, str_strip_whitespace=True)


class Nothing(Arguments):
    pass


class Question(Arguments):
    query: Text = Field(description="What the caller wants to know, in their own words.")


class SlotsWanted(Arguments):
    service: Short = Field(description="The service, as the business calls it.")
    when: Short | None = Field(
        default=None,
        description="The caller's own words for the day and time, unchanged; never a date of yours. Nothing: the next.",
    )
    staff: Short | None = Field(default=None, description="With whom, if they named somebody.")
    later: bool = Field(default=False, description="They want something later than what was offered.")


class Booking(Arguments):
    option: int = Field(description="The number of the option, as find_slots gave it.")
    name: Short = Field(description="The caller's name, as they gave or spelled it.")
    phone_number: Short | None = Field(default=None, description="Only if they gave another than they call from.")
    email: Short | None = Field(default=None, description="As they said or spelled it.")
    notes: Short | None = None


class Cancellation(Arguments):
    name: Short = Field(description="The name that the appointment is under, as the caller says it.")
    phone_number: Short | None = Field(default=None, description="That it was booked with, if they call from another.")
    appointment: int | None = Field(default=None, description="Which one, where there are several.")


class Change(Cancellation):
    option: int | None = Field(default=None, description="The number of the option that it is moved to.")


class MessageTaken(Arguments):
    name: Short = Field(description="The caller's name, as they gave or spelled it.")
    reason: Text = Field(description="What it is about, in the caller's words.")
    phone_number: Short | None = Field(default=None, description="Only if they gave another than they call from.")


class Lead(Arguments):
    interest: Text = Field(description="What they are interested in.")
    name: Short | None = None
    email: Short | None = Field(default=None, description="As they said or spelled it.")
    budget: Short | None = None
    timeframe: Short | None = None
    details: Text | None = None


class Product(Arguments):
    query: Short


class HomesWanted(Arguments):
    deal: Literal["sale", "rent"] | None = None
    kind: Literal["house", "apartment", "land", "commercial", "parking", "other"] | None = None
    city: Short | None = None
    price_max: Annotated[float, Field(ge=0, le=1e9)] | None = Field(
        default=None, description="In whole units of the currency."
    )
    surface_min_m2: Annotated[int, Field(ge=1, le=10**6)] | None = None
    rooms_min: Annotated[int, Field(ge=1, le=100)] | None = None


class Transfer(Arguments):
    reason: Short | None = None
