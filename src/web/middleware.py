"""What stands around every request, outermost first: correlation id, access log, error boundary, limits."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from errors import AppError, BodyTooLarge, InternalError, Misconfigured, UnreadableBody
from ports import correlation
from ports.context import Ports
from settings import Settings
from web import once
from web.log import EventLog
from web.problems import MEDIA_TYPE, problem

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

MAX_BODY_BYTES = 1_000_000
# A file of 10 MB and what a form puts around it.
LARGER = {"/api/v1/knowledge/documents/upload": 10_100_000}
MAX_HEADER_BYTES = 32_768
_CORRELATION_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")


class Boundary:
    """Gives every request its correlation id and its log line, and every failure an answer."""

    def __init__(self, app: App, on_misconfigured: Callable[[str], tuple[str, bytes] | None]) -> None:
        """`on_misconfigured` may give (media type, body) for paths that a caller is waiting on."""
        self._app = app
        self._on_misconfigured = on_misconfigured

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return
        state = scope["state"]
        ports: Ports | None = state.get("ports")
        settings: Settings | None = state.get("settings")
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if ports is not None:
            ports = state["ports"] = once.with_once(ports, headers)
        state["correlation_id"] = _correlation_id(headers, ports)
        correlation.begin(state["correlation_id"])
        log = state["log"] = EventLog(correlation_id=state["correlation_id"])
        started_ms = ports.clock.monotonic_ms() if ports else 0.0
        status = 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                given = message.get("headers", ())
                own = {name for name, _ in given}  # a page states its own policy
                message["headers"] = [
                    *given,
                    (b"x-correlation-id", state["correlation_id"].encode()),
                    *(header for header in _security(settings) if header[0] not in own),
                    *_server_timing(ports, settings),
                ]
            await send(message)

        try:
            most_bytes = LARGER.get(scope["path"], MAX_BODY_BYTES)
            if refused := _refusal(state, headers, most_bytes):
                await self._refuse(scope, refused, observed)
            else:
                await self._app(scope, _limited(receive, most_bytes), observed)
        except Exception as error:
            log.error("request.failed", error)
            if not status and scope["type"] == "http":
                await self._refuse(scope, _as_problem(error), observed)
        finally:
            summary = _summary(scope, status, ports, started_ms)
            log.event("http.request", **summary)
            if ports is not None:
                _metered(ports, summary)

    async def _refuse(self, scope: Message, error: AppError, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1011})
            return
        status, media_type = error.status, MEDIA_TYPE
        body = problem(error, path=scope["path"], correlation_id=scope["state"]["correlation_id"])
        if isinstance(error, Misconfigured) and (spoken := self._on_misconfigured(scope["path"])):
            status, (media_type, body) = 200, spoken
        headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _correlation_id(headers: dict[bytes, bytes], ports: Ports | None) -> str:
    given = headers.get(b"x-correlation-id", b"")
    if _CORRELATION_ID.fullmatch(given):
        return given.decode()
    return ports.ids.new("req") if ports else "unassigned"


def _refusal(state: Message, headers: dict[bytes, bytes], most_bytes: int) -> AppError | None:
    if "misconfigured" in state:
        error: AppError = state["misconfigured"]
        return error
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > most_bytes:
        return BodyTooLarge(f"At most {most_bytes} bytes.")
    if sum(len(name) + len(value) for name, value in headers.items()) > MAX_HEADER_BYTES:
        return UnreadableBody(f"The headers are larger than {MAX_HEADER_BYTES} bytes.")
    return None


def _limited(receive: Receive, most_bytes: int) -> Receive:
    """A body without a length is counted as it comes."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b"")) if message["type"] == "http.request" else 0
        if seen > most_bytes:
            raise BodyTooLarge(f"At most {most_bytes} bytes.")
        return message

    return counted


def _as_problem(error: Exception) -> AppError:
    return error if isinstance(error, AppError) else InternalError("The cause is in the log under the correlation id.")


def _security(settings: Settings | None) -> list[tuple[bytes, bytes]]:
    """For answers that are data: nothing may run, frame or keep them (OWASP REST Security Cheat Sheet)."""
    headers = [
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        (b"cache-control", b"no-store"),
    ]
    if settings is not None and not settings.is_development:
        headers.append((b"strict-transport-security", b"max-age=31536000; includeSubDomains"))
    return headers


def _server_timing(ports: Ports | None, settings: Settings | None) -> list[tuple[bytes, bytes]]:
    if ports is None or settings is None or not settings.is_development:
        return []
    use = ports.db.usage
    counts = f"trips={use.round_trips} queries={use.queries} read={use.rows_read} written={use.rows_written}"
    return [(b"server-timing", f'd1;dur={use.ms:.1f};desc="{counts}"'.encode())]


def _metered(ports: Ports, summary: dict[str, Any]) -> None:
    route, meter, use = str(summary["route"]), ports.meter, ports.db.usage
    meter.count("http_requests_total", route=route, method=str(summary["method"]), status=str(summary["status"]))
    meter.observe("http_request_seconds", float(summary["ms"]) / 1000, route=route)
    meter.count("d1_round_trips_total", use.round_trips, work=route)
    meter.count("d1_rows_written_total", use.rows_written, work=route)


def _summary(scope: Message, status: int, ports: Ports | None, started_ms: float) -> dict[str, object]:
    route = scope.get("route")
    summary: dict[str, object] = {
        "method": scope.get("method", "WS"),
        "route": getattr(route, "path", "unmatched"),
        "status": status,
    }
    if ports is not None:
        use = ports.db.usage
        summary |= {
            "ms": round(ports.clock.monotonic_ms() - started_ms, 1),
            "d1_ms": round(use.ms, 1),
            "d1_round_trips": use.round_trips,
            "d1_queries": use.queries,
            "d1_rows_read": use.rows_read,
            "d1_rows_written": use.rows_written,
        }
    return summary
