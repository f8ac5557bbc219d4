"""SQL of written conversations as messages come in and answers go out."""

from ports.database import Statement, Value

Key = tuple[str, str]  # (channel, the vendor's id of a message)


def owner_of_number(number: str) -> Statement:
    """Who answers a number, and with which agent."""
    return Statement(
        """SELECT tenant_id, agent_id, provider_account FROM omni_phone_mappings
           WHERE phone_number = ?1 AND is_active = 1 AND verified_at IS NOT NULL""",
        (number,),
    )


def owner_of_account(provider: str, account: str) -> Statement:
    """Who has proven to hold an account of a vendor; the first who did."""
    return Statement(
        """SELECT tenant_id, NULL AS agent_id, account AS provider_account FROM tenant_integrations
           WHERE provider = ?1 AND account = ?2 AND verified_at IS NOT NULL ORDER BY created_at LIMIT 1""",
        (provider, account),
    )


def standing(tenant_id: str, line: tuple[str, str, str], agent_id: str | None) -> Statement:
    """How things stand between two addresses. `line` is (channel, ours, theirs); `agent_id` answers ours (NULL: the default).

    Nothing for a tenant without an agent.
    """
    return Statement(
        """SELECT t.name, t.phone, t.country, a.id AS agent_id, a.version, v.config ->> 'voice_language' AS language,
             COALESCE(n.enabled, 1) AS is_enabled, COALESCE(g.redacts_cards, 1) AS redacts_cards,
             s.id AS conversation_id, s.handled_by, s.state,
             (SELECT json_group_array(json_array(c.sender, c.state)) FROM message_consents AS c
               WHERE c.tenant_id = t.id AND c.channel = ?2 AND c.address = ?4 AND c.about = 'everything') AS consents
           FROM tenants AS t
           LEFT JOIN tenant_channels AS n ON n.tenant_id = t.id AND n.channel = ?2
           LEFT JOIN conversation_settings AS g ON g.tenant_id = t.id
           JOIN omni_agent_configs AS a ON a.tenant_id = t.id AND a.deleted_at IS NULL AND (
             a.id = COALESCE(n.agent_id, ?5) OR (COALESCE(n.agent_id, ?5) IS NULL AND a.is_default = 1))
           JOIN omni_agent_versions AS v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
           LEFT JOIN omni_conversations AS s ON s.tenant_id = t.id AND s.channel = ?2 AND s.ours = ?3 AND s.theirs = ?4
             AND s.status = 'open' AND s.channel <> 'email'
           WHERE t.id = ?1""",
        (tenant_id, *line, agent_id),
    )


def insert_conversation(
    tenant_id: str, conversation_id: str, agent: tuple[str, int], line: tuple[Value, ...], at: str
) -> Statement:
    """`agent` is (id, version), `line` (channel, ours, theirs, vendor, account, subject, kind and address of the person).

    Nothing when one is open between the two addresses.
    """
    return Statement(
        """INSERT INTO omni_conversations (tenant_id, id, agent_id, agent_version, started_at, last_message_at, channel,
             ours, theirs, provider, provider_account, subject, customer_id)
           VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, (
             SELECT customer_id FROM customer_identities WHERE tenant_id = ?1 AND kind = ?12 AND address = ?13))
           ON CONFLICT DO NOTHING""",
        (tenant_id, conversation_id, *agent, at, *line),
    )


def insert_received(
    tenant_id: str, conversation_id: str, line: tuple[str, str, str], message: tuple[Value, ...], at: str
) -> Statement:
    """Into that conversation, else the one that is open between the two addresses; a repeat changes nothing.

    `line` is (channel, ours, theirs), `message` (id, the vendor's id, body, thread id).
    """
    return Statement(
        """INSERT INTO omni_messages (tenant_id, conversation_id, channel, id, provider_id, turn, role, body, thread_id,
             created_at)
           SELECT s.tenant_id, s.id, ?3, ?6, ?7, s.last_turn + 1, 'caller', ?8, ?9, ?10 FROM omni_conversations AS s
           WHERE s.tenant_id = ?1 AND s.id = COALESCE(
             (SELECT id FROM omni_conversations WHERE tenant_id = ?1 AND id = ?2),
             (SELECT id FROM omni_conversations INDEXED BY idx_omni_conversations_between
               WHERE tenant_id = ?1 AND channel = ?3 AND ours = ?4 AND theirs = ?5 AND status = 'open'
                 AND channel IN ('sms', 'whatsapp', 'web')))
           ON CONFLICT (tenant_id, channel, provider_id) DO NOTHING""",
        (tenant_id, conversation_id, *line, *message, at),
    )


