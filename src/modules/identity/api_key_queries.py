"""SQL of API keys."""

from ports.database import Statement


def insert_key(tenant_id: str, key_id: str, user_id: str, key: tuple[str, str, str], at: str) -> Statement:
    """`key` is (name, scopes as JSON, hash of the secret)."""
    return Statement(
        """INSERT INTO api_keys (tenant_id, id, created_by, created_at, name, scopes, secret_hash)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)""",
        (tenant_id, key_id, user_id, at, *key),
    )


def keys(tenant_id: str, after: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, name, scopes, created_at, last_used_at, revoked_at FROM api_keys
           WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3""",
        (tenant_id, after, limit),
    )


def revoke_key(tenant_id: str, key_id: str, at: str) -> Statement:
    return Statement(
        "UPDATE api_keys SET revoked_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND revoked_at IS NULL",
        (tenant_id, key_id, at),
    )


def principal_by_key(key_id: str) -> Statement:
    """Found by the key itself, which names no tenant; the role is that of its maker, NULL when they have left."""
    return Statement(
        """SELECT k.tenant_id, k.secret_hash, k.scopes, m.role, t.country, t.timezone, t.name AS tenant_name, t.slug,
             u.id AS user_id, u.email, u.name AS user_name
           FROM api_keys AS k
           JOIN users AS u ON u.id = k.created_by
           JOIN tenants AS t ON t.id = k.tenant_id
           LEFT JOIN memberships AS m ON m.tenant_id = k.tenant_id AND m.user_id = k.created_by
           WHERE k.id = ?1 AND k.revoked_at IS NULL""",
        (key_id,),
    )


def touch_key(key_id: str, secret_hash: str, at: str, minute_ago: str) -> Statement:
    """At most one write a minute."""
    return Statement(
        """UPDATE api_keys SET last_used_at = ?3 WHERE id = ?1 AND secret_hash = ?2 AND revoked_at IS NULL
             AND (last_used_at IS NULL OR last_used_at < ?4)""",
        (key_id, secret_hash, at, minute_ago),
    )
