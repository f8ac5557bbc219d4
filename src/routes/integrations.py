"""/api/v1/integrations: a tenant's own accounts at vendors."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from modules.credentials import service
from modules.credentials.schemas import FORMS, Integration, Rotation
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.omnichannel import numbers
from modules.text import Input
from ports.vendors import Provider
from web.auth import Need, PortsOf, operator
from web.openapi import problems
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("integrations:read"))]
Writer = Annotated[Principal, Depends(Need("integrations:write"))]

KEYS_A_CALL = 50

router = APIRouter(prefix="/api/v1/integrations", tags=["integrations"], route_class=JsonRoute)
admin = APIRouter(prefix="/api/v1/admin/credentials", tags=["admin"])


class IntegrationOut(BaseModel):
    success: Literal[True] = True
    integration: Integration


class IntegrationList(BaseModel):
    success: Literal[True] = True
    items: list[Integration]


class RotationOut(Rotation):
    success: Literal[True] = True


@router.get("")
async def list_integrations(principal: Reader, ports: PortsOf) -> IntegrationList:
    """Every vendor, and whether its credentials are stored; never a value."""
    return IntegrationList(items=await service.list_all(ports, principal.tenant.id))


@router.get("/{provider}/credentials", responses=problems(422))
async def get_credentials(provider: Provider, principal: Reader, ports: PortsOf) -> IntegrationOut:
    """Whether they are stored, since when the vendor takes them, and their last four characters."""
    return IntegrationOut(integration=await service.get(ports, principal.tenant.id, provider))


@router.delete("/{provider}/credentials", responses=problems(404, 422))
async def delete_credentials(provider: Provider, principal: Writer, ports: PortsOf) -> Done:
    """Deletes them; what used them degrades at once."""
    await service.delete(ports, principal, provider)
    return Done()


def _put(provider: Provider, form: type[Input]) -> None:
    async def put_credentials(command: Input, principal: Writer, ports: PortsOf) -> IntegrationOut:
        integration = await service.put(ports, principal, provider, command)
        if provider == "twilio":
            await numbers.prove_soon(ports, principal.tenant.id)
        return IntegrationOut(integration=integration)

    put_credentials.__annotations__["command"] = form
    router.put(
        f"/{provider}/credentials",
        operation_id=f"put_{provider}_credentials",
        summary=f"Put {provider} credentials",
        description="Asks the vendor whether it takes them, then seals and stores them in place of the old ones.",
        responses=problems(400, 413, 415, 422, 502),
    )(put_credentials)


for _provider, _form in FORMS.items():
    _put(_provider, _form)


@admin.post("/rotate", dependencies=[Depends(operator)])
async def rotate(ports: PortsOf) -> RotationOut:
    """Wraps up to fifty data keys under the present CREDENTIALS_KEY; call it until nothing remains."""
    rotation = await service.rewrap(ports, KEYS_A_CALL)
    return RotationOut(**rotation.model_dump())
