"""SQL of calls as they happen: one read and one write a turn."""

from ports.database import Statement, Value

Call = tuple[str, str]  # (provider, the provider's id of the call)


def stored_document(call: Call, turn: int) -> Statement:
    return Statement(
        """SELECT t.document FROM calls AS c
           JOIN call_turns AS t ON t.tenant_id = c.tenant_id AND t.call_id = c.id AND t.turn = ?3
           WHERE c.provider = ?1 AND c.provider_call_id = ?2""",
        (*call, turn),
    )


def route(to_number: str, account: str | None) -> Statement:
    """The agent that answers a number, as its published version.

    Nothing for a number that is not proven, or not held by the account that the call came through.
    """
    return Statement(
        """SELECT m.tenant_id, m.agent_id, a.version, v.config, f.*,
             COALESCE(m.transfer_number, f.transfer_number) AS transfer_to,
             COALESCE(g.ai_disclosure, 0) AS ai_disclosure, g.consent_sentence, m.after_hours,
             COALESCE(g.records_calls, 0) AS records_calls
           FROM omni_phone_mappings AS m
           JOIN omni_agent_configs AS a ON a.tenant_id = m.tenant_id AND a.id = m.agent_id AND a.deleted_at IS NULL
           JOIN omni_agent_versions AS v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
           JOIN business_facts AS f ON f.tenant_id = m.tenant_id
           LEFT JOIN conversation_settings AS g ON g.tenant_id = m.tenant_id
           WHERE m.phone_number = ?1 AND m.is_active = 1 AND m.verified_at IS NOT NULL AND m.provider_account IS ?2""",
        (to_number, account),
    )


def calls_lately(to_number: str, from_number: str | None, since: str) -> Statement:
    """How many calls this number has made to that one; none of a number that is withheld."""
    return Statement(
        """SELECT COUNT(*) AS n FROM omni_phone_mappings AS m
           JOIN calls AS c INDEXED BY idx_calls_recent ON c.tenant_id = m.tenant_id AND c.started_at > ?3
           WHERE m.phone_number = ?1 AND m.is_active = 1 AND m.verified_at IS NOT NULL AND c.from_number = ?2""",
        (to_number, from_number, since),
    )


def route_trial(caller: str) -> Statement:
    """The default agent of the business that has proven to hold the calling number."""
    return Statement(
        """SELECT y.tenant_id, a.id AS agent_id, a.version, v.config, f.*, f.transfer_number AS transfer_to,
             COALESCE(g.ai_disclosure, 0) AS ai_disclosure, g.consent_sentence, 'agent' AS after_hours,
             COALESCE(g.records_calls, 0) AS records_calls
           FROM trial_callers AS y
           JOIN omni_agent_configs AS a ON a.tenant_id = y.tenant_id AND a.is_default = 1 AND a.deleted_at IS NULL
           JOIN omni_agent_versions AS v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
           JOIN business_facts AS f ON f.tenant_id = y.tenant_id
           LEFT JOIN conversation_settings AS g ON g.tenant_id = y.tenant_id
           WHERE y.caller_number = ?1""",
        (caller,),
    )


def turn(call: Call, number: int, day: str) -> Statement:
    """All that a turn depends on, and its document when it has been answered before; `day` is when today began."""
    return Statement(
        """SELECT m.*, c.id AS call_id, c.provider_account, c.started_at,
             CASE c.direction WHEN 'outbound' THEN c.to_number ELSE c.from_number END AS from_number,
             COALESCE(p.transfer_number, m.transfer_number) AS transfer_to,
             (SELECT COALESCE(SUM(w.cost_micros), 0) FROM conversation_turns AS w INDEXED BY idx_conversation_turns_day
               WHERE w.tenant_id = c.tenant_id AND w.created_at >= ?4) AS spent_day,
             (SELECT MAX(t.turn) FROM call_turns AS t WHERE t.tenant_id = c.tenant_id AND t.call_id = c.id) AS last_turn,
             (SELECT p.speech FROM call_partials AS p
               WHERE p.tenant_id = c.tenant_id AND p.call_id = c.id AND p.turn = ?3) AS partial,
             (SELECT t.document FROM call_turns AS t
               WHERE t.tenant_id = c.tenant_id AND t.call_id = c.id AND t.turn = ?3) AS document
           FROM calls AS c
           JOIN conversation_minds AS m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.conversation_id
           LEFT JOIN omni_phone_mappings AS p ON p.tenant_id = c.tenant_id
             AND p.phone_number = CASE c.direction WHEN 'outbound' THEN c.from_number ELSE c.to_number END
           WHERE c.provider = ?1 AND c.provider_call_id = ?2""",
        (*call, number, day),
    )


def insert_conversation(
    tenant_id: str, conversation_id: str, agent: tuple[str, int], phone: str | None, at: str
) -> Statement:
    """`agent` is (id, version); the customer is whoever has that phone."""
    return Statement(
        """INSERT INTO omni_conversations (id, tenant_id, channel, agent_id, agent_version, customer_id, started_at,
             last_message_at)
           VALUES (?2, ?1, 'voice', ?3, ?4, (
             SELECT customer_id FROM customer_identities WHERE tenant_id = ?1 AND kind = 'phone' AND address = ?5), ?6, ?6)""",
        (tenant_id, conversation_id, *agent, phone, at),
    )


