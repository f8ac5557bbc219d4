"""SQL of what is booked."""

from ports.database import Statement, Value


def rules(tenant_id: str) -> Statement:
    return Statement("SELECT rules FROM booking_rules WHERE tenant_id = ?1", (tenant_id,))


def busy(tenant_id: str, first: str, last: str, now: str, but_for: str | None) -> Statement:
    """All that is taken between two instants, in minutes since 1970; `but_for` is an appointment that does not count."""
    return Statement(
        """SELECT agent_id, unixepoch(busy_from) / 60 AS taken_from, unixepoch(busy_to) / 60 AS taken_to, service_id,
             unixepoch(starts_at) / 60 AS starts, unixepoch(ends_at) / 60 AS ends, day
           FROM appointments INDEXED BY idx_appointments_start
           WHERE tenant_id = ?1 AND starts_at > ?2 AND starts_at < ?3 AND status IN ('held', 'booked')
             AND (hold_until IS NULL OR hold_until > ?4) AND id IS NOT ?5
           UNION ALL
           SELECT agent_id, unixepoch(starts_at) / 60, (unixepoch(ends_at) + 59) / 60, NULL, NULL, NULL, NULL
           FROM availability_slots INDEXED BY idx_availability_slots_blocks
           WHERE tenant_id = ?1 AND kind = 'block' AND ends_at > ?2 AND starts_at < ?3
           UNION ALL
           SELECT agent_id, unixepoch(starts_at) / 60, (unixepoch(ends_at) + 59) / 60, NULL, NULL, NULL, NULL
           FROM calendar_events WHERE tenant_id = ?1 AND ends_at > ?2 AND starts_at < ?3""",
        (tenant_id, first, last, now, but_for),
    )


def business(tenant_id: str) -> Statement:
    """What a message about an appointment tells of the business, and its policy."""
    return Statement(
        """SELECT t.name, t.slug, t.address, t.phone, t.email, t.timezone, t.country,
             COALESCE(s.change_notice_min, 0) AS change_notice_min, s.reminders,
             COALESCE(s.has_public_page, 1) AS has_public_page, p.quiet_from, p.quiet_to
           FROM tenants AS t LEFT JOIN appointment_settings AS s ON s.tenant_id = t.id
           LEFT JOIN message_policies AS p ON p.tenant_id = t.id AND p.channel = 'sms' WHERE t.id = ?1""",
        (tenant_id,),
    )


def by_request(tenant_id: str, request_key: str | None) -> Statement:
    return Statement("SELECT id FROM appointments WHERE tenant_id = ?1 AND request_key = ?2", (tenant_id, request_key))


def insert_appointment(tenant_id: str, rules: str, appointment: str, at: str) -> Statement:
    """`appointment` is a JSON object with a key a column. Refused as a status that is NULL unless `rules` still hold."""
    return Statement(
        """INSERT INTO appointments (id, tenant_id, agent_id, service_id, customer_id, conversation_id, status, starts_at,
             ends_at, busy_from, busy_to, day, hold_until, name, phone, email, notes, language, timezone, source,
             request_key, reminder_due_at, created_at, updated_at)
           SELECT ?3 ->> 'id', ?1, ?3 ->> 'agent_id', ?3 ->> 'service_id',
             COALESCE(
               (SELECT customer_id FROM customer_identities
                 WHERE tenant_id = ?1 AND kind = 'phone' AND address = ?3 ->> 'phone'),
               (SELECT customer_id FROM customer_identities
                 WHERE tenant_id = ?1 AND kind = 'email' AND address = ?3 ->> 'email')),
             ?3 ->> 'conversation_id',
             CASE WHEN (SELECT rules FROM booking_rules WHERE tenant_id = ?1) = ?2 THEN ?3 ->> 'status' END,
             ?3 ->> 'starts_at', ?3 ->> 'ends_at', ?3 ->> 'busy_from', ?3 ->> 'busy_to', ?3 ->> 'day', ?3 ->> 'hold_until',
             ?3 ->> 'name', ?3 ->> 'phone', ?3 ->> 'email', ?3 ->> 'notes', ?3 ->> 'language', ?3 ->> 'timezone',
             ?3 ->> 'source', ?3 ->> 'request_key', ?3 ->> 'reminder_due_at', ?4, ?4""",
        (tenant_id, rules, appointment, at),
    )


