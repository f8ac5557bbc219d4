"""Bookings that collide, over HTTP on workerd."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.diary import book, open_business, service_id, slots
from tests.support.overlaps import overlaps
from tools.runtime import LocalWorker

Sql = Callable[..., list[dict[str, Any]]]
AT_ONCE = 40


@pytest.fixture
def client(worker: LocalWorker) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=worker.url, timeout=60, trust_env=False) as given:
        yield given


def next_days() -> tuple[str, str]:
    today = datetime.now(UTC).date()
    return (today + timedelta(days=2)).isoformat(), (today + timedelta(days=9)).isoformat()


def test_of_many_who_want_one_start_one_gets_it(client: httpx.Client, sql: Sql) -> None:
    vidange = open_business(client, None)
    start = slots(client, vidange, *next_days())[0]["start"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: book(client, vidange, start), range(AT_ONCE)))
    assert Counter(one.status_code for one in answers) == {201: 1, 409: AT_ONCE - 1}
    for lost in (one.json() for one in answers if one.status_code == 409):
        assert lost["code"] == "slot_taken"
        assert len(lost["alternatives"]) == 3
    rows = sql("SELECT id FROM appointments WHERE service_id = ?", vidange)
    assert len(rows) == 1


def test_of_many_who_want_times_that_overlap_none_overlaps(client: httpx.Client, sql: Sql) -> None:
    vidange = open_business(client, None)
    diagnostic = service_id(client, "Diagnostic")
    for name in ("Julie", "Marc"):
        assert client.post("/api/v1/agents", json={"name": name}).status_code == 201
    staff = [one["id"] for one in client.get("/api/v1/agents").json()["items"]]
    free = {one: [slot["start"] for slot in slots(client, one, *next_days())][:12] for one in (vidange, diagnostic)}
    dice = random.Random(7)
    wishes = [(one, dice.choice(free[one]), dice.choice([None, *staff])) for one in dice.choices([*free], k=AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda wish: book(client, wish[0], wish[1], agent_id=wish[2]), wishes))
    assert {one.status_code for one in answers} == {201, 409}
    rows = sql("SELECT * FROM appointments WHERE service_id IN (?, ?)", vidange, diagnostic)
    assert len(rows) == sum(one.status_code == 201 for one in answers)
    assert overlaps(rows, {vidange: 1, diagnostic: 1}) == []
