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


def test_what_customers_have_survives_the_tables_made_anew() -> None:
    """Children of a table that is made anew keep their parents, with foreign keys on."""
    db, at = connect(), "2026-11-20 11:00:00.000"
    migrate(db, upto=21)
    for sql in (
        "INSERT INTO tenants (id, name, slug, created_at, updated_at) VALUES ('t', 'Sample', 's', ?1, ?1)",
        "INSERT INTO omni_agent_configs (id, tenant_id, voice_id, created_at, updated_at) VALUES ('a', 't', 'v', ?1, ?1)",
        "INSERT INTO omni_agent_versions VALUES ('t', 'a', 1, '{}', ?1)",
        "INSERT INTO customers VALUES ('c1', 't', '+33639980001', 'Sample', ?1, ?1, 'one@sample.example')",
        "INSERT INTO customers VALUES ('c2', 't', '+33639980002', NULL, ?1, ?1, 'one@sample.example')",
        "INSERT INTO omni_conversations (id, tenant_id, channel, agent_id, agent_version, customer_id, started_at,"
        " last_message_at) VALUES ('s', 't', 'voice', 'a', 1, 'c1', ?1, ?1)",
        "INSERT INTO omni_messages (id, tenant_id, conversation_id, channel, provider_id, turn, role, body, created_at)"
        " VALUES ('m', 't', 's', 'voice', 'p', 1, 'caller', 'Des pneus d''été', ?1)",
        "INSERT INTO tickets (id, tenant_id, conversation_id, customer_id, kind, caller_name, body, created_at, updated_at)"
        " VALUES ('k', 't', 's', 'c1', 'message', 'Sample', 'x', ?1, ?1)",
        "INSERT INTO outbox (id, tenant_id, channel, recipient, template, content, purpose, status, provider_id, due_at,"
        " created_at) VALUES ('o', 't', 'sms', '+33639980001', 'plain', '{}', 'reply', 'sent', 'SM1', ?1, ?1)",
        "INSERT INTO message_consents VALUES ('t', 'sms', '+33639980001', 'withdrawn', 'STOP', ?1)",
    ):
        db.execute(sql, (at,) if "?1" in sql else ())
    run(db, *MIGRATIONS[21:])

    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    known = [tuple(row) for row in db.execute("SELECT id, phone, email FROM customer_details ORDER BY id")]
    assert known == [("c1", "+33639980001", "one@sample.example"), ("c2", "+33639980002", None)]
    assert [row["provider"] for row in db.execute("SELECT provider FROM outbox")] == ["twilio"]
    assert [tuple(row) for row in db.execute("SELECT sender, state FROM message_consents")] == [("", "withdrawn")]
    found = db.execute("SELECT rowid FROM message_words WHERE message_words MATCH 'tenant:t AND body:ete'").fetchall()
    assert len(found) == 1
