"""A tenant's webhook endpoints: made, changed, tested; their secrets and the log of their deliveries."""

import json
from datetime import timedelta

from errors import NotFound
from modules.credentials.sealing import DataKey, data_key, opened_key, seal, unseal
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.outbound import guard
from modules.outbound.signing import new_secret
from modules.webhooks import queries
from modules.webhooks.delivering import deliver, secret_place
from modules.webhooks.errors import TooManyEndpoints
from modules.webhooks.events import payload
from modules.webhooks.schemas import (
    TEST_EVENT,
    Attempt,
    Delivery,
    DeliveryDetail,
    Endpoint,
    EndpointChange,
    NewEndpoint,
)
from ports.context import Ports
from ports.database import Row

MOST_ENDPOINTS = 10
PREVIOUS_SECRET_HOURS = 24


async def create(ports: Ports, principal: Principal, command: NewEndpoint) -> tuple[Endpoint, str]:
    """The endpoint and its secret. Raises Invalid for an address that may not be called, and TooManyEndpoints."""
    await guard.check_field(ports, command.url)
    tenant_id, endpoint_id, at = principal.tenant.id, ports.ids.new("whk"), stored(ports.clock.now())
    key, secret = await data_key(ports, tenant_id), new_secret(ports.ids)
    sealed = await seal(ports, key, secret_place(tenant_id, endpoint_id), secret)
    row = (endpoint_id, command.url, json.dumps(command.events), command.description, key.id, sealed)
    made, _, found = await ports.db.batch(
        queries.insert_endpoint(tenant_id, row, at, MOST_ENDPOINTS),
        audit.entry(ports, principal, "webhook_endpoint.created", endpoint_id),
        queries.endpoint(tenant_id, endpoint_id),
    )
    if not made.changes:
        raise TooManyEndpoints(f"There can be {MOST_ENDPOINTS}. Delete one that is not needed.")
    return _endpoint(found.rows[0]), secret


async def list_all(ports: Ports, tenant_id: str, after: str, limit: int) -> list[Endpoint]:
    (found,) = await ports.db.batch(queries.endpoints(tenant_id, after, limit))
    return [_endpoint(row) for row in found.rows]


async def get(ports: Ports, tenant_id: str, endpoint_id: str) -> Endpoint:
    (found,) = await ports.db.batch(queries.endpoint(tenant_id, endpoint_id))
    if found.first is None:
        raise _not_found()
    return _endpoint(found.first)


async def change(ports: Ports, principal: Principal, endpoint_id: str, command: EndpointChange) -> Endpoint:
    """Raises Invalid for an address that may not be called."""
    if command.url is not None:
        await guard.check_field(ports, command.url)
    tenant_id = principal.tenant.id
    events = json.dumps(command.events) if command.events is not None else None
    is_active = int(command.is_active) if command.is_active is not None else None
    values = (command.url, events, command.description, is_active)
    changed, _, found = await ports.db.batch(
        queries.update_endpoint(tenant_id, endpoint_id, values, stored(ports.clock.now())),
        audit.entry(ports, principal, "webhook_endpoint.changed", endpoint_id),
        queries.endpoint(tenant_id, endpoint_id),
    )
    if not changed.changes:
        raise _not_found()
    return _endpoint(found.rows[0])


async def delete(ports: Ports, principal: Principal, endpoint_id: str) -> None:
    deleted, _ = await ports.db.batch(
        queries.delete_endpoint(principal.tenant.id, endpoint_id),
        audit.entry(ports, principal, "webhook_endpoint.deleted", endpoint_id),
    )
    if not deleted.changes:
        raise _not_found()


async def get_secret(ports: Ports, tenant_id: str, endpoint_id: str) -> str:
    """Raises CannotOpen when the installation's key is another one than it was sealed under."""
    row, key = await _sealed(ports, tenant_id, endpoint_id)
    return await unseal(ports, key, secret_place(tenant_id, endpoint_id), str(row["secret"]))


