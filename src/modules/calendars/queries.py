"""SQL of one tenant's calendars elsewhere."""

from ports.database import Statement, Value


def insert_state(tenant_id: str, state: tuple[Value, ...], expires_at: str) -> Statement:
    """`state` is (hash, user, session, agent, provider, sealed verifier, key, redirect_uri). Nothing for nobody's agent."""
    return Statement(
        """INSERT INTO calendar_states (tenant_id, state_hash, user_id, session_id, agent_id, provider, verifier, key_id,
             redirect_uri, expires_at)
           SELECT ?1, ?3, ?4, ?5, id, ?7, ?8, ?9, ?10, ?2 FROM agents
           WHERE tenant_id = ?1 AND id = ?6 AND archived_at IS NULL""",
        (tenant_id, expires_at, *state),
    )


def take_state(tenant_id: str, state_hash: str, who: tuple[str, str | None, str], now: str) -> Statement:
    """Once, and by whoever began it: `who` is (user, session, provider)."""
    return Statement(
        """DELETE FROM calendar_states WHERE tenant_id = ?1 AND state_hash = ?2 AND user_id = ?3 AND session_id IS ?4
             AND provider = ?5 AND expires_at > ?6
           RETURNING agent_id, verifier, redirect_uri""",
        (tenant_id, state_hash, *who, now),
    )


def first_staff(tenant_id: str) -> Statement:
    return Statement(
        "SELECT id FROM agents WHERE tenant_id = ?1 AND archived_at IS NULL ORDER BY position, id LIMIT 1", (tenant_id,)
    )


def put_connection(tenant_id: str, connection: tuple[Value, ...], at: str) -> Statement:
    """`connection` is (id, agent, provider, account, key, refresh token, access token, access_until); both sealed.
    One that is there already is signed in again, and read from the beginning."""
    return Statement(
        """INSERT INTO calendar_connections (tenant_id, created_at, updated_at, sync_due_at, id, agent_id, provider, account,
             key_id, refresh_token, access_token, access_until)
           VALUES (?1, ?2, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
           ON CONFLICT (tenant_id, agent_id, provider) DO UPDATE SET account = excluded.account, key_id = excluded.key_id,
             refresh_token = excluded.refresh_token, access_token = excluded.access_token,
             access_until = excluded.access_until, status = 'active', reason = NULL, failures = 0, sync_token = NULL,
             sync_due_at = excluded.sync_due_at, updated_at = excluded.updated_at""",
        (tenant_id, at, *connection),
    )


def copy_all(tenant_id: str, agent_id: str, provider: str, at: str) -> Statement:
    """Every appointment to come is to stand in the calendar that was just connected."""
    return Statement(
        """INSERT INTO calendar_copies (tenant_id, connection_id, appointment_id, is_wanted, sequence, due_at)
           SELECT c.tenant_id, c.id, a.id, 1, a.sequence, ?4
           FROM calendar_connections AS c JOIN appointments AS a INDEXED BY idx_appointments_taken
             ON a.tenant_id = c.tenant_id AND a.agent_id = c.agent_id AND a.status IN ('held', 'booked') AND a.status = 'booked'
             AND a.busy_from > ?4
           WHERE c.tenant_id = ?1 AND c.agent_id = ?2 AND c.provider = ?3
           ON CONFLICT (tenant_id, connection_id, appointment_id) DO UPDATE SET due_at = excluded.due_at, attempts = 0""",
        (tenant_id, agent_id, provider, at),
    )


def connections(tenant_id: str, provider: str) -> Statement:
    return Statement(
        """SELECT id, agent_id, provider, account, status, synced_at, watch_until, reason, created_at
           FROM calendar_connections WHERE tenant_id = ?1 AND provider = ?2 ORDER BY id""",
        (tenant_id, provider),
    )


def connection(tenant_id: str, connection_id: str) -> Statement:
    """With the tenant's data key."""
    return Statement(
        """SELECT c.id, c.tenant_id, c.agent_id, c.provider, c.account, c.status, c.key_id, c.refresh_token, c.access_token,
             c.access_until, c.sync_token, c.watch_id, c.watch_resource, c.watch_until, c.failures, k.wrapped_key
           FROM calendar_connections AS c JOIN tenant_keys AS k ON k.tenant_id = c.tenant_id AND k.id = c.key_id
           WHERE c.tenant_id = ?1 AND c.id = ?2""",
        (tenant_id, connection_id),
    )


def connection_of(tenant_id: str, agent_id: str | None, provider: str) -> Statement:
    return Statement(
        """SELECT id FROM calendar_connections
           WHERE tenant_id = ?1 AND provider = ?3 AND (?2 IS NULL OR agent_id = ?2) ORDER BY id""",
        (tenant_id, agent_id, provider),
    )


def delete_connection(tenant_id: str, connection_id: str) -> Statement:
    return Statement("DELETE FROM calendar_connections WHERE tenant_id = ?1 AND id = ?2", (tenant_id, connection_id))


