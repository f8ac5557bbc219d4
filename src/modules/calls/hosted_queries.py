"""SQL of calls that a voice platform holds."""

from modules.calls.queries import Call
from ports.database import Statement, Value


def route(to_number: str, tenant_id: str | None) -> Statement:
    """The agent that answers a number, over the platform of `tenant_id`, or over ours for numbers of our pool."""
    return Statement(
        """SELECT m.tenant_id, m.agent_id, a.version, v.config, f.*,
             COALESCE(m.transfer_number, f.transfer_number) AS transfer_to, m.after_hours,
             COALESCE(g.ai_disclosure, 0) AS ai_disclosure, g.consent_sentence,
             COALESCE(g.records_calls, 0) AS records_calls, COALESCE(g.max_call_min, 30) AS max_call_min,
             (SELECT json_group_object(o.key, json(o.value)) FROM vapi_settings AS o
               WHERE o.tenant_id = m.tenant_id) AS settings
           FROM omni_phone_mappings AS m
           JOIN omni_agent_configs AS a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id AND a.deleted_at IS NULL
           JOIN omni_agent_versions AS v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
           JOIN business_facts AS f ON f.tenant_id = m.tenant_id
           LEFT JOIN conversation_settings AS g ON g.tenant_id = m.tenant_id
           WHERE m.phone_number = ?1 AND m.is_active = 1 AND m.verified_at IS NOT NULL
             AND (m.tenant_id = ?2 OR (?2 IS NULL AND m.provider_account IS NULL))""",
        (to_number, tenant_id),
    )


def settings(call: Call) -> Statement:
    """Of the business whose call it is; an empty object where it has set nothing."""
    return Statement(
        """SELECT json_group_object(o.key, json(o.value)) AS settings
           FROM calls AS c JOIN vapi_settings AS o ON o.tenant_id = c.tenant_id
           WHERE c.provider = ?1 AND c.provider_call_id = ?2""",
        call,
    )


def last_document(call: Call) -> Statement:
    return Statement(
        """SELECT t.document FROM calls AS c JOIN call_turns AS t ON t.tenant_id = c.tenant_id AND t.call_id = c.id
           WHERE c.provider = ?1 AND c.provider_call_id = ?2 ORDER BY t.turn DESC LIMIT 1""",
        call,
    )


def answered_tools(provider: str, external_ids: str) -> Statement:
    """What was answered before; the ids are a JSON list."""
    return Statement(
        """SELECT external_id, payload FROM inbound_events
           WHERE provider = ?1 AND external_id IN (SELECT value FROM json_each(?2))""",
        (provider, external_ids),
    )


def keep_answer(event: tuple[Value, ...], at: str) -> Statement:
    """Refused by its key when it stands already. `event` is (id, provider, external_id, subject, payload as JSON)."""
    return Statement(
        """INSERT INTO inbound_events (received_at, handled_at, kind, id, provider, external_id, subject, payload)
           VALUES (?1, ?1, 'tool.answered', ?2, ?3, ?4, ?5, ?6)""",
        (at, *event),
    )


def end_reason(call: Call, ended: tuple[Value, ...]) -> Statement:
    """`ended` is (why, cost, seconds): what is known stays, what was told before as well."""
    return Statement(
        """UPDATE calls SET ended_reason = COALESCE(?3, ended_reason),
             vendor_cost_micros = COALESCE(CAST(?4 AS INTEGER), vendor_cost_micros),
             duration_s = COALESCE(duration_s, CAST(?5 AS INTEGER))
           WHERE provider = ?1 AND provider_call_id = ?2""",
        (*call, *ended),
    )


def insert_transcript(call: Call, said: str, at: str) -> Statement:
    """What was said where another model spoke: `said` is a JSON list of [id, turn, role, words]. Not where ours did."""
    return Statement(
        """INSERT INTO omni_messages (tenant_id, conversation_id, channel, created_at, id, provider_id, turn, role, body)
           SELECT c.tenant_id, c.conversation_id, 'voice', ?4, j.value ->> 0, ?2 || ':said:' || j.key, j.value ->> 1,
             j.value ->> 2, j.value ->> 3
           FROM calls AS c JOIN json_each(?3) AS j
           WHERE c.provider = ?1 AND c.provider_call_id = ?2 AND NOT EXISTS (
             SELECT 1 FROM omni_messages AS m INDEXED BY idx_omni_messages_conversation
             WHERE m.tenant_id = c.tenant_id AND m.conversation_id = c.conversation_id AND m.role = 'caller')
           ON CONFLICT (tenant_id, channel, provider_id) DO NOTHING""",
        (*call, said, at),
    )
