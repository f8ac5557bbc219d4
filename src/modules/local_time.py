"""Local times of a zone as instants, also around a clock change. Instants are whole minutes since 1970 in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MIN = 24 * 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minutes(at: datetime) -> int:
    """Whole minutes since 1970, rounded down."""
    return int((at - _EPOCH).total_seconds() // 60)


def moment(minute: int) -> datetime:
    return _EPOCH + timedelta(minutes=minute)


def instant(day: date, minute: int, zone: ZoneInfo) -> int:
    """When the clocks there show `minute` minutes after that day's midnight, 24:00 and later being the next day's.

    A time that comes twice is its first occurrence (RFC 5545, 3.3.5). One that is skipped is the moment of the jump:
    whoever opens at 2:30 opens when the clock shows 3:00, and whoever closes then has closed.
    """
    local = datetime.combine(day, time.min) + timedelta(minutes=minute)
    late = minutes(local.replace(tzinfo=zone))
    if moment(late).astimezone(zone).replace(tzinfo=None) == local:
        return late
    early = minutes(local.replace(tzinfo=zone, fold=1))
    offset = moment(late).astimezone(zone).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if moment(middle).astimezone(zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late


class DayClock:
    """`instant` for many times of many days: a day without a clock change is counted through."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._days: dict[date, tuple[int, bool]] = {}
        self._of: dict[int, date] = {}

    def at(self, day: date, minute: int) -> int:
        midnight, is_even = self._day(day)
        return midnight + minute if is_even and minute <= DAY_MIN else instant(day, minute, self._zone)

    def day_of(self, minute: int) -> date:
        if minute not in self._of:
            self._of[minute] = datetime.fromtimestamp(minute * 60, self._zone).date()
        return self._of[minute]

    def _day(self, day: date) -> tuple[int, bool]:
        if day not in self._days:
            midnight = instant(day, 0, self._zone)
            self._days[day] = midnight, instant(day, DAY_MIN, self._zone) - midnight == DAY_MIN
        return self._days[day]
