"""Tables as people export them: any usual delimiter, headings in French or English, broken rows told by number."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field, ValidationError

from errors import Invalid
from modules.text import Input
from modules.words.text import fold

MOST_ROWS = 5_000
MOST_ERRORS_SHOWN = 200
_DELIMITERS = ",;\t|"

Row = TypeVar("Row", bound=BaseModel)


class SheetIn(Input):
    csv: Annotated[str, Field(min_length=1, max_length=900_000)] = Field(
        description="The file's text, with a heading in its first line."
    )
    preview: bool = Field(default=True, description="Only tells what would come of it.")


class RowError(BaseModel):
    row: int = Field(description="The line of the file, the heading being the first.")
    field: str
    detail: str


class Imported(BaseModel):
    preview: bool
    rows: int
    created: int = Field(description="Or to be created, of a preview.")
    updated: int
    errors: list[RowError] = Field(description=f"At most {MOST_ERRORS_SHOWN}; `rejected` counts them all.")
    rejected: int
    ignored_columns: list[str]
    sample: list[dict[str, Any]] = Field(description="The first rows as they were understood.")


@dataclass(slots=True)
class Sheet(Generic[Row]):
    """What of a file is usable, with the line that each stands in."""

    rows: list[tuple[int, Row]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    count: int = 0
    ignored: list[str] = field(default_factory=list)

    def refuse(self, line: int, name: str, detail: str) -> None:
        self.errors.append(RowError(row=line, field=name, detail=detail))

    @property
    def rejected(self) -> int:
        return len({error.row for error in self.errors})


def read(text: str, headings: Mapping[str, str], make: Callable[[dict[str, str]], Row]) -> Sheet[Row]:
    """`headings` maps what a column may be called (folded) to a field. Raises Invalid for what is no table."""
    lines = text.lstrip("\ufeff")
    delimiter = max(_DELIMITERS, key=lines.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter)
    sheet: Sheet[Row] = Sheet()
    try:
        first = next(reader, [])
        fields = [headings.get(fold(name).strip().replace("_", " ").replace("-", " ")) for name in first]
        sheet.ignored = [name for name, known in zip(first, fields, strict=True) if known is None and name.strip()]
        if not any(fields):
            known = ", ".join(sorted(set(headings.values())))
            raise Invalid([{"pointer": "/csv", "detail": f"no column of the first line is known; there are {known}"}])
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            sheet.count += 1
            if sheet.count > MOST_ROWS:
                raise Invalid([{"pointer": "/csv", "detail": f"at most {MOST_ROWS} rows at once"}])
            _take(sheet, reader.line_num, fields, cells, make)
    except csv.Error as error:
        raise Invalid([{"pointer": "/csv", "detail": f"line {reader.line_num} cannot be read: {error}"}]) from error
    return sheet


def _take(
    sheet: Sheet[Row],
    line: int,
    fields: Sequence[str | None],
    cells: Sequence[str],
    make: Callable[[dict[str, str]], Row],
) -> None:
    given = {
        name: cell.strip().removeprefix("'").strip()
        for name, cell in zip(fields, cells, strict=False)
        if name and cell.strip()
    }
    try:
        sheet.rows.append((line, make(given)))
    except ValidationError as error:
        for one in error.errors():
            name = str(one["loc"][0]) if one["loc"] else ""
            sheet.refuse(line, name, str(one["msg"]).removeprefix("Value error, "))
    except Invalid as error:
        errors = error.extra.get("errors")
        for one in errors if isinstance(errors, list) else ():
            sheet.refuse(line, str(one["pointer"]).lstrip("/"), str(one["detail"]))


def imported(sheet: Sheet[Row], *, preview: bool, created: int, updated: int) -> Imported:
    return Imported(
        preview=preview,
        rows=sheet.count,
        created=created,
        updated=updated,
        errors=sorted(sheet.errors, key=lambda one: one.row)[:MOST_ERRORS_SHOWN],
        rejected=sheet.rejected,
        ignored_columns=sheet.ignored,
        sample=[row.model_dump(exclude_none=True) for _, row in sheet.rows[:5]],
    )


def written(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """As a spreadsheet opens it. A cell that a spreadsheet would run as a formula is made text (OWASP, CSV injection)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return out.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    is_number = text.lstrip("+-").replace(".", "", 1).isdigit()
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else text
