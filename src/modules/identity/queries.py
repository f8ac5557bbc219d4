"""SQL of users, tenants as such, memberships, sessions and the audit log."""

from ports.database import Statement


def insert_user(user_id: str, email: str, name: str, password_hash: str, at: str) -> Statement:
    return Statement(
        "INSERT INTO users (id, email, name, password_hash, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        (user_id, email, name, password_hash, at),
    )


def insert_tenant(tenant_id: str, name: str, slug: str, suffix: str, at: str) -> Statement:
    """Takes the plain slug when it is free, else the one with the suffix: decided inside the write."""
    return Statement(
        """INSERT INTO tenants (id, name, slug, created_at, updated_at)
           SELECT ?1, ?2, CASE WHEN EXISTS (SELECT 1 FROM tenants WHERE slug = ?3) THEN ?3 || '-' || ?4 ELSE ?3 END,
             ?5, ?5
           RETURNING slug""",
        (tenant_id, name, slug, suffix, at),
    )


def insert_membership(tenant_id: str, user_id: str, role: str, at: str) -> Statement:
    return Statement(
        "INSERT INTO memberships (tenant_id, user_id, role, created_at) VALUES (?1, ?2, ?3, ?4)",
        (tenant_id, user_id, role, at),
    )


def insert_session(session_id: str, user_id: str, at: str, expires_at: str) -> Statement:
    return Statement(
        "INSERT INTO sessions (id, user_id, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
        (session_id, user_id, at, expires_at),
    )


def revoke_session(session_id: str, at: str) -> Statement:
    return Statement("UPDATE sessions SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", (session_id, at))


def update_password_hash(user_id: str, password_hash: str, at: str) -> Statement:
    return Statement("UPDATE users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1", (user_id, password_hash, at))


def login_by_email(email: str) -> Statement:
    """The account with the tenant it joined first."""
    return Statement(
        """SELECT u.id, u.email, u.name, u.password_hash, t.id AS tenant_id, t.slug, t.name AS tenant_name
           FROM users AS u
           JOIN memberships AS m ON m.user_id = u.id
           JOIN tenants AS t ON t.id = m.tenant_id
           WHERE u.email = ?1 ORDER BY m.created_at, m.tenant_id LIMIT 1""",
        (email,),
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


def insert_audit(
    log_id: str, tenant_id: str | None, user_id: str | None, action: str, entry: tuple[str, str]
) -> Statement:
    """`entry` is (correlation id, instant)."""
    return Statement(
        """INSERT INTO audit_logs (id, tenant_id, user_id, action, correlation_id, created_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6)""",
        (log_id, tenant_id, user_id, action, *entry),
    )
