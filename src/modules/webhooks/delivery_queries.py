"""SQL of the driver of everybody's webhook deliveries."""

from ports.database import Statement


def claim(delivery_id: str, now: str, lease_until: str) -> Statement:
    """Takes a delivery that is due, or whose sender died; one of two who ask at once gets it."""
    return Statement(
        """UPDATE webhook_deliveries SET status = 'sending', attempts = attempts + 1, lease_until = ?3
           WHERE id = ?1 AND ((status = 'queued' AND due_at <= ?2) OR (status = 'sending' AND lease_until <= ?2))
           RETURNING id, tenant_id, endpoint_id, event_id, attempts""",
        (delivery_id, now, lease_until),
    )


def due(now: str, limit: int) -> Statement:
    """A few of each endpoint: one that hangs must not keep the others waiting."""
    return Statement(
        """SELECT id FROM (
             SELECT id, due_at, ROW_NUMBER() OVER (PARTITION BY tenant_id, endpoint_id ORDER BY due_at) AS place
             FROM webhook_deliveries INDEXED BY idx_webhook_deliveries_due
             WHERE status IN ('queued', 'sending') AND due_at <= ?1 AND COALESCE(lease_until, '') <= ?1)
           WHERE place <= 5 ORDER BY place, due_at LIMIT ?2""",
        (now, limit),
    )


def completed_call(event_id: str, call: tuple[str, str], at: str) -> Statement:
    """Right after the statement that may have ended the call; nothing when that changed nothing."""
    return Statement(
        """INSERT INTO webhook_events (id, tenant_id, type, payload, created_at)
           SELECT ?1, c.tenant_id, 'call.completed', json_object('type', 'call.completed',
             'timestamp', replace(?4, ' ', 'T') || 'Z', 'data', json_object('call_id', c.id,
               'conversation_id', c.conversation_id, 'direction', c.direction, 'from', c.from_number,
               'to', c.to_number, 'status', c.status, 'duration_s', c.duration_s,
               'started_at', replace(c.started_at, ' ', 'T') || 'Z', 'ended_at', replace(c.ended_at, ' ', 'T') || 'Z')),
             ?4
           FROM calls AS c
           WHERE changes() > 0 AND c.provider = ?2 AND c.provider_call_id = ?3 AND c.ended_at IS NOT NULL AND EXISTS (
             SELECT 1 FROM webhook_endpoints AS e, json_each(e.events) AS j
             WHERE e.tenant_id = c.tenant_id AND e.is_active = 1 AND j.value IN ('call.completed', '*'))
           RETURNING tenant_id, id AS webhook_event_id""",
        (event_id, *call, at),
    )
