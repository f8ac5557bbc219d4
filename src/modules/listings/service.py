"""Listings of an estate agent: written down, found by what somebody looks for, and the other way round."""

import json
from collections.abc import Sequence

from errors import NotFound
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.listings import queries
from modules.listings.errors import ReferenceTaken
from modules.listings.schemas import Listing, ListingIn, ListingQuery, Match
from modules.prospects import service as prospects
from modules.prospects.schemas import Criteria
from modules.words.text import fold
from ports.context import Ports
from ports.database import UniqueViolation

MOST_SEEKERS = 1_000


async def list_listings(ports: Ports, tenant_id: str, query: ListingQuery, before: str, limit: int) -> list[Listing]:
    cities = [query.city] if query.city else []
    kinds = [query.kind] if query.kind else []
    wanted = (query.status, query.deal, *_listed(kinds, cities))
    filters = (*wanted, query.price_max_minor, query.surface_min_m2, query.rooms_min)
    (found,) = await ports.db.batch(queries.listings(tenant_id, filters, before, limit))
    return [Listing.model_validate(row) for row in found.rows]


async def fitting(ports: Ports, tenant_id: str, wish: Criteria, limit: int) -> list[Listing]:
    """What is available and meets every criterion, the newest first."""
    sizes = (wish.price_max_minor, wish.surface_min_m2, wish.rooms_min)
    filters = ("available", wish.deal, *_listed(wish.kinds, wish.cities), *sizes)
    (found,) = await ports.db.batch(queries.listings(tenant_id, filters, "~", limit))
    return [Listing.model_validate(row) for row in found.rows]


async def get(ports: Ports, tenant_id: str, listing_id: str) -> Listing:
    """Raises NotFound."""
    (found,) = await ports.db.batch(queries.listing(tenant_id, listing_id))
    if found.first is None:
        raise NotFound("There is no such listing.")
    return Listing.model_validate(found.first)


async def create(ports: Ports, principal: Principal, command: ListingIn) -> Listing:
    """Raises ReferenceTaken."""
    return await _put(ports, principal, ports.ids.new("lst"), command, "created")


async def replace(ports: Ports, principal: Principal, listing_id: str, command: ListingIn) -> Listing:
    """Raises NotFound or ReferenceTaken."""
    await get(ports, principal.tenant.id, listing_id)
    return await _put(ports, principal, listing_id, command, "changed")


async def _put(ports: Ports, principal: Principal, listing_id: str, command: ListingIn, deed: str) -> Listing:
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    values = {**command.model_dump(), "city_folded": _folded(command.city)}
    try:
        await ports.db.batch(
            queries.put_listing(tenant_id, listing_id, json.dumps(values, ensure_ascii=False), at),
            audit.entry(ports, principal, f"listing.{deed}", listing_id),
        )
    except UniqueViolation as error:
        raise ReferenceTaken("Another listing has this reference.") from error
    return await get(ports, tenant_id, listing_id)


async def delete(ports: Ports, principal: Principal, listing_id: str) -> None:
    """Raises NotFound."""
    deleted, _ = await ports.db.batch(
        queries.delete_listing(principal.tenant.id, listing_id),
        audit.entry(ports, principal, "listing.deleted", listing_id),
    )
    if not deleted.changes:
        raise NotFound("There is no such listing.")


async def matches(ports: Ports, tenant_id: str, listing_id: str) -> list[Match]:
    """The prospects who look for such a thing, whoever has said most first. Raises NotFound."""
    listing = await get(ports, tenant_id, listing_id)
    (found,) = await ports.db.batch(queries.seekers(tenant_id, MOST_SEEKERS))
    made = []
    for row in found.rows:
        prospect = prospects.prospect_of(row)
        fits = met(listing, prospect.criteria)
        if fits:
            made.append(Match(prospect=prospect, fits=fits))
    return sorted(made, key=lambda one: len(one.fits), reverse=True)


def met(listing: Listing, wish: Criteria) -> list[str]:
    """The criteria that somebody has, when the listing meets every one of them; else none."""
    cities = {_folded(city) for city in wish.cities}
    asked = {
        "deal": (wish.deal is not None, wish.deal == listing.deal),
        "kinds": (bool(wish.kinds), listing.kind in wish.kinds),
        "cities": (bool(cities), _folded(listing.city) in cities),
        "price_max_minor": (wish.price_max_minor is not None, listing.price_minor <= (wish.price_max_minor or 0)),
        "surface_min_m2": (wish.surface_min_m2 is not None, (listing.surface_m2 or 0) >= (wish.surface_min_m2 or 0)),
        "rooms_min": (wish.rooms_min is not None, (listing.rooms or 0) >= (wish.rooms_min or 0)),
    }
    given = [name for name, (is_asked, _) in asked.items() if is_asked]
    return given if all(is_met for is_asked, is_met in asked.values() if is_asked) else []


def _listed(kinds: Sequence[str], cities: Sequence[str]) -> tuple[str, str]:
    return json.dumps(list(kinds)), json.dumps([_folded(city) for city in cities], ensure_ascii=False)


def _folded(city: str) -> str:
    return " ".join(fold(city).replace("-", " ").replace("'", " ").split())
