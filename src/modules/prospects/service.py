"""Prospects: written down, brought in from tables, followed until they are won or lost."""

import json
from collections.abc import Mapping, Sequence
from functools import partial

from errors import NotFound
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.phone import to_e164
from modules.prospects import queries
from modules.prospects.schemas import Criteria, Prospect, ProspectChange, ProspectIn, ProspectQuery
from modules.sheets.reading import Imported, Sheet, SheetIn, imported, read, written
from ports.context import Ports
from ports.database import Row

_HEADINGS: Mapping[str, str] = {
    **dict.fromkeys(("name", "nom", "nom complet", "contact", "prospect"), "name"),
    **dict.fromkeys(("phone", "telephone", "tel", "mobile", "portable"), "phone"),
    **dict.fromkeys(("email", "e mail", "mail", "courriel"), "email"),
    **dict.fromkeys(("interest", "interet", "demande", "besoin", "recherche", "projet"), "interest"),
    **dict.fromkeys(("budget", "budget max", "prix max"), "budget"),
    **dict.fromkeys(("city", "cities", "ville", "villes"), "cities"),
    **dict.fromkeys(("surface", "surface min"), "surface_min_m2"),
    **dict.fromkeys(("rooms", "pieces", "nombre de pieces"), "rooms_min"),
}
_COLUMNS = ("id", "status", "name", "phone", "email", "interest", "created_at")
_AT_ONCE = 500
MOST_EXPORTED = 20_000


async def list_prospects(ports: Ports, tenant_id: str, query: ProspectQuery, before: str, limit: int) -> list[Prospect]:
    words = query.q.lower() if query.q else None
    (found,) = await ports.db.batch(queries.prospects(tenant_id, (query.status, words), before, limit))
    return [prospect_of(row) for row in found.rows]


async def get(ports: Ports, tenant_id: str, prospect_id: str) -> Prospect:
    """Raises NotFound."""
    (found,) = await ports.db.batch(queries.prospect(tenant_id, prospect_id))
    if found.first is None:
        raise NotFound("There is no such prospect.")
    return prospect_of(found.first)


async def create(ports: Ports, principal: Principal, command: ProspectIn) -> Prospect:
    """Raises Invalid for a number that is none."""
    tenant_id, prospect_id, at = principal.tenant.id, ports.ids.new("pro"), stored(ports.clock.now())
    phone = to_e164(command.phone, principal.country, "/phone") if command.phone else None
    row = {**command.model_dump(), "id": prospect_id, "phone": phone}
    await ports.db.batch(
        queries.insert_prospects(tenant_id, json.dumps([row], ensure_ascii=False), at),
        audit.entry(ports, principal, "prospect.created", prospect_id),
    )
    return await get(ports, tenant_id, prospect_id)


async def change(ports: Ports, principal: Principal, prospect_id: str, command: ProspectChange) -> Prospect:
    """Raises NotFound or Invalid."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    given = command.model_dump(exclude_unset=True)
    if command.phone:
        given["phone"] = to_e164(command.phone, principal.country, "/phone")
    await ports.db.batch(
        queries.change_prospect(tenant_id, prospect_id, json.dumps(given, ensure_ascii=False), at),
        audit.entry(ports, principal, "prospect.changed", prospect_id),
    )
    return await get(ports, tenant_id, prospect_id)


async def bring_in(ports: Ports, principal: Principal, command: SheetIn) -> Imported:
    """All usable rows or none, and none of them twice. Raises Invalid for what is no table."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    sheet = read(command.csv, _HEADINGS, partial(_row, principal.country))
    (known,) = await ports.db.batch(queries.wishes(tenant_id))
    _refuse_twins(sheet, known.rows)
    rows: Sequence[object] = [{**row.model_dump(), "id": ports.ids.new("pro")} for _, row in sheet.rows]
    if not command.preview and rows:
        pieces = (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))
        await ports.db.batch(
            *(queries.insert_prospects(tenant_id, json.dumps(piece, ensure_ascii=False), at) for piece in pieces),
            audit.entry(ports, principal, "prospects.imported", str(len(rows))),
        )
    return imported(sheet, preview=command.preview, created=len(rows), updated=0)


async def take_out(ports: Ports, tenant_id: str) -> str:
    (found,) = await ports.db.batch(queries.prospects(tenant_id, (None, None), "~", MOST_EXPORTED))
    return written(_COLUMNS, found.rows)


def _refuse_twins(sheet: Sheet[ProspectIn], known: Sequence[Row]) -> None:
    """One person may want two things; the same thing of the same person is the same file again."""
    seen = {_wish({**row, "criteria": json.loads(str(row["criteria"]))}): 0 for row in known}
    for line, row in list(sheet.rows):
        wish = _wish(row.model_dump())
        if wish in seen:
            where = f"line {seen[wish]} says the same" if seen[wish] else "this is among your prospects already"
            sheet.refuse(line, "", where)
            sheet.rows.remove((line, row))
        seen.setdefault(wish, line)


def _wish(row: Mapping[str, object]) -> tuple[object, ...]:
    return (row["name"], row["phone"], row["email"], row["interest"], json.dumps(row["criteria"], sort_keys=True))


def _row(country: str, given: dict[str, str]) -> ProspectIn:
    """Raises ValidationError or Invalid."""
    wanted: dict[str, object] = {name: given[name] for name in ("surface_min_m2", "rooms_min") if name in given}
    if "cities" in given:
        wanted["cities"] = [city.strip() for city in given["cities"].replace(";", ",").split(",") if city.strip()]
    if "budget" in given:
        digits = "".join(character for character in given["budget"] if character.isdigit())
        wanted["price_max_minor"] = int(digits or "0") * 100 if digits else given["budget"]
    known = {name: given[name] for name in ("name", "email", "interest") if name in given}
    phone = {"phone": to_e164(given["phone"], country, "/phone")} if given.get("phone") else {}
    return ProspectIn.model_validate({**known, **phone, "criteria": Criteria.model_validate(wanted)})


def prospect_of(row: Row) -> Prospect:
    return Prospect.model_validate({**row, **{name: json.loads(str(row[name])) for name in ("fields", "criteria")}})
