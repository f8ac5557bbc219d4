"""What the people of a business have at hand: notes among themselves, answers they give often, and news as they come."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated

from pydantic import BaseModel

from errors import NotFound
from modules.identity.principal import Principal
from modules.instants import Instant, stored
from modules.omnichannel.history import Conversation
from modules.text import Input, IsProse, bounded
from modules.threads import desk_queries as queries
from ports.context import Ports

POLL_S, PING_S, STREAM_S = 2.0, 16.0, 240.0
MOST_NEWS = 50


class NoteIn(Input):
    body: Annotated[str, bounded(1, 4_000), IsProse]


class Note(BaseModel):
    id: str
    user_id: str
    user_name: str
    body: str
    created_at: Instant


class CannedIn(Input):
    body: Annotated[str, bounded(1, 2_000), IsProse]


class CannedAnswer(BaseModel):
    shortcut: str
    body: str
    updated_at: Instant


async def list_notes(ports: Ports, tenant_id: str, conversation_id: str) -> list[Note]:
    """Raises NotFound."""
    known, found = await ports.db.batch(
        queries.conversation(tenant_id, conversation_id), queries.notes(tenant_id, conversation_id)
    )
    if known.first is None:
        raise NotFound("There is no such conversation.")
    return [Note.model_validate(row) for row in found.rows]


async def add_note(ports: Ports, principal: Principal, conversation_id: str, body: str) -> list[Note]:
    """Raises NotFound."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    note = (ports.ids.new("note"), principal.user.id, body)
    added, found = await ports.db.batch(
        queries.insert_note(tenant_id, conversation_id, note, at), queries.notes(tenant_id, conversation_id)
    )
    if not added.changes:
        raise NotFound("There is no such conversation.")
    return [Note.model_validate(row) for row in found.rows]


async def list_canned(ports: Ports, tenant_id: str) -> list[CannedAnswer]:
    (found,) = await ports.db.batch(queries.canned_answers(tenant_id))
    return [CannedAnswer.model_validate(row) for row in found.rows]


async def put_canned(ports: Ports, tenant_id: str, shortcut: str, body: str) -> list[CannedAnswer]:
    at = stored(ports.clock.now())
    await ports.db.batch(queries.put_canned_answer(tenant_id, ports.ids.new("can"), (shortcut, body), at))
    return await list_canned(ports, tenant_id)


async def delete_canned(ports: Ports, tenant_id: str, shortcut: str) -> None:
    """Raises NotFound."""
    (deleted,) = await ports.db.batch(queries.delete_canned_answer(tenant_id, shortcut))
    if not deleted.changes:
        raise NotFound("There is no such answer.")


async def news(ports: Ports, tenant_id: str, since: str) -> AsyncGenerator[tuple[str, Conversation] | None, None]:
    """Conversations in which something is said, with the instant to go on from; None now and then."""
    left, quiet = STREAM_S, 0.0
    since = since or stored(ports.clock.now())
    while left > 0:
        (found,) = await ports.db.batch(queries.changed_since(tenant_id, since, MOST_NEWS))
        for row in found.rows:
            since, quiet = str(row["changed_at"]), 0.0
            yield since, Conversation.model_validate(row)
        if quiet >= PING_S:
            quiet = 0.0
            yield None
        await pause(POLL_S, ports)
        left, quiet = left - POLL_S, quiet + POLL_S


async def pause(seconds: float, ports: Ports) -> None:
    await asyncio.sleep(seconds)
