"""SQL of the waiting list."""

from ports.database import Statement


def insert(
    tenant_id: str,
    waiting_id: str,
    wish: tuple[str, str | None, str, str],
    who: tuple[str, str | None, str | None, str],
    at: str,
) -> Statement:
    """`wish` is (service_id, agent_id, first_day, last_day), `who` (name, phone, email, language). Nothing for a service
    that is not offered."""
    return Statement(
        """INSERT INTO waiting_list (id, tenant_id, service_id, agent_id, first_day, last_day, name, phone, email, language,
             created_at, updated_at)
           SELECT ?2, ?1, id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11 FROM services
           WHERE tenant_id = ?1 AND id = ?3 AND archived_at IS NULL""",
        (tenant_id, waiting_id, *wish, *who, at),
    )


def one(tenant_id: str, waiting_id: str) -> Statement:
    return Statement(
        """SELECT id, service_id, agent_id, first_day, last_day, name, phone, email, language, status, offered_id,
             offered_until, created_at FROM waiting_list WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, waiting_id),
    )


def listed(tenant_id: str, cursor: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, service_id, agent_id, first_day, last_day, name, phone, email, language, status, offered_id,
             offered_until, created_at
           FROM waiting_list WHERE tenant_id = ?1 AND id > ?2 AND status <> 'left' ORDER BY id LIMIT ?3""",
        (tenant_id, cursor, limit),
    )


def waiting(tenant_id: str, today: str) -> Statement:
    """Whoever has waited longest first."""
    return Statement(
        """SELECT id, service_id, agent_id, first_day, last_day, name, phone, email, language, declined FROM waiting_list
           WHERE tenant_id = ?1 AND status = 'waiting' AND last_day >= ?2 ORDER BY created_at, id LIMIT 100""",
        (tenant_id, today),
    )


def mark_offered(tenant_id: str, waiting_id: str, offer_id: str, until: str, at: str) -> Statement:
    """Refused as a status that is NULL unless they still wait."""
    return Statement(
        """UPDATE waiting_list SET status = CASE WHEN status = 'waiting' THEN 'offered' END, offered_id = ?3,
             offered_until = ?4, updated_at = ?5 WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, waiting_id, offer_id, until, at),
    )


def by_offer(tenant_id: str, offer_id: str) -> Statement:
    return Statement(
        """SELECT w.id, w.service_id, w.status, w.offered_until, w.name, w.phone, w.email, w.language, a.starts_at,
             a.agent_id AS staff_id
           FROM waiting_list AS w JOIN appointments AS a ON a.tenant_id = w.tenant_id AND a.id = w.offered_id
           WHERE w.tenant_id = ?1 AND w.offered_id = ?2 AND w.status = 'offered'""",
        (tenant_id, offer_id),
    )


def mark_booked(tenant_id: str, waiting_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE waiting_list SET status = 'booked', updated_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'offered'""",
        (tenant_id, waiting_id, at),
    )


def expired(now: str, limit: int) -> Statement:
    return Statement(
        """SELECT w.tenant_id, w.id, w.offered_id, unixepoch(a.starts_at) / 60 AS start_min
           FROM waiting_list AS w INDEXED BY idx_waiting_list_offered
           LEFT JOIN appointments AS a ON a.tenant_id = w.tenant_id AND a.id = w.offered_id
           WHERE w.status = 'offered' AND w.offered_until <= ?1 ORDER BY w.offered_until LIMIT ?2""",
        (now, limit),
    )


def decline(tenant_id: str, waiting_id: str, offer_id: str, start_min: int, at: str) -> Statement:
    """Back in the list, and not offered that start again."""
    return Statement(
        """UPDATE waiting_list SET status = 'waiting', offered_id = NULL, offered_until = NULL, updated_at = ?5,
             declined = json_insert(declined, '$[#]', CAST(?4 AS INTEGER))
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'offered' AND offered_id = ?3""",
        (tenant_id, waiting_id, offer_id, start_min, at),
    )


def release_offer(tenant_id: str, waiting_id: str) -> Statement:
    return Statement(
        """DELETE FROM appointments WHERE tenant_id = ?1 AND status = 'held'
             AND id = (SELECT offered_id FROM waiting_list WHERE tenant_id = ?1 AND id = ?2)""",
        (tenant_id, waiting_id),
    )


def leave(tenant_id: str, waiting_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE waiting_list SET status = 'left', offered_id = NULL, offered_until = NULL, updated_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND status IN ('waiting', 'offered')""",
        (tenant_id, waiting_id, at),
    )
