"""Addresses in one spelling, robots.txt, sitemaps: the rules of reading a site."""

import gzip

import pytest

from modules.crawling.addresses import canonical, is_page, is_same_site, shape
from modules.crawling.pages import Found, listed
from modules.crawling.robots import Robots, allowed_by_header
from modules.crawling.sitemaps import BrokenSitemap, read_sitemap

BASE = "https://sample.example/shop/page"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("other", "https://sample.example/shop/other"),
        ("../a/./b", "https://sample.example/a/b"),
        ("/a?utm_source=x&b=1&fbclid=y#top", "https://sample.example/a?b=1"),
        ("http://SAMPLE.example:80/", "https://sample.example/"),
        ("//sample.example//a//b", "https://sample.example/a/b"),
        ("/a;jsessionid=123?PHPSESSID=9", "https://sample.example/a"),
        ("/é%c3%a9?q=à b", "https://sample.example/%C3%A9%C3%A9?q=%C3%A0+b"),
        ("https://exämple.example/", "https://xn--exmple-cua.example/"),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a"),
        ("mailto:a@sample.example", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://user:pass@sample.example/", None),
        ("http://[::1", None),
    ],
)
def test_one_spelling(url: str, expected: str | None) -> None:
    assert canonical(url, BASE, frozenset(("http://127.0.0.1:8000",))) == expected


def test_only_ones_own_loopback_is_left_as_it_is() -> None:
    assert canonical("http://127.0.0.1:9000/", BASE, frozenset(("http://127.0.0.1:8000",))) == "https://127.0.0.1:9000/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://sample.example/a/b", True),
        ("https://sample.example/brochure.pdf", True),
        ("https://sample.example/photo.JPG", False),
        ("https://sample.example/feed.xml", False),
        ("https://sample.example/a/b/a/b/a/b", False),
        ("https://sample.example/" + "x/" * 13, False),
        ("https://sample.example/?" + "&".join(f"p{n}=1" for n in range(7)), False),
        ("https://sample.example/" + "x" * 500, False),
    ],
)
def test_what_may_be_a_page(url: str, expected: bool) -> None:
    assert is_page(url) is expected


def test_endless_rows_have_a_shape_and_pages_have_none() -> None:
    assert shape("https://x.example/page/2") == shape("https://x.example/page/99") == "/page/#?"
    assert shape("https://x.example/agenda/2026/11") == shape("https://x.example/agenda/2031/2")
    assert shape("https://x.example/shop?page=2&sort=a") == shape("https://x.example/shop?sort=b&page=7")
    assert shape("https://x.example/products/12") is None


def test_of_an_endless_row_so_many_are_listed() -> None:
    found = tuple(Found(f"https://x.example/page/{n}", "page", 1) for n in range(100))
    assert listed(found, 30).count('"url"') == 30


@pytest.mark.parametrize(
    ("other", "expected"),
    [("https://www.x.example/", True), ("https://y.x.example/", False), ("https://x.example:8443/", False)],
)
def test_one_host(other: str, expected: bool) -> None:
    assert is_same_site(other, "https://x.example/") is expected


def test_robots_as_google_reads_them() -> None:
    robots = Robots(
        "User-agent: *\nDisallow: /private\nAllow: /private/open\nDisallow: /*.pdf$\nDisallow: /*?sort=\nCrawl-delay: 30\n"
        "Sitemap: https://x.example/a.xml\nUser-agent: CoccinelleBot\nDisallow: /only-us\nCrawl-delay: 3\n"
    )
    assert robots.allows("https://x.example/private")  # the group that names us is the only one
    assert not robots.allows("https://x.example/only-us/a")
    assert (robots.delay_s, list(robots.sitemaps)) == (3, ["https://x.example/a.xml"])
    everybody = Robots(
        "User-agent: *\nDisallow: /private\nAllow: /private/open\nDisallow: /*.pdf$\nDisallow: /*?sort=\nCrawl-delay: 30"
    )
    allowed = ("/", "/private/open/a", "/a.pdf?x=1", "/privat")
    refused = ("/private", "/private/a", "/a.pdf", "/a?sort=b")
    assert all(everybody.allows(f"https://x.example{path}") for path in allowed)
    assert not any(everybody.allows(f"https://x.example{path}") for path in refused)
    assert everybody.delay_s == 10
    assert Robots("").allows("https://x.example/")
    assert Robots("<html>not found</html>").allows("https://x.example/")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", (True, True)),
        ("noindex, nofollow", (False, False)),
        ("otherbot: noindex", (True, True)),
        ("none", (False, False)),
    ],
)
def test_robots_in_a_header(header: str, expected: tuple[bool, bool]) -> None:
    assert allowed_by_header(header) == expected


def test_sitemaps_in_each_form() -> None:
    entry = "<url><loc> https://x.example/a </loc><lastmod>2026</lastmod></url>"
    urlset = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entry}</urlset>"
    assert read_sitemap(urlset.encode()).pages == ("https://x.example/a",)
    assert read_sitemap(gzip.compress(urlset.encode())).pages == ("https://x.example/a",)
    index = "<sitemapindex><sitemap><loc>https://x.example/b.xml</loc></sitemap></sitemapindex>"
    assert read_sitemap(index.encode()).sitemaps == ("https://x.example/b.xml",)
    assert read_sitemap(b"https://x.example/c\nhttps://x.example/d\n").pages == (
        "https://x.example/c",
        "https://x.example/d",
    )


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><urlset/>",
        b"<urlset><url>",
        gzip.compress(b"<urlset>" + b" " * 11_000_000 + b"</urlset>"),
        b"\x1f\x8bnot packed at all",
    ],
)
def test_broken_sitemaps(content: bytes) -> None:
    with pytest.raises(BrokenSitemap):
        read_sitemap(content)
