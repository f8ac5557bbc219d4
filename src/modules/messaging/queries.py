"""SQL of a tenant's messages, of consent and of its rules for messages."""

from ports.database import Statement, Value


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
    tenant_id: str, message_id: str, to: tuple[Value, ...], body: tuple[Value, ...], at: str
) -> Statement:
    """`to` is (channel, address, sender or None), `body` (template, content as JSON, purpose, expires_at or None).

    A repeat of the id changes nothing.
    """
    return Statement(
        """INSERT INTO outbox (tenant_id, id, due_at, created_at, channel, recipient, sender, template, content, purpose,
             expires_at)
           VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO NOTHING""",
        (tenant_id, message_id, at, *to, *body),
    )


def rules(tenant_id: str, channel: str, address: str, sender: str | None) -> Statement:
    """All that decides whether a message may go out now, from where and as what, but the day's count."""
    return Statement(
        """SELECT t.timezone, t.name AS business, (
               SELECT a.voice_language FROM omni_agent_configs AS a
               WHERE a.tenant_id = t.id AND a.is_default = 1 AND a.deleted_at IS NULL) AS language,
             m.phone_number AS sender, m.provider_account AS sender_account,
             p.quiet_from, p.quiet_to, p.daily_cap,
             (SELECT json_group_array(json_array(c.sender, c.about, c.state)) FROM message_consents AS c
               WHERE c.tenant_id = t.id AND c.channel = ?2 AND c.address = ?3) AS consents,
             (SELECT MAX(s.last_inbound_at) FROM omni_conversations AS s INDEXED BY idx_omni_conversations_theirs
               WHERE s.tenant_id = t.id AND s.channel = ?2 AND s.theirs = ?3 AND (?4 IS NULL OR s.ours = ?4))
               AS last_inbound_at,
             (SELECT json_group_array(json_object('purpose', x.purpose, 'language', x.language, 'name', x.name,
                 'language_code', x.language_code, 'parameters', json(x.parameters)))
               FROM message_templates AS x WHERE x.tenant_id = t.id AND ?2 = 'whatsapp') AS templates
           FROM tenants AS t
           LEFT JOIN message_policies AS p ON p.tenant_id = t.id AND p.channel = ?2
           LEFT JOIN omni_phone_mappings AS m ON m.tenant_id = t.id AND m.phone_number = COALESCE(?4, p.sender)
             AND m.verified_at IS NOT NULL AND m.is_active = 1
           WHERE t.id = ?1""",
        (tenant_id, channel, address, sender),
    )


def message(tenant_id: str, message_id: str) -> Statement:
    return Statement(
        """SELECT id, channel, recipient, template, purpose, status, reason, attempts, segments, created_at, sent_at,
             delivered_at, read_at
           FROM outbox WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, message_id),
    )


def messages(tenant_id: str, before: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, channel, recipient, template, purpose, status, reason, attempts, segments, created_at, sent_at,
             delivered_at, read_at
           FROM outbox INDEXED BY idx_outbox_tenant
           WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3""",
        (tenant_id, before, limit),
    )


def set_consent(tenant_id: str, channel: str, ends: tuple[str, str], said: tuple[str, str, str], at: str) -> Statement:
    """`ends` is (their address, our sender or '' for the business); `said` (about what, granted or withdrawn, where)."""
    return Statement(
        """INSERT INTO message_consents (tenant_id, channel, updated_at, address, sender, about, state, source)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
           ON CONFLICT (tenant_id, channel, address, sender, about) DO UPDATE
           SET state = excluded.state, source = excluded.source, updated_at = excluded.updated_at""",
        (tenant_id, channel, at, *ends, *said),
    )


def refuse_marketing(tenant_id: str, address: str, at: str) -> Statement:
    """By mail; nothing for a business that is gone."""
    return Statement(
        """INSERT INTO message_consents (tenant_id, channel, address, about, state, source, updated_at)
           SELECT id, 'email', ?2, 'marketing', 'withdrawn', 'link in a mail', ?3 FROM tenants WHERE id = ?1
           ON CONFLICT (tenant_id, channel, address, sender, about) DO UPDATE
           SET state = excluded.state, source = excluded.source, updated_at = excluded.updated_at""",
        (tenant_id, address, at),
    )


def business_name(tenant_id: str) -> Statement:
    """With the language its default agent speaks."""
    return Statement(
        """SELECT t.name, a.voice_language AS language FROM tenants AS t
           LEFT JOIN omni_agent_configs AS a ON a.tenant_id = t.id AND a.is_default = 1 AND a.deleted_at IS NULL
           WHERE t.id = ?1""",
        (tenant_id,),
    )


def lift_withdrawal(tenant_id: str, channel: str, address: str, source: str, at: str) -> Statement:
    """What was withdrawn from the business as a whole, once they have asked for messages again."""
    return Statement(
        """UPDATE message_consents SET state = 'granted', source = ?4, updated_at = ?5
           WHERE tenant_id = ?1 AND channel = ?2 AND address = ?3 AND sender = '' AND about = 'everything'
             AND state = 'withdrawn'""",
        (tenant_id, channel, address, source, at),
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
