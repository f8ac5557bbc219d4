"""The statements that are alike for every table of tables.py: the only ones that are put together, from that list alone."""

from modules.personal_data.tables import OwnedTable
from ports.database import Statement, Value


def rows(tenant_id: str, table: OwnedTable, after: tuple[Value, ...], limit: int) -> Statement:
    """In the order of their key; `after` is the key of the last that was read, () to begin."""
    columns, places = ", ".join(table.key), ", ".join(f"?{place}" for place in range(3, 3 + len(after)))
    beyond = f"AND ({columns}) > ({places})" if after else ""
    return Statement(
        f"SELECT * FROM {table.name} WHERE tenant_id = ?1 {beyond} ORDER BY {columns} LIMIT ?2",
        (tenant_id, limit, *after),
    )


def delete_some(tenant_id: str, table: OwnedTable, limit: int) -> Statement:
    columns = ", ".join(table.key)
    return Statement(
        f"DELETE FROM {table.name} WHERE tenant_id = ?1 AND ({columns}) IN ("
        f"SELECT {columns} FROM {table.name} WHERE tenant_id = ?1 LIMIT ?2)",
        (tenant_id, limit),
    )


def delete_all(tenant_id: str, table: OwnedTable) -> Statement:
    return Statement(f"DELETE FROM {table.name} WHERE tenant_id = ?1", (tenant_id,))
