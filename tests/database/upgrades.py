"""Legacy databases that stopped where installations have stopped, and their upgrade."""

import sqlite3
from collections.abc import Callable

from tests.database.databases import Row, connect, migrate, rows
from tests.database.facts import legacy_facts
from tests.database.legacy_data import edit, fill


def stopped_at_0003() -> sqlite3.Connection:
    db = connect()
    migrate(db, upto=3)
    fill(db)
    return db


def stopped_at_0004() -> sqlite3.Connection:
    db = stopped_at_0003()
    migrate(db, after=3, upto=4)
    return db


def edited_since() -> sqlite3.Connection:
    db = stopped_at_0004()
    edit(db)
    return db


STOPS: dict[str, tuple[Callable[[], sqlite3.Connection], int]] = {
    "0003": (stopped_at_0003, 3),
    "0004": (stopped_at_0004, 4),
    "edited": (edited_since, 4),
}


class Upgrade:
    def __init__(self, stop: str) -> None:
        make, at = STOPS[stop]
        self.stop = stop
        self.db = make()
        self.facts = legacy_facts(self.db)
        migrate(self.db, after=at)

    def one(self, sql: str, *parameters: object) -> Row:
        (found,) = rows(self.db, sql, *parameters)
        return found

    def reason(self, table: str, row: str, field: str = "") -> str | None:
        sql = "SELECT reason FROM migration_rejects WHERE source_table = ? AND source_id = ? AND field = ?"
        found = self.db.execute(sql, (table, row, field)).fetchone()
        return None if found is None else str(found[0])
