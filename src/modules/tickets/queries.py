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
