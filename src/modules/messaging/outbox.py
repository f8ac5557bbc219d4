"""The one way out for messages: a row in the batch of its cause, sent by a job, driven again by cron."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from modules.instants import stored
from modules.messaging import outbox_queries, queries
from modules.queued import soon
from ports.context import Ports
from ports.database import Statement
from ports.messages import DeliveryReport

JOB = "send_message"


def from_now(ports: Ports, *, minutes: int) -> tuple[str, str]:
    """(now, then), as instants are stored."""
    now = ports.clock.now()
    return stored(now), stored(now + timedelta(minutes=minutes))


def content(language: str, link_base: str, **values: str) -> str:
    return json.dumps({"language": language, "link_base": link_base, **values}, ensure_ascii=False)


def queue_for_token(message_id: str, token_id: str, template: str, content: str, at: str) -> Statement:
    """A mail to the address of a one-time token; nothing when that token was not made."""
    return outbox_queries.insert_token_mail(message_id, token_id, template, content, at)


def queue_for_invitation(tenant_id: str, invitation_id: str, message_id: str, content: str, at: str) -> Statement:
    """A mail to who is invited; nothing when the invitation was not made."""
    return queries.insert_invitation_mail(tenant_id, invitation_id, message_id, content, at)


def queue_for_owner(tenant_id: str, message_id: str, template: str, content: str, at: str) -> Statement:
    """A mail from us to the owner who has been there longest; nothing for a message id that was used before."""
    return queries.insert_owner_mail(tenant_id, message_id, template, content, at)


@dataclass(frozen=True, slots=True)
class Notice:
    """A message about an appointment; `expires_at` is when it has become pointless."""

    message_id: str
    channel: str
    to: str
    content: str
    purpose: Literal["reply", "service"]
    expires_at: str | None = None


def queue_notice(tenant_id: str, notice: Notice, at: str) -> Statement:
    """A repeat of the id changes nothing."""
    body = ("appointment", notice.content, notice.purpose, notice.expires_at)
    return queries.insert_message(tenant_id, notice.message_id, (notice.channel, notice.to, None), body, at)


def queue_text(tenant_id: str, message_id: str, to: str, text: str, at: str) -> Statement:
    """An answer by SMS to whoever asked for it, at any hour."""
    return queue_words(tenant_id, message_id, Ends("sms", to), {"text": text}, at)


@dataclass(frozen=True, slots=True)
class Ends:
    """Where a message goes, and the address that it has to come from (None: the business's usual one)."""

    channel: str
    to: str
    sender: str | None = None
    purpose: str = "reply"


def queue_words(tenant_id: str, message_id: str, ends: Ends, content: Mapping[str, str], at: str) -> Statement:
    """Words as they stand: `content` has text, and of a mail subject, reply_to, in_reply_to and references."""
    body = ("plain", json.dumps(content, ensure_ascii=False), ends.purpose, None)
    return queries.insert_message(tenant_id, message_id, (ends.channel, ends.to, ends.sender), body, at)


def queue_code(tenant_id: str, code_id: str, to: str, text: str, at: str) -> Statement:
    """A code by SMS to whoever asked for it; `text` holds {code}."""
    body = ("code", json.dumps({"text": text, "code_id": code_id}, ensure_ascii=False), "account", None)
    return queries.insert_message(tenant_id, code_id, ("sms", to, None), body, at)


def reported(report: DeliveryReport, at: str) -> list[Statement]:
    """What a vendor says became of a message, and that it took one whose answer was lost."""
    statements = [
        outbox_queries.mark_reported(report.vendor, report.message_id, (report.status, report.reason), at),
    ]
    if report.key:
        statements.insert(0, outbox_queries.adopt_sent(report.key, (report.vendor, report.message_id), at))
    return statements


async def send_soon(ports: Ports, message_id: str) -> None:
    """After the batch."""
    await soon(ports, JOB, {"id": message_id})
