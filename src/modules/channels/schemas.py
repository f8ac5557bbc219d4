"""A business's channels: what it wants of each, and whether it has been seen working."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from modules.instants import Instant
from modules.text import Id, Input, PhoneText

Channel = Literal["voice", "sms", "whatsapp", "email", "web"]
WrittenChannel = Literal["sms", "whatsapp", "email", "web"]


def _origin(value: str) -> str:
    if not re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?", value):
        raise ValueError("an origin is https://, a host in lower case and perhaps a port, without a path")
    return value


Origin = Annotated[str, AfterValidator(_origin)]


class ChannelIn(Input):
    enabled: bool = Field(description="Whether the agent answers there; what comes in is stored in any case.")
    agent_id: Id | None = Field(default=None, description="That answers there; the number's, or the default one.")
    allowed_origins: Annotated[list[Origin], Field(max_length=20)] = Field(
        default=[], description="Of the web chat: the pages it may stand in, beside our own."
    )


class ChannelsIn(Input):
    channels: Annotated[dict[WrittenChannel, ChannelIn], Field(min_length=1)] = Field(
        description="Those that are to change; the others stay as they are."
    )


class ChannelTest(Input):
    to: PhoneText | None = Field(default=None, description="For sms and whatsapp: a telephone of yours.")


class ChannelOut(BaseModel):
    channel: Channel
    status: Literal["active", "untested", "disabled", "not_configured"] = Field(
        description="Active means seen working: something came in, was answered, and the answer arrived."
    )
    enabled: bool
    agent_id: str | None
    allowed_origins: list[str]
    addresses: list[str] = Field(description="Where it is reached.")
    verified_at: Instant | None
    tested_at: Instant | None = Field(description="When it was last put to the test.")
