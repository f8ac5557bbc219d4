"""ports.Outbound: names resolved over HTTPS (RFC 8484, its JSON form), requests that follow no redirect."""

import asyncio
from collections.abc import Mapping

import httpx

from ports.clock import Clock
from ports.outbound import OutboundAnswer, OutboundReply, Unreachable
from ports.vendors import VendorError
from providers.http import Api, Connect

_A, _AAAA = 1, 28  # RFC 1035, RFC 3596


class GuardedOutbound:
    def __init__(self, connect: Connect, resolver_url: str, clock: Clock) -> None:
        self._connect = connect
        self._resolver = Api(connect, resolver_url, timeout_s=3.0)
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

    async def post(self, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float) -> OutboundAnswer:
        started_ms = self._clock.monotonic_ms()
        status, _ = await self._post(url, headers, body, timeout_s, 0)  # whoever answers could send without end
        return OutboundAnswer(status, self._clock.monotonic_ms() - started_ms)

    async def ask(
        self, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float, most_bytes: int
    ) -> OutboundReply:
        status, content = await self._post(url, headers, body, timeout_s, most_bytes)
        return OutboundReply(status, content[:most_bytes])

    async def _post(
        self, url: str, headers: Mapping[str, str], body: bytes, timeout_s: float, most_bytes: int
    ) -> tuple[int, bytes]:
        extensions = {"most_bytes": most_bytes}
        async with httpx.AsyncClient(transport=self._connect(), timeout=timeout_s, trust_env=False) as client:
            try:
                async with asyncio.timeout(timeout_s):
                    answer = await client.post(
                        url, headers=dict(headers), content=body, follow_redirects=False, extensions=extensions
                    )
            except (httpx.TimeoutException, TimeoutError) as error:
                raise Unreachable("timed_out") from error
            except httpx.HTTPError as error:
                raise Unreachable("not_connected") from error
        return answer.status_code, answer.content
