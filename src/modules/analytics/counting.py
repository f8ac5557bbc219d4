"""Daily figures, counted anew from the rows: there is nothing to add up wrongly, and nothing to mend afterwards."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from modules.analytics import queries
from modules.instants import stored
from modules.local_time import instant, moment
from ports.database import Statement


def recount(tenant_id: str, days: Iterable[date], zone: ZoneInfo, at: str) -> list[Statement]:
    """For the batch of whatever has changed those days, in the business's zone."""
    statements = []
    for day in sorted(set(days)):
        statements.append(queries.forget_day(tenant_id, day.isoformat()))
        statements.append(queries.count_day(tenant_id, day.isoformat(), span_of(day, day, zone), at))
    return statements


def span_of(first: date, last: date, zone: ZoneInfo) -> tuple[str, str]:
    """The stored instants at which the first of these days begins, and the one after the last."""
    return stored(moment(instant(first, 0, zone))), stored(moment(instant(last + timedelta(days=1), 0, zone)))
