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


TENANTS: list[Row] = [
    {"id": "tenant_plain", "name": "Garage Dupont", "email": "Contact@Dupont.example", "created_at": AT},
    {"id": "tenant_emoji", "name": "🌸 Fleurs d'Été & Cie 🌸", "created_at": "2025-03-02T10:20:30.123Z"},
    {"id": "tenant_namesake", "name": "Garage  DUPONT ", "created_at": "2025-03-03 08:00:00"},
    {"id": "tenant_nameless", "name": None, "created_at": "2025-03-04T12:00:00+02:00"},
    {"id": "tenant_undated", "name": "Sans date", "created_at": None},
    {"id": "tenant_misdated", "name": "Mauvaise date", "created_at": "le 3 mars"},
    {"id": "tenant_february", "name": "東京", "created_at": "2025-02-30 10:00:00"},
    {"id": "tenant_now", "name": "Maintenant", "created_at": "now"},
    {"id": "tenant_epoch", "name": "Millisecondes", "created_at": 1741000000123},
    {"id": "tenant_long", "name": "Société " * 60, "created_at": 1741000000},
    {"id": "tenant_open", "name": "Salon Ouvert", "created_at": AT},
    {"id": "tenant_two", "name": "L'Œuf à la coque", "created_at": AT},
    {"id": "tenant_quote", "name": "Robert'); DROP TABLE tenants;--", "created_at": AT},
    {"id": "tenant_claim", "name": "Deuxième demandeur", "created_at": AT},
    {"id": "tenant_silent", "name": "Sans voix", "created_at": AT},
    {"id": "tenant_blob", "name": b"Octets", "created_at": AT},
    {"id": None, "name": "Sans identifiant", "created_at": AT},
]

USERS: list[Row] = [
    {"id": "user_1", "tenant_id": "tenant_plain", "email": "Marie@Dupont.example", "password_hash": "$2b$10$abc",
     "name": "Marie", "role": "owner", "created_at": AT},
    {"id": "user_2", "tenant_id": "tenant_two", "email": "marie@dupont.EXAMPLE", "password_hash": "$2b$10$def",
     "name": "Marie bis", "role": "owner", "created_at": "2025-04-01 00:00:00"},
    {"id": "user_3", "tenant_id": "tenant_plain", "email": "paul@dupont.example", "password_hash": None,
     "name": None, "role": "Staff", "created_at": "hier"},
    {"id": "user_4", "tenant_id": "tenant_gone", "email": "ghost@example.com", "password_hash": "x",
     "name": "Fantôme", "role": "admin", "created_at": AT},
    {"id": "user_5", "tenant_id": "tenant_emoji", "email": "  rose@fleurs.example ", "password_hash": "y",
     "name": "Rose 🌹", "role": None, "created_at": AT},
    {"id": "user_6", "tenant_id": "tenant_two", "email": None, "password_hash": "z", "name": "Personne",
     "role": "owner", "created_at": AT},
    {"id": "user_7", "tenant_id": None, "email": "nobody@example.com", "name": "Nulle part", "created_at": AT},
    {"id": "user_8", "tenant_id": "tenant_plain", "email": "robot@dupont.example", "name": "Robot",
     "role": "overlord", "created_at": AT},
    {"id": "user_9", "tenant_id": "tenant_undated", "email": "u9@example.com", "name": "Neuf", "role": "viewer",
     "created_at": "2025-01-15 07:00:00"},
    {"id": None, "tenant_id": "tenant_plain", "email": "noid@dupont.example", "name": "Sans id", "role": "user",
     "created_at": AT},
]

