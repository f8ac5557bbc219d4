"""What comes in on a written channel, whichever vendor brought it."""

from dataclasses import dataclass
from typing import Literal

from modules.customers.identities import Identity

Channel = Literal["sms", "whatsapp", "email", "web"]
Vendor = Literal["twilio", "meta", "resend", "cloudflare", "smtp", "web"]


@dataclass(frozen=True, slots=True)
class Line:
    """Between which addresses: ours and theirs as the vendor names them, and through whose account (None: the platform's)."""

    channel: Channel
    vendor: Vendor
    ours: str
    theirs: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came along; `source` is where it is fetched, or '' when it is not to be kept (`reason` says why)."""

    filename: str
    content_type: str
    source: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """One message; `message_id` is the vendor's, the same for every delivery of it."""

    line: Line
    message_id: str
    identity: Identity
    body: str
    name: str | None = None
    attachments: tuple[Attached, ...] = ()
    subject: str | None = None
    thread_id: str | None = None  # of a mail: its Message-ID
    conversation_id: str | None = None  # where it is known
    is_answered: bool = True  # by the agent, where nothing else forbids it
    pause_s: float = 2.0  # somebody who writes in several goes is answered once they have paused for so long
