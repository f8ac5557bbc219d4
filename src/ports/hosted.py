"""Calls that a voice platform holds: it listens and speaks, we decide what is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ports.telephony import Voice
from ports.vendors import Credential


@dataclass(frozen=True, slots=True)
class HostedSettings:
    """How a business wants its calls held there."""

    transfer_mode: str = "warm"  # or "blind"
    silence_timeout_s: int = 30
    background_sound: str = "off"  # or "office"
    end_call_message: str | None = None
    voicemail_message: str | None = None


@dataclass(frozen=True, slots=True)
class AssistantDefinition:
    """One of our agents, as a platform has to know it."""

    agent_id: str
    name: str
    greeting: str  # as the voice has to be given it
    voice: Voice
    hints: tuple[str, ...]
    max_call_s: int
    is_recorded: bool
    settings: HostedSettings
    token: str  # shown with every request that it makes
    webhook_token: str | None = None  # of the tenant's own account


@dataclass(frozen=True, slots=True)
class ToolAsked:
    """A tool that the platform's model has called."""

    id: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """`result` or `error`: one line of words."""

    id: str
    name: str
    result: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class HostedTurn:
    """What a platform asks to be said: the caller's words, and what they have heard of the answer before."""

    provider_call_id: str
    speech: str
    count: int  # of the caller's messages so far
    heard_before: str | None = None
    digits: str | None = None


@dataclass(frozen=True, slots=True)
class HostedReport:
    """The end of a call, as the platform tells it."""

    provider_call_id: str
    ended_reason: str | None
    duration_s: int | None
    cost_micros: int | None
    recording_url: str | None
    transcript: tuple[tuple[str, str], ...] = ()  # (role: caller or agent, words)


class Assistants(Protocol):
    """Our agents at the platform. Every method raises VendorRejected or VendorUnavailable."""

    async def find(self, credential: Credential, agent_id: str) -> str | None:
        """The platform's id of an agent that was made there."""
        ...

    async def put(
        self, credential: Credential, external_id: str | None, definition: AssistantDefinition, base_url: str
    ) -> str:
        """Makes it, or brings it up; the platform's id."""
        ...

    async def delete(self, credential: Credential, external_id: str) -> None:
        """One that is there no more is no error."""
        ...

    async def differences(
        self, credential: Credential, external_id: str, definition: AssistantDefinition, base_url: str
    ) -> Sequence[str] | None:
        """Names of what differs there; None when it is there no more."""
        ...
