"""What becomes of each kind of legacy row: where it stands after the upgrade, or why it does not."""

import json
import sqlite3
from typing import Any

import pytest

from modules.agent_types import render
from tests.database.databases import connect, insert, migrate, rows
from tests.database.legacy_data import session, vapi
from tests.database.upgrades import Upgrade


@pytest.fixture(scope="module")
def plain() -> Upgrade:
    return Upgrade("0003")


@pytest.fixture(scope="module")
def edited() -> Upgrade:
    return Upgrade("edited")


# ---- tenants and people


@pytest.mark.parametrize(
    ("tenant", "column", "value"),
    [
        ("tenant_plain", "name", "Garage Dupont"),
        ("tenant_plain", "slug", "garage-dupont"),
        ("tenant_plain", "created_at", "2025-03-01 09:00:00.000"),
        ("tenant_plain", "onboarding_completed", 1),
        ("tenant_emoji", "slug", "fleurs-d-ete-cie"),
        ("tenant_emoji", "created_at", "2025-03-02 10:20:30.123"),
        ("tenant_namesake", "slug", "garage-dupont--2"),
        ("tenant_nameless", "name", "tenant_nameless"),
        ("tenant_nameless", "created_at", "2025-03-04 10:00:00.000"),
        ("tenant_undated", "created_at", "2025-01-15 07:00:00.000"),
        ("tenant_misdated", "created_at", "2025-04-04 04:04:04.000"),
        ("tenant_february", "slug", "business"),
        ("tenant_february", "created_at", "2025-03-01 09:00:00.000"),
        ("tenant_now", "created_at", "1970-01-01 00:00:00.000"),
        ("tenant_epoch", "created_at", "2025-03-03 11:06:40.123"),
        ("tenant_long", "created_at", "2025-03-03 11:06:40.000"),
        ("tenant_open", "onboarding_completed", 0),
        ("tenant_two", "slug", "l-oeuf-a-la-coque"),
        ("tenant_two", "subscription_plan", "free"),
        ("tenant_blob", "name", "Octets"),
        ("tenant_quote", "name", "Robert'); DROP TABLE tenants;--"),
    ],
)
def test_a_tenant_is_carried(plain: Upgrade, tenant: str, column: str, value: object) -> None:
    assert plain.one("SELECT * FROM tenants WHERE id = ?", tenant)[column] == value


