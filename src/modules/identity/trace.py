"""By which request something is done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trace:
    correlation_id: str
    address: str  # where it came from, as the platform says; '' when it does not
