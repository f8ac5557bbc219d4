"""Tools of a business's own: what a model may call besides ours."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StrictBool

from modules.agent_types import TOOL_NAMES
from modules.instants import Instant
from modules.text import Input, Paragraph, WebAddress, bounded

MAX_SCHEMA_CHARS = 8_000


def _is_free(name: str) -> str:
    if name in TOOL_NAMES:
        raise ValueError("this is the name of a tool of ours")
    return name


def _is_an_object(schema: dict[str, Any]) -> dict[str, Any]:
    """What every vendor takes: a JSON Schema of an object with named properties."""
    if schema.get("type") != "object" or not isinstance(schema.get("properties", {}), dict):
        raise ValueError('the schema has to be {"type": "object", "properties": {...}}')
    required = schema.get("required", [])
    if not isinstance(required, list) or not set(map(str, required)) <= set(schema.get("properties", {})):
        raise ValueError("`required` names properties of the schema")
    if len(json.dumps(schema)) > MAX_SCHEMA_CHARS:
        raise ValueError(f"the schema is longer than {MAX_SCHEMA_CHARS} characters")
    return schema


ToolName = Annotated[str, bounded(1, 64, r"^[a-zA-Z0-9_-]+$"), AfterValidator(_is_free)]
Schema = Annotated[dict[str, Any], AfterValidator(_is_an_object), Field(description="JSON Schema of the arguments.")]


class NewTool(Input):
    name: ToolName
    description: Paragraph = Field(description="For the model: what it does, and when to use it.")
    parameters: Schema
    url: WebAddress = Field(description="Public HTTPS; called with POST, signed as webhooks are.")


class ToolChange(Input):
    description: Paragraph | None = None
    parameters: Schema | None = None
    url: WebAddress | None = None
    is_active: StrictBool | None = None


class CustomTool(BaseModel):
    id: str
    name: str
    description: str
    parameters: dict[str, Any]
    url: str
    is_active: bool
    created_at: Instant
    updated_at: Instant
