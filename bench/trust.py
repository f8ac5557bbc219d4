"""What is delivered more than once, out of order, and to a Worker that is killed: python -m bench.trust

Prints Markdown: provider events (stored, handled, effects) and outgoing webhooks (against a receiver that fails, hangs
and heals).
"""

import argparse
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
from twilio.request_validator import RequestValidator

from bench.probe import VARIABLES, served
from tests.support.business import onboard
from tools.caller.session import SimulatedCall
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker, rows

NUMBER, SMS = "+33199001234", "/webhooks/omnichannel/sms"
THREADS, REPEATS, KILLS = 8, 0.3, 5
DRAIN_S = 600.0
# Written by the database itself, whatever the code believes: one row for every effect.
COUNTER = (
    "CREATE TABLE bench_effects (address TEXT NOT NULL);"
    "CREATE TRIGGER bench_insert AFTER INSERT ON message_consents"
    " BEGIN INSERT INTO bench_effects VALUES (NEW.address); END;"
    "CREATE TRIGGER bench_update AFTER UPDATE ON message_consents"
    " BEGIN INSERT INTO bench_effects VALUES (NEW.address); END"
)


class Bench:
    def __init__(self, worker: LocalWorker, vendors: FakeServer) -> None:
        self.worker = worker
        self.vendors = vendors
        self.account, self.token = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]

    def count(self, query: str) -> int:
        return int(next(iter(rows.read(self.worker.persist_to, query)[0].values())) or 0)

    def drain(self, is_done: Callable[[], bool]) -> float:
        """Seconds of cron, a run every second, until it is done."""
        began = time.monotonic()
        while not is_done():
            if time.monotonic() - began > DRAIN_S:
                raise TimeoutError("cron did not bring it to an end")
            self.worker.scheduled("* * * * *")
            time.sleep(1)
        return time.monotonic() - began


@contextmanager
def running() -> Iterator[Bench]:
    with served() as (worker, vendors):
        worker.wrangler(
            *("d1", "execute", "coccinelle-db", "--local", "--persist-to", str(worker.persist_to)),
            *("--command", COUNTER),
        )
        yield Bench(worker, vendors)


