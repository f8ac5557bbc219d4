"""Rows of the database as what an agent may claim."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from modules.omnichannel.agents import TAGS, language_of
from ports.database import Row
from ports.dialogue import BusinessFacts, DialogueState, Faq, Language, Opening, Service, Weekday
from ports.telephony import Voice
from ports.vendors import Credential

HINT_COUNT = 100


@dataclass(frozen=True, slots=True)
class AgentConfig:
    """The published version a conversation runs on."""

    name: str
    greeting: str
    voice: Voice
    type_id: str = "custom"
    system_prompt: str = ""
    models: tuple[Mapping[str, Any], ...] | None = None  # None: the installation's
    tools: tuple[str, ...] | None = None  # None: those of its type
    makes_appointments: bool = False
    tells_products: bool = False
    is_relay: bool = False  # speaks over a socket, not by documents

    @property
    def language(self) -> Language:
        return language_of(self.voice.language)

    def speaking(self, language: Language) -> "AgentConfig":
        """In a language that the caller has asked for: a voice made for one language gives way to the other's own."""
        if language == self.language:
            return self
        voice_id = self.voice.voice_id if self.voice.provider == "elevenlabs" else ""
        return replace(self, voice=Voice(TAGS[language], self.voice.provider, voice_id))


def agent_config(row: Row) -> AgentConfig:
    config: dict[str, Any] = json.loads(str(row["config"]))
    voice = Voice(config["voice_language"], config["voice_provider"], config["voice_id"])
    models, tools = config.get("models"), config.get("tools")
    return AgentConfig(
        name=config["agent_name"],
        greeting=config["greeting_message"],
        voice=voice,
        type_id=config["agent_type"],
        system_prompt=config.get("system_prompt") or "",
        models=tuple(models) if models is not None else None,
        tools=tuple(tools) if tools is not None else None,
        makes_appointments=bool(config.get("enable_appointments")),
        tells_products=bool(config.get("enable_products")),
        is_relay=config.get("voice_mode") == "relay",
    )


def business_facts(row: Row) -> BusinessFacts:
    hours: dict[Weekday, tuple[Opening, ...]] = {}
    for day, opens, closes in json.loads(str(row["hours"])):
        hours[day] = (*hours.get(day, ()), Opening(opens, closes))
    return BusinessFacts(
        name=str(row["name"]),
        timezone=str(row["timezone"]),
        sector=_text(row, "sector"),
        address=_text(row, "address"),
        phone=_text(row, "phone"),
        email=_text(row, "email"),
        website=_text(row, "website"),
        hours=hours or None,
        services=tuple(Service(*service) for service in json.loads(str(row["services"]))),
        faqs=tuple(Faq(*faq) for faq in json.loads(str(row["faqs"]))),
        transfer_number=_text(row, "transfer_to"),
    )


def can_text(row: Row, platform: Credential | None) -> bool:
    """Whether a text to the caller has a number to come from: the business's own account's, else the platform's."""
    if row["has_own_texts"]:
        return bool(row["has_own_sender"] or row["has_chosen_sender"])
    return platform is not None and bool(platform.values.get("sender") or row["has_chosen_sender"])


def _text(row: Row, column: str) -> str | None:
    value = row[column]
    return str(value) if value is not None else None


def hints(facts: BusinessFacts) -> tuple[str, ...]:
    """Names that a recogniser does not know by itself."""
    return (facts.name, *(service.name for service in facts.services))[:HINT_COUNT]


def state_from(text: str) -> DialogueState:
    saved: dict[str, Any] = json.loads(text)
    return DialogueState(**saved)


def state_text(state: DialogueState) -> str:
    return json.dumps(asdict(state), ensure_ascii=False)
