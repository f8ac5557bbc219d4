"""SQL of reminders, of everybody's: what cron drives."""

from ports.database import Statement


def reminders_due(now: str, limit: int) -> Statement:
    """With what their messages tell of the business."""
    return Statement(
        """SELECT a.*, a.timezone AS own_timezone, t.name AS business_name, t.phone AS business_phone, t.address, t.slug,
             t.timezone AS business_timezone, c.reminders, COALESCE(c.has_public_page, 1) AS has_public_page, p.quiet_from,
             p.quiet_to
           FROM appointment_details AS a JOIN tenants AS t ON t.id = a.tenant_id
           LEFT JOIN appointment_settings AS c ON c.tenant_id = a.tenant_id
           LEFT JOIN message_policies AS p ON p.tenant_id = a.tenant_id AND p.channel = 'sms'
           WHERE a.status = 'booked' AND a.reminder_due_at IS NOT NULL AND a.reminder_due_at <= ?1
           ORDER BY a.reminder_due_at LIMIT ?2""",
        (now, limit),
    )


def mark_reminded(tenant_id: str, appointment_id: str, sequence: int, since: str, due_at: str | None) -> Statement:
    """Refused as a status that is NULL unless it is booked, of that sequence, and not reminded since."""
    return Statement(
        """UPDATE appointments SET reminder_due_at = ?5,
             status = CASE WHEN status = 'booked' AND sequence = ?3 AND reminder_due_at = ?4 THEN 'booked' END
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, appointment_id, sequence, since, due_at),
    )


def put_off(tenant_id: str, appointment_id: str, due_at: str) -> Statement:
    return Statement(
        """UPDATE appointments SET reminder_due_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND reminder_due_at IS NOT NULL""",
        (tenant_id, appointment_id, due_at),
    )
