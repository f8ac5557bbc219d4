"""Throughput, latencies and errors against concurrency, memory over time, and what faults leave.

python -m bench.load [--users 1,10,50,100,200] [--seconds 40] [--faults USERS] [--models N] [--minutes M --steady U]. Prints
Markdown. A request's time is what the client waits for an answer. Without --models no vendor is asked before it.
"""

import argparse
import json
import threading
import time

import httpx

from bench.conversation import percentiles
from bench.load import check
from bench.load.faults import Faults
from bench.load.line import Log
from bench.load.users import Business, User
from bench.memory import kept_bytes, resident_bytes
from bench.probe import BUSY, served
from tests.support.business import onboard
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker

BUSINESSES = 20
INDEXED_S = 15.0  # what the businesses know is being indexed when they have signed up
SETTLES_S = 150.0
FAULTS_APART_S = 12.0
MEASURED_APART_S = 180.0
MODEL = {"provider": "openai", "model": "gpt-4.1-mini"}


class Load:
    def __init__(self, worker: LocalWorker, vendors: FakeServer, with_model: int) -> None:
        """`with_model` of the businesses are answered by one; the others by the receptionist."""
        self.worker, self.vendors, self._with_model = worker, vendors, with_model
        self.whole = Log()  # of all runs, for the comparison
        self.businesses = [self._business(number) for number in range(BUSINESSES)]
        time.sleep(INDEXED_S)

    def _business(self, number: int) -> Business:
        phone = f"+331990{number:05d}"
        with httpx.Client(base_url=self.worker.url, timeout=60) as client:
            client.headers["CF-Connecting-IP"] = f"2001:db8:1::{number + 1:x}"
            onboard(client, number=phone)
            if number < self._with_model:
                key = {"api_key": "sk-sample-0123456789abcdef"}
                assert client.put("/api/v1/integrations/openai/credentials", json=key).status_code == 200
                (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
                changed = client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json={"models": [MODEL]})
                assert changed.status_code == 200, changed.text
            # A key does not expire while the load runs.
            scopes = ["agents:read", "conversations:read", "customers:read", "numbers:read", "profile:read"]
            made = client.post("/api/v1/auth/api-keys", json={"name": "load", "scopes": scopes})
            assert made.status_code == 201, made.text
            return Business(phone, f"Bearer {made.json()['key']}")

    def run(self, users: int, seconds: float, faults: Faults | None = None, log: Log | None = None) -> Log:
        log, stopped = log or Log(), threading.Event()
        log.calls, log.texts, log.founded = self.whole.calls, self.whole.texts, self.whole.founded
        log.unanswered = self.whole.unanswered
        threads = [
            threading.Thread(target=User(self.worker.url, log, self.businesses, number, stopped).run)
            for number in range(users)
        ]
        for thread in threads:
            thread.start()
        if faults is not None:
            faults.run(stopped, FAULTS_APART_S)
        stopped.wait(seconds)
        stopped.set()
        for thread in threads:
            thread.join(timeout=120)
        return log

    def settled(self) -> float:
        """Seconds until nothing waits any more."""
        began = time.perf_counter()
        while not check.is_settled(self.worker.persist_to) and time.perf_counter() - began < SETTLES_S:
            self.worker.scheduled("* * * * *")
            time.sleep(2)
        return time.perf_counter() - began


def own_ms(log: str) -> list[float]:
    """Of each request, as the Worker itself has logged it: from its first line to its answer, D1 included."""
    lines = (json.loads(line) for line in log.splitlines() if line.startswith('{"event": "http.request"'))
    return [float(line["ms"]) for line in lines]


