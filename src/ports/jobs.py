"""Work after the answer: the durable row first, then a job; cron sends again what was left."""

from collections.abc import Mapping
from typing import Protocol


class JobsUnavailable(Exception):
    """The queue took nothing."""


class Jobs(Protocol):
    async def send(self, kind: str, payload: Mapping[str, str], delay_s: int = 0) -> None:
        """Queues one job; delivered at least once, in no order, after `delay_s` at the earliest. Raises JobsUnavailable."""
        ...
