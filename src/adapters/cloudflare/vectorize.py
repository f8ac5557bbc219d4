"""ports.Vectors over a Vectorize binding (v2)."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pyodide.ffi import JsException

from adapters.cloudflare.values import given, plain
from ports.embedder import Vector
from ports.vectors import Hit, Progress, VectorsUnavailable

TIMEOUT_S = 5.0


class VectorizeIndex:
    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def upsert(self, namespace: str, vectors: Mapping[str, Vector]) -> str:
        listed = [{"id": key, "values": list(vector), "namespace": namespace} for key, vector in vectors.items()]
        return str((await self._ask("upsert", listed))["mutationId"])

    async def delete(self, ids: Sequence[str]) -> str:
        return str((await self._ask("deleteByIds", list(ids)))["mutationId"])

    async def query(self, namespace: str, vector: Vector, most: int) -> list[Hit]:
        answer = await self._ask("query", list(vector), {"topK": most, "namespace": namespace})
        return [Hit(str(match["id"]), float(match["score"])) for match in answer["matches"]]

    async def present(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(str(vector["id"]) for vector in await self._ask("getByIds", list(ids)))

    async def progress(self) -> Progress:
        told = await self._ask("describe")
        until = told.get("processedUpToDatetime")
        at = datetime.fromisoformat(str(until)) if until else None
        return Progress(int(told.get("vectorCount") or 0), told.get("processedUpToMutation") or None, at)

    async def _ask(self, method: str, *arguments: Any) -> Any:
        try:
            asked = getattr(self._binding, method)(*map(given, arguments))
            return plain(await asyncio.wait_for(asked, TIMEOUT_S))
        except (JsException, TimeoutError, ValueError) as error:
            raise VectorsUnavailable("no_answer" if isinstance(error, TimeoutError) else "refused") from error