def table_of_concurrency(load: Load, users: list[int], seconds: float) -> None:
    print(
        "| users at once | requests a second | p50 | p95 | p99 | in the Worker: p50 | p95 | p99 | errors | workerd, MB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    last = Log()
    for count in users:
        began, logged = time.perf_counter(), load.worker.log_path.stat().st_size
        last = load.run(count, seconds)
        spent = [ms for measured in last.spent_ms.values() for ms in measured]
        rate = len(spent) / (time.perf_counter() - began)
        times = f"{percentiles(spent)} | {percentiles(own_ms(load.worker.log(logged)))}"
        shown = f"{rate:.1f} | {times} | {len(last.errors)} | {resident_bytes(load.worker) / 1e6:.0f}"
        print(f"| {count} | {shown} |", flush=True)
        for error in sorted(set(last.errors))[:3]:
            print(f"<!-- {error} -->")
    print(f"\n| at {users[-1]} users, ms | requests | p50 | p95 | p99 |\n|---|---|---|---|---|")
    for kind, measured in sorted(last.spent_ms.items()):
        print(f"| {kind} | {len(measured)} | {percentiles(measured)} |")


def table_of_faults(load: Load, users: int) -> None:
    faults = Faults(load.worker, load.vendors)
    log = load.run(users, 15.0, faults)
    print(f"\n{users} users, one after another:\n")
    for name in faults.done:
        print(f"- {name}")
    count = sum(len(measured) for measured in log.spent_ms.values())
    print(f"\n{count} requests, {log.repeats} of them repeated, {len(log.errors)} answers of 5xx or none;")
    print(f"{len(log.apologies)} callers were asked to say it again.")
    for error in sorted(set(log.errors))[:10]:
        print(f"- {log.errors.count(error)} × {error}")


def table_of_memory(load: Load, users: int, minutes: float) -> None:
    print(f"\n| minute, with {users} users | requests so far | both processes, MB | Python, MB | JavaScript kept, MB |")
    print("|---|---|---|---|---|")
    log = Log()
    runner = threading.Thread(target=load.run, args=(users, minutes * 60), kwargs={"log": log})
    began = time.monotonic()
    runner.start()
    while runner.is_alive():
        sent = sum(len(measured) for measured in log.spent_ms.values())
        python = int(httpx.get(f"{load.worker.url}/bench/heap", timeout=60, trust_env=False).text)
        figures = (resident_bytes(load.worker) / 1e6, python / 1e6, kept_bytes(load.worker) / 1e6)
        shown = " | ".join(f"{figure:.1f}" for figure in figures)
        print(f"| {(time.monotonic() - began) / 60:.0f} | {sent} | {shown} |", flush=True)
        runner.join(timeout=MEASURED_APART_S)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--users", default="1,10,50,100,200")
    arguments.add_argument("--seconds", type=float, default=40.0)
    arguments.add_argument("--faults", type=int, default=0, metavar="USERS")
    arguments.add_argument("--minutes", type=float, default=0.0)
    arguments.add_argument("--models", type=int, default=0, help="of the 20 businesses, answered by a model")
    arguments.add_argument("--steady", type=int, default=50)
    given = arguments.parse_args()
    with served(BUSY) as (worker, vendors):
        load = Load(worker, vendors, given.models)
        if given.users:
            table_of_concurrency(load, [int(one) for one in given.users.split(",")], given.seconds)
        if given.faults:
            table_of_faults(load, given.faults)
        if given.minutes:
            table_of_memory(load, given.steady, given.minutes)
        took = load.settled()
        print(f"\nNothing waited any more {took:.0f} s after the last request. What was sent against what is stored:")
        whole = load.whole
        sent = f"{len(whole.calls)} calls with {sum(whole.calls.values())} turns, {len(whole.texts)} texts"
        done = f"{sum(whole.founded.values())} of {len(whole.founded)} onboardings completed"
        print(f"{sent}, {done}; callers who heard nothing: {len(whole.unanswered)}.")
        for one in whole.unanswered[:10]:
            print(f"- {one}")
        found = check.differences(worker.persist_to, whole, vendors.fakes)
        print(f"{len(found)} differences.")
        for one in found[:20]:
            print(f"- {one}")


if __name__ == "__main__":
    main()
