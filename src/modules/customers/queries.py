"""SQL of customers as the business sees them."""

from ports.database import Statement, Value


def customers(tenant_id: str, filters: tuple[Value, ...], before: str, limit: int) -> Statement:
    """Newest first. `filters` are (tag)."""
    return Statement(
        """SELECT * FROM customer_details AS c
           WHERE c.tenant_id = ?1 AND c.id < ?2 AND c.merged_into IS NULL
             AND (?4 IS NULL OR EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = ?4))
           ORDER BY c.id DESC LIMIT ?3""",
        (tenant_id, before, limit, *filters),
    )


def customers_with(
    tenant_id: str, sought: tuple[str | None, str], filters: tuple[Value, ...], page: tuple[str, int]
) -> Statement:
    """`sought` is (an expression of FTS5 that names the tenant, or NULL; what an address may begin with), `page` is
    (before, limit).
    """
    return Statement(
        """SELECT * FROM customer_details AS c
           WHERE c.tenant_id = ?1 AND c.id < ?2 AND c.merged_into IS NULL
             AND (?4 IS NULL OR EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = ?4))
             AND c.id IN (
               SELECT u.id FROM customer_words AS w JOIN customers AS u ON u.number = w.rowid
               WHERE customer_words MATCH COALESCE(?5, 'tenant:nobody') AND u.tenant_id = ?1
               UNION ALL SELECT i.customer_id FROM customer_identities AS i
               WHERE i.tenant_id = ?1 AND ?6 <> '' AND i.kind IN ('phone', 'email')
                 AND i.address >= ?6 AND i.address < ?6 || '~')
           ORDER BY c.id DESC LIMIT ?3""",
        (tenant_id, *page, *filters, *sought),
    )


def customer(tenant_id: str, customer_id: str) -> Statement:
    return Statement("SELECT * FROM customer_details WHERE tenant_id = ?1 AND id = ?2", (tenant_id, customer_id))


def identities(tenant_id: str, customer_id: str) -> Statement:
    return Statement(
        """SELECT kind, address, created_at FROM customer_identities WHERE tenant_id = ?1 AND customer_id = ?2
           ORDER BY created_at, kind, address""",
        (tenant_id, customer_id),
    )


def insert_customer(tenant_id: str, customer_id: str, customer: tuple[Value, ...], at: str) -> Statement:
    """`customer` is (name, company, notes, tags as JSON, language)."""
    return Statement(
        """INSERT INTO customers (tenant_id, id, created_at, updated_at, last_seen_at, name, company, notes, tags, language)
           VALUES (?1, ?2, ?3, ?3, ?3, ?4, ?5, ?6, ?7, ?8)""",
        (tenant_id, customer_id, at, *customer),
    )


def insert_identity(tenant_id: str, customer_id: str, identity: tuple[str, str], at: str) -> Statement:
    """Refused by its key when it is somebody else's; nothing when it is theirs already, or they have no entry."""
    return Statement(
        """INSERT INTO customer_identities (tenant_id, customer_id, kind, address, created_at)
           SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (
             SELECT 1 FROM customer_identities WHERE tenant_id = ?1 AND kind = ?3 AND address = ?4 AND customer_id = ?2)
             AND EXISTS (SELECT 1 FROM customers WHERE tenant_id = ?1 AND id = ?2 AND merged_into IS NULL)""",
        (tenant_id, customer_id, *identity, at),
    )


def change_customer(tenant_id: str, customer_id: str, change: str, at: str) -> Statement:
    """`change` is a JSON object of what changes: name, company, notes, tags, language."""
    return Statement(
        """UPDATE customers SET updated_at = ?4,
             name = CASE WHEN json_type(?3, '$.name') IS NULL THEN name ELSE ?3 ->> 'name' END,
             company = CASE WHEN json_type(?3, '$.company') IS NULL THEN company ELSE ?3 ->> 'company' END,
             notes = CASE WHEN json_type(?3, '$.notes') IS NULL THEN notes ELSE ?3 ->> 'notes' END,
             tags = COALESCE(?3 -> 'tags', tags),
             language = CASE WHEN json_type(?3, '$.language') IS NULL THEN language ELSE ?3 ->> 'language' END
           WHERE tenant_id = ?1 AND id = ?2 AND merged_into IS NULL""",
        (tenant_id, customer_id, change, at),
    )


