"""Older installations, upgraded: every fact is in the new tables or in migration_rejects with the reason."""

import json
import sqlite3

import pytest

from modules.omnichannel.agents import agent_out
from modules.omnichannel.schemas import NewAgent
from tests.database.databases import SCHEMA, Row, connect, migrate, rows, run, sound, structure
from tests.database.facts import TABLES, Fact, count, legacy_facts
from tests.database.legacy_data import copy_rows
from tests.database.upgrades import STOPS, Upgrade, stopped_at_0004


@pytest.fixture(scope="module", params=list(STOPS))
def each(request: pytest.FixtureRequest) -> Upgrade:
    return Upgrade(request.param)


def test_every_fact_is_carried_or_rejected(each: Upgrade) -> None:
    counted = count(each.facts, each.db)
    reasons = ", ".join(f"{reason} {number}" for reason, number in counted.reasons.most_common())
    print(
        f"\nfrom {each.stop}: {counted.before} facts = {counted.carried} carried + {counted.rejected} rejected ({reasons})"
    )

    assert counted.lost == ()
    assert counted.before == counted.carried + counted.rejected
    assert counted.carried > 300
    assert counted.rejected > 50
    assert counted.rejected == counted.reasons.total()


def test_no_fact_is_in_both_places(each: Upgrade) -> None:
    doubled = count(each.facts, each.db).both

    # Its vapi_data says one thing twice, so it is kept whole beside what was made of it.
    assert {fact.row for fact in doubled} <= {"sess_doubled"}


@pytest.mark.parametrize("stop", ["0004", "edited"])
def test_every_reject_is_of_something_that_was_there(stop: str) -> None:
    upgrade = Upgrade(stop)
    known = {(fact.table, fact.row, field) for fact in upgrade.facts for field in (fact.field, "", "vapi_data")}

    rejects = rows(upgrade.db, "SELECT source_table, source_id, field, reason FROM migration_rejects")

    assert [row for row in rejects if (row["source_table"], row["source_id"], row["field"]) not in known] == []
    assert [row for row in rejects if row["reason"] == "not_carried"] == []


def test_the_count_sees_a_loss() -> None:
    upgrade = Upgrade("0003")
    upgrade.db.execute("UPDATE users SET name = 'Marion' WHERE id = 'user_1'")
    upgrade.db.execute("DELETE FROM migration_rejects WHERE source_id = 'user_2'")

    lost = count(upgrade.facts, upgrade.db).lost

    assert {(fact.row, fact.field) for fact in lost} == {
        ("user_1", "name"),
        *(("user_2", field) for field in ("id", "tenant_id", "email", "password_hash", "name", "role", "created_at")),
    }


def test_the_database_is_sound_and_has_the_schema(each: Upgrade) -> None:
    written = connect()
    run(written, SCHEMA)

    assert sound(each.db)
    assert structure(each.db) == structure(written)


def test_both_roads_end_in_the_same_rows() -> None:
    """A database upgraded from 0003, and one whose tables were filled when the historical 0004 had been."""
    historical = stopped_at_0004()
    later = connect()
    migrate(later, upto=4)
    for table in TABLES:
        copy_rows(historical, later, table)
    migrate(historical, after=4)
    migrate(later, after=4)
    straight = Upgrade("0003").db

    assert everything(later) == everything(historical)
    # The historical 0004 dates what it makes by the clock.
    dates = ("created_at", "updated_at", "verified_at")
    assert everything(straight, dates) == everything(historical, dates)


def everything(db: sqlite3.Connection, but: tuple[str, ...] = ()) -> dict[str, list[Row]]:
    """All rows of all tables; of what 0004 made without the columns `but`, in the rows it made that were rejected too."""
    made_by_0004 = {"omni_agent_configs", "omni_agent_versions", "omni_phone_mappings"}
    found: dict[str, list[Row]] = {}
    # Without the pages of the index of words, which are SQLite's own.
    names = db.execute("SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    for (table,) in list(names):
        kept = rows(db, f"SELECT * FROM {table}")
        for row in kept:
            if table == "migration_rejects":
                row.pop("created_at")
            if table in made_by_0004:
                leave_out(row, but)
            if row.get("source_table") in made_by_0004 and row["field"] == "":
                row["content"] = json.loads(row["content"])
                leave_out(row["content"], but)
        found[table] = sorted(kept, key=lambda row: json.dumps(row, sort_keys=True))
    return found


def leave_out(row: Row, columns: tuple[str, ...]) -> None:
    for column in columns:
        row.pop(column, None)


def test_an_empty_installation_gets_no_rows() -> None:
    db = connect()
    migrate(db)

    assert {table: made for table, made in everything(db).items() if made} == {}


def test_each_agent_is_its_tenants_default_and_has_a_version(each: Upgrade) -> None:
    agents = {(row["tenant_id"], row["id"]) for row in rows(each.db, "SELECT * FROM omni_agent_configs")}
    versions = {(row["tenant_id"], row["agent_id"]) for row in rows(each.db, "SELECT * FROM omni_agent_versions")}

    assert agents == versions
    assert rows(each.db, "SELECT id FROM omni_agent_configs WHERE is_default = 0 OR version <> 1") == []
    assert len({tenant for tenant, _ in agents}) == len(agents)


def test_each_version_is_complete(each: Upgrade) -> None:
    for row in rows(each.db, "SELECT config FROM omni_agent_versions"):
        config = json.loads(row["config"])
        assert {key: type(value) for key, value in config.items()} == {
            **dict.fromkeys(("agent_type", "agent_name", "voice_provider", "voice_id", "voice_language"), str),
            **dict.fromkeys(("voice_mode", "system_prompt", "greeting_message"), str),
            "knowledge_base_ids": list,
            "enable_appointments": bool,
            "enable_products": bool,
        }
        assert all(isinstance(one, str) for one in config["knowledge_base_ids"])
        assert all(config[key].strip() for key in ("agent_name", "voice_id", "system_prompt", "greeting_message"))


def test_each_agent_can_be_changed_through_the_api(each: Upgrade) -> None:
    """Which checks all of its values together."""
    for row in rows(each.db, "SELECT * FROM omni_agent_configs"):
        shown = agent_out(row).model_dump(include=set(NewAgent.model_fields))
        assert NewAgent.model_validate(shown).agent_name == row["agent_name"]


def test_facts_are_counted_one_by_one() -> None:
    db = connect()
    migrate(db, upto=3)
    db.execute("INSERT INTO tenants (id, name, email, created_at) VALUES ('t', ' ', NULL, '2025-01-01')")
    db.execute(
        "INSERT INTO onboarding_sessions (id, tenant_id, status, current_step, started_at, vapi_data, created_at) "
        """VALUES ('s', 't', 'x', 1, NULL, '{"voice_id": "v", "agent_name": null}', NULL)"""
    )

    found = [(fact.table, fact.field) for fact in legacy_facts(db)]

    assert found == [
        ("tenants", "id"),
        ("tenants", "created_at"),
        *(("onboarding_sessions", f) for f in ("id", "tenant_id", "status", "current_step", "vapi_data.voice_id")),
    ]
    assert Fact("tenants", "t", "t", "id", "t", "t") in legacy_facts(db)
