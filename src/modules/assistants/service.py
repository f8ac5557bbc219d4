"""Our agents as assistants of a voice platform: pushed one way, ours is the truth; what differs there is told."""

import json
from dataclasses import replace

from pydantic import BaseModel, Field

from errors import NotFound, VendorFailed
from modules.assistants import queries
from modules.assistants.errors import PlatformNotConfigured
from modules.calls.hosted import definition_of
from modules.credentials.resolve import resolve
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import Instant, stored
from ports.context import Ports
from ports.database import Row
from ports.hosted import AssistantDefinition
from ports.vendors import Credential, VendorError, VendorRejected, VendorUnavailable


class Assistant(BaseModel):
    agent_id: str
    external_id: str | None = Field(description="The platform's id; null while it is not known to have been made.")
    version: int | None = Field(description="Of the agent, when it was pushed last.")
    pushed_at: Instant | None
    checked_at: Instant | None
    drift: list[str] = Field(description="What was found to differ there; pushing again puts ours in its place.")


async def list_assistants(ports: Ports, tenant_id: str) -> list[Assistant]:
    (found,) = await ports.db.batch(queries.assistants(tenant_id))
    return [Assistant.model_validate({**row, "drift": json.loads(str(row["drift"]))}) for row in found.rows]


async def push(ports: Ports, principal: Principal, agent_id: str) -> Assistant:
    """Made over there, or brought up to the published version.

    The intent is written first: after a crash in between the platform's own list is asked for it, so that no agent
    has two assistants. Raises NotFound, PlatformNotConfigured or VendorFailed.
    """
    tenant_id = principal.tenant.id
    row, credential = await _source(ports, tenant_id, agent_id)
    await ports.db.batch(queries.intend(tenant_id, agent_id, stored(ports.clock.now())))
    definition = _definition(ports, row)
    try:
        external_id = str(row["external_id"]) if row["external_id"] else None
        external_id = external_id or await ports.assistants.find(credential, agent_id)
        external_id = await ports.assistants.put(credential, external_id, definition, ports.base_url)
    except VendorError as error:
        raise VendorFailed(f"Vapi did not take the agent: {error.reason}. Push it again.") from error
    await ports.db.batch(
        queries.pushed(tenant_id, agent_id, external_id, int(row["version"] or 1), stored(ports.clock.now())),
        audit.entry(ports, principal, "assistant.pushed"),
    )
    return await _one(ports, tenant_id, agent_id)


async def check(ports: Ports, tenant_id: str, agent_id: str) -> Assistant:
    """What differs over there now. Raises NotFound (also for an agent that was never pushed) and as `push` does."""
    row, credential = await _source(ports, tenant_id, agent_id)
    if row["external_id"] is None:
        raise NotFound("This agent was never pushed.")
    definition = _definition(ports, row)
    try:
        drift = await ports.assistants.differences(credential, str(row["external_id"]), definition, ports.base_url)
    except VendorError as error:
        raise VendorFailed(f"Vapi did not answer: {error.reason}.") from error
    found = ["deleted"] if drift is None else list(drift)
    await ports.db.batch(queries.checked(tenant_id, agent_id, json.dumps(found), stored(ports.clock.now())))
    return await _one(ports, tenant_id, agent_id)


async def remove_all(ports: Ports, tenant_id: str) -> int:
    """At the platform; how many it could not be told to delete. A repeat finds them gone.

    One that it refuses to delete, as with a key that is no longer good, is beyond us.
    """
    (found,) = await ports.db.batch(queries.assistants(tenant_id))
    pushed = [str(row["external_id"]) for row in found.rows if row["external_id"]]
    credential, left = await resolve(ports, tenant_id, "vapi") if pushed else None, 0
    if credential is None:
        return 0
    for external_id in pushed:
        try:
            await ports.assistants.delete(credential, external_id)
        except VendorUnavailable:
            left += 1
        except VendorRejected:
            continue
    return left


async def _source(ports: Ports, tenant_id: str, agent_id: str) -> tuple[Row, Credential]:
    (found,) = await ports.db.batch(queries.source(tenant_id, agent_id))
    if found.first is None:
        raise NotFound("There is no such agent.")
    credential = await resolve(ports, tenant_id, "vapi")
    if credential is None:
        raise PlatformNotConfigured("Store your Vapi key under integrations first.")
    return found.first, credential


def _definition(ports: Ports, row: Row) -> AssistantDefinition:
    token = str(row["webhook_token"]) if row["webhook_token"] else None
    return replace(definition_of(ports, row), webhook_token=token)


async def _one(ports: Ports, tenant_id: str, agent_id: str) -> Assistant:
    return next(one for one in await list_assistants(ports, tenant_id) if one.agent_id == agent_id)
