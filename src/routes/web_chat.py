"""/api/v1/public/{slug}/chat: a visitor of a business's pages writes, and is answered."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response, WebSocket
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from pydantic import BaseModel, ValidationError
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketDisconnect

from errors import AppError
from modules.web_chat import service
from modules.web_chat.errors import ChatSessionExpired
from modules.web_chat.service import ChatMessage, ChatMessageIn, ChatSession, Visit
from ports.context import Ports
from web.auth import LIMITED, PortsOf, limited_public
from web.event_stream import PING, STREAM, EventStream, event
from web.log import EventLog
from web.openapi import problems
from web.routing import JsonRoute

WRITE = problems(400, 401, 403, 404, 413, 415, 422, 429)
FIND = problems(401, 403, 404, 422, 429)
POLICY_VIOLATION = 1008
MOST_MALFORMED = 5
MOST_FRAME_CHARS = 32_768  # a message is a tenth of that
TOO_BIG = 1009  # RFC 6455, 7.4.1

router = APIRouter(prefix="/api/v1/public/{slug}/chat", tags=["web chat"], route_class=JsonRoute)
_bearer = HTTPBearer(auto_error=False, scheme_name="chat_session")

After = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9_]*$", description="The id of the last one seen.")]
Session = Annotated[str, Query(max_length=200, description="The session's token, where no header can be set.")]


class ChatSessionOut(BaseModel):
    success: Literal[True] = True
    session: ChatSession


class ChatMessages(BaseModel):
    success: Literal[True] = True
    items: list[ChatMessage]


async def visitor_of(
    slug: str,
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    session: Session = "",
) -> Visit:
    token = bearer.credentials if bearer else session
    return await _visit(request, slug, token)


async def _visit(connection: HTTPConnection, slug: str, token: str) -> Visit:
    ports: Ports = connection.state.ports
    if not token:
        raise ChatSessionExpired("Begin a session first, and send its token.")
    visitor, _ = await service.visit(ports, slug, connection.headers.get("origin"), token)
    return visitor


Visitor = Annotated[Visit, Depends(visitor_of)]


@router.post("/sessions", status_code=201, dependencies=LIMITED, responses=problems(403, 404, 413, 429))
async def begin_chat(slug: str, request: Request, ports: PortsOf) -> ChatSessionOut:
    """A session for one visitor. Nothing is stored until something is written."""
    return ChatSessionOut(session=await service.begin(ports, slug, request.headers.get("origin")))


@router.post("/messages", status_code=201, dependencies=LIMITED, responses=WRITE)
async def write_to_chat(
    slug: str, command: ChatMessageIn, visitor: Visitor, request: Request, ports: PortsOf, after: After = ""
) -> ChatMessages:
    """What a visitor says, and what was said since: the answer too, unless more is being written or a human answers."""
    conversation_id = await service.write(ports, visitor, command)
    await service.answer(ports, visitor, conversation_id, request.state.correlation_id)
    return ChatMessages(items=list(await service.said(ports, visitor, after)))


@router.get("/messages", dependencies=LIMITED, responses=FIND)
async def read_chat(slug: str, visitor: Visitor, ports: PortsOf, after: After = "") -> ChatMessages:
    """What was said, oldest first."""
    return ChatMessages(items=list(await service.said(ports, visitor, after)))


@router.get("/events", dependencies=LIMITED, response_class=Response, responses={**STREAM, **FIND})
async def follow_chat(slug: str, visitor: Visitor, request: Request, ports: PortsOf, after: After = "") -> EventStream:
    """What is said from now on, as server-sent events; after some minutes the browser comes back by itself."""
    since = request.headers.get("last-event-id", "")[:64] or after

    async def events() -> AsyncGenerator[bytes, None]:
        async for message in service.follow(ports, visitor, since):
            yield PING if message is None else event("message", message.model_dump(), message.id)

    return EventStream(events())


@router.websocket("/socket", dependencies=[Depends(limited_public)])
async def talk(socket: WebSocket, slug: str, session: Session = "", after: After = "") -> None:
    """The same over a socket: {"text", "client_id"} in, messages out; refused with 403 before it is accepted."""
    log: EventLog = socket.state.log
    try:
        visitor = await _visit(socket, slug, session)
    except AppError as refusal:
        log.event("chat.refused", reason=refusal.kind)
        await socket.close(POLICY_VIOLATION)
        return
    log.bind(tenant_id=visitor.tenant_id)
    await socket.accept()
    reading = asyncio.ensure_future(_listen(socket, visitor))
    telling = asyncio.ensure_future(_tell(socket, visitor, after))
    done, left = await asyncio.wait({reading, telling}, return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for task in done:
        if (failure := task.exception()) is not None and isinstance(failure, Exception):
            log.error("chat.failed", failure)
    with suppress(RuntimeError):
        await socket.close()


async def _listen(socket: WebSocket, visitor: Visit) -> None:
    """Until the visitor leaves; each message is answered beside the next ones."""
    ports: Ports = socket.state.ports
    answers: set[asyncio.Future[None]] = set()
    malformed = 0
    try:
        while malformed < MOST_MALFORMED:
            try:
                frame = await socket.receive_text()
                if len(frame) > MOST_FRAME_CHARS:
                    await socket.close(TOO_BIG)
                    return
                message = ChatMessageIn.model_validate_json(frame)
                conversation_id = await service.write(ports, visitor, message)
            except (ValidationError, KeyError):
                malformed += 1
                await _send(socket, {"type": "error", "code": "validation_failed"})
                continue
            except AppError as refusal:
                await _send(socket, {"type": "error", "code": refusal.kind})
                continue
            correlation_id: str = socket.state.correlation_id
            task = asyncio.ensure_future(service.answer(ports, visitor, conversation_id, correlation_id))
            answers.add(task)
            task.add_done_callback(answers.discard)
    except WebSocketDisconnect:
        return
    finally:
        # What was written is answered, also for somebody who has left: they may come back.
        await asyncio.gather(*answers, return_exceptions=True)


async def _tell(socket: WebSocket, visitor: Visit, after: str) -> None:
    async for message in service.follow(socket.state.ports, visitor, after):
        await _send(socket, {"type": "ping"} if message is None else {"type": "message", **message.model_dump()})


async def _send(socket: WebSocket, said: dict[str, Any]) -> None:
    try:
        await socket.send_text(json.dumps(said, ensure_ascii=False))
    except (RuntimeError, OSError) as error:
        raise WebSocketDisconnect from error
