"""What each operation costs: python -m bench.operations

Prints Markdown: D1 round trips, queries and rows (Server-Timing; least-most where they vary), own time (client's wall
time less the median of /healthz in the same run), start-up, memory, size of the bundle.
"""

import re
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from bench.probe import VARIABLES, probed
from tests.support.business import STEPS, save, sign_up, start
from tools.caller.session import SimulatedCall
from tools.runtime import wrangler
from tools.runtime.locations import ROOT

ROUNDS = 30
MANY = 5_000
CALLER = "+33639980001"
QUESTIONS = ("êtes-vous ouvert samedi ?", "combien coûte une vidange ?", "prêtez-vous une voiture ?", "vous êtes où ?")
_numbers = (f"+33199{number:06d}" for number in count(1000))


@dataclass
class Samples:
    ms: list[float] = field(default_factory=list)
    costs: list[tuple[int, ...]] = field(default_factory=list)  # round trips, queries, rows read, rows written


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
        assert answer.status_code < 400, f"{self.name}: {answer.status_code} {answer.text}"
        sample = self.samples[self.name]
        sample.ms.append((time.perf_counter() - began) * 1000)
        counts = re.findall(r"=(\d+)", answer.headers.get("server-timing", "").partition('desc="')[2])
        sample.costs.append(tuple(int(count) for count in counts))
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


def spread(values: Iterable[int]) -> str:
    least, most = (ordered := sorted(values))[0], ordered[-1]
    return str(most) if least == most else f"{least}-{most}"


def table(measured: Measured) -> str:
    idle = statistics.median(measured.samples.pop("healthz").ms)
    lines = [
        f"/healthz in the same run: {idle:.1f} ms (median).",
        "",
        "| operation | round trips | queries | rows read | rows written | own time p50 ms | p95 ms | n |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, sample in measured.samples.items():
        if not any(sample.costs):
            continue
        costs = " | ".join(spread(column) for column in zip(*sample.costs, strict=True))
        own = sorted(max(0.0, ms - idle) for ms in sample.ms)
        p95 = own[min(len(own) - 1, int(len(own) * 0.95))]
        lines.append(f"| {name} | {costs} | {statistics.median(own):.1f} | {p95:.1f} | {len(own)} |")
    return "\n".join(lines)


def timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def heap(url: str) -> str:
    """The length of Python's memory, which never shrinks, and what of it is in use."""
    length, used = (int(httpx.get(f"{url}/bench/{what}", timeout=30).text) / 2**20 for what in ("heap", "used"))
    return f"{length:.1f} MiB ({used:.1f} in use)"


def many_requests(url: str) -> None:
    """Half of them read a session from D1, of ten businesses in turn: one alone would meet its limit."""
    with httpx.Client(base_url=url, timeout=60) as client:
        sessions = []
        for _ in range(10):
            sign_up(client)
            sessions.append((client.headers["Authorization"], start(client)))
        for at in range(MANY // 2):
            client.get("/healthz").raise_for_status()
            authorization, session = sessions[at % len(sessions)]
            path = f"/api/v1/onboarding/session/{session}"
            client.get(path, headers={"Authorization": authorization}).raise_for_status()


def bundle_size(folder: Path) -> str:
    out = str(folder / "dist")
    printed = wrangler.run("deploy", "--dry-run", "--outdir", out, project=ROOT, private=folder / "wrangler")
    found = re.search(r"Total Upload: .*", printed)
    return found[0] if found else printed


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        worker = probed(Path(folder), snapshot=False)
        plain = timed(worker.start)
        worker.stop()
        print(bundle_size(Path(folder)))
    with tempfile.TemporaryDirectory() as folder:
        worker = probed(Path(folder))
        worker.start()  # makes the snapshot
        worker.stop()
        try:
            frozen = timed(worker.start)
            after_start = heap(worker.url)
            measured = rounds(worker.url)
            print(table(measured))
            many_requests(worker.url)
            after_many = heap(worker.url)
        finally:
            worker.stop()
    print(f"\nReady after {plain:.1f} s without a snapshot, {frozen:.1f} s with one.")
    print(f"WebAssembly memory: {after_start} after start, {after_many} after the run and {MANY:,} more requests.")


if __name__ == "__main__":
    main()
