"""A ConversationRelay on the provider's side, against the application in memory: frames in, frames out."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from twilio.request_validator import RequestValidator

from tests.support.fakes import VARIABLES, World
from tests.support.sockets import PATIENCE_S, Socket

ORIGIN = "ws://testserver"


def relay_path(document: str) -> str:
    found = re.search(r'url="wss?://[^/]+(/[^"]+)"', document)
    assert found, document
    return found[1]


class Line(Socket):
    def __init__(self, world: World, path: str, token: str) -> None:
        signature = RequestValidator(token).compute_signature(f"{ORIGIN}{path}", {})
        super().__init__(world, path, (b"x-twilio-signature", str(signature).encode()))

    def send(self, kind: str, **fields: Any) -> None:
        self.send_raw(json.dumps({"type": kind, **fields}))

    def says(self, words: str, **fields: Any) -> None:
        self.send("prompt", **{"voicePrompt": words, "lang": "fr-FR", "last": True, **fields})

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
