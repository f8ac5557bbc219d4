"""A row in every table of a business, made from the schema itself: a new table gets one without being named here."""

import re
import sqlite3
from typing import Any

from modules.personal_data.tables import OWNED

AT, LATER = "2026-11-20 10:00:00.000", "2026-11-20 10:30:00.000"
PHONE = "+33639985555"
# What a row has to be like where several columns are held together.
FITTING: dict[str, dict[str, Any]] = {
    "appointments": {
        "status": "booked",
        "starts_at": AT,
        "ends_at": LATER,
        "busy_from": AT,
        "busy_to": LATER,
        "name": "plantedwords",
        "phone": PHONE,
    },
    "availability_slots": {"kind": "weekly", "weekday": "mon", "opens": "09:00", "closes": "12:00"},
    "calendar_events": {"starts_at": "2026-11-21 10:00:00.000", "ends_at": "2026-11-21 11:00:00.000"},
    "customers": {"merged_into": None},
    "knowledge_chunks": {"faq_id": None},
    "onboarding_steps": {"step": 1, "state": "saved"},
    "waiting_list": {"phone": PHONE},
}


class Planter:
    """Plants through the connection itself. `marker` stands in every free text, so that it can be looked for."""

    def __init__(self, db: sqlite3.Connection, tenant_id: str, user_id: str, marker: str) -> None:
        self._db = db
        self._tenant_id = tenant_id
        self._user_id = user_id
        self._marker = marker
        self._planted: dict[str, sqlite3.Row] = {}
        self._number = 1_000_000

    def plant(self) -> list[str]:
        """The names of the tables."""
        names = [table.name for table in reversed(OWNED)]
        for name in names:
            self._insert(name)
        return names

    def _insert(self, table: str) -> None:
        sql = str(self._one("SELECT sql FROM sqlite_schema WHERE name = ?", table)["sql"])
        parents: dict[str, tuple[str, str]] = {
            row["from"]: (row["table"], row["to"]) for row in self._db.execute(f"PRAGMA foreign_key_list({table})")
        }
        primary = {row["name"] for row in self._db.execute(f"PRAGMA table_info({table})") if row["pk"]}
        values: dict[str, Any] = {}
        for column in self._db.execute(f"PRAGMA table_info({table})"):
            name = column["name"]
            if name in FITTING.get(table, {}):
                values[name] = FITTING[table][name]
            elif name == "tenant_id":
                values[name] = self._tenant_id
            elif name in parents and parents[name][0] == "users":
                values[name] = self._user_id
            elif name in parents and parents[name][0] in self._planted:
                values[name] = self._planted[parents[name][0]][parents[name][1]]
            elif name in primary or (column["notnull"] and column["dflt_value"] is None):
                values[name] = self._value(table, name, column["type"], sql)
        columns = ", ".join(values)
        places = ", ".join("?" * len(values))
        try:
            self._db.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(values.values()))
        except sqlite3.IntegrityError as error:
            if not str(error).startswith("UNIQUE"):
                raise
        where = " AND ".join(f"{name} IS ?" for name in values if name in primary)
        own = [value for name, value in values.items() if name in primary]
        planted = self._one(f"SELECT * FROM {table} WHERE {where}", *own)
        # There may be only one, and be one already.
        self._planted[table] = planted or self._one(f"SELECT * FROM {table} WHERE tenant_id = ?", self._tenant_id)

    def _value(self, table: str, name: str, kind: str, sql: str) -> Any:
        self._number += 1
        if kind in ("INTEGER", "REAL"):
            return self._number if name in ("number", "seq") else 1
        if offered := re.search(rf"\b{name} IN\s*\(\s*'([^']*)'", sql):
            return offered[1]
        if kept := re.search(rf"json_type\({name}\) = '(\w+)'", sql):
            return "[]" if kept[1] == "array" else "{}"
        for form, value in (
            (f"json_valid({name})", f'{{"said": "{self._marker}"}}'),
            (f"{name} LIKE '+%'", PHONE),
            (f"{name} IS date({name})", "2026-11-20"),
            (f"{name} GLOB", "09:00"),
            (f"length({name}) = 3", "EUR"),
        ):
            if form in sql:
                return value
        if name.endswith(("_at", "_until", "expires")) or name == "window_start":
            return AT
        return f"{self._marker}-{table}-{name}"

    def _one(self, sql: str, *values: Any) -> sqlite3.Row:
        found: sqlite3.Row = self._db.execute(sql, values).fetchone()
        return found
