"""Rows as older installations have them, the bad ones among them."""

import json
import sqlite3

from tests.database.databases import Row, insert, rows

AT = "2025-03-01 09:00:00"


def vapi(**values: object) -> str:
    whole: Row = {
        "agent_type": "receptionist",
        "agent_name": "Léa",
        "voice_provider": "elevenlabs",
        "voice_id": "voice-fr-1",
        "voice_language": "fr-FR",
        "system_prompt": "Tu réponds au téléphone.",
        "greeting_message": "Bonjour, que puis-je pour vous ?",
        "enable_appointments": True,
        "enable_products": False,
    }
    return json.dumps({key: value for key, value in {**whole, **values}.items() if value is not ...})


def tenant(key: str | None, name: object, created_at: object, **more: object) -> Row:
    return {"id": key, "name": name, "created_at": created_at, **more}


def user(key: str | None, tenant_id: str | None, email: str | None, role: str | None, **more: object) -> Row:
    known = {"id": key, "tenant_id": tenant_id, "email": email, "role": role}
    return {**known, "name": "Marie", "password_hash": "$2b$10$abc", "created_at": AT, **more}


def session(key: str | None, tenant_id: str, status: str | None, vapi_data: str | None, **more: object) -> Row:
    """started_at also stands in created_at, as the column's default had it."""
    known = {"id": key, "tenant_id": tenant_id, "status": status, "vapi_data": vapi_data}
    return {**known, "current_step": 5, "started_at": AT, "created_at": more.get("started_at", AT), **more}


def channel(key: str | None, tenant_id: str, kind: str | None, config: object, enabled: object, **more: object) -> Row:
    known = {"id": key, "tenant_id": tenant_id, "channel_type": kind, "config": config, "enabled": enabled}
    return {**known, "created_at": AT, "updated_at": AT, **more}


TENANTS = [
    tenant("tenant_plain", "Garage Dupont", AT, email="Contact@Dupont.example"),
    tenant("tenant_emoji", "🌸 Fleurs d'Été & Cie 🌸", "2025-03-02T10:20:30.123Z"),
    tenant("tenant_namesake", "Garage  DUPONT ", "2025-03-03 08:00:00"),
    tenant("tenant_nameless", None, "2025-03-04T12:00:00+02:00"),
    tenant("tenant_undated", "Sans date", None),
    tenant("tenant_misdated", "Mauvaise date", "le 3 mars"),
    tenant("tenant_february", "東京", "2025-02-30 10:00:00"),
    tenant("tenant_now", "Maintenant", "now"),
    tenant("tenant_epoch", "Millisecondes", 1741000000123),
    tenant("tenant_long", "Société " * 60, 1741000000),
    tenant("tenant_open", "Salon Ouvert", AT),
    tenant("tenant_two", "L'Œuf à la coque", AT),
    tenant("tenant_quote", "Robert'); DROP TABLE tenants;--", AT),
    tenant("tenant_claim", "Deuxième demandeur", AT),
    tenant("tenant_silent", "Sans voix", AT),
    tenant("tenant_blob", b"Octets", AT),
    tenant(None, "Sans identifiant", AT),
]

USERS = [
    user("user_1", "tenant_plain", "Marie@Dupont.example", "owner"),
    user("user_2", "tenant_two", "marie@dupont.EXAMPLE", "owner", created_at="2025-04-01 00:00:00"),
    user("user_3", "tenant_plain", "paul@dupont.example", "Staff", name=None, password_hash=None, created_at="hier"),
    user("user_4", "tenant_gone", "ghost@example.com", "admin", name="Fantôme"),
    user("user_5", "tenant_emoji", "  rose@fleurs.example ", None, name="Rose 🌹"),
    user("user_6", "tenant_two", None, "owner"),
    user("user_7", None, "nobody@example.com", "owner"),
    user("user_8", "tenant_plain", "robot@dupont.example", "overlord"),
    user("user_9", "tenant_undated", "u9@example.com", "viewer", created_at="2025-01-15 07:00:00"),
    user(None, "tenant_plain", "noid@dupont.example", "user"),
]

