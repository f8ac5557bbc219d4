"""Sitemaps (sitemaps.org 0.9): lists of pages, lists of lists, packed or not."""

import zlib
from dataclasses import dataclass

MOST_BYTES = 10_000_000
MOST_LISTED = 5_000


class BrokenSitemap(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Sitemap:
    pages: tuple[str, ...]
    sitemaps: tuple[str, ...]


def read_sitemap(content: bytes) -> Sitemap:
    """Raises BrokenSitemap."""
    unpacked = _unpacked(content)
    if b"<!DOCTYPE" in unpacked[:2_000] or b"<!ENTITY" in unpacked:  # could be made to unfold without end
        raise BrokenSitemap
    if not unpacked.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        lines = unpacked.decode("utf-8", "replace").split()
        return Sitemap(tuple(one for one in lines if one.startswith(("http://", "https://")))[:MOST_LISTED], ())
    from xml.etree import ElementTree

    try:
        root = ElementTree.fromstring(unpacked)  # noqa: S314
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise BrokenSitemap from error
    found = tuple(
        (entry.text or "").strip()
        for one in root
        for entry in one
        if _name(one.tag) in ("url", "sitemap") and _name(entry.tag) == "loc" and (entry.text or "").strip()
    )[:MOST_LISTED]
    return Sitemap((), found) if _name(root.tag) == "sitemapindex" else Sitemap(found, ())


def _name(tag: str) -> str:
    return tag.rpartition("}")[2].lower()


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        made = unpacker.decompress(content, MOST_BYTES)
    except zlib.error as error:
        raise BrokenSitemap from error
    if unpacker.unconsumed_tail:
        raise BrokenSitemap
    return made
