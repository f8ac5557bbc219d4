"""Knowledge on workerd: own time with ten thousand pieces among a hundred tenants, what reading files costs, memory, and
a whole site crawled, killed half way, gone on with and refreshed: python -m bench.knowledge.worker [--growth] [--site]"""

import argparse
import json
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from bench.knowledge.costs import vocabulary
from bench.probe import VARIABLES, probed
from modules.knowledge import chunk_queries, document_queries
from modules.knowledge.cutting import Piece, Source, rows
from ports.database import Statement
from tests.support.business import sign_up
from tests.support.knowledge import pdf, word
from tools.fakes.server import LoopbackServer
from tools.fakes.site import WHOLE, Site
from tools.runtime import LocalWorker

SIZES, PIECES, TENANTS, OTHERS_PIECES = (1_000, 10_000, 100_000), 10_000, 100, 1_000
QUESTIONS = ("prix de la vidange moteur", "horaires samedi", "garantie des réparations", "how much is a full service")
ROUNDS = 10
_AT = "2026-11-20 11:00:00.000"


def _fill(path: Path, own: str, pieces: int, tenants: int) -> None:
    """Straight into the database's file while nobody has it open, by the project's own statements."""
    dice = random.Random(7)
    words, weights = vocabulary(dice)
    with sqlite3.connect(path, isolation_level=None) as connection:

        def run(statement: Statement) -> None:
            connection.execute(statement.sql, statement.params)

        connection.execute("BEGIN")
        for number in range(tenants):
            tenant = own if number == 0 else f"tnt_other_{number:03d}"
            if number:
                connection.execute(
                    "INSERT INTO tenants (id, name, slug, created_at, updated_at) VALUES (?, 'Sample', ?, ?, ?)",
                    (tenant, tenant, _AT, _AT),
                )
            run(chunk_queries.ensure_space(tenant))
            for first in range(0, pieces if number == 0 else OTHERS_PIECES, 500):
                source = Source("document", f"doc_{first:06d}", "Sample", "", "fr")
                made = rows(source, [Piece("Sample", " ".join(dice.choices(words, weights, k=60))) for _ in range(500)])
                values = json.dumps(
                    {"title": "Sample", "content": "", "origin": "api", "format": "text", "analysis": 1}
                )
                run(document_queries.insert_document(tenant, source.id, values, _AT))
                run(chunk_queries.put_chunks(tenant, json.dumps(made, ensure_ascii=False)))
        run(chunk_queries.ensure_index(own, "workers_ai:@cf/baai/bge-m3", 1024, _AT))
        connection.execute("COMMIT")
    connection.close()


def _database(folder: Path) -> Path:
    found = [path for path in folder.rglob("*.sqlite") if "D1Database" in str(path) and path.name != "metadata.sqlite"]
    (path,) = found
    return path


def _took(do: Callable[[], httpx.Response]) -> tuple[float, httpx.Response]:
    began = time.perf_counter()
    answer = do()
    assert answer.status_code < 300, answer.text
    return (time.perf_counter() - began) * 1000, answer


def _row(name: str, took: Sequence[float], base_ms: float, answer: httpx.Response) -> str:
    own = sorted(one - base_ms for one in took)
    counts = answer.headers.get("server-timing", "").partition('desc="')[2].rstrip('"')
    return f"| {name} | {statistics.median(own):.0f} | {own[int(len(own) * 0.95)]:.0f} | {counts} |"


def own_time() -> None:
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        worker = probed(folder)
        with worker, httpx.Client(base_url=worker.url, timeout=120, trust_env=False) as client:
            heap = _heap(client)
            tenant = sign_up(client)["tenant"]["id"]
            worker.stop()
            _fill(_database(folder / "state"), tenant, PIECES, TENANTS)
            worker.start()
            client.base_url = httpx.URL(worker.url)
            base = statistics.median(_took(lambda: client.get("/healthz"))[0] for _ in range(50))
            print(
                f"{PIECES} pieces of the tenant, {TENANTS - 1} tenants beside with {OTHERS_PIECES} each; /healthz {base:.1f} ms"
            )
            print("| what | own time p50 ms | p95 ms | D1 |\n|---|---|---|---|")
            for name, path, body in (
                ("search, by words", "search", {"mode": "keyword"}),
                ("search, hybrid (no vector in the index)", "search", {}),
                ("ask, without a model", "ask", None),
            ):
                _measure(client, base, (name, path, body))
            _files(client, base)
            print(f"\nWebAssembly memory after start {heap:.1f} MB, at the end {_heap(client):.1f} MB")


