"""What each vendor's credentials are made of; values go in and never come out."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from modules.instants import Instant
from modules.text import Email, Input, Name, PhoneText, bounded
from ports.vendors import Provider


def _fit_for_a_header(secret: SecretStr) -> SecretStr:
    if not all("!" <= character <= "~" for character in secret.get_secret_value()):
        raise ValueError("this holds characters that no vendor puts into a key; was something else copied with it?")
    return secret


def _for_submission(port: int) -> int:
    if port == 25:
        raise ValueError("port 25 is for servers among themselves; take 587 or 465")
    return port


# SecretStr keeps its value out of every repr, and so out of every error and log line.
Password = Annotated[SecretStr, Field(min_length=8, max_length=500)]
Secret = Annotated[Password, AfterValidator(_fit_for_a_header)]
Host = Annotated[str, bounded(3, 253, r"^[A-Za-z0-9.-]+$")]


class TwilioCredentials(Input):
    account_sid: Annotated[str, bounded(34, 34, r"^AC[0-9a-f]{32}$")]
    auth_token: Secret = Field(description="The primary token: it alone signs webhooks.")
    sender: PhoneText | None = Field(default=None, description="The number that texts come from, E.164.")
    api_key: Annotated[str, bounded(34, 34, r"^SK[0-9a-f]{32}$")] | None = Field(
        default=None, description="Signs in at the API in the place of the account; it signs no webhooks."
    )
    api_secret: Secret | None = None

    @model_validator(mode="after")
    def _a_key_has_its_secret(self) -> Self:
        if (self.api_key is None) != (self.api_secret is None):
            raise ValueError("api_key and api_secret go together")
        return self


class VapiCredentials(Input):
    api_key: Secret
    webhook_secret: Secret | None = None


class ApiKeyCredentials(Input):
    api_key: Secret


class ResendCredentials(Input):
    api_key: Secret
    sender: Name = Field(description="As in a mail's From: `Name <address>`.")
    webhook_secret: Secret | None = Field(default=None, description="whsec_...")


class SmtpCredentials(Input):
    host: Host
    port: Annotated[int, Field(ge=1, le=65_535), AfterValidator(_for_submission)] = Field(
        description="Encrypted from the start on 465 and 2465, by STARTTLS on every other."
    )
    username: Annotated[str, bounded(1, 254)]
    password: Password
    sender: Email


class WhatsappCredentials(Input):
    access_token: Secret
    phone_number_id: Annotated[str, bounded(5, 30, r"^[0-9]+$")]
    app_secret: Secret


FORMS: Mapping[Provider, type[Input]] = {
    "twilio": TwilioCredentials,
    "vapi": VapiCredentials,
    "openai": ApiKeyCredentials,
    "anthropic": ApiKeyCredentials,
    "elevenlabs": ApiKeyCredentials,
    "resend": ResendCredentials,
    "smtp": SmtpCredentials,
    "whatsapp": WhatsappCredentials,
}


class StoredField(BaseModel):
    name: str
    last4: str = Field(description="The last four characters; empty for a value too short to show any of.")


class Integration(BaseModel):
    provider: Provider
    configured: bool
    account: str | None = Field(description="The vendor's public name of the account.")
    verified_at: Instant | None = Field(description="When the vendor last took the credentials.")
    webhook_token: str | None = Field(description="Stands in the addresses of your own webhooks; it is no secret.")
    fields: list[StoredField]


class Rotation(BaseModel):
    rewrapped: int
    remaining: int = Field(description="Keys still under another key than the current one, and readable.")
    unreadable: int = Field(description="Keys that neither the current nor the previous key opens.")


def values_of(command: Input) -> dict[str, str]:
    """What was given, as text."""
    given = {name: getattr(command, name) for name in type(command).model_fields}
    return {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in given.items()
        if value is not None
    }
