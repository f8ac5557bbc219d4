"""scrypt (RFC 7914) as a dependency: the Worker's Python has none of its own."""

from typing import Protocol


class KeyDerivation(Protocol):
    async def scrypt(self, password: bytes, salt: bytes, *, n: int, r: int, p: int, size: int) -> bytes:
        """Derives `size` bytes; uses about 128 * n * r bytes of memory while it runs."""
        ...
