"""What queue and cron do in a deployment, at once and in order."""

import asyncio

from driving import DRIVE
from jobs import run_job
from tests.support.fakes import World


def run_jobs(world: World) -> list[str]:
    """Every job that was queued, and what those queue; the kinds that ran."""
    ran = []
    while world.jobs.sent:
        kind, payload = world.jobs.sent.pop(0)
        assert asyncio.run(run_job(world.settings, world.ports, {"kind": kind, **payload})), kind
        ran.append(kind)
    return ran


def drive(world: World) -> None:
    """One minute's cron; jobs that were queued before are lost, as if the queue had forgotten them."""
    world.jobs.sent.clear()
    assert asyncio.run(run_job(world.settings, world.ports, {"kind": DRIVE}))