def give_up(tenant_id: str, customer_id: str, other_id: str, at: str) -> Statement:
    """The other entry becomes this one's; nothing unless both are entries of their own."""
    return Statement(
        """UPDATE customers SET merged_into = ?2, updated_at = ?4
           WHERE tenant_id = ?1 AND id = ?3 AND id <> ?2 AND merged_into IS NULL AND EXISTS (
             SELECT 1 FROM customers WHERE tenant_id = ?1 AND id = ?2 AND merged_into IS NULL)""",
        (tenant_id, customer_id, other_id, at),
    )


def complete(tenant_id: str, customer_id: str, other_id: str, at: str) -> Statement:
    """What was known of the other one alone."""
    return Statement(
        """UPDATE customers SET name = COALESCE(customers.name, o.name), company = COALESCE(customers.company, o.company),
             notes = CASE WHEN o.notes IS NULL THEN customers.notes
               WHEN customers.notes IS NULL THEN o.notes ELSE customers.notes || char(10) || o.notes END,
             tags = (SELECT json_group_array(value) FROM (
               SELECT value FROM json_each(customers.tags) UNION SELECT value FROM json_each(o.tags))),
             language = COALESCE(customers.language, o.language), created_at = MIN(customers.created_at, o.created_at),
             last_seen_at = MAX(customers.last_seen_at, o.last_seen_at), updated_at = ?4
           FROM customers AS o
           WHERE customers.tenant_id = ?1 AND customers.id = ?2 AND o.tenant_id = ?1 AND o.id = ?3 AND o.merged_into = ?2""",
        (tenant_id, customer_id, other_id, at),
    )


def move_identities(tenant_id: str, customer_id: str, other_id: str) -> Statement:
    return Statement(
        """UPDATE customer_identities SET customer_id = ?2 WHERE tenant_id = ?1 AND customer_id = ?3 AND EXISTS (
             SELECT 1 FROM customers WHERE tenant_id = ?1 AND id = ?3 AND merged_into = ?2)""",
        (tenant_id, customer_id, other_id),
    )


def move_conversations(tenant_id: str, customer_id: str, other_id: str) -> Statement:
    return Statement(
        """UPDATE omni_conversations SET customer_id = ?2 WHERE tenant_id = ?1 AND customer_id = ?3 AND EXISTS (
             SELECT 1 FROM customers WHERE tenant_id = ?1 AND id = ?3 AND merged_into = ?2)""",
        (tenant_id, customer_id, other_id),
    )


def move_appointments(tenant_id: str, customer_id: str, other_id: str) -> Statement:
    return Statement(
        """UPDATE appointments SET customer_id = ?2 WHERE tenant_id = ?1 AND customer_id = ?3 AND EXISTS (
             SELECT 1 FROM customers WHERE tenant_id = ?1 AND id = ?3 AND merged_into = ?2)""",
        (tenant_id, customer_id, other_id),
    )


def move_tickets(tenant_id: str, customer_id: str, other_id: str) -> Statement:
    return Statement(
        """UPDATE tickets SET customer_id = ?2 WHERE tenant_id = ?1 AND customer_id = ?3 AND EXISTS (
             SELECT 1 FROM customers WHERE tenant_id = ?1 AND id = ?3 AND merged_into = ?2)""",
        (tenant_id, customer_id, other_id),
    )


def move_prospects(tenant_id: str, customer_id: str, other_id: str) -> Statement:
    return Statement(
        """UPDATE prospects SET customer_id = ?2 WHERE tenant_id = ?1 AND customer_id = ?3 AND EXISTS (
             SELECT 1 FROM customers WHERE tenant_id = ?1 AND id = ?3 AND merged_into = ?2)""",
        (tenant_id, customer_id, other_id),
    )


