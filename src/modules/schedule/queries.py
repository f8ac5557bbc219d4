"""SQL of services and staff. A change is a JSON object of the fields that change."""

from ports.database import Statement


def insert_service(tenant_id: str, service_id: str, service: str, at: str) -> Statement:
    """`service` is a JSON object with a key a column. It comes last in the list."""
    return Statement(
        """INSERT INTO services (id, tenant_id, name, description, duration_min, buffer_before_min, buffer_min,
             price_minor, currency, capacity, notice_min, horizon_days, interval_min, daily_limit, place, online_url,
             required_fields, position, origin, created_at, updated_at)
           SELECT ?2, ?1, ?3 ->> 'name', ?3 ->> 'description', ?3 ->> 'duration_min', ?3 ->> 'buffer_before_min',
             ?3 ->> 'buffer_min', ?3 ->> 'price_minor', ?3 ->> 'currency', ?3 ->> 'capacity', ?3 ->> 'notice_min',
             ?3 ->> 'horizon_days', ?3 ->> 'interval_min', ?3 ->> 'daily_limit', ?3 ->> 'place', ?3 ->> 'online_url',
             ?3 -> 'required_fields', (SELECT COALESCE(MAX(position) + 1, 0) FROM services WHERE tenant_id = ?1), 'api',
             ?4, ?4""",
        (tenant_id, service_id, service, at),
    )


def update_service(tenant_id: str, service_id: str, change: str, at: str) -> Statement:
    return Statement(
        """UPDATE services SET updated_at = ?4,
             name = COALESCE(?3 ->> 'name', name),
             description = iif(json_type(?3, '$.description') IS NULL, description, ?3 ->> 'description'),
             duration_min = COALESCE(?3 ->> 'duration_min', duration_min),
             buffer_before_min = COALESCE(?3 ->> 'buffer_before_min', buffer_before_min),
             buffer_min = COALESCE(?3 ->> 'buffer_min', buffer_min),
             price_minor = iif(json_type(?3, '$.price_minor') IS NULL, price_minor, ?3 ->> 'price_minor'),
             currency = iif(json_type(?3, '$.currency') IS NULL, currency, ?3 ->> 'currency'),
             capacity = COALESCE(?3 ->> 'capacity', capacity),
             notice_min = iif(json_type(?3, '$.notice_min') IS NULL, notice_min, ?3 ->> 'notice_min'),
             horizon_days = iif(json_type(?3, '$.horizon_days') IS NULL, horizon_days, ?3 ->> 'horizon_days'),
             interval_min = iif(json_type(?3, '$.interval_min') IS NULL, interval_min, ?3 ->> 'interval_min'),
             daily_limit = iif(json_type(?3, '$.daily_limit') IS NULL, daily_limit, ?3 ->> 'daily_limit'),
             place = COALESCE(?3 ->> 'place', place),
             online_url = iif(json_type(?3, '$.online_url') IS NULL, online_url, ?3 ->> 'online_url'),
             required_fields = COALESCE(?3 -> 'required_fields', required_fields)
           WHERE tenant_id = ?1 AND id = ?2 AND archived_at IS NULL""",
        (tenant_id, service_id, change, at),
    )


def archive_service(tenant_id: str, service_id: str, at: str) -> Statement:
    return Statement(
        "UPDATE services SET archived_at = ?3, updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND archived_at IS NULL",
        (tenant_id, service_id, at),
    )


def service(tenant_id: str, service_id: str) -> Statement:
    return Statement(
        """SELECT id, name, description, duration_min, buffer_before_min, buffer_min, price_minor, currency, capacity,
             notice_min, horizon_days, interval_min, daily_limit, place, online_url, required_fields, created_at,
             updated_at
           FROM services WHERE tenant_id = ?1 AND id = ?2 AND archived_at IS NULL""",
        (tenant_id, service_id),
    )


