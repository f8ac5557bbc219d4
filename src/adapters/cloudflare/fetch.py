"""httpx over the runtime's fetch: the only way out of a Worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
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
    """Answers as they come; the read timeout bounds the wait for their head and for each piece.

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
        asked = js.fetch(str(request.url), to_js(options, dict_converter=js.Object.fromEntries))
        try:
            answer = await asyncio.wait_for(asked, limits.get("read"))
        except TimeoutError as error:
            controller.abort()
            raise httpx.ReadTimeout("no answer in time", request=request) from error
        except JsException as error:
            raise httpx.ConnectError("the connection failed", request=request) from error
        headers = [(str(name), str(value)) for name, value in js.Array.from_(answer.headers.entries()).to_py()]
        kept = [(name, value) for name, value in headers if name.lower() not in _NOT_READ]
        most_bytes: int = request.extensions.get("most_bytes", MAX_ANSWER_BYTES)
        content = _Body(answer.body, most_bytes, limits.get("read")) if answer.body else httpx.ByteStream(b"")
        return httpx.Response(int(answer.status), headers=kept, stream=content, request=request)


class _Body(httpx.AsyncByteStream):
    """At most so many bytes: what is more is cut off, and the connection with it."""

    def __init__(self, stream: Any, most_bytes: int, read_s: float | None) -> None:
        self._reader = stream.getReader()
        self._most_bytes = most_bytes
        self._read_s = read_s

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        while seen < self._most_bytes:
            try:
                piece = await asyncio.wait_for(self._reader.read(), self._read_s)
            except TimeoutError as error:
                raise httpx.ReadTimeout("the answer stopped coming") from error
            except JsException as error:
                raise httpx.ReadError("the connection broke off") from error
            if piece.done:
                return
            content = bytes(piece.value.to_bytes())
            seen += len(content)
            yield content

    async def aclose(self) -> None:
        with suppress(JsException):
            await self._reader.cancel()
