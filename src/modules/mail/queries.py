"""SQL of mails that come in."""

from ports.database import Statement


def tenant_by_slug(slug: str) -> Statement:
    return Statement("SELECT id FROM tenants WHERE slug = ?1", (slug,))


def thread(tenant_id: str, theirs: str, known_by: tuple[str, str, str]) -> Statement:
    """The open conversation that a mail belongs to: by the token in our address, by the mails that it answers (a JSON list,
    the nearest first), else as an answer of the same subject. `known_by` is (token, ids, subject in lower case).
    """
    return Statement(
        """SELECT s.id FROM omni_conversations AS s INDEXED BY idx_omni_conversations_theirs
           WHERE s.tenant_id = ?1 AND s.channel = 'email' AND s.theirs = ?2 AND s.status = 'open' AND (
             s.id = ?3
             OR EXISTS (SELECT 1 FROM json_each(?4) AS j JOIN omni_messages AS m INDEXED BY idx_omni_messages_thread
               ON m.tenant_id = ?1 AND m.thread_id = j.value WHERE m.conversation_id = s.id)
             OR (?5 <> '' AND lower(s.subject) = ?5))
           ORDER BY s.id = ?3 DESC, s.last_message_at DESC LIMIT 1""",
        (tenant_id, theirs, *known_by),
    )


def leave_alone(tenant_id: str, message_id: str) -> Statement:
    """A machine's mail waits for nobody."""
    return Statement(
        """UPDATE omni_conversations SET last_turn = last_turn + 1, waiting_since = NULL
           WHERE tenant_id = ?1 AND answer_due_at IS NULL AND handled_by = 'agent' AND id = (
             SELECT conversation_id FROM omni_messages
             WHERE tenant_id = ?1 AND channel = 'email' AND provider_id = ?2)""",
        (tenant_id, message_id),
    )


def mail_sent(provider_id: str) -> Statement:
    return Statement(
        "SELECT tenant_id, recipient FROM outbox WHERE provider = 'resend' AND provider_id = ?1", (provider_id,)
    )
