"""A circuit breaker for each vendor and credential: after a row of failures nobody waits for the next one.

Its state is an isolate's own. That is enough, since what it saves is the waiting of this isolate's callers: each learns
within a few calls that a vendor is down, and a shared state would cost every call a round trip to be read.
"""

from collections import OrderedDict
from dataclasses import dataclass

from ports.clock import Clock
from ports.meter import Meter

MOST_CIRCUITS = 1_000


@dataclass
class _Circuit:
    failures: int = 0
    opened_ms: float | None = None
    is_tried: bool = False  # half open: one call finds out for all


class Breakers:
    """CLOSED, OPEN after `threshold` failures in a row, HALF_OPEN after `recovery_s`."""

    def __init__(
        self, clock: Clock, meter: Meter, *, threshold: int = 3, recovery_s: float = 30.0, is_enabled: bool = True
    ) -> None:
        self._clock = clock
        self._meter = meter
        self._threshold = threshold
        self._recovery_ms = recovery_s * 1000
        self._is_enabled = is_enabled
        self._circuits: OrderedDict[str, _Circuit] = OrderedDict()

    def allows(self, key: str) -> bool:
        circuit = self._circuits.get(key)
        if not self._is_enabled or circuit is None or circuit.opened_ms is None:
            return True
        if circuit.is_tried or self._clock.monotonic_ms() - circuit.opened_ms < self._recovery_ms:
            return False
        circuit.is_tried = True
        self._turned(key, "half_open")
        return True

    def succeeded(self, key: str) -> None:
        circuit = self._circuits.pop(key, None)
        if circuit is not None and circuit.opened_ms is not None:
            self._turned(key, "closed")

    def failed(self, key: str) -> None:
        circuit = self._circuits.setdefault(key, _Circuit())
        self._circuits.move_to_end(key)
        circuit.failures += 1
        if circuit.is_tried or circuit.failures >= self._threshold:
            if circuit.opened_ms is None or circuit.is_tried:
                self._turned(key, "open")
            circuit.opened_ms, circuit.is_tried = self._clock.monotonic_ms(), False
        while len(self._circuits) > MOST_CIRCUITS:
            self._circuits.popitem(last=False)

    def _turned(self, key: str, state: str) -> None:
        """Whose circuit it is stands before the colon."""
        vendor = key.partition(":")[0]
        self._meter.count("breaker_transitions_total", vendor=vendor, to=state)
        self._meter.set("breaker_open", 0.0 if state == "closed" else 1.0, vendor=vendor)

    def state(self, key: str) -> str:
        circuit = self._circuits.get(key)
        if circuit is None or circuit.opened_ms is None:
            return "CLOSED"
        waited_ms = self._clock.monotonic_ms() - circuit.opened_ms
        return "OPEN" if waited_ms < self._recovery_ms else "HALF_OPEN"
