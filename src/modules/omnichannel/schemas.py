"""Agents and the numbers they answer, as they come in and go out."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StrictBool, model_validator
from pydantic.json_schema import SkipJsonSchema

from modules.agent_types import AGENT_TYPE_IDS, ToolName
from modules.instants import Instant
from modules.text import Blank, Id, Input, IsLine, IsProse, LanguageTag, PhoneText, bounded

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
AgentName = Annotated[str, bounded(1, 100), IsLine]
VoiceProvider = Annotated[str, bounded(1, 40, r"^[a-z][a-z0-9_-]{0,39}$")]
VoiceId = Annotated[str, bounded(1, 200), IsLine]
SystemPrompt = Annotated[Annotated[str, bounded(0, 20_000), IsProse] | None, Blank]
Greeting = Annotated[Annotated[str, bounded(0, 1_000), IsProse] | None, Blank]


class ModelChoice(Input):
    provider: Literal["workers_ai", "openai", "anthropic"]
    model: Annotated[str, bounded(1, 120, r"^[A-Za-z0-9@][A-Za-z0-9@/._:-]*$")]
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    max_tokens: Annotated[int, Field(ge=16, le=2_000)] = 300


Models = Annotated[
    Annotated[list[ModelChoice], Field(max_length=4)] | None,
    Field(description="In the order they are tried; [] for none; null for those of the installation."),
]
Tools = Annotated[
    Annotated[list[ToolName], Field(max_length=20)] | None, Field(description="Null for those of the agent's type.")
]


# For what can be left out and cannot be null: None only says that it was left out.
Unset = SkipJsonSchema[None]


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
    models: Models = None
    tools: Tools = None


class NewAgent(AgentIn):
    voice_mode: VoiceMode = "gather"


class OnboardingAgent(AgentIn):
    phone_number: Annotated[PhoneText | None, Blank] = None


class AgentChange(Input):
    """What is left out stays as it is; null for prompt, greeting or tools goes back to the type's own."""

    agent_type: AgentTypeId | Unset = None
    agent_name: AgentName | Unset = None
    voice_provider: VoiceProvider | Unset = None
    voice_id: VoiceId | Unset = None
    voice_language: LanguageTag | Unset = None
    voice_mode: VoiceMode | Unset = None
    system_prompt: SystemPrompt = None
    greeting_message: Greeting = None
    enable_appointments: StrictBool | Unset = None
    enable_products: StrictBool | Unset = None
    models: Models = None
    tools: Tools = None
    is_default: Literal[True] | Unset = Field(default=None, description="Makes this agent the default one.")
    publish: bool = Field(default=True, description="False keeps the change as a draft until it is published.")

    @model_validator(mode="after")
    def _only_texts_can_be_null(self) -> Self:
        for name in self.model_fields_set - {"system_prompt", "greeting_message", "models", "tools", "publish"}:
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
    models: list[ModelChoice] | None
    tools: list[ToolName] | None
    version: int = Field(description="The published one, which new conversations run on.")
    has_draft: bool = Field(description="Whether something was changed and not published.")
    created_at: Instant
    updated_at: Instant


class Rollback(Input):
    version: Annotated[int, Field(ge=1, le=1_000_000)]


class FieldChange(BaseModel):
    field: str
    before: Any
    after: Any


class AgentVersion(BaseModel):
    version: int
    config: dict[str, object]
    created_at: Instant


class NewMapping(Input):
    phone_number: PhoneText
    agent_id: Id
    after_hours: AfterHours = "agent"
    transfer_number: Annotated[PhoneText | None, Blank] = None


class MappingChange(Input):
    agent_id: Id | Unset = None
    after_hours: AfterHours | Unset = None
    transfer_number: Annotated[PhoneText | None, Blank] = None
    is_active: StrictBool | Unset = None

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
    verified_at: Instant | None = Field(description="Until then the number is claimed, and routes nothing.")
    proof: Literal["development", "pool", "account", "operator"] | None = Field(
        description="What that rests on: our pool, your own account at the provider, an operator's word."
    )
    after_hours: AfterHours
    transfer_number: str | None
    created_at: Instant
    updated_at: Instant


class NewPlatformNumber(Input):
    phone_number: PhoneText
    tenant_id: Id | None = Field(default=None, description="The business that it goes to; none: back to the pool.")


class PlatformNumber(BaseModel):
    phone_number: str
    tenant_id: str | None
    created_at: Instant
    allocated_at: Instant | None


assert set(AGENT_TYPE_IDS) == set(AgentTypeId.__args__)  # type: ignore[attr-defined]  # noqa: S101
