"""The shape of an agent type, and how its prompt is put together."""

import re
from dataclasses import dataclass
from typing import Literal

Language = Literal["fr", "en"]

ToolName = Literal[
    "search_knowledge",
    "business_info",
    "find_slots",
    "book_appointment",
    "change_appointment",
    "cancel_appointment",
    "take_message",
    "save_lead",
    "lookup_customer",
    "lookup_product",
    "transfer_to_human",
    "send_sms_link",
    "end_conversation",
]


@dataclass(frozen=True, slots=True)
class Wording:
    """One type in one language; `role`, `conversation`, `example` and `limits` are parts of its prompt."""

    name: str
    description: str
    greeting: str
    role: str
    conversation: str
    example: str
    limits: str


@dataclass(frozen=True, slots=True)
class CommonWording:
    """What every prompt of one language says."""

    first_of_all: str
    never: str
    speech: str


@dataclass(frozen=True, slots=True)
class AgentType:
    id: str
    tools: tuple[ToolName, ...]
    fr: Wording
    en: Wording


@dataclass(frozen=True, slots=True)
class LocalisedAgentType:
    id: str
    name: str
    description: str
    default_greeting: str
    default_prompt: str
    tools: tuple[ToolName, ...]


_PLACEHOLDER = re.compile(r"\{(business|agent)\}")


def render(text: str, *, business: str, agent: str) -> str:
    """Replace {business} and {agent} in one pass; every other brace is the user's own text and stays."""
    values = {"business": business, "agent": agent}
    return _PLACEHOLDER.sub(lambda match: values[match.group(1)], text)


def localise(template: AgentType, language: Language, common: CommonWording) -> LocalisedAgentType:
    wording = template.fr if language == "fr" else template.en
    # A model follows order and examples more than rules: danger first, then the conversation, the rules last.
    parts = (
        wording.role,
        common.first_of_all,
        wording.conversation,
        wording.example,
        common.never,
        wording.limits,
        common.speech,
    )
    return LocalisedAgentType(
        id=template.id,
        name=wording.name,
        description=wording.description,
        default_greeting=wording.greeting,
        default_prompt="\n\n".join(parts),
        tools=template.tools,
    )
