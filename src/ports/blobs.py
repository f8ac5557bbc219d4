"""Objects by key: audio, and nothing that has to be searched."""

from dataclasses import dataclass
from typing import Protocol


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
