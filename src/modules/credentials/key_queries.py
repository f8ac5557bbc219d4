"""SQL of the tenants' data keys, and of whose account a vendor names."""

from ports.database import Statement


def newest_key(tenant_id: str) -> Statement:
    return Statement(
        "SELECT id, wrapped_key FROM tenant_keys WHERE tenant_id = ?1 ORDER BY id DESC LIMIT 1",
        (tenant_id,),
    )


def insert_first_key(tenant_id: str, key_id: str, wrapped: str, wrapping_key_id: str, at: str) -> Statement:
    """Nothing for a tenant that has a key."""
    return Statement(
        """INSERT INTO tenant_keys (tenant_id, id, wrapped_key, wrapping_key_id, created_at)
           SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM tenant_keys WHERE tenant_id = ?1)""",
        (tenant_id, key_id, wrapped, wrapping_key_id, at),
    )


def keys_under_others(wrapping_key_id: str, after: str, limit: int) -> Statement:
    """Of all tenants, those that are not under this key yet."""
    return Statement(
        """SELECT tenant_id, id, wrapped_key, wrapping_key_id FROM tenant_keys
           WHERE wrapping_key_id <> ?1 AND id > ?2 ORDER BY id LIMIT ?3""",
        (wrapping_key_id, after, limit),
    )


def count_under_others(wrapping_key_id: str) -> Statement:
    return Statement("SELECT COUNT(*) AS n FROM tenant_keys WHERE wrapping_key_id <> ?1", (wrapping_key_id,))


def rewrap(tenant_id: str, key_id: str, before: str, after: tuple[str, str], at: str) -> Statement:
    """`after` is (wrapped key, wrapping key's id); nothing when another run was quicker."""
    return Statement(
        """UPDATE tenant_keys SET wrapped_key = ?4, wrapping_key_id = ?5, rewrapped_at = ?6
           WHERE tenant_id = ?1 AND id = ?2 AND wrapped_key = ?3""",
        (tenant_id, key_id, before, *after, at),
    )


def tenants_with_account(provider: str, account: str, limit: int) -> Statement:
    return Statement(
        """SELECT tenant_id FROM tenant_integrations
           WHERE provider = ?1 AND account = ?2 AND verified_at IS NOT NULL ORDER BY tenant_id LIMIT ?3""",
        (provider, account, limit),
    )


def tenant_by_webhook_token(provider: str, webhook_token: str) -> Statement:
    return Statement(
        "SELECT tenant_id FROM tenant_integrations WHERE provider = ?1 AND webhook_token = ?2",
        (provider, webhook_token),
    )
