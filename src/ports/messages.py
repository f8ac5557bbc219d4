"""Messages out: a mail, a text message."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ports.vendors import Credential


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Email:
    to: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class TextMessage:
    to: str  # E.164
    sender: str  # E.164
    body: str


class Mailer(Protocol):
    async def send(self, credential: Credential, email: Email, key: str) -> str:
        """The vendor's id; the same `key` sends once within 24 hours. Raises VendorRejected or VendorUnavailable."""
        ...


class TextMessages(Protocol):
    async def send(self, credential: Credential, message: TextMessage) -> str:
        """The vendor's id. Raises VendorRejected or VendorUnavailable; after one that `is_unsure` ask `find` first."""
        ...

    async def find(self, credential: Credential, message: TextMessage, since: datetime) -> tuple[str, ...]:
        """The ids of messages of these words that the vendor took at or after `since`. Raises as `send` does."""
        ...
