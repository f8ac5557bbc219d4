"""What the catalogue answered kept with the turn, so that it can be decided again from it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pydantic import TypeAdapter

from ports.catalogue import Catalogue, Goods, Home, HomeWish

_GOODS, _HOMES = TypeAdapter(tuple[Goods, ...]), TypeAdapter(tuple[Home, ...])


@dataclass(slots=True)
class RecordingCatalogue:
    inner: Catalogue
    answers: list[list[dict[str, Any]]] = field(default_factory=list)

    async def goods(self, words: str) -> tuple[Goods, ...]:
        found = await self.inner.goods(words)
        self.answers.append([asdict(one) for one in found])
        return found

    async def homes(self, wish: HomeWish) -> tuple[Home, ...]:
        found = await self.inner.homes(wish)
        self.answers.append([asdict(one) for one in found])
        return found


class RecordedCatalogue:
    """Answers as it did then, in that order; what was not looked up then is not there."""

    def __init__(self, answers: Sequence[list[dict[str, Any]]]) -> None:
        self._left = list(answers)

    async def goods(self, words: str) -> tuple[Goods, ...]:
        return _GOODS.validate_python(self._left.pop(0)) if self._left else ()

    async def homes(self, wish: HomeWish) -> tuple[Home, ...]:
        return _HOMES.validate_python(self._left.pop(0)) if self._left else ()
