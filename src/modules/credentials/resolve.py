"""Whose account is used: the one answer to it, for everything that talks to a vendor."""

from collections.abc import Mapping, Sequence

from modules.credentials import key_queries, queries
from modules.credentials.sealing import DataKey, opened_key, unseal
from ports.cipher import CannotOpen
from ports.context import Ports
from ports.database import Row
from ports.vendors import Credential, Provider

# What a plan includes of the platform's own accounts; every plan that is not named includes all of them.
PLATFORM_PROVIDERS: Mapping[str, frozenset[Provider]] = {"free": frozenset(("twilio", "vapi", "resend", "smtp"))}


async def resolve(ports: Ports, tenant_id: str, provider: Provider) -> Credential | None:
    """The tenant's own, else the platform's where the plan includes it, else None: the feature degrades."""
    return await resolve_first(ports, tenant_id, (provider,))


async def resolve_first(ports: Ports, tenant_id: str, providers: Sequence[Provider]) -> Credential | None:
    """The tenant's own at the first of them where it has one, else the platform's at the first that the plan includes."""
    answers = await ports.db.batch(*(queries.sealed(tenant_id, provider) for provider in providers))
    chosen = [
        await choose(ports, tenant_id, provider, found.rows, str(found.rows[0]["subscription_plan"]))
        for provider, found in zip(providers, answers, strict=True)
        if found.rows
    ]
    return min(filter(None, chosen), key=lambda one: one.is_platform, default=None)


async def choose(ports: Ports, tenant_id: str, provider: Provider, rows: Sequence[Row], plan: str) -> Credential | None:
    """The same for whoever has read the sealed fields along with something else."""
    own = await _opened(ports, tenant_id, provider, rows)
    if own is not None:
        return own
    included = PLATFORM_PROVIDERS.get(plan)
    return ports.platform.get(provider) if included is None or provider in included else None


async def resolve_own(ports: Ports, tenant_id: str, provider: Provider) -> Credential | None:
    (found,) = await ports.db.batch(queries.sealed(tenant_id, provider))
    return await _opened(ports, tenant_id, provider, found.rows)


async def signing_candidates(
    ports: Ports, provider: Provider, account: str, most: int = 5
) -> list[tuple[str, Credential]]:
    """(tenant, credential) of everybody who has proven to hold this account of the vendor."""
    (found,) = await ports.db.batch(key_queries.tenants_with_account(provider, account, most))
    tenants = [str(row["tenant_id"]) for row in found.rows]
    opened = [(tenant_id, await resolve_own(ports, tenant_id, provider)) for tenant_id in tenants]
    return [(tenant_id, credential) for tenant_id, credential in opened if credential is not None]


async def by_webhook_token(ports: Ports, provider: Provider, webhook_token: str) -> tuple[str, Credential] | None:
    """Whose webhook address this is, and with what it has to be signed."""
    (found,) = await ports.db.batch(key_queries.tenant_by_webhook_token(provider, webhook_token))
    if found.first is None:
        return None
    tenant_id = str(found.first["tenant_id"])
    credential = await resolve_own(ports, tenant_id, provider)
    return (tenant_id, credential) if credential else None


async def _opened(ports: Ports, tenant_id: str, provider: Provider, rows: Sequence[Row]) -> Credential | None:
    """None as well for what does not open: it reads as not configured, and sending it again mends it."""
    sealed = [row for row in rows if row["field"] is not None]
    if not sealed:
        return None
    keys: dict[str, DataKey] = {}
    values: dict[str, str] = {}
    try:
        for row in sealed:
            key_id, field = str(row["key_id"]), str(row["field"])
            if key_id not in keys:
                keys[key_id] = await opened_key(ports, tenant_id, key_id, str(row["wrapped_key"]))
            place = (tenant_id, provider, field)
            values[field] = await unseal(ports, keys[key_id], place, str(row["ciphertext"]))
    except CannotOpen:
        return None
    account = sealed[0]["account"]
    return Credential(provider, values, str(account) if account else None)
