"""RFC 9457 problem documents: the only place where an error becomes an answer."""

import json
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from errors import (
    AppError,
    InternalError,
    Invalid,
    MethodNotAllowed,
    NotFound,
    TooManyRequests,
    Unavailable,
    UnreadableBody,
    VendorFailed,
)
from ports.database import DatabaseUnavailable
from ports.vendors import VendorError

MEDIA_TYPE = "application/problem+json"
PROBLEM_PAGE = "/docs/problems.md"


def problem(error: AppError, *, path: str, correlation_id: str) -> bytes:
    document = {
        "type": f"{PROBLEM_PAGE}#{error.kind}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": path,
        "code": error.kind,
        "correlation_id": correlation_id,
        "success": False,
        **error.extra,
    }
    # Whatever a client sent may stand in a pointer or a path, lone surrogates included.
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def answer(request: Request, error: AppError, headers: dict[str, str] | None = None) -> Response:
    body = problem(error, path=request.scope["path"], correlation_id=request.state.correlation_id)
    return Response(body, status_code=error.status, media_type=MEDIA_TYPE, headers=headers)


def pointer(location: Sequence[int | str]) -> str:
    """A JSON pointer (RFC 6901) into the body; fields elsewhere lead with where they are: /query/limit."""
    parts = location[1:] if location and location[0] == "body" else location
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def invalid(errors: Sequence[Any]) -> AppError:
    return Invalid(
        [{"pointer": pointer(error["loc"]), "detail": error["msg"].removeprefix("Value error, ")} for error in errors]
    )


def from_http(error: HTTPException) -> AppError:
    if error.status_code == 404:
        return NotFound("There is no such path.")
    if error.status_code == 405:
        return MethodNotAllowed("See the Allow header for the methods of this path.")
    if error.status_code == 400:
        return UnreadableBody("The body is not valid JSON in UTF-8.")
    return InternalError("The cause has been recorded under the correlation id.")


def install(api: FastAPI) -> None:
    """Registers one handler per family of errors; nothing else in the project answers an error."""

    async def on_app_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, AppError)  # noqa: S101
        headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
        if isinstance(error, TooManyRequests):
            headers["Retry-After"] = str(error.retry_after_s)
        return answer(request, error, headers)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return answer(request, invalid(error.errors()))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        return answer(request, from_http(error), dict(error.headers or {}))

    async def on_unavailable(request: Request, error: Exception) -> Response:
        request.state.log.error("database.unavailable", error)
        retry = {"Retry-After": "2"}
        return answer(request, Unavailable("The database did not answer; try again in a moment."), retry)

    async def on_vendor(request: Request, error: Exception) -> Response:
        assert isinstance(error, VendorError)  # noqa: S101
        request.state.log.event("vendor.failed", reason=error.reason)
        return answer(request, VendorFailed(f"The vendor's answer: {error.reason}. Try again in a moment."))

    async def on_anything(request: Request, error: Exception) -> Response:
        return answer(request, InternalError("The cause has been recorded under the correlation id."))

    api.add_exception_handler(AppError, on_app_error)
    api.add_exception_handler(RequestValidationError, on_invalid)
    api.add_exception_handler(HTTPException, on_http)
    api.add_exception_handler(DatabaseUnavailable, on_unavailable)
    api.add_exception_handler(VendorError, on_vendor)
    api.add_exception_handler(Exception, on_anything)
