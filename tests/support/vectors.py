"""Vectorize, an embedder and a reranker in memory: deterministic, and they refuse what the real ones refuse."""

import hashlib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from ports.embedder import EmbeddingModel, Vector
from ports.vectors import MOST_BY_ID, MOST_HITS, MOST_IN_BATCH, Hit, Progress, VectorsUnavailable
from ports.vendors import VendorUnavailable

_WORD = re.compile(r"\w+")


def vector_of(text: str, dimensions: int) -> list[float]:
    """Every word adds a few directions of its own, so texts with words in common are near each other."""
    sum_ = [0.0] * dimensions
    for word in _WORD.findall(text.lower()):
        digest = hashlib.sha256(word[:5].encode()).digest()
        for at in range(0, 24, 3):
            sum_[int.from_bytes(digest[at : at + 2], "big") % dimensions] += 1 if digest[at + 2] & 1 else -1
    length = math.hypot(*sum_) or 1.0
    return [value / length for value in sum_]


class WordEmbedder:
    """`fails` breaks every request, as an outage would."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.fails = False

    async def embed(self, model: EmbeddingModel, texts: Sequence[str]) -> list[Vector]:
        if self.fails:
            raise VendorUnavailable("no_answer")
        self.asked.append(tuple(texts))
        return [vector_of(text, model.dimensions) for text in texts]


class WordReranker:
    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        asked = set(_WORD.findall(query.lower()))
        return [len(asked & set(_WORD.findall(text.lower()))) / max(1, len(asked)) for text in texts]


class StandInVectors:
    """`delay_s` is how long a write waits to be seen; `fails` breaks every request; `loses` forgets every write."""

    def __init__(self, now: Callable[[], datetime], dimensions: int = 1024) -> None:
        self._now = now
        self._dimensions = dimensions
        self.delay_s = 0.0
        self.fails = False
        self.loses = False
        self.held: dict[str, tuple[str, Vector]] = {}
        self._waiting: list[tuple[datetime, str, dict[str, tuple[str, Vector] | None]]] = []
        self._done: tuple[str | None, datetime | None] = (None, None)
        self._count = 0

    async def upsert(self, namespace: str, vectors: Mapping[str, Vector]) -> str:
        self._refuse(len(vectors) > MOST_IN_BATCH or len(namespace.encode()) > 64 or not vectors)
        self._refuse(any(len(key.encode()) > 64 or not key for key in vectors))
        self._refuse(any(len(v) != self._dimensions or not all(map(math.isfinite, v)) for v in vectors.values()))
        return self._write({key: (namespace, vector) for key, vector in vectors.items()})

    async def delete(self, ids: Sequence[str]) -> str:
        self._refuse(len(ids) > MOST_IN_BATCH or not ids)
        return self._write(dict.fromkeys(ids))

    async def query(self, namespace: str, vector: Vector, most: int) -> list[Hit]:
        self._refuse(not 0 < most <= MOST_HITS or len(vector) != self._dimensions)
        hits = [Hit(key, _cosine(vector, held)) for key, (space, held) in self._seen().items() if space == namespace]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:most]

    async def present(self, ids: Sequence[str]) -> frozenset[str]:
        self._refuse(len(ids) > MOST_BY_ID)
        return frozenset(ids) & self._seen().keys()

    async def progress(self) -> Progress:
        self._refuse(False)
        return Progress(len(self._seen()), *self._done)

    def _refuse(self, is_wrong: bool) -> None:
        if self.fails:
            raise VectorsUnavailable("no_answer")
        if is_wrong:
            raise VectorsUnavailable("refused")

    def _write(self, changes: Mapping[str, tuple[str, Vector] | None]) -> str:
        self._count += 1
        mutation = f"mutation-{self._count}"
        self._waiting.append((self._now(), mutation, {} if self.loses else dict(changes)))
        return mutation

    def _seen(self) -> dict[str, tuple[str, Vector]]:
        while self._waiting and self._waiting[0][0] + timedelta(seconds=self.delay_s) <= self._now():
            at, mutation, changes = self._waiting.pop(0)
            for key, value in changes.items():
                if value is None:
                    self.held.pop(key, None)
                else:
                    self.held[key] = value
            self._done = (mutation, at)
        return self.held


def _cosine(left: Vector, right: Vector) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True)) / ((math.hypot(*left) * math.hypot(*right)) or 1)
