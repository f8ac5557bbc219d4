"""/api/v1/appointments: free times, and what is booked."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from errors import NotFound
from modules.appointments import booking, changes, service, waiting
from modules.appointments.schemas import (
    Appointment,
    AppointmentChange,
    Cancellation,
    NewAppointment,
    NewHold,
    NewWaiting,
    SlotOut,
    Status,
    Waiting,
)
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.schedule import times
from modules.schedule.schemas import Settings, SettingsIn
from web.auth import Need, PortsOf
from web.openapi import problems
from web.paging import FIRST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("appointments:read"))]
Writer = Annotated[Principal, Depends(Need("appointments:write"))]
ScheduleReader = Annotated[Principal, Depends(Need("schedule:read"))]
ScheduleWriter = Annotated[Principal, Depends(Need("schedule:write"))]

WRITE = problems(400, 404, 409, 413, 415, 422)
FIND = problems(404)
Bound = Annotated[str, Query(max_length=40, description="A date of the zone, or an instant with its offset.")]
IdQuery = Annotated[str | None, Query(max_length=64)]

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"], route_class=JsonRoute)


class SlotList(BaseModel):
    success: Literal[True] = True
    items: list[SlotOut]


class AppointmentOut(BaseModel):
    success: Literal[True] = True
    appointment: Appointment


class WaitingOut(BaseModel):
    success: Literal[True] = True
    waiting: Waiting


class SettingsOut(BaseModel):
    success: Literal[True] = True
    settings: Settings


@router.get("/slots", responses=problems(422))
async def list_slots(
    principal: Reader,
    ports: PortsOf,
    service_id: Annotated[str, Query(max_length=64)],
    first: Annotated[Bound, Query(alias="from")],
    last: Annotated[Bound, Query(alias="to", description="Exclusive; 92 days at most.")],
    agent_id: IdQuery = None,
    timezone: Annotated[str | None, Query(max_length=64, description="IANA; None: the business's.")] = None,
) -> SlotList:
    """The starts that can be booked; without agent_id each once, with whoever would take it."""
    asked = service.SlotQuery(service_id, first, last, agent_id, timezone)
    return SlotList(items=await service.find_slots(ports, principal.tenant.id, asked))


@router.get("/settings", responses=problems())
async def get_appointment_settings(principal: ScheduleReader, ports: PortsOf) -> SettingsOut:
    """The defaults until they are set."""
    return SettingsOut(settings=await times.get_settings(ports, principal.tenant.id))


@router.put("/settings", responses=problems(400, 413, 415, 422))
async def put_appointment_settings(command: SettingsIn, principal: ScheduleWriter, ports: PortsOf) -> SettingsOut:
    """Replaces them. Also what is booked already is reminded of as they say."""
    return SettingsOut(settings=await times.put_settings(ports, principal, command))


@router.post("/holds", status_code=201, responses=WRITE)
async def hold_slot(command: NewHold, principal: Writer, ports: PortsOf) -> AppointmentOut:
    """Keeps a start free for five minutes; booking with its id takes its place."""
    return AppointmentOut(appointment=await service.hold(ports, principal, command))


@router.delete("/holds/{hold_id}", responses=FIND)
async def release_hold(hold_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Gives it up before its time."""
    if not await booking.release(ports, principal.tenant.id, hold_id):
        raise NotFound("There is no such hold; they end by themselves.")
    return Done()


@router.get("/waiting-list", responses=problems(422))
async def list_waiting(
    principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[Waiting]:
    """Who waits for a time to become free, and what they have been offered."""
    rows = await waiting.list_all(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/waiting-list", status_code=201, responses=WRITE)
async def join_waiting_list(command: NewWaiting, principal: Writer, ports: PortsOf) -> WaitingOut:
    """A time that becomes free is offered to whoever has waited longest, for two hours, then to the next."""
    return WaitingOut(waiting=await waiting.create(ports, principal, command))


@router.delete("/waiting-list/{waiting_id}", responses=FIND)
async def leave_waiting_list(waiting_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Waits no longer; what was offered is free again."""
    await waiting.leave(ports, principal.tenant.id, waiting_id)
    return Done()


@router.get("", responses=problems(422))
async def list_appointments(
    principal: Reader,
    ports: PortsOf,
    first: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    last: Annotated[str | None, Query(alias="to", max_length=40)] = None,
    agent_id: IdQuery = None,
    service_id: IdQuery = None,
    customer_id: IdQuery = None,
    status: Status | None = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> ItemList[Appointment]:
    """In the order they were made; by their start within `from` and `to`, dates (UTC) or instants."""
    bounds = (service.stored_bound(first, "from"), service.stored_bound(last, "to"))
    filters = (*bounds, agent_id, service_id, customer_id, status)
    rows = await service.list_all(ports, principal.tenant.id, filters, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("", status_code=201, responses=WRITE)
async def create_appointment(command: NewAppointment, principal: Writer, ports: PortsOf) -> AppointmentOut:
    """Books a slot and tells whoever comes. 409 slot_taken or slot_unavailable with `alternatives`."""
    return AppointmentOut(appointment=await service.create(ports, principal, command))


@router.get("/{appointment_id}", responses=FIND)
async def get_appointment(appointment_id: str, principal: Reader, ports: PortsOf) -> AppointmentOut:
    """One appointment."""
    return AppointmentOut(appointment=await changes.get(ports, principal.tenant.id, appointment_id))


@router.patch("/{appointment_id}", responses=WRITE)
async def change_appointment(
    appointment_id: str, command: AppointmentChange, principal: Writer, ports: PortsOf
) -> AppointmentOut:
    """Moves it to another start, person or service, all or nothing; or changes the notes."""
    return AppointmentOut(appointment=await service.change(ports, principal, appointment_id, command))


@router.post("/{appointment_id}/cancel", responses=WRITE)
async def cancel_appointment(
    appointment_id: str, principal: Writer, ports: PortsOf, command: Cancellation | None = None
) -> AppointmentOut:
    """Frees its time and tells whoever would have come. A repeat changes nothing."""
    reason = command.reason if command else None
    done = await changes.cancel(ports, principal.tenant.id, appointment_id, "business", reason)
    return AppointmentOut(appointment=done)


@router.post("/{appointment_id}/no-show", responses=problems(404, 409))
async def mark_no_show(appointment_id: str, principal: Writer, ports: PortsOf) -> AppointmentOut:
    """Nobody came."""
    return AppointmentOut(appointment=await changes.mark_no_show(ports, principal.tenant.id, appointment_id))
