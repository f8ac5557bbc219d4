"""A tenant's rules for messages, what its customers have consented to, and the log."""

import json

from errors import Invalid
from modules.identity.principal import Principal
from modules.instants import stored
from modules.messaging import outbox_queries, queries, rules
from modules.messaging.outbox import send_soon
from modules.messaging.schemas import Channel, Consent, NewMessage, Policy, PolicyIn, SentMessage
from modules.messaging.sending import render_row
from modules.phone import to_e164
from ports.context import Ports
from ports.database import Statement


async def get_policy(ports: Ports, tenant_id: str, channel: Channel) -> Policy:
    (found,) = await ports.db.batch(queries.policy(tenant_id, channel))
    if found.first is None:
        cap = rules.DAILY_CAP[channel]
        quiet = {"quiet_from": rules.QUIET_FROM, "quiet_to": rules.QUIET_TO}
        return Policy(channel=channel, sender=None, daily_cap=cap, **quiet)
    return Policy.model_validate({**found.first, "channel": channel})


async def put_policy(ports: Ports, tenant_id: str, channel: Channel, command: PolicyIn, country: str) -> Policy:
    """Raises Invalid for a sender that is no number, or not one of theirs."""
    sender = to_e164(command.sender, country, "/sender") if command.sender else None
    values = (sender, command.quiet_from, command.quiet_to, command.daily_cap)
    (put,) = await ports.db.batch(queries.put_policy(tenant_id, channel, values, stored(ports.clock.now())))
    if not put.changes:
        detail = "texts come from a number of yours that is proven; verify it first"
        raise Invalid([{"pointer": "/sender", "detail": detail}])
    return Policy(channel=channel, **command.model_dump() | {"sender": sender})


async def set_consent(ports: Ports, tenant_id: str, consent: Consent, country: str) -> None:
    """Raises Invalid for an address that is no number."""
    address = to_e164(consent.address, country, "/address") if consent.channel == "sms" else consent.address
    said = (consent.state, consent.source)
    await ports.db.batch(queries.set_consent(tenant_id, consent.channel, address, said, stored(ports.clock.now())))


async def send_message(ports: Ports, principal: Principal, command: NewMessage) -> SentMessage:
    """Raises Invalid for an address that is no number."""
    tenant_id, message_id, at = principal.tenant.id, ports.ids.new("out"), stored(ports.clock.now())
    to = to_e164(command.to, principal.country, "/to") if command.channel == "sms" else command.to
    subject = {"subject": command.subject} if command.channel == "email" else {}
    body = ("plain", json.dumps({"text": command.text, **subject}, ensure_ascii=False), command.purpose)
    _, found = await ports.db.batch(
        queries.insert_message(tenant_id, message_id, (command.channel, to), body, at),
        queries.message(tenant_id, message_id),
    )
    await send_soon(ports, message_id)
    return SentMessage.model_validate(found.rows[0])


def consent_said(tenant_id: str, channel: str, address: str, state: tuple[str, str], at: str) -> Statement:
    """For the batch of the event that said it. `state` is (granted or withdrawn, where it was said)."""
    return queries.set_consent(tenant_id, channel, address, state, at)


def not_delivered(provider_id: str, reason: str) -> Statement:
    return outbox_queries.mark_undelivered("sms", provider_id, reason)


async def list_messages(ports: Ports, tenant_id: str, before: str, limit: int) -> list[SentMessage]:
    (found,) = await ports.db.batch(queries.messages(tenant_id, before, limit))
    return [SentMessage.model_validate(row) for row in found.rows]


async def development_mailbox(ports: Ports, limit: int) -> list[dict[str, object]]:
    """Every message with its words, links with their tokens included: for a laptop, where nothing is sent."""
    (found,) = await ports.db.batch(outbox_queries.recent(limit))
    shown: list[dict[str, object]] = []
    for row in found.rows:
        rendered = render_row(ports, row)
        kept = {name: row[name] for name in ("id", "channel", "recipient", "template", "status", "reason")}
        shown.append({**kept, "subject": rendered.subject, "text": rendered.text})
    return shown
