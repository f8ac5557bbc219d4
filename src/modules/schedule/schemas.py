"""What can be booked, with whom, and when."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StrictBool, StrictInt, model_validator

from modules.appointments.values import Assignment, Place
from modules.appointments.values import Field as RequiredField
from modules.business.schemas import Closes, DayHours, Opens, ServiceIn, Zone, without_overlap
from modules.instants import Instant
from modules.text import Blank, Email, Id, Input, Name, Paragraph, PhoneText, WebAddress
from ports.dialogue import Weekday

Notice = Annotated[StrictInt, Field(ge=0, le=525_600, description="Minutes before the start.")]
Horizon = Annotated[StrictInt, Field(ge=1, le=730, description="Days of 24 hours.")]
Interval = Annotated[StrictInt, Field(ge=1, le=1440, description="Minutes from one start to the next.")]
Limit = Annotated[StrictInt, Field(ge=1, le=10_000)]
RequiredFields = Annotated[
    list[RequiredField],
    Field(max_length=3, description="What the customer has to give besides a name."),
    AfterValidator(lambda fields: list(dict.fromkeys(fields))),
]
Week = Annotated[
    dict[Weekday, Annotated[DayHours, AfterValidator(without_overlap)]],
    Field(description="Local times; a weekday that is missing is not worked. Written as opening hours are."),
]


class _Bookable(Input):
    description: Annotated[Paragraph | None, Blank] = None
    notice_min: Notice | None = Field(default=None, description="None: that of the settings.")
    horizon_days: Horizon | None = Field(default=None, description="None: that of the settings.")
    interval_min: Interval | None = Field(default=None, description="None: that of the settings.")
    daily_limit: Limit | None = Field(default=None, description="Appointments a day, with everybody together.")
    online_url: Annotated[WebAddress | None, Blank] = None


class NewService(ServiceIn, _Bookable):
    buffer_before_min: StrictInt = Field(default=0, ge=0, le=1440, description="Minutes kept free beforehand.")
    capacity: StrictInt = Field(default=1, ge=1, le=1000, description="Seats of one session.")
    place: Place = "on_site"
    required_fields: RequiredFields = Field(default_factory=list)


class ServiceChange(_Bookable):
    name: Name | None = None
    duration_min: StrictInt | None = Field(default=None, ge=1, le=1440)
    buffer_min: StrictInt | None = Field(default=None, ge=0, le=1440)
    buffer_before_min: StrictInt | None = Field(default=None, ge=0, le=1440)
    price_minor: StrictInt | None = Field(default=None, ge=0, le=1_000_000_000)
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    capacity: StrictInt | None = Field(default=None, ge=1, le=1000)
    place: Place | None = None
    required_fields: RequiredFields | None = None


class Service(BaseModel):
    id: str
    name: str
    description: str | None
    duration_min: int
    buffer_before_min: int
    buffer_min: int
    price_minor: int | None
    currency: str | None
    capacity: int
    notice_min: int | None
    horizon_days: int | None
    interval_min: int | None
    daily_limit: int | None
    place: Place
    online_url: str | None
    required_fields: list[RequiredField]
    created_at: Instant
    updated_at: Instant


class NewStaff(Input):
    name: Name
    email: Annotated[Email | None, Blank] = None
    phone: Annotated[PhoneText | None, Blank] = None
    timezone: Zone | None = Field(default=None, description="IANA; None: the business's.")
    service_ids: list[Id] | None = Field(default=None, max_length=200, description="None: every service.")
    daily_limit: Limit | None = Field(default=None, description="Appointments a day.")


class StaffChange(Input):
    name: Name | None = None
    email: Annotated[Email | None, Blank] = None
    phone: Annotated[PhoneText | None, Blank] = None
    timezone: Zone | None = None
    service_ids: list[Id] | None = Field(default=None, max_length=200)
    daily_limit: Limit | None = None


class Staff(BaseModel):
    id: str
    name: str = Field(description="The business's own name for the one that is there from the start.")
    email: str | None
    phone: str | None
    timezone: str
    service_ids: list[str] | None
    has_own_hours: bool = Field(description="False: the opening hours of the business.")
    daily_limit: int | None
    created_at: Instant
    updated_at: Instant


class WeekIn(Input):
    hours: Week | None = Field(description="None: the opening hours of the business.")
    first_day: date | None = Field(default=None, description="In force from this day on; other days stay as they are.")
    last_day: date | None = Field(default=None, description="In force up to this day.")


class Weekly(Input):
    """Times of a weekday, of one person."""

    kind: Literal["weekly"]
    agent_id: Id
    weekday: Weekday
    opens: Opens
    closes: Closes
    first_day: date | None = None
    last_day: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _check(self)
        return self


class Override(Input):
    """Other hours on some days; without any hours these days are closed."""

    kind: Literal["override"]
    agent_id: Id | None = Field(default=None, description="None: everybody.")
    first_day: date
    last_day: date
    opens: Opens | None = None
    closes: Closes | None = None
    reason: Name | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.opens is None) != (self.closes is None):
            raise ValueError("opens and closes go together; without both these days are closed")
        _check(self)
        return self


class Block(Input):
    """Time that cannot be booked, once."""

    kind: Literal["block"]
    agent_id: Id | None = Field(default=None, description="None: everybody.")
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    reason: Name | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at has to come after starts_at")
        return self


def _check(times: Weekly | Override) -> None:
    if times.first_day and times.last_day and times.last_day < times.first_day:
        raise ValueError("last_day has to be first_day or later")
    if times.opens is not None and times.opens == times.closes:
        raise ValueError("these hours have no length; all day is 00:00 to 24:00")


NewAvailability = Annotated[Weekly | Override | Block, Field(discriminator="kind")]


class Availability(BaseModel):
    id: str
    kind: Literal["weekly", "override", "block"]
    agent_id: str | None
    weekday: Weekday | None
    first_day: date | None
    last_day: date | None
    opens: str | None
    closes: str | None
    starts_at: Instant | None
    ends_at: Instant | None
    reason: str | None


class SettingsIn(Input):
    interval_min: Interval = 15
    notice_min: Notice = 60
    horizon_days: Horizon = 60
    assignment: Assignment = Field(
        default="fair", description="Who takes what anybody can: whoever has fewest that day, or the first in order."
    )
    closes_on_holidays: StrictBool = True
    holiday_region: Annotated[str, Field(pattern=r"^[0-9A-Z]{1,6}$")] | None = Field(
        default=None, description="ISO 3166-2 without the country, where it has holidays of its own: 57 for Moselle."
    )
    change_notice_min: StrictInt = Field(
        default=0, ge=0, le=525_600, description="Minutes before the start until which customers may move or cancel."
    )
    reminders: Annotated[
        list[Annotated[StrictInt, Field(ge=5, le=40_320)]],
        Field(max_length=5, description="Minutes before the start; none are sent for an empty list."),
        AfterValidator(lambda offsets: sorted(set(offsets), reverse=True)),
    ] = Field(default_factory=lambda: [1440])
    has_public_page: StrictBool = Field(default=True, description="Whether /book/{slug} is there.")


class Settings(BaseModel):
    interval_min: int
    notice_min: int
    horizon_days: int
    assignment: Assignment
    closes_on_holidays: bool
    holiday_region: str | None
    change_notice_min: int
    reminders: list[int]
    has_public_page: bool
