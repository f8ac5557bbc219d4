"""The promises of the local runtime: rows outlive a SIGKILL, and the command line sees them."""

import json

import httpx

from tests.support.patience import PATIENT
from tools.runtime import LocalWorker
from tools.runtime.rows import read

COUNT = "SELECT COUNT(*) AS n FROM d1_migrations"


def test_command_line_sees_the_rows_of_the_running_worker(worker: LocalWorker) -> None:
    printed = worker.wrangler(
        *("d1", "execute", "coccinelle-db", "--local", "--persist-to", str(worker.persist_to)),
        *("--json", "--command", COUNT),
    )
    assert json.loads(printed)[0]["results"] == read(worker.persist_to, COUNT)


def test_rows_outlive_a_sigkill(own_worker: LocalWorker) -> None:
    before = read(own_worker.persist_to, COUNT)
    own_worker.kill()
    assert not own_worker.is_running()
    own_worker.restart()
    assert httpx.get(f"{own_worker.url}/healthz", **PATIENT).status_code == 200
    assert read(own_worker.persist_to, COUNT) == before
