"""Clock and identifiers from the standard library; entropy is read inside requests only."""

import os
import time
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: sorts as its number does


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_ms(self) -> float:
        return time.perf_counter() * 1000


class SystemIds:
    """ULID: 48 bits of milliseconds and 80 random bits, 26 characters (github.com/ulid/spec)."""

    def new(self, prefix: str) -> str:
        number = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10))
        return f"{prefix}_{''.join(_ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))}"

    def secret(self, size: int = 32) -> bytes:
        return os.urandom(size)
