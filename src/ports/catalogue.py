"""What a business sells or lets, as a conversation looks it up."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Goods:
    """One product, or one of its variants. `stock` None: not counted."""

    id: str
    name: str
    price_minor: int | None = None
    currency: str | None = None
    stock: int | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """One listing of an estate agent."""

    id: str
    title: str
    deal: str  # sale or rent
    kind: str
    city: str
    price_minor: int
    currency: str
    surface_m2: int | None = None
    rooms: int | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class HomeWish:
    """What is left out is all the same."""

    deal: str | None = None
    kinds: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    price_max_minor: int | None = None
    surface_min_m2: int | None = None
    rooms_min: int | None = None


class Catalogue(Protocol):
    async def goods(self, words: str) -> tuple[Goods, ...]:
        """What goes by these words, the best first; nothing where nothing does."""
        ...

    async def homes(self, wish: HomeWish) -> tuple[Home, ...]:
        """What is available and fits, the newest first."""
        ...
