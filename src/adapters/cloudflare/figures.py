"""The figures of all isolates: one Durable Object that they tell what they have counted.

An isolate tells what it has at most once in TELL_S, after an answer and not before it. What it had not told when it
ended is lost; what the object has taken is kept, and taken once.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pyodide_js
from pyodide.ffi import JsException
from workers import DurableObject

from adapters.meter import IsolateMeter
from ports.meter import Sample

TELL_S = 2.0
TIMEOUT_S = 5.0
_NAME = "all"
_SERIES = """CREATE TABLE IF NOT EXISTS series (
  name TEXT NOT NULL, labels TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY (name, labels)) WITHOUT ROWID"""
_ADD = """INSERT INTO series (name, labels, value) VALUES (?, ?, ?)
  ON CONFLICT (name, labels) DO UPDATE SET value = value + excluded.value"""
_SET = """INSERT INTO series (name, labels, value) VALUES (?, ?, ?)
  ON CONFLICT (name, labels) DO UPDATE SET value = excluded.value"""


def python_memory_bytes() -> int | None:
    """The length of this isolate's Python memory, which never shrinks; what JavaScript holds is not in it.

    Pyodide tells it under a private name only; None when a later one does not.
    """
    try:
        return int(pyodide_js._module.HEAP8.length)
    except AttributeError:
        return None


class FiguresObject(DurableObject):
    """Single-threaded, and writes without a wait between them are one: no lock, no lost count."""

    def __init__(self, ctx: Any, env: Any) -> None:
        super().__init__(ctx, env)
        self._sql = ctx.storage.sql
        self._sql.exec(_SERIES)

    async def add(self, told: str) -> None:
        for name, labels, how, value in json.loads(told):
            self._sql.exec(_SET if how == "set" else _ADD, name, labels, value)

    async def read(self) -> str:
        rows = self._sql.exec("SELECT name, labels, value FROM series ORDER BY name, labels").raw().toArray()
        return json.dumps([list(row) for row in rows])


class SharedFigures:
    """ports.meter.Figures over the binding, and the isolate's way of telling."""

    _is_telling = False  # this isolate's: one teller at a time

    def __init__(self, binding: Any, meter: IsolateMeter) -> None:
        self._binding = binding
        self._meter = meter

    async def read(self) -> Sequence[Sample] | None:
        await self.tell()
        try:
            rows = json.loads(str(await asyncio.wait_for(self._object().read(), TIMEOUT_S)))
        except (JsException, TimeoutError):
            return None
        return [
            Sample(name, tuple((one, value) for one, value in json.loads(labels)), value)
            for name, labels, value in rows
        ]

    async def tell(self) -> None:
        if self._meter.is_empty:
            return
        if (length := python_memory_bytes()) is not None:
            self._meter.set("python_memory_bytes", length)
        told = self._meter.taken()
        try:
            await asyncio.wait_for(self._object().add(json.dumps(told)), TIMEOUT_S)
        except (JsException, TimeoutError):
            self._meter.put_back(told)

    async def tell_soon(self) -> None:
        """Together with what is counted meanwhile; nothing while another one is about to."""
        if SharedFigures._is_telling or self._meter.is_empty:
            return
        SharedFigures._is_telling = True
        try:
            await asyncio.sleep(TELL_S)
        finally:
            SharedFigures._is_telling = False
        await self.tell()

    def _object(self) -> Any:
        return self._binding.getByName(_NAME)
