"""The application as an httpx client sees it, on CPython, without a server."""

import asyncio
from typing import Any

import httpx

from app import app
from errors import Misconfigured
from tests.support.fakes import World

ORIGIN = "http://testserver"


class AppTransport(httpx.BaseTransport):
    """Gives each request what entry.py gives it."""

    def __init__(self, world: World, misconfigured: Misconfigured | None = None) -> None:
        self._world = world
        self._misconfigured = misconfigured

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request, request.read()))

    async def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        started: dict[str, Any] = {}
        content = bytearray()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                started.update(message)
            content.extend(message.get("body", b""))

        await app(self._scope(request), receive, send)
        return httpx.Response(started["status"], headers=started["headers"], content=bytes(content))

    def _scope(self, request: httpx.Request) -> dict[str, Any]:
        state: dict[str, Any] = {"settings": self._world.settings, "ports": self._world.ports}
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "root_path": "",
            "query_string": request.url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "client": None,
            "server": (request.url.netloc.decode(), None),
            "state": {"misconfigured": self._misconfigured} if self._misconfigured else state,
        }


def client_of(world: World, misconfigured: Misconfigured | None = None) -> httpx.Client:
    return httpx.Client(transport=AppTransport(world, misconfigured), base_url=ORIGIN)
