"""SQL of what providers have told us: each event once, until it is handled."""

from ports.database import Statement, Value


def insert_event(event: tuple[Value, ...], at: str, due_at: str) -> Statement:
    """Once, however often it is delivered. `event` is (id, provider, external_id, kind, subject, payload as JSON)."""
    return Statement(
        """INSERT INTO inbound_events (received_at, due_at, id, provider, external_id, kind, subject, payload)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (provider, external_id) DO NOTHING RETURNING id""",
        (at, due_at, *event),
    )


def claim(event_id: str, now: str, lease_until: str) -> Statement:
    """Counts the attempt before it is made: one that kills its worker counts too."""
    return Statement(
        """UPDATE inbound_events SET attempts = attempts + 1, due_at = ?3
           WHERE id = ?1 AND handled_at IS NULL AND dead_at IS NULL AND due_at <= ?2
           RETURNING id, provider, external_id, kind, subject, payload, attempts, received_at""",
        (event_id, now, lease_until),
    )


def mark_handled(event_id: str, at: str) -> Statement:
    """Leads the batch of the effect; refused (event_handled), and the effect with it, when it was handled before."""
    return Statement(
        "UPDATE inbound_events SET handled_at = ?2, due_at = NULL, reason = NULL WHERE id = ?1", (event_id, at)
    )


def give_to(tenant_id: str, event_id: str) -> Statement:
    return Statement("UPDATE inbound_events SET tenant_id = ?1 WHERE id = ?2", (tenant_id, event_id))


def give_to_sender(event_id: str, provider: str, provider_id: str) -> Statement:
    """To whoever's message the vendor tells of; what it tells of others stays as it is."""
    return Statement(
        """UPDATE inbound_events SET tenant_id = COALESCE(
             (SELECT tenant_id FROM outbox WHERE provider = ?2 AND provider_id = ?3), tenant_id) WHERE id = ?1""",
        (event_id, provider, provider_id),
    )


def put_off(event_id: str, due_at: str, reason: str) -> Statement:
    return Statement(
        "UPDATE inbound_events SET due_at = ?2, reason = ?3 WHERE id = ?1 AND handled_at IS NULL",
        (event_id, due_at, reason),
    )


def mark_dead(event_id: str, at: str, reason: str) -> Statement:
    return Statement(
        """UPDATE inbound_events SET dead_at = ?2, due_at = NULL, reason = ?3
           WHERE id = ?1 AND handled_at IS NULL""",
        (event_id, at, reason),
    )


def due(now: str, limit: int) -> Statement:
    return Statement(
        """SELECT id FROM inbound_events INDEXED BY idx_inbound_events_due
           WHERE handled_at IS NULL AND dead_at IS NULL AND due_at <= ?1 ORDER BY due_at LIMIT ?2""",
        (now, limit),
    )


def replay(event_id: str, at: str) -> Statement:
    """From the beginning, whatever became of it."""
    return Statement(
        """UPDATE inbound_events SET handled_at = NULL, dead_at = NULL, reason = NULL, attempts = 0, due_at = ?2
           WHERE id = ?1 RETURNING id""",
        (event_id, at),
    )


def event(event_id: str) -> Statement:
    return Statement(
        """SELECT id, provider, external_id, kind, subject, received_at, handled_at, attempts, due_at, dead_at, reason
           FROM inbound_events WHERE id = ?1""",
        (event_id,),
    )


def events(state: str | None, before: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, provider, external_id, kind, subject, received_at, handled_at, attempts, due_at, dead_at, reason
           FROM inbound_events
           WHERE id < ?2 AND CASE ?1 WHEN 'dead' THEN dead_at IS NOT NULL WHEN 'handled' THEN handled_at IS NOT NULL
             WHEN 'waiting' THEN handled_at IS NULL AND dead_at IS NULL ELSE 1 END
           ORDER BY id DESC LIMIT ?3""",
        (state, before, limit),
    )
