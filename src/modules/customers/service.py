"""Customers: found, written down, brought together, followed across channels."""

import json
import re
from collections.abc import Sequence

from errors import NotFound
from modules.customers import queries
from modules.customers.errors import AddressTaken, CustomerMerged
from modules.customers.schemas import (
    Customer,
    CustomerChange,
    CustomerDetail,
    CustomerIn,
    CustomerQuery,
    Identity,
    TimelineItem,
)
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.phone import read_number, to_e164
from ports.context import Ports
from ports.database import Row, UniqueViolation

LATEST = "9999"


async def list_customers(
    ports: Ports, principal: Principal, query: CustomerQuery, before: str, limit: int
) -> list[Customer]:
    """Newest first."""
    tenant_id = principal.tenant.id
    if query.q is None:
        statement = queries.customers(tenant_id, (query.tag,), before, limit)
    else:
        sought = _sought(tenant_id, query.q, principal.country)
        statement = queries.customers_with(tenant_id, sought, (query.tag,), (before, limit))
    (found,) = await ports.db.batch(statement)
    return [_customer(row) for row in found.rows]


def _sought(tenant_id: str, text: str, country: str) -> tuple[str | None, str]:
    """As words of a name, and as the beginning of an address."""
    is_name = "@" not in text and any(character.isalpha() for character in text)
    words = re.findall(r"[^\W_]+", text) if is_name else []
    quoted = " AND ".join(f'"{word}"' for word in words)
    expression = f'tenant:"{tenant_id}" AND words:({quoted}*)' if words else None
    digits = re.sub(r"[^\d+]", "", text)
    if "@" in text or words:
        return expression, text.strip().lower() if "@" in text else ""
    number = read_number(text, country)
    # A number that is not whole yet is sought as it would begin.
    return expression, number or (digits if digits.startswith("+") else "")


async def create(ports: Ports, principal: Principal, command: CustomerIn) -> CustomerDetail:
    """Raises Invalid for a number that is none, AddressTaken for an address that is somebody's."""
    tenant_id, customer_id, at = principal.tenant.id, ports.ids.new("cust"), stored(ports.clock.now())
    values = (
        command.name,
        command.company,
        command.notes,
        json.dumps(command.tags, ensure_ascii=False),
        command.language,
    )
    identities = _addresses(command, principal.country)
    try:
        await ports.db.batch(
            queries.insert_customer(tenant_id, customer_id, values, at),
            audit.entry(ports, principal, "customer.created", customer_id),
            *(queries.insert_identity(tenant_id, customer_id, identity, at) for identity in identities),
        )
    except UniqueViolation as error:
        raise AddressTaken(
            "Somebody has this number or address already: change that entry, or merge the two."
        ) from error
    return await get(ports, tenant_id, customer_id)


async def get(ports: Ports, tenant_id: str, customer_id: str) -> CustomerDetail:
    """Raises NotFound."""
    found, identities = await ports.db.batch(
        queries.customer(tenant_id, customer_id), queries.identities(tenant_id, customer_id)
    )
    if found.first is None:
        raise NotFound("There is no such customer.")
    listed = [Identity.model_validate(row) for row in identities.rows]
    return CustomerDetail(**_customer(found.first).model_dump(), identities=listed)


async def change(ports: Ports, principal: Principal, customer_id: str, command: CustomerChange) -> CustomerDetail:
    """Raises NotFound, Invalid or AddressTaken."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    given = command.model_dump(exclude_unset=True, exclude={"phone", "email"})
    identities = _addresses(command, principal.country)
    try:
        changed, *_ = await ports.db.batch(
            queries.change_customer(tenant_id, customer_id, json.dumps(given, ensure_ascii=False), at),
            audit.entry(ports, principal, "customer.changed", customer_id),
            *(queries.insert_identity(tenant_id, customer_id, identity, at) for identity in identities),
        )
    except UniqueViolation as error:
        raise AddressTaken("Somebody else has this number or address: merge the two entries.") from error
    if not changed.changes:
        found = await get(ports, tenant_id, customer_id)
        raise CustomerMerged(f"This entry has become part of {found.merged_into}.")
    return await get(ports, tenant_id, customer_id)


async def merge(ports: Ports, principal: Principal, customer_id: str, other_id: str) -> CustomerDetail:
    """All that the other entry has becomes this one's; the other one stays as a pointer. Raises NotFound or CustomerMerged."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    moved = (
        queries.move_identities,
        queries.move_conversations,
        queries.move_appointments,
        queries.move_tickets,
        queries.move_prospects,
        queries.move_given_up,
    )
    given_up, *_ = await ports.db.batch(
        queries.give_up(tenant_id, customer_id, other_id, at),
        audit.entry(ports, principal, "customer.merged", f"{other_id}>{customer_id}"),
        queries.complete(tenant_id, customer_id, other_id, at),
        *(statement(tenant_id, customer_id, other_id) for statement in moved),
    )
    if not given_up.changes:
        for one in (customer_id, other_id):
            await get(ports, tenant_id, one)
        raise CustomerMerged("One of them has become part of another entry, or they are the same.")
    return await get(ports, tenant_id, customer_id)


async def timeline(ports: Ports, tenant_id: str, customer_id: str, before: str, limit: int) -> list[TimelineItem]:
    """What there was with somebody, on every channel, newest first. Raises NotFound."""
    found, items = await ports.db.batch(
        queries.customer(tenant_id, customer_id), queries.timeline(tenant_id, customer_id, before or LATEST, limit)
    )
    if found.first is None:
        raise NotFound("There is no such customer.")
    return [TimelineItem.model_validate(row) for row in items.rows]


def _addresses(command: CustomerIn | CustomerChange, country: str) -> Sequence[tuple[str, str]]:
    """Raises Invalid for a number that is none."""
    phone = to_e164(command.phone, country, "/phone") if command.phone else None
    return [(kind, address) for kind, address in (("phone", phone), ("email", command.email)) if address]


def _customer(row: Row) -> Customer:
    return Customer.model_validate({**row, "tags": json.loads(str(row["tags"]))})
