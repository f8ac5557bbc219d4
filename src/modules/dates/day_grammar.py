"""The grammar of days: today, weekdays, weeks, months, dates, and spans of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from modules.dates import calendar_rules as rules
from modules.dates.date_grammar import HOURS, DateGrammar, Found
from modules.dates.reader import Reader
from modules.dates.values import Ask, Days, Moment

# French counts the day on which it is said: "huit jours" are a week, "quinze jours" two.
_COUNTED_IN = {8: 7, 15: 14}


class DayGrammar(DateGrammar):
    """Of one utterance."""

    def day(self) -> Found:
        return self._first(self._span, self._open_span, self._within, self._single)

    def _single(self) -> Found:
        return self._first(
            self._ago,
            self._ahead,
            self._counted_from,
            self._of_a_week,
            self._week,
            self._weekend,
            self._written,
            self._weekday,
            self._date,
            self._month,
            self._relative,
            self._holiday,
        )

    # Spans

    def _span(self) -> Found:
        """Between A and B, from A to B."""
        read = self.reader
        if not (opening := read.take("between", "from", "of")):
            return None
        # "du 3 au 5 décembre"; elsewhere two numbers alone are times.
        is_dated = self.is_french and opening.kind == "of"
        first = self._single() or (self._bare_day() if is_dated else None)
        joined = read.take("and") if opening.kind == "between" else read.take("to", "to_the")
        last = self._single() if first and joined else None
        if not isinstance(first, Days) or not isinstance(last, Days) or last.last is None:
            return None
        if first.of_month is not None and last.of_month is None:  # "the 3rd to the 5th of December"
            again = rules.day_and_month(self.today, first.of_month, last.first.month, last.first.year)
            first = again if isinstance(again, Days) else first
        return Days(first.first, last.last)

    def _bare_day(self) -> Found:
        token = self.reader.take("num", "ord")
        return rules.day_of_month(self.today, int(token.value)) if token else None

    def _open_span(self) -> Found:
        read = self.reader
        if not (opening := read.take("from", "after", "before")):
            return None
        read.skip("of")
        found = self._single() or (self._bare_day() if opening.kind == "from" and self._is_no_time() else None)
        if not isinstance(found, Days) or found.last is None:
            return found
        if opening.kind == "before":
            return rules.days(self.today, found.first - timedelta(1))
        if opening.kind == "after":
            return Days(found.last + timedelta(1), None)
        read.skip("on")
        return Days(found.first, None)

    def _is_no_time(self) -> bool:
        return self.is_french and self.reader.peek(1).kind not in HOURS and self.reader.peek(-1).kind == "of"

    def _within(self) -> Found:
        read = self.reader
        if not read.take("within"):
            return None
        read.skip("the")
        if read.take("late") and (read.skip("of", "the") or True) and read.take("week"):
            return rules.days(self.today, self.today + timedelta(6 - self.today.weekday()))
        found = self._first(self._length, self._single)
        if isinstance(found, Days):
            return rules.days(self.today, found.last)
        return found

    # Counted from today

    def _count(self) -> int | None:
        token = self.reader.take("num", "couple", "a")
        return int(token.value) if token else None

    def _length(self) -> Found:
        """So many days, weeks, months, years: the day on which they are over."""
        read, count = self.reader, self._count()
        if count is None:
            if not read.take("fortnight"):
                return None
            return rules.days(self.today + timedelta(14))
        if read.take("week"):
            return rules.days(self.today + timedelta(weeks=count))
        if read.take("fortnight"):
            return rules.days(self.today + timedelta(weeks=2 * count))
        unit = read.take("unit")
        if unit is None or unit.value in ("minute", "hour"):
            return None
        if unit.value == "day":
            counted = _COUNTED_IN.get(count, count) if self.is_french else count
            return rules.days(self.today + timedelta(counted))
        return rules.days(rules.months_on(self.today, count * (12 if unit.value == "year" else 1)))

    def _ahead(self) -> Found:
        """In three days; three days from now; dans la semaine."""
        read = self.reader
        if read.take("in"):
            if read.take("the") and read.take("week"):
                return rules.week(self.today, 0)
            found = self._length()
            read.skip("from_now")
            return found
        found = self._length()
        return found if found and read.take("from_now") else None

    def _ago(self) -> Found:
        read = self.reader
        if read.take("ago"):
            return self._mirrored(self._length())
        found = self._length()
        return self._mirrored(found) if found and read.take("ago") else None

    def _mirrored(self, found: Found) -> Found:
        return rules.days(self.today - (found.first - self.today)) if isinstance(found, Days) else found

    def _counted_from(self) -> Found:
        """A week on Monday, two weeks from today, a week tomorrow."""
        read, count = self.reader, self._count()
        if count is None or not read.take("week"):
            return None
        read.take("on", "from")
        if token := read.take("weekday"):
            return rules.this_weekday(self.today, int(token.value), weeks=count)
        if token := read.take("rel"):
            return rules.days(self.today + timedelta(int(token.value), weeks=count))
        return None

    def _relative(self) -> Found:
        token = self.reader.take("rel", "tonight")
        if token is None:
            return None
        ahead = int(token.value) if token.kind == "rel" else 0
        more = self.reader.take("in_eight")
        return rules.days(self.today + timedelta(ahead + (int(more.value) if more else 0)))

    # Weeks and weekdays

    def _of_a_week(self) -> Found:
        """Tuesday (of) next week; next week on Tuesday."""
        read = self.reader
        token = read.take("weekday")
        if token:
            read.skip("of", "the")
            which = self._which_week()
        else:
            which = self._which_week()
            read.skip("on")
            token = read.take("weekday") if which else None
        if token is None or which is None:
            return None
        monday = self.today - timedelta(self.today.weekday()) + timedelta(weeks=which)
        return rules.days(monday + timedelta(int(token.value)))

    def _which_week(self) -> int | None:
        """Weeks from this one: next week, the week after next, cette semaine, la semaine d'après, last week."""
        read = self.reader
        read.skip("the")
        if before := read.take("next", "this", "last"):
            return {"next": 1, "this": 0, "last": -1}[before.kind] if read.take("week") else None
        if not read.take("week"):
            return None
        after = read.take("next", "after_that", "after_next", "last")
        return {"next": 1, "after_that": 2, "after_next": 2, "last": -1}[after.kind] if after else None

    def _week(self) -> Found:
        read = self.reader
        part = read.take("early", "middle", "late")
        read.skip("of", "the")
        which = self.reader.first(self._which_week)
        if which is None and part and read.take("week"):
            which = 0
        return rules.week(self.today, which, part.kind if part else "") if which is not None else None

    def _weekend(self) -> Found:
        read = self.reader
        before = read.take("next", "this", "the")
        if not read.take("weekend"):
            return None
        after = read.take("next", "coming")
        is_next = (before and before.kind == "next") or (after and after.kind == "next")
        return Ask("which_week") if is_next else rules.weekend(self.today)

    def _weekday(self) -> Found:
        read = self.reader
        read.skip("the")
        before = read.take("next", "this", "coming", "last")
        token = read.take("weekday")
        if token is None:
            return None
        wanted = int(token.value)
        after = read.take("next", "coming", "last", "in_eight", "week", "fortnight", "after_next")
        if before is None and after is None and (dated := self._first(self._dated)):
            return self._agreeing(dated, wanted)
        how = after.kind if after else before.kind if before else ""
        if how in ("in_eight", "week", "fortnight"):
            weeks = {"week": 1, "fortnight": 2}.get(how) or int(after.value if after else 0) // 7
            return rules.this_weekday(self.today, wanted, weeks=weeks)
        named: dict[str, Callable[[date, int], Days | Ask]] = {
            "next": rules.next_weekday,
            "this": rules.this_weekday,
            "coming": rules.coming_weekday,
            "last": rules.last_weekday,
            "after_next": lambda today, day: rules.coming_weekday(today, day, weeks=1),
        }
        return named.get(how, rules.weekday)(self.today, wanted)

    def _dated(self) -> Found:
        """The number and month behind a weekday."""
        self.reader.take("stop")
        return self._first(self._date, self._number_alone)

    def _number_alone(self) -> Found:
        token = self.reader.take("num", "ord")
        following = self.reader.peek().kind
        is_time = following in (*HOURS, "num", "past") or (following == "to" and not self.is_french)
        if token is None or is_time or int(token.value) > 31:
            return None
        return rules.day_of_month(self.today, int(token.value))

    def _agreeing(self, dated: Days | Ask, wanted: int) -> Days | Ask:
        is_other = isinstance(dated, Days) and dated.first.weekday() != wanted
        return Ask("weekday_mismatch") if is_other else dated


def instant(reader: Reader, now: datetime) -> Moment | None:
    """In two hours, dans un quart d'heure, now: elapsed time, whatever the clocks do meanwhile."""
    if reader.take("now"):
        return Moment(now)
    if not reader.take("in"):
        return None
    token = reader.take("num", "couple", "a")
    count = int(token.value) if token else 1
    if short := reader.take("quarter_hour"):
        return Moment(_later(now, int(short.value)))
    if token is None:
        return None
    unit = reader.take("unit", "hours")
    if unit is None or (unit.kind == "unit" and unit.value not in ("minute", "hour")):
        return None
    minutes = count * (1 if unit.value == "minute" else 60)
    began = reader.at
    if reader.take("and") and (reader.skip("a") or True) and (more := reader.take("half", "quarter")):
        return Moment(_later(now, minutes + (30 if more.kind == "half" else 15)))
    reader.at = began
    return Moment(_later(now, minutes))


def _later(now: datetime, minutes: int) -> datetime:
    return (now.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(now.tzinfo)
