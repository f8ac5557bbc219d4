"""One turn of a conversation: what the agent may claim, what it heard, what it says and does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Language = Literal["fr", "en"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Action = Literal["listen", "transfer", "hang_up"]
Medium = Literal["voice", "text"]
DialOutcome = Literal["completed", "answered", "busy", "no-answer", "failed", "canceled"]


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    name: str
    duration_min: int
    price_minor: int | None = None  # in the currency's minor unit (cents)
    currency: str | None = None  # ISO 4217


@dataclass(frozen=True, slots=True)
class Faq:
    id: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Opening:
    """One local opening: "HH:MM" to "HH:MM" ("24:00" allowed); one that closes at or before it opens ends the next day."""

    opens: str
    closes: str


@dataclass(frozen=True, slots=True)
class BusinessFacts:
    """What the database holds about the business at this turn; nothing else may be claimed."""

    name: str
    timezone: str  # IANA
    sector: str | None = None
    address: str | None = None
    phone: str | None = None  # E.164
    email: str | None = None
    website: str | None = None
    hours: Mapping[Weekday, tuple[Opening, ...]] | None = None  # None: never given; a missing weekday: closed
    services: tuple[Service, ...] = ()
    faqs: tuple[Faq, ...] = ()
    transfer_number: str | None = None  # E.164


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back from the caller: speech, keys, silence (none of them) or the end of a transfer."""

    speech: str | None = None
    digits: str | None = None
    confidence: float | None = None  # 0..1 as the recogniser reports it
    dial_outcome: DialOutcome | None = None
    language: str = ""  # BCP-47, where the recogniser tells it
    is_machine: bool = False  # the provider has noticed an answering machine


@dataclass(frozen=True, slots=True)
class DialogueState:
    """What the conversation remembers between turns; plain values only, stored as JSON."""

    stage: str = "open"
    silences: int = 0  # in a row
    misses: int = 0  # turns in a row that were not understood
    last_words: str = ""  # what "repeat" repeats
    draft: Mapping[str, str] = field(default_factory=dict)  # the message being taken: name, phone_number, reason
    language: Language | None = None  # that was asked for; None: the agent's
    heard_before: str = ""  # a mark of the caller's last words
    repeats: int = 0  # how often they have been said again, in a row
    machines: int = 0  # announcements of a machine, in a row


@dataclass(frozen=True, slots=True)
class TurnRequest:
    language: Language
    agent_name: str
    facts: BusinessFacts
    state: DialogueState
    heard: Heard
    now: datetime  # aware, UTC
    caller_number: str | None = None  # E.164, None when withheld
    can_text: bool = False  # whether there is a number that texts can come from
    is_last: bool = False  # the call has lasted as long as it may
    medium: Medium = "voice"
    caller_email: str | None = None  # that they write from

    @property
    def can_transfer(self) -> bool:
        """On the phone to a number; somebody who writes can always be answered by a human, when one is there."""
        return self.medium == "text" or self.facts.transfer_number is not None


@dataclass(frozen=True, slots=True)
class TakenMessage:
    """A message for the business; it is announced as noted only in the turn whose write stores it."""

    name: str
    reason: str
    phone_number: str | None = None  # E.164, or as it was said when that cannot be made of it


@dataclass(frozen=True, slots=True)
class TurnReply:
    words: str  # plain text to be spoken
    state: DialogueState
    action: Action = "listen"
    intent: str = "unknown"
    sources: tuple[str, ...] = ()  # ids and names of the facts answered from: "faq_01..", "hours", "address"
    score: float | None = None  # of the text match that chose the source, 0..1
    message: TakenMessage | None = None
