"""SQL of the daily figures."""

from ports.database import Statement


def forget_day(tenant_id: str, day: str) -> Statement:
    return Statement("DELETE FROM analytics_daily WHERE tenant_id = ?1 AND day = ?2", (tenant_id, day))


def count_day(tenant_id: str, day: str, span: tuple[str, str], at: str) -> Statement:
    """From the rows themselves. `span` is when the business's day begins and ends."""
    return Statement(
        """INSERT INTO analytics_daily (tenant_id, day, channel, conversations, messages_in, messages_agent, messages_human,
             booked, message_taken, lead, transferred, answered, abandoned, positive, negative, call_s,
             cost_micros, updated_at)
           SELECT s.tenant_id, ?2, s.channel, COUNT(*),
             SUM((SELECT COUNT(*) FROM omni_messages AS m INDEXED BY idx_omni_messages_conversation
               WHERE m.tenant_id = s.tenant_id AND m.conversation_id = s.id AND m.role = 'caller')),
             SUM((SELECT COUNT(*) FROM omni_messages AS m INDEXED BY idx_omni_messages_conversation
               WHERE m.tenant_id = s.tenant_id AND m.conversation_id = s.id AND m.role = 'agent')),
             SUM((SELECT COUNT(*) FROM omni_messages AS m INDEXED BY idx_omni_messages_conversation
               WHERE m.tenant_id = s.tenant_id AND m.conversation_id = s.id AND m.role = 'human')),
             SUM(COALESCE(s.outcome = 'booked', 0)), SUM(COALESCE(s.outcome = 'message_taken', 0)),
             SUM(COALESCE(s.outcome = 'lead', 0)), SUM(COALESCE(s.outcome = 'transferred', 0)),
             SUM(COALESCE(s.outcome = 'answered', 0)), SUM(COALESCE(s.outcome = 'abandoned', 0)),
             SUM(COALESCE(r.sentiment = 'positive', 0)), SUM(COALESCE(r.sentiment = 'negative', 0)),
             SUM(COALESCE((SELECT SUM(c.duration_s) FROM calls AS c INDEXED BY idx_calls_conversation
               WHERE c.tenant_id = s.tenant_id AND c.conversation_id = s.id), 0)),
             SUM(COALESCE((SELECT SUM(u.cost_micros) FROM usage_records AS u
               WHERE u.tenant_id = s.tenant_id AND u.conversation_id = s.id), 0) + COALESCE(r.cost_micros, 0)), ?5
           FROM omni_conversations AS s INDEXED BY idx_omni_conversations_recent
           LEFT JOIN conversation_reports AS r ON r.tenant_id = s.tenant_id AND r.conversation_id = s.id
           WHERE s.tenant_id = ?1 AND s.started_at >= ?3 AND s.started_at < ?4 GROUP BY s.channel""",
        (tenant_id, day, *span, at),
    )


def unsettled(tenant_id: str, since: str) -> Statement:
    """When conversations began that may still change, and the zone that days are counted in."""
    return Statement(
        """SELECT t.timezone, (SELECT json_group_array(DISTINCT s.started_at)
             FROM omni_conversations AS s INDEXED BY idx_omni_conversations_recent
             WHERE s.tenant_id = t.id AND s.started_at >= ?2 AND (s.status = 'open' OR s.report_due_at IS NOT NULL)) AS began
           FROM tenants AS t WHERE t.id = ?1""",
        (tenant_id, since),
    )


def days(tenant_id: str, first: str, last: str) -> Statement:
    return Statement(
        """SELECT day, channel, conversations, messages_in, messages_agent, messages_human, booked,
             message_taken, lead, transferred, answered, abandoned, positive, negative, call_s, cost_micros
           FROM analytics_daily WHERE tenant_id = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day, channel""",
        (tenant_id, first, last),
    )


def call_ends(tenant_id: str, span: tuple[str, str]) -> Statement:
    """How the calls that began in `span` went, and how long they were."""
    return Statement(
        """SELECT direction, status, COUNT(*) AS count, SUM(duration_s) AS seconds, COUNT(duration_s) AS measured
           FROM calls INDEXED BY idx_calls_recent WHERE tenant_id = ?1 AND started_at >= ?2 AND started_at < ?3
           GROUP BY direction, status ORDER BY direction, status""",
        (tenant_id, *span),
    )


def call_waits(tenant_id: str, span: tuple[str, str]) -> Statement:
    """Of the turns of these calls that a model spoke in: the nearest ranks of the wait for its first words."""
    return Statement(
        """WITH waits AS (
             SELECT w.first_words_ms AS ms, ROW_NUMBER() OVER (ORDER BY w.first_words_ms) AS rank, COUNT(*) OVER () AS turns
             FROM calls AS c INDEXED BY idx_calls_recent
             JOIN conversation_turns AS w ON w.tenant_id = c.tenant_id AND w.conversation_id = c.conversation_id
             WHERE c.tenant_id = ?1 AND c.started_at >= ?2 AND c.started_at < ?3 AND w.first_words_ms IS NOT NULL)
           SELECT COUNT(*) AS turns, MIN(CASE WHEN rank >= turns * 0.5 THEN ms END) AS p50,
             MIN(CASE WHEN rank >= turns * 0.95 THEN ms END) AS p95 FROM waits""",
        (tenant_id, *span),
    )


def open_questions(tenant_id: str, limit: int) -> Statement:
    """What was asked and nothing answered, the most asked first."""
    return Statement(
        """SELECT question, count FROM knowledge_questions WHERE tenant_id = ?1 AND status = 'open'
           ORDER BY count DESC, id LIMIT ?2""",
        (tenant_id, limit),
    )
