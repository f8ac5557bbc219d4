"""Identifiers and other randomness as a dependency."""

from typing import Protocol


class Ids(Protocol):
    def new(self, prefix: str) -> str:
        """`prefix_` and 26 characters that sort by time of making, e.g. `call_01jd...`."""
        ...

    def secret(self, size: int = 32) -> bytes:
        """Random bytes fit for salts and tokens."""
        ...
