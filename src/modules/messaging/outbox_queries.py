"""SQL of the outbox as its driver sees it: all tenants' messages, and our own."""

from ports.database import Statement


def insert_token_mail(message_id: str, token_id: str, template: str, content: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO outbox (id, channel, recipient, template, content, purpose, due_at, created_at)
           SELECT ?1, 'email', email, ?3, ?4, 'account', ?5, ?5 FROM one_time_tokens WHERE id = ?2""",
        (message_id, token_id, template, content, at),
    )


def claim(message_id: str, now: str, lease_until: str) -> Statement:
    """Takes a message that is due, or whose sender died; one of two who ask at once gets it."""
    return Statement(
        """UPDATE outbox SET status = 'sending', attempts = attempts + 1, lease_until = ?3
           WHERE id = ?1 AND ((status = 'queued' AND due_at <= ?2) OR (status = 'sending' AND lease_until <= ?2))
           RETURNING id, tenant_id, channel, recipient, template, content, purpose, attempts, counted_on, created_at,
             expires_at""",
        (message_id, now, lease_until),
    )


def count_against_cap(message_id: str, day: str, cap: int) -> Statement:
    """Uses up one of the day's messages, decided inside the write; nothing when none is left."""
    return Statement(
        """UPDATE outbox SET counted_on = ?2 WHERE id = ?1 AND (counted_on IS NOT NULL OR (
             SELECT COUNT(*) FROM outbox AS o INDEXED BY idx_outbox_tenant
             WHERE o.tenant_id = outbox.tenant_id AND o.channel = outbox.channel AND o.counted_on = ?2) < ?3)""",
        (message_id, day, cap),
    )


def mark_sent(message_id: str, provider_id: str, provider_account: str | None, at: str) -> Statement:
    """`provider_account` is None for the platform's own."""
    return Statement(
        """UPDATE outbox SET status = 'sent', provider_id = ?2, provider_account = ?3, sent_at = ?4, reason = NULL,
             lease_until = NULL WHERE id = ?1""",
        (message_id, provider_id, provider_account, at),
    )


def unclaimed(provider_ids: str, channel: str) -> Statement:
    """Of a vendor's ids (a JSON list) one that no other message of ours has."""
    return Statement(
        """SELECT j.value AS provider_id FROM json_each(?1) AS j
           WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE channel = ?2 AND provider_id = j.value) LIMIT 1""",
        (provider_ids, channel),
    )


def put_back(message_id: str, due_at: str, reason: str) -> Statement:
    return Statement(
        "UPDATE outbox SET status = 'queued', due_at = ?2, reason = ?3, lease_until = NULL WHERE id = ?1",
        (message_id, due_at, reason),
    )


def give_up(message_id: str, reason: str) -> Statement:
    """Stays readable, and uses up nothing of the day."""
    return Statement(
        "UPDATE outbox SET status = 'unsent', reason = ?2, lease_until = NULL, counted_on = NULL WHERE id = ?1",
        (message_id, reason),
    )


def due(now: str, limit: int) -> Statement:
    return Statement(
        """SELECT id FROM outbox INDEXED BY idx_outbox_due
           WHERE status IN ('queued', 'sending') AND due_at <= ?1 AND COALESCE(lease_until, '') <= ?1
           ORDER BY due_at LIMIT ?2""",
        (now, limit),
    )


def recent(limit: int) -> Statement:
    """Newest first, for the development mailbox."""
    return Statement(
        """SELECT id, tenant_id, channel, recipient, template, content, purpose, status, reason, attempts, created_at
           FROM outbox ORDER BY id DESC LIMIT ?1""",
        (limit,),
    )


def mark_undelivered(channel: str, provider_id: str, reason: str) -> Statement:
    """The vendor took it, and could not bring it there."""
    return Statement(
        "UPDATE outbox SET status = 'unsent', reason = ?3 WHERE channel = ?1 AND provider_id = ?2",
        (channel, provider_id, reason),
    )
