"""ports.Catalogue of a business: its products and its listings, as they are now."""

from dataclasses import dataclass

from modules.listings import service as listings
from modules.products import service as products
from modules.products.schemas import Product
from modules.prospects.schemas import Criteria
from ports.catalogue import Goods, Home, HomeWish
from ports.context import Ports

MOST_GOODS, MOST_HOMES = 6, 5
LEAST_LETTERS = 3  # of a word that is looked up


@dataclass(frozen=True, slots=True)
class StoreCatalogue:
    ports: Ports
    tenant_id: str

    async def goods(self, words: str) -> tuple[Goods, ...]:
        long = " ".join(word for word in words.split() if len(word) >= LEAST_LETTERS)
        found = await products.offered(self.ports, self.tenant_id, long, MOST_GOODS)
        return tuple(one for product in found for one in _goods(product))

    async def homes(self, wish: HomeWish) -> tuple[Home, ...]:
        wanted = Criteria.model_validate(
            {
                "deal": wish.deal,
                "kinds": list(wish.kinds),
                "cities": list(wish.cities),
                "price_max_minor": wish.price_max_minor,
                "surface_min_m2": wish.surface_min_m2,
                "rooms_min": wish.rooms_min,
            }
        )
        found = await listings.fitting(self.ports, self.tenant_id, wanted, MOST_HOMES)
        return tuple(
            Home(
                one.id,
                one.title,
                one.deal,
                one.kind,
                one.city,
                one.price_minor,
                one.currency,
                one.surface_m2,
                one.rooms,
                one.reference,
            )
            for one in found
        )


def _goods(product: Product) -> list[Goods]:
    """A product's variants, each under its own name."""
    return [
        Goods(
            product.id,
            f"{product.name} {one.label}".strip(),
            one.price_minor,
            one.currency,
            one.stock,
            product.description,
        )
        for one in product.variants
    ]
