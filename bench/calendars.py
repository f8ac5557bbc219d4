"""Random changes here and in a calendar elsewhere, then a comparison of both: python -m bench.calendars [--changes 1000]"""

import argparse
import contextlib
import io
import random
from typing import get_args

from ports.calendars import CalendarProvider
from tests.routes.test_calendars import KEYS, connect, store_of
from tests.support.both_sides import Both
from tests.support.diary import open_business
from tests.support.fakes import World
from tests.support.http import client_of


def run(provider: CalendarProvider, changes: int, seed: int) -> str:
    world = World(**KEYS)
    with client_of(world) as client, contextlib.redirect_stdout(io.StringIO()):
        service = open_business(client, None)
        connect(world, client, provider)
        both = Both(world, client, service, store_of(world, provider), random.Random(seed))
        both.change(changes)
        found = both.differences()
    (made,) = world.db.rows("SELECT COUNT(*) AS n, SUM(status = 'cancelled') AS gone FROM appointments")
    booked, events = int(made["n"] or 0) - int(made["gone"] or 0), len(store_of(world, provider).alive())
    said = (
        f"| {provider}, {changes} changes (seed {seed}) | {booked} appointments of {made['n']}, {events} events there"
    )
    return f"{said}; {len(found)} differences |" + "".join(f"\n{one}" for one in found[:10])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--changes", type=int, default=1000)
    parser.add_argument("--seeds", type=int, default=2)
    args = parser.parse_args()
    print("| what | at the end |\n|---|---|")
    for provider in get_args(CalendarProvider):
        for seed in range(1, args.seeds + 1):
            print(run(provider, args.changes, seed), flush=True)


if __name__ == "__main__":
    main()
