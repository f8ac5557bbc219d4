"""The catalogue as tools of a model: what is sold and what is left of it, which homes fit."""

from collections.abc import Awaitable, Callable
from typing import Any

from modules.engine.results import Result
from modules.engine.tool_arguments import HomesWanted, Product
from modules.receptionist import amount
from ports.catalogue import Catalogue, Goods, Home, HomeWish
from ports.dialogue import Service, TurnRequest

CatalogueTool = Callable[[TurnRequest, Any, Catalogue | None], Awaitable[Result]]
CATALOGUE_TOOLS = ("lookup_product", "find_listings")


async def lookup_product(turn: TurnRequest, asked: Product, catalogue: Catalogue | None) -> Result:
    """Services and products of that name, with prices as they are said and what is in stock."""
    words = {word for word in asked.query.lower().split() if len(word) > 2}
    services = [one for one in turn.facts.services if any(word in one.name.lower() for word in words)]
    goods = await catalogue.goods(asked.query) if catalogue is not None else ()
    items = [*(_service(turn, one) for one in services), *(_goods(turn, one) for one in goods)]
    if not items:
        return Result({"found": False, "advice": "Say that you do not find it, and offer to take a message."})
    advice = "Say prices exactly as they stand here. Where in_stock is null, say nothing of stock."
    sources = ("services",) if services else ()
    return Result({"found": True, "items": items, "advice": advice}, sources=(*sources, *(one.id for one in goods)))


async def find_listings(turn: TurnRequest, asked: HomesWanted, catalogue: Catalogue | None) -> Result:
    """What is available and fits."""
    most = round(asked.price_max * 100) if asked.price_max is not None else None
    kinds = (asked.kind,) if asked.kind else ()
    cities = (asked.city,) if asked.city else ()
    wish = HomeWish(asked.deal, kinds, cities, most, asked.surface_min_m2, asked.rooms_min)
    homes = await catalogue.homes(wish) if catalogue is not None else ()
    if not homes:
        advice = "Say that there is none at the moment, and offer to note what they look for (save_lead)."
        return Result({"found": False, "advice": advice})
    advice = "Tell at most two in one sentence each, prices exactly as they stand here; then offer a visit."
    items = [_home(turn, one) for one in homes]
    return Result({"found": True, "listings": items, "advice": advice}, sources=tuple(one.id for one in homes))


def _service(turn: TurnRequest, one: Service) -> dict[str, Any]:
    price = amount(one.price_minor, one.currency, turn.language) if one.price_minor is not None else None
    return {"name": one.name, "price": price, "minutes": one.duration_min}


def _goods(turn: TurnRequest, one: Goods) -> dict[str, Any]:
    price = amount(one.price_minor, one.currency, turn.language) if one.price_minor is not None else None
    in_stock = None if one.stock is None else one.stock > 0
    return {"name": one.name, "price": price, "in_stock": in_stock, "left": one.stock, "description": one.description}


def _home(turn: TurnRequest, one: Home) -> dict[str, Any]:
    price = amount(one.price_minor, one.currency, turn.language)
    monthly = {"fr": " par mois", "en": " a month"}[turn.language] if one.deal == "rent" else ""
    sizes = {"surface_m2": one.surface_m2, "rooms": one.rooms, "reference": one.reference}
    return {"title": one.title, "kind": one.kind, "city": one.city, "price": f"{price}{monthly}", **sizes}
