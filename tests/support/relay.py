"""A ConversationRelay on the provider's side, against the application in memory: frames in, frames out."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from twilio.request_validator import RequestValidator

from app import app
from tests.support.fakes import VARIABLES, World

ORIGIN = "ws://testserver"
PATIENCE_S = 5.0


def relay_path(document: str) -> str:
    found = re.search(r'url="wss?://[^/]+(/[^"]+)"', document)
    assert found, document
    return found[1]


class Line:
    """Ends with its `async with`. `closed` is the code that the application closed it with."""

    def __init__(self, world: World, path: str, token: str) -> None:
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._inbox.put_nowait({"type": "websocket.connect"})
        signature = RequestValidator(token).compute_signature(f"{ORIGIN}{path}", {})
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"testserver"), (b"x-twilio-signature", str(signature).encode())],
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

    def send(self, kind: str, **fields: Any) -> None:
        self._inbox.put_nowait({"type": "websocket.receive", "text": json.dumps({"type": kind, **fields})})

    def send_raw(self, text: str) -> None:
        self._inbox.put_nowait({"type": "websocket.receive", "text": text})

    def hang_up(self, code: int = 1000) -> None:
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})

    def says(self, words: str, **fields: Any) -> None:
        self.send("prompt", **{"voicePrompt": words, "lang": "fr-FR", "last": True, **fields})

    async def frame(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            return await self._outbox.get()

    async def answer(self) -> str:
        """All that is said until the turn is over."""
        said = ""
        while (frame := await self.frame())["type"] == "text":
            said += frame["token"]
            if frame["last"]:
                return str(said).strip()
        raise AssertionError(f"{said!r}, and then {frame}")

    async def end(self) -> str:
        """Why the application hands the call back."""
        frame = await self.frame()
        assert frame["type"] == "end", frame
        return str(json.loads(frame["handoffData"])["why"])

    async def gone(self) -> None:
        while (await self.frame())["type"] != "gone":
            pass


@asynccontextmanager
async def line_of(
    world: World, document: str, call_sid: str, *, token: str = VARIABLES["TWILIO_AUTH_TOKEN"], **setup: Any
) -> AsyncIterator[Line]:
    line = Line(world, relay_path(document), token)
    serving = asyncio.create_task(line.serve())
    try:
        line.send("setup", **{**_setup(call_sid), **setup})
        yield line
        line.hang_up()
        async with asyncio.timeout(PATIENCE_S):
            await serving
    finally:
        serving.cancel()


def _setup(call_sid: str) -> Mapping[str, Any]:
    return {
        "sessionId": "VX" + "0" * 32,
        "accountSid": VARIABLES["TWILIO_ACCOUNT_SID"],
        "callSid": call_sid,
        "parentCallSid": "",
        "from": "+33639980001",
        "to": "+33199001234",
        "forwardedFrom": "",
        "callerName": "",
        "direction": "inbound",
        "callType": "PSTN",
        "callStatus": "RINGING",
        "customParameters": {},
    }
