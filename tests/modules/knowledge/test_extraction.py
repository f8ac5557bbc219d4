"""What a page says, without what stands around it; and where it leads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.knowledge.extraction.files import decoded
from modules.knowledge.extraction.html import blocks_of, read_page
from modules.knowledge.structure import written

MAIN = (
    "<p>The workshop repairs cars of every make, with or without an appointment, on every day of the working week.</p>"
)


def text(body: str, head: str = "") -> str:
    return written(read_page(f"<html><head>{head}</head><body>{body}</body></html>").blocks)


@pytest.mark.parametrize(
    "around",
    [
        "<nav><a href=/>Around</a></nav>",
        "<footer>Around</footer>",
        "<aside>Around</aside>",
        "<header><a href=/>Around</a></header>",
        "<div role=navigation>Around</div>",
        "<div role=banner>Around</div>",
        "<div class='cookie-consent'>Around</div>",
        "<div id=newsletter>Around</div>",
        "<div class='social share'>Around</div>",
        "<div class=breadcrumb>Around</div>",
        "<div style='display: none'>Around</div>",
        "<div hidden>Around</div>",
        "<div aria-hidden=true>Around</div>",
        "<script>Around</script><style>Around</style><noscript>Around</noscript><template>Around</template>",
        "<button>Around</button><select><option>Around</select><textarea>Around</textarea>",
        "<ul class=menu><li><a href=/a>Around</a><li><a href=/b>Around</a><li><a href=/c>Around</a></ul>",
        "<ul><li><a href=/a>Around</a><li><a href=/b>Around</a><li><a href=/c>Around</a></ul>",
        "<!-- Around -->",
    ],
)
def test_what_stands_around_is_left_out(around: str) -> None:
    assert "Around" not in text(f"{around}{MAIN}{around}")


@pytest.mark.parametrize(
    "kept",
    [
        "<div class=menu><h2>Menu</h2><p>Kept: soup of the day, £6</p></div>",
        "<header><h1>Kept</h1></header>",
        "<p>See <a href=/a>Kept</a>.</p>",
        "<form><p>Kept: write to us</p></form>",
        "<details><summary>Kept</summary>More</details>",
        "<blockquote>Kept</blockquote>",
        "<div>Kept</div>",
        "Kept",
    ],
)
def test_what_the_page_says_is_kept(kept: str) -> None:
    assert "Kept" in text(f"{MAIN}{kept}")


def test_structure_is_kept() -> None:
    page = (
        "<h1>A</h1><p>one<br>two</p><ol><li>x</li><li>y <b>z</b></li></ol>"
        "<table><caption>Prices</caption><thead><tr><th>What<th>Price</thead><tr><td>Oil<td>£79<tr><td colspan=2>All in</table>"
        "<dl><dt>Mon<dd>9 to 5<dt>Sat<dd>10 to 2</dl><h2>B</h2><pre>c  d</pre>"
    )
    assert text(page) == (
        "# A\n\none two\n\n- x\n- y z\n\nPrices\n\n| What | Price |\n| --- | --- |\n| Oil | £79 |\n| All in | All in |\n\n"
        "- Mon: 9 to 5\n- Sat: 10 to 2\n\n## B\n\nc d"
    )


def test_a_first_line_of_words_over_figures_names_the_columns() -> None:
    rows = blocks_of("<table><tr><td>What<td>Price<tr><td>Oil<td>79<tr><td>MOT<td>45</table>")
    assert [one.text for one in rows] == ["What: Oil; Price: 79", "What: MOT; Price: 45"]
    assert [one.text for one in blocks_of("<table><tr><td>a<td>b<tr><td>c<td>d</table>")] == ["a; b", "c; d"]


def test_a_table_that_only_puts_things_side_by_side_is_none() -> None:
    assert text(f"<table><tr><td><h2>A</h2>{MAIN}<td><p>side</p></table>").startswith("## A")


def test_where_a_page_leads_and_what_it_says_of_itself() -> None:
    page = read_page(
        "<html lang=fr-CA><head><title>T - Site</title><base href='/b/'><link rel=canonical href='/c'>"
        "<meta name=robots content='noindex'></head><body><nav><a href=one>1</a></nav><a href=two rel=nofollow>2</a>"
        "<a href=three>3</a><a>4</a></body></html>"
    )
    assert (page.title, page.language, page.base, page.canonical) == ("T - Site", "fr", "/b/", "/c")
    assert (page.links, page.may_index, page.may_follow) == (("one", "three"), False, True)


def test_nested_without_end() -> None:
    assert "deep" not in text("<div>" * 5_000 + "deep" + "</div>" * 5_000)
    assert text(MAIN + "<b>" * 3_000)


@pytest.mark.parametrize(
    ("content", "charset", "expected"),
    [
        ("été".encode("latin-1"), "iso-8859-1", "été"),
        ("été – €".encode("cp1252"), "iso-8859-1", "été – €"),
        ("été".encode("cp1252"), None, "été"),
        ("été".encode(), None, "été"),
        ("été".encode(), "no-such-charset", "été"),
        ("été".encode("utf-16"), None, "été"),
        (b"\xef\xbb\xbfabc", None, "abc"),
        (b"a\x00b\x07c", None, "abc"),
    ],
)
def test_charsets(content: bytes, charset: str | None, expected: str) -> None:
    assert decoded(content, charset) == expected


@given(
    st.text(max_size=400),
    st.sampled_from(("", "<table>", "<ul><li>", "<dl><dt>", "<main>", "<h1>", "</p></div>", "<td>")),
)
def test_no_page_is_too_strange(said: str, opened: str) -> None:
    page = read_page(f"{opened}{said}")
    assert isinstance(written(page.blocks), str)
