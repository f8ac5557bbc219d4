"""What every ports.Database does, on SQLite as on D1. Each case gets an empty database with the tables of SCHEMA."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from ports.database import (
    CheckViolation,
    Database,
    DatabaseError,
    ForeignKeyViolation,
    NotNullViolation,
    RefusedByTrigger,
    Statement,
    UniqueViolation,
)

SCHEMA = """
CREATE TABLE parents (id TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER CONSTRAINT small CHECK (size < 10)) STRICT;
CREATE TABLE children (tenant_id TEXT NOT NULL, id TEXT NOT NULL, parent_id TEXT NOT NULL REFERENCES parents (id),
  UNIQUE (tenant_id, id)) STRICT;
CREATE TRIGGER parents_stay BEFORE DELETE ON parents BEGIN SELECT RAISE(ABORT, 'parents_stay'); END;
"""

Case = Callable[[Database], Coroutine[Any, Any, None]]
CASES: list[Case] = []


def case(function: Case) -> Case:
    CASES.append(function)
    return function


def parent(name: str, size: int | None = 1) -> Statement:
    return Statement("INSERT INTO parents (id, name, size) VALUES (?1, ?2, ?3)", (name, f"name of {name}", size))


COUNT = Statement("SELECT COUNT(*) AS n FROM parents")


async def count(db: Database) -> object:
    return (await db.batch(COUNT))[0].rows[0]["n"]


@case
async def results_come_in_the_order_of_the_statements(db: Database) -> None:
    results = await db.batch(parent("a"), parent("b"), Statement("SELECT id, size FROM parents ORDER BY id"))
    assert [dict(row) for row in results[2].rows] == [{"id": "a", "size": 1}, {"id": "b", "size": 1}]
    assert [result.changes for result in results[:2]] == [1, 1]


@case
async def text_and_null_come_back_as_they_went(db: Database) -> None:
    nasty = "é 🐞 ' \" ; -- \n \t 美"
    await db.batch(Statement("INSERT INTO parents VALUES (?1, ?2, ?3)", (nasty, nasty, None)))
    (found,) = await db.batch(Statement("SELECT id, name, size FROM parents WHERE id = ?1", (nasty,)))
    assert dict(found.rows[0]) == {"id": nasty, "name": nasty, "size": None}


@case
async def an_integer_column_keeps_integers(db: Database) -> None:
    await db.batch(parent("a", 7))
    (found,) = await db.batch(Statement("SELECT size, typeof(size) AS kind FROM parents"))
    assert dict(found.rows[0]) == {"size": 7, "kind": "integer"}


@case
async def returning_gives_the_rows_of_its_statement(db: Database) -> None:
    insert = Statement("INSERT INTO parents (id, name) VALUES (?1, ?2) RETURNING id, name", ("a", "x"))
    (result,) = await db.batch(insert)
    assert dict(result.rows[0]) == {"id": "a", "name": "x"}


@case
async def no_row_is_no_first(db: Database) -> None:
    (found,) = await db.batch(Statement("SELECT id FROM parents"))
    assert (list(found.rows), found.first) == ([], None)


@case
async def one_failure_undoes_the_whole_batch(db: Database) -> None:
    with pytest.raises(UniqueViolation):
        await db.batch(parent("a"), parent("b"), parent("a"))
    assert await count(db) == 0


@case
async def a_unique_key_is_named_with_all_its_columns(db: Database) -> None:
    child = Statement("INSERT INTO children VALUES ('t', 'c', 'a')")
    await db.batch(parent("a"), child)
    with pytest.raises(UniqueViolation) as refused:
        await db.batch(child)
    assert refused.value.columns == ("children.tenant_id", "children.id")
    with pytest.raises(UniqueViolation) as refused:
        await db.batch(parent("a"))
    assert refused.value.columns == ("parents.id",)


@case
async def a_missing_value_is_named(db: Database) -> None:
    with pytest.raises(NotNullViolation) as refused:
        await db.batch(Statement("INSERT INTO parents (id, name) VALUES ('a', NULL)"))
    assert refused.value.column == "parents.name"


@case
async def a_check_is_named(db: Database) -> None:
    with pytest.raises(CheckViolation) as refused:
        await db.batch(parent("a", 10))
    assert refused.value.name == "small"


@case
async def a_foreign_key_is_kept(db: Database) -> None:
    with pytest.raises(ForeignKeyViolation):
        await db.batch(Statement("INSERT INTO children VALUES ('t', 'c', 'nobody')"))


@case
async def a_trigger_gives_its_reason_and_undoes_the_batch(db: Database) -> None:
    await db.batch(parent("a"))
    with pytest.raises(RefusedByTrigger) as refused:
        await db.batch(parent("b"), Statement("DELETE FROM parents"))
    assert refused.value.reason == "parents_stay"
    assert await count(db) == 1


@case
async def more_than_a_hundred_parameters_are_refused(db: Database) -> None:
    marks = ", ".join(f"?{number}" for number in range(1, 102))
    with pytest.raises(DatabaseError):
        await db.batch(Statement(f"SELECT {marks}", tuple(range(101))))


@case
async def a_list_travels_as_json(db: Database) -> None:
    insert = "INSERT INTO parents (id, name, size) SELECT value ->> 'id', value ->> 'name', value ->> 'size' FROM json_each(?1)"
    await db.batch(
        Statement(insert, ('[{"id": "a", "name": "x", "size": 3}, {"id": "b", "name": "y", "size": null}]',))
    )
    assert await count(db) == 2


@case
async def usage_counts_round_trips_and_queries(db: Database) -> None:
    before = (db.usage.round_trips, db.usage.queries)
    await db.batch(parent("a"), COUNT)
    assert (db.usage.round_trips - before[0], db.usage.queries - before[1]) == (1, 2)


@case
async def a_statement_can_ask_whether_the_one_before_it_changed_anything(db: Database) -> None:
    echo = Statement("INSERT INTO parents (id, name) SELECT ?1, 'echo' WHERE changes() > 0", ("e",))
    rename = "UPDATE parents SET name = 'x' WHERE id = ?1"
    await db.batch(parent("a"), Statement("UPDATE parents SET name = 'y' WHERE id = ?1", ("nobody",)), echo)
    assert await count(db) == 1
    await db.batch(Statement(rename, ("a",)), echo)
    assert await count(db) == 2
