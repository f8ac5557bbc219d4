"""/api/v1/omnichannel: agents and their numbers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel

from modules.calls import opening
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.omnichannel import agents, numbers
from modules.omnichannel.schemas import (
    Agent,
    AgentChange,
    AgentVersion,
    FieldChange,
    MappingChange,
    NewAgent,
    NewMapping,
    PhoneMapping,
    Rollback,
)
from ports.context import Ports
from web.auth import Need, PortsOf, SettingsOf
from web.openapi import problems
from web.paging import FIRST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute


class AgentOut(BaseModel):
    success: Literal[True] = True
    agent: Agent


class FieldChangeList(BaseModel):
    success: Literal[True] = True
    items: list[FieldChange]


class PhoneMappingOut(BaseModel):
    success: Literal[True] = True
    phone_mapping: PhoneMapping


AgentReader = Annotated[Principal, Depends(Need("agents:read"))]
AgentWriter = Annotated[Principal, Depends(Need("agents:write"))]
NumberReader = Annotated[Principal, Depends(Need("numbers:read"))]
NumberWriter = Annotated[Principal, Depends(Need("numbers:write"))]

FIND, LIST = problems(404), problems(422)
WRITE = problems(400, 404, 409, 413, 415, 422)

VersionNumber = Annotated[int, Path(ge=1, le=1_000_000)]

router = APIRouter(prefix="/api/v1/omnichannel", tags=["omnichannel"], route_class=JsonRoute)


async def _heard(ports: Ports, agent: Agent) -> AgentOut:
    """Its greeting is made into audio before anybody calls."""
    await opening.prepare_soon(ports, agent.tenant_id, agent.id, agent.voice_provider)
    return AgentOut(agent=agent)


@router.get("/agent/config", responses=FIND)
@router.get("/agent-config", operation_id="get_agent_config", responses=FIND)
async def get_default_agent(principal: AgentReader, ports: PortsOf) -> AgentOut:
    """The tenant's default agent."""
    return AgentOut(agent=await agents.get_agent(ports, principal.tenant.id, None))


@router.put("/agent/config", responses=WRITE)
@router.put("/agent-config", operation_id="put_agent_config", responses=WRITE)
async def put_default_agent(command: NewAgent, principal: AgentWriter, ports: PortsOf) -> AgentOut:
    """Makes or replaces the default agent and publishes it as a new version."""
    return await _heard(ports, await agents.put_default_agent(ports, principal.tenant.id, command))


@router.delete("/agent/config", responses=problems(404, 409))
@router.delete("/agent-config", operation_id="delete_agent_config", responses=problems(404, 409))
async def delete_default_agent(principal: AgentWriter, ports: PortsOf) -> Done:
    """Removes the default agent when no number needs it and it is the only one."""
    await agents.delete_agent(ports, principal.tenant.id, None)
    return Done()


