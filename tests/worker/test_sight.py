"""Figures of the whole installation on workerd: told after the answer, added up in one Durable Object, kept over a restart."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.support.business import sign_up
from tests.support.patience import PATIENT, eventually
from tools.runtime import LocalWorker

ROUTE = "/api/v1/auth/me"
MEMORY = "coccinelle_python_memory_bytes"


def test_counters_add_up_to_what_was_sent_over_several_connections_and_a_restart(
    own_worker: LocalWorker, variables: Mapping[str, str]
) -> None:
    def figures() -> Mapping[str, float]:
        headers = {"Authorization": f"Bearer {variables['METRICS_TOKEN']}"}
        said = httpx.get(f"{own_worker.url}/metrics", headers=headers, **PATIENT)
        assert said.status_code == 200, own_worker.log()[-3000:]
        samples = [one for family in text_string_to_metric_families(said.text) for one in family.samples]
        assert next(one.value for one in samples if one.name == "coccinelle_figures_up") == 1
        return {
            one.name + one.labels.get("status", ""): one.value
            for one in samples
            if one.name == MEMORY or (one.labels.get("route") == ROUTE and "le" not in one.labels)
        }

    def send(connection: int) -> list[int]:
        with httpx.Client(base_url=own_worker.url, **PATIENT) as client:
            client.headers["CF-Connecting-IP"] = f"192.0.2.{connection}"
            sign_up(client)
            statuses = [client.get(ROUTE).status_code for _ in range(20)]
            client.headers["Authorization"] = f"Bearer {uuid4().hex}"
            return [*statuses, *(client.get(ROUTE).status_code for _ in range(5))]

    with ThreadPoolExecutor(5) as pool:
        sent = [status for statuses in pool.map(send, range(1, 6)) for status in statuses]
        pool.submit(figures).result()  # while requests still go on
    right, wrong = sent.count(200), sent.count(401)
    assert (right, wrong) == (100, 25)
    count = "coccinelle_http_requests_total"

    def complete() -> Mapping[str, float] | None:
        one = figures()
        return one if one.get(f"{count}200", 0) + one.get(f"{count}401", 0) >= 125 else None

    found = eventually(complete)
    assert (found[f"{count}200"], found[f"{count}401"]) == (right, wrong)
    assert found["coccinelle_http_request_seconds_count"] == right + wrong
    assert 30e6 < found[MEMORY] < 128e6
    own_worker.restart()
    assert figures()[f"{count}200"] == right