async def rotate_secret(ports: Ports, principal: Principal, endpoint_id: str) -> str:
    """The new secret; deliveries are signed with both for a day."""
    tenant_id, now, secret = principal.tenant.id, ports.clock.now(), new_secret(ports.ids)
    row, key = await _sealed(ports, tenant_id, endpoint_id)
    sealed = await seal(ports, key, secret_place(tenant_id, endpoint_id), secret)
    until = stored(now + timedelta(hours=PREVIOUS_SECRET_HOURS))
    rotated, _ = await ports.db.batch(
        queries.rotate_secret(tenant_id, endpoint_id, (str(row["secret"]), sealed), until, stored(now)),
        audit.entry(ports, principal, "webhook_endpoint.secret_rotated", endpoint_id),
    )
    # Another rotation was a moment quicker: its secret is the one that is shown.
    return secret if rotated.changes else await get_secret(ports, tenant_id, endpoint_id)


async def _sealed(ports: Ports, tenant_id: str, endpoint_id: str) -> tuple[Row, DataKey]:
    (found,) = await ports.db.batch(queries.sealed_secret(tenant_id, endpoint_id))
    if found.first is None:
        raise _not_found()
    row, key_id = found.first, str(found.first["key_id"])
    return row, await opened_key(ports, tenant_id, key_id, str(row["wrapped_key"]))


async def test(ports: Ports, tenant_id: str, endpoint_id: str) -> DeliveryDetail:
    """Sends one event of the type endpoint.test to this endpoint now, and tells how it went."""
    event_id, delivery_id, at = ports.ids.new("whe"), ports.ids.new("dlv"), stored(ports.clock.now())
    body = payload(TEST_EVENT, {"endpoint_id": endpoint_id}, at)
    await get(ports, tenant_id, endpoint_id)
    await ports.db.batch(
        queries.insert_test_event(tenant_id, event_id, body, at),
        queries.insert_test_delivery(tenant_id, delivery_id, endpoint_id, event_id, at),
    )
    await deliver(ports, delivery_id)
    return await get_delivery(ports, tenant_id, endpoint_id, delivery_id)


async def list_deliveries(
    ports: Ports, tenant_id: str, endpoint_id: str, status: str | None, page: tuple[str, int]
) -> list[Delivery]:
    """`page` is (before which id, how many)."""
    known, found = await ports.db.batch(
        queries.endpoint(tenant_id, endpoint_id), queries.deliveries(tenant_id, endpoint_id, status, *page)
    )
    if known.first is None:
        raise _not_found()
    return [Delivery.model_validate(row) for row in found.rows]


async def get_delivery(ports: Ports, tenant_id: str, endpoint_id: str, delivery_id: str) -> DeliveryDetail:
    found, log = await ports.db.batch(
        queries.delivery(tenant_id, endpoint_id, delivery_id), queries.attempts(tenant_id, delivery_id)
    )
    if found.first is None:
        raise NotFound("There is no such delivery.")
    return DeliveryDetail.model_validate({**found.first, "log": [Attempt.model_validate(row) for row in log.rows]})


async def retry(ports: Ports, tenant_id: str, endpoint_id: str, delivery_id: str) -> DeliveryDetail:
    """One more attempt now, also of a dead delivery; a delivery that is under way is left alone."""
    await get_delivery(ports, tenant_id, endpoint_id, delivery_id)
    await ports.db.batch(queries.retry(tenant_id, endpoint_id, delivery_id, stored(ports.clock.now())))
    await deliver(ports, delivery_id)
    return await get_delivery(ports, tenant_id, endpoint_id, delivery_id)


def _not_found() -> NotFound:
    return NotFound("There is no such webhook endpoint.")


def _endpoint(row: Row) -> Endpoint:
    return Endpoint.model_validate({**row, "events": json.loads(str(row["events"]))})
