"""One small FastAPI answer in three ways, side by side in one run: python -m bench.asgi

The clock inside a Worker stands still between I/O, so what one answer takes there is had by giving many to one request.
"""

import statistics
import tempfile
import time
from pathlib import Path

import httpx

from bench.probe import probed

ROUNDS = 300
WARM_UP = 30
IN_A_ROW = 200
ROWS = 15
WAYS = {"plain": "no framework", "bridge": "FastAPI, our bridge", "sdk": "FastAPI, the SDK's asgi.fetch"}


def timed_ms(client: httpx.Client, way: str, times: int = 1) -> float:
    began = time.perf_counter()
    assert client.get(f"/bench/{way}?times={times}").json() == {"way": way}
    return (time.perf_counter() - began) * 1000


def main() -> None:
    single: dict[str, list[float]] = {way: [] for way in WAYS}
    inside: dict[str, list[float]] = {way: [] for way in WAYS}
    with (
        tempfile.TemporaryDirectory() as folder,
        probed(Path(folder)) as worker,
        httpx.Client(base_url=worker.url, timeout=60) as client,
    ):
        for number in range(ROUNDS + WARM_UP):
            for way in WAYS:  # in turn, so that noise of the machine meets all alike
                took = timed_ms(client, way)
                if number >= WARM_UP:
                    single[way].append(took)
        for _ in range(ROWS):
            for way in WAYS:
                inside[way].append((timed_ms(client, way, IN_A_ROW) - statistics.median(single[way])) / (IN_A_ROW - 1))
    base = statistics.median(single["plain"])
    print("| way | p50 ms | p95 ms | over plain, ms | ratio | inside the Worker, ms each |\n|---|---|---|---|---|---|")
    for way, name in WAYS.items():
        ordered = sorted(single[way])
        p50, p95 = statistics.median(ordered), ordered[int(ROUNDS * 0.95)]
        each = statistics.median(inside[way])
        print(f"| {name} | {p50:.1f} | {p95:.1f} | {p50 - base:.1f} | {p50 / base:.2f} | {each:.2f} |")


if __name__ == "__main__":
    main()
