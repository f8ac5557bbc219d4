"""SQL of reminders, of everybody's: what cron drives."""

from ports.database import Statement


def reminders_due(now: str, limit: int) -> Statement:
    """With what their messages tell of the business."""
    return Statement(
        """SELECT a.*, a.timezone AS own_timezone, t.name AS business_name, t.phone AS business_phone, t.address, t.slug,
             t.timezone AS business_timezone, c.reminders, COALESCE(c.has_public_page, 1) AS has_public_page, p.quiet_from,
             p.quiet_to, p.sender IS NOT NULL AS takes_replies,
             EXISTS (SELECT 1 FROM message_templates AS x
               WHERE x.tenant_id = a.tenant_id AND x.purpose = 'appointment') AND EXISTS (
               SELECT 1 FROM omni_conversations AS s INDEXED BY idx_omni_conversations_theirs
               WHERE s.tenant_id = a.tenant_id AND s.channel = 'whatsapp' AND s.theirs = a.phone) AS is_on_whatsapp
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


def reminded(tenant_id: str, conversation_id: str, phone: str, span: tuple[str, str]) -> Statement:
    """Appointments to come that somebody has been reminded of by text, and not been written to since. `span` is (since when
    reminders count, now).
    """
    return Statement(
        """SELECT a.* FROM appointment_details AS a
           WHERE a.tenant_id = ?1 AND a.phone = ?3 AND a.status = 'booked' AND a.starts_at > ?5 AND EXISTS (
             SELECT 1 FROM outbox AS o WHERE o.tenant_id = ?1 AND o.id >= 'out_' || a.id || '_' AND o.id < 'out_' || a.id || '`'
               AND instr(o.id, '_r') > 0 AND o.channel IN ('sms', 'whatsapp') AND o.sent_at >= ?4 AND NOT EXISTS (
                 SELECT 1 FROM omni_messages AS m INDEXED BY idx_omni_messages_conversation
                 WHERE m.tenant_id = ?1 AND m.conversation_id = ?2 AND m.role <> 'caller' AND m.created_at > o.sent_at))
           ORDER BY a.starts_at LIMIT 2""",
        (tenant_id, conversation_id, phone, *span),
    )


def put_off(tenant_id: str, appointment_id: str, due_at: str) -> Statement:
    return Statement(
        """UPDATE appointments SET reminder_due_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND reminder_due_at IS NOT NULL""",
        (tenant_id, appointment_id, due_at),
    )
