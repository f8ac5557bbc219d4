"""Storing, showing and deleting a tenant's credentials, and wrapping its keys anew."""

from collections.abc import Sequence

from errors import Invalid, NotFound
from modules.credentials import key_queries, queries
from modules.credentials.errors import CredentialsRejected
from modules.credentials.schemas import FORMS, Integration, Rotation, StoredField, values_of
from modules.credentials.sealing import data_key, seal, unwrapped, wrap, wrapping_key_id
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.outbound import guard
from modules.outbound.rules import AddressRefused
from modules.text import Input
from ports.cipher import CannotOpen
from ports.context import Ports
from ports.database import Row, Statement
from ports.vendors import Provider, VendorRejected

SHOWN_CHARS, LEAST_CHARS_TO_SHOW = 4, 12


async def put(ports: Ports, principal: Principal, provider: Provider, command: Input) -> Integration:
    """Asks the vendor first, then writes all fields in one batch.

    Raises Invalid, CredentialsRejected or VendorUnavailable; then nothing is written.
    """
    values = values_of(command)
    account = await _checked(ports, provider, values)
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    key = await data_key(ports, tenant_id)
    fields: list[Statement] = []
    for name, value in values.items():
        field = (name, await seal(ports, key, (tenant_id, provider, name), value), _last4(value))
        fields.append(queries.insert_field(tenant_id, provider, field, key.id, at))
    token = ports.ids.secret(16).hex()
    results = await ports.db.batch(
        queries.upsert_integration(tenant_id, provider, account, token, at),
        audit.entry(ports, principal, "credentials.stored", provider),
        queries.delete_fields(tenant_id, provider),
        *fields,
        queries.integrations(tenant_id),
    )
    return _integrations(results[-1].rows)[provider]


async def _checked(ports: Ports, provider: Provider, values: dict[str, str]) -> str | None:
    try:
        if provider == "smtp":
            await guard.check_server(ports, "smtp", values["host"], int(values["port"]))
        return await ports.vendors.check(provider, values)
    except AddressRefused as error:
        raise Invalid([{"pointer": "/host", "detail": error.reason}]) from error
    except VendorRejected as error:
        raise CredentialsRejected(f"{provider} said {error.reason}; check them and send them again.") from error


def _last4(value: str) -> str:
    return value[-SHOWN_CHARS:] if len(value) >= LEAST_CHARS_TO_SHOW else ""


async def list_all(ports: Ports, tenant_id: str) -> list[Integration]:
    """One entry a provider, configured or not."""
    (found,) = await ports.db.batch(queries.integrations(tenant_id))
    known = _integrations(found.rows)
    return [known.get(provider) or _absent(provider) for provider in FORMS]


async def get(ports: Ports, tenant_id: str, provider: Provider) -> Integration:
    (found,) = await ports.db.batch(queries.integrations(tenant_id))
    return _integrations(found.rows).get(provider) or _absent(provider)


async def delete(ports: Ports, principal: Principal, provider: Provider) -> None:
    """Raises NotFound when there are none."""
    deleted, _ = await ports.db.batch(
        queries.delete_integration(principal.tenant.id, provider),
        audit.entry(ports, principal, "credentials.deleted", provider),
    )
    if not deleted.changes:
        raise NotFound(f"There are no credentials of {provider}.")


def _absent(provider: Provider) -> Integration:
    return Integration(
        provider=provider, configured=False, account=None, verified_at=None, webhook_token=None, fields=[]
    )


def _integrations(rows: Sequence[Row]) -> dict[str, Integration]:
    found: dict[str, Integration] = {}
    for row in rows:
        provider = str(row["provider"])
        if provider not in found:
            found[provider] = Integration.model_validate({**row, "configured": True, "fields": []})
        if row["field"] is not None:
            found[provider].fields.append(StoredField(name=str(row["field"]), last4=str(row["last4"])))
    return found


async def rewrap(ports: Ports, limit: int) -> Rotation:
    """Wraps up to `limit` data keys under the key of today; whatever interrupts it, the next call goes on.

    A key that neither key opens is passed over and counted: it must not stand in the way of the others.
    """
    current = wrapping_key_id(ports.keyring.credentials)
    (counted,) = await ports.db.batch(key_queries.count_under_others(current))
    remaining, rewrapped, unreadable, after = int(counted.rows[0]["n"] or 0), 0, 0, ""
    while rewrapped < limit:
        (found,) = await ports.db.batch(key_queries.keys_under_others(current, after, limit - rewrapped))
        if not found.rows:
            break
        after = str(found.rows[-1]["id"])
        opened = [statement for row in found.rows if (statement := await _rewrapping(ports, row, current))]
        results = await ports.db.batch(*opened) if opened else []
        rewrapped += sum(result.changes for result in results)
        unreadable += len(found.rows) - len(opened)
    return Rotation(rewrapped=rewrapped, remaining=max(0, remaining - rewrapped - unreadable), unreadable=unreadable)


async def _rewrapping(ports: Ports, row: Row, current: str) -> Statement | None:
    tenant_id, key_id, before = str(row["tenant_id"]), str(row["id"]), str(row["wrapped_key"])
    try:
        key = await unwrapped(ports, tenant_id, key_id, before)
    except CannotOpen:
        return None
    after = (await wrap(ports, tenant_id, key_id, key), current)
    return key_queries.rewrap(tenant_id, key_id, before, after, stored(ports.clock.now()))
