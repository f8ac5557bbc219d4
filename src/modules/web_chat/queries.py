"""SQL of the chat on web pages."""

from ports.database import Statement


def business(slug: str) -> Statement:
    """Whose chat it is, and who answers there; nothing without an agent."""
    return Statement(
        """SELECT t.id AS tenant_id, t.name, t.slug, COALESCE(n.config, '{}') AS config,
             COALESCE(n.enabled, 1) AS is_enabled, v.config ->> 'agent_name' AS agent_name,
             v.config ->> 'voice_language' AS language
           FROM tenants AS t
           LEFT JOIN tenant_channels AS n ON n.tenant_id = t.id AND n.channel = 'web'
           JOIN omni_agent_configs AS a ON a.tenant_id = t.id AND a.deleted_at IS NULL AND (
             a.id = n.agent_id OR (n.agent_id IS NULL AND a.is_default = 1))
           JOIN omni_agent_versions AS v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
           WHERE t.slug = ?1""",
        (slug,),
    )


def said(tenant_id: str, visitor: str, after: str, limit: int) -> Statement:
    """What was said with this visitor after a message, by whoever; the humans' names are not told."""
    return Statement(
        """SELECT m.id, m.role, m.body, m.created_at, s.handled_by
           FROM omni_conversations AS s INDEXED BY idx_omni_conversations_theirs
           JOIN omni_messages AS m ON m.tenant_id = s.tenant_id AND m.conversation_id = s.id
           WHERE s.tenant_id = ?1 AND s.channel = 'web' AND s.theirs = ?2 AND m.id > ?3 ORDER BY m.id LIMIT ?4""",
        (tenant_id, visitor, after, limit),
    )


def open_conversation(tenant_id: str, visitor: str) -> Statement:
    return Statement(
        """SELECT id, handled_by FROM omni_conversations
           WHERE tenant_id = ?1 AND channel = 'web' AND ours = 'web' AND theirs = ?2 AND status = 'open'""",
        (tenant_id, visitor),
    )


def count_written(tenant_id: str, visitor: str, since: str) -> Statement:
    return Statement(
        """SELECT COUNT(*) AS n FROM omni_conversations AS s INDEXED BY idx_omni_conversations_theirs
           JOIN omni_messages AS m ON m.tenant_id = s.tenant_id AND m.conversation_id = s.id
           WHERE s.tenant_id = ?1 AND s.channel = 'web' AND s.theirs = ?2 AND m.role = 'caller' AND m.created_at > ?3""",
        (tenant_id, visitor, since),
    )
