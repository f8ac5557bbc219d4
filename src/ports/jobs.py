"""Work after the answer: the durable row first, then a job; cron sends again what was left."""

from collections.abc import Mapping
from typing import Protocol


class JobsUnavailable(Exception):
    """The queue took nothing."""


class Jobs(Protocol):
    async def send(self, kind: str, payload: Mapping[str, str]) -> None:
        """Queues one job; delivered at least once, in no order. Raises JobsUnavailable."""
        ...
