"""SQL of a tenant's webhook endpoints, events and deliveries."""

from ports.database import Statement, Value


def insert_event(tenant_id: str, event_id: str, event_type: str, payload: str, at: str) -> Statement:
    """Nothing when no active endpoint wants it; its deliveries are made by a trigger of the table."""
    return Statement(
        """INSERT INTO webhook_events (id, tenant_id, type, payload, created_at)
           SELECT ?2, ?1, ?3, ?4, ?5 WHERE EXISTS (
             SELECT 1 FROM webhook_endpoints AS e, json_each(e.events) AS j
             WHERE e.tenant_id = ?1 AND e.is_active = 1 AND j.value IN (?3, '*'))
           RETURNING tenant_id, id AS webhook_event_id""",
        (tenant_id, event_id, event_type, payload, at),
    )


def insert_test_event(tenant_id: str, event_id: str, payload: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO webhook_events (id, tenant_id, type, payload, created_at)
           VALUES (?2, ?1, 'endpoint.test', ?3, ?4)""",
        (tenant_id, event_id, payload, at),
    )


def insert_test_delivery(tenant_id: str, delivery_id: str, endpoint_id: str, event_id: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO webhook_deliveries (id, tenant_id, endpoint_id, event_id, due_at, created_at)
           SELECT ?2, ?1, id, ?4, ?5, ?5 FROM webhook_endpoints WHERE tenant_id = ?1 AND id = ?3 RETURNING id""",
        (tenant_id, delivery_id, endpoint_id, event_id, at),
    )


def insert_endpoint(tenant_id: str, endpoint: tuple[Value, ...], at: str, most: int) -> Statement:
    """Nothing when there are `most` already. `endpoint` is (id, url, events as JSON, description, key id, secret)."""
    return Statement(
        """INSERT INTO webhook_endpoints (tenant_id, created_at, updated_at, id, url, events, description, key_id, secret)
           SELECT ?1, ?2, ?2, ?4, ?5, ?6, ?7, ?8, ?9
           WHERE (SELECT COUNT(*) FROM webhook_endpoints WHERE tenant_id = ?1) < ?3""",
        (tenant_id, at, most, *endpoint),
    )


def endpoint(tenant_id: str, endpoint_id: str) -> Statement:
    return Statement(
        """SELECT id, url, events, description, is_active, failing_since, created_at, updated_at
           FROM webhook_endpoints WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, endpoint_id),
    )


def endpoints(tenant_id: str, after: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, url, events, description, is_active, failing_since, created_at, updated_at
           FROM webhook_endpoints WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3""",
        (tenant_id, after, limit),
    )


