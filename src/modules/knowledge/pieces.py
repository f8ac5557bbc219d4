"""The pieces of a document or an answer, as statements for the batch that writes it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modules.instants import stored
from modules.knowledge import chunk_queries as queries
from modules.knowledge.cutting import ANALYSIS, Piece, Source, TooManyPieces, cut, pieces, rows
from modules.knowledge.errors import DocumentUnreadable
from ports.context import Ports
from ports.database import Row, Statement
from ports.dialogue import Language

_MOST_PARAMETER_BYTES = 1_200_000  # D1 takes values up to 2 MB
_CUT_AT_ONCE = 20


def room(ports: Ports, tenant_id: str) -> tuple[Statement, Statement]:
    """What has to be there before the first piece."""
    model = ports.embedding
    at = stored(ports.clock.now())
    return queries.ensure_space(tenant_id), queries.ensure_index(tenant_id, str(model), model.dimensions, at)


def put(tenant_id: str, sources: Sequence[Source]) -> list[Statement]:
    """Those of new documents and answers. Raises DocumentUnreadable for a text of too many pieces."""
    made = [one for source in sources for one in _rows(source)]
    return [queries.put_chunks(tenant_id, part) for part in _parameters(made)]


def replace(tenant_id: str, source: Source) -> list[Statement]:
    """In the place of those that it had; a piece that says the same stays. Raises DocumentUnreadable."""
    made = _rows(source)
    kept = json.dumps([one["id"] for one in made])
    drop = queries.drop_document_chunks if source.kind == "document" else queries.drop_faq_chunks
    return [drop(tenant_id, source.id, kept), *(queries.put_chunks(tenant_id, part) for part in _parameters(made))]


def _rows(source: Source) -> list[dict[str, Any]]:
    """An answer is one piece, unless it is longer than a piece may be."""
    if source.kind == "faq":
        return rows(source, [Piece("", part) for part in cut(source.text)])
    try:
        return rows(source, pieces(source.text))
    except TooManyPieces as error:
        raise DocumentUnreadable("It is too long; split it into several documents.", reason="too_long") from error


def _parameters(made: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    part: list[str] = []
    size = 0
    for one in made:
        text = json.dumps(one, ensure_ascii=False)
        size += len(text.encode())
        if part and size > _MOST_PARAMETER_BYTES:
            yield f"[{','.join(part)}]"
            part, size = [], len(text.encode())
        part.append(text)
    if part:
        yield f"[{','.join(part)}]"


async def tenants_to_cut(ports: Ports, limit: int) -> Sequence[Row]:
    (found,) = await ports.db.batch(queries.tenants_to_cut(ANALYSIS, limit))
    return found.rows


async def cut_again(ports: Ports, tenant_id: str) -> int:
    """What was written before there were pieces, or by other rules; the rest comes the next time."""
    documents, faqs = await ports.db.batch(
        queries.documents_to_cut(tenant_id, ANALYSIS, _CUT_AT_ONCE), queries.faqs_to_cut(tenant_id, ANALYSIS, 200)
    )
    statements: list[Statement] = []
    for row in documents.rows:
        source = Source("document", str(row["id"]), str(row["title"]), str(row["content"]), _language(row))
        statements += [*_replaced(tenant_id, source), queries.mark_document_cut(tenant_id, source.id, ANALYSIS)]
    for row in faqs.rows:
        source = Source("faq", str(row["id"]), str(row["question"]), str(row["answer"]), _language(row))
        statements += [*_replaced(tenant_id, source), queries.mark_faq_cut(tenant_id, source.id, ANALYSIS)]
    if statements:
        await ports.db.batch(*room(ports, tenant_id), *statements)
    return len(documents.rows) + len(faqs.rows)


def _replaced(tenant_id: str, source: Source) -> list[Statement]:
    try:
        return replace(tenant_id, source)
    except DocumentUnreadable:  # by rules that made fewer pieces it could: those stay
        return []


def _language(row: Row) -> Language | None:
    return "fr" if row["language"] == "fr" else "en" if row["language"] == "en" else None
