"""Requests to addresses that a tenant has typed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OutboundAnswer:
    status: int
    duration_ms: float


@dataclass(frozen=True, slots=True)
class OutboundReply:
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Fetched:
    """`headers` have lower-case names; `is_cut` where there was more than was read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool = False


class Unreachable(Exception):
    """`reason` is ours: resolution, connection or time, never an address that was found out."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Outbound(Protocol):
    async def addresses(self, host: str) -> tuple[str, ...]:
        """The IPv4 and IPv6 addresses of a host name. Raises Unreachable."""
        ...

    async def get(self, url: str, headers: Mapping[str, str], timeout_s: float, most_bytes: int) -> Fetched:
        """Follows no redirect. Raises Unreachable."""
        ...

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float) -> OutboundAnswer:
        """Follows no redirect and reads no body. Raises Unreachable."""
        ...

    async def ask(
        self, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float, most_bytes: int
    ) -> OutboundReply:
        """A POST whose answer is read, up to so many bytes; what is longer is cut off. Raises Unreachable."""
        ...
