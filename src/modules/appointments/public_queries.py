"""SQL of the public page: found by the slug of the business."""

from ports.database import Statement


def tenant_by_slug(slug: str) -> Statement:
    """Nothing for a business that has no page."""
    return Statement(
        """SELECT t.id, t.name, t.slug, t.timezone, t.country, t.address, t.phone,
             COALESCE(s.change_notice_min, 0) AS change_notice_min
           FROM tenants AS t LEFT JOIN appointment_settings AS s ON s.tenant_id = t.id
           WHERE t.slug = ?1 AND COALESCE(s.has_public_page, 1) = 1""",
        (slug,),
    )


def services(tenant_id: str) -> Statement:
    return Statement(
        """SELECT id, name, description, duration_min, price_minor, currency, place FROM services
           WHERE tenant_id = ?1 AND archived_at IS NULL ORDER BY position, id""",
        (tenant_id,),
    )
