"""SQL of what was left for the business to do."""

from ports.database import Statement, Value


def insert_ticket(
    tenant_id: str, ticket_id: str, conversation_id: str | None, ticket: tuple[Value, ...], at: str
) -> Statement:
    """`ticket` is (customer_id, caller_name, phone_number, spoken_number, body)."""
    return Statement(
        """INSERT INTO tickets (id, tenant_id, conversation_id, kind, created_at, updated_at, customer_id, caller_name,
             phone_number, spoken_number, body)
           VALUES (?2, ?1, ?3, 'message', ?4, ?4, ?5, ?6, ?7, ?8, ?9)""",
        (tenant_id, ticket_id, conversation_id, at, *ticket),
    )


def insert_task(tenant_id: str, ticket_id: str, ticket: tuple[Value, ...], at: str) -> Statement:
    """`ticket` is (conversation, customer, caller name, phone number, body, priority, assigned to).

    Nothing for somebody who is no member.
    """
    return Statement(
        """INSERT INTO tickets (id, tenant_id, kind, created_at, updated_at, conversation_id, customer_id, caller_name,
             phone_number, body, priority, assigned_to)
           SELECT ?2, ?1, 'task', ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE ?10 IS NULL OR EXISTS (
             SELECT 1 FROM memberships WHERE tenant_id = ?1 AND user_id = ?10)""",
        (tenant_id, ticket_id, at, *ticket),
    )


def tickets(tenant_id: str, filters: tuple[Value, ...], before: str, limit: int) -> Statement:
    """Newest first. `filters` are (status, priority, assigned to or "none", customer, words in lower case)."""
    return Statement(
        """SELECT id, kind, status, priority, assigned_to, conversation_id, customer_id, caller_name, phone_number,
             spoken_number, body, created_at, updated_at, done_at
           FROM tickets WHERE tenant_id = ?1 AND id < ?2 AND (?4 IS NULL OR status = ?4) AND (?5 IS NULL OR priority = ?5)
             AND (?6 IS NULL OR assigned_to = ?6 OR (?6 = 'none' AND assigned_to IS NULL))
             AND (?7 IS NULL OR customer_id = ?7)
             AND (?8 IS NULL OR instr(lower(body || ' ' || caller_name), ?8) > 0)
           ORDER BY id DESC LIMIT ?3""",
        (tenant_id, before, limit, *filters),
    )


def ticket(tenant_id: str, ticket_id: str) -> Statement:
    return Statement(
        """SELECT id, kind, status, priority, assigned_to, conversation_id, customer_id, caller_name, phone_number,
             spoken_number, body, created_at, updated_at, done_at
           FROM tickets WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, ticket_id),
    )


def change_ticket(tenant_id: str, ticket_id: str, change: str, at: str) -> Statement:
    """`change` is a JSON object of status, priority, body, assigned_to. Nothing for somebody who is no member."""
    return Statement(
        """UPDATE tickets SET updated_at = ?4, status = COALESCE(?3 ->> 'status', status),
             priority = COALESCE(?3 ->> 'priority', priority), body = COALESCE(?3 ->> 'body', body),
             assigned_to = CASE WHEN json_type(?3, '$.assigned_to') IS NULL THEN assigned_to ELSE ?3 ->> 'assigned_to' END,
             done_at = CASE COALESCE(?3 ->> 'status', status) WHEN 'done' THEN COALESCE(done_at, ?4) END
           WHERE tenant_id = ?1 AND id = ?2 AND (?3 ->> 'assigned_to' IS NULL OR EXISTS (
             SELECT 1 FROM memberships WHERE tenant_id = ?1 AND user_id = ?3 ->> 'assigned_to'))""",
        (tenant_id, ticket_id, change, at),
    )
