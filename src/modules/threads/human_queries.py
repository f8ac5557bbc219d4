"""SQL of what the people of a business do with a conversation."""

from ports.database import Statement


def conversation(tenant_id: str, conversation_id: str) -> Statement:
    """What an answer by a human depends on."""
    return Statement(
        """SELECT s.tenant_id, s.id AS conversation_id, s.channel, s.status, s.ours, s.theirs, s.subject, s.last_turn,
             s.handled_by, s.last_inbound_at, t.name, v.config ->> 'voice_language' AS language,
             EXISTS (SELECT 1 FROM message_templates AS x
               WHERE x.tenant_id = s.tenant_id AND x.purpose = 'reply') AS has_template,
             (SELECT json_group_array(p.thread_id) FROM (
               SELECT thread_id FROM omni_messages INDEXED BY idx_omni_messages_conversation
               WHERE tenant_id = s.tenant_id AND conversation_id = s.id AND thread_id IS NOT NULL
               ORDER BY id DESC LIMIT 20) AS p) AS thread_ids
           FROM omni_conversations AS s JOIN tenants AS t ON t.id = s.tenant_id
           JOIN omni_agent_versions AS v
             ON v.tenant_id = s.tenant_id AND v.agent_id = s.agent_id AND v.version = s.agent_version
           WHERE s.tenant_id = ?1 AND s.id = ?2""",
        (tenant_id, conversation_id),
    )


def insert_answer(
    tenant_id: str, conversation_id: str, message: tuple[str, str, str, str, str | None], at: str
) -> Statement:
    """As the next turn; nothing once it is closed. `message` is (id, our key, user, body, outbox id)."""
    return Statement(
        """INSERT INTO omni_messages (tenant_id, conversation_id, channel, turn, role, id, provider_id, user_id, body,
             outbox_id, created_at)
           SELECT s.tenant_id, s.id, s.channel, s.last_turn + 1, 'human', ?3, ?4, ?5, ?6, ?7, ?8
           FROM omni_conversations AS s WHERE s.tenant_id = ?1 AND s.id = ?2 AND s.status = 'open'""",
        (tenant_id, conversation_id, *message, at),
    )


def mark_answered(tenant_id: str, conversation_id: str, user_id: str, at: str) -> Statement:
    """From now on it is theirs: the agent says nothing until it is handed back."""
    return Statement(
        """UPDATE omni_conversations SET last_turn = last_turn + 1, handled_by = 'human',
             assigned_to = COALESCE(assigned_to, ?3), waiting_since = NULL, answer_due_at = NULL, last_message_at = ?4,
             read_at = ?4
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'open'""",
        (tenant_id, conversation_id, user_id, at),
    )


def take_over(tenant_id: str, conversation_id: str, user_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE omni_conversations SET handled_by = 'human', assigned_to = ?3, answer_due_at = NULL, read_at = ?4
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'open' AND channel <> 'voice'""",
        (tenant_id, conversation_id, user_id, at),
    )


def hand_back(tenant_id: str, conversation_id: str, at: str) -> Statement:
    """The agent answers what is still waiting, at once."""
    return Statement(
        """UPDATE omni_conversations SET handled_by = 'agent', assigned_to = NULL, answer_attempts = 0, read_at = ?3,
             answer_due_at = CASE WHEN waiting_since IS NULL THEN NULL ELSE ?3 END
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'open' AND channel <> 'voice'""",
        (tenant_id, conversation_id, at),
    )


def close(tenant_id: str, conversation_id: str, at: str) -> Statement:
    """Whatever is written next opens another one."""
    return Statement(
        """UPDATE omni_conversations SET status = 'closed', ended_at = ?3, answer_due_at = NULL, waiting_since = NULL,
             read_at = ?3, outcome = COALESCE(outcome, 'answered')
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'open' AND channel <> 'voice'""",
        (tenant_id, conversation_id, at),
    )


def assign(tenant_id: str, conversation_id: str, user_id: str | None) -> Statement:
    """To a member of the business; nothing for anybody else."""
    return Statement(
        """UPDATE omni_conversations SET assigned_to = ?3 WHERE tenant_id = ?1 AND id = ?2 AND (?3 IS NULL OR EXISTS (
             SELECT 1 FROM memberships WHERE tenant_id = ?1 AND user_id = ?3))""",
        (tenant_id, conversation_id, user_id),
    )


def mark_read(tenant_id: str, conversation_id: str, at: str) -> Statement:
    return Statement(
        "UPDATE omni_conversations SET read_at = ?3 WHERE tenant_id = ?1 AND id = ?2",
        (tenant_id, conversation_id, at),
    )
