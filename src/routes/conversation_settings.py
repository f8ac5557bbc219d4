"""/api/v1/omnichannel/settings: how a business wants its conversations."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from modules.engine import settings
from modules.engine.settings import ConversationSettings, SettingsIn
from modules.identity.principal import Principal
from web.auth import Need, PortsOf
from web.openapi import problems
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("agents:read"))]
Writer = Annotated[Principal, Depends(Need("agents:write"))]

router = APIRouter(prefix="/api/v1/omnichannel/settings", tags=["omnichannel"], route_class=JsonRoute)


class ConversationSettingsOut(BaseModel):
    success: Literal[True] = True
    settings: ConversationSettings


@router.get("", responses=problems())
async def get_settings(principal: Reader, ports: PortsOf) -> ConversationSettingsOut:
    """Disclosure, consent, redaction and what conversations may cost; the defaults until they are set."""
    return ConversationSettingsOut(settings=await settings.get(ports, principal.tenant.id))


@router.put("", responses=problems(400, 413, 415, 422))
async def put_settings(command: SettingsIn, principal: Writer, ports: PortsOf) -> ConversationSettingsOut:
    """Replaces them; from the next turn on."""
    return ConversationSettingsOut(settings=await settings.put(ports, principal, command))
