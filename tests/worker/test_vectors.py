"""The contract of ports.Vectors on the stand-in in workerd, through the project's own adapter."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from ports.embedder import Vector
from ports.vectors import Hit, Progress, VectorsUnavailable
from tests.contract.vectors_contract import CASES, Case
from tests.support.patience import PATIENT
from tests.worker.probes import probe

HERE = Path(__file__).parent
DELAY_S = 1.0
INDEX = """
[[vectorize]]
binding = "VECTORIZE"
index_name = "coccinelle-vectors-v2"
"""


class RemoteVectors:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def _ask(self, method: str, *arguments: Any) -> Any:
        answer = self._client.post("/", json={"method": method, "arguments": arguments})
        assert answer.status_code == 200, answer.text
        said = answer.json()
        if "unavailable" in said:
            raise VectorsUnavailable(said["unavailable"])
        return said["answer"]

    async def upsert(self, namespace: str, vectors: Mapping[str, Vector]) -> str:
        return str(self._ask("upsert", namespace, vectors))

    async def delete(self, ids: Sequence[str]) -> str:
        return str(self._ask("delete", ids))

    async def query(self, namespace: str, vector: Vector, most: int) -> list[Hit]:
        return [Hit(key, score) for key, score in self._ask("query", namespace, vector, most)]

    async def present(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(self._ask("present", ids))

    async def progress(self) -> Progress:
        count, mutation, until = self._ask("progress")
        return Progress(count, mutation, datetime.fromisoformat(until) if until else None)


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteVectors]:
    project = tmp_path_factory.mktemp("vectors")
    variables = {"VECTORIZE_DELAY_MS": str(int(DELAY_S * 1000))}
    started = probe(project, HERE / "vectors_probe/entry.py", more=INDEX, variables=variables)
    with started as worker, httpx.Client(base_url=worker.url, **PATIENT) as client:
        yield RemoteVectors(client)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_stand_in_does_what_the_index_does(case: Case, vectors: RemoteVectors) -> None:
    async def wait() -> None:
        await asyncio.sleep(DELAY_S + 0.3)

    asyncio.run(case(vectors, wait))