@pytest.mark.parametrize(
    ("table", "row", "field", "reason"),
    [
        ("tenants", "tenant_misdated", "created_at", "unreadable_instant"),
        ("tenants", "tenant_february", "created_at", "unreadable_instant"),
        ("tenants", "tenant_now", "created_at", "unreadable_instant"),
        ("tenants", "tenant_long", "name", "too_long"),
        ("tenants", "rowid:17", "", "unusable_id"),
        ("users", "user_2", "", "duplicate_email"),
        ("users", "user_3", "created_at", "unreadable_instant"),
        ("users", "user_3", "role", "translated"),
        ("users", "user_4", "", "unknown_tenant"),
        ("users", "user_6", "", "missing_email"),
        ("users", "user_7", "", "unknown_tenant"),
        ("users", "user_8", "role", "unknown_role"),
        ("users", "user_9", "role", "no_owner"),
        ("onboarding_sessions", "sess_plain_again", "created_at", "no_place"),
        ("onboarding_sessions", "sess_plain_again", "vapi_data.agent_name", "superseded"),
        ("onboarding_sessions", "sess_emoji", "status", "translated"),
        ("onboarding_sessions", "sess_emoji", "current_step", "out_of_range"),
        ("onboarding_sessions", "sess_emoji", "vapi_data.favourite_colour", "no_place"),
        ("onboarding_sessions", "sess_emoji", "vapi_data.nested", "no_place"),
        ("onboarding_sessions", "sess_namesake", "vapi_data.phone_number", "duplicate_number"),
        ("onboarding_sessions", "sess_broken", "vapi_data", "not_a_json_object"),
        ("onboarding_sessions", "sess_array", "vapi_data", "not_a_json_object"),
        ("onboarding_sessions", "sess_array", "status", "unknown_status"),
        ("onboarding_sessions", "sess_array", "current_step", "out_of_range"),
        ("onboarding_sessions", "sess_doubled", "vapi_data", "duplicate_keys"),
        ("onboarding_sessions", "sess_doubled", "vapi_data.phone_number", "not_e164"),
        ("onboarding_sessions", "sess_twice", "vapi_data", "not_a_json_object"),
        ("onboarding_sessions", "sess_integer", "vapi_data.enable_products", "unreadable_flag"),
        ("onboarding_sessions", "sess_short", "vapi_data.phone_number", "not_e164"),
        ("onboarding_sessions", "sess_open_old", "status", "superseded"),
        ("onboarding_sessions", "sess_open_new", "user_id", "unknown_user"),
        ("onboarding_sessions", "sess_open_new", "completed_at", "unreadable_instant"),
        ("onboarding_sessions", "sess_two_a", "user_id", "unknown_user"),
        ("onboarding_sessions", "sess_two_b", "current_step", "unreadable_step"),
        ("onboarding_sessions", "sess_two_b", "completed_at", "not_completed"),
        ("onboarding_sessions", "sess_claim", "vapi_data.phone_number", "duplicate_number"),
        ("onboarding_sessions", "sess_step", "current_step", "no_agent"),
        ("onboarding_sessions", "sess_orphan", "", "unknown_tenant"),
        ("omni_phone_mappings", "phone_sess_namesake", "", "duplicate_number"),
        ("omni_phone_mappings", "phone_sess_short", "", "not_e164"),
        ("omni_agent_configs", "agent_sess_orphan", "", "unknown_tenant"),
        ("channel_configurations", "chan_1", "", "duplicate"),
        ("channel_configurations", "chan_3", "config", "not_a_json_object"),
        ("channel_configurations", "chan_4", "", "unknown_tenant"),
        ("channel_configurations", "chan_5", "config", "not_a_json_object"),
        ("channel_configurations", "chan_5", "created_at", "unreadable_instant"),
        ("channel_configurations", "rowid:6", "", "missing_channel"),
        ("channel_configurations", "chan_8", "enabled", "unreadable_flag"),
    ],
)
def test_what_cannot_be_carried_says_why(plain: Upgrade, table: str, row: str, field: str, reason: str) -> None:
    assert plain.reason(table, row, field) == reason


def test_a_person_keeps_the_login_and_gets_a_role(plain: Upgrade) -> None:
    user = plain.one("SELECT * FROM users WHERE id = 'user_1'")
    assert (user["email"], user["password_hash"]) == ("marie@dupont.example", "$2b$10$abc")

    members = rows(plain.db, "SELECT tenant_id, user_id, role FROM memberships ORDER BY tenant_id, user_id")

    assert [tuple(member.values()) for member in members] == [
        ("tenant_emoji", "user_5", "owner"),
        ("tenant_plain", "rowid:10", "agent"),
        ("tenant_plain", "user_1", "owner"),
        ("tenant_plain", "user_3", "agent"),
        ("tenant_plain", "user_8", "viewer"),
        ("tenant_undated", "user_9", "owner"),
    ]


def test_a_rejected_account_is_kept_whole(plain: Upgrade) -> None:
    kept = plain.one("SELECT content FROM migration_rejects WHERE source_table = 'users' AND source_id = 'user_2'")

    assert json.loads(kept["content"]) == {
        "id": "user_2",
        "tenant_id": "tenant_two",
        "email": "marie@dupont.EXAMPLE",
        "password_hash": "$2b$10$abc",
        "name": "Marie",
        "role": "owner",
        "created_at": "2025-04-01 00:00:00",
    }


# ---- onboarding