SESSIONS: list[Row] = [
    {"id": "sess_plain", "tenant_id": "tenant_plain", "user_id": "user_1", "status": "completed", "current_step": 5,
     "started_at": "2025-03-01 09:05:00", "completed_at": "2025-03-01 09:25:30",
     "created_at": "2025-03-01 09:05:00", "vapi_data": vapi(phone_number="+33199001234")},
    {"id": "sess_plain_again", "tenant_id": "tenant_plain", "user_id": "user_3", "status": "in_progress",
     "current_step": 3, "started_at": "2025-05-01 09:00:00", "created_at": "2025-05-01 08:59:00",
     "vapi_data": vapi(agent_name="Hugo", phone_number="01 99 00 12 34")},
    {"id": "sess_emoji", "tenant_id": "tenant_emoji", "user_id": "user_5", "status": "Complete", "current_step": "9",
     "started_at": "2025-03-02T11:00:00Z", "completed_at": None, "created_at": "2025-03-02T11:00:00Z",
     "vapi_data": vapi(agent_name="Rose 🌹", phone_number="06.39.98.00.12", enable_appointments="false",
                       enable_products=1, favourite_colour="rouge", nested={"a": [1, 2], "b": None})},
    {"id": "sess_namesake", "tenant_id": "tenant_namesake", "status": "completed", "current_step": 5,
     "started_at": "2025-03-03 08:00:00", "completed_at": "2025-03-03 08:30:00", "created_at": "2025-03-03 08:00:00",
     "vapi_data": vapi(phone_number="+33 6 39 98 00 12", agent_type="robot_2000")},
    {"id": "sess_broken", "tenant_id": "tenant_nameless", "status": "in_progress", "current_step": 2,
     "started_at": AT, "created_at": AT, "vapi_data": '{"agent_name": "Zoé", "phone_number": "+3319900'},
    {"id": "sess_array", "tenant_id": "tenant_undated", "status": "paused ⏸", "current_step": -3,
     "started_at": "2025-02-01 00:00:00", "created_at": "2025-02-01 00:00:00", "vapi_data": '["+33199005678"]'},
    {"id": "sess_doubled", "tenant_id": "tenant_misdated", "status": "in_progress", "current_step": 5,
     "started_at": "2025-04-04 04:04:04", "created_at": "2025-04-04 04:04:04",
     "vapi_data": '{"agent_name": "Un", "agent_name": "Deux", "voice_id": "v", "phone_number": "whatever"}'},
    {"id": "sess_twice", "tenant_id": "tenant_february", "status": "completed", "current_step": 5,
     "started_at": AT, "completed_at": AT, "created_at": AT, "vapi_data": json.dumps(vapi(agent_name="Emballé"))},
    {"id": "sess_integer", "tenant_id": "tenant_epoch", "status": "completed", "current_step": 5,
     "started_at": 1741000000, "completed_at": 1741000600, "created_at": 1741000000,
     "vapi_data": vapi(phone_number=33639980055, enable_appointments="true", enable_products="peut-être")},
    {"id": "sess_short", "tenant_id": "tenant_long", "status": "completed", "current_step": 4,
     "started_at": AT, "completed_at": "2025-03-01 08:00:00", "created_at": AT,
     "vapi_data": vapi(phone_number=639980056, enable_appointments=0)},
    {"id": "sess_open_old", "tenant_id": "tenant_open", "status": "in_progress", "current_step": 4,
     "started_at": "2025-03-05 10:00:00", "created_at": "2025-03-05 10:00:00",
     "vapi_data": vapi(voice_id=..., phone_number=...)},
    {"id": "sess_open_new", "tenant_id": "tenant_open", "user_id": "user_missing", "status": None,
     "current_step": None, "started_at": "2025-03-06 10:00:00", "completed_at": "bientôt",
     "created_at": "2025-03-06 10:00:00", "vapi_data": None},
    {"id": "sess_two_a", "tenant_id": "tenant_two", "user_id": "user_2", "status": "completed", "current_step": 5,
     "started_at": "2025-03-07 10:00:00", "completed_at": "2025-03-07 11:00:00",
     "created_at": "2025-03-07 10:00:00", "vapi_data": vapi(phone_number="0033 1 99 00 20 20")},
    {"id": "sess_two_b", "tenant_id": "tenant_two", "status": "cancelled", "current_step": "trois",
     "started_at": "2025-03-08 10:00:00", "completed_at": "2025-03-08 10:30:00",
     "created_at": "2025-03-08 10:00:00", "vapi_data": vapi(phone_number="+33 (0)1 99 00 20 21", agent_name="")},
    {"id": "sess_quote", "tenant_id": "tenant_quote", "status": "completed", "current_step": 5, "started_at": AT,
     "completed_at": AT, "created_at": AT, "vapi_data": vapi(greeting_message="C'est \"nous\";\n-- bonjour 👋",
                                                             voice_id="   ", phone_number=None)},
    {"id": "sess_claim", "tenant_id": "tenant_claim", "status": "completed", "current_step": 5,
     "started_at": "2025-06-01 00:00:00", "completed_at": "2025-06-01 00:10:00", "created_at": "2025-06-01 00:00:00",
     "vapi_data": vapi(phone_number="+33199001234", agent_name=["Anne", "Marie"])},
    {"id": "sess_silent", "tenant_id": "tenant_silent", "status": "in_progress", "current_step": 5,
     "started_at": AT, "created_at": AT,
     "vapi_data": '{"phone_number": "(01) 99-00-30 30"}'},
    {"id": "sess_step", "tenant_id": "tenant_blob", "status": "in_progress", "current_step": 5, "started_at": AT,
     "created_at": AT, "vapi_data": "{}"},
    {"id": "sess_orphan", "tenant_id": "tenant_gone", "status": "completed", "current_step": 5, "started_at": AT,
     "completed_at": AT, "created_at": AT, "vapi_data": vapi(phone_number="+33199004040")},
    {"id": None, "tenant_id": "tenant_now", "status": "completed", "current_step": 5, "started_at": None,
     "completed_at": None, "created_at": None, "vapi_data": vapi(phone_number="+44 20 7946 0000")},
]

