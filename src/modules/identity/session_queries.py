"""SQL of sessions and their refresh tokens, and of who is asking."""

from ports.database import Statement


def insert_session(session_id: str, user_id: str, opened_from: str, at: str, expires_at: str) -> Statement:
    """`opened_from` is a hash of where it was opened."""
    return Statement(
        "INSERT INTO sessions (id, user_id, opened_from, created_at, expires_at) VALUES (?1, ?2, NULLIF(?3, ''), ?4, ?5)",
        (session_id, user_id, opened_from, at, expires_at),
    )


def insert_refresh_token(token_hash: str, session_id: str, at: str, expires_at: str) -> Statement:
    return Statement(
        "INSERT INTO refresh_tokens (token_hash, session_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
        (token_hash, session_id, at, expires_at),
    )


def refresh_token(token_hash: str) -> Statement:
    """With the tenant that its user joined first; a session that has ended still shows which it was."""
    return Statement(
        """SELECT r.session_id, r.used_at, r.expires_at, s.revoked_at, s.expires_at AS session_expires_at,
             u.id, u.email, u.name, t.id AS tenant_id, t.slug, t.name AS tenant_name
           FROM refresh_tokens AS r
           JOIN sessions AS s ON s.id = r.session_id
           JOIN users AS u ON u.id = s.user_id
           JOIN memberships AS m ON m.user_id = u.id
           JOIN tenants AS t ON t.id = m.tenant_id
           WHERE r.token_hash = ?1 ORDER BY m.created_at, m.tenant_id LIMIT 1""",
        (token_hash,),
    )


def replace_refresh_token(token_hash: str, new_hash: str, at: str, expires_at: str) -> Statement:
    """The successor, once: nothing when another request has used the token meanwhile."""
    return Statement(
        """INSERT INTO refresh_tokens (token_hash, session_id, created_at, expires_at)
           SELECT ?2, r.session_id, ?3, ?4 FROM refresh_tokens AS r JOIN sessions AS s ON s.id = r.session_id
           WHERE r.token_hash = ?1 AND r.used_at IS NULL AND r.expires_at > ?3 AND s.revoked_at IS NULL""",
        (token_hash, new_hash, at, expires_at),
    )


def audit_reuse(token_hash: str, log_id: str, trace: tuple[str, str], at: str) -> Statement:
    """Only for a token that had been used before; whose tenant is meant is not known."""
    return Statement(
        """INSERT INTO audit_logs (id, user_id, action, subject, correlation_id, address, created_at)
           SELECT ?2, s.user_id, 'auth.refresh_reused', s.id, ?3, NULLIF(?4, ''), ?5
           FROM refresh_tokens AS r JOIN sessions AS s ON s.id = r.session_id
           WHERE r.token_hash = ?1 AND r.used_at IS NOT NULL""",
        (token_hash, log_id, *trace, at),
    )


def revoke_family_if_used(token_hash: str, at: str) -> Statement:
    """Ends the session of a token that had been used before: one of the two who hold it has stolen it."""
    return Statement(
        """UPDATE sessions SET revoked_at = ?2 WHERE revoked_at IS NULL AND id = (
             SELECT session_id FROM refresh_tokens WHERE token_hash = ?1 AND used_at IS NOT NULL)""",
        (token_hash, at),
    )


def use_refresh_token(token_hash: str, at: str) -> Statement:
    return Statement(
        "UPDATE refresh_tokens SET used_at = ?2 WHERE token_hash = ?1 AND used_at IS NULL", (token_hash, at)
    )


def extend_session(session_id: str, at: str, expires_at: str, latest: str) -> Statement:
    """`latest` bounds the start: however often it is refreshed, a session does not live for ever."""
    return Statement(
        """UPDATE sessions SET expires_at = ?3
           WHERE id = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND created_at > ?4""",
        (session_id, at, expires_at, latest),
    )


def revoke_session(session_id: str, at: str) -> Statement:
    return Statement("UPDATE sessions SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", (session_id, at))


def revoke_sessions(user_id: str, kept_session_id: str | None, at: str) -> Statement:
    return Statement(
        "UPDATE sessions SET revoked_at = ?3 WHERE user_id = ?1 AND revoked_at IS NULL AND id IS NOT ?2",
        (user_id, kept_session_id, at),
    )


def principal(tenant_id: str, session_id: str, now: str) -> Statement:
    """One row when the session stands; its role is NULL when its user is no member of the tenant."""
    return Statement(
        """SELECT s.user_id, m.role, t.country, t.timezone, t.name AS tenant_name, t.slug, u.email, u.name AS user_name
           FROM sessions AS s
           JOIN users AS u ON u.id = s.user_id
           LEFT JOIN memberships AS m ON m.user_id = s.user_id AND m.tenant_id = ?1
           LEFT JOIN tenants AS t ON t.id = m.tenant_id
           WHERE s.id = ?2 AND s.revoked_at IS NULL AND s.expires_at > ?3""",
        (tenant_id, session_id, now),
    )
