"""Opening hours in the business's own zone, around clock changes and midnight."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modules.business import hours
from ports.dialogue import WEEKDAYS, Opening, Weekday

PARIS = ZoneInfo("Europe/Paris")
OFFICE: dict[Weekday, tuple[Opening, ...]] = {
    "mon": (Opening("09:00", "12:00"), Opening("14:00", "18:00")),
    "fri": (Opening("20:00", "02:00"),),
}


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T12:00", False),
        ("2026-11-23T14:00", True),
        ("2026-11-23T18:00", False),
        ("2026-11-24T10:00", False),
        ("2026-11-27T23:30", True),
        ("2026-11-28T01:59", True),
        ("2026-11-28T02:00", False),
        ("2026-11-21T01:00", True),
    ],
)
def test_open_or_closed(at: str, expected: bool) -> None:
    assert hours.is_open(OFFICE, PARIS, paris(at)) is expected


@pytest.mark.parametrize(("month", "utc_hour"), [(1, 8), (7, 7)])
def test_nine_in_the_morning_is_local_in_winter_and_summer(month: int, utc_hour: int) -> None:
    monday = next(d for d in (date(2026, month, 1) + timedelta(days=n) for n in range(7)) if d.weekday() == 0)
    at = datetime(monday.year, monday.month, monday.day, utc_hour, 0, tzinfo=UTC)
    assert hours.is_open(OFFICE, PARIS, at)
    assert not hours.is_open(OFFICE, PARIS, at - timedelta(seconds=1))


@pytest.mark.parametrize(("night", "length_h"), [("2026-03-28", 9), ("2026-10-24", 11), ("2026-06-06", 10)])
def test_a_night_with_a_clock_change_is_an_hour_shorter_or_longer(night: str, length_h: int) -> None:
    bar: dict[Weekday, tuple[Opening, ...]] = {"sat": (Opening("20:00", "06:00"),)}
    span = hours.current_opening(bar, PARIS, paris(f"{night}T23:00"))
    assert span is not None
    assert span[1].astimezone(UTC) - span[0].astimezone(UTC) == timedelta(hours=length_h)


def test_the_next_opening_skips_closed_days() -> None:
    span = hours.next_opening(OFFICE, PARIS, paris("2026-11-24T10:00"))
    assert span is not None
    assert span[0] == paris("2026-11-27T20:00")
    assert hours.next_opening({}, PARIS, paris("2026-11-24T10:00")) is None


def test_openings_that_touch_at_midnight_are_one() -> None:
    around: dict[Weekday, tuple[Opening, ...]] = {
        "mon": (Opening("18:00", "24:00"),),
        "tue": (Opening("00:00", "03:00"),),
    }
    span = hours.current_opening(around, PARIS, paris("2026-11-23T23:00"))
    assert span == (paris("2026-11-23T18:00"), paris("2026-11-24T03:00"))


def test_always_open() -> None:
    day_and_night = {day: (Opening("00:00", "24:00"),) for day in WEEKDAYS}
    assert hours.is_always_open(day_and_night)
    assert hours.is_open(day_and_night, PARIS, paris("2026-03-29T02:30"))
    assert not hours.is_always_open(OFFICE)


_times = st.integers(0, 24 * 60 - 1).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")


@given(
    opening=st.tuples(_times, _times).filter(lambda pair: pair[0] != pair[1]),
    day=st.sampled_from(WEEKDAYS),
    zone=st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
)
@settings(max_examples=300, derandomize=True, deadline=None, database=None)
def test_any_instant_is_judged_as_the_wall_clock_shows_it(
    opening: tuple[str, str], day: Weekday, zone: str, at: datetime
) -> None:
    """An oracle that shares nothing: the wall clock of the instant, minute by minute of the week."""
    opens, closes = (int(text[:2]) * 60 + int(text[3:]) for text in opening)
    here = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    offsets = {
        (at.replace(tzinfo=UTC) + timedelta(hours=h)).astimezone(ZoneInfo(zone)).utcoffset() for h in (-26, 0, 26)
    }
    if len(offsets) > 1:
        return  # around a clock change the wall clock shows some minutes twice or never
    minute = here.weekday() * 1440 + here.hour * 60 + here.minute
    start = WEEKDAYS.index(day) * 1440 + opens
    length = (closes - opens) % 1440
    expected = (minute - start) % (7 * 1440) < length
    assert hours.is_open({day: (Opening(*opening),)}, ZoneInfo(zone), at.replace(tzinfo=UTC)) is expected
