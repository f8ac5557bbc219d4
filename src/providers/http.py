"""The one way to a vendor's API: a timeout always, retries as data and for repeatable requests only, one error family."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import httpx

from ports.vendors import VendorRejected, VendorUnavailable

Connect = Callable[[], httpx.AsyncBaseTransport]

TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
RETRY_DELAYS_S = (0.2, 0.8)
MOST_PATIENCE_S = 2.0  # for a vendor that says when to come back


@dataclass(frozen=True, slots=True)
class Api:
    """One vendor's API. `connect` gives the transport: fetch in the Worker, a handler in the tests."""

    connect: Connect
    base_url: str
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

    async def _once(self, method: str, path: str, request: dict[str, Any]) -> Any:
        async with httpx.AsyncClient(
            transport=self.connect(), base_url=self.base_url, timeout=self.timeout_s, trust_env=False
        ) as client:
            try:
                answer = await client.request(method, path, **request)
            except httpx.ConnectError as error:
                raise VendorUnavailable("not_reached") from error
            except httpx.HTTPError as error:
                raise VendorUnavailable("no_answer", is_unsure=True) from error
        if answer.is_success:
            with suppress(ValueError):
                return answer.json()
            return None
        raise _failure(answer)


def _failure(answer: httpx.Response) -> VendorRejected | VendorUnavailable:
    if answer.status_code in TRANSIENT:
        wait = answer.headers.get("retry-after", "")
        retry_after_s = float(wait) if wait.isascii() and wait.isdigit() else None
        is_unsure = answer.status_code >= 500
        return VendorUnavailable(f"http_{answer.status_code}", is_unsure=is_unsure, retry_after_s=retry_after_s)
    return VendorRejected(_code_of(answer))


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
