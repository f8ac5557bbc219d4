"""Time as a dependency: every instant of a request comes from here."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...

    def monotonic_ms(self) -> float:
        """Milliseconds for measuring spans; in a deployed Worker it moves only across I/O."""
        ...
