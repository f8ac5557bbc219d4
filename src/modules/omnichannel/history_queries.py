"""SQL that reads what has been said."""

from ports.database import Statement, Value

# (channel, status, handled by, assigned to or "none", customer, is unread, is waiting), None for any
Filters = tuple[Value, ...]


def conversations(tenant_id: str, filters: Filters, before: str, limit: int) -> Statement:
    """Newest first, older than the id `before`: ids sort by time."""
    return Statement(
        """SELECT * FROM conversation_heads AS s
           WHERE s.tenant_id = ?1 AND s.id < ?2 AND (?4 IS NULL OR s.channel = ?4) AND (?5 IS NULL OR s.status = ?5)
             AND (?6 IS NULL OR s.handled_by = ?6)
             AND (?7 IS NULL OR s.assigned_to = ?7 OR (?7 = 'none' AND s.assigned_to IS NULL))
             AND (?8 IS NULL OR s.customer_id = ?8) AND (?9 IS NULL OR s.is_unread = ?9)
             AND (?10 IS NULL OR (s.waiting_since IS NOT NULL) = ?10)
           ORDER BY s.id DESC LIMIT ?3""",
        (tenant_id, before, limit, *filters),
    )


def conversations_with(tenant_id: str, words: str, filters: Filters, before: str, limit: int) -> Statement:
    """Those in which something was said; `words` are an expression of FTS5 that names the tenant."""
    return Statement(
        """SELECT * FROM conversation_heads AS s
           WHERE s.tenant_id = ?1 AND s.id < ?2 AND (?4 IS NULL OR s.channel = ?4) AND (?5 IS NULL OR s.status = ?5)
             AND (?6 IS NULL OR s.handled_by = ?6)
             AND (?7 IS NULL OR s.assigned_to = ?7 OR (?7 = 'none' AND s.assigned_to IS NULL))
             AND (?8 IS NULL OR s.customer_id = ?8) AND (?9 IS NULL OR s.is_unread = ?9)
             AND (?10 IS NULL OR (s.waiting_since IS NOT NULL) = ?10)
             AND s.id IN (SELECT n.conversation_id FROM message_words AS w JOIN message_numbers AS n ON n.number = w.rowid
               WHERE message_words MATCH ?11 AND n.tenant_id = ?1)
           ORDER BY s.id DESC LIMIT ?3""",
        (tenant_id, before, limit, *filters, words),
    )


def conversation(tenant_id: str, conversation_id: str) -> Statement:
    return Statement(
        """SELECT * FROM conversation_heads AS s
           WHERE s.tenant_id = ?1 AND s.id = ?2""",
        (tenant_id, conversation_id),
    )


def messages(tenant_id: str, conversation_id: str) -> Statement:
    """In the order they were said: the caller of a turn before the agent."""
    return Statement(
        """SELECT * FROM conversation_messages WHERE tenant_id = ?1 AND conversation_id = ?2
           ORDER BY turn, role = 'agent', id""",
        (tenant_id, conversation_id),
    )


def tickets(tenant_id: str, conversation_id: str) -> Statement:
    return Statement(
        """SELECT id, status, caller_name, phone_number, spoken_number, body, created_at FROM tickets
           WHERE tenant_id = ?1 AND conversation_id = ?2 ORDER BY id""",
        (tenant_id, conversation_id),
    )


def calls(tenant_id: str, status: str | None, before: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, conversation_id, provider, provider_call_id, direction, from_number, to_number, status, started_at,
             ended_at, duration_s, ended_reason
           FROM calls WHERE tenant_id = ?1 AND (?2 IS NULL OR status = ?2) AND id < ?3 ORDER BY id DESC LIMIT ?4""",
        (tenant_id, status, before, limit),
    )


def call(tenant_id: str, call_id: str) -> Statement:
    return Statement(
        """SELECT id, conversation_id, provider, provider_call_id, direction, from_number, to_number, status, started_at,
             ended_at, duration_s, ended_reason
           FROM calls WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, call_id),
    )


def call_of_conversation(tenant_id: str, conversation_id: str) -> Statement:
    return Statement(
        """SELECT id, conversation_id, provider, provider_call_id, direction, from_number, to_number, status, started_at,
             ended_at, duration_s, ended_reason
           FROM calls WHERE tenant_id = ?1 AND conversation_id = ?2""",
        (tenant_id, conversation_id),
    )


def call_messages(tenant_id: str, call_id: str) -> Statement:
    return Statement(
        """SELECT m.* FROM calls AS c
           JOIN conversation_messages AS m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.conversation_id
           WHERE c.tenant_id = ?1 AND c.id = ?2 ORDER BY m.turn, m.role = 'agent', m.id""",
        (tenant_id, call_id),
    )


def call_events(tenant_id: str, call_id: str) -> Statement:
    return Statement(
        """SELECT status, sequence, occurred_at, created_at FROM call_events WHERE tenant_id = ?1 AND call_id = ?2
           ORDER BY COALESCE(sequence, 1000000), id""",
        (tenant_id, call_id),
    )


def call_turns(tenant_id: str, call_id: str) -> Statement:
    return Statement(
        """SELECT turn, load_ms, decide_ms, created_at FROM call_turns WHERE tenant_id = ?1 AND call_id = ?2
           ORDER BY turn""",
        (tenant_id, call_id),
    )


def recordings(tenant_id: str, call_id: str) -> Statement:
    return Statement(
        """SELECT id, kind, status, duration_s, bytes, created_at FROM call_recordings
           WHERE tenant_id = ?1 AND call_id = ?2 ORDER BY id""",
        (tenant_id, call_id),
    )
