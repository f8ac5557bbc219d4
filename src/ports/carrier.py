"""The account at a telephony vendor: its numbers, the calls that it places, what it has recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from ports.vendors import Credential

MOST_RECORDED_BYTES = 48_000_000  # of a call of the longest kind
RECORDING_S = 30.0  # to fetch one


@dataclass(frozen=True, slots=True)
class CarrierNumber:
    """`settings` are the carrier's own, by its names: kept to be put back, and never looked into."""

    external_id: str
    phone_number: str  # E.164
    name: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    has_voice: bool = True
    has_sms: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """Papers that a country wants before it gives a number."""

    id: str
    name: str
    status: str  # the carrier's own word
    valid_until: str | None
    reasons: tuple[str, ...] = ()  # why it was rejected


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """A call to be placed; `path` is where its first document is asked for."""

    to_number: str
    from_number: str
    path: str
    detects_machines: bool = True
    timeout_s: int = 30


class Carrier(Protocol):
    """Every method raises VendorRejected or VendorUnavailable."""

    async def numbers(self, credential: Credential, phone_number: str | None = None) -> Sequence[CarrierNumber]:
        """All of the account, or the one."""
        ...

    def our_settings(self, base_url: str) -> Mapping[str, str]:
        """Those that bring a number's calls and texts to us."""
        ...

    async def configure(self, credential: Credential, external_id: str, settings: Mapping[str, str]) -> None:
        """Puts these settings in the place of those there; the same twice is the same."""
        ...

    async def available(self, credential: Credential, country: str, contains: str) -> Sequence[str]:
        """Numbers (E.164) that could be bought."""
        ...

    async def buy(self, credential: Credential, phone_number: str) -> CarrierNumber:
        """Not repeatable: look for it among the account's numbers first."""
        ...

    async def release(self, credential: Credential, external_id: str) -> None:
        """One that is there no more is no error."""
        ...

    async def bundles(self, credential: Credential) -> Sequence[Bundle]: ...

    async def place_call(self, credential: Credential, call: PlacedCall, base_url: str) -> str:
        """The carrier's id of the call. Not repeatable: after one that `is_unsure` ask `placed` first."""
        ...

    async def placed(self, credential: Credential, call: PlacedCall, since: datetime) -> str | None:
        """The id of a call to that number from that number that was made at or after an instant."""
        ...

    async def recording(self, credential: Credential, recording_id: str) -> tuple[bytes, str]:
        """The audio, and its content type."""
        ...

    async def delete_recording(self, credential: Credential, recording_id: str) -> None:
        """One that is there no more is no error."""
        ...
