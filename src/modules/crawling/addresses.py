"""Addresses of pages: one spelling each, and those that could go on without end."""

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

MOST_CHARS = 500
MOST_OF_A_SHAPE = 30
_MOST_SEGMENTS = 12
_MOST_PARAMETERS = 6
# Who has come from where, and who is looking: the page is the same.
_TRACKING = re.compile(
    r"utm_\w+|gclid|fbclid|msclkid|dclid|yclid|mc_[ce]id|_ga|_gl|igshid|phpsessid|jsessionid|aspsessionid\w*|sid|session|"
    r"session_?id|sess|cfid|cftoken|zenid|oscsid|ref|referrer|replytocom|share|print",
    re.I,
)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/?]*", re.I)
_NO_TEXT = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|tiff?|mp[34]|m4[av]|avi|mov|webm|ogg|wav|zip|rar|7z|gz|tar|exe|dmg|apk|css|js|json"
    r"|xml|rss|atom|woff2?|ttf|eot|ics|vcf|xlsx?|pptx?|doc|odt|epub)$",
    re.I,
)
# Pages, months and days of a calendar come after one another without end.
_ENDLESS = re.compile(
    r"(?:^|/)(?:page|p|seite|calendar|calendrier|agenda|events?|evenements?|archives?|tag|author)/"
    r"|/\d{4}/\d{1,2}(?:/|$)|\d{4}-\d{2}",
    re.I,
)
_SAFE = "/%:@!$&'()*+,;=~-._"


def canonical(url: str, base: str, exempt_origins: frozenset[str]) -> str | None:
    """The one spelling of an address that a page at `base` names; None for what is no page on the web."""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return None
    given = f"{parts.scheme}://{host}" + (f":{port}" if port else "")
    origin = given
    if given not in exempt_origins:  # in the open only HTTPS is asked for
        origin = f"https://{host}" + (f":{port}" if port and port not in (80, 443) else "")
    path = quote(_SESSION_IN_PATH.sub("", parts.path) or "/", safe=_SAFE)
    path = re.sub(r"%[0-9a-f]{2}", lambda found: found[0].upper(), re.sub(r"/{2,}", "/", path), flags=re.I)
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if not _TRACKING.fullmatch(name)]
    return urlunsplit((*origin.split("://"), path, urlencode(kept), ""))


def is_same_site(url: str, start: str) -> bool:
    """The same host and port, with or without www."""
    one, other = urlsplit(url), urlsplit(start)
    return one.netloc.removeprefix("www.") == other.netloc.removeprefix("www.")


def is_page(url: str) -> bool:
    """Whether text can be expected there, and an end of it."""
    parts = urlsplit(url)
    if len(url) > MOST_CHARS or _NO_TEXT.search(parts.path):
        return False
    segments = [one for one in parts.path.split("/") if one]
    repeats = max((segments.count(one) for one in set(segments)), default=0)
    return len(segments) <= _MOST_SEGMENTS and repeats < 3 and len(parse_qsl(parts.query, True)) <= _MOST_PARAMETERS


def shape(url: str) -> str | None:
    """What all addresses of one endless row have in common; None for one that is in no such row."""
    parts = urlsplit(url)
    if not parts.query and not _ENDLESS.search(parts.path):
        return None
    names = "&".join(sorted({name for name, _ in parse_qsl(parts.query, True)}))
    return f"{re.sub(r'[0-9]+', '#', parts.path)}?{names}"


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
