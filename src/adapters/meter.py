"""ports.meter.Meter: what one isolate has counted since it last told."""

import json
from bisect import bisect_left

from ports.meter import BUCKETS_S

# (name, labels as JSON, "add" or "set", value): what the store of figures is told.
Told = list[tuple[str, str, str, float]]


class IsolateMeter:
    def __init__(self) -> None:
        self._added: dict[tuple[str, str], float] = {}
        self._set: dict[tuple[str, str], float] = {}

    def count(self, name: str, value: float = 1.0, /, **labels: str) -> None:
        key = (name, _text(labels))
        self._added[key] = self._added.get(key, 0.0) + value

    def observe(self, name: str, seconds: float, /, **labels: str) -> None:
        place = bisect_left(BUCKETS_S, seconds)
        bound = str(BUCKETS_S[place]) if place < len(BUCKETS_S) else "+Inf"
        self.count(f"{name}_bucket", 1.0, **labels, le=bound)
        self.count(f"{name}_sum", seconds, **labels)

    def set(self, name: str, value: float, /, **labels: str) -> None:
        self._set[name, _text(labels)] = value

    @property
    def is_empty(self) -> bool:
        return not self._added and not self._set

    def taken(self) -> Told:
        """What is to be told; it is the teller's from now on."""
        told: Told = [(*key, "add", value) for key, value in self._added.items()]
        told += [(*key, "set", value) for key, value in self._set.items()]
        self._added.clear()
        self._set.clear()
        return told

    def put_back(self, told: Told) -> None:
        """What could not be told: it waits for the next time."""
        for name, labels, how, value in told:
            if how == "add":
                self._added[name, labels] = self._added.get((name, labels), 0.0) + value
            else:
                self._set.setdefault((name, labels), value)


def _text(labels: dict[str, str]) -> str:
    return json.dumps(sorted(labels.items()), ensure_ascii=False, separators=(",", ":"))
