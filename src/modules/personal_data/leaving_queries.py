"""SQL of a business that leaves."""

from ports.database import Statement


def schedule(tenant_id: str, at: str, due_at: str) -> Statement:
    """Nothing when it is under way already."""
    return Statement(
        """INSERT INTO tenant_erasures (tenant_id, requested_at, due_at) VALUES (?1, ?2, ?3)
           ON CONFLICT (tenant_id) DO NOTHING""",
        (tenant_id, at, due_at),
    )


def erasure(tenant_id: str) -> Statement:
    return Statement(
        """SELECT state, requested_at, due_at, closed_at, finished_at, attempts, counts FROM tenant_erasures
           WHERE tenant_id = ?1""",
        (tenant_id,),
    )


def call_off(tenant_id: str) -> Statement:
    return Statement("DELETE FROM tenant_erasures WHERE tenant_id = ?1 AND state = 'scheduled'", (tenant_id,))


def due(at: str, limit: int) -> Statement:
    return Statement(
        """SELECT tenant_id, tenant_id AS id FROM tenant_erasures INDEXED BY idx_tenant_erasures_due
           WHERE due_at IS NOT NULL AND due_at <= ?1 ORDER BY due_at LIMIT ?2""",
        (at, limit),
    )


def go_on(tenant_id: str, state: str, at: str, due_at: str | None) -> Statement:
    return Statement(
        """UPDATE tenant_erasures SET state = ?2, due_at = ?4, attempts = iif(state = ?2, attempts + 1, 0),
             closed_at = COALESCE(closed_at, ?3), finished_at = iif(?2 = 'done', ?3, NULL) WHERE tenant_id = ?1""",
        (tenant_id, state, at, due_at),
    )


def count(tenant_id: str, name: str) -> Statement:
    """Right after the statement that it counts."""
    return Statement(
        """UPDATE tenant_erasures SET counts = json_set(counts, '$.' || ?2, COALESCE(counts ->> ?2, 0) + changes())
           WHERE tenant_id = ?1 AND changes() > 0""",
        (tenant_id, name),
    )


def count_more(tenant_id: str, name: str, number: int) -> Statement:
    return Statement(
        """UPDATE tenant_erasures SET counts = json_set(counts, '$.' || ?2, COALESCE(counts ->> ?2, 0) + ?3)
           WHERE tenant_id = ?1""",
        (tenant_id, name, number),
    )


def put_numbers_back(tenant_id: str, at: str) -> Statement:
    """At the business's own carrier."""
    return Statement(
        """UPDATE carrier_numbers SET state = 'removing', due_at = ?2, attempts = 0, reason = NULL, updated_at = ?2
           WHERE tenant_id = ?1 AND state IN ('saved', 'configured') AND previous IS NOT NULL""",
        (tenant_id, at),
    )


def numbers_under_way(tenant_id: str) -> Statement:
    return Statement("SELECT id FROM carrier_numbers WHERE tenant_id = ?1 AND state = 'removing'", (tenant_id,))


def free_numbers(tenant_id: str) -> Statement:
    """Those of the platform's pool are the platform's again."""
    return Statement(
        "UPDATE platform_numbers SET tenant_id = NULL, allocated_at = NULL WHERE tenant_id = ?1", (tenant_id,)
    )


def close_door(tenant_id: str) -> Statement:
    """Nobody finds its page, its chat or its mail address."""
    return Statement("UPDATE tenants SET slug = 'gone-' || id WHERE id = ?1", (tenant_id,))


def delete_unsent(tenant_id: str) -> Statement:
    return Statement("DELETE FROM outbox WHERE tenant_id = ?1 AND status IN ('queued', 'sending')", (tenant_id,))


def delete_mails_to_members(tenant_id: str) -> Statement:
    """Ours: all to those who belong to this business alone (so are the next three), to others those about a business."""
    return Statement(
        """DELETE FROM outbox WHERE tenant_id IS NULL AND recipient IN (
             SELECT u.email FROM memberships AS m JOIN users AS u ON u.id = m.user_id WHERE m.tenant_id = ?1
               AND (outbox.template NOT IN ('verify_email', 'reset_password')
                 OR NOT EXISTS (SELECT 1 FROM memberships AS o WHERE o.user_id = m.user_id AND o.tenant_id <> ?1)))""",
        (tenant_id,),
    )


