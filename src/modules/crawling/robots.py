"""robots.txt as Google reads it (RFC 9309; developers.google.com/search/docs/crawling-indexing/robots)."""

from collections.abc import Iterator

AGENT = "CoccinelleBot"
MOST_BYTES = 500_000
MOST_DELAY_S = 10
DELAY_S = 1


class Robots:
    def __init__(self, text: str) -> None:
        from protego import Protego  # imported where it is used

        self._rules = Protego.parse(text)

    def allows(self, url: str) -> bool:
        return bool(self._rules.can_fetch(url, AGENT))

    @property
    def delay_s(self) -> int:
        """Between two pages; a site that wants more than ten seconds gets ten."""
        wanted = self._rules.crawl_delay(AGENT)
        return DELAY_S if wanted is None else min(MOST_DELAY_S, max(DELAY_S, round(wanted)))

    @property
    def sitemaps(self) -> Iterator[str]:
        yield from self._rules.sitemaps


def allowed_by_header(header: str) -> tuple[bool, bool]:
    """(may be indexed, may be followed) by X-Robots-Tag; what is said to other crawlers is not said to us."""
    told = set()
    for part in header.lower().split(","):
        name, colon, rule = part.strip().partition(":")
        if not colon or name in ("googlebot", AGENT.lower(), "robots"):
            told.add((rule if colon else name).strip())
    return not told & {"noindex", "none"}, not told & {"nofollow", "none"}
