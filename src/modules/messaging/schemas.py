"""A tenant's rules for messages, and the log of what went out."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from modules.instants import Instant
from modules.text import Email, Input, IsProse, Name, PhoneText, bounded

Channel = Literal["email", "sms"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class PolicyIn(Input):
    sender: PhoneText | None = Field(default=None, description="The number that texts come from; yours, or none.")
    quiet_from: TimeOfDay = "21:00"
    quiet_to: TimeOfDay = "08:00"
    daily_cap: int = Field(ge=0, le=10_000, description="Messages a day, in the zone of the business.")


class Policy(BaseModel):
    channel: Channel
    sender: str | None
    quiet_from: str
    quiet_to: str
    daily_cap: int


class EmailConsent(Input):
    channel: Literal["email"]
    address: Email
    state: Literal["granted", "withdrawn"]
    source: Name = Field(description="Where it was said, for whoever asks later.")


class SmsConsent(Input):
    channel: Literal["sms"]
    address: PhoneText
    state: Literal["granted", "withdrawn"]
    source: Name = Field(description="Where it was said, for whoever asks later.")


Consent = Annotated[EmailConsent | SmsConsent, Field(discriminator="channel")]


class _Message(Input):
    text: Annotated[str, bounded(1, 1_600), IsProse]
    purpose: Literal["reply", "service", "marketing"] = Field(
        description="A reply goes at any hour; marketing wants consent given beforehand."
    )


class NewEmail(_Message):
    channel: Literal["email"]
    to: Email
    subject: Name


class NewSms(_Message):
    channel: Literal["sms"]
    to: PhoneText


NewMessage = Annotated[NewEmail | NewSms, Field(discriminator="channel")]


class SentMessage(BaseModel):
    id: str
    channel: Channel
    recipient: str
    template: str
    purpose: str
    status: Literal["queued", "sending", "sent", "unsent"]
    reason: str | None = Field(description="Why it has not been sent, or not yet.")
    attempts: int
    created_at: Instant
    sent_at: Instant | None