def services(tenant_id: str, cursor: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, name, description, duration_min, buffer_before_min, buffer_min, price_minor, currency, capacity,
             notice_min, horizon_days, interval_min, daily_limit, place, online_url, required_fields, created_at,
             updated_at
           FROM services WHERE tenant_id = ?1 AND id > ?2 AND archived_at IS NULL ORDER BY id LIMIT ?3""",
        (tenant_id, cursor, limit),
    )


def insert_staff(tenant_id: str, staff_id: str, staff: str, at: str) -> Statement:
    """`staff` is a JSON object: name, email, phone, timezone, daily_limit, serves_all."""
    return Statement(
        """INSERT INTO agents (id, tenant_id, name, email, phone, timezone, daily_limit, serves_all, position, created_at,
             updated_at)
           SELECT ?2, ?1, ?3 ->> 'name', ?3 ->> 'email', ?3 ->> 'phone', ?3 ->> 'timezone', ?3 ->> 'daily_limit',
             ?3 ->> 'serves_all', (SELECT COALESCE(MAX(position) + 1, 0) FROM agents WHERE tenant_id = ?1), ?4, ?4""",
        (tenant_id, staff_id, staff, at),
    )


def update_staff(tenant_id: str, staff_id: str, change: str, at: str) -> Statement:
    return Statement(
        """UPDATE agents SET updated_at = ?4,
             name = COALESCE(?3 ->> 'name', name),
             email = iif(json_type(?3, '$.email') IS NULL, email, ?3 ->> 'email'),
             phone = iif(json_type(?3, '$.phone') IS NULL, phone, ?3 ->> 'phone'),
             timezone = iif(json_type(?3, '$.timezone') IS NULL, timezone, ?3 ->> 'timezone'),
             daily_limit = iif(json_type(?3, '$.daily_limit') IS NULL, daily_limit, ?3 ->> 'daily_limit'),
             serves_all = COALESCE(?3 ->> 'serves_all', serves_all)
           WHERE tenant_id = ?1 AND id = ?2 AND archived_at IS NULL""",
        (tenant_id, staff_id, change, at),
    )


def delete_staff_services(tenant_id: str, staff_id: str) -> Statement:
    return Statement("DELETE FROM agent_services WHERE tenant_id = ?1 AND agent_id = ?2", (tenant_id, staff_id))


def insert_staff_services(tenant_id: str, staff_id: str, service_ids: str) -> Statement:
    """`service_ids` is a JSON list. Refused by the foreign key for one that does not exist."""
    return Statement(
        """INSERT INTO agent_services (tenant_id, agent_id, service_id)
           SELECT DISTINCT ?1, ?2, value FROM json_each(?3)""",
        (tenant_id, staff_id, service_ids),
    )


def archive_staff(tenant_id: str, staff_id: str, at: str) -> Statement:
    """Refused by a trigger for the last one, and for one with appointments to come."""
    return Statement(
        "UPDATE agents SET archived_at = ?3, updated_at = ?3 WHERE tenant_id = ?1 AND id = ?2 AND archived_at IS NULL",
        (tenant_id, staff_id, at),
    )


def staff(tenant_id: str, cursor: str, limit: int) -> Statement:
    return Statement(
        """SELECT g.id, COALESCE(g.name, t.name) AS name, g.email, g.phone, COALESCE(g.timezone, t.timezone) AS timezone,
             g.has_own_hours, g.serves_all, g.daily_limit, g.feed_version, g.created_at, g.updated_at,
             (SELECT json_group_array(s.service_id) FROM agent_services AS s
               WHERE s.tenant_id = g.tenant_id AND s.agent_id = g.id) AS service_ids
           FROM agents AS g JOIN tenants AS t ON t.id = g.tenant_id
           WHERE g.tenant_id = ?1 AND g.id > ?2 AND g.archived_at IS NULL ORDER BY g.id LIMIT ?3""",
        (tenant_id, cursor, limit),
    )


def one_of_staff(tenant_id: str, staff_id: str) -> Statement:
    return Statement(
        """SELECT g.id, COALESCE(g.name, t.name) AS name, g.email, g.phone, COALESCE(g.timezone, t.timezone) AS timezone,
             g.has_own_hours, g.serves_all, g.daily_limit, g.feed_version, g.created_at, g.updated_at,
             (SELECT json_group_array(s.service_id) FROM agent_services AS s
               WHERE s.tenant_id = g.tenant_id AND s.agent_id = g.id) AS service_ids
           FROM agents AS g JOIN tenants AS t ON t.id = g.tenant_id
           WHERE g.tenant_id = ?1 AND g.id = ?2 AND g.archived_at IS NULL""",
        (tenant_id, staff_id),
    )
