"""The one way to a vendor's API: a timeout always, retries as data and for repeatable requests only, one error family,
one circuit breaker."""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx

from ports.correlation import current
from ports.vendors import VendorRejected, VendorUnavailable
from providers.breaker import Breakers

Connect = Callable[[], httpx.AsyncBaseTransport]

GONE = frozenset({404, 410})
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
RETRY_DELAYS_S = (0.2, 0.8)
MOST_PATIENCE_S = 2.0  # for a vendor that says when to come back
_KEYS = ("authorization", "x-api-key", "xi-api-key")


@dataclass(frozen=True, slots=True)
class Api:
    """One vendor's API. `connect` gives the transport: fetch in the Worker, a handler in the tests."""

    connect: Connect
    base_url: str
    name: str  # of the vendor
    breakers: Breakers
    timeout_s: float = 8.0

    async def send(self, method: str, path: str, *, is_repeatable: bool = False, **request: Any) -> Any:
        """The JSON of a 2xx answer, None where there is none; `request` is httpx's (headers, json, data, params, auth).

        Raises VendorRejected for a 4xx and VendorUnavailable for the rest. Only a repeatable request is sent again.
        """
        for delay_s in RETRY_DELAYS_S if is_repeatable or method == "GET" else ():
            try:
                return await self._once(method, path, request)
            except VendorUnavailable as error:
                await asyncio.sleep(min(max(delay_s, error.retry_after_s or 0.0), MOST_PATIENCE_S))
        return await self._once(method, path, request)

    async def delete(self, path: str, **request: Any) -> None:
        """What is there no more is no error. Raises as `send` does."""
        try:
            await self.send("DELETE", path, is_repeatable=True, **request)
        except VendorRejected as error:
            if error.status not in GONE:
                raise

    async def _once(self, method: str, path: str, request: dict[str, Any]) -> Any:
        async with self.open(method, path, self.timeout_s, **request) as answer:
            content = await answer.aread()
        with suppress(ValueError):
            return json.loads(content)
        return None

    async def lines(self, path: str, total_s: float, **request: Any) -> AsyncGenerator[str, None]:
        """A POST's answer line by line as it comes, within `total_s` seconds in all. Raises as `send` does."""
        async with self.open("POST", path, total_s, **request) as answer:
            async for line in answer.aiter_lines():
                yield line

    async def download(self, url: str, most_bytes: int, **request: Any) -> tuple[bytes, str]:
        """The bytes and their type, from a path or an address of the vendor's own; what it redirects to is followed.

        Raises as `send` does, and VendorRejected("too_large").
        """
        async with self.open(
            "GET", url, self.timeout_s, follow=True, extensions={"most_bytes": most_bytes + 1}, **request
        ) as answer:
            content = bytearray()
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > most_bytes:
                    raise VendorRejected("too_large")
            content_type = answer.headers.get("content-type", "application/octet-stream").partition(";")[0].strip()
            return bytes(content), content_type

    @asynccontextmanager
    async def open(self, method: str, path: str, total_s: float, **request: Any) -> AsyncIterator[httpx.Response]:
        """A 2xx answer whose body is still to be read."""
        client = httpx.AsyncClient(transport=self.connect(), base_url=self.base_url, timeout=total_s, trust_env=False)
        asked = client.build_request(method, path, **_without_auth(request))
        if correlation_id := current():
            asked.headers["X-Correlation-ID"] = correlation_id
        with self.breakers.attempt(self._circuit(asked)):
            try:
                async with asyncio.timeout(total_s), client:
                    follow = bool(request.get("follow"))
                    answer = await client.send(asked, stream=True, auth=request.get("auth"), follow_redirects=follow)
                    try:
                        if not answer.is_success:
                            await answer.aread()
                            raise _failure(answer)
                        yield answer
                    finally:
                        await answer.aclose()
            except httpx.ConnectError as error:
                raise VendorUnavailable("not_reached") from error
            except (httpx.HTTPError, TimeoutError) as error:
                raise VendorUnavailable("no_answer", is_unsure=True) from error

    def _circuit(self, asked: httpx.Request) -> str:
        """By vendor and credential: one tenant's trouble with its key is not everybody's."""
        keys = "".join(asked.headers.get(name, "") for name in _KEYS)
        return f"{self.name}:{hashlib.sha256(f'{self.base_url} {keys}'.encode()).hexdigest()[:24]}"


def _without_auth(request: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in request.items() if name not in ("auth", "follow")}


def _failure(answer: httpx.Response) -> VendorRejected | VendorUnavailable:
    if answer.status_code in TRANSIENT:
        wait = answer.headers.get("retry-after", "")
        retry_after_s = float(wait) if wait.isascii() and wait.isdigit() else None
        is_unsure = answer.status_code >= 500
        return VendorUnavailable(f"http_{answer.status_code}", is_unsure=is_unsure, retry_after_s=retry_after_s)
    return VendorRejected(_code_of(answer), answer.status_code)


def _code_of(answer: httpx.Response) -> str:
    """The vendor's own code when it is one word: whatever else it says may hold what we sent."""
    said: Any = None
    with suppress(ValueError):
        said = json.loads(answer.content)
    for inner in (said.get("error"), said) if isinstance(said, dict) else ():
        code = _code_in(inner)
        if code.replace("_", "").isalnum() and len(code) <= 40:
            return f"http_{answer.status_code}_{code}"
    return f"http_{answer.status_code}"


def _code_in(said: Any) -> str:
    known = (str(said.get(name) or "") for name in ("code", "name", "type")) if isinstance(said, dict) else ()
    return next(filter(None, known), "")
