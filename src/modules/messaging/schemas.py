"""A tenant's rules for messages, and the log of what went out."""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from modules.instants import Instant
from modules.text import Email, Input, IsProse, Name, Paragraph, PhoneText, bounded

Channel = Literal["email", "sms", "whatsapp"]
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


About = Annotated[
    Literal["everything", "marketing"],
    Field(description="marketing: announcements alone; answers and appointments still go out."),
]


class EmailConsent(Input):
    channel: Literal["email"]
    address: Email
    state: Literal["granted", "withdrawn"]
    about: About = "everything"
    source: Name = Field(description="Where it was said, for whoever asks later.")
    sender: None = None


class PhoneConsent(Input):
    channel: Literal["sms", "whatsapp", "voice"] = Field(description="voice: calls that the agent places.")
    address: PhoneText
    state: Literal["granted", "withdrawn"]
    about: About = "everything"
    source: Name = Field(description="Where it was said, for whoever asks later.")
    sender: PhoneText | None = Field(default=None, description="That number of yours alone; all of them without it.")


Consent = Annotated[EmailConsent | PhoneConsent, Field(discriminator="channel")]


class _Message(Input):
    text: Annotated[str, bounded(1, 1_600), IsProse]
    purpose: Literal["reply", "service", "marketing"] = Field(
        description="A reply goes at any hour; marketing wants consent given beforehand."
    )


class NewEmail(_Message):
    channel: Literal["email"]
    to: Email
    subject: Name


class NewText(_Message):
    channel: Literal["sms", "whatsapp"]
    to: PhoneText


NewMessage = Annotated[NewEmail | NewText, Field(discriminator="channel")]


class TextToCount(Input):
    text: Annotated[str, bounded(1, 1_600), IsProse]
    purpose: Literal["reply", "service", "marketing"] = "reply"


class CountedText(BaseModel):
    """What a text costs before it is sent."""

    text: str = Field(
        description="As it will be sent: curly quotes and long dashes become typewriter ones, marketing says how to stop it."
    )
    encoding: Literal["GSM-7", "UCS-2"]
    units: int = Field(description="Septets, or UTF-16 code units.")
    segments: int = Field(description="Parts that are charged.")
    costly: list[str] = Field(description="The characters that make it UCS-2.")


Purpose = Literal["reply", "appointment", "marketing"]
Place = Literal["business", "text", "name", "when", "service", "link"]


class TemplateIn(Input):
    """A WhatsApp template that the vendor has approved."""

    name: Annotated[str, bounded(1, 512, r"^[A-Za-z0-9_]+$")] = Field(
        description="Meta's name of it, or Twilio's ContentSid (HX...)."
    )
    language_code: Annotated[str, bounded(2, 10, r"^[a-z]{2}(_[A-Z]{2})?$")]
    body: Paragraph = Field(description="As it was approved, with {{1}}, {{2}} ... for what is filled in.")
    parameters: Annotated[list[Place], Field(max_length=10)] = Field(
        description="What fills {{1}}, {{2}} ...: the business's name, the words themselves, of an appointment the rest."
    )

    @model_validator(mode="after")
    def _places_are_filled(self) -> Self:
        wanted = {f"{{{{{place}}}}}" for place in range(1, len(self.parameters) + 1)}
        if set(re.findall(r"\{\{\d+\}\}", self.body)) != wanted:
            raise ValueError("body and parameters do not go together: {{1}} is the first parameter, and so on")
        return self


class Template(BaseModel):
    purpose: Purpose
    language: Literal["fr", "en"]
    name: str
    language_code: str
    body: str
    parameters: list[Place]
    updated_at: Instant


class SentMessage(BaseModel):
    id: str
    channel: Channel
    recipient: str
    template: str
    purpose: str
    status: Literal["queued", "sending", "sent", "unsent"]
    reason: str | None = Field(description="Why it has not been sent, or not yet.")
    attempts: int
    segments: int | None = Field(description="Parts that a text was charged as.")
    created_at: Instant
    sent_at: Instant | None
    delivered_at: Instant | None
    read_at: Instant | None = Field(description="On WhatsApp, where the reader lets it be known.")
