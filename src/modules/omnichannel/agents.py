"""Agents, their versions and the numbers they answer."""

import json
from collections.abc import Mapping

from errors import NotFound
from modules.agent_types import Language, agent_type
from modules.instants import stored
from modules.omnichannel import agent_queries as queries
from modules.omnichannel.errors import AgentChanged, AgentInUse, PhoneNumberMapped, PhoneNumberTaken
from modules.omnichannel.schemas import (
    Agent,
    AgentChange,
    AgentIn,
    AgentVersion,
    FieldChange,
    MappingChange,
    NewAgent,
    NewMapping,
    OnboardingAgent,
    PhoneMapping,
)
from modules.phone import to_e164
from ports.context import Ports
from ports.database import RefusedByTrigger, Result, Row, Statement, UniqueViolation
from ports.ids import Ids

TAGS: Mapping[Language, str] = {"fr": "fr-FR", "en": "en-US"}  # BCP-47, where only the language is known


def language_of(tag: str) -> Language:
    """The language that is spoken for a BCP-47 tag: French for French, English for all others."""
    return "fr" if tag.partition("-")[0] == "fr" else "en"


def _fields(agent: AgentIn, voice_mode: str | None) -> queries.Fields:
    return (
        agent.agent_type,
        agent.agent_name,
        agent.voice_provider,
        agent.voice_id,
        agent.voice_language,
        voice_mode,
        agent.system_prompt,
        agent.greeting_message,
        int(agent.enable_appointments),
        int(agent.enable_products),
        json.dumps([choice.model_dump() for choice in agent.models]) if agent.models is not None else None,
        json.dumps(agent.tools) if agent.tools is not None else None,
    )


def _texts(agent: AgentIn) -> tuple[str, str]:
    template = agent_type(agent.agent_type, language_of(agent.voice_language))
    return template.default_prompt, template.default_greeting


def save_onboarding_agent(
    tenant_id: str, agent: OnboardingAgent, number: str | None, ids: Ids, times: tuple[str, str | None]
) -> tuple[Statement, ...]:
    """The default agent, its version and its number (E.164), for the batch of the step.

    `times` is (now, when the number was proven to be the tenant's).
    """
    at, verified_at = times
    statements = (
        queries.upsert_default_agent(tenant_id, ids.new("agent"), at, _fields(agent, None)),
        queries.delete_unused_versions(tenant_id),
        queries.insert_version(tenant_id, None, _texts(agent), at),
        queries.point_to_last_version(tenant_id, None),
        queries.delete_onboarding_mappings(tenant_id, number),
    )
    if number is None:
        return statements
    return (*statements, queries.upsert_onboarding_mapping(tenant_id, ids.new("num"), number, verified_at, at))


def read_onboarding_agent(tenant_id: str) -> tuple[Statement, Statement]:
    return queries.agent(tenant_id, None), queries.onboarding_mapping(tenant_id)


def agent_out(row: Row) -> Agent:
    read = {name: json.loads(str(row[name])) for name in ("knowledge_base_ids", "models", "tools") if row[name]}
    return Agent.model_validate({**row, **read})


def mapping_out(row: Row) -> PhoneMapping:
    return PhoneMapping.model_validate(row)


def _one(result: Result, what: str) -> Row:
    if result.first is None:
        raise NotFound(f"There is no such {what}.")
    return result.first


async def get_agent(ports: Ports, tenant_id: str, agent_id: str | None) -> Agent:
    (found,) = await ports.db.batch(queries.agent(tenant_id, agent_id))
    return agent_out(_one(found, "agent"))


async def list_agents(ports: Ports, tenant_id: str, after: str, limit: int) -> list[Agent]:
    (found,) = await ports.db.batch(queries.agents(tenant_id, after, limit))
    return [agent_out(row) for row in found.rows]


async def list_versions(ports: Ports, tenant_id: str, agent_id: str, before: int, limit: int) -> list[AgentVersion]:
    agent, found = await ports.db.batch(
        queries.agent(tenant_id, agent_id), queries.versions(tenant_id, agent_id, before, limit)
    )
    _one(agent, "agent")
    return [AgentVersion.model_validate({**row, "config": json.loads(str(row["config"]))}) for row in found.rows]


