"""Server-sent events (html.spec.whatwg.org/multipage/server-sent-events.html): a stream that ends when nobody reads."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from fastapi import Response
from starlette.types import Receive, Scope, Send

RETRY_MS = 2_000
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events, each with the id to go on from.", "content": {"text/event-stream": {}}}
}
PING = b": still here\n\n"


def event(kind: str, data: Any, event_id: str = "") -> bytes:
    """One event; a browser that comes back sends the last id as Last-Event-ID."""
    named = f"id: {event_id}\n" if event_id else ""
    return f"{named}event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()


class EventStream(Response):
    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[bytes, None]) -> None:
        super().__init__(headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        del self.headers["content-length"]
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        first = f"retry: {RETRY_MS}\n\n".encode()
        try:
            await send({"type": "http.response.body", "body": first, "more_body": True})
            async with aclosing(self._events) as events:
                async for one in events:
                    await send({"type": "http.response.body", "body": one, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            return  # whoever read has left
