"""Lists in pages: `limit` rows from `cursor` on; ids sort by time, so an id is a cursor."""

from collections.abc import Sequence
from typing import Annotated, Generic, Literal, Protocol, TypeVar

from fastapi import Query
from pydantic import BaseModel

Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[
    str | None, Query(max_length=64, pattern=r"^[A-Za-z0-9_]+$", description="next_cursor of the page before.")
]
FIRST, LAST = "", "~"  # before and after every id


class Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T")
Item = TypeVar("Item", bound=Identified)


class ItemList(BaseModel, Generic[T]):
    success: Literal[True] = True
    items: list[T]
    next_cursor: str | None


def page(items: Sequence[Item], limit: int) -> tuple[list[Item], str | None]:
    """From limit + 1 rows the page and its next cursor."""
    shown = list(items[:limit])
    return shown, shown[-1].id if len(items) > limit else None
