"""The bridge between a Worker's fetch and an ASGI application, without a lifespan for every request.

Protocol: ASGI 3.0, HTTP and WebSocket spec version 2.4 (asgi.readthedocs.io).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any
from urllib.parse import unquote

from pyodide.ffi import create_proxy, to_js
from workers import wait_until

import js

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

ASGI = {"version": "3.0", "spec_version": "2.4"}
NULL_BODY_STATUSES = frozenset({101, 204, 205, 304})


def _scope(request: Any, kind: str, state: dict[str, Any]) -> Message:
    # The URL is split as text: a parser could rewrite it, and senders sign what they sent.
    scheme, _, rest = request.url.partition("://")
    host, _, target = rest.partition("/")
    raw_path, _, query = f"/{target.partition('#')[0]}".partition("?")
    headers = js.Object.fromEntries(request.headers).to_py()
    return {
        "type": kind,
        "asgi": ASGI,
        "http_version": "1.1",
        "method": request.method,
        "scheme": {"http": "ws", "https": "wss"}[scheme] if kind == "websocket" else scheme,
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode("latin-1"), value.encode("utf-8")) for name, value in headers.items()],
        "client": None,
        "server": (host, None),
        "state": state,
    }


def _response(body: Any, status: int, headers: list[tuple[bytes, bytes]]) -> Any:
    pairs = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]
    return js.Response.new(None if status in NULL_BODY_STATUSES else body, status=status, headers=to_js(pairs))


def _begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    """Runs at once until it first waits: an answer that waits for nothing costs no turn of the event loop."""
    return asyncio.Task(work, loop=asyncio.get_running_loop(), eager_start=True)  # type: ignore[call-arg]  # from 3.12


def go_on(work: Coroutine[Any, Any, None]) -> None:
    """Does it after the answer."""
    _go_on(_begin(work))


def _go_on(task: asyncio.Task[None]) -> None:
    """Has the runtime wait for what is left to do after the answer."""
    if task.done():
        return
    proxy = create_proxy(task)
    task.add_done_callback(lambda _: proxy.destroy())
    wait_until(proxy)


class _Http:
    """One request: reads its body when asked to, answers at once or as a stream."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._reader: Any = None
        self._is_read = request.body is None or request.method in ("GET", "HEAD")
        self._status = 500
        self._headers: list[tuple[bytes, bytes]] = []
        self._writer: Any = None
        self._disconnected: asyncio.Future[None] | None = None
        self.response: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def receive(self) -> Message:
        if self._is_read:
            if self._disconnected is None:
                self._disconnected = asyncio.get_running_loop().create_future()
                return {"type": "http.request", "body": b"", "more_body": False}
            await self._disconnected
            return {"type": "http.disconnect"}
        if self._reader is None:
            self._reader = self._request.body.getReader()
        chunk = await self._reader.read()
        if chunk.done:
            self._is_read, self._disconnected = True, asyncio.get_running_loop().create_future()
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.request", "body": chunk.value.to_bytes(), "more_body": True}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status, self._headers = message["status"], list(message.get("headers", ()))
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._writer is None and (not more or self._status in NULL_BODY_STATUSES):
            if not self.response.done():  # else a stream of nothing, under a status that has no body
                self.response.set_result(_response(to_js(body), self._status, self._headers))
            return
        if self._writer is None:
            # The default readable side holds nothing, so a write waits for the client: backpressure.
            pipe = js.TransformStream.new()
            self._writer = pipe.writable.getWriter()
            self.response.set_result(_response(pipe.readable, self._status, self._headers))
        if body:
            try:
                await self._writer.write(to_js(body))
            except Exception as error:  # the client has gone: ASGI's word for that is OSError
                raise OSError("the client left") from error
        if not more:
            await self._writer.close()

    def abort(self, error: BaseException) -> None:
        if not self.response.done():
            self.response.set_exception(error)
        elif self._writer is not None:
            self._writer.abort(str(error))


async def serve(app: App, request: Any, state: dict[str, Any]) -> Any:
    """Answers one JavaScript Request with a JavaScript Response; raises what the app raises before it answers."""
    http = _Http(request)

    async def run() -> None:
        try:
            await app(_scope(request, "http", state), http.receive, http.send)
            if not http.response.done():
                raise RuntimeError("the application gave no answer")
        except BaseException as error:
            http.abort(error)

    task = _begin(run())
    response = await http.response
    _go_on(task)
    return response


class _Socket:
    """One WebSocket: the upgrade is answered when the app accepts or refuses it."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Message] = asyncio.Queue()
        self._events.put_nowait({"type": "websocket.connect"})
        self._client, self._server = js.WebSocketPair.new().object_values()
        self._listeners = {"message": create_proxy(self._on_message), "close": create_proxy(self._on_close)}
        self._is_closed = False
        self.response: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def _on_message(self, event: Any) -> None:
        if isinstance(event.data, str):
            self._events.put_nowait({"type": "websocket.receive", "text": event.data})
        else:
            self._events.put_nowait({"type": "websocket.receive", "bytes": event.data.to_bytes()})

    def _on_close(self, event: Any) -> None:
        self._is_closed = True
        self._events.put_nowait({"type": "websocket.disconnect", "code": event.code, "reason": event.reason})

    async def receive(self) -> Message:
        return await self._events.get()

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            self._accept(message)
        elif kind == "websocket.send":
            if self._is_closed:
                raise OSError("the client left")
            text = message.get("text")
            self._server.send(text if text is not None else to_js(message["bytes"]).buffer)
        elif kind == "websocket.close":
            self.close(message.get("code", 1000), message.get("reason") or "")

    def _accept(self, message: Message) -> None:
        self._server.accept()
        self._server.binaryType = "arraybuffer"
        for event, listener in self._listeners.items():
            self._server.addEventListener(event, listener)
        headers = list(message.get("headers", ()))
        if subprotocol := message.get("subprotocol"):
            headers.append((b"sec-websocket-protocol", subprotocol.encode()))
        pairs = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in headers]
        self.response.set_result(js.Response.new(None, status=101, headers=to_js(pairs), webSocket=self._client))

    def close(self, code: int, reason: str) -> None:
        if not self.response.done():  # refused before it was accepted
            self.response.set_result(_response(None, 403, []))
        elif not self._is_closed:
            self._is_closed = True
            self._server.close(code, reason)

    def release(self) -> None:
        # The client's answer to a close comes after this: a listener that is still there would be called then.
        for event, listener in self._listeners.items():
            self._server.removeEventListener(event, listener)
            listener.destroy()


async def serve_websocket(app: App, request: Any, state: dict[str, Any]) -> Any:
    """Answers an upgrade request; the socket lives on in wait_until after this has returned."""
    socket = _Socket()

    async def run() -> None:
        try:
            await app(_scope(request, "websocket", state), socket.receive, socket.send)
            socket.close(1000, "")
        except BaseException as error:
            if not socket.response.done():
                socket.response.set_exception(error)
            else:
                socket.close(1011, "internal error")
        finally:
            socket.release()

    task = _begin(run())
    response = await socket.response
    _go_on(task)
    return response
