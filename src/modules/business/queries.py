"""SQL of what a business says of itself: profile, opening hours, services."""

from ports.database import Statement, Value


def update_profile(tenant_id: str, profile: tuple[Value, ...], at: str) -> Statement:
    """`profile` is (name, sector, email, phone, website, address, country, timezone)."""
    return Statement(
        """UPDATE tenants SET name = ?3, sector = ?4, email = ?5, phone = ?6, website = ?7, address = ?8, country = ?9,
             timezone = ?10, updated_at = ?2
           WHERE id = ?1""",
        (tenant_id, at, *profile),
    )


def delete_hours(tenant_id: str) -> Statement:
    return Statement("DELETE FROM opening_hours WHERE tenant_id = ?1", (tenant_id,))


def insert_hours(tenant_id: str, openings: str) -> Statement:
    """`openings` is JSON: [[weekday, opens, closes], ...]."""
    return Statement(
        """INSERT INTO opening_hours (tenant_id, weekday, opens, closes)
           SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2)""",
        (tenant_id, openings),
    )


def archive_onboarding_services(tenant_id: str, at: str) -> Statement:
    """Of those that a step replaces, what appointments or the waiting list refer to: it is only not offered any more."""
    return Statement(
        """UPDATE services SET archived_at = ?2 WHERE tenant_id = ?1 AND origin = 'onboarding' AND archived_at IS NULL
             AND (EXISTS (SELECT 1 FROM appointments AS a WHERE a.tenant_id = ?1 AND a.service_id = services.id)
               OR EXISTS (SELECT 1 FROM waiting_list AS w WHERE w.tenant_id = ?1 AND w.service_id = services.id))""",
        (tenant_id, at),
    )


def delete_onboarding_services(tenant_id: str) -> Statement:
    return Statement(
        "DELETE FROM services WHERE tenant_id = ?1 AND origin = 'onboarding' AND archived_at IS NULL", (tenant_id,)
    )


def insert_onboarding_services(tenant_id: str, services: str, at: str) -> Statement:
    """`services` is JSON: [{id, name, duration_min, buffer_min, price_minor, currency}, ...] in their order."""
    return Statement(
        """INSERT INTO services (id, tenant_id, name, duration_min, buffer_min, price_minor, currency, position, origin,
             created_at, updated_at)
           SELECT value ->> 'id', ?1, value ->> 'name', value ->> 'duration_min', value ->> 'buffer_min',
             value ->> 'price_minor', value ->> 'currency', key, 'onboarding', ?3, ?3 FROM json_each(?2)""",
        (tenant_id, services, at),
    )


def update_transfer_number(tenant_id: str, number: str | None, at: str) -> Statement:
    return Statement("UPDATE tenants SET transfer_number = ?2, updated_at = ?3 WHERE id = ?1", (tenant_id, number, at))


def profile(tenant_id: str) -> Statement:
    return Statement(
        """SELECT name, sector, email, phone, website, address, country, timezone, transfer_number, onboarding_completed
           FROM tenants WHERE id = ?1""",
        (tenant_id,),
    )


def hours(tenant_id: str) -> Statement:
    return Statement(
        "SELECT weekday, opens, closes FROM opening_hours WHERE tenant_id = ?1 ORDER BY opens", (tenant_id,)
    )


def services(tenant_id: str) -> Statement:
    return Statement(
        """SELECT id, name, duration_min, buffer_min, price_minor, currency FROM services
           WHERE tenant_id = ?1 AND archived_at IS NULL ORDER BY position, id""",
        (tenant_id,),
    )
