"""SQL of tenants' accounts at vendors and their sealed credentials."""

from ports.database import Statement


def integrations(tenant_id: str) -> Statement:
    """One row a field; an integration without one has a row with NULLs."""
    return Statement(
        """SELECT i.provider, i.account, i.verified_at, i.webhook_token, c.field, c.last4
           FROM tenant_integrations AS i
           LEFT JOIN tenant_credentials AS c ON c.tenant_id = i.tenant_id AND c.provider = i.provider
           WHERE i.tenant_id = ?1 ORDER BY i.provider, c.field""",
        (tenant_id,),
    )


def upsert_integration(
    tenant_id: str, provider: str, account: str | None, webhook_token: str, verified_at: str
) -> Statement:
    """`account` is the vendor's name of it. The webhook token is made once."""
    return Statement(
        """INSERT INTO tenant_integrations (tenant_id, provider, webhook_token, created_at, updated_at, account, verified_at)
           VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?4)
           ON CONFLICT (tenant_id, provider) DO UPDATE SET account = excluded.account,
             verified_at = excluded.verified_at, updated_at = excluded.updated_at""",
        (tenant_id, provider, webhook_token, verified_at, account),
    )


def delete_fields(tenant_id: str, provider: str) -> Statement:
    return Statement("DELETE FROM tenant_credentials WHERE tenant_id = ?1 AND provider = ?2", (tenant_id, provider))


def insert_field(tenant_id: str, provider: str, field: tuple[str, str, str], key_id: str, at: str) -> Statement:
    """`field` is (name, sealed value, last four characters)."""
    return Statement(
        """INSERT INTO tenant_credentials (tenant_id, provider, key_id, created_at, updated_at, field, ciphertext, last4)
           VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)""",
        (tenant_id, provider, key_id, at, *field),
    )


def delete_integration(tenant_id: str, provider: str) -> Statement:
    """Its fields go with it."""
    return Statement("DELETE FROM tenant_integrations WHERE tenant_id = ?1 AND provider = ?2", (tenant_id, provider))


def sealed(tenant_id: str, provider: str) -> Statement:
    """The verified account with its fields and the wrapped key they are under; and the plan, also without one."""
    return Statement(
        """SELECT t.subscription_plan, i.account, c.field, c.ciphertext, c.key_id, k.wrapped_key
           FROM tenants AS t
           LEFT JOIN tenant_integrations AS i
             ON i.tenant_id = t.id AND i.provider = ?2 AND i.verified_at IS NOT NULL
           LEFT JOIN tenant_credentials AS c ON c.tenant_id = i.tenant_id AND c.provider = i.provider
           LEFT JOIN tenant_keys AS k ON k.tenant_id = c.tenant_id AND k.id = c.key_id
           WHERE t.id = ?1""",
        (tenant_id, provider),
    )
