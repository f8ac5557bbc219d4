"""A text in pieces that each can be found, read and cited alone."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from modules.knowledge.structure import Block, read, squeezed
from modules.words.languages import language_of
from modules.words.text import Stems
from ports.dialogue import Language

ANALYSIS = 1  # rises when pieces or their words are made by other rules: everything is cut again then
MOST_CHARS = 700
MOST_PIECES = 4_000  # of one document
_OVERLAP_CHARS = 160
_MOST_HEADING_CHARS = 300
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'»)]*\s+(?=[\"'«(]*[A-ZÀ-ÝŒ0-9])")


@dataclass(frozen=True, slots=True)
class Piece:
    heading: str  # the path of headings above it, apart by " > "
    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """What is cut: a document's or an answer's id, its title, its text."""

    kind: Literal["document", "faq"]
    id: str
    title: str
    text: str
    language: Language | None = None  # None: as each piece reads
    fallback: Language = "fr"


class TooManyPieces(Exception):
    pass


def pieces(text: str) -> list[Piece]:
    """Raises TooManyPieces."""
    found: list[Piece] = []
    for piece in _pieces(read(text)):
        found.append(piece)
        if len(found) > MOST_PIECES:
            raise TooManyPieces
    return found


@dataclass(slots=True)
class _Page:
    """What has been read and not yet been handed out, under the headings that it stands under."""

    above: list[tuple[int, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    repeated: int = 0  # how many of the lines stood in the piece before already
    lead: str = ""  # "We offer:", which belongs to every part of the list after it

    @property
    def heading(self) -> str:
        return " > ".join(text for _, text in self.above)[-_MOST_HEADING_CHARS:]

    def enter(self, block: Block) -> None:
        self.above = [one for one in self.above if one[0] < block.level] + [(block.level, block.text)]
        self.lead = ""

    def has_room(self, text: str) -> bool:
        return sum(map(len, self.lines)) + len(text) <= MOST_CHARS

    def turn(self, overlap: bool = False) -> Iterator[Piece]:
        if len(self.lines) > self.repeated:
            yield Piece(self.heading, "\n".join(self.lines))
        self.lines = self._again() if overlap else []
        self.repeated = len(self.lines)

    def _again(self) -> list[str]:
        """The line that opens a list, or the last sentence of a paragraph."""
        if self.lead:
            return [self.lead] if len(self.lead) <= _OVERLAP_CHARS else []
        last = _SENTENCE.split(self.lines[-1])[-1] if self.lines else ""
        return [last] if last and len(last) <= _OVERLAP_CHARS and not last.startswith("- ") else []


def _pieces(blocks: Iterable[Block]) -> Iterator[Piece]:
    """Headings open a piece, rows are one each, what is written together stays together as long as it fits."""
    page = _Page()
    for block in blocks:
        if block.kind in ("heading", "row"):
            yield from page.turn()
        if block.kind == "heading":
            page.enter(block)
            continue
        if block.kind == "row":
            yield from (Piece(page.heading, part) for part in _row_parts(block))
            continue
        if block.kind == "paragraph":
            page.lead = ""
        for part in _parts(f"- {block.text}" if block.kind == "item" else block.text):
            if not page.has_room(part):
                yield from page.turn(overlap=True)
            page.lines.append(part)
        if block.text.endswith(":") and block.kind == "paragraph":
            page.lead = block.text
    yield from page.turn()


def _row_parts(block: Block) -> list[str]:
    """One, but for a row of very many words: then each part begins with what the row is about."""
    if len(block.text) <= MOST_CHARS:
        return [block.text] if block.text else []
    cells = block.text.split("; ")
    parts = [cells[0][:MOST_CHARS]]
    for cell in cells[1:]:
        for told in _parts(cell):
            if len(parts[-1]) + len(told) > MOST_CHARS:
                parts.append(cells[0][:_OVERLAP_CHARS])
            parts[-1] += f"; {told}"
    return parts


def _parts(text: str) -> list[str]:
    """A text that is too long for one piece, at the ends of its sentences, and only then of its words."""
    parts: list[str] = []
    for sentence in _SENTENCE.split(text):
        rest = sentence
        while len(rest) > MOST_CHARS:
            at = rest.rfind(" ", 0, MOST_CHARS)
            at = at if at > MOST_CHARS // 2 else MOST_CHARS
            parts.append(rest[:at])
            rest = rest[at:].lstrip()
        if parts and len(parts[-1]) + len(rest) < MOST_CHARS:
            parts[-1] = f"{parts[-1]} {rest}"
        elif rest:
            parts.append(rest)
    return parts


def cut(text: str) -> list[str]:
    """A text without structure, in parts that each are short enough."""
    return _parts(squeezed(text)) if len(text) > MOST_CHARS else [text.strip()]


def rows(source: Source, found: Sequence[Piece]) -> list[dict[str, Any]]:
    """The pieces as the statement that writes them takes them.

    The id follows from the source, the words and how often they came before.
    """
    stems: dict[Language, Stems] = {"fr": Stems("fr"), "en": Stems("en")}
    whole = source.language or language_of(source.text) or language_of(source.title) or source.fallback
    seen: Counter[str] = Counter()
    made = []
    for position, piece in enumerate(found):
        digest = _digest(f"{source.title}\n{piece.heading}\n{piece.text}")
        language = source.language or language_of(piece.text) or whole
        key = f"{source.id} {ANALYSIS} {language} {digest} {seen[digest]}"
        seen[digest] += 1
        head = stems[language].of(f"{source.title} {piece.heading}")
        body = stems[language].of(piece.text)
        made.append(
            {
                f"{source.kind}_id": source.id,
                "id": f"chk_{_digest(key)[:24]}",
                "position": position,
                "heading": piece.heading,
                "text": piece.text,
                "language": language,
                "content_hash": digest,
                "head_terms": " ".join(dict.fromkeys(head)),
                "body_terms": " ".join(body),
                "words": len(set(head)) + len(body),
            }
        )
    return made


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
