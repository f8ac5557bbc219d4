"""Tables that are taken out and brought in, as routes answer them."""

from typing import Any, Literal

from fastapi import Response
from pydantic import BaseModel

from modules.sheets.reading import Imported

CSV: dict[int | str, dict[str, Any]] = {200: {"description": "A table of all of them.", "content": {"text/csv": {}}}}


class ImportOut(BaseModel):
    success: Literal[True] = True
    imported: Imported


def table(content: str, name: str) -> Response:
    """To be saved, and opened by a spreadsheet."""
    headers = {"content-disposition": f"attachment; filename={name}.csv"}
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8")
