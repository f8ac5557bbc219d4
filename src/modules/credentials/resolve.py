"""Whose account is used: the tenant's own, else the platform's."""

from ports.context import Ports
from ports.vendors import Credential, Provider


async def resolve(ports: Ports, tenant_id: str, provider: Provider) -> Credential | None:
    return ports.platform.get(provider)
