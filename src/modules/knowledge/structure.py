"""A text as headings, paragraphs, items and rows, and the one written form of it that documents are kept in.

The form is Markdown's: # headings, - items, | tables |, a blank line between paragraphs. What is no structure in it is a
paragraph, so every plain text is in the form too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "row"]

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*")
_ITEM = re.compile(r"[ \t]*(?:[-*+•–]|\d{1,3}[.)])[ \t]+(.*)")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")
_CELL = re.compile(r"(?<!\\)\|")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Block:
    kind: Kind
    text: str  # of a row: its cells, each under its label
    level: int = 0  # of a heading, 1 to 6
    cells: tuple[str, ...] = ()  # of a row
    labels: tuple[str, ...] = ()  # of its columns


def row(labels: tuple[str, ...], cells: tuple[str, ...]) -> Block:
    """An amount never leaves its label: the row says both."""
    told = [
        f"{label}: {cell}" if label and label != cell else cell
        for label, cell in zip((*labels, *("",) * (len(cells) - len(labels))), cells, strict=False)
        if cell
    ]
    return Block("row", "; ".join(told), cells=cells, labels=labels)


def squeezed(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def written(blocks: Iterable[Block]) -> str:
    """The form that `read` reads."""
    lines: list[str] = []
    before: Block | None = None
    for block in blocks:
        is_going_on = before is not None and before.kind == block.kind and block.kind in ("item", "row")
        if block.kind == "row" and not (is_going_on and before is not None and before.labels == block.labels):
            width = max(len(block.labels), len(block.cells))
            lines += ["", _line(block.labels or ("",) * width), "|" + " --- |" * max(1, width)]
        elif not is_going_on:
            lines.append("")
        lines.append(_written(block))
        before = block
    return "\n".join(lines).strip()


def _written(block: Block) -> str:
    if block.kind == "heading":
        return f"{'#' * block.level} {squeezed(block.text)}"
    if block.kind == "item":
        return f"- {squeezed(block.text)}"
    if block.kind == "row":
        return _line(block.cells)
    return block.text.strip()


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(squeezed(cell).replace("|", "\\|") for cell in cells) + " |"


def read(text: str) -> Iterator[Block]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    paragraph: list[str] = []
    labels: tuple[str, ...] | None = None  # of the table that we are in
    at = 0
    while at < len(lines):
        line = lines[at]
        following = lines[at + 1] if at + 1 < len(lines) else ""
        block = _block(line, labels)
        is_table = labels is None and "|" in line and "|" in following and _RULE.fullmatch(following) is not None
        if paragraph and (block is not None or is_table or not line.strip()):
            yield Block("paragraph", " ".join(paragraph))
            paragraph = []
        if is_table:
            labels = _cells(line)
            at += 2
            continue
        if block is None or block.kind != "row":
            labels = None
        if block is not None:
            yield block
        elif line.strip():
            paragraph.append(line.strip())
        at += 1
    if paragraph:
        yield Block("paragraph", " ".join(paragraph))


def _block(line: str, labels: tuple[str, ...] | None) -> Block | None:
    if labels is not None and "|" in line:
        return row(labels, _cells(line))
    if heading := _HEADING.fullmatch(line):
        return Block("heading", heading[2], level=len(heading[1])) if heading[2] else None
    if item := _ITEM.fullmatch(line):
        return Block("item", item[1].strip()) if item[1].strip() else None
    return None


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return tuple(cell.strip().replace("\\|", "|") for cell in _CELL.split(inner))
