"""A conversation's way to what the business knows: plain values, so that what was found can be recorded."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Known:
    """A passage of the business's own; `words` are its own sentences that the question asks for."""

    id: str
    title: str
    words: str
    text: str
    score: float  # 0 to 1


@dataclass(frozen=True, slots=True)
class Looked:
    """Best first. `is_answer`: the first one answers the question, as far as words can tell."""

    passages: tuple[Known, ...] = ()
    is_answer: bool = False


class KnowledgeBase(Protocol):
    async def find(self, question: str) -> Looked: ...
