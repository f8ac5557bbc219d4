"""What queues and cron do takes a moment, and a longer one on a busy machine."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

PATIENCE_S = 60.0
PATIENT: Mapping[str, Any] = {"timeout": PATIENCE_S, "trust_env": False}  # for httpx; no proxy reaches loopback

Found = TypeVar("Found")


def eventually(find: Callable[[], Found | None], within_s: float = PATIENCE_S) -> Found:
    """What `find` gives once that counts as true; an assertion fails when it does not within so many seconds."""
    ends = time.monotonic() + within_s
    while not (found := find()):
        assert time.monotonic() < ends, f"nothing within {within_s:.0f} s"
        time.sleep(0.1)
    return found
