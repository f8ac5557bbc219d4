"""ports.Outbound: names resolved over HTTPS (RFC 8484, its JSON form), requests that follow no redirect."""

import asyncio
from collections.abc import Mapping

import httpx

from ports.clock import Clock
from ports.outbound import OutboundAnswer, Unreachable
from ports.vendors import VendorError
from providers.http import Api, Connect

_A, _AAAA = 1, 28  # RFC 1035, RFC 3596
UNREAD = {"is_unread": True}  # whoever answers could send without end


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
        async with httpx.AsyncClient(transport=self._connect(), timeout=timeout_s, trust_env=False) as client:
            try:
                answer = await client.post(
                    url, headers=dict(headers), content=body, follow_redirects=False, extensions=UNREAD
                )
            except httpx.TimeoutException as error:
                raise Unreachable("timed_out") from error
            except httpx.HTTPError as error:
                raise Unreachable("not_connected") from error
        return OutboundAnswer(answer.status_code, self._clock.monotonic_ms() - started_ms)
