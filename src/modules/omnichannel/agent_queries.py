"""SQL of agents, their versions and the numbers they answer."""

from ports.database import Statement, Value

# The values of an agent as `fields` below: agent_type, agent_name, voice_provider, voice_id, voice_language,
# voice_mode, system_prompt, greeting_message, enable_appointments, enable_products, models, tools (both JSON).
Fields = tuple[Value, ...]


def upsert_default_agent(tenant_id: str, agent_id: str, at: str, fields: Fields) -> Statement:
    """Keeps the id, the age and the knowledge of the default agent there is; voice_mode NULL keeps that too."""
    return Statement(
        """INSERT INTO omni_agent_configs (tenant_id, id, created_at, updated_at, is_default, agent_type, agent_name,
             voice_provider, voice_id, voice_language, voice_mode, system_prompt, greeting_message,
             enable_appointments, enable_products, models, tools)
           VALUES (?1, ?2, ?3, ?3, 1, ?4, ?5, ?6, ?7, ?8, COALESCE(?9, 'gather'), ?10, ?11, ?12, ?13, ?14, ?15)
           ON CONFLICT (tenant_id) WHERE is_default = 1 AND deleted_at IS NULL DO UPDATE SET
             agent_type = ?4, agent_name = ?5, voice_provider = ?6, voice_id = ?7, voice_language = ?8,
             voice_mode = COALESCE(?9, voice_mode), system_prompt = ?10, greeting_message = ?11,
             enable_appointments = ?12, enable_products = ?13, models = ?14, tools = ?15, updated_at = ?3""",
        (tenant_id, agent_id, at, *fields),
    )


def insert_agent(tenant_id: str, agent_id: str, at: str, fields: Fields) -> Statement:
    """The first agent of a tenant is its default."""
    return Statement(
        """INSERT INTO omni_agent_configs (tenant_id, id, created_at, updated_at, is_default, agent_type, agent_name,
             voice_provider, voice_id, voice_language, voice_mode, system_prompt, greeting_message,
             enable_appointments, enable_products, models, tools)
           VALUES (?1, ?2, ?3, ?3, NOT EXISTS (
               SELECT 1 FROM omni_agent_configs WHERE tenant_id = ?1 AND is_default = 1 AND deleted_at IS NULL),
             ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)""",
        (tenant_id, agent_id, at, *fields),
    )


def update_agent(tenant_id: str, agent_id: str, at: str, fields: Fields, version: int) -> Statement:
    """Only while the agent still is at `version`."""
    return Statement(
        """UPDATE omni_agent_configs SET agent_type = ?4, agent_name = ?5, voice_provider = ?6, voice_id = ?7,
             voice_language = ?8, voice_mode = ?9, system_prompt = ?10, greeting_message = ?11,
             enable_appointments = ?12, enable_products = ?13, models = ?14, tools = ?15, updated_at = ?3,
             has_draft = 1
           WHERE tenant_id = ?1 AND id = ?2 AND version = ?16 AND deleted_at IS NULL""",
        (tenant_id, agent_id, at, *fields, version),
    )


def clear_default(tenant_id: str, agent_id: str) -> Statement:
    return Statement(
        "UPDATE omni_agent_configs SET is_default = 0 WHERE tenant_id = ?1 AND id <> ?2 AND is_default = 1",
        (tenant_id, agent_id),
    )


def set_default(tenant_id: str, agent_id: str) -> Statement:
    return Statement(
        "UPDATE omni_agent_configs SET is_default = 1 WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL",
        (tenant_id, agent_id),
    )


def delete_unused_versions(tenant_id: str) -> Statement:
    """Of the default agent: what no conversation ran on leaves no trace when a step is sent again."""
    return Statement(
        """DELETE FROM omni_agent_versions WHERE tenant_id = ?1
             AND agent_id = (SELECT id FROM omni_agent_configs
               WHERE tenant_id = ?1 AND is_default = 1 AND deleted_at IS NULL)
             AND NOT EXISTS (SELECT 1 FROM omni_conversations AS c WHERE c.tenant_id = omni_agent_versions.tenant_id
               AND c.agent_id = omni_agent_versions.agent_id AND c.agent_version = omni_agent_versions.version)""",
        (tenant_id,),
    )


