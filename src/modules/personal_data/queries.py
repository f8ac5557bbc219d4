"""SQL of archives, of a business that leaves, and of how long things are kept."""

from ports.database import Statement, Value


def tenant(tenant_id: str) -> Statement:
    return Statement("SELECT * FROM tenants WHERE id = ?1", (tenant_id,))


def members(tenant_id: str) -> Statement:
    return Statement(
        """SELECT u.id, u.email, u.name, u.created_at, u.updated_at, u.email_verified_at
           FROM memberships AS m JOIN users AS u ON u.id = m.user_id WHERE m.tenant_id = ?1 ORDER BY u.id""",
        (tenant_id,),
    )


def insert_export(tenant_id: str, export_id: str, customer_id: str | None, at: str) -> Statement:
    """Nothing while the same is being made, or for a customer who is not there."""
    return Statement(
        """INSERT INTO data_exports (id, tenant_id, customer_id, due_at, created_at)
           SELECT ?2, ?1, ?3, ?4, ?4 WHERE NOT EXISTS (
             SELECT 1 FROM data_exports WHERE tenant_id = ?1 AND customer_id IS ?3 AND state IN ('queued', 'running'))
           AND (?3 IS NULL OR EXISTS (SELECT 1 FROM customers WHERE tenant_id = ?1 AND id = ?3))""",
        (tenant_id, export_id, customer_id, at),
    )


def exports(tenant_id: str, before: str, limit: int) -> Statement:
    return Statement(
        """SELECT tenant_id, id, customer_id, state, bytes, counts, reason, created_at, ready_at, due_at FROM data_exports
           WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3""",
        (tenant_id, before, limit),
    )


def export(tenant_id: str, export_id: str) -> Statement:
    return Statement(
        """SELECT tenant_id, id, customer_id, state, bytes, counts, reason, created_at, ready_at, due_at FROM data_exports
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, export_id),
    )


def claim_export(tenant_id: str, export_id: str, at: str, until: str) -> Statement:
    return Statement(
        """UPDATE data_exports SET state = 'running', attempts = attempts + 1, due_at = ?4
           WHERE tenant_id = ?1 AND id = ?2 AND state IN ('queued', 'running') AND due_at <= ?3
           RETURNING id, customer_id, attempts, created_at""",
        (tenant_id, export_id, at, until),
    )


def export_made(tenant_id: str, export_id: str, made: tuple[int, str], at: str, until: str) -> Statement:
    """`made` is (bytes, counts as JSON). Nothing when it was given up meanwhile."""
    return Statement(
        """UPDATE data_exports SET state = 'ready', bytes = ?5, counts = ?6, ready_at = ?3, due_at = ?4, reason = NULL
           WHERE tenant_id = ?1 AND id = ?2 AND state = 'running'""",
        (tenant_id, export_id, at, until, *made),
    )


def export_failed(tenant_id: str, export_id: str, state: str, reason: str, due_at: str | None) -> Statement:
    return Statement(
        """UPDATE data_exports SET state = ?3, reason = ?4, due_at = ?5
           WHERE tenant_id = ?1 AND id = ?2 AND state IN ('queued', 'running')""",
        (tenant_id, export_id, state, reason, due_at),
    )


def expire_exports(tenant_id: str, export_id: str | None) -> Statement:
    """One, or all of them."""
    return Statement(
        """UPDATE data_exports SET state = 'expired', due_at = NULL
           WHERE tenant_id = ?1 AND (?2 IS NULL OR id = ?2) AND state <> 'expired'""",
        (tenant_id, export_id),
    )


def changed() -> Statement:
    """How many rows the statement before it has changed, those of its triggers apart."""
    return Statement("SELECT changes() AS n")


def remove_blob(tenant_id: str, blob_key: str, at: str) -> Statement:
    return Statement(
        "INSERT INTO blob_removals (tenant_id, blob_key, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        (tenant_id, blob_key, at),
    )


def remove_archives(tenant_id: str, at: str) -> Statement:
    """Of all its exports, whose rows stay."""
    return Statement(
        """INSERT INTO blob_removals (tenant_id, blob_key, created_at)
           SELECT tenant_id, tenant_id || '/exports/' || id || '.zip', ?2 FROM data_exports
           WHERE tenant_id = ?1 AND state = 'ready' ON CONFLICT DO NOTHING""",
        (tenant_id, at),
    )


def retention(tenant_id: str) -> Statement:
    return Statement(
        "SELECT transcripts_days, recordings_days, audio_days FROM retention_settings WHERE tenant_id = ?1",
        (tenant_id,),
    )


def put_retention(tenant_id: str, days: tuple[Value, ...], at: str) -> Statement:
    """`days` are those of transcripts, recordings and audio."""
    return Statement(
        """INSERT INTO retention_settings (tenant_id, updated_at, transcripts_days, recordings_days, audio_days)
           VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (tenant_id) DO UPDATE SET updated_at = excluded.updated_at,
             transcripts_days = excluded.transcripts_days, recordings_days = excluded.recordings_days,
             audio_days = excluded.audio_days""",
        (tenant_id, at, *days),
    )
