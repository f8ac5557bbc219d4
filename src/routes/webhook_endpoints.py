"""/api/v1/webhook-endpoints: what a tenant's own systems are told."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.webhooks import service
from modules.webhooks.schemas import Delivery, DeliveryDetail, Endpoint, EndpointChange, NewEndpoint
from web.auth import Need, PortsOf
from web.openapi import problems
from web.paging import FIRST, LAST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("webhooks:read"))]
Writer = Annotated[Principal, Depends(Need("webhooks:write"))]

WRITE = problems(400, 404, 409, 413, 415, 422)
FIND = problems(404)

router = APIRouter(prefix="/api/v1/webhook-endpoints", tags=["webhook endpoints"], route_class=JsonRoute)


class EndpointOut(BaseModel):
    success: Literal[True] = True
    endpoint: Endpoint


class NewEndpointOut(EndpointOut):
    secret: str


class SecretOut(BaseModel):
    success: Literal[True] = True
    secret: str


class DeliveryOut(BaseModel):
    success: Literal[True] = True
    delivery: DeliveryDetail


@router.get("", responses=problems(422))
async def list_endpoints(
    principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[Endpoint]:
    """Where events are sent to."""
    rows = await service.list_all(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("", status_code=201, responses=WRITE)
async def create_endpoint(command: NewEndpoint, principal: Writer, ports: PortsOf) -> NewEndpointOut:
    """Public HTTPS only. The secret signs every delivery, as Standard Webhooks and Svix say."""
    endpoint, secret = await service.create(ports, principal, command)
    return NewEndpointOut(endpoint=endpoint, secret=secret)


@router.get("/{endpoint_id}", responses=FIND)
async def get_endpoint(endpoint_id: str, principal: Reader, ports: PortsOf) -> EndpointOut:
    """One endpoint."""
    return EndpointOut(endpoint=await service.get(ports, principal.tenant.id, endpoint_id))


@router.patch("/{endpoint_id}", responses=WRITE)
async def change_endpoint(endpoint_id: str, command: EndpointChange, principal: Writer, ports: PortsOf) -> EndpointOut:
    """Changes what is named; switching it on again forgets its failures."""
    return EndpointOut(endpoint=await service.change(ports, principal, endpoint_id, command))


@router.delete("/{endpoint_id}", responses=FIND)
async def delete_endpoint(endpoint_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Deletes it with its log; what was still to be sent is not sent."""
    await service.delete(ports, principal, endpoint_id)
    return Done()


@router.get("/{endpoint_id}/secret", responses=FIND)
async def get_secret(endpoint_id: str, principal: Writer, ports: PortsOf) -> SecretOut:
    """The secret, for whoever may change it."""
    return SecretOut(secret=await service.get_secret(ports, principal.tenant.id, endpoint_id))


@router.post("/{endpoint_id}/secret/rotate", responses=problems(404, 409))
async def rotate_secret(endpoint_id: str, principal: Writer, ports: PortsOf) -> SecretOut:
    """A new secret; for 24 hours deliveries carry the signatures of both."""
    return SecretOut(secret=await service.rotate_secret(ports, principal, endpoint_id))


@router.post("/{endpoint_id}/test", responses=problems(404, 409))
async def test_endpoint(endpoint_id: str, principal: Writer, ports: PortsOf) -> DeliveryOut:
    """Sends an `endpoint.test` event now; `log` tells how it went."""
    return DeliveryOut(delivery=await service.test(ports, principal.tenant.id, endpoint_id))


@router.get("/{endpoint_id}/deliveries", responses=problems(404, 422))
async def list_deliveries(
    endpoint_id: str,
    principal: Reader,
    ports: PortsOf,
    status: Literal["queued", "sending", "delivered", "dead"] | None = None,
    limit: Limit = 25,
    cursor: Cursor = None,
) -> ItemList[Delivery]:
    """Newest first."""
    asked = (cursor or LAST, limit + 1)
    rows = await service.list_deliveries(ports, principal.tenant.id, endpoint_id, status, asked)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.get("/{endpoint_id}/deliveries/{delivery_id}", responses=FIND)
async def get_delivery(endpoint_id: str, delivery_id: str, principal: Reader, ports: PortsOf) -> DeliveryOut:
    """One delivery with its body and every attempt."""
    return DeliveryOut(delivery=await service.get_delivery(ports, principal.tenant.id, endpoint_id, delivery_id))


@router.post("/{endpoint_id}/deliveries/{delivery_id}/retry", responses=problems(404, 409))
async def retry_delivery(endpoint_id: str, delivery_id: str, principal: Writer, ports: PortsOf) -> DeliveryOut:
    """One attempt more, now, whatever became of it; the event keeps its id."""
    delivery = await service.retry(ports, principal.tenant.id, endpoint_id, delivery_id)
    return DeliveryOut(delivery=delivery)
