"""SQL of a tenant's messages, of consent and of its rules for messages."""

from ports.database import Statement


def insert_invitation_mail(tenant_id: str, invitation_id: str, message_id: str, content: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO outbox (tenant_id, id, channel, recipient, template, content, purpose, due_at, created_at)
           SELECT tenant_id, ?3, 'email', email, 'invitation', ?4, 'account', ?5, ?5 FROM invitations
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, invitation_id, message_id, content, at),
    )


def insert_owner_mail(tenant_id: str, message_id: str, template: str, content: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO outbox (id, channel, recipient, template, content, purpose, due_at, created_at)
           SELECT ?2, 'email', u.email, ?3, ?4, 'account', ?5, ?5 FROM memberships AS m JOIN users AS u ON u.id = m.user_id
           WHERE m.tenant_id = ?1 AND m.role = 'owner' ORDER BY m.created_at, u.id LIMIT 1
           ON CONFLICT (id) DO NOTHING""",
        (tenant_id, message_id, template, content, at),
    )


def insert_message(
    tenant_id: str, message_id: str, to: tuple[str, str], body: tuple[str, str, str], at: str
) -> Statement:
    """`to` is (channel, address), `body` (template, content as JSON, purpose). A repeat of the id changes nothing."""
    return Statement(
        """INSERT INTO outbox (tenant_id, id, due_at, created_at, channel, recipient, template, content, purpose)
           VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING""",
        (tenant_id, message_id, at, *to, *body),
    )


def insert_notice(
    tenant_id: str, message_id: str, to: tuple[str, str], body: tuple[str, str, str, str | None], at: str
) -> Statement:
    """`to` is (channel, address), `body` (template, content as JSON, purpose, expires_at)."""
    return Statement(
        """INSERT INTO outbox (tenant_id, id, due_at, created_at, channel, recipient, template, content, purpose,
             expires_at)
           VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING""",
        (tenant_id, message_id, at, *to, *body),
    )


def rules(tenant_id: str, channel: str, address: str) -> Statement:
    """All that decides whether a message may go out now, but the day's count."""
    return Statement(
        """SELECT t.timezone, (
             SELECT m.phone_number FROM omni_phone_mappings AS m
             WHERE m.tenant_id = t.id AND m.phone_number = p.sender AND m.verified_at IS NOT NULL AND m.is_active = 1
           ) AS sender, p.quiet_from, p.quiet_to, p.daily_cap, c.state AS consent
           FROM tenants AS t
           LEFT JOIN message_policies AS p ON p.tenant_id = t.id AND p.channel = ?2
           LEFT JOIN message_consents AS c ON c.tenant_id = t.id AND c.channel = ?2 AND c.address = ?3
           WHERE t.id = ?1""",
        (tenant_id, channel, address),
    )


def message(tenant_id: str, message_id: str) -> Statement:
    return Statement(
        """SELECT id, channel, recipient, template, purpose, status, reason, attempts, created_at, sent_at
           FROM outbox WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, message_id),
    )


def messages(tenant_id: str, before: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, channel, recipient, template, purpose, status, reason, attempts, created_at, sent_at
           FROM outbox INDEXED BY idx_outbox_tenant
           WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3""",
        (tenant_id, before, limit),
    )


def set_consent(tenant_id: str, channel: str, address: str, state: tuple[str, str], at: str) -> Statement:
    """`state` is (granted or withdrawn, where it was said)."""
    return Statement(
        """INSERT INTO message_consents (tenant_id, channel, address, updated_at, state, source)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6)
           ON CONFLICT (tenant_id, channel, address) DO UPDATE
           SET state = excluded.state, source = excluded.source, updated_at = excluded.updated_at""",
        (tenant_id, channel, address, at, *state),
    )


def policy(tenant_id: str, channel: str) -> Statement:
    return Statement(
        """SELECT sender, quiet_from, quiet_to, daily_cap FROM message_policies WHERE tenant_id = ?1 AND channel = ?2""",
        (tenant_id, channel),
    )


def put_policy(tenant_id: str, channel: str, rules: tuple[str | None, str, str, int], at: str) -> Statement:
    """`rules` is (sender, quiet from, quiet to, daily cap). Nothing for a sender that is not proven to be theirs."""
    return Statement(
        """INSERT INTO message_policies (tenant_id, channel, updated_at, sender, quiet_from, quiet_to, daily_cap)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE ?4 IS NULL OR EXISTS (
             SELECT 1 FROM omni_phone_mappings
             WHERE tenant_id = ?1 AND phone_number = ?4 AND verified_at IS NOT NULL AND is_active = 1)
           ON CONFLICT (tenant_id, channel) DO UPDATE SET sender = excluded.sender, quiet_from = excluded.quiet_from,
             quiet_to = excluded.quiet_to, daily_cap = excluded.daily_cap, updated_at = excluded.updated_at""",
        (tenant_id, channel, at, *rules),
    )
