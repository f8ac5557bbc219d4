"""/api/v1/messaging: what goes out, by which rules; and the development mailbox."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.messaging import approved, service
from modules.messaging.schemas import (
    Channel,
    Consent,
    CountedText,
    NewMessage,
    Policy,
    PolicyIn,
    Purpose,
    SentMessage,
    Template,
    TemplateIn,
    TextToCount,
)
from ports.dialogue import Language
from web.auth import Need, PortsOf, developer
from web.openapi import problems
from web.paging import LAST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("messages:read"))]
Sender = Annotated[Principal, Depends(Need("messages:write"))]
Manager = Annotated[Principal, Depends(Need("integrations:write"))]

WRITE = problems(400, 409, 413, 415, 422)

router = APIRouter(prefix="/api/v1/messaging", tags=["messaging"], route_class=JsonRoute)
development = APIRouter(tags=["development"], dependencies=[Depends(developer)])


class PolicyOut(BaseModel):
    success: Literal[True] = True
    policy: Policy


class MessageOut(BaseModel):
    success: Literal[True] = True
    message: SentMessage


class CountedOut(BaseModel):
    success: Literal[True] = True
    counted: CountedText


class TemplateOut(BaseModel):
    success: Literal[True] = True
    template: Template


class TemplateList(BaseModel):
    success: Literal[True] = True
    items: list[Template]


class Mailbox(BaseModel):
    success: Literal[True] = True
    items: list[dict[str, Any]]


@router.get("/messages", responses=problems(422))
async def list_messages(
    principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[SentMessage]:
    """Newest first: what was sent, what waits, what was not sent and why."""
    rows = await service.list_messages(ports, principal.tenant.id, cursor or LAST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/messages", status_code=201, responses=WRITE)
async def send_message(command: NewMessage, principal: Sender, ports: PortsOf) -> MessageOut:
    """Puts one message into the outbox; consent, quiet hours and the day's cap decide when it goes."""
    return MessageOut(message=await service.send_message(ports, principal, command))


@router.post("/count", responses=problems(400, 413, 415, 422))
async def count_text(command: TextToCount, principal: Reader, ports: PortsOf) -> CountedOut:
    """How many parts a text would be charged as, and which of its characters make it more."""
    return CountedOut(counted=await service.count(ports, principal.tenant.id, command))


@router.get("/templates", responses=problems())
async def list_templates(principal: Reader, ports: PortsOf) -> TemplateList:
    """What WhatsApp has approved: sent in the place of other words once a day has passed since somebody wrote."""
    return TemplateList(items=await approved.list_templates(ports, principal.tenant.id))


@router.put("/templates/{purpose}/{language}", responses=problems(400, 413, 415, 422))
async def put_template(
    purpose: Purpose, language: Language, command: TemplateIn, principal: Manager, ports: PortsOf
) -> TemplateOut:
    """One for each purpose and language."""
    return TemplateOut(template=await approved.put(ports, principal.tenant.id, (purpose, language), command))


@router.delete("/templates/{purpose}/{language}", responses=problems(404, 422))
async def delete_template(purpose: Purpose, language: Language, principal: Manager, ports: PortsOf) -> Done:
    """From then on nothing goes out in its place."""
    await approved.delete(ports, principal.tenant.id, (purpose, language))
    return Done()


@router.get("/policies/{channel}", responses=problems(422))
async def get_policy(channel: Channel, principal: Reader, ports: PortsOf) -> PolicyOut:
    """The rules of a channel; the defaults until they are set."""
    return PolicyOut(policy=await service.get_policy(ports, principal.tenant.id, channel))


@router.put("/policies/{channel}", responses=WRITE)
async def put_policy(channel: Channel, command: PolicyIn, principal: Manager, ports: PortsOf) -> PolicyOut:
    """Sender, quiet hours and the day's cap."""
    policy = await service.put_policy(ports, principal.tenant.id, channel, command, principal.country)
    return PolicyOut(policy=policy)


@router.put("/consents", responses=WRITE)
async def set_consent(command: Consent, principal: Sender, ports: PortsOf) -> Done:
    """What somebody has said about being written to; a withdrawal holds for everything."""
    await service.set_consent(ports, principal.tenant.id, command, principal.country)
    return Done()


@development.get("/dev/outbox", responses=problems(404))
async def outbox(ports: PortsOf, limit: Annotated[int, Query(ge=1, le=100)] = 25) -> Mailbox:
    """In development only: every message with its words, sent or not, newest first."""
    return Mailbox(items=await service.development_mailbox(ports, limit))
