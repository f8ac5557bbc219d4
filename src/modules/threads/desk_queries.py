"""SQL of what the people of a business keep beside their conversations: notes, and answers that they give often."""

from ports.database import Statement, Value


def conversation(tenant_id: str, conversation_id: str) -> Statement:
    return Statement("SELECT id FROM omni_conversations WHERE tenant_id = ?1 AND id = ?2", (tenant_id, conversation_id))


def notes(tenant_id: str, conversation_id: str) -> Statement:
    return Statement(
        """SELECT n.id, n.user_id, u.name AS user_name, n.body, n.created_at FROM conversation_notes AS n
           JOIN users AS u ON u.id = n.user_id WHERE n.tenant_id = ?1 AND n.conversation_id = ?2 ORDER BY n.id""",
        (tenant_id, conversation_id),
    )


def insert_note(tenant_id: str, conversation_id: str, note: tuple[str, str, str], at: str) -> Statement:
    """`note` is (id, user, body). Nothing for a conversation that is not theirs."""
    return Statement(
        """INSERT INTO conversation_notes (tenant_id, conversation_id, id, user_id, body, created_at)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM omni_conversations WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, conversation_id, *note, at),
    )


def canned_answers(tenant_id: str) -> Statement:
    return Statement(
        "SELECT id, shortcut, body, updated_at FROM canned_answers WHERE tenant_id = ?1 ORDER BY shortcut", (tenant_id,)
    )


def put_canned_answer(tenant_id: str, answer_id: str, answer: tuple[Value, ...], at: str) -> Statement:
    """One of a shortcut. `answer` is (shortcut, body)."""
    return Statement(
        """INSERT INTO canned_answers (tenant_id, id, created_at, updated_at, shortcut, body) VALUES (?1, ?2, ?3, ?3, ?4, ?5)
           ON CONFLICT (tenant_id, shortcut) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at""",
        (tenant_id, answer_id, at, *answer),
    )


def delete_canned_answer(tenant_id: str, shortcut: str) -> Statement:
    return Statement("DELETE FROM canned_answers WHERE tenant_id = ?1 AND shortcut = ?2", (tenant_id, shortcut))


def changed_since(tenant_id: str, since: str, limit: int) -> Statement:
    """What has happened in conversations after an instant, in that order."""
    return Statement(
        """SELECT h.*, s.last_message_at AS changed_at FROM omni_conversations AS s INDEXED BY idx_omni_conversations_last
           JOIN conversation_heads AS h ON h.tenant_id = s.tenant_id AND h.id = s.id
           WHERE s.tenant_id = ?1 AND s.last_message_at > ?2 ORDER BY s.last_message_at LIMIT ?3""",
        (tenant_id, since, limit),
    )
