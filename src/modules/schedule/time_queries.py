"""SQL of when staff can be booked, and of the settings."""

from ports.database import Statement, Value


def set_own_hours(tenant_id: str, staff_id: str, has_own_hours: int, at: str) -> Statement:
    return Statement(
        "UPDATE agents SET has_own_hours = ?3, updated_at = ?4 WHERE tenant_id = ?1 AND id = ?2 AND archived_at IS NULL",
        (tenant_id, staff_id, has_own_hours, at),
    )


def split_week(tenant_id: str, staff_id: str, last_day: str | None, at: str) -> Statement:
    """What is in force on `last_day` comes back on the day after, in rows of its own."""
    return Statement(
        """INSERT INTO availability_slots (id, tenant_id, agent_id, kind, weekday, first_day, last_day, opens, closes,
             created_at)
           SELECT id || '_' || replace(?3, '-', ''), tenant_id, agent_id, kind, weekday, date(?3, '+1 day'), last_day,
             opens, closes, ?4 FROM availability_slots
           WHERE tenant_id = ?1 AND agent_id = ?2 AND kind = 'weekly' AND ?3 IS NOT NULL
             AND COALESCE(first_day, '0000') <= ?3 AND COALESCE(last_day, '9999') > ?3""",
        (tenant_id, staff_id, last_day, at),
    )


def shorten_week(tenant_id: str, staff_id: str, first_day: str | None) -> Statement:
    """What was in force before `first_day` is so up to the day before."""
    return Statement(
        """UPDATE availability_slots SET last_day = date(?3, '-1 day')
           WHERE tenant_id = ?1 AND agent_id = ?2 AND kind = 'weekly' AND ?3 IS NOT NULL
             AND COALESCE(first_day, '0000') < ?3 AND COALESCE(last_day, '9999') >= ?3""",
        (tenant_id, staff_id, first_day),
    )


def delete_week(tenant_id: str, staff_id: str, first_day: str | None, last_day: str | None) -> Statement:
    """What begins within these days."""
    return Statement(
        """DELETE FROM availability_slots WHERE tenant_id = ?1 AND agent_id = ?2 AND kind = 'weekly'
             AND (?3 IS NULL OR COALESCE(first_day, '0000') >= ?3)
             AND (?4 IS NULL OR COALESCE(first_day, '0000') <= ?4)""",
        (tenant_id, staff_id, first_day, last_day),
    )


def insert_week(
    tenant_id: str, staff_id: str, days: tuple[str | None, str | None], openings: str, at: str
) -> Statement:
    """`openings` is JSON: [[id, weekday, opens, closes], ...]; `days` the first and the last that they are in force."""
    return Statement(
        """INSERT INTO availability_slots (id, tenant_id, agent_id, kind, weekday, first_day, last_day, opens, closes,
             created_at)
           SELECT value ->> 0, ?1, ?2, 'weekly', value ->> 1, ?3, ?4, value ->> 2, value ->> 3, ?6 FROM json_each(?5)""",
        (tenant_id, staff_id, *days, openings, at),
    )


def insert_availability(tenant_id: str, times: tuple[Value, ...], at: str) -> Statement:
    """`times` is (id, agent_id, kind, weekday, first_day, last_day, opens, closes, starts_at, ends_at, reason)."""
    return Statement(
        """INSERT INTO availability_slots (tenant_id, created_at, id, agent_id, kind, weekday, first_day, last_day, opens,
             closes, starts_at, ends_at, reason)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)""",
        (tenant_id, at, *times),
    )


def delete_availability(tenant_id: str, availability_id: str) -> Statement:
    return Statement("DELETE FROM availability_slots WHERE tenant_id = ?1 AND id = ?2", (tenant_id, availability_id))


def availability(tenant_id: str, filters: tuple[str | None, str | None], cursor: str, limit: int) -> Statement:
    """`filters` are (agent_id, kind)."""
    return Statement(
        """SELECT id, kind, agent_id, weekday, first_day, last_day, opens, closes, starts_at, ends_at, reason
           FROM availability_slots
           WHERE tenant_id = ?1 AND id > ?2 AND (?4 IS NULL OR agent_id = ?4) AND (?5 IS NULL OR kind = ?5)
           ORDER BY id LIMIT ?3""",
        (tenant_id, cursor, limit, *filters),
    )


def one_availability(tenant_id: str, availability_id: str) -> Statement:
    return Statement(
        """SELECT id, kind, agent_id, weekday, first_day, last_day, opens, closes, starts_at, ends_at, reason
           FROM availability_slots WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, availability_id),
    )


def settings(tenant_id: str) -> Statement:
    return Statement(
        """SELECT t.country, s.interval_min, s.notice_min, s.horizon_days, s.assignment, s.closes_on_holidays,
             s.holiday_region, s.change_notice_min, s.reminders, s.has_public_page
           FROM tenants AS t LEFT JOIN appointment_settings AS s ON s.tenant_id = t.id WHERE t.id = ?1""",
        (tenant_id,),
    )


def put_settings(tenant_id: str, values: tuple[Value, ...], at: str) -> Statement:
    """`values` is (interval_min, notice_min, horizon_days, assignment, closes_on_holidays, holiday_region,
    change_notice_min, reminders as JSON, has_public_page)."""
    return Statement(
        """INSERT INTO appointment_settings (tenant_id, updated_at, interval_min, notice_min, horizon_days, assignment,
             closes_on_holidays, holiday_region, change_notice_min, reminders, has_public_page)
           VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
           ON CONFLICT (tenant_id) DO UPDATE SET updated_at = excluded.updated_at,
             interval_min = excluded.interval_min, notice_min = excluded.notice_min,
             horizon_days = excluded.horizon_days, assignment = excluded.assignment,
             closes_on_holidays = excluded.closes_on_holidays, holiday_region = excluded.holiday_region,
             change_notice_min = excluded.change_notice_min, reminders = excluded.reminders,
             has_public_page = excluded.has_public_page""",
        (tenant_id, at, *values),
    )


def look_at_reminders(tenant_id: str, at: str) -> Statement:
    """Of every appointment to come, since other settings may want others."""
    return Statement(
        """UPDATE appointments SET reminder_due_at = MIN(COALESCE(reminder_due_at, ?2), ?2)
           WHERE tenant_id = ?1 AND status = 'booked' AND starts_at > ?2""",
        (tenant_id, at),
    )
