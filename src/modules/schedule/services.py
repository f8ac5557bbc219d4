"""What can be booked."""

import json

from errors import Invalid, NotFound
from modules.business.service import CURRENCIES
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.schedule import queries
from modules.schedule.schemas import NewService, Service, ServiceChange
from ports.context import Ports
from ports.database import CheckViolation, Row


async def create(ports: Ports, principal: Principal, command: NewService) -> Service:
    """Comes last in the list."""
    tenant_id, service_id, at = principal.tenant.id, ports.ids.new("svc"), stored(ports.clock.now())
    values = command.model_dump()
    if command.price_minor is not None and command.currency is None:
        values["currency"] = CURRENCIES.get(principal.country, "EUR")
    *_, found = await ports.db.batch(
        queries.insert_service(tenant_id, service_id, json.dumps(values), at),
        audit.entry(ports, principal, "service.created", service_id),
        queries.service(tenant_id, service_id),
    )
    return _service(found.rows[0])


async def list_all(ports: Ports, tenant_id: str, cursor: str, limit: int) -> list[Service]:
    (found,) = await ports.db.batch(queries.services(tenant_id, cursor, limit))
    return [_service(row) for row in found.rows]


async def get(ports: Ports, tenant_id: str, service_id: str) -> Service:
    """Raises NotFound."""
    (found,) = await ports.db.batch(queries.service(tenant_id, service_id))
    if found.first is None:
        raise NotFound("There is no such service.")
    return _service(found.first)


async def change(ports: Ports, principal: Principal, service_id: str, command: ServiceChange) -> Service:
    """Appointments that are booked stay as long as they were. Raises NotFound or Invalid."""
    given = command.model_dump(exclude_unset=True)
    if "price_minor" in given and given["price_minor"] is None:
        given["currency"] = None
    tenant_id = principal.tenant.id
    try:
        *_, found = await ports.db.batch(
            queries.update_service(tenant_id, service_id, json.dumps(given), stored(ports.clock.now())),
            audit.entry(ports, principal, "service.changed", service_id),
            queries.service(tenant_id, service_id),
        )
    except CheckViolation as error:
        raise Invalid([{"pointer": "/currency", "detail": "a price and its currency go together"}]) from error
    if found.first is None:
        raise NotFound("There is no such service.")
    return _service(found.first)


async def archive(ports: Ports, principal: Principal, service_id: str) -> None:
    """It is no longer offered; appointments for it stay. Raises NotFound."""
    archived, _ = await ports.db.batch(
        queries.archive_service(principal.tenant.id, service_id, stored(ports.clock.now())),
        audit.entry(ports, principal, "service.archived", service_id),
    )
    if not archived.changes:
        raise NotFound("There is no such service.")


def _service(row: Row) -> Service:
    return Service.model_validate({**row, "required_fields": json.loads(str(row["required_fields"]))})
