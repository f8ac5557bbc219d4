"""A circuit breaker for each vendor and credential: after a row of failures nobody waits for the next one.

Its state is an isolate's own. That is enough, since what it saves is the waiting of this isolate's callers: each learns
within a few calls that a vendor is down, and a shared state would cost every call a round trip to be read.
"""

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ports.clock import Clock
from ports.meter import Meter
from ports.vendors import VendorRejected, VendorUnavailable

MOST_CIRCUITS = 1_000
_TOLD_APART = frozenset({"not_reached", "no_answer"})  # of the ways in which a vendor is not available


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

    @contextmanager
    def attempt(self, key: str) -> Iterator[None]:
        """One call of the vendor that stands before the colon of `key`, counted however it ends.

        Raises VendorUnavailable("circuit_open") in place of the call. A refusal shows that the vendor is there. A call
        that ended for a reason of our own, cancelled or by a fault, tells nothing: the next one may try.
        """
        if not self._allows(key):
            self._note(key, "circuit_open")
            raise VendorUnavailable("circuit_open")
        began_ms, outcome = self._clock.monotonic_ms(), "given_up"
        try:
            yield
            outcome = "ok"
        except VendorUnavailable as error:
            outcome = error.reason if error.reason in _TOLD_APART else "unavailable"
            raise
        except VendorRejected:
            outcome = "rejected"
            raise
        except GeneratorExit:  # whoever reads has read enough
            outcome = "ok"
            raise
        finally:
            self._ended(key, outcome)
            self._note(key, outcome, began_ms)

    def _ended(self, key: str, outcome: str) -> None:
        if outcome in ("ok", "rejected"):
            self._succeeded(key)
        elif outcome == "given_up":
            self._released(key)
        else:
            self._failed(key)

    def _allows(self, key: str) -> bool:
        circuit = self._circuits.get(key)
        if not self._is_enabled or circuit is None or circuit.opened_ms is None:
            return True
        if circuit.is_tried or self._clock.monotonic_ms() - circuit.opened_ms < self._recovery_ms:
            return False
        circuit.is_tried = True
        self._turned(key, "half_open")
        return True

    def _succeeded(self, key: str) -> None:
        circuit = self._circuits.pop(key, None)
        if circuit is not None and circuit.opened_ms is not None:
            self._turned(key, "closed")

    def _failed(self, key: str) -> None:
        circuit = self._circuits.setdefault(key, _Circuit())
        self._circuits.move_to_end(key)
        circuit.failures += 1
        if circuit.is_tried or circuit.failures >= self._threshold:
            if circuit.opened_ms is None or circuit.is_tried:
                self._turned(key, "open")
            circuit.opened_ms, circuit.is_tried = self._clock.monotonic_ms(), False
        while len(self._circuits) > MOST_CIRCUITS:
            self._circuits.popitem(last=False)

    def _released(self, key: str) -> None:
        if (circuit := self._circuits.get(key)) is not None:
            circuit.is_tried = False

    def _note(self, key: str, outcome: str, began_ms: float | None = None) -> None:
        vendor = _vendor(key)
        self._meter.count("vendor_calls_total", vendor=vendor, outcome=outcome)
        if began_ms is not None:
            self._meter.observe("vendor_call_seconds", (self._clock.monotonic_ms() - began_ms) / 1000, vendor=vendor)

    def _turned(self, key: str, state: str) -> None:
        vendor = _vendor(key)
        self._meter.count("breaker_transitions_total", vendor=vendor, to=state)
        self._meter.set("breaker_open", 0.0 if state == "closed" else 1.0, vendor=vendor)


def _vendor(key: str) -> str:
    return key.partition(":")[0]
