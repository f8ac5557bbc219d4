"""What colliding bookings and a season of free times cost, on workerd: python -m bench.appointments

Prints Markdown: 500 bookings of one start at once, 500 over times that overlap with an independent check of the rows,
and the own time of 90 days of ten people.
"""

import argparse
import random
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from bench.probe import served
from tests.support.diary import CALLER, book, open_business, service_id, slots, staff_id
from tests.support.overlaps import overlaps
from tools.runtime import rows

MANY, AT_ONCE, ROUNDS = 500, 100, 20


def days(first: int, last: int) -> tuple[str, str]:
    today = datetime.now(UTC).date()
    return (today + timedelta(days=first)).isoformat(), (today + timedelta(days=last)).isoformat()


def one_start(client: httpx.Client, folder: Path) -> None:
    vidange = open_business(client, None)
    start = slots(client, vidange, *days(2, 9))[0]["start"]
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: book(client, vidange, start), range(MANY)))
    took = time.perf_counter() - began
    codes = Counter(one.json().get("code", "booked") for one in answers)
    three = sum(len(one.json().get("alternatives", [])) == 3 for one in answers)
    held = rows.read(folder, "SELECT COUNT(*) AS n FROM appointments WHERE service_id = ?", (vidange,))[0]["n"]
    print(
        f"| {MANY} of one start, {AT_ONCE} at once | {dict(codes)}, {three} with three alternatives, {held!s} row, {took:.1f} s |"
    )


def overlapping(client: httpx.Client, folder: Path) -> None:
    vidange = open_business(client, None)
    services = {vidange: 1, service_id(client, "Diagnostic"): 1, service_id(client, "Révision complète"): 1}
    course = {"name": "Atelier", "duration_min": 60, "buffer_min": 15, "capacity": 4, "interval_min": 30}
    services[client.post("/api/v1/services", json=course).json()["service"]["id"]] = 4
    client.patch(f"/api/v1/services/{vidange}", json={"buffer_min": 10, "buffer_before_min": 5})
    for name in ("Julie", "Marc"):
        client.post("/api/v1/agents", json={"name": name})
    staff = [one["id"] for one in client.get("/api/v1/agents").json()["items"]]
    free = {one: [slot["start"] for slot in slots(client, one, *days(2, 9))][:60] for one in services}
    dice = random.Random(11)
    wishes = [(one, dice.choice(free[one]), dice.choice([None, *staff])) for one in dice.choices([*free], k=MANY)]
    made: list[str] = []

    def ask(wish: tuple[str, str, str | None]) -> int:
        answer = book(client, wish[0], wish[1], agent_id=wish[2])
        if answer.status_code == 201 and len(made) % 3 == 0:  # every third is moved on
            moved = {"start": dice.choice(free[wish[0]])}
            client.patch(f"/api/v1/appointments/{answer.json()['appointment']['id']}", json=moved)
        made.append(answer.text)
        return answer.status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        counted = Counter(pool.map(ask, wishes))
    marks = ",".join("?" * len(services))
    found = rows.read(folder, f"SELECT * FROM appointments WHERE service_id IN ({marks})", tuple(services))
    moves = sum(int(str(row["sequence"])) > 0 for row in found)
    wrong = overlaps(found, services)
    print(f"| {MANY} over times that overlap, three people | {dict(counted)}, {moves} moved, {len(wrong)} overlaps |")


def season(client: httpx.Client) -> None:
    vidange = open_business(client, None)
    client.put("/api/v1/appointments/settings", json={"horizon_days": 120})
    for number in range(9):
        client.post("/api/v1/agents", json={"name": f"Person {number}"})
    staff_id(client)
    health: list[float] = []
    asked: list[float] = []
    counted = 0
    for _ in range(30):
        for path, params, taken in (
            ("/healthz", None, health),
            (
                "/api/v1/appointments/slots",
                {"service_id": vidange, **dict(zip(("from", "to"), days(1, 91), strict=True))},
                asked,
            ),
        ):
            began = time.perf_counter()
            answer = client.get(path, params=params)
            taken.append((time.perf_counter() - began) * 1000)
            counted = len(answer.json().get("items", []))
    trips = answer.headers.get("server-timing", "")
    base = statistics.median(health)
    own = sorted(one - base for one in asked)
    print(f"| 90 days of ten people | {counted} starts, own time p50 {own[15]:.0f} ms, p95 {own[28]:.0f} ms; {trips} |")


def operations(client: httpx.Client) -> None:
    """What each costs in D1, and in own time, one client at a time."""
    vidange = open_business(client, None)
    first, last = days(2, 9)
    free = [slot["start"] for slot in slots(client, vidange, first, last)]
    slug = slug_of(client)
    taken: dict[str, list[tuple[float, str]]] = {}
    health: list[float] = []

    def timed(name: str, method: str, path: str, **request: Any) -> httpx.Response:
        began = time.perf_counter()
        client.get("/healthz")
        health.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        answer = client.request(method, path, **request)
        answer.raise_for_status()
        counts = answer.headers["server-timing"].partition('desc="')[2].rstrip('"')
        taken.setdefault(name, []).append(((time.perf_counter() - began) * 1000, counts))
        return answer

    query = {"service_id": vidange, "from": first, "to": last}
    for number in range(ROUNDS):
        timed("free times of a week", "GET", "/api/v1/appointments/slots", params=query)
        order = {"service_id": vidange, "start": free[number * 4], "customer": CALLER}
        made = timed("book", "POST", "/api/v1/appointments", json=order).json()["appointment"]
        path = f"/api/v1/appointments/{made['id']}"
        timed("move", "PATCH", path, json={"start": free[number * 4 + 1]})
        timed("cancel", "POST", f"{path}/cancel")
        timed("the public page's data", "GET", f"/api/v1/public/{slug}")
    base = statistics.median(health)
    for name, samples in taken.items():
        own = sorted(one - base for one, _ in samples)
        print(
            f"| {name} | own time p50 {own[len(own) // 2]:.1f} ms, p95 {own[int(len(own) * 0.95)]:.1f} ms; {samples[-1][1]} |"
        )


def slug_of(client: httpx.Client) -> str:
    return str(client.get("/api/v1/auth/me").json()["tenant"]["slug"])


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    limits = httpx.Limits(max_connections=AT_ONCE)
    with (
        served() as (worker, _),
        httpx.Client(base_url=worker.url, timeout=300, trust_env=False, limits=limits) as client,
    ):
        print("| what | figure |\n|---|---|")
        for measure in (one_start, overlapping):
            measure(client, worker.persist_to)
        season(client)
        operations(client)


if __name__ == "__main__":
    main()