def mark_received(tenant_id: str, key: Key, due: tuple[str | None, str], at: str) -> Statement:
    """After its message. `due` is (when the agent is to answer, NULL: not at all; how long it may be put off at most).

    Several messages in a row are answered together: each puts the answer off, though not for ever.
    """
    return Statement(
        """UPDATE omni_conversations SET status = 'open', ended_at = NULL, last_message_at = MAX(last_message_at, ?6),
             last_inbound_at = MAX(COALESCE(last_inbound_at, ''), ?6), waiting_since = COALESCE(waiting_since, ?6),
             answer_due_at = CASE WHEN handled_by = 'human' OR ?4 IS NULL THEN answer_due_at
               WHEN waiting_since IS NOT NULL AND waiting_since < ?5 THEN COALESCE(answer_due_at, ?6) ELSE ?4 END,
             answer_attempts = 0
           WHERE tenant_id = ?1 AND id = (
             SELECT conversation_id FROM omni_messages WHERE tenant_id = ?1 AND channel = ?2 AND provider_id = ?3)""",
        (tenant_id, *key, *due, at),
    )


def nothing_waits(tenant_id: str, key: Key) -> Statement:
    """A message that asks for nothing the agent or a human could answer: it counts as answered."""
    return Statement(
        """UPDATE omni_conversations SET last_turn = last_turn + 1,
             waiting_since = CASE WHEN answer_due_at IS NULL AND handled_by = 'agent' THEN NULL ELSE waiting_since END
           WHERE tenant_id = ?1 AND id = (
             SELECT conversation_id FROM omni_messages WHERE tenant_id = ?1 AND channel = ?2 AND provider_id = ?3)""",
        (tenant_id, *key),
    )


def insert_attachments(tenant_id: str, key: Key, attachments: str, at: str) -> Statement:
    """Of a message that has just been stored. `attachments` is a JSON list of [id, filename, type, source, reason]."""
    return Statement(
        """INSERT INTO message_attachments (tenant_id, message_id, id, filename, content_type, source, status, reason,
             created_at)
           SELECT m.tenant_id, m.id, j.value ->> 0, j.value ->> 1, j.value ->> 2, j.value ->> 3,
             CASE WHEN j.value ->> 4 IS NULL THEN 'waiting' ELSE 'refused' END, j.value ->> 4, ?5
           FROM omni_messages AS m JOIN json_each(?4) AS j
           WHERE m.tenant_id = ?1 AND m.channel = ?2 AND m.provider_id = ?3
           ON CONFLICT (tenant_id, id) DO NOTHING""",
        (tenant_id, *key, attachments, at),
    )


def claim_answer(tenant_id: str, conversation_id: str, now: str, lease_until: str) -> Statement:
    """One of several who ask at once gets it; nothing while more may be written, or a human has taken over."""
    return Statement(
        """UPDATE omni_conversations SET answer_lease_until = ?4, answer_attempts = answer_attempts + 1
           WHERE tenant_id = ?1 AND id = ?2 AND answer_due_at <= ?3 AND handled_by = 'agent'
             AND (answer_lease_until IS NULL OR answer_lease_until <= ?3)
           RETURNING answer_attempts""",
        (tenant_id, conversation_id, now, lease_until),
    )


def turn(tenant_id: str, conversation_id: str, day: str) -> Statement:
    """All that an answer depends on; `day` is when today began."""
    return Statement(
        """SELECT m.*, s.channel, s.ours, s.theirs, s.subject, s.handled_by, s.last_turn, s.started_at,
             m.transfer_number AS transfer_to, COALESCE(n.config, '{}') AS channel_config,
             (SELECT COALESCE(SUM(w.cost_micros), 0) FROM conversation_turns AS w INDEXED BY idx_conversation_turns_day
               WHERE w.tenant_id = s.tenant_id AND w.created_at >= ?3) AS spent_day,
             (SELECT COUNT(*) FROM omni_messages AS w INDEXED BY idx_omni_messages_conversation
               WHERE w.tenant_id = s.tenant_id AND w.conversation_id = s.id AND w.role = 'agent'
                 AND w.created_at >= datetime(s.last_inbound_at, '-1 hour')) AS answers_of_hour,
             (SELECT json_group_array(json_array(p.id, p.body, p.thread_id)) FROM (
               SELECT id, body, thread_id FROM omni_messages INDEXED BY idx_omni_messages_conversation
               WHERE tenant_id = s.tenant_id AND conversation_id = s.id AND turn > s.last_turn AND role = 'caller'
               ORDER BY id LIMIT 50) AS p) AS pending,
             (SELECT json_group_array(p.thread_id) FROM (
               SELECT thread_id FROM omni_messages INDEXED BY idx_omni_messages_conversation
               WHERE tenant_id = s.tenant_id AND conversation_id = s.id AND thread_id IS NOT NULL
               ORDER BY id DESC LIMIT 20) AS p) AS thread_ids
           FROM omni_conversations AS s
           JOIN conversation_minds AS m ON m.tenant_id = s.tenant_id AND m.conversation_id = s.id
           LEFT JOIN tenant_channels AS n ON n.tenant_id = s.tenant_id AND n.channel = s.channel
           WHERE s.tenant_id = ?1 AND s.id = ?2""",
        (tenant_id, conversation_id, day),
    )


