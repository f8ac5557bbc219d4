"""When staff can be booked: their week, days of other hours, blocks; and the settings."""

import json

from errors import Invalid, NotFound
from modules.appointments.public_holidays import public_holidays
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.schedule import time_queries
from modules.schedule.schemas import Availability, Block, Override, Settings, SettingsIn, WeekIn, Weekly
from ports.context import Ports
from ports.database import ForeignKeyViolation

Filters = tuple[str | None, str | None]  # (agent_id, kind)


async def list_all(ports: Ports, tenant_id: str, filters: Filters, cursor: str, limit: int) -> list[Availability]:
    (found,) = await ports.db.batch(time_queries.availability(tenant_id, filters, cursor, limit))
    return [Availability.model_validate(row) for row in found.rows]


async def create(ports: Ports, principal: Principal, command: Weekly | Override | Block) -> Availability:
    """Raises Invalid for somebody who is not there."""
    tenant_id, times_id, at = principal.tenant.id, ports.ids.new("avl"), stored(ports.clock.now())
    given = command.model_dump(mode="json")
    columns = ("agent_id", "kind", "weekday", "first_day", "last_day", "opens", "closes")
    span = (stored(command.starts_at), stored(command.ends_at)) if isinstance(command, Block) else (None, None)
    times = (times_id, *(given.get(column) for column in columns), *span, given.get("reason"))
    is_weekly = isinstance(command, Weekly)
    own = [time_queries.set_own_hours(tenant_id, str(command.agent_id), 1, at)] if is_weekly else []
    try:
        *_, found = await ports.db.batch(
            time_queries.insert_availability(tenant_id, times, at),
            audit.entry(ports, principal, "availability.created", times_id),
            *own,
            time_queries.one_availability(tenant_id, times_id),
        )
    except ForeignKeyViolation as error:
        raise Invalid([{"pointer": "/agent_id", "detail": "there is nobody of that id"}]) from error
    return Availability.model_validate(found.rows[0])


async def delete(ports: Ports, principal: Principal, times_id: str) -> None:
    """Raises NotFound."""
    deleted, _ = await ports.db.batch(
        time_queries.delete_availability(principal.tenant.id, times_id),
        audit.entry(ports, principal, "availability.deleted", times_id),
    )
    if not deleted.changes:
        raise NotFound("There are no such times.")


async def put_week(ports: Ports, principal: Principal, staff_id: str, command: WeekIn) -> list[Availability]:
    """Replaces the week of one person, altogether or on some days; None is the opening hours again.

    Raises NotFound or Invalid.
    """
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    first, last = (day.isoformat() if day else None for day in (command.first_day, command.last_day))
    if first and last and last < first:
        raise Invalid([{"pointer": "/last_day", "detail": "this has to be first_day or later"}])
    if command.hours is None and (first or last):
        raise Invalid([{"pointer": "/hours", "detail": "opening hours stand in for the whole week, not for some days"}])
    openings = [
        [ports.ids.new("avl"), day, opens, closes]
        for day, pairs in (command.hours or {}).items()
        for opens, closes in pairs
    ]
    try:
        set_own, *_, found = await ports.db.batch(
            time_queries.set_own_hours(tenant_id, staff_id, int(command.hours is not None), at),
            audit.entry(ports, principal, "availability.week_replaced", staff_id),
            time_queries.split_week(tenant_id, staff_id, last, at),
            time_queries.shorten_week(tenant_id, staff_id, first),
            time_queries.delete_week(tenant_id, staff_id, first, last),
            time_queries.insert_week(tenant_id, staff_id, (first, last), json.dumps(openings), at),
            time_queries.availability(tenant_id, (staff_id, "weekly"), "", 500),
        )
    except ForeignKeyViolation as error:
        raise NotFound("There is no such member of staff.") from error
    if not set_own.changes:
        raise NotFound("There is no such member of staff.")
    return [Availability.model_validate(row) for row in found.rows]


async def get_settings(ports: Ports, tenant_id: str) -> Settings:
    """The defaults until they are set."""
    (found,) = await ports.db.batch(time_queries.settings(tenant_id))
    row = found.rows[0]
    if row["interval_min"] is None:
        return Settings.model_validate(SettingsIn().model_dump())
    return Settings.model_validate({**row, "reminders": json.loads(str(row["reminders"]))})


async def put_settings(ports: Ports, principal: Principal, command: SettingsIn) -> Settings:
    """Also what is booked already is reminded of as they say. Raises Invalid for a region without holidays of its own."""
    tenant_id, now = principal.tenant.id, ports.clock.now()
    try:
        public_holidays(principal.country, command.holiday_region, now.year, now.year)
    except ValueError as error:
        raise Invalid([{"pointer": "/holiday_region", "detail": str(error)}]) from error
    values = (
        command.interval_min,
        command.notice_min,
        command.horizon_days,
        command.assignment,
        int(command.closes_on_holidays),
        command.holiday_region,
        command.change_notice_min,
        json.dumps(command.reminders),
        int(command.has_public_page),
    )
    await ports.db.batch(
        time_queries.put_settings(tenant_id, values, stored(now)),
        audit.entry(ports, principal, "appointment_settings.changed"),
        time_queries.look_at_reminders(tenant_id, stored(now)),
    )
    return Settings.model_validate(command.model_dump())
