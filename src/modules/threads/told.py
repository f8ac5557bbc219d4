"""What vendors tell of texts, as the events of the inbox: a message that came in, what became of one that went out."""

from collections.abc import Sequence
from dataclasses import asdict

from pydantic import TypeAdapter

from modules.channels import proving
from modules.inbox.service import CannotHandle, Event, Told, belongs, belongs_to_sender
from modules.instants import stored
from modules.messaging import outbox
from modules.threads import queries
from modules.threads.receiving import Owner, received
from modules.threads.values import Attached, Line, Received
from ports.context import Ports
from ports.database import Statement
from ports.messages import DeliveryReport, InboundText

_TEXT, _REPORT = TypeAdapter(InboundText), TypeAdapter(DeliveryReport)


def text_told(text: InboundText) -> Told:
    return Told(text.vendor, text.message_id, "message.received", text.theirs, asdict(text))


def report_told(report: DeliveryReport) -> Told:
    """One event a status: they come in any order and more than once."""
    key = f"{report.message_id}:{report.status}"
    return Told(report.vendor, key, "message.status", report.message_id, asdict(report))


async def text_received(ports: Ports, event: Event) -> Sequence[Statement]:
    text = _TEXT.validate_python(event.payload)
    is_number = text.ours.startswith("+")
    find = queries.owner_of_number(text.ours) if is_number else queries.owner_of_account("whatsapp", text.ours)
    (found,) = await ports.db.batch(find)
    if found.first is None:
        raise CannotHandle("number_of_nobody")
    row = found.first
    owner = Owner(str(row["tenant_id"]), str(row["agent_id"]) if row["agent_id"] else None)
    account = str(row["provider_account"]) if row["provider_account"] else None
    line = Line(text.channel, text.vendor, text.ours, text.theirs, account)
    identity = ("phone" if text.theirs.startswith("+") else "whatsapp", text.theirs)
    files = tuple(Attached(one.filename, one.content_type, one.source, one.reason) for one in text.files)
    message = Received(line, text.message_id, identity, text.body, text.name, files)
    return [*await received(ports, owner, message, text.opt_out), belongs(owner.tenant_id, event)]


async def status_reported(ports: Ports, event: Event) -> Sequence[Statement]:
    report = _REPORT.validate_python(event.payload)
    at = stored(ports.clock.now())
    arrived = proving.delivered(report.vendor, report.message_id, at)
    return [*outbox.reported(report, at), arrived, belongs_to_sender(report.vendor, report.message_id, event)]
