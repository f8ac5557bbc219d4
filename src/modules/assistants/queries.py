"""SQL of our agents as a voice platform knows them, and of how a business wants its calls held there."""

from ports.database import Statement, Value


def source(tenant_id: str, agent_id: str) -> Statement:
    """Everything that the platform's copy of an agent is made from, and what is known of the copy."""
    return Statement(
        """SELECT a.tenant_id, a.id AS agent_id, a.version, v.config, f.*, f.transfer_number AS transfer_to,
             COALESCE(g.ai_disclosure, 0) AS ai_disclosure, g.consent_sentence,
             COALESCE(g.records_calls, 0) AS records_calls, COALESCE(g.max_call_min, 30) AS max_call_min,
             (SELECT json_group_object(o.key, json(o.value)) FROM vapi_settings AS o
               WHERE o.tenant_id = a.tenant_id) AS settings,
             h.external_id, h.pushed_at, h.version AS pushed_version, i.webhook_token
           FROM omni_agent_configs AS a
           JOIN omni_agent_versions AS v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
           JOIN business_facts AS f ON f.tenant_id = a.tenant_id
           LEFT JOIN conversation_settings AS g ON g.tenant_id = a.tenant_id
           LEFT JOIN hosted_assistants AS h ON h.tenant_id = a.tenant_id AND h.provider = 'vapi' AND h.agent_id = a.id
           LEFT JOIN tenant_integrations AS i ON i.tenant_id = a.tenant_id AND i.provider = 'vapi'
           WHERE a.tenant_id = ?1 AND a.id = ?2 AND a.deleted_at IS NULL""",
        (tenant_id, agent_id),
    )


def intend(tenant_id: str, agent_id: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO hosted_assistants (tenant_id, provider, agent_id, intended_at) VALUES (?1, 'vapi', ?2, ?3)
           ON CONFLICT (tenant_id, provider, agent_id) DO UPDATE SET intended_at = excluded.intended_at""",
        (tenant_id, agent_id, at),
    )


def pushed(tenant_id: str, agent_id: str, external_id: str, version: int, at: str) -> Statement:
    return Statement(
        """UPDATE hosted_assistants SET external_id = ?3, version = ?4, pushed_at = ?5, checked_at = ?5, drift = '[]'
           WHERE tenant_id = ?1 AND provider = 'vapi' AND agent_id = ?2""",
        (tenant_id, agent_id, external_id, version, at),
    )


def checked(tenant_id: str, agent_id: str, drift: str, at: str) -> Statement:
    """`drift` is a JSON list of what differs over there."""
    return Statement(
        """UPDATE hosted_assistants SET drift = ?3, checked_at = ?4
           WHERE tenant_id = ?1 AND provider = 'vapi' AND agent_id = ?2""",
        (tenant_id, agent_id, drift, at),
    )


def assistants(tenant_id: str) -> Statement:
    return Statement(
        """SELECT agent_id, external_id, version, pushed_at, checked_at, drift FROM hosted_assistants
           WHERE tenant_id = ?1 AND provider = 'vapi' ORDER BY agent_id""",
        (tenant_id,),
    )


def settings(tenant_id: str) -> Statement:
    return Statement("SELECT key, value FROM vapi_settings WHERE tenant_id = ?1", (tenant_id,))


def put_setting(tenant_id: str, key: str, value: Value, at: str) -> Statement:
    """`value` is JSON."""
    return Statement(
        """INSERT INTO vapi_settings (tenant_id, key, value, updated_at) VALUES (?1, ?2, ?3, ?4)
           ON CONFLICT (tenant_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at""",
        (tenant_id, key, value, at),
    )
