"""/api/v1/tenant: the business's data given out, how long it is kept, and the business gone."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from modules.identity import audit
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.personal_data import exports, leaving, retention
from modules.personal_data.schemas import Erasure, Export, ExportOut, Leaving, Retention, RetentionIn
from web.auth import LIMITED, Need, PortsOf
from web.openapi import problems
from web.paging import LAST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute

Owner = Annotated[Principal, Depends(Need("business:leave"))]
Guardian = Annotated[Principal, Depends(Need("privacy:manage"))]

router = APIRouter(prefix="/api/v1/tenant", tags=["personal data"], route_class=JsonRoute)
public_router = APIRouter(prefix="/api/v1/public", tags=["personal data"], dependencies=LIMITED)


class RetentionOut(BaseModel):
    success: Literal[True] = True
    retention: Retention


class ErasureOut(BaseModel):
    success: Literal[True] = True
    erasure: Erasure


class LeavingOut(ErasureOut):
    receipt_url: str = Field(description="Keep it: it tells what was erased when nobody can sign in any more.")


@router.get("/retention", responses=problems())
async def get_retention(principal: Guardian, ports: PortsOf) -> RetentionOut:
    """How long things are kept; null: for as long as the business stays."""
    return RetentionOut(retention=await retention.get(ports, principal.tenant.id))


@router.put("/retention", responses=problems(400, 413, 415, 422))
async def put_retention(command: RetentionIn, principal: Guardian, ports: PortsOf) -> RetentionOut:
    """From the next round on, some minutes later, what is older goes."""
    return RetentionOut(retention=await retention.put(ports, principal, command))


@router.post("/export", status_code=202, responses=problems(409))
async def export_tenant(principal: Owner, ports: PortsOf) -> ExportOut:
    """An archive of every row, file and recording; made by a job. One that is being made is given again."""
    return ExportOut(export=await exports.ask(ports, principal))


@router.get("/exports", responses=problems(422))
async def list_exports(
    principal: Guardian, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[Export]:
    """Newest first."""
    rows = await exports.list_exports(ports, principal.tenant.id, cursor or LAST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.get("/exports/{export_id}", responses=problems(404))
async def get_export(export_id: str, principal: Guardian, ports: PortsOf) -> ExportOut:
    """How far it is, and where it is to be had."""
    return ExportOut(export=await exports.get(ports, principal.tenant.id, export_id))


@router.get("/audit", responses=problems(422))
async def list_deeds(
    principal: Guardian, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[audit.Deed]:
    """Who did what, from where, newest first; nobody can change it or take it back."""
    rows = await audit.list_deeds(ports, principal.tenant.id, cursor or LAST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.delete("", status_code=202, responses=problems(400, 409, 413, 415, 422))
async def leave(command: Leaving, principal: Owner, ports: PortsOf) -> LeavingOut:
    """Everything of the business is erased when the days of grace are over. Until then it can be called off."""
    erasure, receipt_url = await leaving.leave(ports, principal, command.confirm)
    return LeavingOut(erasure=erasure, receipt_url=receipt_url)


@router.get("/erasure", responses=problems(404))
async def get_erasure(principal: Owner, ports: PortsOf) -> ErasureOut:
    """When it begins."""
    return ErasureOut(erasure=await leaving.get(ports, principal.tenant.id))


@router.delete("/erasure", responses=problems(404, 409))
async def call_erasure_off(principal: Owner, ports: PortsOf) -> Done:
    """The business stays."""
    await leaving.call_off(ports, principal)
    return Done()


@public_router.get("/erasures/{tenant_id}", responses=problems(404, 422, 429))
async def get_receipt(tenant_id: str, ports: PortsOf, token: Annotated[str, Query(max_length=64)]) -> ErasureOut:
    """The receipt of an erasure, for whoever has its address: counts, and nothing personal."""
    return ErasureOut(erasure=await leaving.receipt(ports, tenant_id, token))


@public_router.get(
    "/exports/{export_id}",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The archive.", "content": {"application/zip": {}}},
        **problems(404, 422, 429, 503),
    },
)
async def download_export(
    export_id: str,
    ports: PortsOf,
    tenant: Annotated[str, Query(max_length=64)],
    expires: Annotated[int, Query(ge=0, le=9_999_999_999)],
    signature: Annotated[str, Query(max_length=64)],
) -> StreamingResponse:
    """An archive by its signed address."""
    found = await exports.read(ports, export_id, tenant, (expires, signature))
    headers = {
        "content-length": str(found.size),
        "content-disposition": f'attachment; filename="{found.filename}"',
    }
    return StreamingResponse(found.pieces, media_type="application/zip", headers=headers)
