"""Objects by key: audio, and nothing that has to be searched."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

MOST_AT_ONCE = 1_000  # keys that R2 lists or deletes at once


@dataclass(frozen=True, slots=True)
class Blob:
    """What was asked for of an object; `size` is that of the whole."""

    content: bytes
    size: int
    etag: str


class BlobsUnavailable(Exception):
    """The store did not answer."""


class Blobs(Protocol):
    async def put(self, key: str, content: bytes, content_type: str) -> None:
        """Writes the whole object, in the place of one that was there. Raises BlobsUnavailable."""
        ...

    async def get(self, key: str, first: int = 0, length: int | None = None) -> Blob | None:
        """The bytes from `first` on, all of them or so many; None where there is none. Raises BlobsUnavailable."""
        ...

    async def put_pieces(self, key: str, pieces: AsyncIterator[bytes], content_type: str) -> int:
        """Writes an object of any size as it is made; its bytes. Nothing of it is there when `pieces` or the store fail.

        Raises BlobsUnavailable, and whatever `pieces` raises.
        """
        ...

    async def keys(self, prefix: str, after: str = "") -> Sequence[str]:
        """At most MOST_AT_ONCE in their order, those that come after `after`. Raises BlobsUnavailable."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """At most MOST_AT_ONCE; one that is not there is no error. Raises BlobsUnavailable."""
        ...
