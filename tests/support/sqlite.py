"""ports.Database on SQLite, behaving as D1 does: autocommit, foreign keys on, one transaction a batch."""

import sqlite3
from functools import cache
from pathlib import Path

from adapters.sqlite_errors import database_error
from ports.database import Result, Statement, Usage, Value

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "database/schema-unified.sql"
MAX_PARAMETERS = 100
MOST_COMPOUND = 5  # terms of a UNION, in workerd's D1


class SqliteDatabase:
    """`fail_at` makes every batch break before its statement of that number, as a lost connection would.

    `fail_in` (words of a statement, number) does so in the batches that hold such a statement only.
    """

    def __init__(self, schema: str | None = None) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        if schema is None:
            self.connection.deserialize(_empty())
        else:
            self.connection.executescript(schema)
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.connection.setlimit(sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, MOST_COMPOUND)
        self.usage = Usage()
        self.fail_at: int | None = None
        self.fail_in: tuple[str, int] | None = None
        self.batches: list[tuple[Statement, ...]] = []

    async def batch(self, *statements: Statement, idempotent: bool = False) -> list[Result]:
        self.usage.round_trips += 1
        self.usage.queries += len(statements)
        self.batches.append(statements)
        self.connection.execute("BEGIN")
        try:
            is_meant = self.fail_in and any(self.fail_in[0] in statement.sql for statement in statements)
            fail_at = self.fail_in[1] if self.fail_in and is_meant else self.fail_at
            results = [self._run(statement, index == fail_at) for index, statement in enumerate(statements)]
        except sqlite3.Error as error:
            self.connection.execute("ROLLBACK")
            raise database_error(str(error)) from error
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        return results

    def _run(self, statement: Statement, fails: bool) -> Result:
        if fails:
            raise sqlite3.OperationalError("Network connection lost")
        if len(statement.params) > MAX_PARAMETERS:
            raise sqlite3.OperationalError("too many SQL variables")
        before = self.connection.total_changes
        cursor = self.connection.execute(statement.sql, [_as_bound(value) for value in statement.params])
        rows = [dict(row) for row in cursor.fetchall()]
        return Result(rows=rows, changes=self.connection.total_changes - before)

    def rows(self, sql: str, *params: Value) -> list[dict[str, Value]]:
        """For assertions."""
        return [dict(row) for row in self.connection.execute(sql, params).fetchall()]

    def dump(self) -> dict[str, list[tuple[Value, ...]]]:
        """Every row of every table, to compare before and after."""
        names = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            str(row["name"]): sorted(
                (tuple(r) for r in self.connection.execute(f'SELECT * FROM "{row["name"]}"').fetchall()), key=repr
            )
            for row in names
        }


@cache
def _empty() -> bytes:
    """The schema, once a run."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text())
    return connection.serialize()


def _as_bound(value: Value) -> Value:
    """D1 binds every number as REAL; an INTEGER column turns it back."""
    return float(value) if isinstance(value, int) else value
