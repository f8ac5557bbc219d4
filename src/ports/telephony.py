"""Phone calls in our words: what comes in, what is answered, what is reported."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ports.dialogue import Action


@dataclass(frozen=True, slots=True)
class IncomingCall:
    provider: str
    provider_call_id: str
    from_number: str | None  # E.164; None when withheld
    to_number: str
    status: str
    account: str | None = None  # the tenant's own account at the provider; None: the platform's


@dataclass(frozen=True, slots=True)
class CallReport:
    """What a provider reports of a call, in whatever order it arrives."""

    provider: str
    provider_call_id: str
    event_key: str  # the same for every delivery of one report
    status: str
    is_terminal: bool
    is_known: bool = True  # a status we have no meaning for is stored and changes nothing
    sequence: int | None = None
    occurred_at: datetime | None = None
    duration_s: int | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    language: str = "fr-FR"  # BCP-47
    provider: str = ""
    voice_id: str = ""


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What a caller hears, and what happens then; `turn` is the number of the turn that follows."""

    words: str
    voice: Voice
    turn: int
    action: Action = "listen"
    transfer_number: str | None = None
    hints: tuple[str, ...] = ()  # words that the recogniser should expect


class Telephony(Protocol):
    def document(self, answer: CallAnswer) -> str:
        """The answer in the provider's own format."""
        ...
