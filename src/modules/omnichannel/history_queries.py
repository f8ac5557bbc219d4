"""SQL that reads what has been said."""

from ports.database import Statement

Filters = tuple[str | None, str | None, str | None]  # (channel, status, words), None for any


def conversations(tenant_id: str, filters: Filters, before: str, limit: int) -> Statement:
    """Newest first, older than the id `before`: ids sort by time."""
    return Statement(
        """SELECT s.id, s.channel, s.status, s.outcome, s.agent_id, s.agent_version, s.customer_id, s.started_at,
             s.last_message_at, s.ended_at, c.phone AS customer_phone, c.name AS customer_name
           FROM omni_conversations AS s
           LEFT JOIN customers AS c ON c.tenant_id = s.tenant_id AND c.id = s.customer_id
           WHERE s.tenant_id = ?1 AND (?2 IS NULL OR s.channel = ?2) AND (?3 IS NULL OR s.status = ?3)
             AND (?4 IS NULL OR EXISTS (SELECT 1 FROM omni_messages AS m WHERE m.tenant_id = s.tenant_id
               AND m.conversation_id = s.id AND instr(lower(m.body), ?4) > 0))
             AND s.id < ?5
           ORDER BY s.id DESC LIMIT ?6""",
        (tenant_id, *filters, before, limit),
    )


def conversation(tenant_id: str, conversation_id: str) -> Statement:
    return Statement(
        """SELECT s.id, s.channel, s.status, s.outcome, s.agent_id, s.agent_version, s.customer_id, s.started_at,
             s.last_message_at, s.ended_at, c.phone AS customer_phone, c.name AS customer_name
           FROM omni_conversations AS s
           LEFT JOIN customers AS c ON c.tenant_id = s.tenant_id AND c.id = s.customer_id
           WHERE s.tenant_id = ?1 AND s.id = ?2""",
        (tenant_id, conversation_id),
    )


def messages(tenant_id: str, conversation_id: str) -> Statement:
    """In the order they were said: the caller of a turn before the agent."""
    return Statement(
        """SELECT id, turn, role, body, digits, confidence, intent, sources, interrupted_after_ms,
             created_at FROM omni_messages
           WHERE tenant_id = ?1 AND conversation_id = ?2 ORDER BY turn, role = 'agent', id""",
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
        """SELECT m.id, m.turn, m.role, m.body, m.digits, m.confidence, m.intent, m.sources, m.interrupted_after_ms,
             m.created_at
           FROM calls AS c
           JOIN omni_messages AS m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.conversation_id
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
