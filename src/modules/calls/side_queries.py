"""SQL of what is heard beside a call's turns: words half recognised, recordings, what a human is told before a transfer."""

from modules.calls.queries import Call
from ports.database import Statement, Value


def keep_partial(call: Call, turn: int, heard: tuple[int, str], at: str) -> Statement:
    """The latest that was understood of a turn. `heard` is (sequence, words)."""
    return Statement(
        """INSERT INTO call_partials (tenant_id, call_id, turn, sequence, speech, created_at)
           SELECT tenant_id, id, CAST(?3 AS INTEGER), CAST(?4 AS INTEGER), ?5, ?6 FROM calls
           WHERE provider = ?1 AND provider_call_id = ?2 AND ended_at IS NULL
           ON CONFLICT (tenant_id, call_id, turn) DO UPDATE SET sequence = excluded.sequence, speech = excluded.speech
           WHERE excluded.sequence >= sequence""",
        (*call, turn, *heard, at),
    )


def forget_partial(tenant_id: str, call_id: str, turn: int) -> Statement:
    return Statement(
        "DELETE FROM call_partials WHERE tenant_id = ?1 AND call_id = ?2 AND turn = ?3", (tenant_id, call_id, turn)
    )


def insert_recording(
    tenant_id: str, recording_id: str, call_id: str, recording: tuple[Value, ...], at: str
) -> Statement:
    """Once, whoever tells of it first. `recording` is (the provider's id, kind, seconds)."""
    return Statement(
        """INSERT INTO call_recordings (id, tenant_id, call_id, created_at, provider_id, kind, duration_s)
           VALUES (?2, ?1, ?3, ?4, ?5, ?6, ?7)
           ON CONFLICT (tenant_id, provider_id) DO UPDATE SET kind = iif(excluded.kind = 'voicemail', 'voicemail', kind),
             duration_s = COALESCE(excluded.duration_s, duration_s)""",
        (tenant_id, recording_id, call_id, at, *recording),
    )


def settle_recording(tenant_id: str, provider_id: str, settled: tuple[Value, ...], at: str) -> Statement:
    """`settled` is (status, seconds, key, content type, bytes). One that is stored stays stored."""
    return Statement(
        """UPDATE call_recordings SET status = ?4, duration_s = COALESCE(?5, duration_s), blob_key = ?6,
             content_type = ?7, bytes = ?8, stored_at = ?3
           WHERE tenant_id = ?1 AND provider_id = ?2 AND status <> 'stored'""",
        (tenant_id, provider_id, at, *settled),
    )


def stored_recording(call: Call, recording_id: str) -> Statement:
    """Whether it is ours already; then the carrier may have none any more."""
    return Statement(
        """SELECT r.id FROM calls AS c JOIN call_recordings AS r ON r.tenant_id = c.tenant_id AND r.call_id = c.id
           WHERE c.provider = ?1 AND c.provider_call_id = ?2 AND r.provider_id = ?3 AND r.status = 'stored'""",
        (*call, recording_id),
    )


def note_copy(tenant_id: str, provider_id: str, due_at: str) -> Statement:
    """Right after the recording has been stored: what the carrier still has of it goes too."""
    return Statement(
        """UPDATE call_recordings SET copy_due_at = ?3
           WHERE tenant_id = ?1 AND provider_id = ?2 AND status = 'stored' AND changes() > 0""",
        (tenant_id, provider_id, due_at),
    )


def copies_due(at: str, limit: int) -> Statement:
    return Statement(
        """SELECT tenant_id, id, provider_id FROM call_recordings INDEXED BY idx_call_recordings_copy
           WHERE copy_due_at IS NOT NULL AND copy_due_at <= ?1 ORDER BY copy_due_at LIMIT ?2""",
        (at, limit),
    )


def put_copy_off(tenant_id: str, recording_id: str, due_at: str | None) -> Statement:
    """None: the carrier has deleted it."""
    return Statement(
        "UPDATE call_recordings SET copy_due_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
        (tenant_id, recording_id, due_at),
    )


def call_by_provider(call: Call) -> Statement:
    return Statement(
        """SELECT c.tenant_id, c.id, c.conversation_id, c.provider_account, c.from_number, s.customer_id, s.state, v.config,
             b.country,
             (SELECT MAX(t.turn) FROM call_turns AS t WHERE t.tenant_id = c.tenant_id AND t.call_id = c.id) AS last_turn
           FROM calls AS c
           JOIN omni_conversations AS s ON s.tenant_id = c.tenant_id AND s.id = c.conversation_id
           JOIN omni_agent_versions AS v
             ON v.tenant_id = s.tenant_id AND v.agent_id = s.agent_id AND v.version = s.agent_version
           JOIN tenants AS b ON b.id = c.tenant_id
           WHERE c.provider = ?1 AND c.provider_call_id = ?2""",
        call,
    )


def handover(call: Call) -> Statement:
    """What is known of a caller who is put through: who, why, what was promised."""
    return Statement(
        """SELECT c.tenant_id, c.from_number, s.state, v.config,
             COALESCE((SELECT k.caller_name FROM tickets AS k WHERE k.tenant_id = c.tenant_id
               AND k.conversation_id = c.conversation_id ORDER BY k.id DESC LIMIT 1),
               (SELECT a.name FROM appointments AS a WHERE a.tenant_id = c.tenant_id
               AND a.conversation_id = c.conversation_id ORDER BY a.id DESC LIMIT 1), u.name) AS caller_name,
             (SELECT json_group_array(m.body) FROM (SELECT body FROM omni_messages
               INDEXED BY idx_omni_messages_conversation
               WHERE tenant_id = c.tenant_id AND conversation_id = c.conversation_id AND role = 'caller' AND body <> ''
               ORDER BY turn DESC LIMIT 4) AS m) AS said,
             (SELECT k.body FROM tickets AS k WHERE k.tenant_id = c.tenant_id
               AND k.conversation_id = c.conversation_id ORDER BY k.id DESC LIMIT 1) AS noted,
             (SELECT json_group_array(k.name) FROM tool_calls AS k WHERE k.tenant_id = c.tenant_id
               AND k.conversation_id = c.conversation_id AND k.status = 'done') AS deeds
           FROM calls AS c
           JOIN omni_conversations AS s ON s.tenant_id = c.tenant_id AND s.id = c.conversation_id
           JOIN omni_agent_versions AS v
             ON v.tenant_id = s.tenant_id AND v.agent_id = s.agent_id AND v.version = s.agent_version
           LEFT JOIN customers AS u ON u.tenant_id = s.tenant_id AND u.id = s.customer_id
           WHERE c.provider = ?1 AND c.provider_call_id = ?2""",
        call,
    )


def greeting(tenant_id: str, agent_id: str | None) -> Statement:
    """What the published agent says first; NULL names the default one."""
    return Statement(
        """SELECT v.config, f.name, COALESCE(g.ai_disclosure, 0) AS ai_disclosure, g.consent_sentence,
             COALESCE(g.records_calls, 0) AS records_calls
           FROM omni_agent_configs AS a
           JOIN omni_agent_versions AS v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
           JOIN business_facts AS f ON f.tenant_id = a.tenant_id
           LEFT JOIN conversation_settings AS g ON g.tenant_id = a.tenant_id
           WHERE a.tenant_id = ?1 AND a.deleted_at IS NULL AND (a.id = ?2 OR (?2 IS NULL AND a.is_default = 1))""",
        (tenant_id, agent_id),
    )
