"""ports.Limits over two rate-limiting bindings."""

from typing import Any


class BindingLimits:
    def __init__(self, by_address: Any, by_tenant: Any) -> None:
        self._by_address = by_address
        self._by_tenant = by_tenant

    async def allows_address(self, address: str) -> bool:
        return await _allows(self._by_address, address)

    async def allows_tenant(self, tenant_id: str) -> bool:
        return await _allows(self._by_tenant, tenant_id)


async def _allows(binding: Any, key: str) -> bool:
    outcome = await binding.limit({"key": key})
    return bool(outcome["success"])
