"""Idempotency-Key, for every POST but those of /api/v1/auth: one effect and one answer, however often it is sent."""

from dataclasses import replace
from hashlib import sha256
from typing import Self

from fastapi import FastAPI, Request, Response

from errors import Invalid
from modules.idempotency.service import Attempt, OnceDatabase, Replay
from modules.identity.principal import Principal
from ports.context import Ports

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replay"
MAX_KEY_CHARS = 128
# Their answers hold tokens and keys, which are not kept.
EXEMPT = "/api/v1/auth/"


def takes_key(method: str, path: str) -> bool:
    return method == "POST" and path.startswith("/api/") and not path.startswith(EXEMPT)


def with_once(ports: Ports, scope_headers: dict[bytes, bytes]) -> Ports:
    """The ports of a request that carries a key; those of every other stay as they are."""
    if HEADER.lower().encode() not in scope_headers:
        return ports
    return replace(ports, db=OnceDatabase(ports.db, ports.clock))


async def begin(request: Request, principal: Principal) -> None:
    """Raises Replay with the first answer, KeyReused, InProgress or Invalid."""
    key, db = request.headers.get(HEADER), request.state.ports.db
    if key is None or not isinstance(db, OnceDatabase) or not takes_key(request.method, request.url.path):
        return
    if not 0 < len(key) <= MAX_KEY_CHARS or not key.isascii() or not key.isprintable():
        detail = f"1 to {MAX_KEY_CHARS} visible characters"
        raise Invalid([{"pointer": f"/header/{HEADER}", "detail": detail}])
    said = request.url.query.encode() + b"\n" + await request.body()
    place = (principal.name, request.method, request.url.path, key)
    await db.begin(Attempt(principal.tenant.id, place, sha256(said).hexdigest()))


class Kept:
    """Around a handler: keeps the answer of one that succeeded, and forgets the key where it did not."""

    def __init__(self, request: Request) -> None:
        self._request = request

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        db = self._request.state.ports.db
        if error is not None and isinstance(db, OnceDatabase):
            db.abandon()  # what is written of a failure is not what the key stands for

    async def answer(self, answer: Response) -> Response:
        db = self._request.state.ports.db
        if isinstance(db, OnceDatabase) and answer.status_code < 400:
            await db.finish(answer.status_code, bytes(answer.body).decode())
        return answer


def install(api: FastAPI) -> None:
    async def on_replay(request: Request, error: Exception) -> Response:
        assert isinstance(error, Replay)  # noqa: S101
        return Response(
            error.answer, status_code=error.status, media_type="application/json", headers={REPLAYED: "true"}
        )

    api.add_exception_handler(Replay, on_replay)
