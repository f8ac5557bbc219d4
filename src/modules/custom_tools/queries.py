"""SQL of the tools of a business's own."""

from ports.database import Statement, Value


def insert_tool(tenant_id: str, tool: tuple[Value, ...], at: str, most: int) -> Statement:
    """Nothing when there are `most`. `tool` is (id, name, description, parameters as JSON, url, key id, sealed secret)."""
    return Statement(
        """INSERT INTO custom_tools (tenant_id, created_at, updated_at, id, name, description, parameters, url, key_id, secret)
           SELECT ?1, ?2, ?2, ?4, ?5, ?6, ?7, ?8, ?9, ?10
           WHERE (SELECT COUNT(*) FROM custom_tools WHERE tenant_id = ?1) < ?3""",
        (tenant_id, at, most, *tool),
    )


def tools(tenant_id: str) -> Statement:
    return Statement(
        """SELECT id, name, description, parameters, url, is_active, created_at, updated_at FROM custom_tools
           WHERE tenant_id = ?1 ORDER BY name""",
        (tenant_id,),
    )


def tool(tenant_id: str, tool_id: str) -> Statement:
    return Statement(
        """SELECT id, name, description, parameters, url, is_active, created_at, updated_at FROM custom_tools
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, tool_id),
    )


def update_tool(tenant_id: str, tool_id: str, change: tuple[Value, ...], at: str) -> Statement:
    """`change` is (description, parameters as JSON, url, is_active), None for what stays."""
    return Statement(
        """UPDATE custom_tools SET description = COALESCE(?4, description), parameters = COALESCE(?5, parameters),
             url = COALESCE(?6, url), is_active = COALESCE(?7, is_active), updated_at = ?3
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, tool_id, at, *change),
    )


def delete_tool(tenant_id: str, tool_id: str) -> Statement:
    return Statement("DELETE FROM custom_tools WHERE tenant_id = ?1 AND id = ?2", (tenant_id, tool_id))
