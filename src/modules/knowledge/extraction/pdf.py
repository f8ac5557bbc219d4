"""A PDF's text, its larger lines as headings."""

import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from modules.knowledge.errors import Unreadable
from modules.knowledge.structure import Block, squeezed

MOST_PAGES = 400
_LARGER = 1.15
_MOST_HEADING_CHARS = 120
_ENDS = (".", "!", "?", ":", ";", "…")
_BULLET = re.compile(r"^[•●▪◦‣·–-]\s+")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float


def blocks_of(content: bytes) -> tuple[str, tuple[Block, ...]]:
    """(title, blocks). Raises Unreadable."""
    import logging

    from pypdf import PdfReader  # half a second and 10 MB in a Worker: imported where it is used
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says of a broken file is said by us
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted", "It is protected by a password; upload a copy without one.")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable("too_long", f"It has {len(reader.pages)} pages; upload at most {MOST_PAGES} at once.")
        lines = [line for page in reader.pages for line in (*_lines(page), _Line("", 0))]
        title = str((reader.metadata and reader.metadata.title) or "")
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError) as error:
        raise Unreadable("broken", "It is not a PDF that can be read; save it again and upload that.") from error
    except NotImplementedError as error:  # a cipher that the Worker's Python does not have
        raise Unreadable("encrypted", "It is encrypted; upload a copy that is not.") from error
    if not any(line.text for line in lines):
        raise Unreadable("no_text", "It holds pictures of text only (a scan); upload one with text, or type it in.")
    return squeezed(title)[:200], tuple(_blocks(lines))


def _lines(page: Any) -> list[_Line]:
    found: list[_Line] = []
    text, sizes = "", Counter[float]()

    def take(said: str, matrix: Any, text_matrix: Any, font: Any, size: float) -> None:
        nonlocal text
        scale = abs(text_matrix[3] or 1) * abs(matrix[3] or 1)
        for number, part in enumerate(said.split("\n")):
            if number:
                end()
            text += part
            sizes[round((size or 0) * scale, 1)] += len(part.strip())

    def end() -> None:
        nonlocal text
        size = sizes.most_common(1)[0][0] if sizes else 0
        found.append(_Line(squeezed(text), size))
        text = ""
        sizes.clear()

    page.extract_text(visitor_text=take)
    end()
    return found


def _blocks(lines: list[_Line]) -> list[Block]:
    weights = Counter[float]()
    for line in lines:
        weights[line.size] += len(line.text)
    body = weights.most_common(1)[0][0] or 1
    larger = sorted({line.size for line in lines if line.text and line.size > body * _LARGER}, reverse=True)
    widest = max(len(line.text) for line in lines)
    blocks: list[Block] = []
    running = ""
    for number, line in enumerate(lines):
        is_heading = line.size in larger and len(line.text) <= _MOST_HEADING_CHARS
        bullet = _BULLET.match(line.text)
        if running and (not line.text or is_heading or bullet):
            blocks.append(_told(running))
            running = ""
        if is_heading:
            blocks.append(Block("heading", line.text, min(6, larger.index(line.size) + 1)))
        elif line.text:
            running = (
                f"{running[:-1]}{line.text}" if _is_broken(running, line.text) else f"{running} {line.text}".strip()
            )
            following = lines[number + 1].text if number + 1 < len(lines) else ""
            if not _goes_on(line.text, following, widest):
                blocks.append(_told(running))
                running = ""
    return blocks + ([_told(running)] if running else [])


def _told(text: str) -> Block:
    bullet = _BULLET.match(text)
    return Block("item", text[bullet.end() :]) if bullet else Block("paragraph", text)


def _is_broken(running: str, text: str) -> bool:
    """A word that was cut at the end of a line."""
    return len(running) > 1 and running[-1] == "-" and running[-2].isalpha() and text[:1].islower()


def _goes_on(text: str, following: str, widest: int) -> bool:
    """Whether a sentence runs over the end of the line; a short line is one of its own, as in a list of prices."""
    if not following or text.endswith(_ENDS):
        return text.endswith((".", ";")) and len(text) > widest * 0.75 and bool(following)
    return len(text) > widest * 0.6 or following[:1].islower()
