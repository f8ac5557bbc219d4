"""SQL of everybody's calendars: what cron drives, and what a vendor names."""

from ports.database import Statement


def due(now: str, limit: int) -> Statement:
    """To be read again, or with something to be written."""
    return Statement(
        """SELECT tenant_id, id FROM calendar_connections INDEXED BY idx_calendar_connections_due
           WHERE status = 'active' AND sync_due_at <= ?1 AND COALESCE(lease_until, '') <= ?1
           UNION
           SELECT c.tenant_id, c.id FROM calendar_copies AS y INDEXED BY idx_calendar_copies_due
           JOIN calendar_connections AS c ON c.tenant_id = y.tenant_id AND c.id = y.connection_id
           WHERE y.due_at <= ?1 AND c.status = 'active' AND COALESCE(c.lease_until, '') <= ?1 LIMIT ?2""",
        (now, limit),
    )


def watched(watch_id: str) -> Statement:
    return Statement(
        "SELECT tenant_id, id, provider FROM calendar_connections WHERE watch_id = ?1 AND status = 'active'",
        (watch_id,),
    )


def make_due(watch_id: str, now: str) -> Statement:
    return Statement(
        "UPDATE calendar_connections SET sync_due_at = ?2 WHERE watch_id = ?1 AND status = 'active'", (watch_id, now)
    )