def insert_version(tenant_id: str, agent_id: str | None, texts: tuple[str, str], at: str) -> Statement:
    """Freezes an agent (NULL: the default one) as it stands; `texts` are its type's prompt and greeting.

    Nothing when the agent was not written at `at`: then an update in the same batch found somebody else's change.
    """
    return Statement(
        """INSERT INTO omni_agent_versions (tenant_id, agent_id, version, created_at, config)
           SELECT a.tenant_id, a.id, COALESCE((SELECT MAX(v.version) FROM omni_agent_versions AS v
               WHERE v.tenant_id = a.tenant_id AND v.agent_id = a.id), 0) + 1, ?5,
             json_object('agent_type', a.agent_type, 'agent_name', a.agent_name,
               'voice_provider', a.voice_provider, 'voice_id', a.voice_id, 'voice_language', a.voice_language,
               'voice_mode', a.voice_mode, 'system_prompt', COALESCE(a.system_prompt, ?3),
               'greeting_message', COALESCE(a.greeting_message, ?4),
               'knowledge_base_ids', json(a.knowledge_base_ids),
               'enable_appointments', json(CASE a.enable_appointments WHEN 1 THEN 'true' ELSE 'false' END),
               'enable_products', json(CASE a.enable_products WHEN 1 THEN 'true' ELSE 'false' END),
               'models', json(COALESCE(a.models, 'null')), 'tools', json(COALESCE(a.tools, 'null')))
           FROM omni_agent_configs AS a
           WHERE a.tenant_id = ?1 AND a.deleted_at IS NULL AND a.updated_at = ?5
             AND (a.id = ?2 OR (?2 IS NULL AND a.is_default = 1))""",
        (tenant_id, agent_id, *texts, at),
    )


def point_to_last_version(tenant_id: str, agent_id: str | None) -> Statement:
    return Statement(
        """UPDATE omni_agent_configs SET has_draft = 0, version = (SELECT MAX(v.version) FROM omni_agent_versions AS v
             WHERE v.tenant_id = omni_agent_configs.tenant_id AND v.agent_id = omni_agent_configs.id)
           WHERE tenant_id = ?1 AND deleted_at IS NULL AND (id = ?2 OR (?2 IS NULL AND is_default = 1))""",
        (tenant_id, agent_id),
    )


def touch(tenant_id: str, agent_id: str, at: str) -> Statement:
    """So that its draft is what is frozen next."""
    return Statement(
        "UPDATE omni_agent_configs SET updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL",
        (tenant_id, agent_id, at),
    )


def restore(tenant_id: str, agent_id: str, version: int, at: str) -> Statement:
    """The draft as it was published then; nothing for a version that never was."""
    return Statement(
        """UPDATE omni_agent_configs SET agent_type = v.config ->> 'agent_type', agent_name = v.config ->> 'agent_name',
             voice_provider = v.config ->> 'voice_provider', voice_id = v.config ->> 'voice_id',
             voice_language = v.config ->> 'voice_language', voice_mode = v.config ->> 'voice_mode',
             system_prompt = v.config ->> 'system_prompt', greeting_message = v.config ->> 'greeting_message',
             enable_appointments = v.config ->> 'enable_appointments', enable_products = v.config ->> 'enable_products',
             models = v.config ->> 'models', tools = v.config ->> 'tools', updated_at = ?4
           FROM omni_agent_versions AS v
           WHERE omni_agent_configs.tenant_id = ?1 AND omni_agent_configs.id = ?2 AND deleted_at IS NULL
             AND v.tenant_id = ?1 AND v.agent_id = ?2 AND v.version = ?3""",
        (tenant_id, agent_id, version, at),
    )


def two_versions(tenant_id: str, agent_id: str, first: int, second: int) -> Statement:
    return Statement(
        """SELECT version, config FROM omni_agent_versions
           WHERE tenant_id = ?1 AND agent_id = ?2 AND version IN (?3, ?4)""",
        (tenant_id, agent_id, first, second),
    )


def delete_agent(tenant_id: str, agent_id: str, at: str) -> Statement:
    """Keeps the row for the conversations that ran on it; only when no number needs it and a default remains."""
    return Statement(
        """UPDATE omni_agent_configs SET deleted_at = ?3, is_default = 0, updated_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND deleted_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM omni_phone_mappings WHERE tenant_id = ?1 AND agent_id = ?2 AND is_active = 1)
             AND (is_default = 0 OR NOT EXISTS (
               SELECT 1 FROM omni_agent_configs WHERE tenant_id = ?1 AND id <> ?2 AND deleted_at IS NULL))""",
        (tenant_id, agent_id, at),
    )


def agent(tenant_id: str, agent_id: str | None) -> Statement:
    """NULL asks for the default agent."""
    return Statement(
        """SELECT id, tenant_id, is_default, agent_type, agent_name, voice_provider, voice_id, voice_language,
             voice_mode, system_prompt, greeting_message, knowledge_base_ids, enable_appointments, enable_products,
             models, tools, version, has_draft, created_at, updated_at
           FROM omni_agent_configs
           WHERE tenant_id = ?1 AND deleted_at IS NULL AND (id = ?2 OR (?2 IS NULL AND is_default = 1))""",
        (tenant_id, agent_id),
    )


