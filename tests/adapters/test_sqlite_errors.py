"""The words D1 was seen to use, as its exceptions show them."""

import pytest

from adapters.sqlite_errors import database_error
from ports.database import (
    CheckViolation,
    DatabaseError,
    DatabaseUnavailable,
    ForeignKeyViolation,
    NotNullViolation,
    RefusedByTrigger,
    UniqueViolation,
)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Error: D1_ERROR: UNIQUE constraint failed: t.a, t.b: SQLITE_CONSTRAINT (extended: X)", UniqueViolation),
        ("D1_ERROR: NOT NULL constraint failed: t.a: SQLITE_CONSTRAINT", NotNullViolation),
        ("D1_ERROR: CHECK constraint failed: small: SQLITE_CONSTRAINT_CHECK", CheckViolation),
        ("D1_ERROR: FOREIGN KEY constraint failed: SQLITE_CONSTRAINT_FOREIGNKEY", ForeignKeyViolation),
        ("D1_ERROR: overlap: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_TRIGGER)", RefusedByTrigger),
        ("D1_ERROR: Network connection lost.", DatabaseUnavailable),
        ("D1_ERROR: D1 DB is overloaded. Requests queued for too long.", DatabaseUnavailable),
        ("D1_ERROR: no such table: t: SQLITE_ERROR", DatabaseError),
    ],
)
def test_each_failure_has_its_kind(message: str, kind: type[DatabaseError]) -> None:
    assert type(database_error(message)) is kind


def test_columns_and_reasons_are_kept() -> None:
    unique = database_error("Error: D1_ERROR: UNIQUE constraint failed: t.a, t.b: SQLITE_CONSTRAINT (extended: X)")
    assert isinstance(unique, UniqueViolation)
    assert unique.columns == ("t.a", "t.b")
    refused = database_error("D1_ERROR: overlap: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_TRIGGER)")
    assert isinstance(refused, RefusedByTrigger)
    assert refused.reason == "overlap"
