"""SQL of one person of a business: what there is about them, and how it goes.

`ids` is a JSON list of customers (the person's entry, and what was merged into it), of conversations where it says so;
`addresses` one of their numbers and addresses.
"""

from ports.database import Statement


def person(tenant_id: str, customer_id: str, at: str) -> Statement:
    """All that the rest is found by, in one row: each a JSON list. Nothing for somebody who is not there."""
    return Statement(
        """WITH them AS MATERIALIZED (
             SELECT id FROM customers WHERE tenant_id = ?1 AND (id = ?2 OR merged_into = ?2)),
           talks AS MATERIALIZED (
             SELECT id, status FROM omni_conversations WHERE tenant_id = ?1 AND customer_id IN (SELECT id FROM them))
           SELECT (SELECT json_group_array(id) FROM them) AS ids,
             (SELECT json_group_array(address) FROM customer_identities
               WHERE tenant_id = ?1 AND customer_id IN (SELECT id FROM them)) AS addresses,
             (SELECT json_group_array(id) FROM talks) AS conversations,
             (SELECT json_group_array(r.id) FROM calls AS l
               JOIN call_recordings AS r ON r.tenant_id = l.tenant_id AND r.call_id = l.id
               WHERE l.tenant_id = ?1 AND l.conversation_id IN (SELECT id FROM talks)) AS recordings,
             EXISTS (SELECT 1 FROM talks WHERE status = 'open') AS is_talking,
             EXISTS (SELECT 1 FROM appointments WHERE tenant_id = ?1 AND customer_id IN (SELECT id FROM them)
               AND status = 'booked' AND ends_at > ?3) AS is_expected
           WHERE EXISTS (SELECT 1 FROM them WHERE id = ?2)""",
        (tenant_id, customer_id, at),
    )


def customers(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "SELECT * FROM customers WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))", (tenant_id, ids)
    )


def identities(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """SELECT * FROM customer_identities
           WHERE tenant_id = ?1 AND customer_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def conversations(tenant_id: str, ids: str) -> Statement:
    """`ids` of conversations, as those of the next nine."""
    return Statement(
        "SELECT * FROM omni_conversations WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def messages(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "SELECT * FROM omni_messages WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def attachments(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """SELECT a.* FROM omni_messages AS m
           JOIN message_attachments AS a ON a.tenant_id = m.tenant_id AND a.message_id = m.id
           WHERE m.tenant_id = ?1 AND m.conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def reports(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """SELECT * FROM conversation_reports
           WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def notes(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """SELECT * FROM conversation_notes
           WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def turns(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """SELECT * FROM conversation_turns
           WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def tool_calls(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "SELECT * FROM tool_calls WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def calls(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "SELECT * FROM calls WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def recordings(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """SELECT r.* FROM calls AS l JOIN call_recordings AS r ON r.tenant_id = l.tenant_id AND r.call_id = l.id
           WHERE l.tenant_id = ?1 AND l.conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def usage(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "SELECT * FROM usage_records WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def tickets(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "SELECT * FROM tickets WHERE tenant_id = ?1 AND customer_id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def prospects(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "SELECT * FROM prospects WHERE tenant_id = ?1 AND customer_id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def appointments(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "SELECT * FROM appointments WHERE tenant_id = ?1 AND customer_id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def waiting(tenant_id: str, addresses: str) -> Statement:
    return Statement(
        """SELECT * FROM waiting_list WHERE tenant_id = ?1
             AND (phone IN (SELECT value FROM json_each(?2)) OR email IN (SELECT value FROM json_each(?2)))""",
        (tenant_id, addresses),
    )


def outbox(tenant_id: str, addresses: str) -> Statement:
    return Statement(
        "SELECT * FROM outbox WHERE tenant_id = ?1 AND recipient IN (SELECT value FROM json_each(?2))",
        (tenant_id, addresses),
    )


def consents(tenant_id: str, addresses: str) -> Statement:
    return Statement(
        "SELECT * FROM message_consents WHERE tenant_id = ?1 AND address IN (SELECT value FROM json_each(?2))",
        (tenant_id, addresses),
    )


def placed_calls(tenant_id: str, addresses: str) -> Statement:
    return Statement(
        "SELECT * FROM outbound_calls WHERE tenant_id = ?1 AND to_number IN (SELECT value FROM json_each(?2))",
        (tenant_id, addresses),
    )
