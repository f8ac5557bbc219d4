"""/api/v1/phone-numbers and /api/v1/twilio/numbers: the numbers of a business's own account at the carrier."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from modules.identity.principal import Principal
from modules.phone_lines import service
from modules.phone_lines.schemas import BundleOut, CarrierNumberOut, Import, PhoneLine, Purchase
from web.auth import Need, PortsOf, SettingsOf
from web.openapi import problems
from web.paging import FIRST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("numbers:read"))]
Writer = Annotated[Principal, Depends(Need("numbers:write"))]
WRITE = problems(400, 404, 409, 413, 415, 422)
VENDOR = problems(409, 502)

router = APIRouter(prefix="/api/v1/phone-numbers", tags=["phone numbers"], route_class=JsonRoute)
account_router = APIRouter(prefix="/api/v1/twilio", tags=["phone numbers"])


class PhoneLineOut(BaseModel):
    success: Literal[True] = True
    phone_number: PhoneLine


class PhoneLines(BaseModel):
    success: Literal[True] = True
    items: list[PhoneLine]


class Available(BaseModel):
    success: Literal[True] = True
    items: list[str]


@account_router.get("/numbers", responses=VENDOR)
async def list_account_numbers(principal: Reader, ports: PortsOf) -> ItemList[CarrierNumberOut]:
    """Every number in the business's own Twilio account, and whether its calls come here."""
    return ItemList(items=await service.list_account(ports, principal.tenant.id), next_cursor=None)


@router.get("", responses=problems(422))
async def list_phone_numbers(
    principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[PhoneLine]:
    """The numbers that were imported or bought, and how far each is."""
    rows = await service.list_lines(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/import", status_code=202, responses=WRITE)
async def import_phone_numbers(command: Import, principal: Writer, ports: PortsOf) -> PhoneLines:
    """Brings numbers of the own account here; what they led to before is kept, and put back on removal."""
    return PhoneLines(items=await service.import_numbers(ports, principal, command))


@router.get("/available", responses=problems(409, 422, 502))
async def list_available(
    principal: Reader,
    ports: PortsOf,
    country: Annotated[str, Query(pattern="^[A-Z]{2}$", description="ISO 3166")] = "FR",
    contains: Annotated[str, Query(max_length=20, pattern=r"^[0-9*]*$")] = "",
) -> Available:
    """Numbers that could be bought."""
    return Available(items=await service.available(ports, principal.tenant.id, country, contains))


@router.get("/regulatory", responses=VENDOR)
async def list_bundles(principal: Reader, ports: PortsOf) -> ItemList[BundleOut]:
    """How far the papers are that some countries want, and why they were rejected."""
    return ItemList(items=await service.bundles(ports, principal.tenant.id), next_cursor=None)


@router.post("/buy", status_code=202, responses=WRITE)
async def buy_phone_number(command: Purchase, principal: Writer, ports: PortsOf, settings: SettingsOf) -> PhoneLineOut:
    """Buys a number with the own account, where the operator allows it."""
    is_allowed = settings.number_purchases
    return PhoneLineOut(phone_number=await service.buy(ports, principal, command, is_allowed=is_allowed))


@router.get("/{line_id}", responses=problems(404))
async def get_phone_number(line_id: str, principal: Reader, ports: PortsOf) -> PhoneLineOut:
    """One number."""
    return PhoneLineOut(phone_number=await service.get(ports, principal.tenant.id, line_id))


@router.post("/{line_id}/configure", status_code=202, responses=problems(404, 409))
async def configure_phone_number(line_id: str, principal: Writer, ports: PortsOf) -> PhoneLineOut:
    """Once more, whatever was changed at the carrier."""
    return PhoneLineOut(phone_number=await service.configure(ports, principal, line_id))


@router.post("/{line_id}/release", status_code=202, responses=problems(404, 409))
async def release_phone_number(line_id: str, principal: Writer, ports: PortsOf, settings: SettingsOf) -> PhoneLineOut:
    """Gives a number back to the carrier, for good, where the operator allows it."""
    is_allowed = settings.number_purchases
    return PhoneLineOut(phone_number=await service.release(ports, principal, line_id, is_allowed=is_allowed))


@router.delete("/{line_id}", status_code=202, responses=problems(404, 409))
async def remove_phone_number(line_id: str, principal: Writer, ports: PortsOf) -> PhoneLineOut:
    """Takes a number away from here: what it led to before is put back."""
    return PhoneLineOut(phone_number=await service.remove(ports, principal, line_id))
