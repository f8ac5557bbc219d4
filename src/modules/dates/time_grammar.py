"""The grammar of times of the day: clocks, parts of a day, and spans of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from modules.dates.reader import Reader
from modules.dates.values import DAY_MINUTES, Clock, Window

NOON = 12 * 60
PARTS: Mapping[str, Window] = {
    "morning": Window(480, 720, 0),
    "afternoon": Window(720, 1080, 12),
    "evening": Window(1080, 1320, 12),
    "late_morning": Window(660, 720, 0),
    "early_afternoon": Window(720, 900, 12),
    "late_afternoon": Window(960, 1080, 12),
    "early_evening": Window(1080, 1200, 12),
    "night": Window(1320, 1440, 12),
    "early_morning": Window(420, 540, 0),
    "mid_morning": Window(540, 660, 0),
    "lunch": Window(720, 840, 12),
    "after_lunch": Window(780, 900, 12),
    "before_lunch": Window(480, 720, 0),
}
# What may follow a number that is a time although nothing says so: "at two, please".
_MAY_FOLLOW = ("end", "stop", "filler", "rel", "weekday", "part", "or", "this", "next", "tonight", "on", "the", "in")


class TimeGrammar:
    def __init__(self, reader: Reader, *, is_french: bool) -> None:
        self.reader = reader
        self.is_french = is_french

    def time(self) -> Clock | Window | None:
        rules: tuple[Callable[[], Clock | Window | None], ...] = (
            *(self._span, self._open_span, self._about, self._at, self._part, self._clock),
        )
        return self.reader.first(*rules)

    def _span(self) -> Window | None:
        """Between A and B, from A to B; "between two and four" is in the afternoon because of the four."""
        read = self.reader
        opening = read.take("between", "from", "of")
        if opening is None:
            return None
        # "from ten to eleven" is no ten to eleven.
        first = read.first(self._bare) if opening.kind == "from" else None
        first = first or read.first(self._clock, self._bare)
        joined = read.take("and") if opening.kind == "between" else read.take("to", "to_the")
        last = read.first(self._clock, self._bare) if first and joined else None
        if first is None or last is None:
            return None
        end = closed(last, is_french=self.is_french)
        if end is None:
            return None
        starts = [first.minute, first.minute + NOON] if first.is_open else [first.minute]
        fitting = [start for start in starts if start < end.minute]
        return Window(max(fitting), end.minute) if fitting else None

    def _open_span(self) -> Window | None:
        read = self.reader
        opening = read.take("after", "before", "from")
        if opening is None:
            return None
        read.skip("of")
        found = read.first(self._clock, self._bare)
        clock = closed(found, is_french=self.is_french) if found else None
        if clock is None:
            return None
        if opening.kind == "from" and not (self.is_french or read.take("on")):
            return None
        return Window(0, clock.minute) if opening.kind == "before" else Window(clock.minute, DAY_MINUTES)

    def _about(self) -> Clock | None:
        read = self.reader
        if not read.take("about"):
            return None
        found = read.first(self._clock, self._bare)
        read.take("ish")
        return replace(found, is_about=True) if found else None

    def _at(self) -> Clock | None:
        """At two; or 11: a number alone, if a time may stand there."""
        read = self.reader
        if self.is_french or not read.take("at", "or"):
            return None
        read.skip("about")
        return read.first(self._clock, self._bare)

    def _part(self) -> Window | None:
        token = self.reader.take("part", "tonight")
        if token is None:
            return None
        return PARTS[str(token.value)] if token.kind == "part" else PARTS["evening"]

    def _clock(self) -> Clock | None:
        return self.reader.first(
            self._digits, self._hours, self._named, self._past_or_to, self._half_hour, self._with_half, self._alone
        )

    def _digits(self) -> Clock | None:
        """14:30, 14h30, 2:30 (pm)."""
        token = self.reader.take("clock")
        if token is None:
            return None
        hour, _, minute = str(token.value).replace("h", ":").replace(" ", "").partition(":")
        return self._made(int(hour), int(minute), is_open=not self.is_french and int(hour) <= 12)

    def _hours(self) -> Clock | None:
        """Deux heures et demie, trois heures moins le quart, 14 h 30; two o'clock."""
        read = self.reader
        hour = read.take("num")
        if hour is None or not read.take("hours", "oclock"):
            return None
        return self._made(int(hour.value), self._minutes() or 0, is_open=int(hour.value) <= 12)

    def _named(self) -> Clock | None:
        token = self.reader.take("named_time")
        if token is None:
            return None
        return Clock(int(token.value) + (self._minutes() or 0))

    def _minutes(self) -> int | None:
        """What is added to the hour."""
        return self.reader.first(self._and_half, self._minus, self._plus)

    def _and_half(self) -> int | None:
        more = self.reader.take("half", "quarter") if self.reader.take("and") else None
        return (30 if more.kind == "half" else 15) if more else None

    def _minus(self) -> int | None:
        if not self.reader.take("minus"):
            return None
        self.reader.skip("the")
        more = self.reader.take("quarter", "num")
        return -(15 if more.kind == "quarter" else int(more.value)) if more else None

    def _plus(self) -> int | None:
        more = self.reader.take("num")
        is_minutes = more and 0 < int(more.value) < 60 and self.reader.peek().kind not in ("hours", "unit")
        return int(more.value) if more and is_minutes else None

    def _past_or_to(self) -> Clock | None:
        """Half past two, a quarter to three, ten to three."""
        read = self.reader
        token = read.take("half", "quarter", "num")
        way = read.take("past", "to") if token else None
        hour = read.take("num") if way else None
        if token is None or way is None or hour is None or self.is_french or not 1 <= int(hour.value) <= 12:
            return None
        minutes = {"half": 30, "quarter": 15}.get(token.kind) or int(token.value)
        if minutes not in range(5, 31, 5):
            return None
        read.skip("oclock")
        return self._made(int(hour.value), minutes if way.kind == "past" else -minutes, is_open=True)

    def _half_hour(self) -> Clock | None:
        """Half two: British for half past two."""
        read = self.reader
        if not read.take("half") or self.is_french:
            return None
        hour = read.take("num")
        return self._made(int(hour.value), 30, is_open=True) if hour and 1 <= int(hour.value) <= 12 else None

    def _with_half(self) -> Clock | None:
        """2 pm, seven thirty pm."""
        found = self._spoken()
        return found if found and self.reader.peek(-1).kind == "meridiem" else None

    def _spoken(self) -> Clock | None:
        """Ten, ten fifteen, nine oh five; with or without am and pm."""
        read = self.reader
        hour = read.take("num")
        if hour is None:
            return None
        minute = 0
        if read.take("oh"):
            late = read.take("num")
            if late is None or int(late.value) > 9:
                return None
            minute = int(late.value)
        elif (more := read.peek()).kind == "num" and 10 <= int(more.value) < 60:
            minute = int(more.value)
            read.at += 1
        return self._made(int(hour.value), minute, is_open=int(hour.value) <= 12)

    def _alone(self) -> Clock | None:
        """The number is all that was said: "seven", "quatorze trente"."""
        read = self.reader
        spoken = (("num", "num"),) if self.is_french else (("num",), ("num", "num"), ("num", "oh", "num"))
        said = (*spoken, *((*kinds, "part") for kinds in spoken))
        return self._spoken() if any(read.is_all(*kinds) for kinds in said) else None

    def _bare(self) -> Clock | None:
        """A number where a time is expected."""
        read = self.reader
        token = read.peek()
        if token.kind != "num" or int(token.value) > (23 if self.is_french else 12):
            return None
        found = self._spoken()
        following = read.peek()
        is_expected = following.kind in (*_MAY_FOLLOW, "and", "to", "ish") or (
            following.kind == "word" and not following.is_name
        )
        return found if is_expected else None

    def _made(self, hour: int, minute: int, *, is_open: bool) -> Clock | None:
        if not 0 <= hour < 24 or not -60 < minute < 60:
            return None
        total = hour * 60 + minute
        if half := self.reader.take("meridiem"):
            if not 1 <= hour <= 12:
                return None
            return Clock((hour % 12 + int(half.value)) * 60 + minute)
        return Clock(total, is_open=is_open)


def in_half(clock: Clock, half: int) -> Clock:
    """In the morning (0), or after it (12)."""
    hour = clock.minute // 60
    if half == 12 and hour < 12:
        return replace(clock, minute=clock.minute + NOON, is_open=False)
    return replace(clock, is_open=False)


def closed(clock: Clock, *, is_french: bool) -> Clock | None:
    """Without a word of the half of the day: one to half past six are in the afternoon, as businesses are open then.

    Seven may be either in English, None; French says seven in the evening in some other way.
    """
    if not clock.is_open:
        return clock
    hour = clock.minute // 60
    if 1 <= hour <= 6:
        return in_half(clock, 12)
    if hour == 7 and not is_french:
        return None
    return replace(clock, is_open=False)
