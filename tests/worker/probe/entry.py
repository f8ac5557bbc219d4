"""A Worker with a bare ASGI application behind the project's own bridge; for tests only."""

import asyncio
import json
from typing import Any

from workers import WorkerEntrypoint

from adapters.cloudflare.asgi import serve, serve_websocket

TEXT = (b"content-type", b"text/plain")
seen: list[Any] = []  # what the application met after its answer


async def answer(send: Any, body: bytes, status: int = 200, headers: Any = (TEXT,)) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


async def body_of(receive: Any) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message["body"])
        more = message["more_body"]
    return b"".join(parts)


async def http(scope: Any, receive: Any, send: Any) -> None:
    path = scope["path"]
    if path == "/echo":
        await answer(send, await body_of(receive))
    elif path.startswith("/scope"):
        shown = {"path": path, "raw_path": scope["raw_path"].decode(), "query": scope["query_string"].decode()}
        shown |= {"method": scope["method"], "server": scope["server"][0], "scheme": scope["scheme"]}
        await answer(send, json.dumps(shown).encode())
    elif path == "/cookies":
        await answer(send, b"", headers=[(b"set-cookie", b"a=1; Path=/"), (b"set-cookie", b"b=2, 3; Path=/")])
    elif path == "/nothing":
        await answer(send, b"", 204)
    elif path == "/stream":
        await send({"type": "http.response.start", "status": 200, "headers": [TEXT]})
        for number in range(5):
            await send({"type": "http.response.body", "body": b"%d;" % number, "more_body": True})
            await asyncio.sleep(0.2)
        await send({"type": "http.response.body", "body": b"end", "more_body": False})
    elif path == "/stream-of-nothing":
        await send({"type": "http.response.start", "status": 204, "headers": []})
        for more in (True, False):
            await send({"type": "http.response.body", "body": b"", "more_body": more})
    elif path == "/breaks":
        await send({"type": "http.response.start", "status": 200, "headers": [TEXT]})
        for _ in range(3):
            await send({"type": "http.response.body", "body": b"whole", "more_body": True})
            await asyncio.sleep(0.1)
        raise RuntimeError("in the middle of the answer")
    elif path == "/raise":
        raise RuntimeError("before the answer")
    elif path == "/silent":
        return
    elif path == "/header":
        await answer(send, dict(scope["headers"])[b"x-name"])
    elif path == "/later":
        await answer(send, b"answered")
        await asyncio.sleep(0.2)
        seen.append("done later")
    elif path == "/seen":
        await answer(send, json.dumps(seen).encode())
        seen.clear()
    else:
        await answer(send, b"ok")


async def websocket(scope: Any, receive: Any, send: Any) -> None:
    assert (await receive())["type"] == "websocket.connect"
    if scope["path"] == "/refused":
        await send({"type": "websocket.close", "code": 1008})
        return
    offered = dict(scope["headers"]).get(b"sec-websocket-protocol")
    await send({"type": "websocket.accept", "subprotocol": offered.decode() if offered else None})
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            seen.append([message["code"], message["reason"]])
            return
        match message.get("text"):
            case "close":
                await send({"type": "websocket.close", "code": 4000, "reason": "as asked"})
                return
            case "raise":
                raise RuntimeError("after the answer")
            case "late":
                await send({"type": "websocket.close", "code": 1000})
                try:
                    await send({"type": "websocket.send", "text": "too late"})
                except OSError:
                    seen.append("refused")
                return
            case None:
                await send({"type": "websocket.send", "bytes": message["bytes"][::-1]})
            case text:
                await send({"type": "websocket.send", "text": f"echo:{text}"})


async def app(scope: Any, receive: Any, send: Any) -> None:
    await (http if scope["type"] == "http" else websocket)(scope, receive, send)


class Default(WorkerEntrypoint):
    async def fetch(self, request: Any) -> Any:
        if (request.headers.get("upgrade") or "").lower() == "websocket":
            return await serve_websocket(app, request.js_object, {})
        return await serve(app, request.js_object, {})
