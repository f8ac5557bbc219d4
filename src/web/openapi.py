"""What the OpenAPI document says of errors: the same problem document everywhere."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from modules.identity.permissions import SCOPES, roles_with
from web.auth import Need, guard_of, limited_public, metrics_reader, operator
from web.once import HEADER, MAX_KEY_CHARS, takes_key
from web.problems import MEDIA_TYPE

ONCE = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Done once within 24 hours, however often it is sent; the first answer is given again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_CHARS},
}

DESCRIPTIONS = {
    400: "The body cannot be read as JSON in UTF-8.",
    401: "Not signed in, or the credentials are wrong.",
    403: "Signed in, but not allowed; or a webhook whose signature is not right.",
    404: "Nothing of this tenant is found here.",
    409: "It does not fit the present state; `code` says why.",
    502: "A vendor did not answer.",
    429: "Too many requests; Retry-After says when to come back.",
    413: "The body is too large.",
    416: "There are no such bytes.",
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
    for route in api.routes:
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                operation = described["paths"][route.path_format][method.lower()]
                _without_foreign_422(operation)
                _tell_guard(operation, guard_of(route))
                if takes_key(method, route.path) and isinstance(guard_of(route), Need):
                    operation.setdefault("parameters", []).append(ONCE)
                    operation["responses"] |= _texts(problems(409, 422)) | operation["responses"]
    return described


def _tell_guard(operation: dict[str, Any], guard: Any) -> None:
    """Who may call it, and how they are refused, from the guard itself."""
    statuses: tuple[int, ...] = (401, 403, 429)
    if isinstance(guard, Need):
        operation["x-permission"] = guard.permission
        operation["x-roles"] = list(roles_with(guard.permission))
        operation["x-api-keys"] = guard.permission in SCOPES
    else:
        statuses = {operator: (401,), metrics_reader: (401,), limited_public: (429,)}.get(guard, ())
    operation["responses"] = dict(sorted((_texts(problems(*statuses)) | operation["responses"]).items()))


def _texts(responses: dict[int | str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(status): response for status, response in responses.items()}


def _without_foreign_422(operation: Mapping[str, Any]) -> None:
    answer = operation["responses"].get("422", {})
    if "HTTPValidationError" in str(answer.get("content", "")):
        operation["responses"]["422"] = problems(422)[422]


def form_body(description: str) -> dict[str, Any]:
    """The `openapi_extra` of a webhook whose raw body is read by its own verification."""
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    return {"requestBody": {"description": description, "required": True, "content": content}}


def json_body(description: str, in_path: tuple[str, ...] = ()) -> dict[str, Any]:
    """The same for a webhook whose body is JSON; `in_path` names what the path holds and the handler does not take."""
    content = {"application/json": {"schema": {"type": "object"}}}
    named = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in in_path]
    body = {"description": description, "required": True, "content": content}
    return {"requestBody": body, **({"parameters": named} if named else {})}
