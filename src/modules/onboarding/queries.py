"""SQL of onboarding sessions, steps and events."""

from ports.database import Statement


def start_session(tenant_id: str, session_id: str, user_id: str, at: str) -> Statement:
    """Nothing when the tenant has one already, open or completed."""
    return Statement(
        """INSERT INTO onboarding_sessions (id, tenant_id, user_id, started_at, updated_at)
           SELECT ?2, ?1, ?3, ?4, ?4 WHERE NOT EXISTS (
             SELECT 1 FROM onboarding_sessions WHERE tenant_id = ?1 AND status IN ('in_progress', 'completed'))""",
        (tenant_id, session_id, user_id, at),
    )


def insert_started_event(tenant_id: str, event_id: str, session_id: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO onboarding_events (id, tenant_id, session_id, event, created_at)
           SELECT ?2, tenant_id, id, 'started', ?4 FROM onboarding_sessions WHERE tenant_id = ?1 AND id = ?3""",
        (tenant_id, event_id, session_id, at),
    )


def latest_session(tenant_id: str) -> Statement:
    """The open one, else the completed one."""
    return Statement(
        """SELECT id, status, current_step, started_at, completed_at, updated_at FROM onboarding_sessions
           WHERE tenant_id = ?1 AND status IN ('in_progress', 'completed')
           ORDER BY status = 'in_progress' DESC, started_at DESC LIMIT 1""",
        (tenant_id,),
    )


def session(tenant_id: str, session_id: str) -> Statement:
    return Statement(
        """SELECT id, status, current_step, started_at, completed_at, updated_at FROM onboarding_sessions
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, session_id),
    )


def steps(tenant_id: str, session_id: str) -> Statement:
    return Statement(
        "SELECT step, state, done_at FROM onboarding_steps WHERE tenant_id = ?1 AND session_id = ?2 ORDER BY step",
        (tenant_id, session_id),
    )


def latest_steps(tenant_id: str) -> Statement:
    return Statement(
        """SELECT step, state, done_at FROM onboarding_steps WHERE tenant_id = ?1 AND session_id = (
             SELECT id FROM onboarding_sessions WHERE tenant_id = ?1 AND status IN ('in_progress', 'completed')
             ORDER BY status = 'in_progress' DESC, started_at DESC LIMIT 1)
           ORDER BY step""",
        (tenant_id,),
    )


def save_step(tenant_id: str, session_id: str, step: int, at: str) -> Statement:
    """Refused by trigger out of order and after completion, by foreign key without the session."""
    return Statement(
        """INSERT INTO onboarding_steps (tenant_id, session_id, step, state, done_at) VALUES (?1, ?2, ?3, 'saved', ?4)
           ON CONFLICT (tenant_id, session_id, step) DO UPDATE SET state = 'saved', done_at = excluded.done_at""",
        (tenant_id, session_id, step, at),
    )


def skip_step(tenant_id: str, session_id: str, step: int, at: str) -> Statement:
    """Refused as save_step is; what has been saved stays saved."""
    return Statement(
        """INSERT INTO onboarding_steps (tenant_id, session_id, step, state, done_at) VALUES (?1, ?2, ?3, 'skipped', ?4)
           ON CONFLICT (tenant_id, session_id, step) DO NOTHING""",
        (tenant_id, session_id, step, at),
    )


def advance(tenant_id: str, session_id: str, step: int, at: str) -> Statement:
    return Statement(
        """UPDATE onboarding_sessions SET current_step = MAX(current_step, CAST(?3 AS INTEGER) + 1), updated_at = ?4
           WHERE tenant_id = ?1 AND id = ?2
           RETURNING id, status, current_step, started_at, completed_at, updated_at""",
        (tenant_id, session_id, step, at),
    )


def complete(tenant_id: str, session_id: str, at: str) -> Statement:
    """Refused by trigger while a step is missing; nothing when it is completed already or not there."""
    return Statement(
        """UPDATE onboarding_sessions SET status = 'completed', completed_at = ?3, updated_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'in_progress'""",
        (tenant_id, session_id, at),
    )


def mark_tenant_onboarded(tenant_id: str, session_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE tenants SET onboarding_completed = 1, updated_at = ?3 WHERE id = ?1 AND EXISTS (
             SELECT 1 FROM onboarding_sessions WHERE tenant_id = ?1 AND id = ?2 AND completed_at = ?3)""",
        (tenant_id, session_id, at),
    )


def insert_completed_event(tenant_id: str, event_id: str, session_id: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO onboarding_events (id, tenant_id, session_id, step, event, created_at)
           SELECT ?2, tenant_id, id, 'complete', 'completed', ?4 FROM onboarding_sessions
           WHERE tenant_id = ?1 AND id = ?3 AND completed_at = ?4""",
        (tenant_id, event_id, session_id, at),
    )


def insert_event(tenant_id: str, event_id: str, session_id: str, happened: tuple[str, str], at: str) -> Statement:
    """`happened` is (step, event). Refused by foreign key without the session."""
    return Statement(
        """INSERT INTO onboarding_events (id, tenant_id, session_id, step, event, created_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6)""",
        (event_id, tenant_id, session_id, *happened, at),
    )


def insert_failure(tenant_id: str, event_id: str, session_id: str, failed: tuple[str, str], at: str) -> Statement:
    """`failed` is (step, reason); a session that is not this tenant's is left out."""
    return Statement(
        """INSERT INTO onboarding_events (id, tenant_id, session_id, step, event, reason, created_at)
           VALUES (?2, ?1, (SELECT id FROM onboarding_sessions WHERE tenant_id = ?1 AND id = ?3), ?4, 'failed', ?5, ?6)""",
        (tenant_id, event_id, session_id, *failed, at),
    )


def funnel(since: str) -> Statement:
    """Of all tenants, for the operator."""
    return Statement(
        """SELECT substr(created_at, 1, 10) AS day, step, event, COUNT(DISTINCT tenant_id) AS tenants, COUNT(*) AS events
           FROM onboarding_events WHERE created_at >= ?1 GROUP BY day, step, event ORDER BY day, step, event""",
        (since,),
    )
