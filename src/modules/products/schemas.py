"""What a business sells, in categories, with variants and what is left of them."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from modules.instants import Instant
from modules.text import Blank, Id, Input, IsProse, Name, Query, bounded

Sku = Annotated[str, bounded(1, 64)]
Label = Annotated[str, bounded(0, 100)]
Description = Annotated[Annotated[str, bounded(1, 4_000), IsProse] | None, Blank]


class VariantIn(Input):
    sku: Annotated[Sku | None, Blank] = Field(default=None, description="Your own number of it.")
    label: Label = Field(default="", description="What tells it from the others: a size, a colour.")
    price_minor: Annotated[int, Field(ge=0, le=10**12)] | None = None
    currency: Annotated[str, bounded(3, 3, r"^[A-Z]{3}$")] | None = None
    stock: Annotated[int, Field(ge=0, le=10**9)] | None = Field(default=None, description="Null: it is not counted.")

    @model_validator(mode="after")
    def _a_price_has_its_currency(self) -> Self:
        if (self.price_minor is None) != (self.currency is None):
            raise ValueError("price_minor and currency go together")
        return self


class ProductIn(Input):
    name: Name
    description: Description = None
    category: Annotated[Name | None, Blank] = Field(default=None, description="By name; made where it is new.")
    is_active: bool = True
    variants: Annotated[list[VariantIn], Field(min_length=1, max_length=100)] = Field(
        default=[VariantIn()], description="At least one, which may be the product itself."
    )

    @model_validator(mode="after")
    def _variants_differ(self) -> Self:
        if len({one.label for one in self.variants}) < len(self.variants):
            raise ValueError("two variants have the same label")
        return self


class ProductQuery(Query):
    q: Annotated[str, bounded(1, 100)] | None = None
    category_id: Id | None = None
    is_active: bool | None = None


class Variant(BaseModel):
    id: str
    sku: str | None
    label: str
    price_minor: int | None
    currency: str | None
    stock: int | None


class Product(BaseModel):
    id: str
    name: str
    description: str | None
    category_id: str | None
    category: str | None
    is_active: bool
    variants: list[Variant]
    created_at: Instant
    updated_at: Instant


class StockIn(Input):
    stock: Annotated[int, Field(ge=0, le=10**9)] | None = None
    change: Annotated[int, Field(ge=-(10**9), le=10**9)] | None = Field(
        default=None, description="More or less than there is; refused below nothing."
    )

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.stock is None) == (self.change is None):
            raise ValueError("give either stock or change")
        return self


class CategoryIn(Input):
    name: Name
    position: Annotated[int, Field(ge=0, le=10_000)] = 0


class Category(BaseModel):
    id: str
    name: str
    position: int
    products: int
