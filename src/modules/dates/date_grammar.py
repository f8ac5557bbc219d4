"""The grammar of dates and months: the 3rd, 3 December, 3/12, mid-December."""

from collections.abc import Callable
from datetime import datetime

from modules.dates import calendar_rules as rules
from modules.dates.reader import Reader
from modules.dates.values import Ask, Days

Found = Days | Ask | None
# What makes the number before it a time of the day.
HOURS = ("hours", "oclock", "meridiem")


class DateGrammar:
    """Of one utterance. In English 3/12 has two readings: where both are possible it has to be asked."""

    def __init__(self, reader: Reader, now: datetime, *, is_french: bool) -> None:
        self.reader = reader
        self.now = now
        self.today = now.date()
        self.is_french = is_french

    def _first(self, *rules: Callable[[], Found]) -> Found:
        return self.reader.first(*rules)

    def _written(self) -> Found:
        """2026-12-03, 3/12, 3/12/2026, 3.12."""
        read = self.reader
        read.skip("the")
        token = read.take("iso", "slash", "dot")
        if token is None:
            return None
        parts = [int(part) for part in str(token.value).replace("/", "-").replace(".", "-").strip("-").split("-")]
        if token.kind == "iso":
            return rules.day_and_month(self.today, parts[2], parts[1], parts[0])
        year = parts[2] if len(parts) > 2 else None
        day_first = rules.day_and_month(self.today, parts[0], parts[1], year)
        if self.is_french or token.kind == "dot":
            return day_first
        month_first = rules.day_and_month(self.today, parts[1], parts[0], year)
        possible = {one.first for one in (day_first, month_first) if isinstance(one, Days) and one.first >= self.today}
        if len(possible) == 1:
            return rules.days(possible.pop())
        return Ask("day_or_month") if possible else Ask("no_such_day")

    def _date(self) -> Found:
        return self._first(self._day_month, self._month_day, self._the_day)

    def _day_month(self) -> Found:
        read = self.reader
        read.skip("the")
        day = read.take("num", "ord")
        read.skip("of")
        month = read.take("month") if day else None
        if day is None or month is None:
            return None
        return rules.day_and_month(self.today, int(day.value), int(month.value), self._year())

    def _month_day(self) -> Found:
        read = self.reader
        month = read.take("month")
        read.skip("the")
        day = read.take("num", "ord") if month else None
        if month is None or day is None or self.is_french or read.peek().kind in HOURS:
            return None
        return rules.day_and_month(self.today, int(day.value), int(month.value), self._year())

    def _year(self) -> int | None:
        read = self.reader
        offset = 1 if read.peek().kind == "stop" else 0
        token = read.peek(offset)
        if token.kind != "num" or not 2000 <= int(token.value) < 2100:
            return None
        read.at += offset + 1
        return int(token.value)

    def _the_day(self) -> Found:
        """The 3rd; le 3; le premier."""
        read = self.reader
        if not read.take("the"):
            return None
        token = read.take("num", "ord") if self.is_french else read.take("ord")
        following = read.peek().kind
        if token is None or following in (*HOURS, "word", "from_now", "unit", "num") or int(token.value) > 99:
            return None
        return rules.day_of_month(self.today, int(token.value))

    def _month(self) -> Found:
        """In December, mid-December, the end of the month, next month."""
        read = self.reader
        said_in = read.skip("in", "in_month", "sometime", "to_the")
        part = read.take("early", "middle", "late")
        read.skip("of", "the")
        if read.take("this_month"):
            return rules.days(self.today, rules.month(self.today, self.today.month).last)
        if before := read.take("next"):
            return self._next_month() if read.take("unit") else None
        if token := read.take("unit"):
            return self._named_month(token.value, part.kind if part else "")
        token = read.take("month")
        if token is None or not (part or said_in) or before:
            return None
        return rules.month(self.today, int(token.value), part.kind if part else "")

    def _named_month(self, unit: object, part: str) -> Found:
        read = self.reader
        if unit != "month":
            return None
        if read.take("next"):
            return self._next_month()
        if part:
            return rules.month(self.today, self.today.month, part)
        read.skip("of")
        token = read.take("month")
        return rules.month(self.today, int(token.value)) if token else None

    def _next_month(self) -> Days:
        start = rules.months_on(self.today.replace(day=1), 1)
        return rules.month(self.today, start.month, year=start.year)

    def _holiday(self) -> Found:
        self.reader.skip("the", "to")
        token = self.reader.take("holiday")
        return rules.day_and_month(self.today, int(token.value) % 100, int(token.value) // 100) if token else None
