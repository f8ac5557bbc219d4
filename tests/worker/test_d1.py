"""The contract of ports.Database on real D1, and what its adapter does about a lost connection."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ports import database
from ports.database import DatabaseError, Result, Statement, Usage
from tests.contract.database_contract import CASES, COUNT, SCHEMA, Case, parent
from tests.support.patience import PATIENT
from tests.worker.probes import probe

HERE = Path(__file__).parent
DROP = ("DROP TABLE IF EXISTS children", "DROP TABLE IF EXISTS parents")


class RemoteDatabase:
    """ports.Database by way of the probe; `losses` is how many answers get lost before one comes through."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.usage = Usage()
        self.losses = 0

    async def batch(self, *statements: Statement, idempotent: bool = False) -> list[Result]:
        asked = {
            "statements": [{"sql": one.sql, "params": one.params} for one in statements],
            "idempotent": idempotent,
            "losses": self.losses,
        }
        answer: dict[str, Any] = self._client.post("/", json=asked).raise_for_status().json()
        self.usage.round_trips += answer["usage"]["round_trips"]
        self.usage.queries += answer["usage"]["queries"]
        if failure := answer.get("error"):
            raise _error(failure)
        return [Result(rows=one["rows"], changes=one["changes"]) for one in answer["results"]]


def _error(failure: dict[str, Any]) -> DatabaseError:
    kind: type[DatabaseError] = getattr(database, failure["kind"])
    error = kind.__new__(kind)
    error.args = tuple(failure["args"])
    for name, value in failure["fields"].items():
        setattr(error, name, tuple(value) if isinstance(value, list) else value)
    return error


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with probe(tmp_path_factory.mktemp("d1_probe"), HERE / "d1_probe/entry.py") as worker:
        yield worker.url


@pytest.fixture
def db(url: str) -> Iterator[RemoteDatabase]:
    with httpx.Client(base_url=url, **PATIENT) as client:
        remote = RemoteDatabase(client)
        statements = [part.strip() for part in SCHEMA.split(";\n")]
        asyncio.run(remote.batch(*(Statement(sql) for sql in (*DROP, *filter(None, statements)))))
        yield remote


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_d1_does_what_a_database_does(case: Case, db: RemoteDatabase) -> None:
    asyncio.run(case(db))


@pytest.mark.parametrize(
    ("statement", "idempotent", "losses", "trips"),
    [(COUNT, False, 2, 3), (parent("a"), True, 1, 2), (parent("a"), False, 0, 1)],
)
def test_a_lost_answer_is_asked_for_again(
    db: RemoteDatabase, statement: Statement, idempotent: bool, losses: int, trips: int
) -> None:
    before, db.losses = db.usage.round_trips, losses
    asyncio.run(db.batch(statement, idempotent=idempotent))
    assert db.usage.round_trips - before == trips


@pytest.mark.parametrize(("statement", "losses", "trips"), [(parent("a"), 1, 1), (COUNT, 3, 3)])
def test_a_write_that_may_have_happened_is_not_repeated_and_a_read_not_for_ever(
    db: RemoteDatabase, statement: Statement, losses: int, trips: int
) -> None:
    before, db.losses = db.usage.round_trips, losses
    with pytest.raises(database.DatabaseUnavailable):
        asyncio.run(db.batch(statement))
    assert db.usage.round_trips - before == trips


def test_rows_are_counted(db: RemoteDatabase) -> None:
    before = db.usage.queries
    asyncio.run(db.batch(parent("a"), COUNT))
    assert db.usage.queries - before == 2
