"""/api/v1/omnichannel/conversations and /api/v1/calls: what was said, and a human's part in it."""

from collections.abc import AsyncGenerator
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel

from modules.calls import outbound
from modules.calls.outbound import NewOutboundCall, OutboundCall
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.omnichannel import history
from modules.threads import desk, files, humans
from modules.threads.desk import CannedAnswer, CannedIn, Note, NoteIn
from modules.threads.humans import Assignment, HumanAnswer
from ports.context import Ports
from web.auth import Need, PortsOf
from web.event_stream import PING, STREAM, EventStream, event
from web.openapi import problems
from web.paging import LAST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute


class ConversationOut(BaseModel):
    success: Literal[True] = True
    conversation: history.ConversationDetail


class NoteList(BaseModel):
    success: Literal[True] = True
    items: list[Note]
    next_cursor: None = None


class CannedList(BaseModel):
    success: Literal[True] = True
    items: list[CannedAnswer]
    next_cursor: None = None


class OutboundCallOut(BaseModel):
    success: Literal[True] = True
    call: OutboundCall


class CallOut(BaseModel):
    success: Literal[True] = True
    call: history.CallDetail


Caller = Annotated[Principal, Depends(Need("messages:write"))]
Writer = Annotated[Principal, Depends(Need("messages:write"))]
Listener = Annotated[Principal, Depends(Need("conversations:read"))]

FIND, LIST = problems(404), problems(422)
WRITE = problems(400, 404, 409, 413, 415, 422)
CHANGE = problems(404, 409)
Shortcut = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_-]+$")]

router = APIRouter(prefix="/api/v1/omnichannel/conversations", tags=["conversations"], route_class=JsonRoute)
call_router = APIRouter(prefix="/api/v1/calls", tags=["conversations"], route_class=JsonRoute)


@router.get("", responses=LIST)
async def list_conversations(
    principal: Listener,
    ports: PortsOf,
    filters: Annotated[history.ConversationFilters, Query()],
) -> ItemList[history.Conversation]:
    """Newest first."""
    rows = await history.list_conversations(ports, principal, filters, filters.cursor or LAST, filters.limit + 1)
    items, next_cursor = page(rows, filters.limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.get("/events", response_class=Response, responses={**STREAM, **problems(422)})
async def follow_conversations(
    principal: Listener,
    request: Request,
    ports: PortsOf,
    since: Annotated[str, Query(max_length=30, pattern=r"^[0-9TZ:. -]*$")] = "",
) -> EventStream:
    """Conversations in which something is said, as server-sent events; the id of each is the instant to go on from."""
    began = (request.headers.get("last-event-id", "")[:30] or since).replace("T", " ").removesuffix("Z")

    async def events() -> AsyncGenerator[bytes, None]:
        async for one in desk.news(ports, principal.tenant.id, began):
            yield PING if one is None else event("conversation", one[1].model_dump(), one[0].replace(" ", "T") + "Z")

    return EventStream(events())


@router.get("/canned-answers", responses=problems())
async def list_canned_answers(principal: Listener, ports: PortsOf) -> CannedList:
    """What is answered often."""
    return CannedList(items=await desk.list_canned(ports, principal.tenant.id))


@router.put("/canned-answers/{shortcut}", responses=WRITE)
async def put_canned_answer(shortcut: Shortcut, command: CannedIn, principal: Writer, ports: PortsOf) -> CannedList:
    """New, or in the place of what it was."""
    return CannedList(items=await desk.put_canned(ports, principal.tenant.id, shortcut, command.body))


@router.delete("/canned-answers/{shortcut}", responses=problems(404, 422))
async def delete_canned_answer(shortcut: Shortcut, principal: Writer, ports: PortsOf) -> Done:
    """It is answered no more."""
    await desk.delete_canned(ports, principal.tenant.id, shortcut)
    return Done()


@router.get(
    "/attachments/{attachment_id}",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"application/octet-stream": {}}},
        **problems(404, 503),
    },
)
async def get_attachment(attachment_id: str, principal: Listener, ports: PortsOf) -> Response:
    """A file that came along with a message, to be saved: it is never opened under our own address."""
    kept = await files.read(ports, principal.tenant.id, attachment_id)
    named = f"attachment; filename*=UTF-8''{quote(kept.filename, safe='')}"
    headers = {"content-disposition": named, "x-content-type-options": "nosniff"}
    headers["content-security-policy"] = "sandbox"
    return Response(kept.content, headers=headers, media_type=kept.content_type)


