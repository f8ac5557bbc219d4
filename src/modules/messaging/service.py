"""A tenant's rules for messages, what its customers have consented to, and the log."""

import json

from errors import Invalid
from modules.identity.principal import Principal
from modules.instants import stored
from modules.messaging import opting_out, outbox_queries, queries, rules
from modules.messaging.outbox import send_soon
from modules.messaging.schemas import (
    Channel,
    Consent,
    CountedText,
    NewMessage,
    Policy,
    PolicyIn,
    SentMessage,
    TextToCount,
)
from modules.messaging.segments import counted, typed
from modules.messaging.sending import render_row
from modules.omnichannel.agents import language_of
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
    address = consent.address if consent.channel == "email" else to_e164(consent.address, country, "/address")
    sender = to_e164(consent.sender, country, "/sender") if consent.sender else ""
    at, said = stored(ports.clock.now()), (consent.about, consent.state, consent.source)
    await ports.db.batch(queries.set_consent(tenant_id, consent.channel, (address, sender), said, at))


async def send_message(ports: Ports, principal: Principal, command: NewMessage) -> SentMessage:
    """Raises Invalid for an address that is no number."""
    tenant_id, message_id, at = principal.tenant.id, ports.ids.new("out"), stored(ports.clock.now())
    to = command.to if command.channel == "email" else to_e164(command.to, principal.country, "/to")
    subject = {"subject": command.subject} if command.channel == "email" else {}
    body = ("plain", json.dumps({"text": command.text, **subject}, ensure_ascii=False), command.purpose, None)
    _, found = await ports.db.batch(
        queries.insert_message(tenant_id, message_id, (command.channel, to, None), body, at),
        queries.message(tenant_id, message_id),
    )
    await send_soon(ports, message_id)
    return SentMessage.model_validate(found.rows[0])


def consent_said(
    tenant_id: str, channel: str, ends: tuple[str, str], state: tuple[str, str], at: str
) -> list[Statement]:
    """For the batch of the event that said it.

    `ends` is (their address, our sender that they wrote to), `state` (granted or withdrawn, where it was said).
    """
    said = [queries.set_consent(tenant_id, channel, ends, ("everything", *state), at)]
    if state[0] == "granted":
        said.append(queries.lift_withdrawal(tenant_id, channel, ends[0], state[1], at))
    return said


async def count(ports: Ports, tenant_id: str, command: TextToCount) -> CountedText:
    """What it would cost as a text message."""
    text = command.text
    if command.purpose == "marketing":
        (found,) = await ports.db.batch(queries.business_name(tenant_id))
        text = opting_out.text_with_way_out(text, language_of(str(found.rows[0]["language"] or "fr")))
    plain = typed(text)
    cost = counted(plain)
    return CountedText(
        text=plain, encoding=cost.encoding, units=cost.units, segments=cost.segments, costly=list(cost.costly)
    )


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
