"""A message that came in: stored once, in the one conversation that it belongs to, and answered a moment later."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from modules.customers.identities import seen
from modules.engine.redaction import without_cards
from modules.inbox.service import CannotHandle
from modules.instants import stored
from modules.messaging import outbox
from modules.messaging import service as messaging
from modules.messaging.outbox import Ends
from modules.omnichannel.agents import language_of
from modules.queued import soon
from modules.threads import queries
from modules.threads.files import FILES_JOB
from modules.threads.values import Received
from modules.threads.words import CONSENT, Said, control_word
from modules.webhooks import events
from ports.context import Ports
from ports.database import Row, Statement

ANSWER_JOB = "answer_conversation"
MOST_PUT_OFF_S = 12  # whoever goes on writing is not kept waiting for ever
WRITTEN_S = 1  # by then the batch that a job belongs to has been written
MOST_CHARS = 8_000


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose address was written to, and with which agent (None: the channel's, or the default one)."""

    tenant_id: str
    agent_id: str | None = None


async def received(ports: Ports, owner: Owner, message: Received, told: str = "") -> Sequence[Statement]:
    """The statements that are its effect; the answer is made by a job. `told` is what the vendor made of it.

    Raises CannotHandle.
    """
    line = (message.line.channel, message.line.ours, message.line.theirs)
    (found,) = await ports.db.batch(queries.standing(owner.tenant_id, line, owner.agent_id))
    if found.first is None:
        raise CannotHandle("no_agent")
    row = found.first
    consents = {str(by): str(state) for by, state in json.loads(str(row["consents"]))}
    has_withdrawn = "withdrawn" in (consents.get(""), consents.get(message.line.ours))
    by_carrier = message.line.channel == "sms"
    asked = control_word(message.body, told, by_carrier=by_carrier, has_withdrawn=has_withdrawn)
    is_texted = message.line.channel in ("sms", "whatsapp")
    if asked is None or not is_texted:
        return await _stored(ports, owner.tenant_id, message, row, is_answered=message.is_answered)
    kept = await _stored(ports, owner.tenant_id, message, row, is_answered=False)
    said, is_answered = asked
    statements = [*kept, *_obeyed(ports, owner.tenant_id, message, said)]
    if not is_answered:
        statements.append(await _confirmed(ports, owner.tenant_id, message, row, said))
    return statements


async def _stored(
    ports: Ports, tenant_id: str, message: Received, row: Row, *, is_answered: bool
) -> Sequence[Statement]:
    line, now = message.line, ports.clock.now()
    at, ids = stored(now), ports.ids
    conversation_id = message.conversation_id or str(row["conversation_id"] or ids.new("conv"))
    body = message.body.strip()[:MOST_CHARS]
    if row["redacts_cards"]:
        body = without_cards(body, language_of(str(row["language"])))
    key = (line.channel, message.message_id)
    ends = (line.channel, line.ours, line.theirs)
    is_new = message.conversation_id is None and row["conversation_id"] is None
    agent = (str(row["agent_id"]), int(row["version"] or 1))
    opening = (*ends, line.vendor, line.account, message.subject, *message.identity)
    told: dict[str, object] = {"conversation_id": conversation_id, "channel": line.channel}
    due_at = stored(now + timedelta(seconds=message.pause_s)) if is_answered and row["is_enabled"] else None
    # Longer ago than this, what is waiting is not put off any more.
    oldest = stored(now - timedelta(seconds=MOST_PUT_OFF_S))
    content = (ids.new("msg"), message.message_id, body, message.thread_id)
    statements = [*seen(ids, tenant_id, (message.identity,), message.name, at)]
    if is_new:
        statements += [
            queries.insert_conversation(tenant_id, conversation_id, agent, opening, at),
            events.happened(
                ids, tenant_id, "conversation.created", {**told, "agent_id": agent[0], "from": line.theirs}, at
            ),
        ]
    statements += [
        queries.insert_received(tenant_id, conversation_id, ends, content, at),
        queries.mark_received(tenant_id, key, (due_at, oldest), at),
        events.happened(ids, tenant_id, "message.received", {**told, "text": body, "digits": None}, at),
    ]
    if message.attachments:
        files = [
            [ids.new("att"), one.filename, one.content_type, one.source, one.reason] for one in message.attachments
        ]
        statements.append(queries.insert_attachments(tenant_id, key, json.dumps(files, ensure_ascii=False), at))
        fetch = {"tenant_id": tenant_id, "channel": line.channel, "message_id": message.message_id}
        await soon(ports, FILES_JOB, fetch, WRITTEN_S)
    if due_at:
        job = {"tenant_id": tenant_id, "conversation_id": conversation_id}
        await soon(ports, ANSWER_JOB, job, ceil(message.pause_s))
    return statements


def _obeyed(ports: Ports, tenant_id: str, message: Received, said: Said) -> Sequence[Statement]:
    """Consent holds from now on."""
    line, at = message.line, stored(ports.clock.now())
    statements = [queries.nothing_waits(tenant_id, (line.channel, message.message_id))]
    if said != "help":
        state = ("withdrawn" if said == "stop" else "granted", f"inbound {message.message_id}")
        statements += messaging.consent_said(tenant_id, line.channel, (line.theirs, line.ours), state, at)
    return statements


async def _confirmed(ports: Ports, tenant_id: str, message: Received, row: Row, said: Said) -> Statement:
    """Where the vendor does not say it, we do. What confirms a STOP is the last that goes out, and no breach of it."""
    line = message.line
    phone = f" ({row['phone']})" if row["phone"] else ""
    text = CONSENT[said][language_of(str(row["language"]))].format(business=row["name"], phone=phone)
    ends = Ends(line.channel, line.theirs, line.ours, "account")
    outbox_id = f"out_{said}_{message.message_id}"
    await soon(ports, outbox.JOB, {"id": outbox_id}, WRITTEN_S)
    return outbox.queue_words(tenant_id, outbox_id, ends, {"text": text}, stored(ports.clock.now()))
