"""SQL of users, tenants as such, memberships, and the audit log."""

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


def update_password_hash(user_id: str, password_hash: str, at: str) -> Statement:
    return Statement("UPDATE users SET password_hash = ?2, updated_at = ?3 WHERE id = ?1", (user_id, password_hash, at))


def update_profile(user_id: str, name: str | None, password_hash: str | None, at: str) -> Statement:
    return Statement(
        """UPDATE users SET name = COALESCE(?2, name), password_hash = COALESCE(?3, password_hash), updated_at = ?4
           WHERE id = ?1""",
        (user_id, name, password_hash, at),
    )


def password_hash(user_id: str) -> Statement:
    return Statement("SELECT password_hash FROM users WHERE id = ?1", (user_id,))


def login_by_email(email: str, opened_from: str) -> Statement:
    """The account with the tenant it joined first; `opened_from` is a hash of where the attempt comes from."""
    return Statement(
        """SELECT u.id, u.email, u.name, u.password_hash, t.id AS tenant_id, t.slug, t.name AS tenant_name,
             ?2 <> '' AND EXISTS (SELECT 1 FROM sessions AS s WHERE s.user_id = u.id AND s.opened_from = ?2)
               AS is_known_here
           FROM users AS u
           JOIN memberships AS m ON m.user_id = u.id
           JOIN tenants AS t ON t.id = m.tenant_id
           WHERE u.email = ?1 ORDER BY m.created_at, m.tenant_id LIMIT 1""",
        (email, opened_from),
    )


def account(user_id: str) -> Statement:
    return Statement("SELECT id, email, name, email_verified_at FROM users WHERE id = ?1", (user_id,))


def tenants_of(user_id: str) -> Statement:
    return Statement(
        """SELECT t.id, t.slug, t.name, m.role FROM memberships AS m JOIN tenants AS t ON t.id = m.tenant_id
           WHERE m.user_id = ?1 ORDER BY m.created_at, t.id LIMIT 100""",
        (user_id,),
    )


def insert_audit(
    log_id: str, who: tuple[str | None, str, str | None], deed: tuple[str, str | None, str, str, str]
) -> Statement:
    """Right after the statement that it is about: nothing when that changed nothing.

    `who` is (tenant, user, API key), `deed` (action, subject, correlation id, address, instant).
    """
    return Statement(
        """INSERT INTO audit_logs (id, tenant_id, user_id, key_id, action, subject, correlation_id, address, created_at)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, NULLIF(?8, ''), ?9 WHERE changes() > 0""",
        (log_id, *who, *deed),
    )


def audit_logs(tenant_id: str, before: str, limit: int) -> Statement:
    """Newest first."""
    return Statement(
        """SELECT a.id, a.action, a.subject, a.user_id, u.email AS user_email, a.key_id, a.address, a.correlation_id,
             a.created_at
           FROM audit_logs AS a INDEXED BY idx_audit_logs_tenant LEFT JOIN users AS u ON u.id = a.user_id
           WHERE a.tenant_id = ?1 AND a.id < ?2 ORDER BY a.created_at DESC, a.id DESC LIMIT ?3""",
        (tenant_id, before, limit),
    )


def login_failures(subject: str) -> Statement:
    return Statement("SELECT failures, blocked_until, updated_at FROM login_failures WHERE subject = ?1", (subject,))


def note_failure(subject: str, failures: int, blocked_until: str | None, at: str) -> Statement:
    """Of several at once each counts."""
    return Statement(
        """INSERT INTO login_failures (subject, failures, blocked_until, updated_at) VALUES (?1, ?2, ?3, ?4)
           ON CONFLICT (subject) DO UPDATE SET updated_at = ?4, blocked_until = ?3,
             failures = iif(?2 = 1, 1, failures + 1)""",
        (subject, failures, blocked_until, at),
    )


def forget_failures(subject: str) -> Statement:
    return Statement("DELETE FROM login_failures WHERE subject = ?1", (subject,))


def count_attempt(subject: str, window_start: str, paused: str = "", at: str = "") -> Statement:
    """One more, exactly counted, but for nothing while `paused` has to wait; the answer is how many that makes."""
    return Statement(
        """INSERT INTO attempt_counters (subject, window_start) SELECT ?1, ?2 WHERE NOT EXISTS (
             SELECT 1 FROM login_failures WHERE subject = ?3 AND blocked_until > ?4)
           ON CONFLICT (subject, window_start) DO UPDATE SET attempts = attempts + 1 RETURNING attempts""",
        (subject, window_start, paused, at),
    )
