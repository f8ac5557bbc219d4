"""The corpus in an installation of its own, in memory: the project's own search over SQLite, vectors compared by numpy."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bench.knowledge.corpus import Passage
from modules.knowledge import chunk_queries, document_queries, indexing
from modules.knowledge.cutting import Piece, Source, rows
from ports.context import Ports
from ports.embedder import EmbeddingModel, Vector
from ports.vectors import Hit, Progress
from tests.support.fakes import World

TENANT = "tnt_bench"
AT = "2026-11-20 11:00:00.000"


class MatrixVectors:
    """Exact cosine, seen at once."""

    def __init__(self) -> None:
        self._ids: dict[str, list[str]] = {}
        self._rows: dict[str, list[Any]] = {}

    async def upsert(self, namespace: str, vectors: Mapping[str, Vector]) -> str:
        self._ids.setdefault(namespace, []).extend(vectors)
        self._rows.setdefault(namespace, []).extend(np.asarray(v, dtype=np.float32) for v in vectors.values())
        return "mutation"

    async def delete(self, ids: Sequence[str]) -> str:
        raise NotImplementedError

    async def query(self, namespace: str, vector: Vector, most: int) -> list[Hit]:
        scores = np.asarray(self._rows[namespace]) @ np.asarray(vector, dtype=np.float32)
        best = np.argsort(-scores)[:most]
        return [Hit(self._ids[namespace][at], float(scores[at])) for at in best]

    async def present(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(ids)

    async def progress(self) -> Progress:
        return Progress(0, None, None)


class Trained:
    """ports.Embedder over a function from texts to rows of unit length."""

    def __init__(self, embed: Any) -> None:
        self._embed = embed

    async def embed(self, model: EmbeddingModel, texts: Sequence[str]) -> list[Vector]:
        return [list(map(float, row)) for row in self._embed(list(texts))]


async def build(passages: Sequence[Passage], embed: Any, dimensions: int) -> tuple[Ports, dict[str, str]]:
    """The ports of the installation, and the key of each piece by its id."""
    world = World(EMBEDDING_DIMENSIONS=str(dimensions))
    world.embedder = Trained(embed)  # type: ignore[assignment]
    world.vectors = MatrixVectors()  # type: ignore[assignment]
    ports = world.ports
    world.db.connection.execute(
        "INSERT INTO tenants (id, name, slug, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
        (TENANT, "Sample", "sample", AT, AT),
    )
    await ports.db.batch(
        chunk_queries.ensure_space(TENANT), chunk_queries.ensure_index(TENANT, str(ports.embedding), dimensions, AT)
    )
    keys: dict[str, str] = {}
    for document_id, those in _by_trade(passages).items():
        title = those[0].heading.partition(" > ")[0]
        values = json.dumps({"title": title, "content": "", "origin": "api", "format": "text", "analysis": 1})
        source = Source("document", document_id, title, "", those[0].language)
        made = rows(source, [Piece(one.heading, one.text) for one in those])
        keys |= {row["id"]: one.key for row, one in zip(made, those, strict=True)}
        await ports.db.batch(
            document_queries.insert_document(TENANT, document_id, values, AT),
            chunk_queries.put_chunks(TENANT, json.dumps(made, ensure_ascii=False)),
        )
    while (await indexing.bring_up(ports, TENANT)) == "done" and world.db.rows(
        "SELECT 1 FROM knowledge_vectors WHERE state = 'wanted' LIMIT 1"
    ):
        pass
    return ports, keys


def _by_trade(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = {}
    for one in passages:
        found.setdefault("doc_" + one.key.partition(".")[0].replace("/", "_"), []).append(one)
    return found
