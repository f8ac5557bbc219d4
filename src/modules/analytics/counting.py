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
        span = tuple(stored(moment(instant(one, 0, zone))) for one in (day, day + timedelta(days=1)))
        statements.append(queries.forget_day(tenant_id, day.isoformat()))
        statements.append(queries.count_day(tenant_id, day.isoformat(), (span[0], span[1]), at))
    return statements
