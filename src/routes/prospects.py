"""/api/v1/prospects: people who may become customers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from modules.identity.principal import Principal
from modules.prospects import service
from modules.prospects.schemas import Prospect, ProspectChange, ProspectIn, ProspectQuery
from modules.sheets.reading import SheetIn
from web.auth import Need, PortsOf
from web.openapi import problems
from web.paging import LAST, ItemList, page
from web.routing import JsonRoute
from web.tables import CSV, ImportOut, table

Reader = Annotated[Principal, Depends(Need("customers:read"))]
Writer = Annotated[Principal, Depends(Need("customers:write"))]
WRITE = problems(400, 404, 409, 413, 415, 422)

router = APIRouter(prefix="/api/v1/prospects", tags=["prospects"], route_class=JsonRoute)


class ProspectOut(BaseModel):
    success: Literal[True] = True
    prospect: Prospect


@router.get("", responses=problems(422))
async def list_prospects(
    principal: Reader, ports: PortsOf, query: Annotated[ProspectQuery, Query()]
) -> ItemList[Prospect]:
    """Newest first."""
    rows = await service.list_prospects(ports, principal.tenant.id, query, query.cursor or LAST, query.limit + 1)
    items, next_cursor = page(rows, query.limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("", status_code=201, responses=WRITE)
async def create_prospect(command: ProspectIn, principal: Writer, ports: PortsOf) -> ProspectOut:
    """Writes somebody down who is interested."""
    return ProspectOut(prospect=await service.create(ports, principal, command))


@router.post("/import", responses=problems(400, 409, 413, 415, 422))
async def import_prospects(command: SheetIn, principal: Writer, ports: PortsOf) -> ImportOut:
    """A table of prospects; broken rows are told by line."""
    return ImportOut(imported=await service.bring_in(ports, principal, command))


@router.get("/export", response_class=Response, responses={**CSV, **problems()})
async def export_prospects(principal: Reader, ports: PortsOf) -> Response:
    """A table as a spreadsheet opens it."""
    return table(await service.take_out(ports, principal.tenant.id), "prospects")


@router.get("/{prospect_id}", responses=problems(404))
async def get_prospect(prospect_id: str, principal: Reader, ports: PortsOf) -> ProspectOut:
    """One prospect."""
    return ProspectOut(prospect=await service.get(ports, principal.tenant.id, prospect_id))


@router.patch("/{prospect_id}", responses=WRITE)
async def change_prospect(prospect_id: str, command: ProspectChange, principal: Writer, ports: PortsOf) -> ProspectOut:
    """Where they stand, and what is known of them."""
    return ProspectOut(prospect=await service.change(ports, principal, prospect_id, command))
