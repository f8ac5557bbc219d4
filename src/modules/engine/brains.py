"""What an agent thinks with: its chain of models with the accounts that pay for them, its tools, what was said before."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from modules.agent_types import agent_type, render
from modules.claims.detect import Kind
from modules.credentials.resolve import choose
from modules.custom_tools import service as custom_tools
from modules.engine.appointment_tools import DIARY_TOOLS, evidence_of
from modules.engine.catalogue_records import RecordingCatalogue
from modules.engine.catalogue_tools import CATALOGUE_TOOLS
from modules.engine.costs import budget
from modules.engine.desk_records import RecordingDesk
from modules.engine.knowledge_records import RecordingKnowledge
from modules.engine.values import Brain, Choice, OwnTool
from ports.appointments import AppointmentDesk
from ports.catalogue import Catalogue
from ports.context import Ports
from ports.database import Row, Value
from ports.dialogue import Language
from ports.knowledge import KnowledgeBase
from ports.language_model import ModelProvider, ToolSpec

MAX_TOKENS = 300


class Agent(Protocol):
    """The published version that the conversation runs on."""

    @property
    def name(self) -> str: ...
    @property
    def type_id(self) -> str: ...
    @property
    def system_prompt(self) -> str: ...
    @property
    def language(self) -> Language: ...
    @property
    def models(self) -> tuple[Mapping[str, Any], ...] | None: ...
    @property
    def tools(self) -> tuple[str, ...] | None: ...


async def brain_of(ports: Ports, row: Row, agent: Agent, business: str, correlation_id: str) -> Brain:
    """From the row of the turn's one read."""
    sealed: list[Row] = json.loads(str(row["sealed"]))
    models = [dict(zip(("provider", "model"), one, strict=True)) for one in ports.default_models]
    choices = [
        choice
        for one in (models if agent.models is None else agent.models)
        if (choice := await _choice(ports, row, sealed, one))
    ]
    evidence: frozenset[Kind] = evidence_of([(name, by) for name, by in json.loads(str(row["deeds"]))])
    if row["has_ticket"]:
        evidence |= {"noted"}
    spent = (int(row["spent_call"] or 0), int(row["spent_day"] or 0))
    return Brain(
        choices=tuple(choices),
        system_prompt=render(agent.system_prompt, business=business, agent=agent.name),
        allowed=agent_type(agent.type_id, agent.language).tools if agent.tools is None else agent.tools,
        history=tuple((str(role), str(body)) for role, body in reversed(json.loads(str(row["history"])))),
        evidence=evidence,
        budget=budget(_minor(row["cost_cap_call_minor"]), _minor(row["cost_cap_day_minor"]), spent),
        correlation_id=correlation_id,
        own_tools=tuple(_own(ports, tool) for tool in json.loads(str(row["custom_tools"]))),
    )


def with_desk(brain: Brain, desk: AppointmentDesk, *, has_chosen_tools: bool) -> Brain:
    """Of an agent that makes appointments, whatever its type; tools that were chosen one by one stay as they were."""
    diary = () if has_chosen_tools else tuple(name for name in DIARY_TOOLS if name not in brain.allowed)
    return replace(brain, desk=RecordingDesk(desk), allowed=(*brain.allowed, *diary))


def with_knowledge(brain: Brain, knowledge: KnowledgeBase) -> Brain:
    return replace(brain, knowledge=RecordingKnowledge(knowledge))


def with_catalogue(brain: Brain, catalogue: Catalogue, *, has_chosen_tools: bool) -> Brain:
    """Of an agent that tells what is sold; tools that were chosen one by one stay as they were."""
    more = () if has_chosen_tools else tuple(name for name in CATALOGUE_TOOLS if name not in brain.allowed)
    return replace(brain, catalogue=RecordingCatalogue(catalogue), allowed=(*brain.allowed, *more))


def _own(ports: Ports, tool: dict[str, Any]) -> OwnTool:
    spec = ToolSpec(tool["name"], tool["description"], tool["parameters"])
    return OwnTool(spec, partial(custom_tools.call, ports, tool))


async def _choice(ports: Ports, row: Row, sealed: Sequence[Row], wanted: Mapping[str, Any]) -> Choice | None:
    """None for a model that there is no account for: the next of the chain is asked."""
    provider: ModelProvider = wanted["provider"]
    credential = None
    if provider != "workers_ai":  # a binding of the Worker's own
        rows = [one for one in sealed if one["provider"] == provider]
        plan = str(row["subscription_plan"])
        credential = await choose(ports, str(row["tenant_id"]), provider, rows, plan)
        if credential is None:
            return None
    temperature, max_tokens = wanted.get("temperature"), int(wanted.get("max_tokens") or MAX_TOKENS)
    model = ports.models.get(provider)
    return Choice(provider, str(wanted["model"]), model, credential, temperature, max_tokens) if model else None


def _minor(value: Value) -> int | None:
    return None if value is None else int(value)
