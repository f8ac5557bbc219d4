"""Agents and the numbers they answer, as they come in and go out."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StrictBool, StringConstraints, model_validator

from modules.instants import Instant
from modules.omnichannel.agent_types import AGENT_TYPE_IDS
from modules.text import Blank, Input, LanguageTag, Line, PhoneText, Prose

AgentTypeId = Literal[
    "receptionist",
    "multi_purpose",
    "appointment_booking",
    "customer_support",
    "real_estate",
    "real_estate_callback",
    "custom",
]
VoiceMode = Literal["gather", "relay"]
AfterHours = Literal["agent", "voicemail", "transfer"]
AgentName = Annotated[Line, StringConstraints(min_length=1, max_length=100)]
VoiceProvider = Annotated[Line, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
VoiceId = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
SystemPrompt = Annotated[Annotated[Prose, StringConstraints(max_length=20_000)] | None, Blank]
Greeting = Annotated[Annotated[Prose, StringConstraints(max_length=1_000)] | None, Blank]


class AgentIn(Input):
    agent_type: AgentTypeId
    agent_name: AgentName
    voice_provider: VoiceProvider
    voice_id: VoiceId
    voice_language: LanguageTag = "fr-FR"
    system_prompt: SystemPrompt = Field(default=None, description="That of the agent's type when it is left out.")
    greeting_message: Greeting = Field(default=None, description="That of the agent's type when it is left out.")
    enable_appointments: StrictBool = False
    enable_products: StrictBool = False


class NewAgent(AgentIn):
    voice_mode: VoiceMode = "gather"


class OnboardingAgent(AgentIn):
    phone_number: Annotated[PhoneText | None, Blank] = None


class AgentChange(Input):
    """What is left out stays as it is; null for prompt or greeting goes back to the type's own."""

    agent_type: AgentTypeId | None = None
    agent_name: AgentName | None = None
    voice_provider: VoiceProvider | None = None
    voice_id: VoiceId | None = None
    voice_language: LanguageTag | None = None
    voice_mode: VoiceMode | None = None
    system_prompt: SystemPrompt = None
    greeting_message: Greeting = None
    enable_appointments: StrictBool | None = None
    enable_products: StrictBool | None = None
    is_default: Literal[True] | None = Field(default=None, description="Makes this agent the default one.")

    @model_validator(mode="after")
    def _only_texts_can_be_null(self) -> Self:
        for name in self.model_fields_set - {"system_prompt", "greeting_message"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null; leave it out to keep it")
        return self


class Agent(BaseModel):
    id: str
    tenant_id: str
    is_default: bool
    agent_type: str
    agent_name: str
    voice_provider: str
    voice_id: str
    voice_language: str
    voice_mode: VoiceMode
    system_prompt: str | None
    greeting_message: str | None
    knowledge_base_ids: list[str]
    enable_appointments: bool
    enable_products: bool
    version: int
    created_at: Instant
    updated_at: Instant


class AgentVersion(BaseModel):
    version: int
    config: dict[str, object]
    created_at: Instant


class NewMapping(Input):
    phone_number: PhoneText
    agent_id: Line
    after_hours: AfterHours = "agent"
    transfer_number: Annotated[PhoneText | None, Blank] = None


class MappingChange(Input):
    agent_id: Line | None = None
    after_hours: AfterHours | None = None
    transfer_number: Annotated[PhoneText | None, Blank] = None
    is_active: StrictBool | None = None

    @model_validator(mode="after")
    def _only_the_transfer_can_be_null(self) -> Self:
        for name in self.model_fields_set - {"transfer_number"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null; leave it out to keep it")
        return self


class PhoneMapping(BaseModel):
    id: str
    tenant_id: str
    phone_number: str
    agent_id: str
    is_active: bool
    verified_at: Instant | None
    after_hours: AfterHours
    transfer_number: str | None
    created_at: Instant
    updated_at: Instant


assert set(AGENT_TYPE_IDS) == set(AgentTypeId.__args__)  # type: ignore[attr-defined]  # noqa: S101