@pytest.mark.parametrize(
    ("session", "status", "step", "steps"),
    [
        ("sess_plain", "completed", 5, 4),
        ("sess_plain_again", "in_progress", 3, 2),
        ("sess_emoji", "completed", 5, 4),
        ("sess_short", "completed", 4, 4),
        ("sess_array", "abandoned", 1, 0),
        ("sess_open_old", "abandoned", 4, 3),
        ("sess_open_new", "in_progress", 1, 0),
        ("sess_two_b", "abandoned", 1, 0),
        ("sess_doubled", "in_progress", 5, 4),
        ("sess_step", "in_progress", 4, 3),
    ],
)
def test_a_session_stands_where_it_stood(plain: Upgrade, session: str, status: str, step: int, steps: int) -> None:
    found = plain.one("SELECT * FROM onboarding_sessions WHERE id = ?", session)
    saved = rows(plain.db, "SELECT step, state FROM onboarding_steps WHERE session_id = ? ORDER BY step", session)

    assert (found["status"], found["current_step"]) == (status, step)
    assert saved == [{"step": number, "state": "saved"} for number in range(1, steps + 1)]


def test_a_session_completed_at_no_known_time_has_one(plain: Upgrade) -> None:
    found = plain.one("SELECT started_at, completed_at FROM onboarding_sessions WHERE id = 'sess_emoji'")

    assert found == {"started_at": "2025-03-02 11:00:00.000", "completed_at": "2025-03-02 11:00:00.000"}


def test_metadata_is_kept_when_it_is_an_object(edited: Upgrade) -> None:
    sql = "SELECT metadata, updated_at FROM onboarding_sessions WHERE id = ?"

    assert edited.one(sql, "sess_plain") == {
        "metadata": '{"source": "web 🌍"}',
        "updated_at": "2025-03-09 00:00:00.500",
    }
    assert edited.one(sql, "sess_emoji")["metadata"] == "{}"
    assert edited.reason("onboarding_sessions", "sess_emoji", "metadata") == "not_a_json_object"
    assert edited.reason("onboarding_sessions", "sess_emoji", "updated_at") == "unreadable_instant"


# ---- agents, numbers, channels


def test_an_agent_has_its_first_version_complete(edited: Upgrade) -> None:
    sql = "SELECT * FROM omni_agent_versions WHERE tenant_id = 'tenant_plain'"
    version = edited.one(sql)

    assert (version["version"], version["created_at"]) == (1, "2025-07-01 08:00:00.000")
    assert json.loads(version["config"]) == {
        "agent_type": "receptionist",
        "agent_name": "Camille",
        "voice_provider": "elevenlabs",
        "voice_id": "voice-fr-1",
        "voice_language": "fr-FR",
        "voice_mode": "gather",
        "system_prompt": "Autre consigne.",
        "greeting_message": "Bonjour, que puis-je pour vous ?",
        "knowledge_base_ids": ["kb_1", "kb_é"],
        "enable_appointments": True,
        "enable_products": True,
    }


@pytest.mark.parametrize(
    ("language", "greeting"),
    [
        ("fr", "Bonjour, ici {agent}, l'agent vocal virtuel de {business}. Comment puis-je vous aider ?"),
        ("FR_be", "Bonjour, ici {agent}, l'agent vocal virtuel de {business}. Comment puis-je vous aider ?"),
        (None, "Bonjour, ici {agent}, l'agent vocal virtuel de {business}. Comment puis-je vous aider ?"),
        ("en-GB", "Hello, this is {agent}, the AI assistant at {business}. How can I help?"),
        ("de-DE", "Hello, this is {agent}, the AI assistant at {business}. How can I help?"),
    ],
)
def test_a_version_says_in_words_what_the_agent_leaves_to_its_type(language: str | None, greeting: str) -> None:
    db = upgraded(voice_language=language, system_prompt=None, greeting_message=" ")
    agent = rows(db, "SELECT system_prompt, greeting_message FROM omni_agent_configs")
    config = json.loads(rows(db, "SELECT config FROM omni_agent_versions")[0]["config"])

    assert agent == [{"system_prompt": None, "greeting_message": None}]
    assert config["greeting_message"] == greeting
    assert render(config["system_prompt"], business="B", agent="A").count("A") >= 1
    assert "{business}" in config["system_prompt"]


