"""Texts as points: near each other where they mean the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self

EmbeddingProvider = Literal["workers_ai", "openai"]
Vector = Sequence[float]


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    provider: EmbeddingProvider
    name: str
    dimensions: int

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"

    @classmethod
    def named(cls, text: str, dimensions: int) -> Self:
        """From what str() gives."""
        provider, _, name = text.partition(":")
        return cls("openai" if provider == "openai" else "workers_ai", name, dimensions)


class Embedder(Protocol):
    async def embed(self, model: EmbeddingModel, texts: Sequence[str]) -> list[Vector]:
        """A vector for each of at most MOST_TEXTS texts, in their order, of the model's dimensions.

        Raises VendorUnavailable or VendorRejected.
        """
        ...


MOST_TEXTS = 64  # of one request


class Reranker(Protocol):
    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the query, 0 to 1. Raises VendorUnavailable or VendorRejected."""
        ...