def claim(tenant_id: str, connection_id: str, now: str, lease_until: str) -> Statement:
    """One at a time, of two who ask at once."""
    return Statement(
        """UPDATE calendar_connections SET lease_until = ?4
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'active' AND COALESCE(lease_until, '') <= ?3""",
        (tenant_id, connection_id, now, lease_until),
    )


def release(tenant_id: str, connection_id: str, sync_due_at: str, synced_at: str) -> Statement:
    """Until it was asked to be read again meanwhile."""
    return Statement(
        """UPDATE calendar_connections SET lease_until = NULL, failures = 0, reason = NULL, synced_at = ?4,
             sync_due_at = CASE WHEN sync_due_at > ?4 THEN MIN(sync_due_at, ?3) ELSE ?3 END
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, connection_id, sync_due_at, synced_at),
    )


def fail(tenant_id: str, connection_id: str, sync_due_at: str, reason: str) -> Statement:
    return Statement(
        """UPDATE calendar_connections SET lease_until = NULL, failures = failures + 1, reason = ?4, sync_due_at = ?3
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, connection_id, sync_due_at, reason),
    )


def mark_revoked(tenant_id: str, connection_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE calendar_connections SET status = 'revoked', lease_until = NULL, access_token = NULL, reason = 'revoked',
             updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND status = 'active'""",
        (tenant_id, connection_id, at),
    )


def store_access(tenant_id: str, connection_id: str, access: tuple[Value, Value, Value]) -> Statement:
    """`access` is (access token, until, refresh token); a refresh token that is NULL stays as it was."""
    return Statement(
        """UPDATE calendar_connections SET access_token = ?3, access_until = ?4, refresh_token = COALESCE(?5, refresh_token)
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, connection_id, *access),
    )


def store_sync_token(tenant_id: str, connection_id: str, sync_token: str | None) -> Statement:
    return Statement(
        "UPDATE calendar_connections SET sync_token = ?3 WHERE tenant_id = ?1 AND id = ?2",
        (tenant_id, connection_id, sync_token),
    )


