"""The Worker with more paths, for measurements only: its memory, one answer given in three ways, and faults to come.

/bench/before?times=20  twenty batches of writes fail before they are committed
/bench/after?times=20   twenty are committed, and their answers lost
/bench/again?times=20   twenty batches of messages come from the queue once more after they were done
"""

from typing import Any

import pyodide_js
from fastapi import FastAPI
from workers import Response, asgi

from adapters.cloudflare.asgi import serve
from adapters.cloudflare.d1 import D1Database
from adapters.cloudflare.figures import python_memory_bytes
from entry import Default as Worker
from ports.database import DatabaseUnavailable, Result, Statement

small = FastAPI(openapi_url=None)
_faults = {"before": 0, "after": 0, "again": 0}
_run = D1Database._run


def used() -> int:
    """Bytes that malloc has given out, of the memory's length."""
    module = pyodide_js._module
    told = module._malloc(40)
    try:
        module._mallinfo(told)
        return int(module.HEAP32[told // 4 + 7])  # uordblks
    finally:
        module._free(told)


def _happens(fault: str) -> bool:
    _faults[fault] -= 1
    return _faults[fault] >= 0


async def _run_or_fail(self: D1Database, statements: tuple[Statement, ...]) -> list[Result]:
    writes = not all(statement.is_read for statement in statements)
    if writes and _happens("before"):
        raise DatabaseUnavailable("Network connection lost.")
    results = await _run(self, statements)
    if writes and _happens("after"):
        raise DatabaseUnavailable("Network connection lost.")
    return results


D1Database._run = _run_or_fail  # type: ignore[method-assign]


@small.get("/bench/{way}")
async def answer(way: str) -> dict[str, str]:
    return {"way": way}


class Default(Worker):
    async def fetch(self, request: Any) -> Any:
        way, _, times = request.url.rpartition("/bench/")[2].partition("?times=")
        if way in _faults:
            _faults[way] = int(times)
            return Response.json(_faults)
        answer = await self._answer(way, request)
        for _ in range(int(times or 1) - 1):
            answer = await self._answer(way, request)
        return answer

    async def _answer(self, way: str, request: Any) -> Any:
        match way:
            case "heap":
                return Response(str(python_memory_bytes()))
            case "used":
                return Response(str(used()))
            case "plain":
                return Response.json({"way": "plain"})
            case "bridge":
                return await serve(small, request.js_object, {})
            case "sdk":
                return await asgi.fetch(small, request.js_object, self.env)
        return await super().fetch(request)

    async def queue(self, batch: Any, env: Any = None, ctx: Any = None) -> None:
        await super().queue(batch, env, ctx)
        if _happens("again"):
            await super().queue(batch, env, ctx)
