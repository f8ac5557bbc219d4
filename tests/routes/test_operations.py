import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx
import pytest

from driving import DRIVE
from jobs import CLEAN_UP, run_job, run_schedule
from modules.instants import stored
from modules.operations import service
from tests.support.business import onboard, sign_up
from tests.support.fakes import VARIABLES, World
from tools.caller.session import SimulatedCall

METRICS = {"Authorization": f"Bearer {VARIABLES['METRICS_TOKEN']}"}


def figures(client: httpx.Client) -> dict[str, int]:
    text = client.get("/metrics", headers=METRICS).text
    pairs = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name.removeprefix("coccinelle_"): int(value) for name, _, value in pairs}


def test_alive_touches_no_store(client: httpx.Client, world: World) -> None:
    answer = client.get("/healthz")
    assert answer.json() == {"success": True, "status": "ok", "version": "development"}
    assert world.db.batches == []


def test_what_a_request_cost_is_told_outside_production(client: httpx.Client, world: World) -> None:
    assert client.get("/healthz").headers["server-timing"].startswith("d1;dur=0.0")
    world.settings = world.settings.model_copy(update={"environment": "production"})
    assert "server-timing" not in client.get("/healthz").headers


def test_ready_says_which_store_is_down(world: World) -> None:
    async def up() -> None: ...

    async def down() -> None:
        raise RuntimeError("no answer")

    probes: dict[str, Callable[[], Awaitable[None]]] = {"d1": up, "r2": down}
    latencies = asyncio.run(service.readiness(replace(world.ports, probes=probes)))
    assert latencies == {"d1": 0.0, "r2": None}


def test_figures_show_sign_ups_that_go_nowhere(client: httpx.Client, other: httpx.Client) -> None:
    assert client.get("/metrics").status_code == 401
    onboard(client, number="+33199001234")
    sign_up(other)
    counted = figures(client)
    assert (counted["tenants"], counted["completions_day"], counted["signups_without_completion_day"]) == (2, 1, 1)


@pytest.mark.parametrize(("completes", "is_told"), [(False, True), (True, False)])
def test_sign_ups_without_completions_raise_an_alert(
    world: World, client: httpx.Client, capsys: pytest.CaptureFixture[str], completes: bool, is_told: bool
) -> None:
    for _ in range(3):
        client.headers["Authorization"] = ""
        sign_up(client)
    if completes:
        client.headers["Authorization"] = ""
        onboard(client, number=None)
    asyncio.run(run_schedule(world.settings, world.ports, "*/5 * * * *"))
    assert ("onboarding.stalled" in capsys.readouterr().out) is is_told
    assert world.jobs.sent[-2:] == [(DRIVE, {}), (CLEAN_UP, {})]


def test_a_call_whose_end_nobody_reported_is_closed(client: httpx.Client, world: World) -> None:
    onboard(client, number="+33199001234")
    call = SimulatedCall(
        client, "+33199001234", "+33639980001", VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"],
        status_events=(),
    )  # fmt: skip
    call.start()
    assert asyncio.run(run_job(world.settings, world.ports, {"kind": CLEAN_UP})) is True
    assert figures(client)["calls_open"] == 1
    world.clock.advance(hours=7)
    for _ in range(2):
        assert asyncio.run(run_job(world.settings, world.ports, {"kind": CLEAN_UP})) is True
    assert world.db.rows("SELECT status, ended_at FROM calls") == [
        {"status": "failed", "ended_at": stored(world.clock.now())}
    ]
    assert world.db.rows("SELECT status, outcome FROM omni_conversations") == [
        {"status": "closed", "outcome": "abandoned"}
    ]


def test_what_has_expired_is_dropped(client: httpx.Client, world: World) -> None:
    sign_up(client)
    world.clock.advance(days=32)
    asyncio.run(run_job(world.settings, world.ports, {"kind": CLEAN_UP}))
    assert world.db.rows("SELECT * FROM sessions") == []


def test_an_unknown_or_broken_job_is_not_done(world: World) -> None:
    assert asyncio.run(run_job(world.settings, world.ports, {"kind": "unheard_of"})) is False
    world.db.fail_at = 0
    assert asyncio.run(run_job(world.settings, world.ports, {"kind": CLEAN_UP})) is False