@router.get("/{conversation_id}", responses=FIND)
async def get_conversation(conversation_id: str, principal: Listener, ports: PortsOf) -> ConversationOut:
    """Messages, the call, and the messages taken for the business."""
    return await _shown(ports, principal, conversation_id)


@router.post("/{conversation_id}/messages", status_code=201, responses=WRITE)
async def answer_by_hand(
    conversation_id: str, command: HumanAnswer, principal: Writer, ports: PortsOf
) -> ConversationOut:
    """A human answers; the agent is silent until the conversation is handed back."""
    await humans.write(ports, principal, conversation_id, command.text)
    return await _shown(ports, principal, conversation_id)


@router.post("/{conversation_id}/takeover", responses=CHANGE)
async def take_over(conversation_id: str, principal: Writer, ports: PortsOf) -> ConversationOut:
    """From now on the agent says nothing here."""
    await humans.take_over(ports, principal, conversation_id)
    return await _shown(ports, principal, conversation_id)


@router.post("/{conversation_id}/handback", responses=CHANGE)
async def hand_back(conversation_id: str, principal: Writer, ports: PortsOf) -> ConversationOut:
    """The agent goes on, and answers what is waiting."""
    await humans.hand_back(ports, principal, conversation_id)
    return await _shown(ports, principal, conversation_id)


@router.post("/{conversation_id}/close", responses=CHANGE)
async def close(conversation_id: str, principal: Writer, ports: PortsOf) -> ConversationOut:
    """Whatever is written next begins another conversation."""
    await humans.close(ports, principal, conversation_id)
    return await _shown(ports, principal, conversation_id)


@router.put("/{conversation_id}/assignment", responses=WRITE)
async def assign(conversation_id: str, command: Assignment, principal: Writer, ports: PortsOf) -> ConversationOut:
    """To a member of the business, or to nobody."""
    await humans.assign(ports, principal, conversation_id, command.user_id)
    return await _shown(ports, principal, conversation_id)


@router.post("/{conversation_id}/read", responses=FIND)
async def mark_read(conversation_id: str, principal: Writer, ports: PortsOf) -> ConversationOut:
    """Nothing in it is unread any more."""
    await humans.mark_read(ports, principal.tenant.id, conversation_id)
    return await _shown(ports, principal, conversation_id)


@router.get("/{conversation_id}/notes", responses=FIND)
async def list_notes(conversation_id: str, principal: Listener, ports: PortsOf) -> NoteList:
    """What the business's people have told each other about it; nobody else sees it."""
    return NoteList(items=await desk.list_notes(ports, principal.tenant.id, conversation_id))


@router.post("/{conversation_id}/notes", status_code=201, responses=WRITE)
async def add_note(conversation_id: str, command: NoteIn, principal: Writer, ports: PortsOf) -> NoteList:
    """For the business's own people."""
    return NoteList(items=await desk.add_note(ports, principal, conversation_id, command.body))


async def _shown(ports: Ports, principal: Principal, conversation_id: str) -> ConversationOut:
    detail = await history.get_conversation(ports, principal.tenant.id, conversation_id)
    return ConversationOut(conversation=detail)


@call_router.get("", responses=LIST)
async def list_calls(
    principal: Listener,
    ports: PortsOf,
    status: history.CallStatus | None = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> ItemList[history.Call]:
    """Newest first."""
    rows = await history.list_calls(ports, principal.tenant.id, status, cursor or LAST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@call_router.post("", status_code=201, responses={**WRITE, **problems(502)})
async def place_call(command: NewOutboundCall, principal: Caller, ports: PortsOf) -> OutboundCallOut:
    """Calls somebody: the agent says who calls and why, and leaves a message on a machine."""
    return OutboundCallOut(call=await outbound.place(ports, principal, command))


@call_router.get("/{call_id}", responses=FIND)
async def get_call(call_id: str, principal: Listener, ports: PortsOf) -> CallOut:
    """Events, transcript, and the milliseconds each turn spent where."""
    return CallOut(call=await history.get_call(ports, principal.tenant.id, call_id))
