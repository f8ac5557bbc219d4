"""SQL of the figures an operator watches, and of the housekeeping."""

from ports.database import Statement


def counts(day_ago: str, hour_ago: str) -> Statement:
    return Statement(
        """SELECT
             (SELECT COUNT(*) FROM tenants) AS tenants,
             (SELECT COUNT(*) FROM tenants WHERE onboarding_completed = 1) AS tenants_onboarded,
             (SELECT COUNT(*) FROM tenants WHERE created_at > ?1) AS signups_day,
             (SELECT COUNT(*) FROM onboarding_sessions WHERE completed_at > ?1) AS completions_day,
             (SELECT COUNT(*) FROM tenants WHERE created_at > ?1 AND onboarding_completed = 0)
               AS signups_without_completion_day,
             (SELECT COUNT(*) FROM onboarding_events WHERE event = 'failed' AND created_at > ?2) AS step_failures_hour,
             (SELECT COUNT(*) FROM calls WHERE ended_at IS NULL) AS calls_open,
             (SELECT COUNT(*) FROM inbound_events WHERE kind = 'call.unresolved') AS calls_unresolved_month,
             (SELECT COUNT(*) FROM inbound_events WHERE handled_at IS NULL AND dead_at IS NULL) AS events_unhandled,
             (SELECT COUNT(*) FROM tickets WHERE status = 'open') AS tickets_open""",
        (day_ago, hour_ago),
    )


def calls_by_status() -> Statement:
    return Statement("SELECT status, COUNT(*) AS n FROM calls GROUP BY status ORDER BY status")


def turns_by_note(day_ago: str) -> Statement:
    return Statement(
        """SELECT j.value AS note, COUNT(*) AS n
           FROM conversation_turns AS w INDEXED BY idx_conversation_turns_notes, json_each(w.notes) AS j
           WHERE w.notes <> '[]' AND w.created_at > ?1 GROUP BY j.value ORDER BY j.value""",
        (day_ago,),
    )


def conversations_by_outcome(day_ago: str) -> Statement:
    return Statement(
        """SELECT s.channel, s.outcome, COUNT(*) AS n FROM tenants AS t CROSS JOIN omni_conversations AS s
             INDEXED BY idx_omni_conversations_recent ON s.tenant_id = t.id AND s.started_at > ?1
           GROUP BY s.channel, s.outcome ORDER BY s.channel, s.outcome""",
        (day_ago,),
    )


def backlog(at: str) -> Statement:
    """What is due and waits for a job, by kind: how many, and since when the first, as JSON."""
    return Statement(
        """SELECT
             (SELECT json_array(COUNT(*), MIN(due_at)) FROM outbox
               WHERE status IN ('queued', 'sending') AND due_at <= ?1) AS messages,
             (SELECT json_array(COUNT(*), MIN(due_at)) FROM inbound_events
               WHERE handled_at IS NULL AND dead_at IS NULL AND due_at <= ?1) AS events,
             (SELECT json_array(COUNT(*), MIN(dead_at)) FROM inbound_events WHERE dead_at IS NOT NULL) AS events_dead,
             (SELECT json_array(COUNT(*), MIN(due_at)) FROM webhook_deliveries
               WHERE status IN ('queued', 'sending') AND due_at <= ?1) AS webhooks,
             (SELECT json_array(COUNT(*), MIN(answer_due_at)) FROM omni_conversations
               WHERE answer_due_at IS NOT NULL AND answer_due_at <= ?1) AS answers,
             (SELECT json_array(COUNT(*), MIN(report_due_at)) FROM omni_conversations
               WHERE report_due_at IS NOT NULL AND report_due_at <= ?1) AS reports,
             (SELECT json_array(COUNT(*), MIN(reminder_due_at)) FROM appointments
               WHERE status = 'booked' AND reminder_due_at IS NOT NULL AND reminder_due_at <= ?1) AS reminders,
             (SELECT json_array(COUNT(*), MIN(due_at)) FROM data_exports
               WHERE state IN ('queued', 'running') AND due_at <= ?1) AS exports,
             (SELECT json_array(COUNT(*), MIN(due_at)) FROM tenant_erasures WHERE due_at <= ?1) AS erasures""",
        (at,),
    )


def close_lost_calls(before: str, at: str) -> Statement:
    """Calls whose end nobody reported: a carrier keeps no call open for so long."""
    return Statement(
        "UPDATE calls SET status = 'failed', ended_at = ?2 WHERE ended_at IS NULL AND started_at < ?1", (before, at)
    )


def close_lost_conversations(at: str) -> Statement:
    return Statement(
        """UPDATE omni_conversations SET status = 'closed', outcome = COALESCE(outcome, 'abandoned'), ended_at = ?1
           WHERE status = 'open' AND channel = 'voice' AND EXISTS (
             SELECT 1 FROM calls WHERE calls.tenant_id = omni_conversations.tenant_id
               AND calls.conversation_id = omni_conversations.id AND calls.ended_at = ?1)""",
        (at,),
    )


def delete_expired_sessions(before: str) -> Statement:
    return Statement("DELETE FROM sessions WHERE expires_at < ?1", (before,))


def delete_old_idempotency_keys(before: str) -> Statement:
    return Statement("DELETE FROM idempotency_keys WHERE created_at < ?1", (before,))


def delete_old_counters(before: str) -> Statement:
    return Statement("DELETE FROM attempt_counters WHERE window_start < ?1", (before,))


def delete_old_failures(before: str) -> Statement:
    return Statement("DELETE FROM login_failures WHERE updated_at < ?1", (before,))


def delete_old_one_time_tokens(before: str) -> Statement:
    return Statement("DELETE FROM one_time_tokens WHERE expires_at < ?1", (before,))


def delete_expired_holds(before: str) -> Statement:
    return Statement(
        "DELETE FROM appointments INDEXED BY idx_appointments_hold WHERE status = 'held' AND hold_until < ?1", (before,)
    )


def delete_expired_calendar_states(before: str) -> Statement:
    return Statement("DELETE FROM calendar_states WHERE expires_at < ?1", (before,))


def delete_old_searches(before: str) -> Statement:
    return Statement("DELETE FROM knowledge_search_logs WHERE created_at < ?1", (before,))


def delete_old_questions(before: str) -> Statement:
    """That nobody has answered or that are done with, and that were not asked again since."""
    return Statement("DELETE FROM knowledge_questions WHERE asked_at < ?1", (before,))


def delete_old_query_vectors(before: str) -> Statement:
    return Statement("DELETE FROM knowledge_query_vectors WHERE used_at < ?1", (before,))