def update_endpoint(tenant_id: str, endpoint_id: str, change: tuple[Value, ...], at: str) -> Statement:
    """`change` is (url, events as JSON, description, is_active), None for what stays."""
    return Statement(
        """UPDATE webhook_endpoints SET url = COALESCE(?4, url), events = COALESCE(?5, events),
             description = COALESCE(?6, description), is_active = COALESCE(?7, is_active),
             failing_since = iif(?7 = 1, NULL, failing_since), updated_at = ?3
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, endpoint_id, at, *change),
    )


def delete_endpoint(tenant_id: str, endpoint_id: str) -> Statement:
    """Its deliveries and their attempts go with it."""
    return Statement("DELETE FROM webhook_endpoints WHERE tenant_id = ?1 AND id = ?2", (tenant_id, endpoint_id))


def sealed_secret(tenant_id: str, endpoint_id: str) -> Statement:
    return Statement(
        """SELECT e.secret, e.key_id, k.wrapped_key FROM webhook_endpoints AS e
           JOIN tenant_keys AS k ON k.tenant_id = e.tenant_id AND k.id = e.key_id
           WHERE e.tenant_id = ?1 AND e.id = ?2""",
        (tenant_id, endpoint_id),
    )


def rotate_secret(tenant_id: str, endpoint_id: str, sealed: tuple[str, str], until: str, at: str) -> Statement:
    """`sealed` is (the secret of before, the new one), under one key; nothing when another rotation was quicker."""
    return Statement(
        """UPDATE webhook_endpoints SET previous_secret = secret, previous_until = ?3, secret = ?6, updated_at = ?4
           WHERE tenant_id = ?1 AND id = ?2 AND secret = ?5""",
        (tenant_id, endpoint_id, until, at, *sealed),
    )


def deliveries(tenant_id: str, endpoint_id: str, status: str | None, before: str, limit: int) -> Statement:
    return Statement(
        """SELECT d.id, d.endpoint_id, d.event_id, v.type, d.status, d.attempts, d.due_at, d.created_at, d.delivered_at
           FROM webhook_deliveries AS d JOIN webhook_events AS v ON v.tenant_id = d.tenant_id AND v.id = d.event_id
           WHERE d.tenant_id = ?1 AND d.endpoint_id = ?2 AND (?3 IS NULL OR d.status = ?3) AND d.id < ?4
           ORDER BY d.id DESC LIMIT ?5""",
        (tenant_id, endpoint_id, status, before, limit),
    )


def delivery(tenant_id: str, endpoint_id: str, delivery_id: str) -> Statement:
    return Statement(
        """SELECT d.id, d.endpoint_id, d.event_id, v.type, v.payload, d.status, d.attempts, d.due_at, d.created_at,
             d.delivered_at
           FROM webhook_deliveries AS d JOIN webhook_events AS v ON v.tenant_id = d.tenant_id AND v.id = d.event_id
           WHERE d.tenant_id = ?1 AND d.endpoint_id = ?2 AND d.id = ?3""",
        (tenant_id, endpoint_id, delivery_id),
    )


def attempts(tenant_id: str, delivery_id: str) -> Statement:
    return Statement(
        """SELECT attempt, response_status, reason, duration_ms, created_at FROM webhook_attempts
           WHERE tenant_id = ?1 AND delivery_id = ?2 ORDER BY attempt""",
        (tenant_id, delivery_id),
    )


def retry(tenant_id: str, endpoint_id: str, delivery_id: str, at: str) -> Statement:
    """Also of one that was delivered; not of one that is under way."""
    return Statement(
        """UPDATE webhook_deliveries SET status = 'queued', due_at = ?4, delivered_at = NULL
           WHERE tenant_id = ?1 AND endpoint_id = ?2 AND id = ?3 AND status <> 'sending'""",
        (tenant_id, endpoint_id, delivery_id, at),
    )


def deliveries_of(tenant_id: str, event_id: str) -> Statement:
    return Statement(
        "SELECT id FROM webhook_deliveries WHERE tenant_id = ?1 AND event_id = ?2 ORDER BY id", (tenant_id, event_id)
    )


def load(tenant_id: str, delivery_id: str) -> Statement:
    """All that one attempt needs."""
    return Statement(
        """SELECT e.url, e.is_active, e.secret, e.previous_secret, e.previous_until, e.key_id, k.wrapped_key, v.payload
           FROM webhook_deliveries AS d
           JOIN webhook_endpoints AS e ON e.tenant_id = d.tenant_id AND e.id = d.endpoint_id
           JOIN tenant_keys AS k ON k.tenant_id = e.tenant_id AND k.id = e.key_id
           JOIN webhook_events AS v ON v.tenant_id = d.tenant_id AND v.id = d.event_id
           WHERE d.tenant_id = ?1 AND d.id = ?2""",
        (tenant_id, delivery_id),
    )


def insert_attempt(tenant_id: str, delivery_id: str, attempt: tuple[Value, ...], at: str) -> Statement:
    """`attempt` is (number, response status, reason, duration in ms)."""
    return Statement(
        """INSERT INTO webhook_attempts (tenant_id, delivery_id, created_at, attempt, response_status, reason, duration_ms)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (tenant_id, delivery_id, attempt) DO NOTHING""",
        (tenant_id, delivery_id, at, *attempt),
    )


def settle(tenant_id: str, delivery_id: str, status: str, due_at: str, at: str) -> Statement:
    """After an attempt. `status` is delivered, queued (again at `due_at`) or dead."""
    return Statement(
        """UPDATE webhook_deliveries SET status = ?3, due_at = ?4, lease_until = NULL,
             delivered_at = iif(?3 = 'delivered', ?5, NULL)
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, delivery_id, status, due_at, at),
    )


def mark_well(tenant_id: str, endpoint_id: str) -> Statement:
    return Statement(
        """UPDATE webhook_endpoints SET failing_since = NULL
           WHERE tenant_id = ?1 AND id = ?2 AND failing_since IS NOT NULL""",
        (tenant_id, endpoint_id),
    )


def mark_failing(tenant_id: str, endpoint_id: str, at: str, given_up_before: str, is_gone: int) -> Statement:
    """Switched off when it says that it is gone, or has failed without one success since `given_up_before`."""
    return Statement(
        """UPDATE webhook_endpoints SET failing_since = COALESCE(failing_since, ?3),
             is_active = iif(?5 = 1 OR failing_since < ?4, 0, is_active)
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, endpoint_id, at, given_up_before, is_gone),
    )
