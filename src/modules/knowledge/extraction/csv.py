"""A table in a text file: each line with the names of its columns."""

import csv
import io

from modules.knowledge.errors import Unreadable
from modules.knowledge.structure import Block, row, squeezed

MOST_ROWS = 4_000
_SEPARATORS = ",;\t|"


def blocks_of(text: str) -> tuple[Block, ...]:
    """The first line names the columns. Raises Unreadable."""
    sample = text[:20_000]
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(sample, _SEPARATORS)
    except csv.Error:  # a single column, or lines that differ
        dialect = csv.excel
        counted = {separator: sample.partition("\n")[0].count(separator) for separator in _SEPARATORS}
        best = max(counted, key=lambda separator: counted[separator])
        if counted[best]:
            dialect = type("Found", (csv.excel,), {"delimiter": best})
    try:
        lines = [tuple(squeezed(cell) for cell in line) for line in csv.reader(io.StringIO(text), dialect)]
    except csv.Error as error:
        raise Unreadable("broken", "It is not a CSV file that can be read; export it again.") from error
    filled = [line for line in lines if any(line)]
    if len(filled) > MOST_ROWS:
        raise Unreadable("too_long", f"It has {len(filled)} lines; upload at most {MOST_ROWS} at once.")
    if not filled:
        return ()
    labels, *rest = filled
    return tuple(row(labels, line) for line in rest) if rest else (row((), labels),)
