"""SQL of what a conversation came to."""

from ports.database import Statement, Value


def close_idle(before: str, human_before: str, at: str) -> Statement:
    """Written conversations of all tenants in which nothing was said for long; a human's stay open longer."""
    return Statement(
        """UPDATE omni_conversations SET status = 'closed', ended_at = ?3, waiting_since = NULL,
             outcome = COALESCE(outcome, 'answered')
           WHERE status = 'open' AND channel <> 'voice' AND answer_due_at IS NULL
             AND last_message_at < CASE WHEN handled_by = 'human' OR waiting_since IS NOT NULL THEN ?2 ELSE ?1 END""",
        (before, human_before, at),
    )


def due(now: str, limit: int) -> Statement:
    """All tenants' conversations that are over and not reported."""
    return Statement(
        """SELECT tenant_id, id FROM omni_conversations INDEXED BY idx_omni_conversations_report
           WHERE report_due_at <= ?1 ORDER BY report_due_at LIMIT ?2""",
        (now, limit),
    )


def claim(tenant_id: str, conversation_id: str, now: str, again_at: str) -> Statement:
    """One of several who ask at once gets it; whoever gets it and dies is followed later."""
    return Statement(
        """UPDATE omni_conversations SET report_due_at = ?4
           WHERE tenant_id = ?1 AND id = ?2 AND report_due_at <= ?3 RETURNING id""",
        (tenant_id, conversation_id, now, again_at),
    )


def conversation(tenant_id: str, conversation_id: str, day: str) -> Statement:
    """All that a report is made from; `day` is when today began."""
    return Statement(
        """SELECT s.channel, s.started_at, s.customer_id, s.handled_by, s.subject, s.outcome, s.state, s.agent_version,
             v.config ->> 'voice_language' AS language, t.name AS business, t.timezone, u.name AS customer_name,
             u.phone AS customer_phone, u.email AS customer_email, COALESCE(g.mails_reports, 1) AS mails_reports,
             g.cost_cap_day_minor, c.duration_s,
             (SELECT json_group_array(json_array(m.role, m.body)) FROM (
               SELECT role, body FROM omni_messages INDEXED BY idx_omni_messages_conversation
               WHERE tenant_id = s.tenant_id AND conversation_id = s.id AND body <> ''
               ORDER BY turn, role = 'agent', id LIMIT 200) AS m) AS said,
             (SELECT json_group_array(json_array(k.name, k.result ->> '$.words', k.result ->> '$.service')) FROM tool_calls AS k
               WHERE k.tenant_id = s.tenant_id AND k.conversation_id = s.id AND k.status = 'done') AS deeds,
             (SELECT k.body FROM tickets AS k WHERE k.tenant_id = s.tenant_id AND k.conversation_id = s.id
               ORDER BY k.id DESC LIMIT 1) AS noted,
             EXISTS (SELECT 1 FROM prospects AS p
               WHERE p.tenant_id = s.tenant_id AND p.conversation_id = s.id) AS has_lead,
             EXISTS (SELECT 1 FROM appointments AS a WHERE a.tenant_id = s.tenant_id AND a.conversation_id = s.id
               AND a.status IN ('booked', 'no_show')) AS has_booking,
             (SELECT COUNT(*) FROM conversation_turns AS w
               WHERE w.tenant_id = s.tenant_id AND w.conversation_id = s.id) AS turns,
             (SELECT COALESCE(SUM(w.cost_micros), 0) FROM conversation_turns AS w
               WHERE w.tenant_id = s.tenant_id AND w.conversation_id = s.id) AS turn_micros,
             (SELECT COALESCE(SUM(w.cost_micros), 0) FROM conversation_turns AS w INDEXED BY idx_conversation_turns_day
               WHERE w.tenant_id = s.tenant_id AND w.created_at >= ?3) AS spent_day,
             (SELECT json_group_array(json_array(o.channel, o.segments)) FROM omni_messages AS m
               JOIN outbox AS o ON o.id = m.outbox_id
               WHERE m.tenant_id = s.tenant_id AND m.conversation_id = s.id AND o.status = 'sent') AS sent
           FROM omni_conversations AS s
           JOIN tenants AS t ON t.id = s.tenant_id
           JOIN omni_agent_versions AS v
             ON v.tenant_id = s.tenant_id AND v.agent_id = s.agent_id AND v.version = s.agent_version
           LEFT JOIN customer_details AS u ON u.tenant_id = s.tenant_id AND u.id = s.customer_id
           LEFT JOIN conversation_settings AS g ON g.tenant_id = s.tenant_id
           LEFT JOIN calls AS c ON c.tenant_id = s.tenant_id AND c.conversation_id = s.id
           WHERE s.tenant_id = ?1 AND s.id = ?2""",
        (tenant_id, conversation_id, day),
    )


def put_report(tenant_id: str, conversation_id: str, report: tuple[Value, ...], at: str) -> Statement:
    """`report` is (summary, sentiment, next steps as JSON, fields as JSON, made by, cost). A later one replaces it."""
    return Statement(
        """INSERT INTO conversation_reports (tenant_id, conversation_id, created_at, summary, sentiment, next_steps, fields,
             made_by, cost_micros)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
           ON CONFLICT (tenant_id, conversation_id) DO UPDATE SET created_at = excluded.created_at,
             summary = excluded.summary, sentiment = excluded.sentiment, next_steps = excluded.next_steps,
             fields = excluded.fields, made_by = excluded.made_by, cost_micros = cost_micros + excluded.cost_micros""",
        (tenant_id, conversation_id, at, *report),
    )


def settle(tenant_id: str, conversation_id: str, outcome: str, again_at: str) -> Statement:
    """Reported, unless it has been opened and closed again meanwhile."""
    return Statement(
        """UPDATE omni_conversations SET outcome = ?3, report_due_at = NULL
           WHERE tenant_id = ?1 AND id = ?2 AND report_due_at = ?4""",
        (tenant_id, conversation_id, outcome, again_at),
    )


def put_usage(tenant_id: str, conversation_id: str, day: str, used: str) -> Statement:
    """`used` is a JSON list of (kind, quantity, cost in millionths)."""
    return Statement(
        """INSERT INTO usage_records (tenant_id, conversation_id, day, kind, quantity, cost_micros)
           SELECT ?1, ?2, ?3, j.value ->> 0, j.value ->> 1, j.value ->> 2 FROM json_each(?4) AS j WHERE TRUE
           ON CONFLICT (tenant_id, conversation_id, kind) DO UPDATE SET quantity = excluded.quantity,
             cost_micros = excluded.cost_micros""",
        (tenant_id, conversation_id, day, used),
    )


def report(tenant_id: str, conversation_id: str) -> Statement:
    return Statement(
        """SELECT summary, sentiment, next_steps, fields, made_by, created_at FROM conversation_reports
           WHERE tenant_id = ?1 AND conversation_id = ?2""",
        (tenant_id, conversation_id),
    )