SESSIONS = [
    session(
        *("sess_plain", "tenant_plain", "completed", vapi(phone_number="+33199001234")),
        user_id="user_1",
        started_at="2025-03-01 09:05:00",
        completed_at="2025-03-01 09:25:30",
    ),
    session(
        *("sess_plain_again", "tenant_plain", "in_progress", vapi(agent_name="Hugo", phone_number="01 99 00 12 34")),
        user_id="user_3",
        current_step=3,
        started_at="2025-05-01 09:00:00",
        created_at="2025-05-01 08:59:00",
    ),
    session(
        *("sess_emoji", "tenant_emoji", "Complete"),
        vapi(
            agent_name="Rose 🌹",
            phone_number="06.39.98.00.12",
            enable_appointments="false",
            enable_products=1,
            favourite_colour="rouge",
            nested={"a": [1, 2], "b": None},
        ),
        user_id="user_5",
        current_step="9",
        started_at="2025-03-02T11:00:00Z",
    ),
    session(
        *("sess_namesake", "tenant_namesake", "completed"),
        vapi(phone_number="+33 6 39 98 00 12", agent_type="robot_2000"),
        started_at="2025-03-03 08:00:00",
        completed_at="2025-03-03 08:30:00",
    ),
    session(
        *("sess_broken", "tenant_nameless", "in_progress", '{"agent_name": "Zoé", "phone_number": "+3319900'),
        current_step=2,
    ),
    session(
        *("sess_array", "tenant_undated", "paused ⏸", '["+33199005678"]'),
        current_step=-3,
        started_at="2025-02-01 00:00:00",
    ),
    session(
        *("sess_doubled", "tenant_misdated", "in_progress"),
        '{"agent_name": "Un", "agent_name": "Deux", "voice_id": "v", "phone_number": "whatever"}',
        started_at="2025-04-04 04:04:04",
    ),
    session("sess_twice", "tenant_february", "completed", json.dumps(vapi(agent_name="Emballé")), completed_at=AT),
    session(
        *("sess_integer", "tenant_epoch", "completed"),
        vapi(phone_number=33639980055, enable_appointments="true", enable_products="peut-être"),
        started_at=1741000000,
        completed_at=1741000600,
    ),
    session(
        *("sess_short", "tenant_long", "completed", vapi(phone_number=639980056, enable_appointments=0)),
        current_step=4,
        completed_at="2025-03-01 08:00:00",
    ),
    session(
        *("sess_open_old", "tenant_open", "in_progress", vapi(voice_id=...)),
        current_step=4,
        started_at="2025-03-05 10:00:00",
    ),
    session(
        *("sess_open_new", "tenant_open", None, None),
        user_id="user_missing",
        current_step=None,
        started_at="2025-03-06 10:00:00",
        completed_at="bientôt",
    ),
    session(
        *("sess_two_a", "tenant_two", "completed", vapi(phone_number="0033 1 99 00 20 20")),
        user_id="user_2",
        started_at="2025-03-07 10:00:00",
        completed_at="2025-03-07 11:00:00",
    ),
    session(
        *("sess_two_b", "tenant_two", "cancelled", vapi(phone_number="+33 (0)1 99 00 20 21", agent_name="")),
        current_step="trois",
        started_at="2025-03-08 10:00:00",
        completed_at="2025-03-08 10:30:00",
    ),
    session(
        *("sess_quote", "tenant_quote", "completed"),
        vapi(greeting_message='C\'est "nous";\n-- bonjour 👋', voice_id="   ", phone_number=None),
        completed_at=AT,
    ),
    session(
        *("sess_claim", "tenant_claim", "completed", vapi(phone_number="+33199001234", agent_name=["Anne", "Marie"])),
        started_at="2025-06-01 00:00:00",
        completed_at="2025-06-01 00:10:00",
    ),
    session("sess_silent", "tenant_silent", "in_progress", '{"phone_number": "(01) 99-00-30 30"}'),
    session("sess_step", "tenant_blob", "in_progress", "{}"),
    session("sess_orphan", "tenant_gone", "completed", vapi(phone_number="+33199004040"), completed_at=AT),
    session(None, "tenant_now", "completed", vapi(phone_number="+44 20 7946 0000"), started_at=None),
]

CHANNELS = [
    channel("chan_1", "tenant_plain", "sms", '{"sender": "DUPONT"}', 1),
    channel("chan_2", "tenant_plain", "SMS ", '{"sender": "GARAGE"}', "true", updated_at="2025-04-01T00:00:00Z"),
    channel("chan_3", "tenant_plain", "email", '{"from": "a@b.c"', "non"),
    channel("chan_4", "tenant_gone", "whatsapp", "{}", 1),
    channel("chan_5", "tenant_emoji", "whatsapp", '["📱"]', None, created_at="?", updated_at=None),
    channel(None, "tenant_emoji", None, '{"x": 1}', 1),
    channel(None, "tenant_two", "email", None, 0),
    channel("chan_8", "tenant_two", "web", b"{}", "parfois"),
]

