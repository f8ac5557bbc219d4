"""The way a database got here ends where the schema says it is."""

import re
from pathlib import Path

import pytest

from tests.database.databases import MIGRATIONS, SCHEMA, connect, migrate, normalised, run, sound, statements, structure


def test_all_migrations_on_an_empty_file_give_the_schema(tmp_path: Path) -> None:
    migrated, written = connect(tmp_path / "migrated.sqlite"), connect(tmp_path / "written.sqlite")
    migrate(migrated)
    run(written, SCHEMA)

    assert structure(migrated) == structure(written)
    assert sound(migrated)


def test_migrations_are_numbered_without_gaps_and_named_after_what_they_do() -> None:
    assert [int(file.name[:4]) for file in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    assert [file.name for file in MIGRATIONS if not re.fullmatch(r"\d{4}_[a-z0-9]+(_[a-z0-9]+)+\.sql", file.name)] == []


@pytest.mark.parametrize("file", [*MIGRATIONS, SCHEMA], ids=lambda file: file.name)
def test_a_file_keeps_to_what_d1_takes(file: Path) -> None:
    text = file.read_text()
    sql = normalised(text)

    assert max(map(len, text.splitlines())) <= 120
    # Migrations run inside a transaction that D1 opens.
    assert re.search(r"\b(begin transaction|commit|savepoint|rollback|attach|vacuum)\b", sql) is None
    assert re.search(r"\bpragma (?!defer_foreign_keys)", sql) is None
    assert all(len(statement.encode()) < 100_000 for statement in statements(text))


def test_the_first_migrations_pass_over_tables_that_are_there_already() -> None:
    db = connect()
    migrate(db, upto=3)
    db.execute("INSERT INTO tenants (id, name) VALUES ('t1', 'Garage Dupont')")

    migrate(db, upto=3)
    migrate(db, after=3)

    assert [tuple(row) for row in db.execute("SELECT id, name FROM tenants")] == [("t1", "Garage Dupont")]


def test_normalising_forgives_layout_only() -> None:
    assert normalised("CREATE TABLE a (b TEXT) -- why\n STRICT") == normalised("create table a(\n  b text\n) strict")
    assert normalised("CHECK (a IN ('X'))") != normalised("CHECK (a IN ('x'))")
    assert normalised("DEFAULT '--'") != normalised("DEFAULT ''")