def agents(tenant_id: str, after: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, tenant_id, is_default, agent_type, agent_name, voice_provider, voice_id, voice_language,
             voice_mode, system_prompt, greeting_message, knowledge_base_ids, enable_appointments, enable_products,
             models, tools, version, has_draft, created_at, updated_at
           FROM omni_agent_configs WHERE tenant_id = ?1 AND deleted_at IS NULL AND id > ?2 ORDER BY id LIMIT ?3""",
        (tenant_id, after, limit),
    )


def versions(tenant_id: str, agent_id: str, before: int, limit: int) -> Statement:
    return Statement(
        """SELECT version, config, created_at FROM omni_agent_versions
           WHERE tenant_id = ?1 AND agent_id = ?2 AND version < ?3 ORDER BY version DESC LIMIT ?4""",
        (tenant_id, agent_id, before, limit),
    )


def delete_onboarding_mappings(tenant_id: str, but: str | None) -> Statement:
    return Statement(
        """DELETE FROM omni_phone_mappings
           WHERE tenant_id = ?1 AND origin = 'onboarding' AND (?2 IS NULL OR phone_number <> ?2)""",
        (tenant_id, but),
    )


def upsert_onboarding_mapping(
    tenant_id: str, mapping_id: str, number: str, verified_at: str | None, at: str
) -> Statement:
    """Maps the number to the default agent."""
    return Statement(
        """INSERT INTO omni_phone_mappings (id, tenant_id, phone_number, agent_id, verified_at, proof, origin, created_at,
             updated_at)
           SELECT ?2, tenant_id, ?3, id, ?4, iif(?4 IS NULL, NULL, 'development'), 'onboarding', ?5, ?5
           FROM omni_agent_configs WHERE tenant_id = ?1 AND is_default = 1 AND deleted_at IS NULL
           ON CONFLICT (tenant_id, phone_number) DO UPDATE SET agent_id = excluded.agent_id, is_active = 1,
             verified_at = COALESCE(verified_at, excluded.verified_at), proof = COALESCE(proof, excluded.proof),
             updated_at = excluded.updated_at""",
        (tenant_id, mapping_id, number, verified_at, at),
    )


def insert_mapping(tenant_id: str, mapping_id: str, number: str, agent_id: str, rest: tuple[Value, ...]) -> Statement:
    """Nothing when the agent is not there. `rest` is (verified_at, after_hours, transfer_number, now)."""
    return Statement(
        """INSERT INTO omni_phone_mappings (id, tenant_id, phone_number, agent_id, verified_at, proof, after_hours,
             transfer_number, created_at, updated_at)
           SELECT ?2, tenant_id, ?3, id, ?5, iif(?5 IS NULL, NULL, 'development'), ?6, ?7, ?8, ?8
           FROM omni_agent_configs
           WHERE tenant_id = ?1 AND id = ?4 AND deleted_at IS NULL""",
        (tenant_id, mapping_id, number, agent_id, *rest),
    )


def update_mapping(tenant_id: str, mapping_id: str, change: tuple[Value, ...], at: str) -> Statement:
    """`change` is (agent_id, after_hours, is_active, whether to set the transfer number, that number); NULL keeps."""
    return Statement(
        """UPDATE omni_phone_mappings SET agent_id = COALESCE(?4, agent_id), after_hours = COALESCE(?5, after_hours),
             is_active = COALESCE(?6, is_active), transfer_number = CASE ?7 WHEN 1 THEN ?8 ELSE transfer_number END,
             updated_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND (?4 IS NULL OR EXISTS (
             SELECT 1 FROM omni_agent_configs WHERE tenant_id = ?1 AND id = ?4 AND deleted_at IS NULL))""",
        (tenant_id, mapping_id, at, *change),
    )


def delete_mapping(tenant_id: str, mapping_id: str) -> Statement:
    return Statement("DELETE FROM omni_phone_mappings WHERE tenant_id = ?1 AND id = ?2", (tenant_id, mapping_id))


def mapping(tenant_id: str, mapping_id: str) -> Statement:
    return Statement(
        """SELECT id, tenant_id, phone_number, agent_id, is_active, verified_at, proof, after_hours, transfer_number,
             created_at, updated_at
           FROM omni_phone_mappings WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, mapping_id),
    )


def onboarding_mapping(tenant_id: str) -> Statement:
    return Statement(
        """SELECT id, tenant_id, phone_number, agent_id, is_active, verified_at, proof, after_hours, transfer_number,
             created_at, updated_at
           FROM omni_phone_mappings WHERE tenant_id = ?1 AND origin = 'onboarding' ORDER BY id LIMIT 1""",
        (tenant_id,),
    )


def mappings(tenant_id: str, after: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, tenant_id, phone_number, agent_id, is_active, verified_at, proof, after_hours, transfer_number,
             created_at, updated_at
           FROM omni_phone_mappings WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3""",
        (tenant_id, after, limit),
    )
