"""SQL of prospects as the business sees them."""

from ports.database import Statement, Value


def prospects(tenant_id: str, filters: tuple[Value, ...], before: str, limit: int) -> Statement:
    """Newest first. `filters` are (status, words in lower case)."""
    return Statement(
        """SELECT id, status, name, phone, email, interest, fields, criteria, conversation_id, customer_id, created_at,
             updated_at
           FROM prospects WHERE tenant_id = ?1 AND id < ?2 AND (?4 IS NULL OR status = ?4) AND (?5 IS NULL OR instr(lower(
             COALESCE(name, '') || ' ' || interest || ' ' || COALESCE(phone, '') || ' ' || COALESCE(email, '')), ?5) > 0)
           ORDER BY id DESC LIMIT ?3""",
        (tenant_id, before, limit, *filters),
    )


def prospect(tenant_id: str, prospect_id: str) -> Statement:
    return Statement(
        """SELECT id, status, name, phone, email, interest, fields, criteria, conversation_id, customer_id, created_at,
             updated_at
           FROM prospects WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, prospect_id),
    )


def wishes(tenant_id: str) -> Statement:
    """Who wants what, of all of them."""
    return Statement("SELECT name, phone, email, interest, criteria FROM prospects WHERE tenant_id = ?1", (tenant_id,))


def insert_prospects(tenant_id: str, rows: str, at: str) -> Statement:
    """`rows` is a JSON list of objects: id, name, phone, email, interest, fields, criteria; each is the customer's who has
    its number or its address.
    """
    return Statement(
        """INSERT INTO prospects (tenant_id, id, created_at, updated_at, name, phone, email, interest, fields, criteria,
             customer_id)
           SELECT ?1, j.value ->> 'id', ?3, ?3, j.value ->> 'name', j.value ->> 'phone', j.value ->> 'email',
             j.value ->> 'interest', j.value -> 'fields', j.value -> 'criteria', COALESCE(
               (SELECT customer_id FROM customer_identities
                 WHERE tenant_id = ?1 AND kind = 'phone' AND address = j.value ->> 'phone'),
               (SELECT customer_id FROM customer_identities
                 WHERE tenant_id = ?1 AND kind = 'email' AND address = j.value ->> 'email'))
           FROM json_each(?2) AS j""",
        (tenant_id, rows, at),
    )


def change_prospect(tenant_id: str, prospect_id: str, change: str, at: str) -> Statement:
    """`change` is a JSON object of what changes."""
    return Statement(
        """UPDATE prospects SET updated_at = ?4, status = COALESCE(?3 ->> 'status', status),
             name = CASE WHEN json_type(?3, '$.name') IS NULL THEN name ELSE ?3 ->> 'name' END,
             phone = CASE WHEN json_type(?3, '$.phone') IS NULL THEN phone ELSE ?3 ->> 'phone' END,
             email = CASE WHEN json_type(?3, '$.email') IS NULL THEN email ELSE ?3 ->> 'email' END,
             interest = COALESCE(?3 ->> 'interest', interest), criteria = COALESCE(?3 -> 'criteria', criteria)
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, prospect_id, change, at),
    )
