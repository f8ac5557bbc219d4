"""Messages that go out, in our words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from ports.vendors import Credential

TextVendor = Literal["twilio", "meta"]
MailVendor = Literal["resend", "smtp"]


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
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # besides those that every mail has


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """One that the vendor has approved, with what fills its places."""

    name: str
    language_code: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextMessage:
    """An SMS, or with `is_whatsapp` a WhatsApp message; `body` is what it says also where a template is sent."""

    to: str  # E.164, or WhatsApp's own name of a user who shows no number
    sender: str  # E.164, or the id of a number at Meta
    body: str
    is_whatsapp: bool = False
    template: FilledTemplate | None = None
    key: str = ""  # ours, given back in reports where the vendor can
    report_to: str = ""  # where the vendor reports what became of it


@dataclass(frozen=True, slots=True)
class InboundFile:
    """`source` is the vendor's name of it, or where it is; `reason` says why it is not to be kept."""

    filename: str
    content_type: str
    source: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class InboundText:
    """An SMS or WhatsApp message that came in, in our words."""

    vendor: TextVendor
    message_id: str
    channel: Literal["sms", "whatsapp"]
    ours: str  # E.164, or the id of a number at Meta
    theirs: str  # E.164, or WhatsApp's own name of a user who shows no number
    body: str
    name: str | None = None  # as they call themselves there
    opt_out: str = ""  # what the vendor itself made of it: STOP, START or HELP
    account: str | None = None  # the tenant's own; None: the platform's
    files: tuple[InboundFile, ...] = ()


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail that came in. `answers` are the ids of the mails that it answers, the nearest first."""

    vendor: Literal["resend", "cloudflare"]
    message_id: str  # the vendor's, or ours
    recipients: tuple[str, ...]  # in lower case
    sender: str
    sender_name: str | None
    subject: str
    text: str
    html: str
    thread_id: str | None  # its Message-ID
    answers: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)  # that tell machines from humans; names in lower case
    files: tuple[InboundFile, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a message of ours; `key` is ours, where the vendor gives it back."""

    vendor: Literal["twilio", "meta", "resend"]
    message_id: str
    status: Literal["sent", "delivered", "read", "failed"]
    reason: str | None = None
    key: str = ""


class Mailer(Protocol):
    async def send(self, credential: Credential, email: Email, key: str) -> str:
        """The vendor's id; the same `key` sends once within 24 hours. Raises VendorRejected or VendorUnavailable."""
        ...


class MailInbox(Protocol):
    async def read(self, credential: Credential, mail_id: str) -> InboundMail:
        """A mail that a webhook has only named. Raises VendorRejected or VendorUnavailable."""
        ...


class TextMessages(Protocol):
    async def send(self, credential: Credential, message: TextMessage) -> str:
        """The vendor's id. Raises VendorRejected or VendorUnavailable; after one that `is_unsure` ask `find` first."""
        ...

    async def find(self, credential: Credential, message: TextMessage, since: datetime) -> tuple[str, ...]:
        """The ids of messages of these words that the vendor took at or after `since`. Raises as `send` does."""
        ...