@pytest.mark.parametrize(
    ("key", "was", "now", "reason"),
    [
        ("voice_language", "en_gb", "en-GB", None),
        ("voice_language", "français", "fr-FR", "unreadable_language"),
        ("voice_provider", "11labs", "elevenlabs", "translated"),
        ("voice_provider", "Eleven Labs", "elevenlabs", "unreadable_provider"),
        ("agent_type", "Receptionist", "receptionist", None),
        ("agent_type", "robot_2000", "multi_purpose", "unknown_agent_type"),
        ("agent_name", "Léa\nRose", "Assistant", "unreadable_text"),
        ("agent_name", "é" * 101, "é" * 100, "too_long"),
        ("greeting_message", "Bonjour,\r\nj'écoute.", "Bonjour,\nj'écoute.", None),
        ("greeting_message", "Bon\0jour", "Bon", "unreadable_text"),  # what 0004 read of it stands
    ],
)
def test_an_agents_values_take_the_form_of_the_api(key: str, was: str, now: str | None, reason: str | None) -> None:
    db = upgraded(**{key: was})

    assert rows(db, f"SELECT {key} FROM omni_agent_configs") == [{key: now}]
    said = rows(db, "SELECT reason, content FROM migration_rejects WHERE field = ?", f"vapi_data.{key}")
    assert said == ([{"reason": reason, "content": json.dumps(was) if "\0" in was else was}] if reason else [])


@pytest.mark.parametrize(
    ("was", "now", "reason"),
    [
        ('["a", "b"]', '["a", "b"]', None),
        ('[1, "b"]', '["1","b"]', None),
        ('["a", null]', "[]", "not_a_list_of_ids"),
    ],
)
def test_knowledge_is_a_list_of_ids(was: str, now: str, reason: str | None) -> None:
    db = connect()
    migrate(db, upto=4)
    insert(db, "tenants", {"id": "t", "name": "T"})
    insert(db, "omni_agent_configs", {"id": "a", "tenant_id": "t", "voice_id": "v", "knowledge_base_ids": was})
    migrate(db, after=4)

    assert rows(db, "SELECT knowledge_base_ids FROM omni_agent_configs") == [{"knowledge_base_ids": now}]
    assert rows(db, "SELECT reason FROM migration_rejects") == ([{"reason": reason}] if reason else [])


def upgraded(**values: object) -> sqlite3.Connection:
    """From an installation with one session that described its agent so."""
    db = connect()
    migrate(db, upto=3)
    insert(db, "tenants", {"id": "t", "name": "T"})
    insert(db, "onboarding_sessions", session("s", "t", "completed", vapi(**values)))
    migrate(db, after=3)
    return db


@pytest.mark.parametrize(
    ("tenant", "values"),
    [
        ("tenant_plain", {"id": "agent_sess_plain", "agent_name": "Léa", "enable_appointments": 1}),
        ("tenant_emoji", {"agent_name": "Rose 🌹", "enable_appointments": 0, "enable_products": 1}),
        ("tenant_epoch", {"enable_appointments": 1, "enable_products": 0}),
        ("tenant_open", {"id": "agent_sess_open_old", "voice_id": "default", "agent_name": "Léa"}),
        ("tenant_quote", {"greeting_message": 'C\'est "nous";\n-- bonjour 👋'}),
        ("tenant_misdated", {"agent_name": "Un", "voice_id": "v"}),
        ("tenant_silent", {"id": "agent_tenant_silent", "agent_name": "Assistant", "voice_id": "default"}),
    ],
)
def test_an_agent_is_what_its_onboarding_described(plain: Upgrade, tenant: str, values: dict[str, Any]) -> None:
    found = plain.one("SELECT * FROM omni_agent_configs WHERE tenant_id = ?", tenant)

    assert {key: found[key] for key in values} == values


def test_numbers_are_one_row_each_in_e164(plain: Upgrade) -> None:
    found = rows(plain.db, "SELECT phone_number, tenant_id, is_active FROM omni_phone_mappings ORDER BY phone_number")

    assert [tuple(row.values()) for row in found] == [
        ("+33199001234", "tenant_plain", 1),
        ("+33199002020", "tenant_two", 1),
        ("+33199002021", "tenant_two", 1),
        ("+33199003030", "tenant_silent", 1),
        ("+33639980012", "tenant_emoji", 1),
        ("+33639980055", "tenant_epoch", 1),
        ("+442079460000", "tenant_now", 1),
    ]


