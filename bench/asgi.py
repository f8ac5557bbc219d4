"""One small FastAPI answer in three ways, side by side in one run: python -m bench.asgi"""

import statistics
import tempfile
import time
from pathlib import Path

import httpx

from bench.probe import probed

ROUNDS = 300
WAYS = {"plain": "no framework", "bridge": "FastAPI, our bridge", "sdk": "FastAPI, the SDK's asgi.fetch"}


def main() -> None:
    samples: dict[str, list[float]] = {way: [] for way in WAYS}
    with (
        tempfile.TemporaryDirectory() as folder,
        probed(Path(folder), snapshot=True) as worker,
        httpx.Client(base_url=worker.url, timeout=60) as client,
    ):
        for number in range(ROUNDS + 30):
            for way in WAYS:  # in turn, so that noise of the machine meets all alike
                began = time.perf_counter()
                assert client.get(f"/bench/{way}").json() == {"way": way}
                if number >= 30:
                    samples[way].append((time.perf_counter() - began) * 1000)
    base = statistics.median(samples["plain"])
    print("| way | p50 ms | p95 ms | over plain, ms |\n|---|---|---|---|")
    for way, name in WAYS.items():
        ordered = sorted(samples[way])
        p50 = statistics.median(ordered)
        print(f"| {name} | {p50:.1f} | {ordered[int(ROUNDS * 0.95)]:.1f} | {p50 - base:.1f} |")


if __name__ == "__main__":
    main()