def store_watch(tenant_id: str, connection_id: str, watch: tuple[str, str, str]) -> Statement:
    """`watch` is (id, resource, until)."""
    return Statement(
        """UPDATE calendar_connections SET watch_id = ?3, watch_resource = ?4, watch_until = ?5
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, connection_id, *watch),
    )


def put_events(tenant_id: str, connection_id: str, agent_id: str, events: str, at: str) -> Statement:
    """`events` is JSON: [[external_id, starts_at, ends_at, summary], ...]. None that is a copy of ours."""
    return Statement(
        """INSERT INTO calendar_events (tenant_id, connection_id, agent_id, external_id, starts_at, ends_at, summary,
             updated_at)
           SELECT ?1, ?2, ?3, value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?5 FROM json_each(?4)
           WHERE NOT EXISTS (SELECT 1 FROM calendar_copies AS y
             WHERE y.tenant_id = ?1 AND y.connection_id = ?2 AND y.external_id = value ->> 0)
           ON CONFLICT (tenant_id, connection_id, external_id) DO UPDATE SET starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, summary = excluded.summary, updated_at = excluded.updated_at""",
        (tenant_id, connection_id, agent_id, events, at),
    )


def delete_events(tenant_id: str, connection_id: str, external_ids: str) -> Statement:
    """`external_ids` is a JSON list."""
    return Statement(
        """DELETE FROM calendar_events WHERE tenant_id = ?1 AND connection_id = ?2
             AND external_id IN (SELECT value FROM json_each(?3))""",
        (tenant_id, connection_id, external_ids),
    )


def delete_all_events(tenant_id: str, connection_id: str) -> Statement:
    return Statement(
        "DELETE FROM calendar_events WHERE tenant_id = ?1 AND connection_id = ?2", (tenant_id, connection_id)
    )


def copies_of(tenant_id: str, connection_id: str, external_ids: str) -> Statement:
    """Which of a vendor's ids (a JSON list) are copies of ours, and how they stand."""
    return Statement(
        """SELECT y.external_id, y.appointment_id, y.etag, y.is_wanted, y.sequence, y.copied_sequence, y.due_at, a.starts_at,
             a.ends_at, a.status
           FROM calendar_copies AS y JOIN appointments AS a ON a.tenant_id = y.tenant_id AND a.id = y.appointment_id
           WHERE y.tenant_id = ?1 AND y.connection_id = ?2 AND y.external_id IN (SELECT value FROM json_each(?3))""",
        (tenant_id, connection_id, external_ids),
    )


def known_copies(tenant_id: str, connection_id: str, now: str) -> Statement:
    """Of appointments to come, that should stand there."""
    return Statement(
        """SELECT y.external_id, y.appointment_id FROM calendar_copies AS y
           JOIN appointments AS a ON a.tenant_id = y.tenant_id AND a.id = y.appointment_id
           WHERE y.tenant_id = ?1 AND y.connection_id = ?2 AND y.is_wanted = 1 AND y.external_id IS NOT NULL
             AND y.due_at IS NULL AND a.status = 'booked' AND a.starts_at > ?3""",
        (tenant_id, connection_id, now),
    )


def due_copies(tenant_id: str, connection_id: str, now: str, limit: int) -> Statement:
    """With all that the event is to say."""
    return Statement(
        """SELECT y.appointment_id, y.external_id, y.etag, y.is_wanted, y.sequence, y.attempts, a.starts_at, a.ends_at, a.name,
             a.phone, a.email, a.notes, s.name AS service_name, t.name AS business, t.address, t.timezone
           FROM calendar_copies AS y
           JOIN appointments AS a ON a.tenant_id = y.tenant_id AND a.id = y.appointment_id
           JOIN services AS s ON s.tenant_id = a.tenant_id AND s.id = a.service_id JOIN tenants AS t ON t.id = a.tenant_id
           WHERE y.tenant_id = ?1 AND y.connection_id = ?2 AND y.due_at <= ?3 ORDER BY y.due_at LIMIT ?4""",
        (tenant_id, connection_id, now, limit),
    )


def copied(tenant_id: str, place: tuple[str, str], event: tuple[str | None, str | None], sequence: int) -> Statement:
    """`place` is (connection, appointment), `event` (external id, etag). Due still when it has changed meanwhile."""
    return Statement(
        """UPDATE calendar_copies SET external_id = ?4, etag = ?5, copied_sequence = ?6, attempts = 0, reason = NULL,
             due_at = CASE WHEN sequence = ?6 THEN NULL ELSE due_at END
           WHERE tenant_id = ?1 AND connection_id = ?2 AND appointment_id = ?3""",
        (tenant_id, *place, *event, sequence),
    )


def put_off_copy(tenant_id: str, place: tuple[str, str], due_at: str | None, reason: str) -> Statement:
    return Statement(
        """UPDATE calendar_copies SET attempts = attempts + 1, due_at = ?4, reason = ?5
           WHERE tenant_id = ?1 AND connection_id = ?2 AND appointment_id = ?3""",
        (tenant_id, *place, due_at, reason),
    )


def restore_copy(tenant_id: str, place: tuple[str, str], external_id: str | None, at: str) -> Statement:
    """What was changed over there is to be as it is here; with None it is to be made anew."""
    return Statement(
        """UPDATE calendar_copies SET due_at = ?5, attempts = 0, etag = NULL, external_id = ?4
           WHERE tenant_id = ?1 AND connection_id = ?2 AND appointment_id = ?3""",
        (tenant_id, *place, external_id, at),
    )


def accept_copy(tenant_id: str, place: tuple[str, str], etag: str | None) -> Statement:
    """What stands over there is what stands here."""
    return Statement(
        """UPDATE calendar_copies SET etag = ?4, copied_sequence = sequence, due_at = NULL
           WHERE tenant_id = ?1 AND connection_id = ?2 AND appointment_id = ?3""",
        (tenant_id, *place, etag),
    )


def forget_copy(tenant_id: str, place: tuple[str, str]) -> Statement:
    """It is gone over there, and is not wanted."""
    return Statement(
        """UPDATE calendar_copies SET external_id = NULL, etag = NULL, due_at = NULL, copied_sequence = sequence
           WHERE tenant_id = ?1 AND connection_id = ?2 AND appointment_id = ?3""",
        (tenant_id, *place),
    )


def events(tenant_id: str, provider: str, cursor: str, limit: int) -> Statement:
    return Statement(
        """SELECT e.external_id AS id, e.agent_id, c.account, e.summary, e.starts_at AS start, e.ends_at AS "end"
           FROM calendar_events AS e
           JOIN calendar_connections AS c ON c.tenant_id = e.tenant_id AND c.id = e.connection_id
           WHERE e.tenant_id = ?1 AND c.provider = ?2 AND e.external_id > ?3 ORDER BY e.external_id LIMIT ?4""",
        (tenant_id, provider, cursor, limit),
    )


def feed(tenant_id: str, agent_id: str, since: str) -> Statement:
    """The staff, and what they have from then on."""
    return Statement(
        """SELECT g.feed_version, COALESCE(g.name, t.name) AS staff, t.name AS business, t.address, a.id, a.starts_at,
             a.ends_at, a.sequence, a.updated_at, a.name, a.phone, a.notes, s.name AS service_name
           FROM agents AS g JOIN tenants AS t ON t.id = g.tenant_id
           LEFT JOIN appointments AS a ON a.tenant_id = g.tenant_id AND a.agent_id = g.id AND a.status = 'booked'
             AND a.starts_at > ?3
           LEFT JOIN services AS s ON s.tenant_id = a.tenant_id AND s.id = a.service_id
           WHERE g.tenant_id = ?1 AND g.id = ?2 AND g.archived_at IS NULL ORDER BY a.starts_at LIMIT 1000""",
        (tenant_id, agent_id, since),
    )


def renew_feed(tenant_id: str, agent_id: str) -> Statement:
    return Statement(
        "UPDATE agents SET feed_version = feed_version + 1 WHERE tenant_id = ?1 AND id = ?2 AND archived_at IS NULL",
        (tenant_id, agent_id),
    )