def provider_events(bench: Bench, count: int) -> list[str]:
    with httpx.Client(base_url=bench.worker.url, timeout=60, trust_env=False) as client:
        onboard(client, number=NUMBER)
    order = random.Random(1)
    sent = [*range(count), *order.choices(range(count), k=int(count * REPEATS))]
    order.shuffle(sent)
    kill_at = {len(sent) * (n + 1) // (KILLS + 1) for n in range(KILLS)}
    again: list[int] = []
    alive, lock = threading.Event(), threading.Lock()
    alive.set()
    validator = RequestValidator(bench.token)

    def deliver(client: httpx.Client, at: int) -> None:
        params = {"MessageSid": f"SM{at:032x}", "AccountSid": bench.account, "Body": "STOP", "To": NUMBER}
        params["From"] = f"+3363998{at:06d}"
        signature = validator.compute_signature(f"{bench.worker.url}{SMS}", params)
        alive.wait(120)
        try:
            status = client.post(SMS, data=params, headers={"X-Twilio-Signature": signature}).status_code
        except httpx.HTTPError:
            status = 0
        if status != 200:  # a provider sends it again
            with lock:
                again.append(at)

    def kill() -> None:
        alive.clear()
        bench.worker.kill()
        bench.worker.restart()
        alive.set()

    began, attempts, killing = time.monotonic(), 0, ThreadPoolExecutor(1)
    with httpx.Client(base_url=bench.worker.url, timeout=60, trust_env=False) as client, killing:
        while sent:
            with ThreadPoolExecutor(THREADS) as pool:
                for at in sent:
                    attempts += 1
                    if attempts in kill_at:
                        killing.submit(kill)
                    pool.submit(deliver, client, at)
                    while pool._work_queue.qsize() > 2 * THREADS:
                        time.sleep(0.001)
            sent, again = again, []
    seconds = time.monotonic() - began
    stored = "SELECT COUNT(*) FROM inbound_events WHERE kind = 'message.received'"
    left = bench.count(f"{stored} AND handled_at IS NULL")
    drained = bench.drain(lambda: bench.count(f"{stored} AND handled_at IS NULL") == 0)
    most = "SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM bench_effects GROUP BY address)"
    return [
        "| what | figure |",
        "|---|---|",
        f"| different events | {count:,} |",
        f"| deliveries, repeats and what was sent again after a failure included | {attempts:,} |",
        f"| SIGKILL of workerd meanwhile | {KILLS} |",
        f"| deliveries a second, {THREADS} at once | {attempts / seconds:.0f} |",
        f"| stored | {bench.count(stored):,} |",
        f"| not yet handled when the last was delivered | {left:,} |",
        f"| handled by cron after that, s | {drained:.0f} |",
        f"| handled / dead | {bench.count(f'{stored} AND handled_at IS NOT NULL'):,} / "
        f"{bench.count(f'{stored} AND dead_at IS NOT NULL')} |",
        f"| effects, counted by the database | {bench.count('SELECT COUNT(*) FROM bench_effects'):,} |",
        f"| most effects of one event | {bench.count(most)} |",
        f"| events that took more than one attempt | {bench.count(f'{stored} AND attempts > 1'):,} |",
    ]


def outgoing_webhooks(bench: Bench, calls: int) -> list[str]:
    """Three receivers: one well, one that answers 500 at first, one that hangs at first; a SIGKILL in between."""
    receiver = bench.vendors.fakes.receiver
    with httpx.Client(base_url=bench.worker.url, timeout=60, trust_env=False) as client:
        onboard(client, number="+33199005678")
        for name in ("well", "failing"):
            body = {"url": f"{bench.vendors.origin}/receiver/{name}", "events": ["*"]}
            assert client.post("/api/v1/webhook-endpoints", json=body).status_code == 201
        receiver.statuses["failing"] = [500] * calls + [204]
        bench.vendors.fakes.hang("receiver", times=2)
        for at in range(calls):
            with SimulatedCall(bench.worker.url, "+33199005678", "+33639980001", bench.account, bench.token) as call:
                call.start()
                call.hang_up()
            if at == calls // 2:
                bench.worker.kill()
                bench.worker.restart()
    waiting = "SELECT COUNT(*) FROM webhook_deliveries WHERE status <> 'delivered'"
    drained = bench.drain(lambda: bench.count(waiting) == 0)
    different = {name: {one.headers["webhook-id"] for one in receiver.of(name)} for name in ("well", "failing")}
    bodies = {(one.headers["webhook-id"], one.body) for one in receiver.received}
    events = bench.count("SELECT COUNT(*) FROM webhook_events")
    assert json.loads(receiver.received[0].body)["type"]
    return [
        "| what | figure |",
        "|---|---|",
        f"| events of {calls} calls | {events} |",
        f"| deliveries, to two endpoints | {bench.count('SELECT COUNT(*) FROM webhook_deliveries')} |",
        f"| delivered / dead | {bench.count('SELECT COUNT(*) FROM webhook_deliveries WHERE delivered_at IS NOT NULL')} / 0 |",
        f"| different events that each receiver has seen | {', '.join(str(len(ids)) for ids in different.values())} |",
        f"| attempts | {bench.count('SELECT COUNT(*) FROM webhook_attempts')} |",
        f"| bodies that differed between two attempts of one event | {len(bodies) - len(different['well'])} |",
        f"| until all were delivered, s | {drained:.0f} |",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.trust")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--calls", type=int, default=20)
    asked = parser.parse_args()
    with running() as bench:
        print("\n".join(("", "### Provider events", "", *provider_events(bench, asked.events))), flush=True)
        print("\n".join(("", "### Outgoing webhooks", "", *outgoing_webhooks(bench, asked.calls))), flush=True)


if __name__ == "__main__":
    main()
