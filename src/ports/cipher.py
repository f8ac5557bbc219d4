"""Authenticated encryption as a dependency: the Worker's Python has none of its own."""

from dataclasses import dataclass, field
from typing import Protocol


class CannotOpen(Exception):
    """Another key, another context, or changed bytes; which of them cannot be told."""


class Cipher(Protocol):
    """AES-256-GCM (NIST SP 800-38D): keys of 32 bytes; sealed is the nonce of 12 bytes, then ciphertext and tag."""

    async def seal(self, key: bytes, plain: bytes, context: bytes) -> bytes:
        """`context` is not in the result, and opening needs the same."""
        ...

    async def open(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """Raises CannotOpen."""
        ...


@dataclass(frozen=True, slots=True)
class Keyring:
    """The installation's own keys. `previous` still opens while what it wrapped is being wrapped anew."""

    tokens: bytes = field(repr=False)  # one-time tokens are HMACs under it
    credentials: bytes = field(repr=False)
    previous: bytes | None = field(default=None, repr=False)
