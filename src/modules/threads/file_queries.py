"""SQL of files that came along with messages."""

from ports.database import Statement, Value


def waiting(tenant_id: str, channel: str, provider_id: str) -> Statement:
    """Of one message, with whose account they are fetched through."""
    return Statement(
        """SELECT a.id, a.tenant_id, a.source, a.content_type, a.created_at, s.provider, s.provider_account
           FROM omni_messages AS m
           JOIN omni_conversations AS s ON s.tenant_id = m.tenant_id AND s.id = m.conversation_id
           JOIN message_attachments AS a ON a.tenant_id = m.tenant_id AND a.message_id = m.id
           WHERE m.tenant_id = ?1 AND m.channel = ?2 AND m.provider_id = ?3 AND a.status = 'waiting'""",
        (tenant_id, channel, provider_id),
    )


def overdue(before: str, limit: int) -> Statement:
    """All tenants' files that no job has fetched."""
    return Statement(
        """SELECT a.id, a.tenant_id, a.source, a.content_type, a.created_at, s.provider, s.provider_account
           FROM message_attachments AS a INDEXED BY idx_message_attachments_waiting
           JOIN omni_messages AS m ON m.tenant_id = a.tenant_id AND m.id = a.message_id
           JOIN omni_conversations AS s ON s.tenant_id = m.tenant_id AND s.id = m.conversation_id
           WHERE a.status = 'waiting' AND a.created_at < ?1 ORDER BY a.created_at LIMIT ?2""",
        (before, limit),
    )


def settle(tenant_id: str, attachment_id: str, settled: tuple[Value, ...]) -> Statement:
    """`settled` is (stored or refused, why, bytes, key, type or None for the one that was told)."""
    return Statement(
        """UPDATE message_attachments SET status = ?3, reason = ?4, bytes = ?5, blob_key = ?6,
             content_type = COALESCE(?7, content_type)
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'waiting'""",
        (tenant_id, attachment_id, *settled),
    )


def attachment(tenant_id: str, attachment_id: str) -> Statement:
    return Statement(
        """SELECT filename, content_type, blob_key FROM message_attachments
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'stored'""",
        (tenant_id, attachment_id),
    )
