"""What each operation costs: python -m bench.operations

Prints Markdown: D1 round trips, queries and rows (Server-Timing), own time (client's wall time less the median of
/healthz in the same run), start-up, memory.
"""

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from bench.probe import VARIABLES, probed
from tests.support.business import STEPS, save, sign_up, start
from tools.caller.session import SimulatedCall

ROUNDS = 30
MANY = 5_000
CALLER = "+33639980001"
QUESTIONS = ("êtes-vous ouvert samedi ?", "combien coûte une vidange ?", "prêtez-vous une voiture ?", "vous êtes où ?")
_numbers = (f"+33199{number:06d}" for number in count(1000))


@dataclass
class Samples:
    ms: list[float] = field(default_factory=list)
    cost: str = ""


class Measured(httpx.BaseTransport):
    """Times every request and keeps it under the name that is set at the time."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.samples: dict[str, Samples] = defaultdict(Samples)
        self.name = ""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        began = time.perf_counter()
        answer = self._inner.handle_request(request)
        answer.read()
        sample = self.samples[self.name]
        sample.ms.append((time.perf_counter() - began) * 1000)
        sample.cost = answer.headers.get("server-timing", "").partition('desc="')[2].rstrip('"')
        return answer

    @contextmanager
    def named(self, name: str) -> Iterator[None]:
        before, self.name = self.name, name
        yield
        self.name = before


def one_business(client: httpx.Client, measured: Measured) -> None:
    with measured.named("sign-up"):
        signed_in = sign_up(client)
    if len(measured.samples["login"].ms) < 10:
        with measured.named("login"):
            client.post("/api/v1/auth/login", json={"email": signed_in["user"]["email"], "password": "0123456789"})
        client.cookies.clear()
    with measured.named("onboarding: start"):
        session = start(client)
    number = next(_numbers)
    for step in STEPS:
        with measured.named(f"onboarding: {step}"):
            save(client, session, step, **({"phone_number": number} if step == "assistant" else {}))
    with measured.named("onboarding: read the session"):
        client.get(f"/api/v1/onboarding/session/{session}")
    with measured.named("onboarding: complete"):
        client.post(f"/api/v1/onboarding/session/{session}/complete")
    client.headers.pop("Authorization")
    one_call(client, measured, number)


def one_call(client: httpx.Client, measured: Measured, number: str) -> None:
    account, token = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
    call = SimulatedCall(client, number, CALLER, account, token, status_events=("completed",))
    with measured.named("call: first request"):
        call.start()
    for words in QUESTIONS:
        with measured.named("call: turn"):
            call.say(words)
        with measured.named("call: turn, repeated"):
            call.resend_last()
    with measured.named("call: status report"):
        call.hang_up()


def rounds(url: str) -> Measured:
    measured = Measured()
    with httpx.Client(base_url=url, transport=measured, timeout=60) as client:
        one_business(client, Measured())  # warm
        measured.samples.clear()
        for _ in range(ROUNDS):
            one_business(client, measured)
            with measured.named("healthz"):
                for _ in range(5):
                    client.get("/healthz")
    return measured


def table(measured: Measured) -> str:
    idle = statistics.median(measured.samples.pop("healthz").ms)
    lines = [
        f"/healthz in the same run: {idle:.1f} ms (median).",
        "",
        "| operation | round trips | queries | rows read | rows written | own time p50 ms | p95 ms | n |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, sample in measured.samples.items():
        if not sample.cost:
            continue
        trips, queries, read, written = (part.partition("=")[2] for part in sample.cost.split())
        own = sorted(max(0.0, ms - idle) for ms in sample.ms)
        p95 = own[min(len(own) - 1, int(len(own) * 0.95))]
        lines.append(
            f"| {name} | {trips} | {queries} | {read} | {written} | {statistics.median(own):.1f} | {p95:.1f} | {len(own)} |"
        )
    return "\n".join(lines)


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def heap(url: str) -> str:
    return f"{int(httpx.get(f'{url}/bench/heap', timeout=30).text) / 2**20:.1f} MB"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        worker = probed(Path(folder), snapshot=False)
        plain = timed(worker.start)
        worker.stop()
    with tempfile.TemporaryDirectory() as folder:
        worker = probed(Path(folder), snapshot=True)
        worker.start()
        frozen = timed(worker.restart)
        try:
            after_start = heap(worker.url)
            measured = rounds(worker.url)
            print(table(measured))
            with httpx.Client(base_url=worker.url, timeout=60) as client:
                for _ in range(MANY):
                    client.get("/healthz")
            after_many = heap(worker.url)
        finally:
            worker.stop()
    print(f"\nReady after {plain:.1f} s without a snapshot, {frozen:.1f} s with one.")
    print(f"WebAssembly memory: {after_start} after start, {after_many} after the run and {MANY:,} more requests.")


if __name__ == "__main__":
    main()