def move_given_up(tenant_id: str, customer_id: str, other_id: str) -> Statement:
    """What had been merged into the other one before."""
    return Statement(
        """UPDATE customers SET merged_into = ?2 WHERE tenant_id = ?1 AND merged_into = ?3 AND EXISTS (
             SELECT 1 FROM customers WHERE tenant_id = ?1 AND id = ?3 AND merged_into = ?2)""",
        (tenant_id, customer_id, other_id),
    )


def timeline(tenant_id: str, customer_id: str, before: str, limit: int) -> Statement:
    """Newest first, across channels."""
    return Statement(
        """SELECT * FROM (
             SELECT 'conversation' AS kind, s.id, s.started_at AS at, s.channel, s.status,
               COALESCE(s.subject, (SELECT m.body FROM omni_messages AS m INDEXED BY idx_omni_messages_conversation
                 WHERE m.tenant_id = s.tenant_id AND m.conversation_id = s.id AND m.role = 'caller'
                 ORDER BY m.turn, m.id LIMIT 1)) AS text
             FROM omni_conversations AS s WHERE s.tenant_id = ?1 AND s.customer_id = ?2
             UNION ALL SELECT 'appointment', a.id, a.starts_at, a.source, a.status, v.name
             FROM appointments AS a JOIN services AS v ON v.tenant_id = a.tenant_id AND v.id = a.service_id
             WHERE a.tenant_id = ?1 AND a.customer_id = ?2 AND a.status <> 'held'
             UNION ALL SELECT 'ticket', k.id, k.created_at, NULL, k.status, k.body FROM tickets AS k
             WHERE k.tenant_id = ?1 AND k.customer_id = ?2
             UNION ALL SELECT 'prospect', p.id, p.created_at, NULL, p.status, p.interest FROM prospects AS p
             WHERE p.tenant_id = ?1 AND p.customer_id = ?2)
           WHERE at < ?3 ORDER BY at DESC, id DESC LIMIT ?4""",
        (tenant_id, customer_id, before, limit),
    )


def known(tenant_id: str, identities: str) -> Statement:
    """Of a JSON list of (kind, address) those that are somebody's."""
    return Statement(
        """SELECT i.kind, i.address, i.customer_id FROM json_each(?2) AS j JOIN customer_identities AS i
             ON i.tenant_id = ?1 AND i.kind = j.value ->> 0 AND i.address = j.value ->> 1""",
        (tenant_id, identities),
    )


def import_customers(tenant_id: str, rows: str, at: str) -> Statement:
    """New ones. `rows` is a JSON list of objects: id, name, company, notes, tags, language."""
    return Statement(
        """INSERT INTO customers (tenant_id, id, created_at, updated_at, last_seen_at, name, company, notes, tags, language)
           SELECT ?1, j.value ->> 'id', ?3, ?3, ?3, j.value ->> 'name', j.value ->> 'company', j.value ->> 'notes',
             COALESCE(j.value -> 'tags', '[]'), j.value ->> 'language' FROM json_each(?2) AS j""",
        (tenant_id, rows, at),
    )


def import_changes(tenant_id: str, rows: str, at: str) -> Statement:
    """Of those that were known: what the file says is so now, what it does not say stays."""
    return Statement(
        """UPDATE customers SET updated_at = ?3, name = COALESCE(j.value ->> 'name', name),
             company = COALESCE(j.value ->> 'company', company), notes = COALESCE(j.value ->> 'notes', notes),
             tags = CASE WHEN json_array_length(j.value -> 'tags') > 0 THEN j.value -> 'tags' ELSE tags END,
             language = COALESCE(j.value ->> 'language', language)
           FROM json_each(?2) AS j WHERE customers.tenant_id = ?1 AND customers.id = j.value ->> 'id'""",
        (tenant_id, rows, at),
    )


def import_identities(tenant_id: str, rows: str, at: str) -> Statement:
    """`rows` is a JSON list of (customer, kind, address); what is somebody's stays theirs."""
    return Statement(
        """INSERT INTO customer_identities (tenant_id, customer_id, kind, address, created_at)
           SELECT ?1, j.value ->> 0, j.value ->> 1, j.value ->> 2, ?3 FROM json_each(?2) AS j WHERE TRUE
           ON CONFLICT (tenant_id, kind, address) DO NOTHING""",
        (tenant_id, rows, at),
    )
