"""/api/v1/vapi: settings of calls that Vapi holds, and our agents as its assistants."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from modules.assistants import service, settings
from modules.assistants.service import Assistant
from modules.assistants.settings import Setting, SettingIn
from modules.identity.principal import Principal
from web.auth import Need, PortsOf, Reader, Writer
from web.openapi import problems
from web.paging import ItemList
from web.routing import JsonRoute

AgentWriter = Annotated[Principal, Depends(Need("agents:write"))]
AgentReader = Annotated[Principal, Depends(Need("agents:read"))]

router = APIRouter(prefix="/api/v1/vapi", tags=["vapi"], route_class=JsonRoute)


class SettingOut(BaseModel):
    success: Literal[True] = True
    setting: Setting


class AssistantOut(BaseModel):
    success: Literal[True] = True
    assistant: Assistant


@router.get("/settings")
async def list_settings(principal: Reader, ports: PortsOf) -> ItemList[Setting]:
    """Every setting, with its default."""
    return ItemList(items=await settings.list_settings(ports, principal.tenant.id), next_cursor=None)


@router.get("/settings/{key}", responses=problems(404))
async def get_setting(key: str, principal: Reader, ports: PortsOf) -> SettingOut:
    """One setting."""
    return SettingOut(setting=await settings.get_setting(ports, principal.tenant.id, key))


@router.put("/settings/{key}", responses=problems(400, 404, 413, 415, 422))
async def put_setting(key: str, command: SettingIn, principal: Writer, ports: PortsOf) -> SettingOut:
    """Changes one; calls of our transient assistants follow at once, pushed assistants with the next push."""
    return SettingOut(setting=await settings.put_setting(ports, principal, key, command))


@router.get("/assistants")
async def list_assistants(principal: AgentReader, ports: PortsOf) -> ItemList[Assistant]:
    """The agents that were pushed, and what was found to differ there."""
    return ItemList(items=await service.list_assistants(ports, principal.tenant.id), next_cursor=None)


@router.post("/assistants/{agent_id}/push", responses=problems(404, 409, 502))
async def push_assistant(agent_id: str, principal: AgentWriter, ports: PortsOf) -> AssistantOut:
    """Makes the agent an assistant, or brings it up to the published version."""
    return AssistantOut(assistant=await service.push(ports, principal, agent_id))


@router.post("/assistants/{agent_id}/check", responses=problems(404, 409, 502))
async def check_assistant(agent_id: str, principal: AgentReader, ports: PortsOf) -> AssistantOut:
    """Compares the assistant over there with the agent here."""
    return AssistantOut(assistant=await service.check(ports, principal.tenant.id, agent_id))