def growth() -> None:
    """Own time and rows read against the size of the corpus."""
    print("| pieces of the tenant (9 others with 1,000 beside) | own time p50 ms | p95 ms | D1, the last of them |")
    print("|---|---|---|---|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as held:
            folder = Path(held)
            worker = probed(folder)
            with worker, httpx.Client(base_url=worker.url, timeout=120, trust_env=False) as client:
                tenant = sign_up(client)["tenant"]["id"]
                worker.stop()
                _fill(_database(folder / "state"), tenant, size, 10)
                worker.start()
                client.base_url = httpx.URL(worker.url)
                base = statistics.median(_took(lambda: client.get("/healthz"))[0] for _ in range(50))
                _measure(client, base, (f"{size:,}", "search", {}))


def _measure(client: httpx.Client, base: float, what: tuple[str, str, dict[str, Any] | None]) -> None:
    name, path, body = what
    took = []
    for number in range(ROUNDS * len(QUESTIONS)):
        text = QUESTIONS[number % len(QUESTIONS)]
        said = {"question": text} if body is None else {"query": text, **body}
        ms, answer = _took(partial(client.post, f"/api/v1/knowledge/{path}", json=said))
        took.append(ms)
    print(_row(name, took[len(QUESTIONS) :], base, answer), flush=True)


def _files(client: httpx.Client, base: float) -> None:
    lines = [f"Prestation numéro {n} faite par un mécanicien, au prix de {n + 9} euros." for n in range(1_500)]
    table = tuple((f"Prestation {n}", f"{n + 9} €") for n in range(300))
    page = (
        "<main><h1>Page</h1>" + "".join(f"<h2>Titre {n}</h2><p>{line}</p>" for n, line in enumerate(lines)) + "</main>"
    )
    files = {
        "PDF, 1,500 lines": ("a.pdf", pdf(*lines)),
        "Word, 300 rows": ("a.docx", word("Tarifs", table=table)),
        "HTML, 1,500 paragraphs": ("a.html", page.encode()),
        "CSV, 1,500 rows": ("a.csv", ("n;texte\n" + "".join(f"{n};{line}\n" for n, line in enumerate(lines))).encode()),
    }
    for name, file in files.items():
        took = [
            _took(partial(client.post, "/api/v1/knowledge/documents/upload", files={"file": file})) for _ in range(4)
        ]
        print(
            _row(f"upload, {name} (first {took[0][0] - base:.0f})", [ms for ms, _ in took[1:]], base, took[-1][1]),
            flush=True,
        )


def _heap(client: httpx.Client) -> float:
    return int(client.get("/bench/heap").text) / 2**20


def site() -> None:
    served = Site()
    with tempfile.TemporaryDirectory() as held, LoopbackServer(served) as server:
        served.origin = server.origin
        variables = {**VARIABLES, "DEV_OUTBOUND_ORIGINS": server.origin}
        with (
            probed(Path(held), variables=variables) as worker,
            httpx.Client(base_url=worker.url, timeout=60, trust_env=False) as client,
        ):
            sign_up(client)
            body = {"url": f"{server.origin}/", "max_pages": 400, "max_depth": 10}
            crawl = client.post("/api/v1/knowledge/crawl", json=body).json()["crawl"]["id"]

            def shown() -> dict[str, Any]:
                found: dict[str, Any] = client.get(f"/api/v1/knowledge/crawls/{crawl}").json()["crawl"]
                return found

            began = time.monotonic()
            while shown()["pages"]["read"] < WHOLE.worth_reading // 2:
                time.sleep(1)
            print(f"after {time.monotonic() - began:.0f} s, killed at:", shown()["pages"], flush=True)
            worker.kill()
            worker.restart()
            client.base_url = httpx.URL(worker.url)
            _wait(worker, shown)
            print(f"after {time.monotonic() - began:.0f} s, gone on to the end:", shown()["pages"], flush=True)
            twice = {
                path: count
                for path, count in served.requests.items()
                if count > 1 and path.startswith(("/conseils", "/agences"))
            }
            print(
                "worth reading:",
                WHOLE.worth_reading,
                "asked for twice:",
                twice or "none",
                "private:",
                served.requests["/prive/1"],
            )
            served.edition, served.not_modified = 2, 0
            client.post(f"/api/v1/knowledge/crawls/{crawl}/refresh").raise_for_status()
            _wait(worker, shown)
            print("refreshed:", shown()["pages"], "not modified:", served.not_modified, flush=True)


def _wait(worker: LocalWorker, shown: Callable[[], dict[str, Any]]) -> None:
    for number in range(1_200):
        if shown()["status"] == "done":
            return
        if number % 20 == 0:
            worker.scheduled("* * * * *")
        time.sleep(1)
    raise TimeoutError


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.knowledge.worker")
    parser.add_argument(
        "--growth", action="store_true", help="only own time and rows read against the size of the corpus"
    )
    parser.add_argument("--site", action="store_true", help="only the site: crawled, killed, gone on with, refreshed")
    given = parser.parse_args()
    if given.site:
        site()
    elif given.growth:
        growth()
    else:
        own_time()


if __name__ == "__main__":
    main()