async def put_default_agent(ports: Ports, tenant_id: str, agent: NewAgent) -> Agent:
    at = stored(ports.clock.now())
    results = await ports.db.batch(
        queries.upsert_default_agent(tenant_id, ports.ids.new("agent"), at, _fields(agent, agent.voice_mode)),
        queries.insert_version(tenant_id, None, _texts(agent), at),
        queries.point_to_last_version(tenant_id, None),
        queries.agent(tenant_id, None),
    )
    return agent_out(results[-1].rows[0])


async def create_agent(ports: Ports, tenant_id: str, agent: NewAgent) -> Agent:
    at, agent_id = stored(ports.clock.now()), ports.ids.new("agent")
    results = await ports.db.batch(
        queries.insert_agent(tenant_id, agent_id, at, _fields(agent, agent.voice_mode)),
        queries.insert_version(tenant_id, agent_id, _texts(agent), at),
        queries.agent(tenant_id, agent_id),
    )
    return agent_out(results[-1].rows[0])


async def change_agent(ports: Ports, tenant_id: str, agent_id: str, change: AgentChange) -> Agent:
    """Writes a new version, or a draft. Raises NotFound, or AgentChanged when somebody else was quicker."""
    before = await get_agent(ports, tenant_id, agent_id)
    changes = change.model_dump(include=change.model_fields_set - {"is_default", "publish"})
    merged = NewAgent.model_validate(before.model_dump(include=set(NewAgent.model_fields)) | changes)
    at = stored(ports.clock.now())
    default = (queries.clear_default(tenant_id, agent_id), queries.set_default(tenant_id, agent_id))
    results = await ports.db.batch(
        queries.update_agent(tenant_id, agent_id, at, _fields(merged, merged.voice_mode), before.version),
        *(_frozen(tenant_id, agent_id, merged, at) if change.publish else ()),
        *(default if change.is_default else ()),
        queries.agent(tenant_id, agent_id),
    )
    if not results[0].changes:
        raise AgentChanged("Read it again and repeat your change.")
    return agent_out(_one(results[-1], "agent"))


def _frozen(tenant_id: str, agent_id: str, agent: AgentIn, at: str) -> tuple[Statement, Statement]:
    return (
        queries.insert_version(tenant_id, agent_id, _texts(agent), at),
        queries.point_to_last_version(tenant_id, agent_id),
    )


async def publish(ports: Ports, tenant_id: str, agent_id: str) -> Agent:
    """The draft as a new version; without a draft nothing changes. Raises NotFound."""
    draft = await get_agent(ports, tenant_id, agent_id)
    if not draft.has_draft:
        return draft
    at = stored(ports.clock.now())
    as_written = NewAgent.model_validate(draft.model_dump(include=set(NewAgent.model_fields)))
    results = await ports.db.batch(
        queries.touch(tenant_id, agent_id, at),
        *_frozen(tenant_id, agent_id, as_written, at),
        queries.agent(tenant_id, agent_id),
    )
    return agent_out(_one(results[-1], "agent"))


async def rollback(ports: Ports, tenant_id: str, agent_id: str, version: int) -> Agent:
    """An old version published again, as a new one. Raises NotFound."""
    await diff(ports, tenant_id, agent_id, version, version)
    at = stored(ports.clock.now())
    *_, found = await ports.db.batch(
        queries.restore(tenant_id, agent_id, version, at),
        # Prompt and greeting stand in the version itself: there is no template to fall back on.
        queries.insert_version(tenant_id, agent_id, ("", ""), at),
        queries.point_to_last_version(tenant_id, agent_id),
        queries.agent(tenant_id, agent_id),
    )
    return agent_out(_one(found, "agent"))


