"""/api/v1/listings: what an estate agent has to sell or let, and who looks for it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.listings import service
from modules.listings.schemas import Listing, ListingIn, ListingQuery, Match
from web.auth import Need, PortsOf
from web.openapi import problems
from web.paging import LAST, ItemList, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("products:read"))]
Writer = Annotated[Principal, Depends(Need("products:write"))]
WRITE = problems(400, 404, 409, 413, 415, 422)

router = APIRouter(prefix="/api/v1/listings", tags=["listings"], route_class=JsonRoute)


class ListingOut(BaseModel):
    success: Literal[True] = True
    listing: Listing


class MatchList(BaseModel):
    success: Literal[True] = True
    items: list[Match]
    next_cursor: None = None


@router.get("", responses=problems(422))
async def list_listings(
    principal: Reader, ports: PortsOf, query: Annotated[ListingQuery, Query()]
) -> ItemList[Listing]:
    """Newest first, by what somebody looks for."""
    rows = await service.list_listings(ports, principal.tenant.id, query, query.cursor or LAST, query.limit + 1)
    items, next_cursor = page(rows, query.limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("", status_code=201, responses=WRITE)
async def create_listing(command: ListingIn, principal: Writer, ports: PortsOf) -> ListingOut:
    """Writes one down."""
    return ListingOut(listing=await service.create(ports, principal, command))


@router.get("/{listing_id}", responses=problems(404))
async def get_listing(listing_id: str, principal: Reader, ports: PortsOf) -> ListingOut:
    """One listing."""
    return ListingOut(listing=await service.get(ports, principal.tenant.id, listing_id))


@router.put("/{listing_id}", responses=WRITE)
async def replace_listing(listing_id: str, command: ListingIn, principal: Writer, ports: PortsOf) -> ListingOut:
    """In the place of what it was."""
    return ListingOut(listing=await service.replace(ports, principal, listing_id, command))


@router.delete("/{listing_id}", responses=problems(404))
async def delete_listing(listing_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Gone for good; one that is sold may stay, with status gone."""
    await service.delete(ports, principal, listing_id)
    return Done()


@router.get("/{listing_id}/matches", responses=problems(404))
async def list_matches(listing_id: str, principal: Reader, ports: PortsOf) -> MatchList:
    """The prospects who look for such a thing, whoever has said most of what they want first."""
    return MatchList(items=await service.matches(ports, principal.tenant.id, listing_id))
