"""Any file that is taken: told by what it holds, never by its name alone."""

import codecs
from dataclasses import dataclass
from typing import Literal

from modules.knowledge.errors import Unreadable
from modules.knowledge.extraction import csv, docx, html, pdf
from modules.knowledge.structure import Block, read, squeezed, written
from ports.dialogue import Language

Format = Literal["text", "markdown", "html", "pdf", "docx", "csv"]

MOST_BYTES = 10_000_000
MOST_CHARS = 1_000_000  # of text, in the end
BY_NAME: dict[str, Format] = {
    "txt": "text", "text": "text", "md": "markdown", "markdown": "markdown", "html": "html", "htm": "html",
    "xhtml": "html", "pdf": "pdf", "docx": "docx", "csv": "csv", "tsv": "csv",
}  # fmt: skip
_TAKEN = "Taken are .txt, .md, .html, .pdf, .docx and .csv."


@dataclass(frozen=True, slots=True)
class Extracted:
    format: Format
    title: str  # '' where the file tells none
    content: str  # in the written form of modules/knowledge/structure
    language: Language | None = None


def extract(filename: str, content: bytes) -> Extracted:
    """Raises Unreadable."""
    if not content.strip():
        raise Unreadable("empty", "The file is empty.")
    if len(content) > MOST_BYTES:
        raise Unreadable("too_long", "The file is larger than 10 MB; split it.")
    format_ = _format(filename, content)
    title, language = "", None
    if format_ == "pdf":
        title, blocks = pdf.blocks_of(content)
    elif format_ == "docx":
        title, blocks = docx.blocks_of(content)
    elif format_ == "html":
        page = html.read_page(decoded(content))
        title, blocks, language = page.title, page.blocks, page.language
    elif format_ == "csv":
        blocks = csv.blocks_of(decoded(content))
    elif format_ == "markdown":
        blocks = html.blocks_of(_rendered(decoded(content)))
    else:
        blocks = tuple(read(decoded(content)))
    return _checked(Extracted(format_, title or _first_heading(blocks), written(blocks), language))


def _checked(found: Extracted) -> Extracted:
    if not found.content.strip():
        raise Unreadable("empty", "There is no text in it.")
    if len(found.content) > MOST_CHARS:
        raise Unreadable("too_long", f"It holds more than {MOST_CHARS} characters of text; split it.")
    return found


def _first_heading(blocks: tuple[Block, ...]) -> str:
    return squeezed(next((block.text for block in blocks if block.kind == "heading"), ""))[:200]


def _format(filename: str, content: bytes) -> Format:
    named = BY_NAME.get(filename.rpartition(".")[2].lower()) if "." in filename else None
    head = content[:1_024]
    if b"%PDF-" in head:
        return _same(named, "pdf")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _same(named, "docx")
    if named in ("pdf", "docx"):
        raise Unreadable("wrong_type", f"Its name says .{named}, and it is none.")
    if named is None:
        raise Unreadable("wrong_type", _TAKEN)
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("wrong_type", f"It is not text. {_TAKEN}")
    return named


def _same(named: Format | None, found: Format) -> Format:
    if named not in (None, found):
        raise Unreadable(
            "wrong_type", f"Its name says {named}, and it is a {found.upper()} file; give it its right name."
        )
    return found


def decoded(content: bytes, charset: str | None = None) -> str:
    """Text of a stated charset; without one of its mark, as UTF-8, and else as Windows-1252, which holds Latin-1."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return _clean(content[len(mark) :].decode(name, "replace"))
    for stated in (charset, "utf-8"):
        try:
            known = codecs.lookup(stated).name if stated else ""
            # What is called Latin-1 is Windows-1252 (WHATWG Encoding Standard).
            is_western = stated == charset and known in ("iso8859-1", "ascii")
            if known:
                return _clean(content.decode("cp1252" if is_western else known))
        except (LookupError, UnicodeDecodeError):
            continue
    return _clean(content.decode("cp1252", "replace"))


def _clean(text: str) -> str:
    """Without control characters, which no text has a use for."""
    return "".join(c for c in text if c >= " " or c in "\n\t\r") if any(c < " " for c in text) else text


def _rendered(markdown: str) -> str:
    from markdown_it import MarkdownIt  # imported where it is used

    # HTML inside of it stays text of the page: tags are read and dropped by whoever reads the result.
    return str(MarkdownIt("commonmark").enable("table").render(markdown))