def delete_tokens_of_members(tenant_id: str) -> Statement:
    return Statement(
        """DELETE FROM one_time_tokens WHERE user_id IN (
             SELECT user_id FROM memberships AS m WHERE tenant_id = ?1
               AND NOT EXISTS (SELECT 1 FROM memberships AS o WHERE o.user_id = m.user_id AND o.tenant_id <> ?1))""",
        (tenant_id,),
    )


def delete_sessions_of_members(tenant_id: str) -> Statement:
    return Statement(
        """DELETE FROM sessions WHERE user_id IN (
             SELECT user_id FROM memberships AS m WHERE tenant_id = ?1
               AND NOT EXISTS (SELECT 1 FROM memberships AS o WHERE o.user_id = m.user_id AND o.tenant_id <> ?1))""",
        (tenant_id,),
    )


def empty_members(tenant_id: str, at: str) -> Statement:
    """Their names and addresses at once, the rows when nothing of the business speaks of them any more."""
    return Statement(
        """UPDATE users SET email = 'gone-' || lower(id), name = '', password_hash = NULL, email_verified_at = NULL,
             created_at = ?2, updated_at = ?2
           WHERE id IN (SELECT user_id FROM memberships AS m WHERE tenant_id = ?1
             AND NOT EXISTS (SELECT 1 FROM memberships AS o WHERE o.user_id = m.user_id AND o.tenant_id <> ?1))""",
        (tenant_id, at),
    )


def empty_users(limit: int) -> Statement:
    return Statement("SELECT id FROM users WHERE email >= 'gone-' AND email < 'gone.' LIMIT ?1", (limit,))


def delete_user(user_id: str) -> Statement:
    return Statement("DELETE FROM users WHERE id = ?1 AND email = 'gone-' || lower(id)", (user_id,))


def unmerge(tenant_id: str) -> Statement:
    """So that rows of one table can go in any order."""
    return Statement(
        "UPDATE customers SET merged_into = NULL WHERE tenant_id = ?1 AND merged_into IS NOT NULL", (tenant_id,)
    )


def adopt_call_events(tenant_id: str) -> Statement:
    """What vendors have told of its calls becomes its own, and goes with it; so with its messages."""
    return Statement(
        """UPDATE inbound_events SET tenant_id = ?1 WHERE tenant_id IS NULL AND (provider, subject) IN (
             SELECT provider, provider_call_id FROM calls WHERE tenant_id = ?1)""",
        (tenant_id,),
    )


def adopt_message_events(tenant_id: str) -> Statement:
    return Statement(
        """UPDATE inbound_events SET tenant_id = ?1 WHERE tenant_id IS NULL AND (provider, subject) IN (
             SELECT provider, provider_id FROM outbox WHERE tenant_id = ?1 AND provider_id IS NOT NULL)""",
        (tenant_id,),
    )


def vector_ids(tenant_id: str, limit: int) -> Statement:
    return Statement("SELECT vector_id FROM knowledge_vectors WHERE tenant_id = ?1 LIMIT ?2", (tenant_id, limit))


def delete_vectors(tenant_id: str, ids: str) -> Statement:
    return Statement(
        "DELETE FROM knowledge_vectors WHERE tenant_id = ?1 AND vector_id IN (SELECT value FROM json_each(?2))",
        (tenant_id, ids),
    )


def delete_rejects(tenant_id: str) -> Statement:
    """What an upgrade of old databases could not carry over."""
    return Statement("DELETE FROM migration_rejects WHERE instr(content, ?1) > 0 OR source_id = ?1", (tenant_id,))


def delete_tenant(tenant_id: str) -> Statement:
    return Statement("DELETE FROM tenants WHERE id = ?1", (tenant_id,))
