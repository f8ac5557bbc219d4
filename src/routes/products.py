"""/api/v1/products: what a business sells, and what is left of it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.products import service
from modules.products.schemas import Category, CategoryIn, Product, ProductIn, ProductQuery, StockIn
from modules.sheets.reading import SheetIn
from web.auth import Need, PortsOf
from web.openapi import problems
from web.paging import LAST, ItemList, page
from web.routing import JsonRoute
from web.tables import CSV, ImportOut, table

Reader = Annotated[Principal, Depends(Need("products:read"))]
Writer = Annotated[Principal, Depends(Need("products:write"))]
WRITE = problems(400, 404, 409, 413, 415, 422)

router = APIRouter(prefix="/api/v1/products", tags=["products"], route_class=JsonRoute)


class ProductOut(BaseModel):
    success: Literal[True] = True
    product: Product


class CategoryList(BaseModel):
    success: Literal[True] = True
    items: list[Category]
    next_cursor: None = None


@router.get("", responses=problems(422))
async def list_products(
    principal: Reader, ports: PortsOf, query: Annotated[ProductQuery, Query()]
) -> ItemList[Product]:
    """Newest first."""
    rows = await service.list_products(ports, principal.tenant.id, query, query.cursor or LAST, query.limit + 1)
    items, next_cursor = page(rows, query.limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("", status_code=201, responses=WRITE)
async def create_product(command: ProductIn, principal: Writer, ports: PortsOf) -> ProductOut:
    """A product with its variants, in one piece."""
    return ProductOut(product=await service.create(ports, principal, command))


@router.post("/import", responses=problems(400, 409, 413, 415, 422))
async def import_products(command: SheetIn, principal: Writer, ports: PortsOf) -> ImportOut:
    """A table with a row a variant; broken rows are told by line."""
    return ImportOut(imported=await service.bring_in(ports, principal, command))


@router.get("/export", response_class=Response, responses={**CSV, **problems()})
async def export_products(principal: Reader, ports: PortsOf) -> Response:
    """A table as a spreadsheet opens it."""
    return table(await service.take_out(ports, principal.tenant.id), "products")


@router.get("/categories", responses=problems())
async def list_categories(principal: Reader, ports: PortsOf) -> CategoryList:
    """With how many products each has; a category is made by naming it in a product."""
    return CategoryList(items=await service.list_categories(ports, principal.tenant.id))


@router.put("/categories/{category_id}", responses=WRITE)
async def change_category(category_id: str, command: CategoryIn, principal: Writer, ports: PortsOf) -> CategoryList:
    """Its name and its place."""
    return CategoryList(items=await service.change_category(ports, principal, category_id, command))


@router.delete("/categories/{category_id}", responses=problems(404))
async def delete_category(category_id: str, principal: Writer, ports: PortsOf) -> Done:
    """Its products stay, without one."""
    await service.delete_category(ports, principal, category_id)
    return Done()


@router.put("/variants/{variant_id}/stock", responses=WRITE)
async def set_stock(variant_id: str, command: StockIn, principal: Writer, ports: PortsOf) -> ProductOut:
    """What there is, or by how much it changes; never below nothing."""
    return ProductOut(product=await service.set_stock(ports, principal, variant_id, command))


@router.get("/{product_id}", responses=problems(404))
async def get_product(product_id: str, principal: Reader, ports: PortsOf) -> ProductOut:
    """One product."""
    return ProductOut(product=await service.get(ports, principal.tenant.id, product_id))


@router.put("/{product_id}", responses=WRITE)
async def replace_product(product_id: str, command: ProductIn, principal: Writer, ports: PortsOf) -> ProductOut:
    """In the place of what it was; a variant of the same label keeps its id."""
    return ProductOut(product=await service.replace(ports, principal, product_id, command))


@router.delete("/{product_id}", responses=problems(404))
async def delete_product(product_id: str, principal: Writer, ports: PortsOf) -> Done:
    """With its variants."""
    await service.delete(ports, principal, product_id)
    return Done()
