"""/api/v1/channels, /api/v1/integrations/email/test: where a business is reached, and whether it was seen working."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from modules.channels import service
from modules.channels.schemas import Channel, ChannelIn, ChannelOut, ChannelsIn, ChannelTest, WrittenChannel
from modules.identity.principal import Principal
from web.auth import Need, PortsOf
from web.openapi import problems
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("agents:read"))]
Writer = Annotated[Principal, Depends(Need("integrations:write"))]
WRITE = problems(400, 409, 413, 415, 422)

router = APIRouter(prefix="/api/v1/channels", tags=["channels"], route_class=JsonRoute)
mail_router = APIRouter(prefix="/api/v1/integrations/email", tags=["channels"], route_class=JsonRoute)


class ChannelAnswer(BaseModel):
    success: Literal[True] = True
    channel: ChannelOut


class ChannelList(BaseModel):
    success: Literal[True] = True
    items: list[ChannelOut]
    next_cursor: None = None


@router.get("", responses=problems())
async def list_channels(principal: Reader, ports: PortsOf) -> ChannelList:
    """Every channel; active means seen working."""
    return ChannelList(items=await service.list_channels(ports, principal.tenant.id))


@router.put("", responses=WRITE)
async def put_channels(command: ChannelsIn, principal: Writer, ports: PortsOf) -> ChannelList:
    """Several at once: all of them, or none."""
    return ChannelList(items=await service.put_all(ports, principal, command.channels))


@router.get("/{channel}", responses=problems(422))
async def get_channel(channel: Channel, principal: Reader, ports: PortsOf) -> ChannelAnswer:
    """One channel."""
    return ChannelAnswer(channel=await service.get(ports, principal.tenant.id, channel))


@router.put("/{channel}", responses=WRITE)
async def put_channel(channel: WrittenChannel, command: ChannelIn, principal: Writer, ports: PortsOf) -> ChannelAnswer:
    """Whether the agent answers there, and which one."""
    return ChannelAnswer(channel=await service.put(ports, principal, channel, command))


@router.post("/{channel}/test", responses=WRITE)
async def test_channel(
    channel: WrittenChannel, command: ChannelTest, principal: Writer, ports: PortsOf
) -> ChannelAnswer:
    """Sends something; `verified_at` is set when it is known to have arrived."""
    return ChannelAnswer(channel=await service.test(ports, principal, channel, command))


@mail_router.post("/test", responses=problems(400, 409, 422))
async def test_mail(principal: Writer, ports: PortsOf) -> ChannelAnswer:
    """The same for mail: one to the business's own address, which proves both ways when it comes back."""
    return ChannelAnswer(channel=await service.test(ports, principal, "email", ChannelTest()))
