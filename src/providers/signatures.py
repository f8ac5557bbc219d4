"""What verifiers share: constant-time comparison, and how old a signed message may be."""

import hmac
from datetime import datetime

TOLERANCE_S = 300
# A timestamp of more digits counts milliseconds: in seconds it would lie beyond the year 5000.
_SECONDS_DIGITS = 11


def same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode("utf-8", "replace"))


def digest(secret: bytes, message: bytes, algorithm: str = "sha256") -> bytes:
    return hmac.new(secret, message, algorithm).digest()


def is_recent(timestamp: str, now: datetime) -> bool:
    """Unix time, in seconds or milliseconds, within five minutes of `now` on either side."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):
        return False
    seconds = int(timestamp) / (1 if len(timestamp) <= _SECONDS_DIGITS else 1000)
    return abs(now.timestamp() - seconds) <= TOLERANCE_S
