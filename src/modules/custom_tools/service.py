"""Tools of a business's own: kept, and called for a model."""

import json
from collections.abc import Mapping
from typing import Any

from errors import Invalid, NotFound
from modules.credentials.sealing import data_key, opened_key, seal, unseal
from modules.custom_tools import queries
from modules.custom_tools.errors import ToolNameTaken
from modules.custom_tools.schemas import CustomTool, NewTool, ToolChange
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.outbound import guard, signing
from modules.outbound.rules import AddressRefused
from ports.cipher import CannotOpen
from ports.context import Ports
from ports.database import Row, UniqueViolation
from ports.outbound import Unreachable

MOST_TOOLS = 20
TIMEOUT_S = 4.0  # somebody is waiting
MAX_RESULT_BYTES = 8_000


async def create(ports: Ports, principal: Principal, command: NewTool) -> tuple[CustomTool, str]:
    """The tool and the secret that its calls are signed with. Raises Invalid or ToolNameTaken."""
    await guard.check_field(ports, command.url)
    tenant_id, tool_id, at = principal.tenant.id, ports.ids.new("tool"), stored(ports.clock.now())
    key = await data_key(ports, tenant_id)
    secret = signing.new_secret(ports.ids)
    sealed = await seal(ports, key, _place(tenant_id, tool_id), secret)
    parameters = json.dumps(command.parameters, ensure_ascii=False)
    row = (tool_id, command.name, command.description, parameters, command.url, key.id, sealed)
    try:
        made, _, found = await ports.db.batch(
            queries.insert_tool(tenant_id, row, at, MOST_TOOLS),
            audit.entry(ports, principal, "custom_tool.created", tool_id),
            queries.tool(tenant_id, tool_id),
        )
    except UniqueViolation as error:
        raise ToolNameTaken("Choose another name, or change the tool that has it.") from error
    if not made.changes:
        raise Invalid([{"pointer": "", "detail": f"there can be {MOST_TOOLS} tools; delete one that is not needed"}])
    return _tool(found.rows[0]), secret


async def list_all(ports: Ports, tenant_id: str) -> list[CustomTool]:
    (found,) = await ports.db.batch(queries.tools(tenant_id))
    return [_tool(row) for row in found.rows]


async def change(ports: Ports, principal: Principal, tool_id: str, command: ToolChange) -> CustomTool:
    """Raises Invalid or NotFound."""
    if command.url is not None:
        await guard.check_field(ports, command.url)
    parameters = json.dumps(command.parameters, ensure_ascii=False) if command.parameters is not None else None
    is_active = None if command.is_active is None else int(command.is_active)
    values = (command.description, parameters, command.url, is_active)
    *_, found = await ports.db.batch(
        queries.update_tool(principal.tenant.id, tool_id, values, stored(ports.clock.now())),
        audit.entry(ports, principal, "custom_tool.changed", tool_id),
        queries.tool(principal.tenant.id, tool_id),
    )
    if found.first is None:
        raise NotFound("There is no such tool.")
    return _tool(found.first)


async def delete(ports: Ports, principal: Principal, tool_id: str) -> None:
    deleted, _ = await ports.db.batch(
        queries.delete_tool(principal.tenant.id, tool_id),
        audit.entry(ports, principal, "custom_tool.deleted", tool_id),
    )
    if not deleted.changes:
        raise NotFound("There is no such tool.")


async def call(ports: Ports, row: Row, call_id: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """What the tool answered, as data, and whether it answered; `row` holds the tool with its wrapped key.

    The request is signed as webhooks are, with the id of the call, by which a repeat can be known.
    """
    tenant_id, tool_id = str(row["tenant_id"]), str(row["id"])
    body = json.dumps({"tool": row["name"], "arguments": arguments, "call_id": call_id}, ensure_ascii=False)
    try:
        key = await opened_key(ports, tenant_id, str(row["key_id"]), str(row["wrapped_key"]))
        secret = await unseal(ports, key, _place(tenant_id, tool_id), str(row["secret"]))
        await guard.check(ports, str(row["url"]))
        headers = {
            "content-type": "application/json",
            "user-agent": "Coccinelle-Tools/1",
            **signing.signed(call_id, ports.clock.now(), [secret], body),
        }
        answer = await ports.outbound.ask(str(row["url"]), headers, body.encode(), TIMEOUT_S, MAX_RESULT_BYTES)
    except (AddressRefused, Unreachable, CannotOpen) as error:
        return {"error": "tool_unreachable", "reason": getattr(error, "reason", "secret_unreadable")}, False
    if not 200 <= answer.status < 300:
        return {"error": "tool_failed", "status": answer.status}, False
    return {"result": _read(answer.body)}, True


def _read(body: bytes) -> Any:
    text = body.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text


def _place(tenant_id: str, tool_id: str) -> tuple[str, str, str]:
    return tenant_id, "custom_tool", tool_id


def _tool(row: Row) -> CustomTool:
    return CustomTool.model_validate({**row, "parameters": json.loads(str(row["parameters"]))})
