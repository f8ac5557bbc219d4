"""Limits on traffic, counted by the platform: roughly, a location each, and no lock-out."""

from typing import Protocol


class Limits(Protocol):
    async def allows_address(self, address: str) -> bool:
        """One more request of nobody in particular, from this network address."""
        ...

    async def allows_tenant(self, tenant_id: str) -> bool:
        """One more request for this tenant."""
        ...
