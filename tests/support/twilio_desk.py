"""A scripted server for the simulated caller: it checks each signature with the official library."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx
from twilio.request_validator import RequestValidator

from tools.caller.session import SimulatedCall

ORIGIN = "https://desk.example.com"
VOICE = "/webhooks/omnichannel/voice"
FALLBACK = "/webhooks/omnichannel/fallback"
STATUS = "/webhooks/omnichannel/call-status"
TURN = f"{VOICE}/turn"
ACCOUNT = "AC" + "0" * 32
TOKEN = "f" * 32
CALLER = "+33639980001"
DESK = "+33199001234"

ASK = (
    '<Gather input="speech dtmf" action="voice/turn?n=1" method="POST" language="fr-FR" speechTimeout="auto">'
    '<Say language="fr-FR">Bonjour, je vous écoute.</Say></Gather>'
    '<Say>Rien entendu.</Say><Redirect method="POST">/webhooks/omnichannel/voice/turn?n=2</Redirect>'
)
ASK_AGAIN = ASK.replace("voice/turn?n=1", f"{TURN}?n=1")
BYE = "<Say>Au revoir.</Say><Hangup/>"

Answer = str | httpx.Response | Callable[[], httpx.Response]


def twiml(inner: str) -> httpx.Response:
    return httpx.Response(
        200, headers={"content-type": "text/xml; charset=utf-8"}, text=f"<Response>{inner}</Response>"
    )


@dataclass
class Desk:
    """A scripted server: what each path answers, and every request it has received with a valid signature."""

    answers: Mapping[str, Answer]
    received: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    raw: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.raw.append(request)
        content = request.read().decode()
        params = dict(parse_qsl(content, keep_blank_values=True))
        signature = request.headers["x-twilio-signature"]
        if not RequestValidator(TOKEN).validate(str(request.url), params, signature):
            return httpx.Response(403)
        self.received.append((request.url.raw_path.decode(), params))
        if request.url.path == STATUS:
            return httpx.Response(204)
        answer = self.answers[request.url.path]
        if callable(answer):
            return answer()
        return twiml(answer) if isinstance(answer, str) else answer

    def last(self, path: str) -> dict[str, str]:
        return next(params for at, params in reversed(self.received) if at.partition("?")[0] == path)

    def paths(self) -> list[str]:
        return [path for path, _ in self.received if path != STATUS]


def ring(desk: Desk, *, follow_fallback: bool = False, token: str = TOKEN) -> SimulatedCall:
    client = httpx.Client(transport=httpx.MockTransport(desk), base_url=ORIGIN)
    return SimulatedCall(client, DESK, CALLER, ACCOUNT, token, follow_fallback=follow_fallback)
