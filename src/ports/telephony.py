"""Phone calls in our words: what comes in, what is answered, what is reported."""

from collections.abc import Callable
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
    is_outbound: bool = False

    @property
    def person(self) -> str | None:
        """The number of whoever talks to the agent."""
        return self.to_number if self.is_outbound else self.from_number


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
    keys: int | None = None  # how many are expected at most; None: as many as a number has
    audio_url: str | None = None  # the words as audio: a path of this installation
    is_recorded: bool = False


@dataclass(frozen=True, slots=True)
class RelayOpening:
    """A conversation over a socket: where it is, and what is said first ('' when a call goes on)."""

    relay_id: str
    words: str
    voice: Voice
    hints: tuple[str, ...] = ()
    is_recorded: bool = False


@dataclass(frozen=True, slots=True)
class RelaySetup:
    """The first frame: which call this is."""

    provider_call_id: str
    session_id: str
    account: str


@dataclass(frozen=True, slots=True)
class RelayPrompt:
    """What the caller said; not `is_last` while they may go on."""

    words: str
    language: str = ""
    is_last: bool = True


@dataclass(frozen=True, slots=True)
class RelayKey:
    digit: str


@dataclass(frozen=True, slots=True)
class RelayInterruption:
    """The caller spoke over the agent: what they had heard until then, and after how long."""

    heard: str
    after_ms: int


@dataclass(frozen=True, slots=True)
class RelaySpeech:
    """Whose voice has begun (`is_on`) or ended."""

    is_agent: bool
    is_on: bool


@dataclass(frozen=True, slots=True)
class RelayProblem:
    """The provider could not do what we asked."""

    description: str


RelayEvent = RelaySetup | RelayPrompt | RelayKey | RelayInterruption | RelaySpeech | RelayProblem


class LineGone(Exception):
    """Nobody is there any more."""


class RelayLine(Protocol):
    """The socket of one call, in our words."""

    async def receive(self) -> RelayEvent | None:
        """The next event; None when the line is gone. What is unknown is passed over."""
        ...

    async def say(self, words: str, *, is_last: bool = False) -> None:
        """Words to be spoken after those before them. Raises LineGone."""
        ...

    async def speak_language(self, language: str) -> None:
        """From now on both are in this language (BCP-47)."""
        ...

    async def end(self, why: str) -> None:
        """Hands the call back to the documents, which are told why."""
        ...


class Telephony(Protocol):
    def document(self, answer: CallAnswer) -> str:
        """The answer in the provider's own format."""
        ...

    def voicemail(self, words: str, voice: Voice) -> str:
        """Says the words and takes a message, with a tone before it."""
        ...

    def goodbye(self, voice: Voice, words: str) -> str:
        """Says the words and hangs up."""
        ...

    def whisper(self, words: str, voice: Voice) -> str:
        """Said to the human alone, who takes the call by pressing 1."""
        ...

    def conversation(self, opening: RelayOpening) -> str:
        """The document that opens a conversation over a socket."""
        ...

    def with_tokens(self, document: str, token_of: Callable[[str], str]) -> str:
        """A document as it goes out: the token of its socket in the place of the socket's id."""
        ...