def test_an_active_number_is_proven_and_an_idle_one_is_not(edited: Upgrade) -> None:
    sql = "SELECT is_active, verified_at FROM omni_phone_mappings WHERE phone_number = ?"

    assert edited.one(sql, "+33199008888") == {"is_active": 1, "verified_at": "2025-07-03 00:00:00.000"}
    assert edited.one(sql, "+14155550100") == {"is_active": 0, "verified_at": None}


def test_the_spelling_that_calls_came_in_with_wins_over_an_elder_one(edited: Upgrade) -> None:
    owner = edited.one("SELECT tenant_id FROM omni_phone_mappings WHERE phone_number = '+33199001234'")

    assert owner["tenant_id"] == "tenant_plain"
    assert edited.reason("omni_phone_mappings", "phone_respelled") == "duplicate_number"


def test_the_tables_count_before_vapi_data(edited: Upgrade) -> None:
    agent = edited.one("SELECT * FROM omni_agent_configs WHERE tenant_id = 'tenant_plain'")
    numbers = rows(edited.db, "SELECT phone_number FROM omni_phone_mappings WHERE tenant_id = 'tenant_epoch'")

    assert agent["agent_name"] == "Camille"
    assert edited.reason("onboarding_sessions", "sess_plain", "vapi_data.agent_name") == "superseded"
    assert numbers == [{"phone_number": "+33199007777"}]
    assert edited.reason("onboarding_sessions", "sess_integer", "vapi_data.phone_number") == "superseded"


@pytest.mark.parametrize(("tenant", "number"), [("tenant_undated", "+33199006060"), ("tenant_silent", "+33199003030")])
def test_a_number_that_only_a_session_knows_is_a_claim(edited: Upgrade, tenant: str, number: str) -> None:
    found = edited.one("SELECT * FROM omni_phone_mappings WHERE tenant_id = ?", tenant)

    assert (found["phone_number"], found["is_active"], found["verified_at"]) == (number, 1, None)


def test_knowledge_that_is_no_list_is_rejected(edited: Upgrade) -> None:
    agent = edited.one("SELECT knowledge_base_ids FROM omni_agent_configs WHERE tenant_id = 'tenant_emoji'")

    assert agent["knowledge_base_ids"] == "[]"
    assert edited.reason("omni_agent_configs", "agent_sess_emoji", "knowledge_base_ids") == "not_a_json_array"


def test_one_name_stays_and_the_other_is_kept(edited: Upgrade) -> None:
    tenant = edited.one("SELECT * FROM tenants WHERE id = 'tenant_plain'")

    assert (tenant["name"], tenant["company_name"]) == ("Dupont & Fils", "Dupont & Fils")
    assert (tenant["phone"], tenant["sector"], tenant["subscription_plan"]) == ("+33199001234", "garage", "pro")
    assert edited.reason("tenants", "tenant_plain", "name") == "superseded"
    assert edited.reason("tenants", "tenant_emoji", "phone") == "not_e164"


def test_the_last_word_on_a_channel_counts(plain: Upgrade) -> None:
    found = rows(plain.db, "SELECT tenant_id, channel, config, enabled, verified_at FROM tenant_channels ORDER BY 1, 2")

    assert [tuple(row.values()) for row in found] == [
        ("tenant_emoji", "whatsapp", "{}", 0, None),
        ("tenant_plain", "email", "{}", 0, None),
        ("tenant_plain", "sms", '{"sender": "GARAGE"}', 1, None),
        ("tenant_two", "email", "{}", 0, None),
        ("tenant_two", "web", "{}", 0, None),
    ]


def test_an_upgraded_database_still_refuses(plain: Upgrade) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="phone_number_taken"):
        plain.db.execute(
            "INSERT INTO omni_phone_mappings (id, phone_number, tenant_id, agent_id, created_at, updated_at) "
            "VALUES ('p', '+33199001234', 'tenant_two', 'agent_sess_two_a', 'x', 'x')"
        )
