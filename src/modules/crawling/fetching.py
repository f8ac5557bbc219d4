"""One page fetched: every hop guarded, robots.txt obeyed, nothing followed off the site."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from modules.crawling.addresses import canonical, is_same_site, origin_of
from modules.crawling.robots import AGENT, MOST_BYTES, Robots
from modules.outbound.guard import check
from modules.outbound.rules import AddressRefused
from ports.context import Ports
from ports.outbound import Fetched, Unreachable

TIMEOUT_S, TOTAL_S = 15.0, 30.0  # of one request; of all that it takes to get a page
MOST_PAGE_BYTES = 10_000_000
MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {
    "user-agent": f"Mozilla/5.0 (compatible; {AGENT}/1.0)",
    "accept": "text/html,application/xhtml+xml,application/pdf,text/plain;q=0.8,application/xml;q=0.5",
    "accept-language": "fr,en;q=0.8",
}


class Refused(Exception):
    """It is not read, and will not be: `reason` in a word."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class TryLater(Exception):
    def __init__(self, reason: str, status: int | None = None, after_s: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.after_s = after_s


@dataclass(frozen=True, slots=True)
class Answer:
    url: str  # after redirects
    fetched: Fetched


async def fetch(ports: Ports, url: str, start: str, robots: Robots, conditions: Mapping[str, str]) -> Answer:
    """A 2xx or 304 answer. Raises Refused or TryLater."""
    try:
        async with asyncio.timeout(TOTAL_S):
            return await _followed(ports, url, (start, robots), conditions)
    except TimeoutError as error:
        raise TryLater("timed_out") from error


async def _followed(ports: Ports, url: str, site: tuple[str, Robots], conditions: Mapping[str, str]) -> Answer:
    at, (start, robots) = url, site
    for _ in range(MOST_REDIRECTS + 1):
        if not is_same_site(at, start):
            raise Refused("other_host")
        if not robots.allows(at):
            raise Refused("robots")
        answer = await _get(ports, at, {**_HEADERS, **conditions}, MOST_PAGE_BYTES)
        if answer.status in _REDIRECTS and answer.status != 304:
            onward = canonical(answer.headers.get("location", ""), at, ports.exempt_origins)
            if not answer.headers.get("location") or onward is None:
                raise Refused("broken_redirect", answer.status)
            at, conditions = onward, {}
            continue
        return Answer(at, _usable(answer))
    raise Refused("too_many_redirects")


def _usable(answer: Fetched) -> Fetched:
    if answer.status in (408, 425, 429) or answer.status >= 500:
        wait = answer.headers.get("retry-after", "")
        raise TryLater(f"http_{answer.status}", answer.status, int(wait) if wait.isascii() and wait.isdigit() else 0)
    if answer.status not in (200, 203, 304):
        raise Refused("gone" if answer.status in (404, 410) else f"http_{answer.status}", answer.status)
    if answer.is_cut:
        raise Refused("too_large", answer.status)
    return answer


async def _get(ports: Ports, url: str, headers: Mapping[str, str], most_bytes: int) -> Fetched:
    own = urlsplit(ports.base_url).netloc
    if own and urlsplit(url).netloc == own and origin_of(url) not in ports.exempt_origins:
        raise Refused("own_host")
    try:
        await check(ports, url)
        return await ports.outbound.get(url, headers, TIMEOUT_S, most_bytes)
    except AddressRefused as error:
        raise Refused("address_refused") from error
    except Unreachable as error:
        raise TryLater(error.reason) from error


async def robots_of(ports: Ports, start: str) -> str:
    """The text of robots.txt: none at all allows everything, a server that fails allows nothing (RFC 9309, 2.3.1).

    Raises Refused or TryLater.
    """
    at = f"{origin_of(start)}/robots.txt"
    for _ in range(MOST_REDIRECTS + 1):
        answer = await _get(ports, at, _HEADERS, MOST_BYTES)
        onward = canonical(answer.headers.get("location", ""), at, ports.exempt_origins)
        if answer.status in _REDIRECTS and onward:
            at = onward
            continue
        if answer.status == 429 or answer.status >= 500:
            raise TryLater("robots_unreachable", answer.status)
        return answer.body.decode("utf-8-sig", "replace").replace("\0", "") if answer.status == 200 else ""
    return ""
