"""/api/v1/customers: the people a business knows, on whichever channel."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from modules.customers import service, sheets
from modules.customers.schemas import (
    Customer,
    CustomerChange,
    CustomerDetail,
    CustomerIn,
    CustomerQuery,
    Merge,
    TimelineItem,
)
from modules.identity.principal import Principal
from modules.personal_data import exports, forgetting
from modules.personal_data.schemas import ExportOut, Forgotten
from modules.sheets.reading import SheetIn
from web.auth import Need, PortsOf
from web.openapi import problems
from web.paging import LAST, ItemList, Limit, page
from web.routing import JsonRoute
from web.tables import CSV, ImportOut, table

Reader = Annotated[Principal, Depends(Need("customers:read"))]
Writer = Annotated[Principal, Depends(Need("customers:write"))]
Guardian = Annotated[Principal, Depends(Need("privacy:manage"))]
WRITE = problems(400, 404, 409, 413, 415, 422)
FIND = problems(404)

router = APIRouter(prefix="/api/v1/customers", tags=["customers"], route_class=JsonRoute)


class ForgottenOut(BaseModel):
    success: Literal[True] = True
    erased: Forgotten


class CustomerOut(BaseModel):
    success: Literal[True] = True
    customer: CustomerDetail


@router.get("", responses=problems(422))
async def list_customers(
    principal: Reader, ports: PortsOf, query: Annotated[CustomerQuery, Query()]
) -> ItemList[Customer]:
    """Newest first."""
    rows = await service.list_customers(ports, principal, query, query.cursor or LAST, query.limit + 1)
    items, next_cursor = page(rows, query.limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("", status_code=201, responses=WRITE)
async def create_customer(command: CustomerIn, principal: Writer, ports: PortsOf) -> CustomerOut:
    """Writes somebody down."""
    return CustomerOut(customer=await service.create(ports, principal, command))


@router.post("/import", responses=problems(400, 409, 413, 415, 422))
async def import_customers(command: SheetIn, principal: Writer, ports: PortsOf) -> ImportOut:
    """A table of customers: what would come of it, or with `preview` false what has. Broken rows are told by line."""
    return ImportOut(imported=await sheets.bring_in(ports, principal, command))


@router.get(
    "/export",
    response_class=Response,
    responses={**CSV, **problems()},
)
async def export_customers(principal: Reader, ports: PortsOf) -> Response:
    """A table as a spreadsheet opens it."""
    return table(await sheets.take_out(ports, principal.tenant.id), "customers")


@router.get("/{customer_id}", responses=FIND)
async def get_customer(customer_id: str, principal: Reader, ports: PortsOf) -> CustomerOut:
    """One, with every address that is known; an entry that was merged tells into which."""
    return CustomerOut(customer=await service.get(ports, principal.tenant.id, customer_id))


@router.patch("/{customer_id}", responses=WRITE)
async def change_customer(customer_id: str, command: CustomerChange, principal: Writer, ports: PortsOf) -> CustomerOut:
    """Changes what is given; an address is added to those that are known."""
    return CustomerOut(customer=await service.change(ports, principal, customer_id, command))


@router.post("/{customer_id}/export", status_code=202, responses=problems(404, 409))
async def export_customer(customer_id: str, principal: Guardian, ports: PortsOf) -> ExportOut:
    """An archive of all there is about them, made by a job; to be had at /api/v1/tenant/exports/{id}."""
    return ExportOut(export=await exports.ask(ports, principal, customer_id))


@router.delete("/{customer_id}", responses=problems(404, 409))
async def forget_customer(customer_id: str, principal: Guardian, ports: PortsOf) -> ForgottenOut:
    """Erases what is theirs and empties what is counted, on every channel; the answer is the receipt."""
    return ForgottenOut(erased=await forgetting.forget(ports, principal, customer_id))


@router.post("/{customer_id}/merge", responses=WRITE)
async def merge_customer(customer_id: str, command: Merge, principal: Writer, ports: PortsOf) -> CustomerOut:
    """Two entries of one person become one; conversations, appointments and all else follow."""
    return CustomerOut(customer=await service.merge(ports, principal, customer_id, command.customer_id))


class Timeline(BaseModel):
    success: Literal[True] = True
    items: list[TimelineItem]
    next_cursor: str | None


@router.get("/{customer_id}/timeline", responses=problems(404, 422))
async def get_timeline(
    customer_id: str,
    principal: Reader,
    ports: PortsOf,
    limit: Limit = 25,
    cursor: Annotated[str | None, Query(max_length=30, pattern=r"^[0-9TZ:. -]+$")] = None,
) -> Timeline:
    """What there was with them on every channel, newest first; the cursor is an instant."""
    before = (cursor or "").replace("T", " ").removesuffix("Z")
    rows = await service.timeline(ports, principal.tenant.id, customer_id, before, limit + 1)
    shown = rows[:limit]
    return Timeline(items=shown, next_cursor=shown[-1].at if len(rows) > limit else None)
