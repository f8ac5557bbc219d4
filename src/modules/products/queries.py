"""SQL of products, their variants and categories."""

from ports.database import Statement, Value


def products(tenant_id: str, filters: tuple[Value, ...], before: str, limit: int) -> Statement:
    """Newest first. `filters` are (category, is active)."""
    return Statement(
        """SELECT * FROM product_details AS p WHERE p.tenant_id = ?1 AND p.id < ?2
             AND (?4 IS NULL OR p.category_id = ?4) AND (?5 IS NULL OR p.is_active = ?5)
           ORDER BY p.id DESC LIMIT ?3""",
        (tenant_id, before, limit, *filters),
    )


def products_with(
    tenant_id: str, sought: tuple[str, str], filters: tuple[Value, ...], before: str, limit: int
) -> Statement:
    """`sought` is (an expression of FTS5 that names the tenant, a variant's own number)."""
    return Statement(
        """SELECT * FROM product_details AS p WHERE p.tenant_id = ?1 AND p.id < ?2
             AND (?4 IS NULL OR p.category_id = ?4) AND (?5 IS NULL OR p.is_active = ?5) AND p.id IN (
               SELECT x.id FROM product_words AS w JOIN products AS x ON x.number = w.rowid
               WHERE product_words MATCH ?6 AND x.tenant_id = ?1
               UNION ALL SELECT v.product_id FROM product_variants AS v WHERE v.tenant_id = ?1 AND v.sku = ?7)
           ORDER BY p.id DESC LIMIT ?3""",
        (tenant_id, before, limit, *filters, *sought),
    )


def offered(tenant_id: str, words: str, limit: int) -> Statement:
    """For a conversation: what is sold and goes by any of these words, the best first."""
    return Statement(
        """SELECT p.* FROM product_words AS w
           JOIN products AS x ON x.number = w.rowid AND x.tenant_id = ?1 AND x.is_active = 1
           JOIN product_details AS p ON p.tenant_id = ?1 AND p.id = x.id
           WHERE product_words MATCH ?2 ORDER BY bm25(product_words), x.id LIMIT ?3""",
        (tenant_id, words, limit),
    )


def product(tenant_id: str, product_id: str) -> Statement:
    return Statement("SELECT * FROM product_details WHERE tenant_id = ?1 AND id = ?2", (tenant_id, product_id))


def put_category(tenant_id: str, category_id: str, name: str | None, at: str) -> Statement:
    """Nothing when there is one of that name, or none is named."""
    return Statement(
        """INSERT INTO product_categories (tenant_id, id, name, created_at) SELECT ?1, ?2, ?3, ?4 WHERE ?3 IS NOT NULL
           ON CONFLICT (tenant_id, name) DO NOTHING""",
        (tenant_id, category_id, name, at),
    )


def put_product(tenant_id: str, product_id: str, product: tuple[Value, ...], at: str) -> Statement:
    """New, or in the place of what it was. `product` is (name, description, category's name, is active)."""
    return Statement(
        """INSERT INTO products (tenant_id, id, created_at, updated_at, name, description, category_id, is_active)
           VALUES (?1, ?2, ?3, ?3, ?4, ?5, (
             SELECT id FROM product_categories WHERE tenant_id = ?1 AND name = ?6), ?7)
           ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, description = excluded.description,
             category_id = excluded.category_id, is_active = excluded.is_active, updated_at = excluded.updated_at""",
        (tenant_id, product_id, at, *product),
    )


def drop_variants(tenant_id: str, product_id: str, labels: str) -> Statement:
    """Those that are none of these (a JSON list)."""
    return Statement(
        """DELETE FROM product_variants WHERE tenant_id = ?1 AND product_id = ?2
             AND label NOT IN (SELECT value FROM json_each(?3))""",
        (tenant_id, product_id, labels),
    )


def put_variants(tenant_id: str, product_id: str, variants: str, at: str) -> Statement:
    """`variants` is a JSON list of objects: id, sku, label, price_minor, currency, stock. One of a label keeps its id."""
    return Statement(
        """INSERT INTO product_variants (tenant_id, product_id, id, sku, label, price_minor, currency, stock, position,
             updated_at)
           SELECT ?1, ?2, j.value ->> 'id', j.value ->> 'sku', j.value ->> 'label', j.value ->> 'price_minor',
             j.value ->> 'currency', j.value ->> 'stock', j.key, ?4 FROM json_each(?3) AS j WHERE TRUE
           ON CONFLICT (tenant_id, product_id, label) DO UPDATE SET sku = excluded.sku, price_minor = excluded.price_minor,
             currency = excluded.currency, stock = excluded.stock, position = excluded.position,
             updated_at = excluded.updated_at""",
        (tenant_id, product_id, variants, at),
    )


def delete_product(tenant_id: str, product_id: str) -> Statement:
    """Its variants go with it."""
    return Statement("DELETE FROM products WHERE tenant_id = ?1 AND id = ?2", (tenant_id, product_id))


def set_stock(tenant_id: str, variant_id: str, stock: tuple[int | None, int | None], at: str) -> Statement:
    """`stock` is (what there is, or by how much it changes): decided inside the write, refused below nothing."""
    return Statement(
        """UPDATE product_variants SET stock = COALESCE(?3, stock + ?4), updated_at = ?5
           WHERE tenant_id = ?1 AND id = ?2 AND (?3 IS NOT NULL OR stock IS NOT NULL) RETURNING product_id""",
        (tenant_id, variant_id, *stock, at),
    )


def categories(tenant_id: str) -> Statement:
    return Statement(
        """SELECT c.id, c.name, c.position, (SELECT COUNT(*) FROM products AS p
             WHERE p.tenant_id = c.tenant_id AND p.category_id = c.id) AS products
           FROM product_categories AS c WHERE c.tenant_id = ?1 ORDER BY c.position, c.name""",
        (tenant_id,),
    )


def rename_category(tenant_id: str, category_id: str, category: tuple[str, int]) -> Statement:
    """`category` is (name, position)."""
    return Statement(
        "UPDATE product_categories SET name = ?3, position = ?4 WHERE tenant_id = ?1 AND id = ?2",
        (tenant_id, category_id, *category),
    )


def empty_category(tenant_id: str, category_id: str) -> Statement:
    return Statement(
        "UPDATE products SET category_id = NULL WHERE tenant_id = ?1 AND category_id = ?2", (tenant_id, category_id)
    )


def delete_category(tenant_id: str, category_id: str) -> Statement:
    return Statement("DELETE FROM product_categories WHERE tenant_id = ?1 AND id = ?2", (tenant_id, category_id))


def by_sku(tenant_id: str, skus: str) -> Statement:
    """Of a JSON list of a business's own numbers those that are known."""
    return Statement(
        """SELECT v.sku, v.product_id, v.label, p.name FROM json_each(?2) AS j
           JOIN product_variants AS v ON v.tenant_id = ?1 AND v.sku = j.value
           JOIN products AS p ON p.tenant_id = v.tenant_id AND p.id = v.product_id""",
        (tenant_id, skus),
    )