# What arrives with the historical 0004 and later, in its columns and through the API of its time.
EDITS = (
    "UPDATE tenants SET company_name = 'Dupont & Fils', sector = 'garage', phone = '01 99 00 12 34', "
    "subscription_plan = 'pro', onboarding_completed = 'true' WHERE id = 'tenant_plain'",
    "UPDATE tenants SET phone = 'demander à Rose', onboarding_completed = 1 WHERE id = 'tenant_emoji'",
    "UPDATE tenants SET company_name = ' ', subscription_plan = NULL, onboarding_completed = 'si' "
    "WHERE id = 'tenant_two'",
    """UPDATE onboarding_sessions SET metadata = '{"source": "web 🌍"}', updated_at = '2025-03-09T00:00:00.5Z' """
    "WHERE id = 'sess_plain'",
    "UPDATE onboarding_sessions SET metadata = '{broken', updated_at = '2025-13-01' WHERE id = 'sess_emoji'",
    "UPDATE onboarding_sessions SET metadata = '[1]' WHERE id = 'sess_namesake'",
    "UPDATE omni_agent_configs SET agent_name = 'Camille', system_prompt = 'Autre consigne.', "
    "updated_at = '2025-07-01T08:00:00Z', knowledge_base_ids = '[\"kb_1\", \"kb_é\"]', enable_products = 'true' "
    "WHERE tenant_id = 'tenant_plain'",
    "UPDATE omni_agent_configs SET knowledge_base_ids = 'kb_1,kb_2', enable_appointments = 'maybe', agent_name = NULL "
    "WHERE tenant_id = 'tenant_emoji'",
    "UPDATE omni_phone_mappings SET phone_number = '+33199007777', updated_at = '2025-07-02 00:00:00' "
    "WHERE tenant_id = 'tenant_epoch'",
    "UPDATE omni_phone_mappings SET is_active = 0 WHERE tenant_id = 'tenant_namesake'",
    "DELETE FROM omni_phone_mappings WHERE phone_number = '(01) 99-00-30 30'",
)
LATER_MAPPINGS: list[Row] = [
    {"id": "phone_api", "phone_number": "+33199008888", "tenant_id": "tenant_february", "created_at": "2025-07-03"},
    {"id": "phone_api_orphan", "phone_number": "+33199009999", "tenant_id": "tenant_gone"},
    {
        "id": "phone_respelled",
        "phone_number": "01.99.00.12.34",
        "tenant_id": "tenant_quote",
        "created_at": "2020-01-01",
    },
    {"id": None, "phone_number": "+1 (415) 555-0100", "tenant_id": "tenant_quote", "is_active": "no"},
    {"id": "phone_word", "phone_number": "standard", "tenant_id": "tenant_quote"},
]
LATER_AGENTS: list[Row] = [
    {"id": "agent_api", "tenant_id": "tenant_now_and_then", "voice_id": "v"},
    {"id": None, "tenant_id": "tenant_blob", "voice_id": "v9", "agent_type": None, "created_at": 1741000000.5},
]
LATER_SESSIONS = [
    session(
        *("sess_late", "tenant_undated", "completed", vapi(agent_name="Tard", phone_number="+33199006060")),
        started_at="2025-08-01 10:00:00",
        completed_at="2025-08-01 10:10:00",
    ),
]


def fill(db: sqlite3.Connection) -> None:
    for table, made in (
        ("tenants", TENANTS),
        ("users", USERS),
        ("onboarding_sessions", SESSIONS),
        ("channel_configurations", CHANNELS),
    ):
        for row in made:
            insert(db, table, row)


def edit(db: sqlite3.Connection) -> None:
    """Only where 0004 has been."""
    for statement in EDITS:
        assert db.execute(statement).rowcount == 1, statement
    for table, made in (
        ("omni_phone_mappings", LATER_MAPPINGS),
        ("omni_agent_configs", LATER_AGENTS),
        ("onboarding_sessions", LATER_SESSIONS),
    ):
        for row in made:
            insert(db, table, row)


def copy_rows(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> None:
    for row in rows(source, f"SELECT * FROM {table} ORDER BY rowid"):
        insert(target, table, row)
