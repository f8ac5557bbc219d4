"""Slots against the oracle on a great many generated cases, and what 90 days of ten people cost: python -m bench.slots."""

import argparse
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings

from modules.appointments.slots import slots
from modules.appointments.values import Busy, Opening, Rules, Service, Span, Staff, Wish
from modules.local_time import instant, minutes, moment
from ports.dialogue import WEEKDAYS
from tests.support.slot_oracle import Oracle, cases

ROUND = 5_000


def compare(count: int) -> tuple[int, int, int]:
    """(cases, of them with slots, slots in all). Raises AssertionError at the first difference, made small."""
    seen = {"cases": 0, "offering": 0, "slots": 0}

    @settings(
        max_examples=ROUND,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(cases())
    def one(case: Any) -> None:
        zone, around, rules, service, busy, span, now = case
        oracle = Oracle(zone, around, rules, service, busy)
        for staff in rules.staff:
            found = [slot.start for slot in slots(rules, Wish(service, span, now, staff.id), busy)]
            assert found == oracle.starts(staff, span, now)
            seen["offering"] += bool(found)
            seen["slots"] += len(found)
        seen["cases"] += 1

    while seen["cases"] < count:
        one()
        print(seen, flush=True)
    return seen["cases"], seen["offering"], seen["slots"]


def season() -> tuple[Rules, Service, Span, list[Busy]]:
    """Ten people, 90 days over a clock change, two openings a day, six appointments a day each."""
    zone = ZoneInfo("Europe/Paris")
    openings = tuple(Opening(day, *pair) for day in WEEKDAYS[:6] for pair in ((540, 720), (840, 1140)))
    service = Service("s", "Coupe", 30, after_min=10, horizon_days=120, interval_min=15)
    staff = tuple(Staff(f"staff_{number}", None, zone, openings) for number in range(10))
    first = minutes(datetime(2026, 9, 1, tzinfo=UTC))
    busy = []
    for day in range(90):
        for number in range(60):
            start = first + day * 1440 + 540 + number // 10 * 80
            local = date(2026, 9, 1) + timedelta(days=day)
            busy.append(Busy(f"staff_{number % 10}", start, start + 40, "s", (start, start + 30), local))
    return Rules(zone, {"s": service}, staff), service, Span(first, first + 90 * 1440), busy


CHANGES = (
    *(("Europe/Paris", "2026-03-29"), ("Europe/Paris", "2026-10-25")),
    *(("America/New_York", "2026-03-08"), ("America/New_York", "2026-11-01")),
    *(("Australia/Lord_Howe", "2026-04-05"), ("Australia/Lord_Howe", "2026-10-04")),
)


def weeks() -> None:
    """The nightly starts of the weeks around both clock changes of three zones: open from 0:00 to 5:00, an hour each."""
    service = Service("s", "Garde", 60, interval_min=30, horizon_days=400)
    for name, day in CHANGES:
        zone, middle = ZoneInfo(name), date.fromisoformat(day)
        rules = Rules(zone, {"s": service}, (Staff("a", None, zone),), tuple(Opening(one, 0, 300) for one in WEEKDAYS))
        print(f"\n{name}, clocks changed on {day}")
        for shift in range(-3, 4):
            local = middle + timedelta(days=shift)
            first, last = (instant(local, minute, zone) for minute in (0, 1440))
            found = slots(rules, Wish(service, Span(first, last), first - 1440), ())
            starts = [moment(one.start).astimezone(zone) for one in found]
            print(f"  {local:%a %d %b}  {len(starts):2}  {' '.join(at.strftime('%H:%M%z') for at in starts)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--weeks", action="store_true", help="only lists the weeks around some clock changes")
    args = parser.parse_args()
    if args.weeks:
        weeks()
        return
    rules, service, span, busy = season()
    taken = []
    for _ in range(20):
        began = time.perf_counter()
        found = slots(rules, Wish(service, span, span.first), busy)
        taken.append((time.perf_counter() - began) * 1000)
    print(f"90 days x 10 staff, {len(busy)} appointments: {len(found)} starts, {sorted(taken)[10]:.1f} ms (CPython)")
    if args.cases:
        count, offering, offered = compare(args.cases)
        print(f"{count} cases, {offering} times a person with slots, {offered} slots, 0 differences")


if __name__ == "__main__":
    main()
