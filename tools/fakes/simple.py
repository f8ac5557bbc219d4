"""The cheapest read of the vendors whose keys we check; a resolver; and what our own webhooks are sent to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

import httpx

Answer = Callable[[httpx.Request, str], httpx.Response]


def bearer(request: httpx.Request) -> str:
    return str(request.headers.get("authorization", "")).removeprefix("Bearer ")


class KeyChecks:
    """Vapi, OpenAI, Anthropic, ElevenLabs and Meta: a key of the right form that is not in `rejected_keys` is good."""

    def __init__(self) -> None:
        self.rejected_keys: set[str] = set()

    def of(self, vendor: str) -> Answer:
        answers: dict[str, Answer] = {
            "vapi": self._vapi,
            "openai": self._openai,
            "anthropic": self._anthropic,
            "elevenlabs": self._elevenlabs,
            "meta": self._meta,
        }
        return answers[vendor]

    def _is_good(self, key: str, form: str) -> bool:
        return re.fullmatch(form, key) is not None and key not in self.rejected_keys

    def _vapi(self, request: httpx.Request, path: str) -> httpx.Response:
        if not self._is_good(bearer(request), r"[\w-]{8,}"):
            return httpx.Response(401, json={"message": "Invalid Key.", "error": "Unauthorized", "statusCode": 401})
        return httpx.Response(200, json=[]) if path == "/assistant" else httpx.Response(404)

    def _openai(self, request: httpx.Request, path: str) -> httpx.Response:
        if not self._is_good(bearer(request), r"sk-[\w-]{8,}"):
            said = {"message": "Incorrect API key provided", "type": "invalid_request_error", "code": "invalid_api_key"}
            return httpx.Response(401, json={"error": said})
        return httpx.Response(200, json={"object": "list", "data": []}) if path == "/v1/models" else httpx.Response(404)

    def _anthropic(self, request: httpx.Request, path: str) -> httpx.Response:
        if "anthropic-version" not in request.headers:
            said = {"type": "invalid_request_error", "message": "anthropic-version: header is required"}
            return httpx.Response(400, json={"type": "error", "error": said})
        # The header of the documents, or that of the official library.
        if not self._is_good(request.headers.get("x-api-key") or bearer(request), r"sk-[\w-]{8,}"):
            said = {"type": "authentication_error", "message": "invalid x-api-key"}
            return httpx.Response(401, json={"type": "error", "error": said})
        return httpx.Response(200, json={"data": []}) if path == "/v1/models" else httpx.Response(404)

    def _elevenlabs(self, request: httpx.Request, path: str) -> httpx.Response:
        if not self._is_good(request.headers.get("xi-api-key", ""), r"[\w-]{8,}"):
            said = {"status": "invalid_api_key", "message": "Invalid API key"}
            return httpx.Response(401, json={"detail": said})
        return httpx.Response(200, json={"subscription": {}}) if path == "/v1/user" else httpx.Response(404)

    def _meta(self, request: httpx.Request, path: str) -> httpx.Response:
        if not self._is_good(bearer(request), r"[\w-]{8,}"):
            said = {"message": "Invalid OAuth access token.", "type": "OAuthException", "code": 190}
            return httpx.Response(401, json={"error": said})
        found = re.fullmatch(r"/v[0-9.]+/([0-9]+)", path)
        return httpx.Response(200, json={"id": found[1]}) if found else httpx.Response(404)


class Dns:
    """DNS over HTTPS in its JSON form (developers.cloudflare.com/1.1.1.1)."""

    def __init__(self) -> None:
        public = ["1.1.1.1", "2606:4700:4700::1111"]
        known = ("hooks.sample.example", "site.sample.example", "smtp.sample.example")
        self.names: dict[str, list[str]] = dict.fromkeys(known, public)

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        name, kind = request.url.params.get("name", ""), int(request.url.params.get("type", "1"))
        if name not in self.names:
            return httpx.Response(200, json={"Status": 3})
        version = {1: 4, 28: 6}[kind]
        data = [address for address in self.names[name] if ip_address(address).version == version]
        alias = {"name": name, "type": 5, "TTL": 60, "data": f"edge.{name}."}
        found = [{"name": f"edge.{name}", "type": kind, "TTL": 60, "data": address} for address in data]
        return httpx.Response(200, json={"Status": 0, "Answer": [alias, *found]})


@dataclass
class Received:
    name: str
    headers: httpx.Headers
    body: bytes


class Receiver:
    """What tenants' webhooks are sent to, at /receiver/{name}: it does as `statuses` says, and 204 otherwise."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.statuses: dict[str, list[int]] = {}  # of the next answers; the last one stays
        self.bodies: dict[str, bytes] = {}
        self.location = "http://127.0.0.1/"

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        name = path.strip("/")
        self.received.append(Received(name, request.headers, request.read()))
        following = self.statuses.get(name, [204])
        status = following.pop(0) if len(following) > 1 else following[0]
        location = {"location": self.location} if 300 <= status < 400 else {}
        content = self.bodies.get(name, b"")
        return httpx.Response(200 if content and status == 204 else status, headers=location, content=content)

    def of(self, name: str) -> list[Received]:
        return [one for one in self.received if one.name == name]
