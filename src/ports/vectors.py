"""An index of vectors, of which nothing is true but what the database says too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ports.embedder import Vector

# Vectorize's (its documentation, "Limits").
MOST_IN_BATCH = 1_000
MOST_BY_ID = 20
MOST_HITS = 100


class VectorsUnavailable(Exception):
    """`reason` is ours: the index did not answer, or refused."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Hit:
    id: str
    score: float  # cosine, 1 is the same direction


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the index has come with what it was told."""

    count: int
    mutation_id: str | None
    until: datetime | None


class Vectors(Protocol):
    """What is written is found some seconds later, and what is deleted is not found some seconds later.

    Every method raises VectorsUnavailable.
    """

    async def upsert(self, namespace: str, vectors: Mapping[str, Vector]) -> str:
        """At most MOST_IN_BATCH; the id of the mutation."""
        ...

    async def delete(self, ids: Sequence[str]) -> str: ...

    async def query(self, namespace: str, vector: Vector, most: int) -> list[Hit]:
        """The nearest, best first; `most` is MOST_HITS at most."""
        ...

    async def present(self, ids: Sequence[str]) -> frozenset[str]:
        """Which of at most MOST_BY_ID ids the index holds."""
        ...

    async def progress(self) -> Progress: ...
