"""Opaque tokens: what is kept of one, and how a mailed one is made again instead of being kept."""

import hashlib
import hmac


def digest(token: str) -> str:
    """What is kept of an opaque token: for 256 random bits one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def derived(key: bytes, purpose: str, token_id: str) -> str:
    """The token of a row: made again from its id whenever its mail is written, and found nowhere in between."""
    return hmac.new(key, f"{purpose}:{token_id}".encode(), hashlib.sha256).hexdigest()


def same(given: str, expected: str) -> bool:
    """In a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))
