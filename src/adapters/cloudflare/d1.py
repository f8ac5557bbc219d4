"""ports.Database over a D1 binding: every batch is one `DB.batch` call."""

import asyncio
from typing import Any

from pyodide.ffi import JsException

from adapters.sqlite_errors import database_error
from ports.clock import Clock
from ports.database import DatabaseUnavailable, Result, Statement, Usage

RETRY_DELAYS_S = (0.05, 0.2)


class D1Database:
    """One per request: `usage` counts what this request has cost."""

    def __init__(self, binding: Any, clock: Clock) -> None:
        self._binding = binding
        self._clock = clock
        self.usage = Usage()

    async def batch(self, *statements: Statement, idempotent: bool = False) -> list[Result]:
        may_repeat = idempotent or all(statement.is_read for statement in statements)
        for delay_s in RETRY_DELAYS_S if may_repeat else ():
            try:
                return await self._run(statements)
            except DatabaseUnavailable:
                await asyncio.sleep(delay_s)
        return await self._run(statements)

    async def _run(self, statements: tuple[Statement, ...]) -> list[Result]:
        prepare = self._binding.prepare
        prepared = [prepare(s.sql).bind(*s.params) if s.params else prepare(s.sql) for s in statements]
        started = self._clock.monotonic_ms()
        self.usage.round_trips += 1
        self.usage.queries += len(statements)
        try:
            answers = await self._binding.batch(prepared)
        except JsException as error:
            raise database_error(str(error)) from error
        finally:
            self.usage.ms += self._clock.monotonic_ms() - started
        return [self._result(answer) for answer in answers]

    def _result(self, answer: Any) -> Result:
        meta = answer["meta"]
        self.usage.rows_read += int(meta.get("rows_read") or 0)
        self.usage.rows_written += int(meta.get("rows_written") or 0)
        return Result(rows=answer["results"] or (), changes=int(meta.get("changes") or 0))
