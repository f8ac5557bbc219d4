"""What a turn takes with a model and without: python -m bench.conversation

Prints Markdown: own time (client's wall time less the median of /healthz in the same run) and the stages as the Worker
measured them, against a fake model that answers at once, and one that takes as long as a real one.
"""

import argparse
import statistics
import time
from collections.abc import Sequence

import httpx

from bench.probe import VARIABLES, served
from tests.support.business import onboard
from tools.caller.session import SimulatedCall
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker, rows

QUESTIONS = (
    "Est-ce que vous prêtez une voiture ?",
    "Quels moyens de paiement acceptez-vous ?",
    "Réparez-vous les électriques ?",
)
REALISTIC_S = 0.35  # to the end of a short answer, each of two exchanges


def percentiles(values: Sequence[float]) -> str:
    ordered = sorted(values)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99)]
    return " | ".join(f"{value:.1f}" for value in at)


class Bench:
    def __init__(self, worker: LocalWorker, vendors: FakeServer) -> None:
        self.worker = worker
        self.vendors = vendors
        with httpx.Client(base_url=worker.url, timeout=30) as client:
            idle = []
            for _ in range(100):
                began = time.perf_counter()
                client.get("/healthz")
                idle.append((time.perf_counter() - began) * 1000)
        self.idle_ms = statistics.median(idle)

    def business(self, number: str, *, has_model: bool) -> str:
        with httpx.Client(base_url=self.worker.url, timeout=60) as client:
            tenant_id = onboard(client, number=number)
            if has_model:
                key = {"api_key": "sk-sample-0123456789abcdef"}
                assert client.put("/api/v1/integrations/openai/credentials", json=key).status_code == 200
                (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
                models = [{"provider": "openai", "model": "gpt-4.1-mini"}]
                client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json={"models": models})
        return tenant_id

    def turns(self, number: str, calls: int) -> list[float]:
        own = []
        account, token = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
        for _ in range(calls):
            with SimulatedCall(self.worker.url, number, "+33639980001", account, token, status_events=()) as call:
                call.start()
                for question in QUESTIONS:
                    began = time.perf_counter()
                    assert call.say(question)
                    own.append(max(0.0, (time.perf_counter() - began) * 1000 - self.idle_ms))
        return own

    def stages(self, tenant_id: str) -> list[tuple[str, list[float]]]:
        query = (
            "SELECT t.load_ms, w.first_words_ms, w.models_ms, w.tools_ms FROM conversation_turns AS w"
            " JOIN calls AS c ON c.tenant_id = w.tenant_id AND c.conversation_id = w.conversation_id"
            " JOIN call_turns AS t ON t.tenant_id = c.tenant_id AND t.call_id = c.id AND t.turn = w.turn"
            " WHERE w.tenant_id = ?1"
        )
        found = rows.read(self.worker.persist_to, query, (tenant_id,))
        names = {"load_ms": "load", "first_words_ms": "first words of a model", "models_ms": "models in all"}
        return [
            (shown, [float(row[name] or 0) for row in found if row[name] is not None]) for name, shown in names.items()
        ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.conversation")
    parser.add_argument("--calls", type=int, default=40)
    calls = parser.parse_args().calls
    with served() as (worker, vendors):
        bench = Bench(worker, vendors)
        print(f"/healthz in the same run: {bench.idle_ms:.1f} ms (median); {calls * len(QUESTIONS)} turns each.\n")
        print("| turn | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|")
        kinds = (
            ("without a model", False, 0.0),
            ("a model at once", True, 0.0),
            ("a model in time", True, REALISTIC_S),
        )
        for at, (name, has_model, delay_s) in enumerate(kinds):
            number = f"+3319900{at:04d}"
            tenant_id = bench.business(number, has_model=has_model)
            vendors.delays_s["openai"] = delay_s
            print(f"| {name}: own time | {percentiles(bench.turns(number, calls))} |")
            for stage, values in bench.stages(tenant_id):
                if values and any(values):
                    print(f"| {name}: {stage} | {percentiles(values)} |", flush=True)


if __name__ == "__main__":
    main()
