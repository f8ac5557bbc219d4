"""Products: written down, brought in from tables, counted, looked up."""

import json
import re
from collections.abc import Mapping

from pydantic import BaseModel

from errors import NotFound
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.products import queries
from modules.products.errors import CategoryTaken, OutOfStock, SkuTaken
from modules.products.schemas import Category, CategoryIn, Product, ProductIn, ProductQuery, StockIn, VariantIn
from modules.sheets.reading import Imported, SheetIn, imported, read, written
from ports.context import Ports
from ports.database import CheckViolation, Row, Statement, UniqueViolation

_HEADINGS: Mapping[str, str] = {
    **dict.fromkeys(("name", "nom", "produit", "product", "article", "designation"), "name"),
    **dict.fromkeys(("description", "details"), "description"),
    **dict.fromkeys(("category", "categorie", "famille", "rayon"), "category"),
    **dict.fromkeys(("variant", "variante", "label", "taille", "size", "couleur", "declinaison"), "label"),
    **dict.fromkeys(("sku", "reference", "ref", "code", "code article"), "sku"),
    **dict.fromkeys(("price", "prix", "tarif", "prix ttc", "prix de vente"), "price"),
    **dict.fromkeys(("currency", "devise"), "currency"),
    **dict.fromkeys(("stock", "quantite", "quantity", "qte"), "stock"),
}
_COLUMNS = ("name", "description", "category", "label", "sku", "price", "currency", "stock")
MOST_IMPORTED = 300  # products at once: three statements each, in one batch
MOST_EXPORTED = 10_000


class _Line(BaseModel):
    """One row of a table: a product's variant."""

    product: ProductIn

    @property
    def variant(self) -> VariantIn:
        return self.product.variants[0]


async def list_products(ports: Ports, tenant_id: str, query: ProductQuery, before: str, limit: int) -> list[Product]:
    active = None if query.is_active is None else int(query.is_active)
    filters = (query.category_id, active)
    if query.q is None:
        statement = queries.products(tenant_id, filters, before, limit)
    else:
        words = sought(tenant_id, query.q, "AND") or 'tenant:"nobody"'
        statement = queries.products_with(tenant_id, (words, query.q.strip()), filters, before, limit)
    (found,) = await ports.db.batch(statement)
    return [_product(row) for row in found.rows]


def sought(tenant_id: str, text: str, joint: str) -> str | None:
    """As FTS5 takes them, each word also as the beginning of one; None where there is no word."""
    words = re.findall(r"\w+", text)
    joined = f" {joint} ".join(f'"{word}"*' for word in words)
    return f'tenant:"{tenant_id}" AND words:({joined})' if words else None


async def offered(ports: Ports, tenant_id: str, words: str, limit: int) -> list[Product]:
    """What is sold and goes by any of these words, the best first."""
    expression = sought(tenant_id, words, "OR")
    if expression is None:
        return []
    (found,) = await ports.db.batch(queries.offered(tenant_id, expression, limit))
    return [_product(row) for row in found.rows]


async def get(ports: Ports, tenant_id: str, product_id: str) -> Product:
    """Raises NotFound."""
    (found,) = await ports.db.batch(queries.product(tenant_id, product_id))
    if found.first is None:
        raise NotFound("There is no such product.")
    return _product(found.first)


async def create(ports: Ports, principal: Principal, command: ProductIn) -> Product:
    """Raises SkuTaken."""
    return await _put(ports, principal, ports.ids.new("prod"), command, "created")


async def replace(ports: Ports, principal: Principal, product_id: str, command: ProductIn) -> Product:
    """Variants that are left out are gone. Raises NotFound or SkuTaken."""
    await get(ports, principal.tenant.id, product_id)
    return await _put(ports, principal, product_id, command, "changed")


async def _put(ports: Ports, principal: Principal, product_id: str, command: ProductIn, deed: str) -> Product:
    tenant_id = principal.tenant.id
    try:
        *_, found = await ports.db.batch(
            *_written(ports, tenant_id, product_id, command),
            audit.entry(ports, principal, f"product.{deed}", product_id),
            queries.product(tenant_id, product_id),
        )
    except UniqueViolation as error:
        raise SkuTaken("Another product has one of these numbers (sku).") from error
    return _product(found.rows[0])


def _written(ports: Ports, tenant_id: str, product_id: str, command: ProductIn) -> list[Statement]:
    at = stored(ports.clock.now())
    variants = [{**one.model_dump(), "id": ports.ids.new("var")} for one in command.variants]
    labels = json.dumps([one.label for one in command.variants], ensure_ascii=False)
    values = (command.name, command.description, command.category, int(command.is_active))
    return [
        queries.put_category(tenant_id, ports.ids.new("pcat"), command.category, at),
        queries.put_product(tenant_id, product_id, values, at),
        queries.drop_variants(tenant_id, product_id, labels),
        queries.put_variants(tenant_id, product_id, json.dumps(variants, ensure_ascii=False), at),
    ]


async def delete(ports: Ports, principal: Principal, product_id: str) -> None:
    """Raises NotFound."""
    deleted, _ = await ports.db.batch(
        queries.delete_product(principal.tenant.id, product_id),
        audit.entry(ports, principal, "product.deleted", product_id),
    )
    if not deleted.changes:
        raise NotFound("There is no such product.")


