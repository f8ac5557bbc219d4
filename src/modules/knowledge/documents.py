"""Documents: written with their pieces in one batch, so that what is searched is what is there."""

import json
from typing import Any

from errors import NotFound
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.knowledge import document_queries as queries
from modules.knowledge import indexing, pieces
from modules.knowledge.cutting import ANALYSIS, Source
from modules.knowledge.errors import DocumentUnreadable, KnowledgeFull, Unreadable
from modules.knowledge.extraction.files import extract
from modules.knowledge.schemas import Document, DocumentChange, DocumentDetail, DocumentVersion, NewDocument
from ports.context import Ports
from ports.database import ForeignKeyViolation
from ports.dialogue import Language

_FULL = "There are 100,000 pieces already; delete documents that nobody needs."


async def create(ports: Ports, principal: Principal, command: NewDocument) -> Document:
    return await _insert(ports, principal, {**command.model_dump(), "format": "text"})


async def upload(ports: Ports, principal: Principal, filename: str, content: bytes, told: dict[str, Any]) -> Document:
    """`told` may hold title, language and product. Raises DocumentUnreadable."""
    try:
        found = extract(filename, content)
    except Unreadable as error:
        raise DocumentUnreadable(error.advice, reason=error.reason) from error
    values = {
        "title": told.get("title") or found.title or filename[:200],
        "content": found.content,
        "format": found.format,
        "language": told.get("language") or found.language,
        "product": told.get("product"),
        "filename": filename[:200],
    }
    return await _insert(ports, principal, values)


async def _insert(ports: Ports, principal: Principal, values: dict[str, Any]) -> Document:
    tenant_id, document_id, at = principal.tenant.id, ports.ids.new("doc"), stored(ports.clock.now())
    source = Source(
        "document", document_id, values["title"], values["content"], values["language"], _fallback(principal)
    )
    try:
        *_, found = await ports.db.batch(
            *pieces.room(ports, tenant_id),
            queries.insert_document(
                tenant_id, document_id, json.dumps({**values, "origin": "api", "analysis": ANALYSIS}), at
            ),
            audit.entry(ports, principal, "document.created", document_id),
            *pieces.put(tenant_id, [source]),
            queries.document(tenant_id, document_id),
        )
    except ForeignKeyViolation as error:  # of a piece: the document was not taken
        raise KnowledgeFull(_FULL) from error
    await indexing.soon(ports, tenant_id)
    return Document.model_validate(found.rows[0])


async def list_all(ports: Ports, tenant_id: str, cursor: str, limit: int) -> list[Document]:
    (found,) = await ports.db.batch(queries.documents(tenant_id, cursor, limit))
    return [Document.model_validate(row) for row in found.rows]


async def get(ports: Ports, tenant_id: str, document_id: str) -> DocumentDetail:
    """Raises NotFound."""
    (found,) = await ports.db.batch(queries.document(tenant_id, document_id))
    if found.first is None:
        raise NotFound("There is no such document.")
    return DocumentDetail.model_validate(found.first)


async def versions(ports: Ports, tenant_id: str, document_id: str) -> list[DocumentVersion]:
    """The newest first, the one that stands among them. Raises NotFound."""
    now, before = await ports.db.batch(
        queries.document(tenant_id, document_id), queries.versions(tenant_id, document_id)
    )
    if now.first is None:
        raise NotFound("There is no such document.")
    current = {**now.first, "created_at": now.first["updated_at"]}
    return [DocumentVersion.model_validate(row) for row in (current, *before.rows)]


async def change(ports: Ports, principal: Principal, document_id: str, command: DocumentChange) -> Document:
    """Pieces that say the same as before keep their vectors. Raises NotFound."""
    tenant_id = principal.tenant.id
    given = {name: value for name, value in command.model_dump(exclude_unset=True).items() if _is_set(name, value)}
    before = await get(ports, tenant_id, document_id)
    after = before.model_copy(update=given)
    source = Source("document", document_id, after.title, after.content, after.language, _fallback(principal))
    # All of it as it was read: whoever else changes it meanwhile, its pieces are those of what stands in the end.
    values = {**after.model_dump(include={"title", "content", "language", "product"}), "analysis": ANALYSIS}
    try:
        *_, found = await ports.db.batch(
            queries.update_document(tenant_id, document_id, json.dumps(values), stored(ports.clock.now())),
            audit.entry(ports, principal, "document.changed", document_id),
            *pieces.replace(tenant_id, source),
            queries.document(tenant_id, document_id),
        )
    except ForeignKeyViolation as error:  # deleted a moment ago
        raise NotFound("There is no such document.") from error
    await indexing.soon(ports, tenant_id)
    return Document.model_validate(found.rows[0])


async def delete(ports: Ports, principal: Principal, document_id: str) -> None:
    """From the next question on nothing is answered from it; its vectors go when the index gets to it. Raises NotFound."""
    deleted, _ = await ports.db.batch(
        queries.delete_document(principal.tenant.id, document_id),
        audit.entry(ports, principal, "document.deleted", document_id),
    )
    if not deleted.changes:
        raise NotFound("There is no such document.")
    await indexing.soon(ports, principal.tenant.id)


def _is_set(name: str, value: object) -> bool:
    return value is not None or name in ("language", "product")


def _fallback(principal: Principal) -> Language:
    return "en" if principal.country in ENGLISH_SPEAKING else "fr"


ENGLISH_SPEAKING = frozenset(("GB", "IE", "US", "AU", "NZ", "ZA", "IN", "SG", "NG", "KE", "GH", "CA"))
