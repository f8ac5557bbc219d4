"""Customers as a table: brought in with a preview, taken out as they are."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from modules.customers import queries
from modules.customers.schemas import CustomerIn
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.phone import to_e164
from modules.sheets.reading import Imported, Sheet, SheetIn, imported, read, written
from ports.context import Ports
from ports.database import Statement

_HEADINGS: Mapping[str, str] = {
    **dict.fromkeys(("name", "nom", "full name", "nom complet", "client", "customer", "contact"), "name"),
    **dict.fromkeys(("phone", "telephone", "tel", "mobile", "portable", "phone number", "numero"), "phone"),
    **dict.fromkeys(("email", "e mail", "mail", "courriel", "adresse e mail", "adresse email"), "email"),
    **dict.fromkeys(("company", "societe", "entreprise", "organisation"), "company"),
    **dict.fromkeys(("notes", "note", "commentaire", "commentaires", "remarques"), "notes"),
    **dict.fromkeys(("tags", "tag", "etiquettes", "categories"), "tags"),
    **dict.fromkeys(("language", "langue", "lang"), "language"),
}
_COLUMNS = ("id", "name", "phone", "email", "company", "notes", "tags", "language", "created_at", "last_seen_at")
_AT_ONCE = 500  # rows a statement: well within what one parameter may hold
MOST_EXPORTED = 20_000


async def bring_in(ports: Ports, principal: Principal, command: SheetIn) -> Imported:
    """All usable rows or none; those that are not are told with their line. Raises Invalid for what is no table."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    sheet = read(command.csv, _HEADINGS, partial(_row, principal.country))
    _refuse_twins(sheet)
    identities = [one for _, row in sheet.rows for one in _addresses(row)]
    (found,) = await ports.db.batch(queries.known(tenant_id, json.dumps(identities, ensure_ascii=False)))
    known = {(str(row["kind"]), str(row["address"])): str(row["customer_id"]) for row in found.rows}
    new: list[object] = []
    changed: list[object] = []
    addresses: list[object] = []
    for line, row in list(sheet.rows):
        owners = {known[one] for one in _addresses(row) if one in known}
        if len(owners) > 1:
            sheet.refuse(
                line, "email", "its phone number and its e-mail address belong to two customers: merge them first"
            )
            sheet.rows.remove((line, row))
            continue
        customer_id = owners.pop() if owners else ports.ids.new("cust")
        values = {"id": customer_id, **row.model_dump(exclude={"phone", "email"})}
        (changed if any(one in known for one in _addresses(row)) else new).append(values)
        addresses += [[customer_id, *one] for one in _addresses(row)]
    if not command.preview and (new or changed):
        await ports.db.batch(
            *_chunks(queries.import_customers, tenant_id, new, at),
            *_chunks(queries.import_changes, tenant_id, changed, at),
            *_chunks(queries.import_identities, tenant_id, addresses, at),
            audit.entry(ports, principal, "customers.imported", str(len(new) + len(changed))),
        )
    return imported(sheet, preview=command.preview, created=len(new), updated=len(changed))


async def take_out(ports: Ports, tenant_id: str) -> str:
    """The newest first, as CSV."""
    (found,) = await ports.db.batch(queries.customers(tenant_id, (None,), "~", MOST_EXPORTED))
    rows = [{**row, "tags": ", ".join(json.loads(str(row["tags"])))} for row in found.rows]
    return written(_COLUMNS, rows)


def _row(country: str, given: dict[str, str]) -> CustomerIn:
    """Raises ValidationError or Invalid."""
    values: dict[str, object] = dict(given)
    if "tags" in given:
        values["tags"] = [tag.strip() for tag in given["tags"].replace(";", ",").split(",") if tag.strip()]
    if "language" in given:
        values["language"] = given["language"][:2].lower()
    if given.get("phone"):
        values["phone"] = to_e164(given["phone"], country, "/phone")
    return CustomerIn.model_validate(values)


def _addresses(row: CustomerIn) -> list[tuple[str, str]]:
    return [(kind, value) for kind, value in (("phone", row.phone), ("email", row.email)) if value]


def _refuse_twins(sheet: Sheet[CustomerIn]) -> None:
    """Of two rows with one address the first counts."""
    seen: dict[tuple[str, str], int] = {}
    for line, row in list(sheet.rows):
        twin = next(((one, seen[one]) for one in _addresses(row) if one in seen), None)
        if twin:
            sheet.refuse(line, twin[0][0], f"line {twin[1]} has the same")
            sheet.rows.remove((line, row))
            continue
        seen |= dict.fromkeys(_addresses(row), line)


def _chunks(
    statement: Callable[[str, str, str], Statement], tenant_id: str, rows: Sequence[object], at: str
) -> list[Statement]:
    pieces = (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
    return [statement(tenant_id, json.dumps(piece, ensure_ascii=False), at) for piece in pieces]
