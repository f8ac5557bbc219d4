"""The local D1's own file while the Worker runs.

`wrangler d1 execute` gives the same rows, but starts a workerd for each query and takes some seconds.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

Value = str | int | float | bytes | None
Row = dict[str, Value]


class NoDatabase(Exception):
    """The state holds no D1 database, or several."""


def read(persist_to: Path, query: str, parameters: Sequence[Value] = ()) -> list[Row]:
    """What is committed now; the file is opened read-only."""
    uri = f"{file_of(persist_to).as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, parameters)]


def write(persist_to: Path, query: str, parameters: Sequence[Value] = ()) -> None:
    """For what no request can do, such as letting time pass: from outside, between two requests."""
    with contextlib.closing(sqlite3.connect(file_of(persist_to), timeout=10)) as connection:
        connection.execute(query, parameters)
        connection.commit()


def file_of(persist_to: Path) -> Path:
    folder = persist_to / "v3/d1/miniflare-D1DatabaseObject"
    found = [file for file in folder.glob("*.sqlite") if file.name != "metadata.sqlite"]
    if len(found) != 1:
        raise NoDatabase(f"{folder} holds {len(found)} databases")
    return found[0]
