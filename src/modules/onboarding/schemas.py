"""What onboarding takes and gives."""

from typing import Literal

from pydantic import BaseModel, Field

from modules.business.schemas import ProfileOut, ServiceListOut
from modules.instants import Instant
from modules.knowledge.schemas import KnowledgeOut
from modules.omnichannel.schemas import Agent, PhoneMapping
from modules.onboarding.rules import Step
from modules.text import Input


class Session(BaseModel):
    id: str
    status: Literal["in_progress", "completed", "abandoned"]
    current_step: int = Field(description="1 business, 2 knowledge, 3 services, 4 assistant, 5 ready to complete.")
    started_at: Instant
    completed_at: Instant | None
    updated_at: Instant


class SessionOut(BaseModel):
    success: Literal[True] = True
    session: Session


class StepState(BaseModel):
    state: Literal["saved", "skipped"]
    done_at: Instant


class SavedData(BaseModel):
    """Read from where each fact stands, so it is what the agent answers from."""

    business: ProfileOut
    knowledge: KnowledgeOut
    services: ServiceListOut
    agent: Agent | None
    phone_mapping: PhoneMapping | None


class SessionDetail(Session):
    steps: dict[Step, StepState]
    data: SavedData


class SessionDetailOut(BaseModel):
    success: Literal[True] = True
    session: SessionDetail


class StateOut(BaseModel):
    success: Literal[True] = True
    onboarding_completed: bool
    session: Session | None
    steps: dict[Step, StepState]


class AssistantOut(BaseModel):
    success: Literal[True] = True
    session: Session
    agent: Agent
    phone_mapping: PhoneMapping | None


class StepEvent(Input):
    step: Step
    event: Literal["entered", "left"]


class AgentTypeOut(BaseModel):
    id: str
    name: str
    description: str
    default_greeting: str
    default_prompt: str
    tools: list[str]


class AgentTypeList(BaseModel):
    success: Literal[True] = True
    items: list[AgentTypeOut]
    next_cursor: str | None = None


class FunnelRow(BaseModel):
    day: str = Field(description="UTC, YYYY-MM-DD.")
    step: str | None
    event: str
    tenants: int = Field(description="Different businesses.")
    events: int


class Funnel(BaseModel):
    success: Literal[True] = True
    items: list[FunnelRow]
    next_cursor: str | None = None
