"""SQL of the outbox as its driver sees it: all tenants' messages, and our own."""

from ports.database import Statement, Value


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
           RETURNING id, tenant_id, channel, recipient, sender, template, content, purpose, attempts, counted_on,
             created_at, expires_at""",
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


def mark_sent(message_id: str, sent: tuple[Value, ...], at: str) -> Statement:
    """`sent` is (provider, its id, account or None for the platform's, sender, segments)."""
    return Statement(
        """UPDATE outbox SET status = 'sent', sent_at = ?2, reason = NULL, lease_until = NULL, provider = ?3,
             provider_id = ?4, provider_account = ?5, sender = ?6, segments = ?7 WHERE id = ?1""",
        (message_id, at, *sent),
    )


def unclaimed(provider_ids: str, provider: str) -> Statement:
    """Of a vendor's ids (a JSON list) one that no other message of ours has."""
    return Statement(
        """SELECT j.value AS provider_id FROM json_each(?1) AS j
           WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE provider = ?2 AND provider_id = j.value) LIMIT 1""",
        (provider_ids, provider),
    )


def put_back(message_id: str, due_at: str, reason: str) -> Statement:
    """Unless the vendor has reported it meanwhile."""
    return Statement(
        """UPDATE outbox SET status = 'queued', due_at = ?2, reason = ?3, lease_until = NULL
           WHERE id = ?1 AND status = 'sending'""",
        (message_id, due_at, reason),
    )


def give_up(message_id: str, reason: str) -> Statement:
    """Stays readable, and uses up nothing of the day."""
    return Statement(
        """UPDATE outbox SET status = 'unsent', reason = ?2, lease_until = NULL, counted_on = NULL
           WHERE id = ?1 AND status = 'sending'""",
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


def mark_reported(provider: str, provider_id: str, report: tuple[str, str | None], at: str) -> Statement:
    """What became of a message, in any order and more than once. `report` is (sent, delivered, read or failed; why).

    What was delivered stays so, whatever comes late.
    """
    return Statement(
        """UPDATE outbox SET
             delivered_at = CASE WHEN ?3 IN ('delivered', 'read') THEN COALESCE(delivered_at, ?5) ELSE delivered_at END,
             read_at = CASE WHEN ?3 = 'read' THEN COALESCE(read_at, ?5) ELSE read_at END,
             status = CASE WHEN ?3 = 'failed' AND delivered_at IS NULL THEN 'unsent' ELSE status END,
             reason = CASE WHEN ?3 = 'failed' AND delivered_at IS NULL THEN ?4 ELSE reason END
           WHERE provider = ?1 AND provider_id = ?2""",
        (provider, provider_id, *report, at),
    )


def adopt_sent(message_id: str, sent: tuple[str, str], at: str) -> Statement:
    """For one whose answer was lost: the vendor names it in a report. `sent` is (provider, its id)."""
    return Statement(
        """UPDATE outbox SET status = 'sent', sent_at = ?4, reason = NULL, lease_until = NULL, provider = ?2,
             provider_id = ?3 WHERE id = ?1 AND provider_id IS NULL""",
        (message_id, *sent, at),
    )