async def set_stock(ports: Ports, principal: Principal, variant_id: str, command: StockIn) -> Product:
    """Raises NotFound or OutOfStock."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    try:
        changed, _ = await ports.db.batch(
            queries.set_stock(tenant_id, variant_id, (command.stock, command.change), at),
            audit.entry(ports, principal, "product.stock_changed", variant_id),
        )
    except CheckViolation as error:
        raise OutOfStock("There is less of it than that.") from error
    if changed.first is None:
        raise NotFound("There is no such variant whose stock is counted.")
    return await get(ports, tenant_id, str(changed.first["product_id"]))


async def list_categories(ports: Ports, tenant_id: str) -> list[Category]:
    (found,) = await ports.db.batch(queries.categories(tenant_id))
    return [Category.model_validate(row) for row in found.rows]


async def change_category(ports: Ports, principal: Principal, category_id: str, command: CategoryIn) -> list[Category]:
    """Raises NotFound or CategoryTaken."""
    tenant_id = principal.tenant.id
    try:
        changed, _ = await ports.db.batch(
            queries.rename_category(tenant_id, category_id, (command.name, command.position)),
            audit.entry(ports, principal, "category.changed", category_id),
        )
    except UniqueViolation as error:
        raise CategoryTaken("There is a category of that name.") from error
    if not changed.changes:
        raise NotFound("There is no such category.")
    return await list_categories(ports, tenant_id)


async def delete_category(ports: Ports, principal: Principal, category_id: str) -> None:
    """Its products stay, without one. Raises NotFound."""
    tenant_id = principal.tenant.id
    _, deleted, _ = await ports.db.batch(
        queries.empty_category(tenant_id, category_id),
        queries.delete_category(tenant_id, category_id),
        audit.entry(ports, principal, "category.deleted", category_id),
    )
    if not deleted.changes:
        raise NotFound("There is no such category.")


async def bring_in(ports: Ports, principal: Principal, command: SheetIn) -> Imported:
    """Rows of one name are one product's variants; a known number (sku) names the product. All usable rows or none.

    Raises Invalid for what is no table.
    """
    tenant_id = principal.tenant.id
    sheet = read(command.csv, _HEADINGS, _line)
    seen: dict[str, int] = {}
    for line, row in list(sheet.rows):
        sku = row.variant.sku
        if sku and sku in seen:
            sheet.refuse(line, "sku", f"line {seen[sku]} has the same")
            sheet.rows.remove((line, row))
        elif sku:
            seen[sku] = line
    (found,) = await ports.db.batch(queries.by_sku(tenant_id, json.dumps(list(seen), ensure_ascii=False)))
    known = {str(row["sku"]): str(row["product_id"]) for row in found.rows}
    made: dict[str, list[tuple[int, _Line]]] = {}
    for line, row in sheet.rows:
        made.setdefault(row.product.name, []).append((line, row))
    statements: list[Statement] = []
    created = updated = 0
    for name, rows in list(made.items()):
        if len({row.variant.label for _, row in rows}) < len(rows) or created + updated >= MOST_IMPORTED:
            many = created + updated >= MOST_IMPORTED
            for line, _ in rows:
                sheet.refuse(
                    line, "name", f"at most {MOST_IMPORTED} at once" if many else "twice with the same variant"
                )
            del made[name]
            continue
        ids = {known[row.variant.sku] for _, row in rows if row.variant.sku in known}
        product_id = ids.pop() if ids else ports.ids.new("prod")
        created, updated = (created, updated + 1) if product_id in known.values() else (created + 1, updated)
        whole = rows[0][1].product.model_copy(update={"variants": [row.variant for _, row in rows]})
        statements += _written(ports, tenant_id, product_id, whole)
    if not command.preview and statements:
        try:
            await ports.db.batch(
                *statements, audit.entry(ports, principal, "products.imported", str(created + updated))
            )
        except UniqueViolation as error:
            raise SkuTaken("A number (sku) of the table belongs to a variant of another name.") from error
    return imported(sheet, preview=command.preview, created=created, updated=updated)


async def take_out(ports: Ports, tenant_id: str) -> str:
    """A row a variant."""
    (found,) = await ports.db.batch(queries.products(tenant_id, (None, None), "~", MOST_EXPORTED))
    rows = [
        {
            **row,
            **variant,
            "price": f"{variant['price_minor'] / 100:.2f}" if variant["price_minor"] is not None else None,
        }
        for row in found.rows
        for variant in json.loads(str(row["variants"]))
    ]
    return written(_COLUMNS, rows)


def _line(given: dict[str, str]) -> _Line:
    """Raises ValidationError."""
    variant: dict[str, object] = {name: given[name] for name in ("sku", "label", "stock") if name in given}
    if "price" in given:
        amount = re.sub(r"[^\d,.-]", "", given["price"]).replace(",", ".")
        is_amount = re.fullmatch(r"\d+(\.\d{1,2})?", amount) is not None
        variant["price_minor"] = round(float(amount) * 100) if is_amount else given["price"]
        variant["currency"] = given.get("currency", "EUR").upper()
    product = {name: given[name] for name in ("name", "description", "category") if name in given}
    return _Line(product=ProductIn.model_validate({**product, "variants": [VariantIn.model_validate(variant)]}))


def _product(row: Row) -> Product:
    return Product.model_validate({**row, "variants": json.loads(str(row["variants"]))})
