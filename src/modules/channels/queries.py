"""SQL of channels and what proves them."""

from ports.database import Statement, Value


def channels(tenant_id: str) -> Statement:
    """One row: what is set for each, and where each is reached."""
    return Statement(
        """SELECT t.slug, t.name, t.country,
             (SELECT json_group_object(n.channel, json_object('enabled', n.enabled, 'agent_id', n.agent_id,
                 'config', json(n.config), 'verified_at', n.verified_at, 'tested_at', n.tested_at))
               FROM tenant_channels AS n WHERE n.tenant_id = t.id) AS settings,
             (SELECT json_group_array(m.phone_number) FROM omni_phone_mappings AS m
               WHERE m.tenant_id = t.id AND m.is_active = 1 AND m.verified_at IS NOT NULL) AS numbers,
             (SELECT json_group_array(i.provider || ':' || COALESCE(i.account, '')) FROM tenant_integrations AS i
               WHERE i.tenant_id = t.id AND i.verified_at IS NOT NULL) AS accounts
           FROM tenants AS t WHERE t.id = ?1""",
        (tenant_id,),
    )


def unknown_agents(tenant_id: str, agent_ids: str) -> Statement:
    """Of a JSON array of ids those that are no agents of theirs."""
    return Statement(
        """SELECT j.value AS id FROM json_each(?2) AS j WHERE NOT EXISTS (
             SELECT 1 FROM omni_agent_configs AS a WHERE a.tenant_id = ?1 AND a.id = j.value AND a.deleted_at IS NULL)""",
        (tenant_id, agent_ids),
    )


def put_channel(tenant_id: str, channel: str, settings: tuple[Value, ...], agent_ids: str, at: str) -> Statement:
    """`settings` is (enabled, agent id, config as JSON). Nothing where one of the batch's agents is not theirs."""
    return Statement(
        """INSERT INTO tenant_channels (tenant_id, channel, created_at, updated_at, enabled, agent_id, config)
           SELECT ?1, ?2, ?3, ?3, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM json_each(?4) AS j WHERE NOT EXISTS (
             SELECT 1 FROM omni_agent_configs AS a WHERE a.tenant_id = ?1 AND a.id = j.value AND a.deleted_at IS NULL))
           ON CONFLICT (tenant_id, channel) DO UPDATE SET enabled = excluded.enabled, agent_id = excluded.agent_id,
             config = excluded.config, updated_at = excluded.updated_at""",
        (tenant_id, channel, at, agent_ids, *settings),
    )


def put_test(tenant_id: str, channel: str, test_id: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO tenant_channels (tenant_id, channel, enabled, created_at, updated_at, test_id, tested_at)
           VALUES (?1, ?2, 1, ?4, ?4, ?3, ?4)
           ON CONFLICT (tenant_id, channel) DO UPDATE SET test_id = excluded.test_id, tested_at = excluded.tested_at""",
        (tenant_id, channel, test_id, at),
    )


def seen_delivered(provider: str, provider_id: str, at: str) -> Statement:
    """A channel whose test, or whose answer to a message, has arrived works."""
    return Statement(
        """INSERT INTO tenant_channels (tenant_id, channel, enabled, verified_at, created_at, updated_at)
           SELECT o.tenant_id, o.channel, 1, ?3, ?3, ?3 FROM outbox AS o
           WHERE o.provider = ?1 AND o.provider_id = ?2 AND o.tenant_id IS NOT NULL AND o.delivered_at IS NOT NULL AND (
             EXISTS (SELECT 1 FROM tenant_channels AS n WHERE n.test_id = o.id)
             OR EXISTS (SELECT 1 FROM omni_messages AS m WHERE m.tenant_id = o.tenant_id AND m.outbox_id = o.id))
           ON CONFLICT (tenant_id, channel) DO UPDATE SET verified_at = COALESCE(verified_at, excluded.verified_at)""",
        (provider, provider_id, at),
    )


def seen_arrived(tenant_id: str, channel: str, test_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE tenant_channels SET verified_at = COALESCE(verified_at, ?4)
           WHERE tenant_id = ?1 AND channel = ?2 AND test_id = ?3""",
        (tenant_id, channel, test_id, at),
    )


def seen_answered(tenant_id: str, channel: str, at: str) -> Statement:
    """On a channel of our own: somebody has got an answer."""
    return Statement(
        """INSERT INTO tenant_channels (tenant_id, channel, enabled, verified_at, created_at, updated_at)
           VALUES (?1, ?2, 1, ?3, ?3, ?3)
           ON CONFLICT (tenant_id, channel) DO UPDATE SET verified_at = COALESCE(verified_at, excluded.verified_at)""",
        (tenant_id, channel, at),
    )
