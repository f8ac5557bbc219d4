"""httpx over the runtime's fetch: the only way out of a Worker."""

import asyncio
from typing import Any

import httpx
from pyodide.ffi import JsException, to_js

import js

# The runtime sets these itself, or refuses them.
_NOT_SENT = frozenset({"host", "connection", "accept-encoding", "content-length", "transfer-encoding"})
MAX_ANSWER_BYTES = 8_000_000
# fetch hands the body out as decoded.
_NOT_READ = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class FetchTransport(httpx.AsyncBaseTransport):
    """Reads the answer whole, or not at all; the read timeout of the request bounds all of it.

    Redirects are httpx's to follow.
    """

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        controller = js.AbortController.new()
        limits: dict[str, float | None] = request.extensions.get("timeout", {})
        options: dict[str, Any] = {
            "method": request.method,
            "headers": [[name, value] for name, value in request.headers.multi_items() if name not in _NOT_SENT],
            "redirect": "manual",
            "signal": controller.signal,
        }
        if body:
            options["body"] = body
        most_bytes = 0 if request.extensions.get("is_unread") else MAX_ANSWER_BYTES
        exchange = _exchange(str(request.url), to_js(options, dict_converter=js.Object.fromEntries), most_bytes)
        try:
            return await asyncio.wait_for(exchange, limits.get("read"))
        except TimeoutError as error:
            controller.abort()
            raise httpx.ReadTimeout("no answer in time", request=request) from error
        except JsException as error:
            raise httpx.ConnectError("the connection failed", request=request) from error


async def _exchange(url: str, options: Any, most_bytes: int) -> httpx.Response:
    answer = await js.fetch(url, options)
    content = await _read(answer.body, most_bytes) if answer.body else b""
    headers = [(str(name), str(value)) for name, value in js.Array.from_(answer.headers.entries()).to_py()]
    kept = [(name, value) for name, value in headers if name.lower() not in _NOT_READ]
    return httpx.Response(int(answer.status), headers=kept, content=content)


async def _read(stream: Any, most_bytes: int) -> bytes:
    """At most so many bytes: what is more is cut off, and the connection with it."""
    reader, content = stream.getReader(), bytearray()
    while len(content) < most_bytes:
        piece = await reader.read()
        if piece.done:
            return bytes(content)
        content += piece.value.to_bytes()
    await reader.cancel()
    return bytes(content[:most_bytes])
