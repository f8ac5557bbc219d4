"""What an operator sees: figures that are true and readable by Prometheus, and one id from a request to all it causes."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from adapters.meter import IsolateMeter
from jobs import run_job
from modules.operations.exposition import FAMILIES, PREFIX, text
from ports.meter import BUCKETS_S, Sample
from tests.routes.test_engine import caller, says
from tests.support.business import onboard, sign_up
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tests.support.threads import pause
from tests.support.threads import text as texted
from tests.support.work import run_jobs
from tools import seed
from tools.caller.session import SimulatedCall
from tools.fakes.models import Reply

METRICS = {"Authorization": f"Bearer {VARIABLES['METRICS_TOKEN']}"}
__all__ = ["caller"]


def figures(client: httpx.Client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = client.get("/metrics", headers=METRICS)
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            found[sample.name.removeprefix(PREFIX), tuple(sorted(sample.labels.items()))] = sample.value
    return found


def value(found: dict[Any, float], name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


def test_requests_are_counted_by_route_and_status(client: httpx.Client, world: World) -> None:
    sign_up(client)
    for _ in range(3):
        client.get("/api/v1/auth/me")
    client.get("/api/v1/auth/me", headers={"Authorization": "Bearer nonsense"})
    client.get("/no/such/path/with/4711")
    found = figures(client)
    count = "http_requests_total"
    assert value(found, count, route="/api/v1/auth/me", method="GET", status="200") == 3
    assert value(found, count, route="/api/v1/auth/me", method="GET", status="401") == 1
    assert value(found, count, route="unmatched", method="GET", status="404") == 1
    assert value(found, "http_request_seconds_count", route="/api/v1/auth/me") == 4
    again = figures(client)
    assert value(again, count, route="/metrics", method="GET", status="200") == 1


def test_every_family_is_what_it_says_and_no_label_names_anybody(client: httpx.Client, world: World) -> None:
    onboard(client, number=seed.NUMBER)
    texted(client, world, "Bonjour", seed.NUMBER)
    pause(world)
    run_jobs(world)
    said = client.get("/metrics", headers=METRICS).text
    families = {one.name: one for one in text_string_to_metric_families(said)}
    for name, (kind, meaning) in FAMILIES.items():
        family = families.get(PREFIX + name.removesuffix("_total")) or families.get(PREFIX + name)
        if family is not None:
            assert (family.type, family.documentation) == (kind, meaning)
    assert {"coccinelle_jobs", "coccinelle_turns", "coccinelle_vendor_calls"} <= set(families)
    for family in families.values():
        for sample in family.samples:
            assert not any(word in str(sample.labels) for word in ("+33", "tenant_", "conv_", "@"))


def test_a_histogram_adds_up() -> None:
    meter = IsolateMeter()
    seconds = [0.001, 0.005, 0.3, 7.0, 31.0]
    for one in seconds:
        meter.observe("job_seconds", one, job='a "quoted" \\ name')
    told = meter.taken()
    assert meter.is_empty
    samples = [Sample(name, tuple(map(tuple, json.loads(labels))), value) for name, labels, _, value in told]
    (family,) = text_string_to_metric_families(text(samples))
    found = {(one.name, one.labels.get("le")): one.value for one in family.samples}
    assert all(one.labels["job"] == 'a "quoted" \\ name' for one in family.samples)
    for bound in BUCKETS_S:
        assert found["coccinelle_job_seconds_bucket", str(bound)] == sum(one <= bound for one in seconds)
    assert found["coccinelle_job_seconds_bucket", "+Inf"] == found["coccinelle_job_seconds_count", None] == 5
    assert found["coccinelle_job_seconds_sum", None] == pytest.approx(sum(seconds))


def test_what_could_not_be_told_waits() -> None:
    meter = IsolateMeter()
    meter.count("jobs_total", 2.0, job="x")
    meter.set("breaker_open", 1.0, vendor="x")
    told = meter.taken()
    meter.count("jobs_total", job="x")
    meter.set("breaker_open", 0.0, vendor="x")
    meter.put_back(told)
    assert sorted(value for *_, value in meter.taken()) == [0.0, 3.0]


def test_without_the_store_of_figures_the_rest_is_told(client: httpx.Client, world: World) -> None:
    sign_up(client)
    world.figures.is_down = True
    found = figures(client)
    assert value(found, "figures_up") == 0
    assert value(found, "tenants") == 1


def test_what_waits_is_told_with_its_age(client: httpx.Client, world: World) -> None:
    sign_up(client)  # its mail waits for a job
    world.clock.advance(seconds=90)
    found = figures(client)
    assert value(found, "backlog", kind="messages") == 1
    assert value(found, "backlog_age_seconds", kind="messages") == 90
    run_jobs(world)
    assert value(figures(client), "backlog", kind="messages") == 0


def test_a_breaker_that_opens_and_recovers_is_seen(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    world.fakes.fail("openai", times=100)
    for words in ("Bonjour", "Quels sont vos horaires ?", "Et le samedi ?"):
        assert caller.say(words)  # whoever is down
    found = figures(client)
    assert value(found, "breaker_transitions_total", vendor="openai", to="open") == 1
    assert value(found, "breaker_open", vendor="openai") == 1
    caller.say("Vous avez une voiture de prêt ?")
    found = figures(client)
    assert value(found, "vendor_calls_total", vendor="openai", outcome="circuit_open") == 1
    assert value(found, "vendor_calls_total", vendor="openai", outcome="unavailable") == 3
    world.clock.advance(seconds=31)
    world.fakes.fail("openai", times=0)
    says(world, Reply("Bien sûr."))
    caller.say("Réparez-vous les voitures électriques ?")
    found = figures(client)
    for state in ("half_open", "closed"):
        assert value(found, "breaker_transitions_total", vendor="openai", to=state) == 1
    assert value(found, "breaker_open", vendor="openai") == 0
    assert value(found, "vendor_calls_total", vendor="openai", outcome="ok") >= 1
    assert value(found, "turn_stage_seconds_count", stage="decide") == 5


def test_one_id_goes_from_a_request_to_its_job_and_the_vendor(capsys: pytest.CaptureFixture[str]) -> None:
    world = World(RESEND_API_KEY="re_a_0123456789", MAIL_FROM="desk@sample.example")
    with client_of(world) as client:
        sign_up(client)
    (kind, payload) = world.jobs.sent.pop()
    job = {"kind": kind, **payload, "correlation_id": "from-the-request-1"}
    asked: list[httpx.Request] = []
    handle = world.fakes.handle

    def seen(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return handle(request)

    world.fakes.handle = seen  # type: ignore[method-assign]
    assert asyncio.run(run_job(world.settings, world.ports, job))
    assert {one.headers["x-correlation-id"] for one in asked} == {"from-the-request-1"}
    line = next(json.loads(one) for one in capsys.readouterr().out.splitlines() if "job.done" in one)
    assert line["correlation_id"] == "from-the-request-1"
