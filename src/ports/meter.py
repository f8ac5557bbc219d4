"""What is counted as it happens, and read together whoever counted it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

# Upper bounds of a histogram's buckets, in seconds: from one round trip to what a caller hangs up at.
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 30.0)

Kind = Literal["counter", "gauge", "histogram"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One series. A histogram is several: its buckets (`le`; each counted alone) and its sum."""

    name: str
    labels: tuple[tuple[str, str], ...]  # in the order of their names
    value: float


class Meter(Protocol):
    """Labels are few and bounded: never an id, a number, an address."""

    def count(self, name: str, value: float = 1.0, /, **labels: str) -> None: ...

    def observe(self, name: str, seconds: float, /, **labels: str) -> None:
        """Into a histogram."""
        ...

    def set(self, name: str, value: float, /, **labels: str) -> None:
        """A gauge: the last to set it is right."""
        ...


class Figures(Protocol):
    async def read(self) -> Sequence[Sample] | None:
        """All that has been counted, by every isolate; None when it cannot be asked."""
        ...
