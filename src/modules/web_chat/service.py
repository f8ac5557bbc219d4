"""The chat on a business's web pages: a session token a visitor, what they write, and what they are answered."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from errors import NotFound, TooManyRequests
from modules.channels import proving
from modules.inbox.service import CannotHandle
from modules.instants import Instant, stored
from modules.omnichannel.agents import language_of
from modules.one_time import derived, same
from modules.text import Blank, Input, IsProse, Name, bounded
from modules.threads import answering
from modules.threads.receiving import Owner, received
from modules.threads.values import Line, Received
from modules.threads.words import INTRO
from modules.web_chat import queries
from modules.web_chat.errors import ChatSessionExpired, OriginNotAllowed
from modules.webhooks import events
from ports.context import Ports
from ports.database import Row

SESSION_HOURS = 24
# A visitor who types on is answered once they pause; shorter than on a telephone, since they look at it.
PAUSE_S = 1.0
POLL_S, PING_S, STREAM_S = 1.0, 15.0, 240.0
MOST_SHOWN = 100
MOST_A_MINUTE = 20


class ChatMessageIn(Input):
    text: Annotated[str, bounded(1, 2_000), IsProse]
    client_id: Annotated[str, bounded(8, 64, r"^[A-Za-z0-9_-]+$")] = Field(
        description="The same for every attempt to send this message: it is stored once."
    )
    name: Annotated[Name | None, Blank] = Field(default=None, description="As the visitor calls themselves.")


class ChatSession(BaseModel):
    token: str = Field(
        description="Sent back as `Authorization: Bearer`, or as `?session=` where no header can be set."
    )
    expires_at: Instant
    business: str
    agent_name: str
    language: Literal["fr", "en"]
    greeting: str


class ChatMessage(BaseModel):
    id: str
    role: Literal["visitor", "agent", "human"]
    text: str
    created_at: Instant


@dataclass(frozen=True, slots=True)
class Visit:
    """One visitor of one business."""

    tenant_id: str
    visitor: str


async def begin(ports: Ports, slug: str, origin: str | None) -> ChatSession:
    """Nothing is stored before something is written. Raises NotFound or OriginNotAllowed."""
    row = await _business(ports, slug, origin)
    visitor = ports.ids.new("vis")
    expires = ports.clock.now() + timedelta(hours=SESSION_HOURS)
    language = language_of(str(row["language"]))
    agent, name = str(row["agent_name"]), str(row["name"])
    greeting = INTRO[language].format(agent=agent, business=name) + (
        "Que puis-je faire pour vous ?" if language == "fr" else "What can I do for you?"
    )
    until = str(int(expires.timestamp()))
    token = f"{visitor}.{until}.{_mac(ports, str(row['tenant_id']), visitor, until)}"
    return ChatSession(
        token=token, expires_at=stored(expires), business=name, agent_name=agent, language=language, greeting=greeting
    )


async def visit(ports: Ports, slug: str, origin: str | None, token: str) -> tuple[Visit, Row]:
    """Raises NotFound, OriginNotAllowed or ChatSessionExpired."""
    row = await _business(ports, slug, origin)
    visitor, _, rest = token.partition(".")
    expires, _, mac = rest.partition(".")
    tenant_id = str(row["tenant_id"])
    is_ours = expires.isascii() and expires.isdigit() and same(mac, _mac(ports, tenant_id, visitor, expires[:12]))
    if not is_ours or int(expires[:12]) <= ports.clock.now().timestamp():
        raise ChatSessionExpired("Begin a new session.")
    return Visit(tenant_id, visitor), row


async def write(ports: Ports, visitor: Visit, message: ChatMessageIn) -> str:
    """Stores it once. The answer is the id of its conversation. Raises TooManyRequests or NotFound."""
    tenant_id, now = visitor.tenant_id, ports.clock.now()
    since = stored(now - timedelta(minutes=1))
    (written,) = await ports.db.batch(queries.count_written(tenant_id, visitor.visitor, since))
    if int(written.rows[0]["n"] or 0) >= MOST_A_MINUTE:
        raise TooManyRequests(f"At most {MOST_A_MINUTE} messages a minute.", 60)
    line = Line("web", "web", "web", visitor.visitor)
    key = f"{visitor.visitor}:{message.client_id}"
    told = Received(line, key, ("web", visitor.visitor), message.text, message.name, pause_s=PAUSE_S)
    try:
        statements = await received(ports, Owner(tenant_id), told)
    except CannotHandle as error:
        raise NotFound("Nobody answers here.") from error
    *results, found = await ports.db.batch(*statements, queries.open_conversation(tenant_id, visitor.visitor))
    await events.deliver_soon(ports, results)
    return str(found.rows[0]["id"])


async def answer(ports: Ports, visitor: Visit, conversation_id: str, correlation_id: str) -> None:
    """After a pause; what is written meanwhile is answered with the rest, by whoever waits for that."""
    await pause(ports, PAUSE_S)
    if await answering.answer(ports, visitor.tenant_id, conversation_id, correlation_id) == "answered":
        at = stored(ports.clock.now())
        await ports.db.batch(proving.answered(visitor.tenant_id, "web", at), idempotent=True)


async def pause(ports: Ports, seconds: float) -> None:
    await asyncio.sleep(seconds)


async def said(ports: Ports, visitor: Visit, after: str) -> Sequence[ChatMessage]:
    """Oldest first, after the message of that id."""
    (found,) = await ports.db.batch(queries.said(visitor.tenant_id, visitor.visitor, after, MOST_SHOWN))
    return [_message(row) for row in found.rows]


async def follow(ports: Ports, visitor: Visit, after: str) -> AsyncGenerator[ChatMessage | None, None]:
    """What is said from now on, as it is said, for some minutes; None now and then, so that the line stays open."""
    left, quiet = STREAM_S, 0.0
    while left > 0:
        for message in await said(ports, visitor, after):
            after, quiet = message.id, 0.0
            yield message
        if quiet >= PING_S:
            quiet = 0.0
            yield None
        await pause(ports, POLL_S)
        left, quiet = left - POLL_S, quiet + POLL_S


async def _business(ports: Ports, slug: str, origin: str | None) -> Row:
    """Raises NotFound or OriginNotAllowed."""
    (found,) = await ports.db.batch(queries.business(slug))
    row = found.first
    if row is None or not row["is_enabled"]:
        raise NotFound("There is no such chat.")
    allowed: list[str] = json.loads(str(row["config"])).get("allowed_origins", [])
    # Browsers name the page's origin; whoever sends none is no page, and is held back by the limits alone.
    if origin is not None and origin not in (*allowed, ports.base_url):
        raise OriginNotAllowed("The business has to name this page's origin in the settings of its web chat.")
    return row


def _mac(ports: Ports, tenant_id: str, visitor: str, expires: str) -> str:
    return derived(ports.keyring.tokens, "chat", f"{tenant_id}:{visitor}:{expires}")[:40]


def _message(row: Row) -> ChatMessage:
    role = {"caller": "visitor"}.get(str(row["role"]), str(row["role"]))
    return ChatMessage.model_validate({**row, "role": role, "text": row["body"]})
