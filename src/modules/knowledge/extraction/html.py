"""A web page: what it says, without what stands around on every page, and where it leads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from modules.knowledge.structure import Block, row, squeezed
from ports.dialogue import Language

_DEEPEST = 150  # elements inside one another; what is deeper is no text
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_UNSEEN_TAGS = """
script style noscript template svg math iframe object embed canvas video audio map select datalist textarea button dialog
head link meta base frame frameset
"""
_LINE_TAGS = """
address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form header hgroup hr
html legend main nav ol p pre section summary ul li table thead tbody tfoot tr td th caption
"""
_AROUND_ROLES = "navigation banner contentinfo search dialog alertdialog complementary menu menubar toolbar"
_UNSEEN, _ENDS_LINE = frozenset(_UNSEEN_TAGS.split()), frozenset(_LINE_TAGS.split())
_AROUND, _ROLES = frozenset(("nav", "aside", "footer")), frozenset(_AROUND_ROLES.split())
# Of a class or an id, whole words: always around the text, and only where it is mostly links.
_NAMED_AROUND = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|rgpd|breadcrumbs?|pagination|pager|newsletter|socials?|share|sharing|modal"
    r"|popup|skip|sr-only|visually-hidden|screen-reader-text|related|advert|ads|adsbygoogle|comments?)(?:$|[\s_-])"
)
_NAMED_LINKS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|sidebar|footer|header|toc|tags?|widget)(?:$|[\s_-])"
)
_DIGIT = re.compile(r"\d")
_MOSTLY = 0.5
_LEAST_MAIN_CHARS = 120
_LEAST_MAIN_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    blocks: tuple[Block, ...]
    language: Language | None
    links: tuple[str, ...]  # as they are written
    canonical: str | None
    base: str | None
    may_index: bool
    may_follow: bool


def read_page(html: str) -> Page:
    from justhtml import JustHTML  # 0.3 s in a Worker: imported where it is used

    root = JustHTML(html, sanitize=False).root
    whole = next(_found(root, "body"), root)
    main = _main(whole)
    blocks = tuple(_Reader(is_main=main is not whole).read(main))
    named = {
        _attribute(one, "name") or _attribute(one, "property"): _attribute(one, "content")
        for one in _found(root, "meta")
    }
    robots = named.get("robots", "").lower()
    rel = {_attribute(one, "rel").lower(): _attribute(one, "href") for one in _found(root, "link")}
    links = [one for one in _found(root, "a") if "nofollow" not in _attribute(one, "rel").lower().split()]
    return Page(
        title=_title(root, blocks, named),
        blocks=blocks,
        language=_language(_attribute(next(_found(root, "html"), root), "lang")),
        links=tuple(href for one in links if (href := _attribute(one, "href").strip())),
        canonical=rel.get("canonical") or None,
        base=next((_attribute(one, "href") for one in _found(root, "base")), "") or None,
        may_index="noindex" not in robots and "none" not in robots,
        may_follow="nofollow" not in robots and "none" not in robots,
    )


def blocks_of(html: str) -> tuple[Block, ...]:
    """Of what a converter has made: all of it is text."""
    from justhtml import JustHTML

    return tuple(_Reader(is_main=True, is_bare=True).read(JustHTML(html, sanitize=False).root))


def _title(root: Any, blocks: tuple[Block, ...], named: dict[str, str]) -> str:
    """What the page calls itself: sites put their own name behind it in <title>."""
    first = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), "")
    tag = next((_text(one) for one in _found(root, "title") if one.parent and one.parent.name == "head"), "")
    return squeezed(first or named.get("og:title", "") or tag)[:200]


def _language(tag: str) -> Language | None:
    primary = tag.strip().lower().partition("-")[0]
    return "fr" if primary == "fr" else "en" if primary == "en" else None


def _main(body: Any) -> Any:
    """The element that says it is the text, if it holds enough of it to be believed."""
    whole = len(_text(body))
    marked = list(_found(body, "main"))
    marked = marked or [one for one in _elements(body) if _attribute(one, "role") == "main"]
    articles = list(_found(body, "article"))
    for one in (*marked[:1], *(articles if len(articles) == 1 else ())):
        said = len(_text(one))
        if said >= _LEAST_MAIN_CHARS and said >= whole * _LEAST_MAIN_SHARE:
            return one
    return body


def _elements(node: Any) -> Iterator[Any]:
    """In the order of the document, without recursion: pages can be nested without end."""
    waiting = list(reversed(node.children or ()))
    while waiting:
        one = waiting.pop()
        if one.name and not one.name.startswith("#"):
            yield one
        waiting.extend(reversed(one.children or ()))


def _found(node: Any, name: str) -> Iterator[Any]:
    return (one for one in _elements(node) if one.name == name)


def _attribute(node: Any, name: str) -> str:
    return str((node.attrs or {}).get(name) or "")


def _text(node: Any) -> str:
    """All of it, but what is never seen."""
    parts: list[str] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.name == "#text":
            parts.append(str(one.data or ""))
        elif one.name not in _UNSEEN or one is node:
            parts.append(" " if one.name in _ENDS_LINE or one.name == "br" else "")
            waiting.extend(reversed(one.children or ()))
    return squeezed("".join(parts))


def _is_around(node: Any, is_main: bool, is_bare: bool) -> bool:
    if node.name in _UNSEEN:
        return True
    if is_bare:
        return False
    if node.name in _AROUND or _attribute(node, "role").lower() in _ROLES:
        return True
    if "hidden" in (node.attrs or {}) or _attribute(node, "aria-hidden") == "true":
        return True
    if re.search(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", _attribute(node, "style").lower()):
        return True
    if node.name == "header" and not is_main:
        return not any(node.query_one(level) for level in ("h1", "h2"))
    named = f"{_attribute(node, 'class')} {_attribute(node, 'id')}".lower()
    if node.name in ("body", "main", "article", "html") or not named.strip():
        return node.name in ("ul", "ol", "div", "section", "table") and _is_links(node, 0.95, 3)
    if _NAMED_AROUND.search(named):
        return True
    return _is_links(node, _MOSTLY, 3) if _NAMED_LINKS.search(named) else False


def _is_links(node: Any, share: float, least: int) -> bool:
    links = list(_found(node, "a"))
    if len(links) < least:
        return False
    said = _letters(node)
    return not said or sum(map(_letters, links)) / said > share


def _letters(node: Any) -> int:
    return len(_text(node).replace(" ", ""))


@dataclass(slots=True)
class _Reader:
    is_main: bool
    is_bare: bool = False
    line: list[str] = field(default_factory=list)

    def read(self, node: Any) -> Iterator[Block]:
        yield from self._inside(node, 0)
        yield from self._end("paragraph")

    def _end(self, kind: Any, level: int = 0) -> Iterator[Block]:
        text = squeezed("".join(self.line))
        self.line = []
        if text:
            yield Block(kind, text, level)

    def _inside(self, node: Any, depth: int) -> Iterator[Block]:
        if depth > _DEEPEST:
            return
        for child in node.children or ():
            if child.name == "#text":
                self.line.append(str(child.data or ""))
            elif child.name and not child.name.startswith("#") and not _is_around(child, self.is_main, self.is_bare):
                yield from self._element(child, depth + 1)

    def _element(self, node: Any, depth: int) -> Iterator[Block]:
        name = node.name
        if name == "br":
            self.line.append(" ")
        elif name == "img":
            return
        elif name in _HEADINGS:
            yield from self._end("paragraph")
            self.line.append(_text(node))
            yield from self._end("heading", _HEADINGS[name])
        elif name == "table" and _is_data(node):
            yield from self._end("paragraph")
            yield from _rows(node)
        elif name == "dl":
            yield from self._end("paragraph")
            yield from self._terms(node, depth)
        elif name in _ENDS_LINE:
            yield from self._end("paragraph")
            yield from self._inside(node, depth)
            yield from self._end("item" if name == "li" else "paragraph")
        else:
            yield from self._inside(node, depth)

    def _terms(self, node: Any, depth: int) -> Iterator[Block]:
        """A term and what is said of it are one: "Monday: 9 to 5"."""
        term = ""
        for one in _elements(node):
            if one.name == "dt":
                term = f"{term}, {_text(one)}" if term and not term.endswith(":") else _text(one)
            elif one.name == "dd" and (said := _text(one)):
                yield Block("item", f"{term.rstrip(':').rstrip()}: {said}" if term else said)
                term = f"{term.rstrip(':')}:" if term else ""


def _is_data(table: Any) -> bool:
    """Not one that only puts things side by side: those hold tables, headings or one single cell."""
    inside = {one.name for one in _elements(table)}
    cells = sum(1 for one in _elements(table) if one.name in ("td", "th"))
    return cells > 1 and not inside & {"table", "article", "section", *_HEADINGS}


def _rows(table: Any) -> Iterator[Block]:
    caption = next((_text(one) for one in _found(table, "caption")), "")
    if caption:
        yield Block("paragraph", caption)
    lines = [[one for one in line.children or () if one.name in ("td", "th")] for line in _found(table, "tr")]
    told = [tuple(_text(one) for one in cells for _ in range(_span(one))) for cells in lines]
    labels: tuple[str, ...] = ()
    for number, (cells, texts) in enumerate(zip(lines, told, strict=True)):
        is_head = len(cells) > 1 and all(one.name == "th" for one in cells)
        if is_head or (number == 0 and _names_columns(texts, told[1:])):
            labels = texts
        elif any(texts):
            yield row(labels, texts)


def _names_columns(first: tuple[str, ...], others: list[tuple[str, ...]]) -> bool:
    """A first line that is no head by its tags, but has words where the others have figures."""
    if len(first) < 2 or not all(first[1:]) or _DIGIT.search(" ".join(first)):
        return False
    return any(len(one) == len(first) and _DIGIT.search(" ".join(one[1:])) for one in others)


def _span(cell: Any) -> int:
    given = _attribute(cell, "colspan")
    return min(int(given), 20) if given.isdigit() and int(given) > 0 else 1
