"""What the OpenAPI document says of errors: the same problem document everywhere."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from web.problems import MEDIA_TYPE

DESCRIPTIONS = {
    400: "The body cannot be read as JSON in UTF-8.",
    401: "Not signed in, or the credentials are wrong.",
    403: "Signed in, but not allowed; or a webhook whose signature is not right.",
    404: "Nothing of this tenant is found here.",
    409: "It does not fit the present state; `code` says why.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "Fields are missing or wrong; `errors` names each.",
    503: "A setting is missing, or the database is out of reach.",
}


class FieldError(BaseModel):
    pointer: str = Field(description="A JSON pointer into the body; /query/... and /path/... for other places.")
    detail: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    correlation_id: str
    success: bool = Field(description="Always false.")
    errors: list[FieldError] | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route; 503 can happen to every one."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": DESCRIPTIONS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in (*statuses, 503)
    }


def document(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document; FastAPI's own 422 shape, which no route answers, is left out."""
    described = api.openapi()
    schemas: dict[str, Any] = described.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {}) | {"Problem": problem}
    for path in described["paths"].values():
        for operation in path.values():
            _without_foreign_422(operation)
    return described


def _without_foreign_422(operation: Mapping[str, Any]) -> None:
    answer = operation["responses"].get("422", {})
    if "HTTPValidationError" in str(answer.get("content", "")):
        operation["responses"]["422"] = problems(422)[422]


def form_body(description: str) -> dict[str, Any]:
    """The `openapi_extra` of a webhook whose raw body is read by its own verification."""
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    return {"requestBody": {"description": description, "required": True, "content": content}}