def settle_answer(tenant_id: str, conversation_id: str, told: tuple[Value, ...], seen: tuple[Value, ...]) -> Statement:
    """The whole batch is refused (as a turn that is NULL) when it is not so any more what the answer was made from.

    `told` is (turn, state, outcome, who goes on: agent or human, now); `seen` (the last message that was read, whether
    later ones make it another answer). Later messages belong to the next turn, and are answered at once.
    """
    return Statement(
        """UPDATE omni_conversations SET
             last_turn = CASE WHEN handled_by = 'agent' AND last_turn = ?3 - 1 AND (?9 = 0 OR NOT EXISTS (
               SELECT 1 FROM omni_messages AS m INDEXED BY idx_omni_messages_conversation
               WHERE m.tenant_id = ?1 AND m.conversation_id = ?2 AND m.turn = ?3 AND m.role = 'caller' AND m.id > ?8))
               THEN ?3 END,
             state = ?4, outcome = COALESCE(?5, outcome), handled_by = ?6, last_message_at = ?7, answer_attempts = 0,
             answer_lease_until = NULL,
             waiting_since = CASE WHEN ?6 = 'human' THEN waiting_since ELSE NULL END,
             answer_due_at = NULL
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, conversation_id, *told, *seen),
    )


def carry_over(tenant_id: str, conversation_id: str, turn: int, last_read: str) -> Statement:
    """What was written while the answer was made: it is the next turn's."""
    return Statement(
        """UPDATE omni_messages SET turn = turn + 1
           WHERE tenant_id = ?1 AND conversation_id = ?2 AND turn = ?3 AND role = 'caller' AND id > ?4""",
        (tenant_id, conversation_id, turn, last_read),
    )


def answer_rest(tenant_id: str, conversation_id: str, at: str) -> Statement:
    """After `carry_over`: due at once, where anything was."""
    return Statement(
        """UPDATE omni_conversations SET answer_due_at = ?3, waiting_since = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND handled_by = 'agent' AND EXISTS (
             SELECT 1 FROM omni_messages AS m INDEXED BY idx_omni_messages_conversation
             WHERE m.tenant_id = ?1 AND m.conversation_id = ?2 AND m.turn > omni_conversations.last_turn
               AND m.role = 'caller')""",
        (tenant_id, conversation_id, at),
    )


def nothing_to_answer(tenant_id: str, conversation_id: str) -> Statement:
    return Statement(
        """UPDATE omni_conversations SET answer_due_at = NULL, answer_lease_until = NULL, waiting_since = NULL
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, conversation_id),
    )


def let_go(tenant_id: str, conversation_id: str, due_at: str) -> Statement:
    """The answer is made another time."""
    return Statement(
        """UPDATE omni_conversations SET answer_lease_until = NULL, answer_due_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND answer_due_at IS NOT NULL""",
        (tenant_id, conversation_id, due_at),
    )


def insert_said(tenant_id: str, conversation_id: str, message: tuple[Value, ...], at: str) -> Statement:
    """By us. `message` is (channel, id, our key, turn, role, body, intent, sources as JSON, score, outbox id)."""
    return Statement(
        """INSERT INTO omni_messages (tenant_id, conversation_id, created_at, channel, id, provider_id, turn, role, body,
             intent, sources, confidence, outbox_id)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)""",
        (tenant_id, conversation_id, at, *message),
    )


def due(now: str, limit: int) -> Statement:
    """All tenants' conversations whose answer nobody has made."""
    return Statement(
        """SELECT tenant_id, id FROM omni_conversations INDEXED BY idx_omni_conversations_due
           WHERE answer_due_at <= ?1 AND handled_by = 'agent' AND COALESCE(answer_lease_until, '') <= ?1
           ORDER BY answer_due_at LIMIT ?2""",
        (now, limit),
    )


def hand_to_human(tenant_id: str, conversation_id: str, at: str) -> Statement:
    """What the agent could not do; whoever waits goes on waiting."""
    return Statement(
        """UPDATE omni_conversations SET handled_by = 'human', answer_due_at = NULL, answer_lease_until = NULL,
             waiting_since = COALESCE(waiting_since, ?3)
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, conversation_id, at),
    )
