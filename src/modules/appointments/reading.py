"""Rows as rules and as what is taken."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from modules.appointments.public_holidays import public_holidays
from modules.appointments.values import Busy, Opening, Override, Rules, Service, Span, Staff
from modules.local_time import DAY_MIN, moment
from ports.database import Row

INTERVAL_MIN, NOTICE_MIN, HORIZON_DAYS = 15, 60, 60
_SERVICE = (
    *("id", "name", "duration_min", "before_min", "after_min", "capacity", "notice_min", "horizon_days"),
    *("interval_min", "daily_limit", "place", "online_url", "required_fields", "price_minor", "currency"),
)


def rules_of(document: str, span: Span) -> Rules:
    """From the view booking_rules; public holidays of the years that the span touches."""
    read = json.loads(document)
    zone, settings = ZoneInfo(read["timezone"]), read["settings"] or {}
    times = [dict(zip(_TIMES, one, strict=True)) for one in read["times"]]
    holidays: frozenset[date] = frozenset()
    if settings.get("closes_on_holidays", 1):
        years = (moment(minute).year for minute in (span.first - 2 * DAY_MIN, span.last + 2 * DAY_MIN))
        holidays = public_holidays(read["country"], settings.get("holiday_region"), *years)
    return Rules(
        zone=zone,
        services={one[0]: _service(one, settings) for one in read["services"]},
        staff=tuple(_staff(one, zone, times) for one in read["staff"]),
        openings=tuple(Opening(day, _clock(opens), _clock(closes)) for day, opens, closes in read["hours"]),
        overrides=tuple(_override(one) for one in times if one["kind"] == "override"),
        holidays=holidays,
        assignment=settings.get("assignment", "fair"),
    )


_TIMES = ("kind", "staff_id", "weekday", "first_day", "last_day", "opens", "closes")


def _service(row: Sequence[Any], settings: Mapping[str, Any]) -> Service:
    given = dict(zip(_SERVICE, row, strict=True))
    defaults = {"notice_min": NOTICE_MIN, "horizon_days": HORIZON_DAYS, "interval_min": INTERVAL_MIN}
    for name, default in defaults.items():
        if given[name] is None:
            given[name] = settings.get(name, default)
    return Service(**{**given, "required_fields": tuple(given["required_fields"])})


def _staff(row: Sequence[Any], zone: ZoneInfo, times: Iterable[Mapping[str, Any]]) -> Staff:
    staff_id, name, own_zone, has_own_hours, serves_all, daily_limit, services = row
    openings = tuple(
        Opening(
            one["weekday"], _clock(one["opens"]), _clock(one["closes"]), _day(one["first_day"]), _day(one["last_day"])
        )
        for one in times
        if one["kind"] == "weekly" and one["staff_id"] == staff_id
    )
    return Staff(
        id=staff_id,
        name=name,
        zone=ZoneInfo(own_zone) if own_zone else zone,
        openings=openings if has_own_hours else None,
        service_ids=None if serves_all else frozenset(services),
        daily_limit=daily_limit,
    )


def _override(one: Mapping[str, Any]) -> Override:
    first, last = date.fromisoformat(one["first_day"]), date.fromisoformat(one["last_day"])
    if one["opens"] is None:
        return Override(first, last, staff_id=one["staff_id"])
    return Override(first, last, _clock(one["opens"]), _clock(one["closes"]), one["staff_id"])


def _clock(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def busy_of(rows: Iterable[Row]) -> list[Busy]:
    return [
        Busy(
            staff_id=str(row["agent_id"]) if row["agent_id"] is not None else None,
            start=int(row["taken_from"] or 0),
            end=int(row["taken_to"] or 0),
            service_id=str(row["service_id"]) if row["service_id"] is not None else None,
            session=(int(row["starts"] or 0), int(row["ends"] or 0)) if row["service_id"] is not None else None,
            day=date.fromisoformat(str(row["day"])) if row["day"] is not None else None,
        )
        for row in rows
    ]
