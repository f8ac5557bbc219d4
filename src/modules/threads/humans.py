"""A human steps in, answers, hands back, closes; meanwhile the agent is silent."""

from typing import Annotated

from pydantic import Field

from errors import Invalid, NotFound
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import read as read_instant
from modules.instants import stored
from modules.messaging import outbox, rules
from modules.messaging.outbox import Ends, send_soon
from modules.omnichannel.agents import language_of
from modules.queued import soon
from modules.text import Id, Input, IsProse, bounded
from modules.threads import human_queries as queries
from modules.threads import letters
from modules.threads.errors import ConversationClosed, ConversationSpoken, WindowClosed
from modules.threads.receiving import ANSWER_JOB
from ports.context import Ports
from ports.database import Row, Statement


class HumanAnswer(Input):
    text: Annotated[str, bounded(1, 4_000), IsProse]


class Assignment(Input):
    user_id: Id | None = Field(description="A member of the business; null for nobody.")


async def write(ports: Ports, principal: Principal, conversation_id: str, text: str) -> str:
    """The id of the message. Raises NotFound, ConversationSpoken, ConversationClosed or WindowClosed."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    row = await _conversation(ports, tenant_id, conversation_id)
    if row["status"] != "open":
        raise ConversationClosed("Whoever wrote here opens a new conversation with their next message.")
    if row["channel"] == "whatsapp" and not row["has_template"]:
        last = read_instant(row["last_inbound_at"]) if row["last_inbound_at"] else None
        if not rules.is_window_open(last, ports.clock.now()):
            detail = "A day has passed since they wrote: store an approved template for replies (/messaging/templates)."
            raise WindowClosed(detail)
    message_id = ports.ids.new("msg")
    outbox_id = None if row["channel"] == "web" else f"out_{message_id}"
    message = (message_id, f"{conversation_id}:{message_id}", principal.user.id, text, outbox_id)
    statements = [
        queries.insert_answer(tenant_id, conversation_id, message, at),
        queries.mark_answered(tenant_id, conversation_id, principal.user.id, at),
    ]
    if outbox_id:
        statements.append(_queued(tenant_id, outbox_id, row, text, at))
    written, *_ = await ports.db.batch(*statements)
    if not written.changes:
        raise ConversationClosed("It has just been closed.")
    if outbox_id:
        await send_soon(ports, outbox_id)
    return message_id


def _queued(tenant_id: str, outbox_id: str, row: Row, text: str, at: str) -> Statement:
    letter = letters.human_answer(row, text) if row["channel"] == "email" else {"text": text}
    content = {"language": language_of(str(row["language"])), **letter}
    ends = Ends(str(row["channel"]), str(row["theirs"]), str(row["ours"]))
    return outbox.queue_words(tenant_id, outbox_id, ends, content, at)


async def take_over(ports: Ports, principal: Principal, conversation_id: str) -> None:
    """Raises NotFound, ConversationSpoken or ConversationClosed."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    await _changed(
        ports,
        principal,
        "taken_over",
        queries.take_over(tenant_id, conversation_id, principal.user.id, at),
        conversation_id,
    )


async def hand_back(ports: Ports, principal: Principal, conversation_id: str) -> None:
    """The agent answers what waits. Raises NotFound, ConversationSpoken or ConversationClosed."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    await _changed(ports, principal, "handed_back", queries.hand_back(tenant_id, conversation_id, at), conversation_id)
    await soon(ports, ANSWER_JOB, {"tenant_id": tenant_id, "conversation_id": conversation_id})


async def close(ports: Ports, principal: Principal, conversation_id: str) -> None:
    """Raises NotFound, ConversationSpoken or ConversationClosed."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    await _changed(ports, principal, "closed", queries.close(tenant_id, conversation_id, at), conversation_id)


async def assign(ports: Ports, principal: Principal, conversation_id: str, user_id: str | None) -> None:
    """Raises NotFound, or Invalid for somebody who is not a member."""
    tenant_id = principal.tenant.id
    found, assigned = await ports.db.batch(
        queries.conversation(tenant_id, conversation_id), queries.assign(tenant_id, conversation_id, user_id)
    )
    if found.first is None:
        raise NotFound("There is no such conversation.")
    if not assigned.changes:
        raise Invalid([{"pointer": "/user_id", "detail": "this is not a member of the business"}])


async def mark_read(ports: Ports, tenant_id: str, conversation_id: str) -> None:
    """Raises NotFound."""
    (marked,) = await ports.db.batch(queries.mark_read(tenant_id, conversation_id, stored(ports.clock.now())))
    if not marked.changes:
        raise NotFound("There is no such conversation.")


async def _changed(ports: Ports, principal: Principal, what: str, change: Statement, conversation_id: str) -> None:
    changed, _ = await ports.db.batch(change, audit.entry(ports, principal, f"conversation.{what}", conversation_id))
    if not changed.changes:
        await _conversation(ports, principal.tenant.id, conversation_id)
        raise ConversationClosed("It has been closed already.")


async def _conversation(ports: Ports, tenant_id: str, conversation_id: str) -> Row:
    """Raises NotFound or ConversationSpoken."""
    (found,) = await ports.db.batch(queries.conversation(tenant_id, conversation_id))
    if found.first is None:
        raise NotFound("There is no such conversation.")
    if found.first["channel"] == "voice":
        raise ConversationSpoken("Calls are put through to a human by the agent (transfer_number).")
    return found.first
