"""SQL that makes a business forget one person. `ids` and `addresses` as in subject_queries."""

from ports.database import Statement


def delete_tickets(tenant_id: str, ids: str, conversations: str) -> Statement:
    return Statement(
        """DELETE FROM tickets WHERE tenant_id = ?1 AND (customer_id IN (SELECT value FROM json_each(?2))
             OR conversation_id IN (SELECT value FROM json_each(?3)))""",
        (tenant_id, ids, conversations),
    )


def delete_prospects(tenant_id: str, ids: str, conversations: str) -> Statement:
    return Statement(
        """DELETE FROM prospects WHERE tenant_id = ?1 AND (customer_id IN (SELECT value FROM json_each(?2))
             OR conversation_id IN (SELECT value FROM json_each(?3)))""",
        (tenant_id, ids, conversations),
    )


def empty_appointments(tenant_id: str, ids: str, at: str) -> Statement:
    """That the time was taken stays; whose it was goes, from calendars elsewhere too (sequence)."""
    return Statement(
        """UPDATE appointments SET name = '-', phone = NULL, email = NULL, notes = NULL, reason = NULL,
             customer_id = NULL, conversation_id = NULL, reminder_due_at = NULL, sequence = sequence + 1, updated_at = ?3
           WHERE tenant_id = ?1 AND customer_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids, at),
    )


def delete_waiting(tenant_id: str, addresses: str) -> Statement:
    return Statement(
        """DELETE FROM waiting_list WHERE tenant_id = ?1
             AND (phone IN (SELECT value FROM json_each(?2)) OR email IN (SELECT value FROM json_each(?2)))""",
        (tenant_id, addresses),
    )


def empty_outbox(tenant_id: str, addresses: str) -> Statement:
    """What has not gone out does not go any more."""
    return Statement(
        """UPDATE outbox SET content = '{}', template = 'cleared', recipient = '-',
             status = iif(status = 'sent', 'sent', 'unsent'), reason = iif(status = 'sent', reason, 'erased')
           WHERE tenant_id = ?1 AND recipient IN (SELECT value FROM json_each(?2))""",
        (tenant_id, addresses),
    )


def delete_consents(tenant_id: str, addresses: str) -> Statement:
    """That somebody wants no messages has to be known for as long as they could be sent any."""
    return Statement(
        """DELETE FROM message_consents
           WHERE tenant_id = ?1 AND state = 'granted' AND address IN (SELECT value FROM json_each(?2))""",
        (tenant_id, addresses),
    )


def delete_placed_calls(tenant_id: str, addresses: str) -> Statement:
    return Statement(
        "DELETE FROM outbound_calls WHERE tenant_id = ?1 AND to_number IN (SELECT value FROM json_each(?2))",
        (tenant_id, addresses),
    )


def empty_calls(tenant_id: str, conversations: str) -> Statement:
    return Statement(
        """UPDATE calls SET from_number = iif(direction = 'inbound', NULL, from_number),
             to_number = iif(direction = 'inbound', to_number, '-')
           WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, conversations),
    )


def empty_conversations(tenant_id: str, conversations: str) -> Statement:
    return Statement(
        """UPDATE omni_conversations SET customer_id = NULL, theirs = NULL
           WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, conversations),
    )


def empty_events(tenant_id: str, addresses: str) -> Statement:
    """What vendors have told of them, word by word."""
    return Statement(
        """UPDATE inbound_events SET payload = '{}', subject = NULL
           WHERE tenant_id = ?1 AND (handled_at IS NOT NULL OR dead_at IS NOT NULL) AND EXISTS (
             SELECT 1 FROM json_each(?2) AS j WHERE subject = j.value OR instr(payload, j.value) > 0)""",
        (tenant_id, addresses),
    )


def delete_told(tenant_id: str, conversations: str) -> Statement:
    """Deliveries of what the business's own systems were told of them; their events go next."""
    return Statement(
        """DELETE FROM webhook_deliveries WHERE tenant_id = ?1 AND event_id IN (
             SELECT e.id FROM webhook_events AS e, json_each(?2) AS j
             WHERE e.tenant_id = ?1 AND instr(e.payload, j.value) > 0)""",
        (tenant_id, conversations),
    )


def delete_events(tenant_id: str, conversations: str) -> Statement:
    return Statement(
        """DELETE FROM webhook_events WHERE tenant_id = ?1 AND id IN (
             SELECT e.id FROM webhook_events AS e, json_each(?2) AS j
             WHERE e.tenant_id = ?1 AND instr(e.payload, j.value) > 0)""",
        (tenant_id, conversations),
    )


def delete_identities(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "DELETE FROM customer_identities WHERE tenant_id = ?1 AND customer_id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def delete_customers(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "DELETE FROM customers WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))", (tenant_id, ids)
    )
