"""ports.Outbound: names resolved over HTTPS (RFC 8484, its JSON form), requests that follow no redirect."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from ports.clock import Clock
from ports.outbound import Fetched, OutboundAnswer, OutboundReply, Unreachable
from ports.vendors import VendorError
from providers.http import Api, Connect

_A, _AAAA = 1, 28  # RFC 1035, RFC 3596


class GuardedOutbound:
    def __init__(self, connect: Connect, resolver: Api, clock: Clock) -> None:
        self._connect = connect
        self._resolver = resolver
        self._clock = clock

    async def addresses(self, host: str) -> tuple[str, ...]:
        try:
            answers = await asyncio.gather(*(self._ask(host, kind) for kind in (_A, _AAAA)))
        except VendorError as error:
            raise Unreachable("name_not_resolved") from error
        found = tuple(address for answer in answers for address in answer)
        if not found:
            raise Unreachable("name_not_resolved")
        return found

    async def _ask(self, host: str, kind: int) -> list[str]:
        query = {"name": host, "type": str(kind)}
        answer = await self._resolver.send("GET", "", params=query, headers={"accept": "application/dns-json"})
        records = answer.get("Answer") if isinstance(answer, dict) else None
        return [str(record.get("data")) for record in records or () if record.get("type") == kind]

    async def get(self, url: str, headers: Mapping[str, str], timeout_s: float, most_bytes: int) -> Fetched:
        # One more than is wanted: whether there was more.
        answer = await self._send("GET", url, {"headers": dict(headers)}, timeout_s, most_bytes + 1)
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Fetched(answer.status_code, named, answer.content[:most_bytes], len(answer.content) > most_bytes)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float) -> OutboundAnswer:
        started_ms = self._clock.monotonic_ms()
        # Whoever answers could send without end: nothing of it is read.
        answer = await self._send("POST", url, {"headers": dict(headers), "content": body}, timeout_s, 0)
        return OutboundAnswer(answer.status_code, self._clock.monotonic_ms() - started_ms)

    async def ask(
        self, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float, most_bytes: int
    ) -> OutboundReply:
        answer = await self._send("POST", url, {"headers": dict(headers), "content": body}, timeout_s, most_bytes)
        return OutboundReply(answer.status_code, answer.content[:most_bytes])

    async def _send(
        self, method: str, url: str, request: dict[str, Any], timeout_s: float, most_bytes: int
    ) -> httpx.Response:
        extensions = {"most_bytes": most_bytes}
        async with httpx.AsyncClient(transport=self._connect(), timeout=timeout_s, trust_env=False) as client:
            try:
                async with asyncio.timeout(timeout_s):
                    return await client.request(method, url, follow_redirects=False, extensions=extensions, **request)
            except (httpx.TimeoutException, TimeoutError) as error:
                raise Unreachable("timed_out") from error
            except httpx.HTTPError as error:
                raise Unreachable("not_connected") from error
