"""Slots against an oracle that tries every minute, and some days that people would check by hand."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings

from modules.appointments.diary import shown_slots
from modules.appointments.slots import slots
from modules.appointments.values import Busy, Opening, Override, Rules, Service, Slot, Span, Staff, Wish
from modules.local_time import minutes, moment
from ports.dialogue import WEEKDAYS
from tests.support.slot_oracle import Oracle, cases

PARIS = ZoneInfo("Europe/Paris")


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(cases())
def test_slots_are_those_of_the_oracle(case: Any) -> None:
    zone, around, rules, service, busy, span, now = case
    oracle = Oracle(zone, around, rules, service, busy)
    wanted: dict[int, set[str]] = {}
    for staff in rules.staff:
        mine = oracle.starts(staff, span, now)
        assert [one.start for one in slots(rules, Wish(service, span, now, staff.id), busy)] == mine
        for start in mine:
            wanted.setdefault(start, set()).add(staff.id)
    found = slots(rules, Wish(service, span, now), busy)
    assert [one.start for one in found] == sorted(wanted)
    assert all(one.staff_id in wanted[one.start] for one in found)


def at(text: str, zone: ZoneInfo = PARIS) -> int:
    return minutes(datetime.fromisoformat(text).replace(tzinfo=zone))


def rules_of(service: Service, hours: tuple[tuple[int, int], ...], zone: ZoneInfo = PARIS, **rest: Any) -> Rules:
    openings = tuple(Opening(day, *pair) for day in WEEKDAYS for pair in hours)
    staff = rest.pop("staff", (Staff("julie", "Julie", zone),))
    return Rules(zone, {service.id: service}, staff, openings, **rest)


def shown(rules: Rules, service: Service, first: str, last: str, busy: list[Busy] | None = None) -> list[str]:
    zone = rules.zone
    span = Span(at(first, zone), at(last, zone))
    found = slots(rules, Wish(service, span, span.first - 1440), busy or [])
    return [moment(one.start).astimezone(zone).strftime("%d %H:%M%z") for one in found]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Paris", "2026-03-29", ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]),
        (
            "Europe/Paris",
            "2026-10-25",
            [
                "01:00+0200",
                "01:30+0200",
                "02:00+0200",
                "02:30+0200",
                "02:00+0100",
                "02:30+0100",
                "03:00+0100",
                "03:30+0100",
            ],
        ),
        ("America/New_York", "2026-03-08", ["01:00-0500", "01:30-0500", "03:00-0400", "03:30-0400"]),
        ("Australia/Lord_Howe", "2026-10-04", ["01:00+1030", "01:30+1030", "02:30+1100", "03:00+1100", "03:30+1100"]),
        (
            "Australia/Lord_Howe",
            "2026-04-05",
            ["01:00+1100", "01:30+1100", "01:30+1030", "02:00+1030", "02:30+1030", "03:00+1030", "03:30+1030"],
        ),
    ],
)
def test_nights_of_a_clock_change(zone: str, day: str, expected: list[str]) -> None:
    service = Service("s", "Garde", 30, interval_min=30)
    rules = rules_of(service, ((60, 240),), ZoneInfo(zone))
    found = shown(rules, service, f"{day}T00:00", f"{day}T23:00")
    assert [one[3:] for one in found] == expected


def test_a_closing_time_that_is_skipped_is_the_jump() -> None:
    service = Service("s", "Garde", 30, interval_min=30)
    rules = rules_of(service, ((60, 150),))  # until 2:30, which that night does not have
    assert shown(rules, service, "2026-03-29T00:00", "2026-03-29T12:00") == ["29 01:00+0100", "29 01:30+0100"]


def test_buffers_are_kept_from_others_and_may_lie_outside_of_the_opening_hours() -> None:
    service = Service("s", "Coupe", 30, before_min=10, after_min=15, interval_min=15)
    rules = rules_of(service, ((540, 660),))
    assert shown(rules, service, "2026-11-24T00:00", "2026-11-25T00:00")[0] == "24 09:00+0100"
    lunch = Busy("julie", at("2026-11-24T10:00"), at("2026-11-24T10:15"))
    found = shown(rules, service, "2026-11-24T00:00", "2026-11-25T00:00", [lunch])
    assert found == ["24 09:00+0100", "24 09:15+0100", "24 10:30+0100"]


def test_days_of_other_hours() -> None:
    service = Service("s", "Coupe", 60, interval_min=60)
    closed = Override(date(2026, 12, 21), date(2026, 12, 31))
    morning = Override(date(2026, 12, 24), date(2026, 12, 24), 540, 660)
    own = Override(date(2026, 12, 25), date(2026, 12, 25), 600, 660, "julie")
    rules = rules_of(service, ((540, 720),), overrides=(closed, morning, own), holidays=frozenset({date(2026, 12, 20)}))
    found = shown(rules, service, "2026-12-19T00:00", "2026-12-27T00:00")
    assert found == [
        *("19 09:00+0100", "19 10:00+0100", "19 11:00+0100"),
        *("24 09:00+0100", "24 10:00+0100", "25 10:00+0100"),
    ]


def test_whoever_has_fewest_that_day_comes_first() -> None:
    service = Service("s", "Coupe", 60, interval_min=60)
    staff = (Staff("julie", "Julie", PARIS), Staff("marc", "Marc", PARIS))
    start = at("2026-11-24T09:00")
    taken = Busy("julie", start, start + 60, "s", (start, start + 60), date(2026, 11, 24))
    span = Span(start, start + 3 * 60)
    for assignment, expected in (("fair", ["marc", "marc", "marc"]), ("first", ["marc", "julie", "julie"])):
        rules = rules_of(service, ((540, 720),), staff=staff, assignment=assignment)
        assert [one.staff_id for one in slots(rules, Wish(service, span, start), [taken])] == expected


def test_a_session_is_offered_until_its_seats_are_gone() -> None:
    service = Service("s", "Yoga", 60, after_min=30, capacity=2, interval_min=30)
    rules = rules_of(service, ((540, 720),))
    start = at("2026-11-24T10:00")
    seat = Busy("julie", start, start + 90, "s", (start, start + 60), date(2026, 11, 24))
    day = ("2026-11-24T00:00", "2026-11-25T00:00")
    assert shown(rules, service, *day, [seat]) == ["24 10:00+0100"]
    assert shown(rules, service, *day, [seat, seat]) == []


def test_notice_and_horizon() -> None:
    service = Service("s", "Coupe", 60, notice_min=90, horizon_days=1, interval_min=60)
    rules = rules_of(service, ((540, 720),))
    now = at("2026-11-24T08:30")
    found = slots(rules, Wish(service, Span(now, now + 5 * 1440), now), [])
    assert [moment(one.start).astimezone(UTC).isoformat()[:16] for one in found] == [
        "2026-11-24T09:00",
        "2026-11-24T10:00",
    ]


def test_openings_that_overlap_keep_their_own_starts() -> None:
    service = Service("s", "Coupe", 30, interval_min=60)
    rules = rules_of(service, ((540, 720), (555, 660)))
    found = shown(rules, service, "2026-11-24T00:00", "2026-11-25T00:00")
    assert [one[3:8] for one in found] == ["09:00", "09:15", "10:00", "10:15", "11:00"]


@pytest.mark.parametrize("zone", ["Europe/Paris", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu"])
def test_starts_are_written_as_the_standard_library_would(zone: str) -> None:
    first = at("2026-10-01T00:00")
    found = [Slot(minute, minute + 30, "julie") for minute in range(first, first + 40 * 1440, 95)]
    for slot, text in zip(found, shown_slots(found, ZoneInfo(zone)), strict=True):
        assert text.local == moment(slot.start).astimezone(ZoneInfo(zone)).isoformat()
        assert datetime.fromisoformat(text.end) == moment(slot.end)
