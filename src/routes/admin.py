"""/api/v1/admin: what an operator sees and sets right."""

from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from modules.identity.schemas import Done
from modules.inbox import service as inbox
from modules.omnichannel import numbers
from modules.omnichannel.schemas import NewPlatformNumber, PlatformNumber
from modules.phone_lines import platform
from web.auth import PortsOf, operator
from web.openapi import problems
from web.paging import LAST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute

router = APIRouter(prefix="/api/v1/admin", tags=["admin"], route_class=JsonRoute, dependencies=[Depends(operator)])


class EventOut(BaseModel):
    success: Literal[True] = True
    event: inbox.InboundEvent


class PlatformNumberOut(BaseModel):
    success: Literal[True] = True
    number: PlatformNumber


@router.get("/events", responses=problems(422))
async def list_events(
    ports: PortsOf, state: inbox.State | None = None, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[inbox.InboundEvent]:
    """What providers have told us, newest first; `dead` ones wait for you."""
    rows = await inbox.list_events(ports, state, cursor or LAST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/events/{event_id}/replay", responses=problems(404))
async def replay_event(event_id: str, ports: PortsOf) -> EventOut:
    """Acts on one event again from the beginning, dead or handled; what stands already stays as it is."""
    return EventOut(event=await inbox.replay(ports, event_id))


@router.put("/numbers", responses=problems(400, 404, 409, 413, 415, 422))
async def put_number(command: NewPlatformNumber, ports: PortsOf) -> PlatformNumberOut:
    """Puts a number of the platform's own account into the pool, or gives it to a business."""
    return PlatformNumberOut(number=await numbers.put_platform_number(ports, command))


@router.post("/numbers/{phone_number}/configure", responses=problems(404, 409, 422, 502))
async def configure_number(phone_number: str, ports: PortsOf) -> Done:
    """Brings the calls and texts of a number of the platform's own account here; what it led to before is kept."""
    await platform.bring(ports, phone_number, is_ours=True)
    return Done()


@router.post("/numbers/{phone_number}/restore", responses=problems(404, 409, 422, 502))
async def restore_number(phone_number: str, ports: PortsOf) -> Done:
    """Puts back what a number led to before."""
    await platform.bring(ports, phone_number, is_ours=False)
    return Done()
