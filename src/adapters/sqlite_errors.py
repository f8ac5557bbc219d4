"""SQLite's own words for a refused write, told apart by table and column; D1 and sqlite3 use the same."""

import re

from ports.database import (
    CheckViolation,
    ConstraintViolation,
    DatabaseError,
    DatabaseUnavailable,
    ForeignKeyViolation,
    NotNullViolation,
    RefusedByTrigger,
    UniqueViolation,
)

# Cloudflare D1 documentation, "Debug D1": faults that pass. A write may still have been committed.
_PASSING = (
    "Network connection lost",
    "storage caused object to be reset",
    "reset because its code was updated",
    "Cannot resolve D1 DB due to transient issue",
    "D1 DB is overloaded",
    "storage operation exceeded timeout",
    "exceeded its CPU time limit",
    "database is locked",
)
_FAILED = re.compile(r"(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (.+))?")
_TAIL = re.compile(r": SQLITE_[A-Z_]+.*$", re.DOTALL)


def database_error(message: str) -> DatabaseError:
    """The typed error for the text of a failed batch, e.g. `D1_ERROR: UNIQUE constraint failed: t.c: ...`."""
    text = _TAIL.sub("", re.sub(r"^(Error: )?(D1_ERROR: )?", "", message.strip()))
    if any(words in message for words in _PASSING):
        return DatabaseUnavailable(text)
    if match := _FAILED.search(text):
        return _constraint(match[1], (match[2] or "").strip())
    if "SQLITE_CONSTRAINT_TRIGGER" in message or re.fullmatch(r"[a-z_]+", text):
        return RefusedByTrigger(text)
    return DatabaseError(text)


def _constraint(kind: str, subject: str) -> ConstraintViolation:
    if kind == "UNIQUE":
        return UniqueViolation(tuple(part.strip() for part in subject.split(",")))
    if kind == "NOT NULL":
        return NotNullViolation(subject)
    if kind == "CHECK":
        return CheckViolation(subject)
    return ForeignKeyViolation("a row that is referred to does not exist")
