"""SQL of people and the addresses they write and call from, for the batches of whatever made them known."""

from ports.database import Statement, Value

Identity = tuple[str, str]  # (phone, email, whatsapp or web; the address)


def insert_customer(tenant_id: str, customer_id: str, identities: str, name: str | None, at: str) -> Statement:
    """Nothing when one of the addresses is known. `identities` is a JSON list of (kind, address)."""
    return Statement(
        """INSERT INTO customers (id, tenant_id, name, created_at, updated_at, last_seen_at)
           SELECT ?2, ?1, ?4, ?5, ?5, ?5 WHERE json_array_length(?3) > 0 AND NOT EXISTS (
             SELECT 1 FROM json_each(?3) AS j JOIN customer_identities AS i
               ON i.tenant_id = ?1 AND i.kind = j.value ->> 0 AND i.address = j.value ->> 1)""",
        (tenant_id, customer_id, identities, name, at),
    )


def insert_identities(tenant_id: str, customer_id: str, identities: str, at: str) -> Statement:
    """For whoever has the first of the addresses that is known, else for the customer that has just been made."""
    return Statement(
        """INSERT INTO customer_identities (tenant_id, kind, address, customer_id, created_at)
           SELECT ?1, j.value ->> 0, j.value ->> 1, COALESCE((
               SELECT i.customer_id FROM json_each(?3) AS k JOIN customer_identities AS i
                 ON i.tenant_id = ?1 AND i.kind = k.value ->> 0 AND i.address = k.value ->> 1
               ORDER BY k.key LIMIT 1), ?2), ?4
           FROM json_each(?3) AS j WHERE TRUE
           ON CONFLICT (tenant_id, kind, address) DO NOTHING""",
        (tenant_id, customer_id, identities, at),
    )


def mark_seen(tenant_id: str, identity: Identity, name: str | None, at: str) -> Statement:
    """A name that is known stays: whoever writes may say anything."""
    return Statement(
        """UPDATE customers SET last_seen_at = MAX(last_seen_at, ?5), name = COALESCE(name, ?4)
           WHERE tenant_id = ?1 AND id = (
             SELECT customer_id FROM customer_identities WHERE tenant_id = ?1 AND kind = ?2 AND address = ?3)""",
        (tenant_id, *identity, name, at),
    )


def name_customer(tenant_id: str, customer_id: str, name: Value) -> Statement:
    return Statement(
        "UPDATE customers SET name = ?3 WHERE tenant_id = ?1 AND id = ?2 AND name IS NULL",
        (tenant_id, customer_id, name),
    )
