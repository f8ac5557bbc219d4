"""SQL of idempotency keys."""

from ports.database import Statement

# (principal, method, path, key)
Place = tuple[str, str, str, str]


def record(tenant_id: str, place: Place) -> Statement:
    return Statement(
        """SELECT request_hash, status, answer, created_at FROM idempotency_keys
           WHERE tenant_id = ?1 AND principal = ?2 AND method = ?3 AND path = ?4 AND key = ?5""",
        (tenant_id, *place),
    )


def forget(tenant_id: str, place: Place, before: str) -> Statement:
    """One of an earlier day, which cron has not come to."""
    return Statement(
        """DELETE FROM idempotency_keys
           WHERE tenant_id = ?1 AND principal = ?2 AND method = ?3 AND path = ?4 AND key = ?5 AND created_at < ?6""",
        (tenant_id, *place, before),
    )


def insert_record(tenant_id: str, place: Place, request_hash: str, at: str) -> Statement:
    """For the batch of the effect: refused by its key, and the effect with it, when another request was quicker."""
    return Statement(
        """INSERT INTO idempotency_keys (tenant_id, principal, method, path, key, request_hash, created_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)""",
        (tenant_id, *place, request_hash, at),
    )


def store_answer(tenant_id: str, place: Place, status: int, answer: str) -> Statement:
    return Statement(
        """UPDATE idempotency_keys SET status = ?6, answer = ?7
           WHERE tenant_id = ?1 AND principal = ?2 AND method = ?3 AND path = ?4 AND key = ?5""",
        (tenant_id, *place, status, answer),
    )