@router.get("/agents", responses=LIST)
async def list_agents(
    principal: AgentReader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[Agent]:
    """The agents of the business."""
    rows = await agents.list_agents(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/agents", status_code=201, responses=WRITE)
async def create_agent(command: NewAgent, principal: AgentWriter, ports: PortsOf) -> AgentOut:
    """Makes an agent and publishes its first version."""
    return await _heard(ports, await agents.create_agent(ports, principal.tenant.id, command))


@router.get("/agents/{agent_id}", responses=FIND)
async def get_agent(agent_id: str, principal: AgentReader, ports: PortsOf) -> AgentOut:
    """One agent as it is now."""
    return AgentOut(agent=await agents.get_agent(ports, principal.tenant.id, agent_id))


@router.patch("/agents/{agent_id}", responses=WRITE)
async def change_agent(agent_id: str, command: AgentChange, principal: AgentWriter, ports: PortsOf) -> AgentOut:
    """Publishes the change as a new version, or keeps it as a draft; conversations that go on stay on theirs."""
    return await _heard(ports, await agents.change_agent(ports, principal.tenant.id, agent_id, command))


@router.delete("/agents/{agent_id}", responses=problems(404, 409))
async def delete_agent(agent_id: str, principal: AgentWriter, ports: PortsOf) -> Done:
    """Removes an agent that no number needs; its conversations stay."""
    await agents.delete_agent(ports, principal.tenant.id, agent_id)
    return Done()


@router.get("/agents/{agent_id}/versions", responses=problems(404, 422))
async def list_versions(
    agent_id: str,
    principal: AgentReader,
    ports: PortsOf,
    limit: Limit = 25,
    cursor: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
) -> ItemList[AgentVersion]:
    """Newest first; a version is never edited."""
    rows = await agents.list_versions(ports, principal.tenant.id, agent_id, cursor or 2**31, limit + 1)
    next_cursor = str(rows[limit - 1].version) if len(rows) > limit else None
    return ItemList(items=rows[:limit], next_cursor=next_cursor)


@router.post("/agents/{agent_id}/publish", responses=problems(404, 409))
async def publish_agent(agent_id: str, principal: AgentWriter, ports: PortsOf) -> AgentOut:
    """Publishes the draft as a new version; without one nothing changes."""
    return await _heard(ports, await agents.publish(ports, principal.tenant.id, agent_id))


@router.post("/agents/{agent_id}/rollback", responses=WRITE)
async def rollback_agent(agent_id: str, command: Rollback, principal: AgentWriter, ports: PortsOf) -> AgentOut:
    """Publishes an old version again, as a new one; a draft is lost."""
    return await _heard(ports, await agents.rollback(ports, principal.tenant.id, agent_id, command.version))


@router.get("/agents/{agent_id}/versions/{first}/diff/{second}", responses=problems(404, 422))
async def diff_versions(
    agent_id: str, first: VersionNumber, second: VersionNumber, principal: AgentReader, ports: PortsOf
) -> FieldChangeList:
    """What changed from the first version to the second, field by field."""
    return FieldChangeList(items=await agents.diff(ports, principal.tenant.id, agent_id, first, second))


@router.get("/phone-mappings", responses=LIST)
async def list_mappings(
    principal: NumberReader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[PhoneMapping]:
    """The numbers of the business and the agents that answer them."""
    rows = await agents.list_mappings(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/phone-mappings", status_code=201, responses=WRITE)
async def create_mapping(
    command: NewMapping, principal: NumberWriter, ports: PortsOf, settings: SettingsOf
) -> PhoneMappingOut:
    """A number routes calls once it is verified; in development it counts as verified at once."""
    mapping = await agents.create_mapping(
        ports, principal.tenant.id, command, principal.country, counts_as_verified=settings.is_development
    )
    if mapping.verified_at is None:
        await numbers.prove_soon(ports, principal.tenant.id)
    return PhoneMappingOut(phone_mapping=mapping)


@router.get("/phone-mappings/{mapping_id}", responses=FIND)
async def get_mapping(mapping_id: str, principal: NumberReader, ports: PortsOf) -> PhoneMappingOut:
    """One number."""
    return PhoneMappingOut(phone_mapping=await agents.get_mapping(ports, principal.tenant.id, mapping_id))


@router.patch("/phone-mappings/{mapping_id}", responses=WRITE)
async def change_mapping(
    mapping_id: str, command: MappingChange, principal: NumberWriter, ports: PortsOf
) -> PhoneMappingOut:
    """Gives a number to another agent, or switches it off."""
    mapping = await agents.change_mapping(ports, principal.tenant.id, mapping_id, command, principal.country)
    return PhoneMappingOut(phone_mapping=mapping)


@router.post("/phone-mappings/{mapping_id}/verify", responses=problems(404, 409, 502))
async def verify_mapping(mapping_id: str, principal: NumberWriter, ports: PortsOf) -> PhoneMappingOut:
    """Proves that a number is yours: one of our pool, or found in your own Twilio account."""
    return PhoneMappingOut(phone_mapping=await numbers.prove(ports, principal.tenant.id, mapping_id))


@router.delete("/phone-mappings/{mapping_id}", responses=FIND)
async def delete_mapping(mapping_id: str, principal: NumberWriter, ports: PortsOf) -> Done:
    """Gives a number up."""
    await agents.delete_mapping(ports, principal.tenant.id, mapping_id)
    return Done()
