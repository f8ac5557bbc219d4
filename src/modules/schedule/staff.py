"""The people who can be booked."""

import json
from typing import Any

from errors import Invalid, NotFound
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.phone import to_e164
from modules.schedule import queries
from modules.schedule.errors import LastStaff, StaffBooked
from modules.schedule.schemas import NewStaff, Staff, StaffChange
from ports.context import Ports
from ports.database import ForeignKeyViolation, RefusedByTrigger, Row, Statement


async def create(ports: Ports, principal: Principal, command: NewStaff) -> Staff:
    """Works the opening hours until given others. Raises Invalid for a service that is not there."""
    staff_id, at = ports.ids.new("stf"), stored(ports.clock.now())
    given = _values(principal, command.model_dump())
    return await _written(
        ports,
        principal,
        "staff.created",
        staff_id,
        [
            queries.insert_staff(principal.tenant.id, staff_id, json.dumps(given), at),
            *_services(principal.tenant.id, staff_id, command.service_ids),
        ],
    )


async def list_all(ports: Ports, tenant_id: str, cursor: str, limit: int) -> list[Staff]:
    (found,) = await ports.db.batch(queries.staff(tenant_id, cursor, limit))
    return [_staff(row) for row in found.rows]


async def get(ports: Ports, tenant_id: str, staff_id: str) -> Staff:
    """Raises NotFound."""
    (found,) = await ports.db.batch(queries.one_of_staff(tenant_id, staff_id))
    if found.first is None:
        raise NotFound("There is no such member of staff.")
    return _staff(found.first)


async def change(ports: Ports, principal: Principal, staff_id: str, command: StaffChange) -> Staff:
    """Raises NotFound or Invalid."""
    await get(ports, principal.tenant.id, staff_id)
    given = _values(principal, command.model_dump(exclude_unset=True))
    update = queries.update_staff(principal.tenant.id, staff_id, json.dumps(given), stored(ports.clock.now()))
    services = []
    if "service_ids" in command.model_fields_set:
        services = [
            queries.delete_staff_services(principal.tenant.id, staff_id),
            *_services(principal.tenant.id, staff_id, command.service_ids),
        ]
    return await _written(ports, principal, "staff.changed", staff_id, [update, *services])


async def archive(ports: Ports, principal: Principal, staff_id: str) -> None:
    """Raises NotFound, StaffBooked while there are appointments to come, or LastStaff."""
    at = stored(ports.clock.now())
    try:
        archived, _ = await ports.db.batch(
            queries.archive_staff(principal.tenant.id, staff_id, at),
            audit.entry(ports, principal, "staff.archived", staff_id),
        )
    except RefusedByTrigger as error:
        if error.reason == "staff_booked":
            raise StaffBooked("There are appointments to come; move or cancel them first.") from error
        raise LastStaff("Add somebody else before.") from error
    if not archived.changes:
        raise NotFound("There is no such member of staff.")


async def _written(ports: Ports, principal: Principal, deed: str, staff_id: str, statements: list[Statement]) -> Staff:
    try:
        *_, found = await ports.db.batch(
            statements[0],
            audit.entry(ports, principal, deed, staff_id),
            *statements[1:],
            queries.one_of_staff(principal.tenant.id, staff_id),
        )
    except ForeignKeyViolation as error:
        raise Invalid([{"pointer": "/service_ids", "detail": "there is no such service"}]) from error
    return _staff(found.rows[0])


def _values(principal: Principal, given: dict[str, Any]) -> dict[str, Any]:
    if given.get("phone"):
        given["phone"] = to_e164(given["phone"], principal.country, "/phone")
    if "service_ids" in given:
        given["serves_all"] = int(given.pop("service_ids") is None)
    return given


def _services(tenant_id: str, staff_id: str, service_ids: list[str] | None) -> list[Statement]:
    return [queries.insert_staff_services(tenant_id, staff_id, json.dumps(service_ids))] if service_ids else []


def _staff(row: Row) -> Staff:
    service_ids = None if row["serves_all"] else json.loads(str(row["service_ids"]))
    return Staff.model_validate({**row, "service_ids": service_ids})
