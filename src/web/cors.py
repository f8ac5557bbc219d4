"""Which pages of other origins may call the API: those of the setting CORS_ORIGINS, by Starlette's own middleware."""

import re

from starlette.middleware.cors import CORSMiddleware

from settings import Settings
from web.middleware import App, Message, Receive, Send

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SENT = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "X-CSRF-Token",
    "X-Correlation-ID",
    "x-tenant-id",
    "x-user-id",
)
_CHAT = re.compile(r"/api/v1/public/[^/]+/chat/")
SHOWN = ("Idempotent-Replay", "Retry-After", "Server-Timing", "X-Correlation-ID")


class Cors:
    """The origins are known with the first request only, and stay for the life of the isolate."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._guarded: dict[tuple[str, ...], CORSMiddleware] = {}
        # The chat may stand in a business's own pages: which ones is checked where the business is known.
        self._open = CORSMiddleware(app, allow_origins=("*",), allow_methods=("GET", "POST"), allow_headers=SENT)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        settings: Settings = scope["state"]["settings"]
        if _CHAT.match(scope.get("path", "")):
            await self._open(scope, receive, send)
            return
        origins = settings.allowed_origins
        if not origins:
            await self._app(scope, receive, send)
            return
        if origins not in self._guarded:
            self._guarded[origins] = CORSMiddleware(
                self._app,
                allow_origins=origins,
                allow_methods=METHODS,
                allow_headers=SENT,
                expose_headers=SHOWN,
                allow_credentials=True,
            )
        await self._guarded[origins](scope, receive, send)
