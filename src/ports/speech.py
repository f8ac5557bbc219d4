"""Words made into audio, and the voices that can."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from ports.vendors import Credential

SpeechProvider = Literal["elevenlabs", "workers_ai"]


@dataclass(frozen=True, slots=True)
class SpeechRequest:
    text: str
    voice_id: str
    language: str  # BCP-47
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Audio:
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class VoiceListed:
    id: str
    name: str
    languages: tuple[str, ...] = ()  # as the vendor names them; () for all
    description: str = ""


class Speech(Protocol):
    @property
    def model(self) -> str:
        """Part of what identifies audio: the same words by another model sound otherwise."""
        ...

    async def speak(self, credential: Credential | None, request: SpeechRequest) -> Audio:
        """Raises VendorRejected or VendorUnavailable, also after the request's time."""
        ...

    async def voices(self, credential: Credential | None) -> Sequence[VoiceListed]:
        """Raises VendorRejected or VendorUnavailable."""
        ...
