"""What a fetched page comes to: a document, or a reason for none, and the pages that it leads to."""

import hashlib
import json
from dataclasses import dataclass

from modules.crawling.addresses import canonical, is_page, is_same_site, shape
from modules.crawling.robots import allowed_by_header
from modules.crawling.sitemaps import BrokenSitemap, read_sitemap
from modules.knowledge.errors import Unreadable
from modules.knowledge.extraction.files import decoded, extract
from modules.knowledge.extraction.html import read_page
from modules.knowledge.structure import written
from ports.dialogue import Language
from ports.outbound import Fetched

_HTML = ("text/html", "application/xhtml+xml", "")
_FILES = {"application/pdf": "page.pdf", "text/plain": "page.txt", "text/markdown": "page.md", "text/csv": "page.csv"}
_LEAST_CHARS = 40  # less is no page that anything could be answered from
MOST_LINKS = 500


@dataclass(frozen=True, slots=True)
class Found:
    """An address to be read: `kind` is page or sitemap."""

    url: str
    kind: str
    depth: int


@dataclass(frozen=True, slots=True)
class Read:
    state: str  # read, duplicate, skipped
    reason: str | None = None
    title: str = ""
    content: str = ""
    format: str = "html"
    language: Language | None = None
    found: tuple[Found, ...] = ()

    @property
    def content_hash(self) -> str | None:
        return hashlib.sha256(self.content.encode()).hexdigest() if self.content else None


def read(url: str, start: str, depth: int, fetched: Fetched, exempt_origins: frozenset[str]) -> Read:
    """Never raises for what stands in a page."""
    media_type, _, parameters = fetched.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    may_index, may_follow = allowed_by_header(fetched.headers.get("x-robots-tag", ""))
    if media_type in _FILES:
        return _file(_FILES[media_type], fetched.body) if may_index else Read("skipped", "noindex")
    if media_type not in _HTML:
        return Read("skipped", "not_text")
    page = read_page(decoded(fetched.body, _charset(parameters, fetched.body)))
    base = (canonical(page.base, url, exempt_origins) if page.base else None) or url
    links = page.links if may_follow and page.may_follow else ()
    found = _found([canonical(link, base, exempt_origins) for link in links[: MOST_LINKS * 4]], start, depth + 1)
    own = canonical(page.canonical, base, exempt_origins) if page.canonical else None
    if own is not None and own != url and is_same_site(own, start):
        return Read("duplicate", "canonical", found=(Found(own, "page", depth), *found))
    if not may_index or not page.may_index:
        return Read("skipped", "noindex", found=found)
    content = written(page.blocks)
    if len(content) < _LEAST_CHARS:
        return Read("skipped", "no_text", found=found)
    return Read("read", None, page.title or url, content, "html", page.language, found)


def read_map(start: str, fetched: Fetched, exempt_origins: frozenset[str]) -> Read:
    """Of a sitemap: the pages that it lists are one link away from the first page."""
    try:
        listed = read_sitemap(fetched.body)
    except BrokenSitemap:
        return Read("skipped", "broken_sitemap")
    maps = [canonical(one, start, exempt_origins) for one in listed.sitemaps[:50]]
    pages = _found([canonical(one, start, exempt_origins) for one in listed.pages], start, 1, most=len(listed.pages))
    return Read("read", found=(*(Found(one, "sitemap", 0) for one in maps if one and is_same_site(one, start)), *pages))


def _found(urls: list[str | None], start: str, depth: int, most: int = MOST_LINKS) -> tuple[Found, ...]:
    once = dict.fromkeys(url for url in urls if url and is_same_site(url, start) and is_page(url))
    return tuple(Found(url, "page", depth) for url in list(once)[:most])


def listed(found: tuple[Found, ...], most_of_a_shape: int) -> str:
    """As JSON for the statement that puts them into the frontier; of an endless row only the first."""
    seen: dict[str, int] = {}
    made = []
    for one in found:
        form = shape(one.url) if one.kind == "page" else None
        if form is not None:
            seen[form] = seen.get(form, 0) + 1
            if seen[form] > most_of_a_shape:
                continue
        made.append({"url": one.url, "kind": one.kind, "depth": one.depth, "shape": form})
    return json.dumps(made)


def _file(name: str, content: bytes) -> Read:
    try:
        found = extract(name, content)
    except Unreadable as error:
        return Read("skipped", error.reason)
    return Read("read", None, found.title, found.content, found.format, found.language)


def _charset(parameters: str, body: bytes) -> str | None:
    """Of the header, else as the page says in its first bytes (HTML, "prescan a byte stream")."""
    for part in parameters.split(";"):
        name, _, value = part.strip().partition("=")
        if name.lower() == "charset" and value:
            return value.strip("\"' ")
    head = body[:2_048].decode("ascii", "replace").lower()
    _, mark, rest = head.partition("charset=")
    name = (
        rest.lstrip("\"' ").split('"')[0].split("'")[0].split(">")[0].split("/")[0].split(";")[0].strip()
        if mark
        else ""
    )
    return name or None
