"""Whatever a legacy database holds, the upgrade runs to its end and loses nothing."""

import json
import random
import sqlite3
from typing import Any

import pytest

from modules.omnichannel.agents import agent_out
from modules.omnichannel.schemas import NewAgent
from tests.database.databases import Row, connect, insert, migrate, rows, sound
from tests.database.facts import count, legacy_facts

SEEDS = range(24)

KEYS: tuple[object, ...] = ("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8")
TENANT_IDS = (*KEYS, *KEYS, "gone", None, "", b"t9")
TEXTS = ("Léa", "  x ", "", None, "0", 5, 2.5, "a'b\"c", "🌸", "null", "{}", b"bytes", "\t\n", "é" * 300)
INSTANTS = (
    *("2025-03-01 09:00:00", "2025-03-01T09:00:00Z", "2025-03-01T09:00:00.123456+02:00", "2025-03-01 10:00 "),
    *("2025-03-01 23:59:59.9999", "2025-02-30", "12:00", "20250301", "0000-00-00 00:00:00", "2025-3-1", "now"),
    *("9999-12-31 23:59:59", "", None, 2025, 1741000000, 1741000000.25, 1741000000123, -5, "1e9", 1e300),
)
NUMBERS = (
    *("+33199001234", "01 99 00 12 34", "0199001234", "0033199001234", "+33 (0)1 99 00 12 34", "+330199001234"),
    *("33199001234", 33199001234, 199001234, "06.39.98.00.12", "0639980012", "+33-639-98-00-12", "+14155550100"),
    *("+1 (415) 555-0100", "standard", "", "112", "+", "++33199001234", None, "+33199001234 poste 2", "00"),
    *("+33\u00a01\u202f99\u00a000\u00a012 34", "0033 (0) 639980012", "tel:+33199001234", "+3319900123456789012"),
)
FLAGS = (1, 0, True, False, "true", "TRUE", "non", "oui", "yes", " no ", "maybe", None, "", 2, -1, "1", 1.0)
JSONS = (
    "{}",
    '["kb_1","kb_2"]',
    '[1,"kb"]',
    "[null]",
    "[1.5]",
    '[["a"]]',
    '{"a":1}',
    "[1]",
    "nope",
    '"x"',
    '{"a":',
    None,
    "",
    "5",
    "null",
    b'{"b":2}',
)
STATUSES = ("completed", "COMPLETED", "in_progress", "started", "abandoned", "weird", None, "", 3)
STEPS = (1, 5, "3", 9, -2, "x", None, 2.5, "5.0", "1e3", "")
ROLES = ("owner", "Admin", "staff", "viewer", "king", None, "", 7)
EMAILS = ("a@x.example", "A@x.example", " a@X.example", "b@x.example", None, "", b"b@x.example", "É@x.example")
CHANNELS = ("sms", "SMS", "email", None, "")

POOLS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("name", "password_hash", "company_name", "sector", "subscription_plan"), TEXTS),
    "agent_name": (*TEXTS, "Léa\nRose", "a\x07b"),
    "agent_type": (*TEXTS, "receptionist", "Custom", "robot_2000"),
    "voice_provider": (*TEXTS, "11labs", "ElevenLabs", "x" * 41),
    "voice_language": (*TEXTS, "fr", "FR-fr", "en_GB", "es-419", "zh-Hans-CN", "français", "fr-FRA"),
    **dict.fromkeys(("system_prompt", "greeting_message"), (*TEXTS, "a\r\nb\rc\td", "b\x00c", "\x1b", "é" * 1001)),
    **dict.fromkeys(("created_at", "updated_at", "started_at", "completed_at"), INSTANTS),
    **dict.fromkeys(("phone", "phone_number"), NUMBERS),
    **dict.fromkeys(("onboarding_completed", "enable_appointments", "enable_products", "is_active", "enabled"), FLAGS),
    **dict.fromkeys(("metadata", "config", "knowledge_base_ids"), JSONS),
    "voice_id": tuple(text for text in TEXTS if text is not None),
    "tenant_id": TENANT_IDS,
    "user_id": ("users-1", "users-2", "missing", None),
    "status": STATUSES,
    "current_step": STEPS,
    "role": ROLES,
    "email": EMAILS,
    "channel_type": CHANNELS,
}


def some_vapi_data(choose: random.Random) -> object:
    if choose.random() < 0.15:
        return choose.choice(JSONS)
    texts = [text for text in TEXTS if not isinstance(text, bytes)]
    values: Row = {}
    for key in ("agent_type", "agent_name", "voice_id", "voice_language", "system_prompt", "extra", "a.b", "$.q"):
        known = [text for text in POOLS.get(key, ()) if not isinstance(text, bytes)]
        values[key] = choose.choice([*texts, *known, True, False, ["a", 1], {"k": None}])
    for key in ("enable_appointments", "enable_products"):
        values[key] = choose.choice(FLAGS)
    values["phone_number"] = choose.choice(NUMBERS)
    kept = {key: value for key, value in values.items() if choose.random() < 0.7}
    return json.dumps(kept, ensure_ascii=choose.random() < 0.5)


def fill_anyhow(db: sqlite3.Connection, choose: random.Random) -> None:
    for key in (*KEYS, None, ""):
        insert(db, "tenants", {**some_row(db, "tenants", choose), "id": key})
    for table, amount in (
        ("users", 15),
        ("onboarding_sessions", 25),
        ("channel_configurations", 12),
        ("omni_phone_mappings", 20),
        ("omni_agent_configs", 8),
    ):
        for number in range(amount if columns_of(db, table) else 0):
            row = some_row(db, table, choose)
            # OR IGNORE: what the legacy tables themselves refuse was never in them.
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            db.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({values})", {**row, "id": f"{table}-{number}"})


def some_row(db: sqlite3.Connection, table: str, choose: random.Random) -> Row:
    row: Row = {}
    for column in columns_of(db, table):
        if column == "vapi_data":
            row[column] = some_vapi_data(choose)
        elif column == "id":
            row[column] = None
        else:
            row[column] = choose.choice(POOLS[column])
    return row


def columns_of(db: sqlite3.Connection, table: str) -> list[str]:
    return [row["name"] for row in db.execute(f"PRAGMA table_info({table})")]


@pytest.mark.parametrize("stop", [3, 4])
@pytest.mark.parametrize("seed", SEEDS)
def test_any_rows_survive(seed: int, stop: int) -> None:
    db = connect()
    migrate(db, upto=stop)
    fill_anyhow(db, random.Random(seed))
    facts = legacy_facts(db)

    migrate(db, after=stop)

    assert count(facts, db).lost == ()
    assert sound(db)
    assert rows_not_carried(db) == []
    for row in rows(db, "SELECT * FROM omni_agent_configs"):
        NewAgent.model_validate(agent_out(row).model_dump(include=set(NewAgent.model_fields)))


def rows_not_carried(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Those that no rule foresaw."""
    sql = "SELECT source_table, source_id FROM migration_rejects WHERE reason = 'not_carried'"
    return [(row[0], row[1]) for row in db.execute(sql)]
