"""ports.Jobs over a Queues binding."""

from collections.abc import Mapping
from typing import Any

from pyodide.ffi import JsException

from ports.correlation import current
from ports.jobs import JobsUnavailable


class QueueJobs:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def send(self, kind: str, payload: Mapping[str, str], delay_s: int = 0) -> None:
        try:
            options = {"delaySeconds": delay_s} if delay_s else {}
            traced = {"correlation_id": current()} if current() else {}
            await self._binding.send({"kind": kind, **payload, **traced}, options)
        except JsException as error:
            raise JobsUnavailable from error
