"""How a product can be refused."""

from errors import AppError


class SkuTaken(AppError):
    kind, title, status = "sku_taken", "This number belongs to another product", 409


class OutOfStock(AppError):
    kind, title, status = "out_of_stock", "There is not as much of it", 409


class CategoryTaken(AppError):
    kind, title, status = "category_taken", "There is a category of that name", 409
