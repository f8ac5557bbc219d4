"""A Worker that runs batches from the outside through the project's own D1 adapter; for tests only."""

import json
from dataclasses import asdict
from typing import Any

from workers import Response, WorkerEntrypoint

import js
from adapters.cloudflare.d1 import D1Database
from adapters.system import SystemClock
from ports.database import DatabaseError, Statement


class Lossy:
    """A binding whose first answers are lost on the way."""

    def __init__(self, binding: Any, losses: int) -> None:
        self.prepare = binding.prepare
        self._binding = binding
        self._losses = losses

    async def batch(self, prepared: Any) -> Any:
        if self._losses:
            self._losses -= 1
            await js.Promise.reject(js.Error.new("D1_ERROR: Network connection lost."))
        return await self._binding.batch(prepared)


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        if request.url.endswith("/healthz"):
            return Response("ok")
        asked = json.loads(await request.text())
        db = D1Database(Lossy(self.env.DB, asked["losses"]), SystemClock())
        statements = [Statement(one["sql"], tuple(one["params"])) for one in asked["statements"]]
        try:
            results = await db.batch(*statements, idempotent=asked["idempotent"])
        except DatabaseError as error:
            failure = {"kind": type(error).__name__, "args": [str(arg) for arg in error.args], "fields": vars(error)}
            return Response(json.dumps({"error": failure, "usage": asdict(db.usage)}))
        rows = [{"rows": [dict(row) for row in r.rows], "changes": r.changes} for r in results]
        return Response(json.dumps({"results": rows, "usage": asdict(db.usage)}))