async def diff(ports: Ports, tenant_id: str, agent_id: str, first: int, second: int) -> list[FieldChange]:
    """What changed from one version to the other, field by field. Raises NotFound."""
    (found,) = await ports.db.batch(queries.two_versions(tenant_id, agent_id, first, second))
    configs = {int(row["version"] or 0): json.loads(str(row["config"])) for row in found.rows}
    if first not in configs or second not in configs:
        raise NotFound("There is no such version of this agent.")
    before, after = configs[first], configs[second]
    return [
        FieldChange(field=field, before=before.get(field), after=after.get(field))
        for field in sorted({*before, *after})
        if before.get(field) != after.get(field)
    ]


async def delete_agent(ports: Ports, tenant_id: str, agent_id: str | None) -> None:
    """Raises NotFound, or AgentInUse for one that answers a number and for the default while there are others."""
    agent = await get_agent(ports, tenant_id, agent_id)
    (deleted,) = await ports.db.batch(queries.delete_agent(tenant_id, agent.id, stored(ports.clock.now())))
    if not deleted.changes:
        raise AgentInUse("Give its numbers to another agent first; of several agents the default one stays.")


async def list_mappings(ports: Ports, tenant_id: str, after: str, limit: int) -> list[PhoneMapping]:
    (found,) = await ports.db.batch(queries.mappings(tenant_id, after, limit))
    return [mapping_out(row) for row in found.rows]


async def get_mapping(ports: Ports, tenant_id: str, mapping_id: str) -> PhoneMapping:
    (found,) = await ports.db.batch(queries.mapping(tenant_id, mapping_id))
    return mapping_out(_one(found, "phone mapping"))


async def create_mapping(
    ports: Ports, tenant_id: str, command: NewMapping, country: str, *, counts_as_verified: bool
) -> PhoneMapping:
    """Raises Invalid, NotFound (the agent), PhoneNumberTaken or PhoneNumberMapped."""
    at, mapping_id = stored(ports.clock.now()), ports.ids.new("num")
    number = to_e164(command.phone_number, country, "/phone_number")
    transfer = to_e164(command.transfer_number, country, "/transfer_number") if command.transfer_number else None
    rest = (at if counts_as_verified else None, command.after_hours, transfer, at)
    insert = queries.insert_mapping(tenant_id, mapping_id, number, command.agent_id, rest)
    try:
        inserted, found = await ports.db.batch(insert, queries.mapping(tenant_id, mapping_id))
    except RefusedByTrigger as error:
        raise PhoneNumberTaken(f"{number} has been proven to belong to another business.") from error
    except UniqueViolation as error:
        raise PhoneNumberMapped(f"{number} is already mapped; change that mapping instead.") from error
    if not inserted.changes:
        raise NotFound("There is no such agent.", pointer="/agent_id")
    return mapping_out(found.rows[0])


async def change_mapping(
    ports: Ports, tenant_id: str, mapping_id: str, change: MappingChange, country: str
) -> PhoneMapping:
    """Raises NotFound, Invalid or PhoneNumberTaken (a number given up meanwhile and proven by another)."""
    transfer = to_e164(change.transfer_number, country, "/transfer_number") if change.transfer_number else None
    is_active = None if change.is_active is None else int(change.is_active)
    sets_transfer = int("transfer_number" in change.model_fields_set)
    values = (change.agent_id, change.after_hours, is_active, sets_transfer, transfer)
    update = queries.update_mapping(tenant_id, mapping_id, values, stored(ports.clock.now()))
    try:
        updated, found = await ports.db.batch(update, queries.mapping(tenant_id, mapping_id))
    except RefusedByTrigger as error:
        raise PhoneNumberTaken("This number has been proven to belong to another business.") from error
    mapping = mapping_out(_one(found, "phone mapping"))
    if not updated.changes:
        raise NotFound("There is no such agent.", pointer="/agent_id")
    return mapping


async def delete_mapping(ports: Ports, tenant_id: str, mapping_id: str) -> None:
    (deleted,) = await ports.db.batch(queries.delete_mapping(tenant_id, mapping_id))
    if not deleted.changes:
        raise NotFound("There is no such phone mapping.")
