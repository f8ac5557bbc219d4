"""Days by the calendar, counted from today."""

import calendar
from datetime import date, timedelta

from modules.dates.values import Ask, Days

WEEK = 7


def days(first: date, last: date | None = None) -> Days:
    return Days(first, last or first)


def weekday(today: date, wanted: int) -> Days | Ask:
    """The next one; said on that very weekday it may mean today or a week from today."""
    ahead = (wanted - today.weekday()) % WEEK
    return days(today + timedelta(ahead)) if ahead else Ask("today_or_next_week")


def this_weekday(today: date, wanted: int, weeks: int = 0) -> Days:
    """Today counts."""
    return days(today + timedelta((wanted - today.weekday()) % WEEK + weeks * WEEK))


def coming_weekday(today: date, wanted: int, weeks: int = 0) -> Days:
    """Today does not count."""
    return days(today + timedelta((wanted - today.weekday() - 1) % WEEK + 1 + weeks * WEEK))


def next_weekday(today: date, wanted: int) -> Days | Ask:
    """People differ on the days that are still to come in this very week."""
    if today.weekday() < wanted:
        return Ask("which_week")
    return coming_weekday(today, wanted)


def last_weekday(today: date, wanted: int) -> Days:
    return days(today - timedelta((today.weekday() - wanted - 1) % WEEK + 1))


def week(today: date, ahead: int, part: str = "") -> Days:
    """Monday to Sunday, `ahead` weeks on; early, middle or late of it; what is left of the present one."""
    monday = today - timedelta(today.weekday()) + timedelta(weeks=ahead)
    first, last = {"early": (0, 1), "middle": (1, 3), "late": (3, 4)}.get(part, (0, 6))
    found = days(monday + timedelta(first), monday + timedelta(last))
    return days(max(today, found.first), found.last) if ahead == 0 and not part else found


def weekend(today: date) -> Days:
    sunday = today + timedelta(6 - today.weekday())
    return days(max(today, sunday - timedelta(1)), sunday)


def month(today: date, number: int, part: str = "", year: int | None = None) -> Days:
    """A month that is not over; early, middle or late of it."""
    first, last = {"early": (1, 10), "middle": (11, 20), "late": (21, 31)}.get(part, (1, 31))
    year = year or (today.year if number >= today.month else today.year + 1)
    length = calendar.monthrange(year, number)[1]
    return days(date(year, number, first), date(year, number, min(last, length)))


def months_on(today: date, count: int) -> date:
    """The same day so many months on, or the last one of that month."""
    index = today.month - 1 + count
    year, number = today.year + index // 12, index % 12 + 1
    return date(year, number, min(today.day, calendar.monthrange(year, number)[1]))


def day_of_month(today: date, day: int) -> Days | Ask:
    """The next one, in this month or the first after it that has so many days."""
    if not 1 <= day <= 31:
        return Ask("no_such_day")
    for ahead in range(3):
        start = months_on(today.replace(day=1), ahead)
        if day <= calendar.monthrange(start.year, start.month)[1] and start.replace(day=day) >= today:
            return Days(start.replace(day=day), start.replace(day=day), of_month=day)
    return Ask("no_such_day")


def day_and_month(today: date, day: int, number: int, year: int | None = None) -> Days | Ask:
    """In the year that was said, else the next one."""
    if not 1 <= number <= 12:
        return Ask("no_such_day")
    for candidate in (year,) if year else (today.year, today.year + 1):
        if 1 <= day <= calendar.monthrange(candidate, number)[1]:
            found = date(candidate, number, day)
            if year or found >= today:
                return days(found)
    return Ask("no_such_day")