def move(tenant_id: str, appointment_id: str, rules: str, change: str, at: str) -> Statement:
    """Refused as a status that is NULL unless it is booked, of that sequence, and `rules` still hold."""
    return Statement(
        """UPDATE appointments SET updated_at = ?5, sequence = sequence + 1, confirmed_at = NULL,
             status = CASE WHEN status = 'booked' AND sequence = ?4 ->> 'sequence'
               AND (SELECT rules FROM booking_rules WHERE tenant_id = ?1) = ?3 THEN 'booked' END,
             agent_id = ?4 ->> 'agent_id', service_id = ?4 ->> 'service_id', starts_at = ?4 ->> 'starts_at',
             ends_at = ?4 ->> 'ends_at', busy_from = ?4 ->> 'busy_from', busy_to = ?4 ->> 'busy_to', day = ?4 ->> 'day',
             reminder_due_at = ?4 ->> 'reminder_due_at'
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, appointment_id, rules, change, at),
    )


def cancel(tenant_id: str, appointment_id: str, sequence: int, why: tuple[str, str | None], at: str) -> Statement:
    """`why` is (by whom, reason). Refused as a status that is NULL unless it is booked, and of that sequence."""
    return Statement(
        """UPDATE appointments SET updated_at = ?4, sequence = sequence + 1, cancelled_at = ?4, cancelled_by = ?5,
             reason = ?6, reminder_due_at = NULL,
             status = CASE WHEN status = 'booked' AND sequence = ?3 THEN 'cancelled' END
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, appointment_id, sequence, at, *why),
    )


def mark_no_show(tenant_id: str, appointment_id: str, at: str) -> Statement:
    """Refused as a status that is NULL unless it is booked and has begun."""
    return Statement(
        """UPDATE appointments SET updated_at = ?3, reminder_due_at = NULL,
             status = CASE WHEN status = 'booked' AND starts_at <= ?3 THEN 'no_show' END
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, appointment_id, at),
    )


def confirm(tenant_id: str, appointment_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE appointments SET confirmed_at = COALESCE(confirmed_at, ?3)
           WHERE tenant_id = ?1 AND id = ?2 AND status = 'booked'""",
        (tenant_id, appointment_id, at),
    )


def update_notes(tenant_id: str, appointment_id: str, notes: str | None, at: str) -> Statement:
    return Statement(
        "UPDATE appointments SET notes = ?3, updated_at = ?4 WHERE tenant_id = ?1 AND id = ?2",
        (tenant_id, appointment_id, notes, at),
    )


def release(tenant_id: str, appointment_id: str | None) -> Statement:
    """A hold is given up."""
    return Statement(
        "DELETE FROM appointments WHERE tenant_id = ?1 AND id = ?2 AND status = 'held'", (tenant_id, appointment_id)
    )


def appointment(tenant_id: str, appointment_id: str) -> Statement:
    return Statement("SELECT * FROM appointment_details WHERE tenant_id = ?1 AND id = ?2", (tenant_id, appointment_id))


def appointments(tenant_id: str, filters: tuple[Value, ...], cursor: str, limit: int) -> Statement:
    """`filters` are (first, last, agent_id, service_id, customer_id, status); holds are shown when they are asked for."""
    return Statement(
        """SELECT * FROM appointment_details
           WHERE tenant_id = ?1 AND id > ?2 AND (?4 IS NULL OR starts_at >= ?4) AND (?5 IS NULL OR starts_at < ?5)
             AND (?6 IS NULL OR agent_id = ?6) AND (?7 IS NULL OR service_id = ?7)
             AND (?8 IS NULL OR customer_id = ?8) AND ((?9 IS NULL AND status <> 'held') OR status = ?9)
           ORDER BY id LIMIT ?3""",
        (tenant_id, cursor, limit, *filters),
    )


def withdraw_messages(tenant_id: str, first_id: str, end_id: str) -> Statement:
    """Of the ids from `first_id` to before `end_id` those that nobody is sending yet."""
    return Statement(
        """UPDATE outbox SET status = 'unsent', reason = 'outdated'
           WHERE tenant_id = ?1 AND id >= ?2 AND id < ?3 AND status = 'queued'""",
        (tenant_id, first_id, end_id),
    )


def copies(tenant_id: str, appointment_id: str) -> Statement:
    """In calendars elsewhere, that are to be brought up to date."""
    return Statement(
        """SELECT connection_id FROM calendar_copies INDEXED BY idx_calendar_copies_appointment
           WHERE tenant_id = ?1 AND appointment_id = ?2 AND due_at IS NOT NULL""",
        (tenant_id, appointment_id),
    )


def of_caller(tenant_id: str, phone: str | None, email: str | None, now: str) -> Statement:
    """What somebody of that number, or of that address where there is no number, has before them."""
    return Statement(
        """SELECT * FROM appointment_details
           WHERE tenant_id = ?1 AND starts_at > ?4 AND status = 'booked' AND id IN (
             SELECT id FROM appointments WHERE tenant_id = ?1 AND phone = ?2 AND starts_at > ?4
             UNION ALL SELECT id FROM appointments WHERE ?2 IS NULL AND tenant_id = ?1 AND email = ?3 AND starts_at > ?4)
           ORDER BY starts_at LIMIT 20""",
        (tenant_id, phone, email, now),
    )
