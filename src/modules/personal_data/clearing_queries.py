"""SQL that takes what was said out of conversations: the rows stay, so that figures stay those of the rows.

`ids` is a JSON list of conversations.
"""

from ports.database import Statement


def remove_files(tenant_id: str, ids: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO blob_removals (tenant_id, blob_key, created_at)
           SELECT a.tenant_id, a.blob_key, ?3 FROM omni_messages AS m
           JOIN message_attachments AS a ON a.tenant_id = m.tenant_id AND a.message_id = m.id
           WHERE m.tenant_id = ?1 AND m.conversation_id IN (SELECT value FROM json_each(?2)) AND a.blob_key IS NOT NULL
           ON CONFLICT DO NOTHING""",
        (tenant_id, ids, at),
    )


def delete_attachments(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """DELETE FROM message_attachments WHERE tenant_id = ?1 AND message_id IN (
             SELECT id FROM omni_messages
             WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2)))""",
        (tenant_id, ids),
    )


def clear_sent(tenant_id: str, ids: str) -> Statement:
    """What went out in them and about them (the ids of those begin with theirs) and is settled."""
    return Statement(
        """UPDATE outbox SET content = '{}', template = 'cleared' WHERE status IN ('sent', 'unsent') AND id IN (
             SELECT outbox_id FROM omni_messages WHERE tenant_id = ?1 AND outbox_id IS NOT NULL
               AND conversation_id IN (SELECT value FROM json_each(?2))
             UNION ALL SELECT 'out_report_' || value FROM json_each(?2)
             UNION ALL SELECT o.id FROM json_each(?2) AS j
               JOIN outbox AS o ON o.id > 'out_human_' || j.value || '_' AND o.id < 'out_human_' || j.value || '`'
             UNION ALL SELECT o.id FROM json_each(?2) AS j
               JOIN outbox AS o ON o.id > 'out_' || j.value || '_' AND o.id < 'out_' || j.value || '`')""",
        (tenant_id, ids),
    )


def clear_events(tenant_id: str, ids: str) -> Statement:
    """What the vendor had sent us word by word."""
    return Statement(
        """UPDATE inbound_events SET payload = '{}' WHERE handled_at IS NOT NULL AND (provider, external_id) IN (
             SELECT s.provider, m.provider_id FROM omni_messages AS m
             JOIN omni_conversations AS s ON s.tenant_id = m.tenant_id AND s.id = m.conversation_id
             WHERE m.tenant_id = ?1 AND m.conversation_id IN (SELECT value FROM json_each(?2)))
           OR handled_at IS NOT NULL AND (provider, subject) IN (
             SELECT provider, provider_call_id FROM calls
             WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2)))""",
        (tenant_id, ids),
    )


def clear_messages(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """UPDATE omni_messages SET body = '', digits = NULL, sources = '[]', thread_id = NULL, provider_id = 'cleared-' || id
           WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def clear_turns(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """UPDATE conversation_turns SET record = '{}'
           WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def clear_tools(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """UPDATE tool_calls SET arguments = '{}', result = '{}'
           WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def clear_documents(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """UPDATE call_turns SET document = '' WHERE tenant_id = ?1 AND call_id IN (
             SELECT id FROM calls WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2)))""",
        (tenant_id, ids),
    )


def delete_partials(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """DELETE FROM call_partials WHERE tenant_id = ?1 AND call_id IN (
             SELECT id FROM calls WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2)))""",
        (tenant_id, ids),
    )


def clear_reports(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """UPDATE conversation_reports SET summary = '', next_steps = '[]', fields = '{}'
           WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def delete_notes(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """DELETE FROM conversation_notes
           WHERE tenant_id = ?1 AND conversation_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def note_records_cleared(tenant_id: str, ids: str, at: str) -> Statement:
    return Statement(
        """UPDATE omni_conversations SET records_cleared_at = ?3
           WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids, at),
    )


def clear_conversations(tenant_id: str, ids: str, at: str) -> Statement:
    return Statement(
        """UPDATE omni_conversations SET state = '{}', subject = NULL, cleared_at = COALESCE(cleared_at, ?3)
           WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids, at),
    )


def remove_recordings(tenant_id: str, ids: str, at: str) -> Statement:
    """`ids` of recordings."""
    return Statement(
        """INSERT INTO blob_removals (tenant_id, blob_key, created_at)
           SELECT tenant_id, blob_key, ?3 FROM call_recordings
           WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2)) AND blob_key IS NOT NULL
           ON CONFLICT DO NOTHING""",
        (tenant_id, ids, at),
    )


def clear_recordings(tenant_id: str, ids: str) -> Statement:
    """`ids` of recordings: that there was one stays known."""
    return Statement(
        """UPDATE call_recordings SET status = 'absent', blob_key = NULL, bytes = NULL, content_type = NULL
           WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def remove_audio(tenant_id: str, ids: str, at: str) -> Statement:
    """`ids` of speech."""
    return Statement(
        """INSERT INTO blob_removals (tenant_id, blob_key, created_at)
           SELECT tenant_id, blob_key, ?3 FROM speech_audio
           WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2)) ON CONFLICT DO NOTHING""",
        (tenant_id, ids, at),
    )


def delete_audio(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "DELETE FROM speech_audio WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))", (tenant_id, ids)
    )
