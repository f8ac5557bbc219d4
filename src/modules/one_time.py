"""Opaque tokens: what is kept of one, and how a mailed one is made again instead of being kept."""

import hashlib
import hmac
from datetime import datetime


def digest(token: str) -> str:
    """What is kept of an opaque token: for 256 random bits one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def derived(key: bytes, purpose: str, token_id: str) -> str:
    """The token of a row: made again from its id whenever its mail is written, and found nowhere in between."""
    return hmac.new(key, f"{purpose}:{token_id}".encode(), hashlib.sha256).hexdigest()


def signature(key: bytes, purpose: str, subject: str, expires: int) -> str:
    """Of an address that is good until `expires`, in seconds since 1970."""
    return derived(key, purpose, f"{subject}:{expires}")[:40]


def is_signed(key: bytes, purpose: str, subject: str, signed: tuple[int, str], now: datetime) -> bool:
    """`signed` is (expires, signature)."""
    expires, given = signed
    return same(given, signature(key, purpose, subject, expires)) and now.timestamp() <= expires


def same(given: str, expected: str) -> bool:
    """In a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))
