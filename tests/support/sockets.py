"""A WebSocket from the other side, against the application in memory: frames in, frames out."""

import asyncio
import json
from typing import Any

from app import app
from tests.support.fakes import World

PATIENCE_S = 20.0


class Socket:
    """`closed` is the code that the application closed it with."""

    def __init__(self, world: World, path: str, *headers: tuple[bytes, bytes]) -> None:
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._inbox.put_nowait({"type": "websocket.connect"})
        path, _, query = path.partition("?")
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(b"host", b"testserver"), *headers],
            "client": None,
            "server": ("testserver", None),
            "subprotocols": [],
            "state": {"settings": world.settings, "ports": world.ports},
        }
        self.is_accepted = False
        self.closed: int | None = None
        self.frames: list[dict[str, Any]] = []  # that the application has sent

    async def serve(self) -> None:
        await app(self.scope, self._inbox.get, self._sent)
        if self.closed is None:
            self.closed = 1000
        await self._outbox.put({"type": "gone"})

    async def _sent(self, message: Any) -> None:
        if message["type"] == "websocket.accept":
            self.is_accepted = True
        elif message["type"] == "websocket.close":
            self.closed = message["code"]
        elif message["type"] == "websocket.send":
            frame = json.loads(message["text"])
            self.frames.append(frame)
            await self._outbox.put(frame)

    def send_raw(self, text: str) -> None:
        self._inbox.put_nowait({"type": "websocket.receive", "text": text})

    def hang_up(self, code: int = 1000) -> None:
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})

    async def frame(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            return await self._outbox.get()
