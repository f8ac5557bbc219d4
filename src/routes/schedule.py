"""/api/v1/services, /agents (staff) and /availability: what can be booked, with whom, and when."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.schedule import services as service_book
from modules.schedule import staff as people
from modules.schedule import times
from modules.schedule.schemas import (
    Availability,
    NewAvailability,
    NewService,
    NewStaff,
    Service,
    ServiceChange,
    Staff,
    StaffChange,
    WeekIn,
)
from web.auth import Need, PortsOf
from web.openapi import problems
from web.paging import FIRST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("schedule:read"))]
Writer = Annotated[Principal, Depends(Need("schedule:write"))]

WRITE = problems(400, 404, 409, 413, 415, 422)
FIND = problems(404)

services = APIRouter(prefix="/api/v1/services", tags=["appointments"], route_class=JsonRoute)
staff = APIRouter(prefix="/api/v1/agents", tags=["appointments"], route_class=JsonRoute)
availability = APIRouter(prefix="/api/v1/availability", tags=["appointments"], route_class=JsonRoute)


class ServiceOut(BaseModel):
    success: Literal[True] = True
    service: Service


class StaffOut(BaseModel):
    success: Literal[True] = True
    agent: Staff


class AvailabilityOut(BaseModel):
    success: Literal[True] = True
    availability: Availability


class WeekOut(BaseModel):
    success: Literal[True] = True
    items: list[Availability]


@services.get("", responses=problems(422))
async def list_services(
    principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[Service]:
    """What can be booked."""
    rows = await service_book.list_all(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@services.post("", status_code=201, responses=WRITE)
async def create_service(command: NewService, principal: Writer, ports: PortsOf) -> ServiceOut:
    """It can be booked, and the agents tell of it, from the next request on."""
    return ServiceOut(service=await service_book.create(ports, principal, command))


@services.get("/{service_id}", responses=FIND)
async def get_service(service_id: str, principal: Reader, ports: PortsOf) -> ServiceOut:
    """One service."""
    return ServiceOut(service=await service_book.get(ports, principal.tenant.id, service_id))


@services.patch("/{service_id}", responses=WRITE)
async def change_service(service_id: str, command: ServiceChange, principal: Writer, ports: PortsOf) -> ServiceOut:
    """Changes what is named; appointments that are booked stay as they are."""
    return ServiceOut(service=await service_book.change(ports, principal, service_id, command))


@services.delete("/{service_id}", responses=FIND)
async def archive_service(service_id: str, principal: Writer, ports: PortsOf) -> Done:
    """It is no longer offered; appointments for it stay."""
    await service_book.archive(ports, principal, service_id)
    return Done()


@staff.get("", responses=problems(422))
async def list_staff(principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None) -> ItemList[Staff]:
    """Who can be booked. From the start there is one: the business itself."""
    rows = await people.list_all(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@staff.post("", status_code=201, responses=WRITE)
async def create_staff(command: NewStaff, principal: Writer, ports: PortsOf) -> StaffOut:
    """Works the opening hours until given others."""
    return StaffOut(agent=await people.create(ports, principal, command))


@staff.get("/{agent_id}", responses=FIND)
async def get_staff(agent_id: str, principal: Reader, ports: PortsOf) -> StaffOut:
    """One of the staff."""
    return StaffOut(agent=await people.get(ports, principal.tenant.id, agent_id))


@staff.patch("/{agent_id}", responses=WRITE)
async def change_staff(agent_id: str, command: StaffChange, principal: Writer, ports: PortsOf) -> StaffOut:
    """Changes what is named."""
    return StaffOut(agent=await people.change(ports, principal, agent_id, command))


@staff.delete("/{agent_id}", responses=problems(404, 409))
async def archive_staff(agent_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Cannot be booked any more; not while there are appointments to come, and never the last one."""
    await people.archive(ports, principal, agent_id)
    return Done()


@availability.get("", responses=problems(422))
async def list_availability(
    principal: Reader,
    ports: PortsOf,
    agent_id: Annotated[str | None, Query(max_length=64)] = None,
    kind: Literal["weekly", "override", "block"] | None = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> ItemList[Availability]:
    """Weekly times of the staff, days of other hours, and what is blocked. Opening hours stand in the profile."""
    rows = await times.list_all(ports, principal.tenant.id, (agent_id, kind), cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@availability.post("", status_code=201, responses=WRITE)
async def create_availability(command: NewAvailability, principal: Writer, ports: PortsOf) -> AvailabilityOut:
    """Weekly times of one person, other hours on some days, or a block. What is booked already stays booked."""
    return AvailabilityOut(availability=await times.create(ports, principal, command))


@availability.put("/weekly/{agent_id}", responses=WRITE)
async def put_week(agent_id: str, command: WeekIn, principal: Writer, ports: PortsOf) -> WeekOut:
    """The whole week of one person, for good or from one day to another."""
    return WeekOut(items=await times.put_week(ports, principal, agent_id, command))


@availability.delete("/{availability_id}", responses=FIND)
async def delete_availability(availability_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Takes one row away."""
    await times.delete(ports, principal, availability_id)
    return Done()
