"""A mail that came in: whose it is, which thread it belongs to, whether a human wrote it, and what they wrote."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import TypeAdapter

from modules.channels import proving
from modules.credentials.resolve import resolve_own
from modules.inbox.service import CannotHandle, Event, Told, belongs, belongs_to_sender
from modules.instants import stored
from modules.knowledge.extraction.html import blocks_of
from modules.mail import queries
from modules.mail.machines import is_automatic, is_forged
from modules.mail.quoting import own_words
from modules.messaging import outbox
from modules.messaging import service as messaging
from modules.threads.receiving import Owner, received
from modules.threads.values import Attached, Line, Received
from ports.context import Ports
from ports.database import Statement
from ports.messages import DeliveryReport, InboundMail

RECEIVED, RAW = "email.received", "email.arrived"
_MAIL = TypeAdapter(InboundMail)


@dataclass(frozen=True, slots=True)
class _Place:
    """Whose address it was sent to, as it was written there, and the conversation that it names."""

    tenant_id: str
    ours: str
    account: str | None
    token: str = ""


def arrived(mail: InboundMail) -> Told:
    """For a mail that has come in whole."""
    return Told(mail.vendor, mail.message_id, RAW, None, asdict(mail))


def slug_of(address: str, domain: str) -> str | None:
    """The business that an address of ours belongs to; None for any other address."""
    local, _, at = address.lower().rpartition("@")
    return local.partition("+")[0] or None if domain and at == domain else None


async def is_known(ports: Ports, address: str) -> bool:
    """Whether anybody is reached there: what is not is refused at the door."""
    slug = slug_of(address, ports.mail_domain)
    if slug is None:
        return False
    (found,) = await ports.db.batch(queries.tenant_by_slug(slug))
    return found.first is not None


async def named(ports: Ports, event: Event) -> Sequence[Statement]:
    """Resend tells that a mail has come, and has it; the address of the webhook may be a business's own."""
    data = event.payload.get("data") or {}
    own = await resolve_own(ports, event.subject, "resend") if event.subject else None
    credential = own or ports.platform.get("resend")
    if credential is None:
        raise CannotHandle("no_credential")
    mail = await ports.mail_inbox.read(credential, str(data.get("email_id", "")))
    return await _taken(ports, event, mail, event.subject)


async def whole(ports: Ports, event: Event) -> Sequence[Statement]:
    return await _taken(ports, event, _MAIL.validate_python(event.payload), None)


async def _taken(ports: Ports, event: Event, mail: InboundMail, tenant_id: str | None) -> Sequence[Statement]:
    """Raises CannotHandle."""
    place = await _place(ports, mail, tenant_id)
    at = stored(ports.clock.now())
    if test := _test_of(mail):
        return [proving.arrived(place.tenant_id, "email", test, at), belongs(place.tenant_id, event)]
    if mail.sender == place.ours.partition("+")[0] or slug_of(mail.sender, ports.mail_domain):
        raise CannotHandle("from_ourselves")
    known = json.dumps([mail.thread_id or mail.message_id, *mail.answers])  # itself too: it may come twice
    subject = _bare(mail.subject) if mail.answers else ""
    (found,) = await ports.db.batch(queries.thread(place.tenant_id, mail.sender, (place.token, known, subject)))
    conversation_id = str(found.first["id"]) if found.first else None
    is_human = not is_automatic(mail.sender, mail.headers) and not is_forged(mail.headers)
    if not is_human and conversation_id is None:
        raise CannotHandle("automatic")
    line = Line("email", mail.vendor, place.ours, mail.sender, place.account)
    message = Received(
        line,
        mail.thread_id or mail.message_id,
        ("email", mail.sender),
        _words(mail),
        mail.sender_name,
        tuple(Attached(one.filename, one.content_type, one.source, one.reason) for one in mail.files),
        mail.subject or None,
        mail.thread_id,
        conversation_id,
        is_answered=is_human,
    )
    statements = [*await received(ports, Owner(place.tenant_id), message), belongs(place.tenant_id, event)]
    if is_human:
        return statements
    return [*statements, queries.leave_alone(place.tenant_id, message.message_id)]


async def _place(ports: Ports, mail: InboundMail, tenant_id: str | None) -> _Place:
    """Raises CannotHandle."""
    for address in mail.recipients:
        slug = slug_of(address, ports.mail_domain)
        if slug is None:
            continue
        (found,) = await ports.db.batch(queries.tenant_by_slug(slug))
        if found.first is not None and tenant_id in (None, found.first["id"]):
            token = address.rpartition("@")[0].partition("+")[2]
            return _Place(str(found.first["id"]), f"{slug}@{ports.mail_domain}", None, token)
    if tenant_id is None or not mail.recipients:
        raise CannotHandle("address_of_nobody")
    local, _, domain = mail.recipients[0].rpartition("@")
    bare, _, token = local.partition("+")
    return _Place(tenant_id, f"{bare}@{domain}", tenant_id, token)


def _words(mail: InboundMail) -> str:
    """The newest words; of a mail without plain text those of its page."""
    text = mail.text
    if not text.strip() and mail.html:
        text = "\n".join(block.text for block in blocks_of(mail.html))
    words = own_words(text)
    return words or mail.subject


def _bare(subject: str) -> str:
    """Without what answering and forwarding put before it."""
    bare = subject.strip()
    while bare[:3].lower() in ("re:", "tr:", "fw:") or bare[:4].lower() in ("fwd:", "re :", "tr :"):
        bare = bare.partition(":")[2].strip()
    return bare.lower()


def _test_of(mail: InboundMail) -> str | None:
    """The id of the test that a mail of ours carries in its subject."""
    name, _, test_id = mail.subject.partition(" ")
    return test_id if name == "Test" and test_id.startswith("out_") and test_id[4:].isalnum() else None


_BECAME: Mapping[str, Literal["delivered", "read", "failed"]] = {
    "email.delivered": "delivered",
    "email.opened": "read",
    "email.bounced": "failed",
    "email.failed": "failed",
}


async def reported(ports: Ports, event: Event) -> Sequence[Statement]:
    """What became of a mail of ours."""
    data = event.payload.get("data") or {}
    status, at = _BECAME[event.kind], stored(ports.clock.now())
    bounce = data.get("bounce") or {}
    reason = f"{event.kind.removeprefix('email.')}_{bounce.get('type', '')}".rstrip("_").lower()[:60]
    mail_id = str(data.get("email_id", ""))
    report = DeliveryReport("resend", mail_id, status, reason if status == "failed" else None)
    told = [*outbox.reported(report, at), proving.delivered("resend", mail_id, at)]
    return [*told, belongs_to_sender("resend", mail_id, event)]


async def complained(ports: Ports, event: Event) -> Sequence[Statement]:
    """Whoever calls a mail of ours spam gets no more of them."""
    data = event.payload.get("data") or {}
    (found,) = await ports.db.batch(queries.mail_sent(str(data.get("email_id", ""))))
    row = found.first
    if row is None or row["tenant_id"] is None:
        return ()
    ends = (str(row["recipient"]), "")
    at = stored(ports.clock.now())
    tenant_id = str(row["tenant_id"])
    said = messaging.consent_said(tenant_id, "email", ends, ("withdrawn", "spam complaint"), at)
    return [*said, belongs(tenant_id, event)]


async def nothing(ports: Ports, event: Event) -> Sequence[Statement]:
    """Known, and of no consequence."""
    return ()