CHANNELS: list[Row] = [
    {"id": "chan_1", "tenant_id": "tenant_plain", "channel_type": "sms", "config": '{"sender": "DUPONT"}',
     "enabled": 1, "created_at": AT, "updated_at": AT},
    {"id": "chan_2", "tenant_id": "tenant_plain", "channel_type": "SMS ", "config": '{"sender": "GARAGE"}',
     "enabled": "true", "created_at": AT, "updated_at": "2025-04-01T00:00:00Z"},
    {"id": "chan_3", "tenant_id": "tenant_plain", "channel_type": "email", "config": '{"from": "a@b.c"',
     "enabled": "non", "created_at": AT, "updated_at": AT},
    {"id": "chan_4", "tenant_id": "tenant_gone", "channel_type": "whatsapp", "config": "{}", "enabled": 1,
     "created_at": AT, "updated_at": AT},
    {"id": "chan_5", "tenant_id": "tenant_emoji", "channel_type": "whatsapp", "config": '["📱"]', "enabled": None,
     "created_at": "?", "updated_at": None},
    {"id": None, "tenant_id": "tenant_emoji", "channel_type": None, "config": '{"x": 1}', "enabled": 1,
     "created_at": AT, "updated_at": AT},
    {"id": None, "tenant_id": "tenant_two", "channel_type": "email", "config": None, "enabled": 0,
     "created_at": AT, "updated_at": AT},
    {"id": "chan_8", "tenant_id": "tenant_two", "channel_type": "web", "config": b"\x7b\x7d", "enabled": "parfois",
     "created_at": AT, "updated_at": AT},
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
    {"id": "phone_respelled", "phone_number": "01.99.00.12.34", "tenant_id": "tenant_quote",
     "created_at": "2020-01-01 00:00:00"},
    {"id": None, "phone_number": "+1 (415) 555-0100", "tenant_id": "tenant_quote", "is_active": "no"},
    {"id": "phone_word", "phone_number": "standard", "tenant_id": "tenant_quote"},
]
LATER_AGENTS: list[Row] = [
    {"id": "agent_api", "tenant_id": "tenant_now_and_then", "voice_id": "v"},
    {"id": None, "tenant_id": "tenant_blob", "voice_id": "v9", "agent_type": None, "created_at": 1741000000.5},
]
LATER_SESSIONS: list[Row] = [
    {"id": "sess_late", "tenant_id": "tenant_undated", "status": "completed", "current_step": 5,
     "started_at": "2025-08-01 10:00:00", "completed_at": "2025-08-01 10:10:00", "created_at": "2025-08-01 10:00:00",
     "vapi_data": vapi(agent_name="Tard", phone_number="+33199006060")},
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
