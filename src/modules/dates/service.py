"""Days and times in a caller's words, resolved by us: never by a model."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from modules.dates import english, french
from modules.dates.day_grammar import DayGrammar, instant
from modules.dates.reader import Reader
from modules.dates.time_grammar import PARTS, TimeGrammar, closed, in_half
from modules.dates.tokens import tokens
from modules.dates.values import Ask, Clock, Days, Item, Meaning, Moment, Window

_MOST_CHARS = 500


def resolve(words: str, language: str, now: datetime, timezone: str) -> Meaning:
    """`language` is fr or en, `now` any aware instant, `timezone` an IANA name: what is meant is local there."""
    is_french = language == "fr"
    vocabulary = french.VOCABULARY if is_french else english.VOCABULARY
    local = now.astimezone(ZoneInfo(timezone)).replace(microsecond=0)
    reader = Reader(tokens(words[:_MOST_CHARS], vocabulary))
    items = _items(reader, local, is_french=is_french)
    meaning = _together(items, local, is_french=is_french)
    return _on_the_clock(meaning, local)


def _items(reader: Reader, now: datetime, *, is_french: bool) -> list[Item]:
    days, times = DayGrammar(reader, now, is_french=is_french), TimeGrammar(reader, is_french=is_french)
    items: list[Item] = []
    is_early = False
    while not reader.is_done:
        began = reader.at
        before = reader.peek(-1).kind
        rules: tuple[Callable[[], Item | tuple[Item, ...] | None], ...] = (
            lambda: instant(reader, now),
            lambda: _of_today(reader, now),
            days.day,
            times.time,
        )
        found = reader.first(*rules)
        if found is None:
            token = reader.peek()
            is_early = is_early or token.kind == "early"
            if token.kind == "vague":
                items.append(Ask("when"))
            reader.at = began + 1
            continue
        given = list(found) if isinstance(found, tuple) else [found]
        if before == "not" or (before == "lasting" and isinstance(found, Clock)):
            continue
        items += [PARTS["early_morning"] if is_early and one == PARTS["morning"] else one for one in given]
    return items


def _of_today(reader: Reader, now: datetime) -> tuple[Days, Window] | None:
    """Ce soir, this morning, tonight: a day and a part of it."""
    today = Days(now.date(), now.date())
    if reader.take("tonight"):
        return today, PARTS["evening"]
    if reader.take("this") and (part := reader.take("part")):
        return today, PARTS[str(part.value)]
    return None


def _together(items: Sequence[Item], now: datetime, *, is_french: bool) -> Meaning:
    for moment in (item for item in items if isinstance(item, Moment)):
        day = moment.at.date()
        return Meaning(day, day, start=moment.at.hour * 60 + moment.at.minute, at=moment.at)
    days = list(dict.fromkeys((one.first, one.last) for one in items if isinstance(one, Days)))
    asked = [one.question for one in items if isinstance(one, Ask)]
    if len(days) > 1 or (days and any(question != "when" for question in asked)):
        return Meaning(question="which_one")
    if asked and not (days and asked == ["when"]):
        return Meaning(question=asked[0])
    clocks = list(dict.fromkeys(one for one in items if isinstance(one, Clock)))
    windows = list(dict.fromkeys(one for one in items if isinstance(one, Window)))
    halves = {window.half for window in windows if window.half is not None}
    if len(clocks) > 1:
        return Meaning(question="which_one")
    first, last = days[0] if days else (None, None)
    meaning = Meaning(first, last, is_open=bool(days) and last is None)
    if clocks:
        clock = in_half(clocks[0], halves.pop()) if len(halves) == 1 and clocks[0].is_open else clocks[0]
        decided = closed(clock, is_french=is_french)
        if decided is None:
            return Meaning(question="am_or_pm")
        return Meaning(first, last, meaning.is_open, decided.minute, None, decided.is_about)
    if len(windows) > 1:
        return Meaning(question="which_one")
    if windows:
        return Meaning(first, last, meaning.is_open, windows[0].start, windows[0].end)
    return meaning


def _on_the_clock(meaning: Meaning, now: datetime) -> Meaning:
    """A time of one day as an instant: it may fall into the hour that is skipped, or into the one that comes twice."""
    if meaning.at or meaning.first is None or meaning.first != meaning.last:
        return meaning
    if meaning.start is None or meaning.end is not None:
        return meaning
    midnight = datetime(meaning.first.year, meaning.first.month, meaning.first.day)
    naive = midnight + timedelta(minutes=meaning.start)
    early, late = (naive.replace(tzinfo=now.tzinfo, fold=fold) for fold in (0, 1))
    if early.astimezone(UTC).astimezone(now.tzinfo).replace(tzinfo=None) != naive:
        return Meaning(question="no_such_time")
    if early.utcoffset() != late.utcoffset():
        return Meaning(question="twice")
    return Meaning(meaning.first, meaning.last, False, meaning.start, None, meaning.is_about, None, early)
