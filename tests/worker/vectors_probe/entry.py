"""A Worker that asks the project's own Vectorize adapter from the outside; for tests only."""

import json
from typing import Any

from workers import Response, WorkerEntrypoint

from adapters.cloudflare.vectorize import VectorizeIndex
from ports.vectors import Progress, VectorsUnavailable


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        if request.url.endswith("/healthz"):
            return Response("ok")
        asked = json.loads(await request.text())
        try:
            answer = await getattr(VectorizeIndex(self.env.VECTORIZE), asked["method"])(*asked["arguments"])
        except VectorsUnavailable as error:
            return Response(json.dumps({"unavailable": error.reason}))
        if isinstance(answer, Progress):
            until = answer.until.isoformat() if answer.until else None
            answer = [answer.count, answer.mutation_id, until]
        elif isinstance(answer, list):
            answer = [[hit.id, hit.score] for hit in answer]
        elif isinstance(answer, frozenset):
            answer = sorted(answer)
        return Response(json.dumps({"answer": answer}))
