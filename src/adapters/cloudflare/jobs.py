"""ports.Jobs over a Queues binding."""

from collections.abc import Mapping
from typing import Any

from pyodide.ffi import JsException

from ports.jobs import JobsUnavailable


class QueueJobs:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def send(self, kind: str, payload: Mapping[str, str]) -> None:
        try:
            await self._binding.send({"kind": kind, **payload})
        except JsException as error:
            raise JobsUnavailable from error
