"""The way to the data: one batch, one round trip, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Value = str | int | float | None
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Statement:
    """Static SQL with `?1` parameters; values never enter the text."""

    sql: str
    params: tuple[Value, ...] = ()

    @property
    def is_read(self) -> bool:
        return self.sql.lstrip()[:6].upper() == "SELECT"


@dataclass(frozen=True, slots=True)
class Result:
    rows: Sequence[Row] = ()
    changes: int = 0

    @property
    def first(self) -> Row | None:
        return self.rows[0] if self.rows else None


@dataclass(slots=True)
class Usage:
    """What one request has cost so far; `ms` is wall time spent waiting for the database."""

    round_trips: int = 0
    queries: int = 0
    rows_read: int = 0
    rows_written: int = 0
    ms: float = 0.0


class Database(Protocol):
    @property
    def usage(self) -> Usage: ...

    async def batch(self, *statements: Statement, idempotent: bool = False) -> list[Result]:
        """Runs all statements in one transaction and one round trip, results in order.

        A batch of reads, or one that says it is `idempotent`, is tried again when the database reports a
        passing fault. Raises a DatabaseError; then nothing of the batch was written, except after
        DatabaseUnavailable, when a write may have been committed before the connection was lost.
        """
        ...


class DatabaseError(Exception):
    pass


class DatabaseUnavailable(DatabaseError):
    """The database did not answer: overloaded, reset, or out of reach."""


class ConstraintViolation(DatabaseError):
    pass


class NotNullViolation(ConstraintViolation):
    def __init__(self, column: str) -> None:
        super().__init__(f"{column} must have a value")
        self.column = column


class UniqueViolation(ConstraintViolation):
    """`columns` are "table.column" names, or ("index 'name'",) for an index over an expression."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__(f"{', '.join(columns)} already has that value")
        self.columns = columns


class ForeignKeyViolation(ConstraintViolation):
    """A row that is referred to does not exist (SQLite does not say which)."""


class CheckViolation(ConstraintViolation):
    def __init__(self, name: str) -> None:
        super().__init__(f"check {name} failed")
        self.name = name


class RefusedByTrigger(ConstraintViolation):
    """A trigger refused the write; `reason` is the text of its RAISE(ABORT, ...)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