def insert_call(tenant_id: str, call_id: str, conversation_id: str, call: tuple[Value, ...], at: str) -> Statement:
    """`call` is (provider, provider_call_id, from_number, to_number, account, direction)."""
    return Statement(
        """INSERT INTO calls (id, tenant_id, conversation_id, provider, provider_call_id, from_number,
             to_number, provider_account, direction, status, started_at)
           VALUES (?2, ?1, ?3, ?5, ?6, ?7, ?8, ?9, ?10, 'ringing', ?4)""",
        (tenant_id, call_id, conversation_id, at, *call),
    )


def insert_turn(tenant_id: str, call_id: str, number: int, document: str, cost: tuple[float, float, str]) -> Statement:
    """`cost` is (load_ms, decide_ms, now). Refused by its key when the turn has been answered before."""
    return Statement(
        """INSERT INTO call_turns (tenant_id, call_id, turn, document, load_ms, decide_ms, created_at)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)""",
        (tenant_id, call_id, number, document, *cost),
    )


def insert_message(tenant_id: str, conversation_id: str, message: tuple[Value, ...], at: str) -> Statement:
    """`message` is (id, provider_id, turn, role, body, digits, confidence, intent, sources as JSON)."""
    return Statement(
        """INSERT INTO omni_messages (tenant_id, conversation_id, channel, created_at, id, provider_id, turn, role, body,
             digits, confidence, intent, sources)
           VALUES (?1, ?2, 'voice', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)""",
        (tenant_id, conversation_id, at, *message),
    )


def update_conversation(tenant_id: str, conversation_id: str, state: str, outcome: str | None, at: str) -> Statement:
    return Statement(
        """UPDATE omni_conversations SET state = ?3, outcome = COALESCE(?4, outcome), last_message_at = ?5
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, conversation_id, state, outcome, at),
    )


def mark_in_progress(tenant_id: str, call_id: str) -> Statement:
    """Somebody is talking, whatever reports are still on their way."""
    return Statement(
        """UPDATE calls SET status = 'in-progress'
           WHERE tenant_id = ?1 AND id = ?2 AND status IN ('queued', 'initiated', 'ringing')""",
        (tenant_id, call_id),
    )


def insert_inbound_event(event: tuple[Value, ...], at: str) -> Statement:
    """Once, however often it is delivered. `event` is (id, provider, external_id, kind, subject, payload as JSON)."""
    return Statement(
        """INSERT INTO inbound_events (received_at, handled_at, id, provider, external_id, kind, subject, payload)
           VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (provider, external_id) DO NOTHING""",
        (at, *event),
    )


def insert_call_event(event_id: str, call: Call, report: tuple[Value, ...], at: str) -> Statement:
    """Nothing for a call we do not know. `report` is (event_key, status, sequence, occurred_at)."""
    return Statement(
        """INSERT INTO call_events (id, tenant_id, call_id, event_key, status, sequence, occurred_at, created_at)
           SELECT ?1, tenant_id, id, ?4, ?5, ?6, ?7, ?8 FROM calls WHERE provider = ?2 AND provider_call_id = ?3
           ON CONFLICT (tenant_id, call_id, event_key) DO NOTHING""",
        (event_id, *call, *report, at),
    )


def apply_report(call: Call, report: tuple[Value, ...], at: str) -> Statement:
    """A call that has ended stays ended; before that the higher sequence number wins, and an end wins over all.

    `report` is (status, is_terminal, sequence, duration_s).
    """
    return Statement(
        """UPDATE calls SET status = ?3, last_sequence = MAX(last_sequence, COALESCE(?5, last_sequence)),
             duration_s = COALESCE(?6, duration_s), ended_at = CASE ?4 WHEN 1 THEN ?7 ELSE ended_at END
           WHERE provider = ?1 AND provider_call_id = ?2 AND ended_at IS NULL
             AND (?4 = 1 OR (?5 IS NOT NULL AND ?5 > last_sequence))""",
        (*call, *report, at),
    )


def adopt_report(call: Call, at: str) -> Statement:
    """For a call whose end was reported before its first document was written.

    The index is named because the planner would walk all events of the provider by the key.
    """
    return Statement(
        """UPDATE calls SET ended_at = ?3, duration_s = e.duration_s, status = e.status FROM (
             SELECT payload ->> 'status' AS status, CAST(payload ->> 'duration_s' AS INTEGER) AS duration_s
             FROM inbound_events INDEXED BY idx_inbound_events_subject
             WHERE provider = ?1 AND subject = ?2 AND kind = 'call.status'
               AND payload ->> 'is_terminal' = 1 LIMIT 1) AS e
           WHERE calls.provider = ?1 AND calls.provider_call_id = ?2""",
        (*call, at),
    )


def close_conversation(call: Call, at: str) -> Statement:
    """Once its call has ended."""
    return Statement(
        """UPDATE omni_conversations SET status = 'closed', ended_at = ?3, outcome = COALESCE(outcome,
             CASE WHEN EXISTS (SELECT 1 FROM omni_messages AS m INDEXED BY idx_omni_messages_conversation
               WHERE m.tenant_id = omni_conversations.tenant_id AND m.conversation_id = omni_conversations.id
                 AND m.role = 'caller') THEN 'answered' ELSE 'abandoned' END)
           WHERE status = 'open' AND (tenant_id, id) IN (
             SELECT tenant_id, conversation_id FROM calls
             WHERE provider = ?1 AND provider_call_id = ?2 AND ended_at IS NOT NULL)""",
        (*call, at),
    )
