"""/api/v1/tickets: what is left to do."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from modules.identity.principal import Principal
from modules.tickets import service
from modules.tickets.schemas import Ticket, TicketChange, TicketIn, TicketQuery
from web.auth import Need, PortsOf
from web.openapi import problems
from web.paging import LAST, ItemList, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("customers:read"))]
Writer = Annotated[Principal, Depends(Need("customers:write"))]
WRITE = problems(400, 404, 409, 413, 415, 422)

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"], route_class=JsonRoute)


class TicketOut(BaseModel):
    success: Literal[True] = True
    ticket: Ticket


@router.get("", responses=problems(422))
async def list_tickets(principal: Reader, ports: PortsOf, query: Annotated[TicketQuery, Query()]) -> ItemList[Ticket]:
    """Newest first."""
    rows = await service.list_tickets(ports, principal, query, query.cursor or LAST, query.limit + 1)
    items, next_cursor = page(rows, query.limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("", status_code=201, responses=WRITE)
async def create_ticket(command: TicketIn, principal: Writer, ports: PortsOf) -> TicketOut:
    """A task that the business writes down itself."""
    return TicketOut(ticket=await service.create(ports, principal, command))


@router.get("/{ticket_id}", responses=problems(404))
async def get_ticket(ticket_id: str, principal: Reader, ports: PortsOf) -> TicketOut:
    """One ticket."""
    return TicketOut(ticket=await service.get(ports, principal.tenant.id, ticket_id))


@router.patch("/{ticket_id}", responses=WRITE)
async def change_ticket(ticket_id: str, command: TicketChange, principal: Writer, ports: PortsOf) -> TicketOut:
    """Who does it, how urgent it is, whether it is done."""
    return TicketOut(ticket=await service.change(ports, principal, ticket_id, command))
