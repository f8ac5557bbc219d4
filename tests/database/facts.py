"""What a legacy database knows, fact by fact, and where each is after the upgrade: written without the migrations."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import phonenumbers

from tests.database.databases import Row, rows

TABLES = (
    "tenants",
    "users",
    "onboarding_sessions",
    "channel_configurations",
    "omni_agent_configs",
    "omni_phone_mappings",
)
INSTANTS = {"created_at", "updated_at", "started_at", "completed_at"}
FLAGS = {"enable_appointments", "enable_products", "is_active", "enabled", "onboarding_completed"}
JSON_TEXTS = {"metadata", "config"}


@dataclass(frozen=True)
class Fact:
    table: str
    row: str
    tenant: str | None
    field: str
    value: Any
    content: str  # the text around it: of a key in vapi_data the whole of vapi_data
    channel: str | None = None


@dataclass(frozen=True)
class Count:
    before: int
    carried: int
    rejected: int
    reasons: Counter[str]  # of the rejected
    lost: tuple[Fact, ...]
    both: tuple[Fact, ...]


def legacy_facts(db: sqlite3.Connection) -> list[Fact]:
    present = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    found: list[Fact] = []
    for table in TABLES:
        if table not in present:
            continue
        for row in rows(db, f"SELECT rowid AS legacy_rowid, * FROM {table}"):
            key = str(row["id"]) if row["id"] not in (None, "") else f"rowid:{row['legacy_rowid']}"
            row = {field: value.decode() if isinstance(value, bytes) else value for field, value in row.items()}
            tenant = row["id"] if table == "tenants" else row["tenant_id"]
            for field, value in row.items():
                # The row's number is no fact, and a channel is known by its tenant and name, not by an id.
                if field == "legacy_rowid" or (table, field) == ("channel_configurations", "id"):
                    continue
                # A tenant that has not completed: what its sessions say, this column's default repeats.
                if field == "onboarding_completed" and flag(value) == 0:
                    continue
                parts = pairs(value) if field == "vapi_data" else None
                if parts is None:
                    if not blank(value):
                        found.append(Fact(table, key, tenant, field, value, str(value), row.get("channel_type")))
                    continue
                found += [Fact(table, key, tenant, f"vapi_data.{k}", v, value) for k, v in parts if not blank(v)]
    return found


def count(facts: list[Fact], db: sqlite3.Connection) -> Count:
    carried = {fact_id for fact_id, fact in enumerate(facts) if is_carried(fact, db)}
    said = {fact_id: rejection(fact, db) for fact_id, fact in enumerate(facts)}
    rejected = {fact_id for fact_id, reason in said.items() if reason is not None}
    reasons = Counter(reason for fact_id, reason in said.items() if reason is not None and fact_id not in carried)
    lost = tuple(fact for fact_id, fact in enumerate(facts) if fact_id not in carried | rejected)
    both = tuple(facts[fact_id] for fact_id in sorted(carried & rejected))
    return Count(len(facts), len(carried), len(rejected - carried), reasons, lost, both)


def blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def pairs(text: object) -> list[tuple[str, Any]] | None:
    """The keys of a JSON object with their values, doubled keys twice; None when it is no JSON object."""
    try:
        found = json.loads(str(text), object_pairs_hook=_Object, parse_constant=_refuse)
    except ValueError:
        return None
    return list(found) if isinstance(found, _Object) else None


class _Object(list[tuple[str, Any]]):
    pass


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def is_carried(fact: Fact, db: sqlite3.Connection) -> bool:
    return _PLACES[fact.table](fact, db)


def rejection(fact: Fact, db: sqlite3.Connection) -> str | None:
    """The reason that stands beside the fact in migration_rejects; None when it is not there."""
    said = rows(
        db,
        "SELECT field, reason, content FROM migration_rejects WHERE source_table = ? AND source_id = ?",
        fact.table,
        fact.row,
    )
    return next((str(reject["reason"]) for reject in said if tells(reject, fact)), None)


def tells(reject: Row, fact: Fact) -> bool:
    column = fact.field.partition(".")[0]
    if reject["field"] == "":
        was = json.loads(reject["content"]).get(column)
        return was is not None and same_text(was, fact.content, fact.value)
    if reject["field"] == column and same_text(reject["content"], fact.content, fact.value):
        return True
    return bool(reject["field"] == fact.field) and same_text(reject["content"], fact.value)


def same_text(content: str, *values: object) -> bool:
    """Whether the text is one of the values, or JSON of it."""
    return any(content == value or loads(content) == plain(value) for value in values)


def plain(value: object) -> object:
    if isinstance(value, _Object):
        return {key: plain(inner) for key, inner in value}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def in_tenants(fact: Fact, db: sqlite3.Connection) -> bool:
    found = one(db, "SELECT * FROM tenants WHERE id = ?", fact.row)
    return found is not None and agrees(fact, found.get(fact.field))


def in_users(fact: Fact, db: sqlite3.Connection) -> bool:
    sql = "SELECT u.*, m.tenant_id, m.role FROM users u JOIN memberships m ON m.user_id = u.id WHERE u.id = ?"
    found = one(db, sql, fact.row)
    if found is None or fact.field not in found:
        return False
    return agrees(fact, found[fact.field])


def in_sessions(fact: Fact, db: sqlite3.Connection) -> bool:
    found = one(db, "SELECT * FROM onboarding_sessions WHERE tenant_id = ? AND id = ?", fact.tenant, fact.row)
    if found is None:
        return False
    column, _, key = fact.field.partition(".")
    if key:
        return in_onboarded_agent(fact, key, db)
    if column == "created_at":
        return agrees(fact, found["started_at"])
    return column in found and agrees(fact, found[column])


def in_onboarded_agent(fact: Fact, key: str, db: sqlite3.Connection) -> bool:
    if key == "phone_number":
        mapped = rows(db, "SELECT phone_number FROM omni_phone_mappings WHERE tenant_id = ?", fact.tenant)
        return any(number(fact.value) == row["phone_number"] for row in mapped)
    agent = one(db, "SELECT * FROM omni_agent_configs WHERE tenant_id = ? AND is_default = 1", fact.tenant)
    return agent is not None and key in agent and agrees(fact, agent[key], key)


def in_channels(fact: Fact, db: sqlite3.Connection) -> bool:
    # Of several rows of a channel one is carried; which, is told by those that are not.
    whole = "SELECT 1 FROM migration_rejects WHERE source_table = ? AND source_id = ? AND field = ''"
    if fact.channel is None or one(db, whole, fact.table, fact.row):
        return False
    sql = "SELECT *, channel AS channel_type FROM tenant_channels WHERE tenant_id = ? AND channel = ?"
    found = one(db, sql, fact.tenant, fact.channel.strip().lower())
    return found is not None and fact.field in found and agrees(fact, found[fact.field])


def in_agents(fact: Fact, db: sqlite3.Connection) -> bool:
    found = one(db, "SELECT * FROM omni_agent_configs WHERE tenant_id = ? AND id = ?", fact.tenant, fact.row)
    return found is not None and fact.field in found and agrees(fact, found[fact.field])


def in_numbers(fact: Fact, db: sqlite3.Connection) -> bool:
    found = one(db, "SELECT * FROM omni_phone_mappings WHERE tenant_id = ? AND id = ?", fact.tenant, fact.row)
    return found is not None and fact.field in found and agrees(fact, found[fact.field])


_PLACES: dict[str, Callable[[Fact, sqlite3.Connection], bool]] = {
    "tenants": in_tenants,
    "users": in_users,
    "onboarding_sessions": in_sessions,
    "channel_configurations": in_channels,
    "omni_agent_configs": in_agents,
    "omni_phone_mappings": in_numbers,
}


def one(db: sqlite3.Connection, sql: str, *parameters: object) -> Row | None:
    found = rows(db, sql, *parameters)
    return found[0] if found else None


def agrees(fact: Fact, now: object, field: str | None = None) -> bool:
    field = field or fact.field
    if now is None:
        return False
    if field in INSTANTS:
        was = instant(fact.value)
        # Julian days hold the millisecond, not more.
        return was is not None and abs(was - datetime.fromisoformat(f"{now}+00:00")) <= timedelta(milliseconds=1)
    if field in FLAGS:
        return flag(fact.value) == now
    if field in {"phone", "phone_number"}:
        return number(fact.value) == now
    if field in {"email", "role", "status", "channel_type", "agent_type", "voice_provider"}:
        return plain_text(fact.value).lower() == str(now).lower()
    if field == "voice_language":
        return plain_text(fact.value).replace("_", "-").lower() == str(now).lower()
    if field == "knowledge_base_ids":
        return bool(json.loads(str(now)) == ids(loads(str(fact.value))))
    if field in {"system_prompt", "greeting_message"}:
        return plain_text(fact.value).replace("\r\n", "\n").replace("\r", "\n") == str(now)
    if field in JSON_TEXTS:
        return bool(json.loads(str(now)) == loads(str(fact.value)))
    return plain_text(fact.value) == str(now)


def plain_text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def ids(value: object) -> object:
    """A list of ids, whichever of them were numbers."""
    return [str(one) for one in value] if isinstance(value, list) else value


def instant(value: object) -> datetime | None:
    if isinstance(value, (int, float)):
        at = value / 1000 if value > 1e11 else value
        return datetime.fromtimestamp(at, UTC) if 1e8 < at < 1e11 else None
    text = str(value).strip()
    try:
        at_hand = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at_hand if at_hand.tzinfo else at_hand.replace(tzinfo=UTC)


def flag(value: object) -> int | None:
    words = {"1": 1, "1.0": 1, "true": 1, "yes": 1, "oui": 1, "on": 1, "0": 0, "false": 0, "no": 0, "non": 0, "off": 0}
    return words.get(str(value).strip().lower())


def number(value: object) -> str | None:
    try:
        # The narrow space of French typography, which the library does not know.
        read = phonenumbers.parse(str(value).replace("\u202f", " "), "FR")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
