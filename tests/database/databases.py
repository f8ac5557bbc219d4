"""Databases made from database/, and what they are made of."""

import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "database/schema-unified.sql"
MIGRATIONS = tuple(sorted((ROOT / "database/migrations").glob("*.sql")))

# What D1 allows, where SQLite allows more.
LIMITS = {
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 5,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 25_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 32,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 50,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 100,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 10,
}

Row = dict[str, Any]
Structure = dict[str, object]

_ATOM = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|[^\w\s]""")


def connect(path: Path | str = ":memory:") -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA foreign_keys = ON")
    for category, most in LIMITS.items():
        db.setlimit(category, most)
    return db


def statements(script: str) -> Iterable[str]:
    waiting = ""
    for line in script.splitlines(keepends=True):
        waiting += line
        if sqlite3.complete_statement(waiting):
            yield waiting
            waiting = ""
    if waiting.strip():
        yield waiting


def run(db: sqlite3.Connection, *files: Path) -> None:
    """Each file as one transaction, as wrangler does."""
    for file in files:
        db.execute("BEGIN")
        for statement in statements(file.read_text()):
            db.execute(statement)
        db.execute("COMMIT")


def migrate(db: sqlite3.Connection, after: int = 0, upto: int = 9999) -> None:
    run(db, *(file for file in MIGRATIONS if after < int(file.name[:4]) <= upto))


def insert(db: sqlite3.Connection, table: str, row: Row) -> None:
    columns = ", ".join(row)
    values = ", ".join(f":{column}" for column in row)
    db.execute(f"INSERT INTO {table} ({columns}) VALUES ({values})", row)


def rows(db: sqlite3.Connection, sql: str, *parameters: object) -> list[Row]:
    return [dict(row) for row in db.execute(sql, parameters)]


def structure(db: sqlite3.Connection) -> Structure:
    """Everything that makes a schema, however its text is laid out."""
    found: Structure = {}
    for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"):
        if name.startswith(("sqlite_", "_cf_", "d1_migrations")):
            continue
        found[f"{kind} {name}"] = normalised(sql)
        if kind == "table":
            found[f"columns of {name}"] = [tuple(c) for c in db.execute(f"PRAGMA table_xinfo({name})")]
            keys = [tuple(k)[2:] for k in db.execute(f"PRAGMA foreign_key_list({name})")]
            found[f"foreign keys of {name}"] = sorted(keys, key=str)
            found[f"indexes of {name}"] = sorted(
                (unique, origin, partial, str([tuple(c) for c in db.execute(f"PRAGMA index_xinfo({index})")]))
                for _, index, unique, origin, partial in db.execute(f"PRAGMA index_list({name})")
            )
            found[f"storage of {name}"] = [
                (row["wr"], row["strict"]) for row in db.execute(f"PRAGMA table_list({name})")
            ]
    return found


def normalised(sql: str) -> str:
    """Without comments, layout and the case of words; literals as they are."""
    bare = re.sub(r"'(?:[^']|'')*'|(--[^\n]*|/\*.*?\*/)", lambda m: " " if m[1] else m[0], sql, flags=re.DOTALL)
    return " ".join(atom if atom[0] in "'\"" else atom.lower() for atom in _ATOM.findall(bare))


def sound(db: sqlite3.Connection) -> bool:
    intact = [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
    return intact and not list(db.execute("PRAGMA foreign_key_check"))
