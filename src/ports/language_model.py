"""A vendor's language model: messages and tools in, words and tool calls out, as they come."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ports.vendors import Credential

ModelProvider = Literal["workers_ai", "openai", "anthropic"]
Role = Literal["system", "user", "assistant", "tool"]
Ending = Literal["stop", "length", "tool_calls", "refusal"]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """`arguments` is what the model wrote: JSON, one hopes."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    text: str
    tool_calls: tuple[ToolCall, ...] = ()  # of an assistant
    tool_call_id: str = ""  # that a tool answers


@dataclass(frozen=True, slots=True)
class ToolSpec:
    name: str
    description: str
    parameters: Mapping[str, Any]  # JSON Schema


@dataclass(frozen=True, slots=True)
class ModelRequest:
    model: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    temperature: float | None = None
    max_tokens: int = 300
    total_s: float = 8.0
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Ended:
    why: Ending
    input_tokens: int = 0
    output_tokens: int = 0


ModelEvent = Words | ToolCall | Ended


class LanguageModel(Protocol):
    def stream(self, credential: Credential | None, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        """Ends with Ended. Raises VendorUnavailable (also for a stream that breaks off) or VendorRejected."""
        ...
