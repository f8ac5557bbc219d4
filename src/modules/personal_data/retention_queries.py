"""SQL of what has been kept for long enough, of everybody: for cron."""

from ports.database import Statement


def old_conversations(at: str, limit: int) -> Statement:
    """That are over, reported, and older than their business keeps what was said."""
    return Statement(
        """SELECT s.tenant_id, s.id FROM retention_settings AS r
           CROSS JOIN omni_conversations AS s INDEXED BY idx_omni_conversations_kept ON s.tenant_id = r.tenant_id
             AND s.status = 'closed' AND s.cleared_at IS NULL
             AND s.last_message_at < datetime(?1, '-' || r.transcripts_days || ' days')
           WHERE r.transcripts_days IS NOT NULL AND s.report_due_at IS NULL LIMIT ?2""",
        (at, limit),
    )


def old_records(before: str, limit: int) -> Statement:
    """Of conversations that are over: what their turns could be decided again from."""
    return Statement(
        """SELECT tenant_id, id FROM omni_conversations INDEXED BY idx_omni_conversations_records
           WHERE status = 'closed' AND records_cleared_at IS NULL AND last_message_at < ?1 LIMIT ?2""",
        (before, limit),
    )


def old_recordings(at: str, limit: int) -> Statement:
    return Statement(
        """SELECT c.tenant_id, c.id FROM retention_settings AS r
           CROSS JOIN call_recordings AS c INDEXED BY idx_call_recordings_kept ON c.tenant_id = r.tenant_id
             AND c.status = 'stored' AND c.created_at < datetime(?1, '-' || r.recordings_days || ' days')
           WHERE r.recordings_days IS NOT NULL LIMIT ?2""",
        (at, limit),
    )


def old_audio(at: str, default_days: int, limit: int) -> Statement:
    return Statement(
        """SELECT a.tenant_id, a.id FROM speech_audio AS a INDEXED BY idx_speech_audio_kept
           LEFT JOIN retention_settings AS r ON r.tenant_id = a.tenant_id
           WHERE a.created_at < datetime(?1, '-1 days') AND a.created_at < datetime(?1,
             '-' || iif(r.tenant_id IS NULL, ?2, COALESCE(r.audio_days, 36500)) || ' days') LIMIT ?3""",
        (at, default_days, limit),
    )


def delete_old_events(before: str, limit: int) -> Statement:
    """What vendors have told us, word by word, once it is acted on."""
    return Statement(
        """DELETE FROM inbound_events WHERE (provider, external_id) IN (
             SELECT provider, external_id FROM inbound_events INDEXED BY idx_inbound_events_received
             WHERE received_at < ?1 AND (handled_at IS NOT NULL OR dead_at IS NOT NULL) LIMIT ?2)""",
        (before, limit),
    )


def delete_old_deliveries(before: str, limit: int) -> Statement:
    """Of what businesses' own systems were told; their events go next."""
    return Statement(
        """DELETE FROM webhook_deliveries WHERE (tenant_id, event_id) IN (
             SELECT tenant_id, id FROM webhook_events INDEXED BY idx_webhook_events_created
             WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)""",
        (before, limit),
    )


def delete_old_told(before: str, limit: int) -> Statement:
    return Statement(
        """DELETE FROM webhook_events WHERE (tenant_id, id) IN (
             SELECT tenant_id, id FROM webhook_events INDEXED BY idx_webhook_events_created
             WHERE created_at < ?1 ORDER BY created_at LIMIT ?2)""",
        (before, limit),
    )


def exports_due(at: str, limit: int) -> Statement:
    return Statement(
        """SELECT tenant_id, id, state FROM data_exports INDEXED BY idx_data_exports_due
           WHERE due_at IS NOT NULL AND due_at <= ?1 ORDER BY due_at LIMIT ?2""",
        (at, limit),
    )


def blobs_to_remove(limit: int) -> Statement:
    return Statement("SELECT blob_key FROM blob_removals LIMIT ?1", (limit,))


def forget_blobs(keys: str) -> Statement:
    return Statement("DELETE FROM blob_removals WHERE blob_key IN (SELECT value FROM json_each(?1))", (keys,))
