"""The list of tables that hold rows of a business, against the schema: a new table cannot be forgotten."""

import sqlite3

import pytest

from modules.personal_data import table_queries
from modules.personal_data.tables import OWNED, OwnedTable
from tests.support.sqlite import SCHEMA

# Rows of nobody's, or found by another way; each is looked at in tests/routes/test_leaving.py.
ELSEWHERE = {
    "tenants": "the business itself, last",
    "users": "people may belong to several businesses",
    "sessions": "a person's",
    "refresh_tokens": "a session's",
    "one_time_tokens": "a person's",
    "platform_numbers": "go back to the pool",
    "attempt_counters": "hashes, for a day",
    "login_failures": "hashes, for a day",
    "migration_rejects": "found by what they say",
    "tenant_erasures": "the receipt",
}


@pytest.fixture(scope="module")
def db() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text())
    return connection


def tables(db: sqlite3.Connection) -> set[str]:
    rows = db.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    words = [name for name, sql in rows if sql.startswith("CREATE VIRTUAL")]
    return {name for name, _ in rows if name not in words and not any(name.startswith(f"{one}_") for one in words)}


def test_every_table_is_named_once(db: sqlite3.Connection) -> None:
    named = [table.name for table in OWNED]
    assert len(named) == len(set(named))
    assert set(named) | set(ELSEWHERE) == tables(db)
    assert not set(named) & set(ELSEWHERE)


def test_children_go_before_their_parents(db: sqlite3.Connection) -> None:
    place = {table.name: index for index, table in enumerate(OWNED)}
    for name in place:
        for row in db.execute(f"PRAGMA foreign_key_list({name})"):
            parent, on_delete = row[2], row[6]
            if parent in place and parent != name and on_delete != "CASCADE":
                assert place[name] < place[parent], f"{name} before {parent}"


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_a_table_can_be_read_and_emptied_by_its_key(db: sqlite3.Connection, table: OwnedTable) -> None:
    columns = {row[1]: row[5] for row in db.execute(f"PRAGMA table_xinfo({table.name})")}
    assert "tenant_id" in columns
    assert set(table.without) <= set(columns) | {"*"}
    unique = [
        {row[2] for row in db.execute(f"PRAGMA index_info({index[1]})")}
        for index in db.execute(f"PRAGMA index_list({table.name})")
        if index[2] and not index[4]
    ]
    primary = {name for name, place in columns.items() if place}
    assert any(key and key <= {"tenant_id", *table.key} for key in [primary, *unique]), "its key is unique"
    for after in ((), ("x",) * len(table.key)):
        read = table_queries.rows("t", table, after, 10)
        db.execute(f"EXPLAIN {read.sql}", read.params)
    delete = table_queries.delete_some("t", table, 10)
    db.execute(f"EXPLAIN {delete.sql}", delete.params)


def test_what_is_secret_is_left_out(db: sqlite3.Connection) -> None:
    secret = ("secret", "token", "ciphertext", "wrapped", "hash", "password")
    known = {"content_hash", "query_hash", "sync_token", "request_hash"}  # of what is in the archive anyway
    for table in OWNED:
        if not table.is_archived:
            continue
        names = {row[1] for row in db.execute(f"PRAGMA table_xinfo({table.name})")} - known - set(table.without)
        assert [name for name in names if any(word in name for word in secret)] == []
