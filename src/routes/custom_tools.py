"""/api/v1/omnichannel/tools: tools of a business's own."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from modules.custom_tools import service
from modules.custom_tools.schemas import CustomTool, NewTool, ToolChange
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from web.auth import Need, PortsOf
from web.openapi import problems
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("agents:read"))]
Writer = Annotated[Principal, Depends(Need("agents:write"))]

router = APIRouter(prefix="/api/v1/omnichannel/tools", tags=["omnichannel"], route_class=JsonRoute)


class ToolOut(BaseModel):
    success: Literal[True] = True
    tool: CustomTool


class NewToolOut(ToolOut):
    secret: str


class ToolList(BaseModel):
    success: Literal[True] = True
    items: list[CustomTool]
    next_cursor: None = None


@router.get("", responses=problems())
async def list_tools(principal: Reader, ports: PortsOf) -> ToolList:
    """All of them; there are twenty at most."""
    return ToolList(items=await service.list_all(ports, principal.tenant.id))


@router.post("", status_code=201, responses=problems(400, 409, 413, 415, 422))
async def create_tool(command: NewTool, principal: Writer, ports: PortsOf) -> NewToolOut:
    """Makes a tool that agents with a model may call; the secret signs the calls and is shown once."""
    tool, secret = await service.create(ports, principal, command)
    return NewToolOut(tool=tool, secret=secret)


@router.patch("/{tool_id}", responses=problems(400, 404, 413, 415, 422))
async def change_tool(tool_id: str, command: ToolChange, principal: Writer, ports: PortsOf) -> ToolOut:
    """Changes what is named, from the next turn on."""
    return ToolOut(tool=await service.change(ports, principal, tool_id, command))


@router.delete("/{tool_id}", responses=problems(404))
async def delete_tool(tool_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Deletes it."""
    await service.delete(ports, principal, tool_id)
    return Done()
