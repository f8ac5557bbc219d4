"""SQL of documents, of what they were, and of questions with answers."""

from ports.database import Statement


def insert_document(tenant_id: str, document_id: str, values: str, at: str) -> Statement:
    """`values` is JSON: title, content, origin, format, language, filename, source_url, product, crawl_id,
    analysis.

    Nothing is written once the tenant has so many pieces that its questions would wait.
    """
    return Statement(
        """INSERT INTO knowledge_documents (id, tenant_id, title, content, origin, format, language, filename, source_url,
             product, crawl_id, analysis, created_at, updated_at)
           SELECT ?2, ?1, ?3 ->> 'title', ?3 ->> 'content', ?3 ->> 'origin', ?3 ->> 'format', ?3 ->> 'language',
             ?3 ->> 'filename', ?3 ->> 'source_url', ?3 ->> 'product', ?3 ->> 'crawl_id',
             ?3 ->> 'analysis', ?4, ?4
           WHERE coalesce((SELECT chunks FROM knowledge_spaces WHERE tenant_id = ?1), 0) < 100000""",
        (tenant_id, document_id, values, at),
    )


def update_document(tenant_id: str, document_id: str, values: str, at: str) -> Statement:
    """`values` is JSON: title, content, language, product, analysis. Another title or content is another version."""
    return Statement(
        """UPDATE knowledge_documents SET
             title = ?3 ->> 'title', content = ?3 ->> 'content', language = ?3 ->> 'language', product = ?3 ->> 'product',
             analysis = ?3 ->> 'analysis', version = version + (title <> ?3 ->> 'title' OR content <> ?3 ->> 'content'),
             updated_at = ?4
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, document_id, values, at),
    )


def delete_document(tenant_id: str, document_id: str) -> Statement:
    return Statement("DELETE FROM knowledge_documents WHERE tenant_id = ?1 AND id = ?2", (tenant_id, document_id))


def document(tenant_id: str, document_id: str) -> Statement:
    return Statement(
        """SELECT d.id, d.title, d.content, d.format, d.origin, d.language, d.filename, d.source_url, d.product, d.version,
             d.created_at, d.updated_at,
             (SELECT count(*) FROM knowledge_chunks AS c WHERE c.tenant_id = ?1 AND c.document_id = d.id) AS chunks,
             (SELECT count(DISTINCT v.chunk_id) FROM knowledge_chunks AS c JOIN knowledge_vectors AS v
               ON v.tenant_id = c.tenant_id AND v.chunk_id = c.id AND v.state = 'there'
               WHERE c.tenant_id = ?1 AND c.document_id = d.id) AS vectors
           FROM knowledge_documents AS d WHERE d.tenant_id = ?1 AND d.id = ?2""",
        (tenant_id, document_id),
    )


def documents(tenant_id: str, cursor: str, limit: int) -> Statement:
    return Statement(
        """SELECT d.id, d.title, d.format, d.origin, d.language, d.filename, d.source_url, d.product, d.version,
             d.created_at, d.updated_at,
             (SELECT count(*) FROM knowledge_chunks AS c WHERE c.tenant_id = ?1 AND c.document_id = d.id) AS chunks,
             (SELECT count(DISTINCT v.chunk_id) FROM knowledge_chunks AS c JOIN knowledge_vectors AS v
               ON v.tenant_id = c.tenant_id AND v.chunk_id = c.id AND v.state = 'there'
               WHERE c.tenant_id = ?1 AND c.document_id = d.id) AS vectors
           FROM knowledge_documents AS d WHERE d.tenant_id = ?1 AND d.id > ?2 ORDER BY d.id LIMIT ?3""",
        (tenant_id, cursor, limit),
    )


def versions(tenant_id: str, document_id: str) -> Statement:
    return Statement(
        """SELECT version, title, content, created_at FROM knowledge_document_versions
           WHERE tenant_id = ?1 AND document_id = ?2 ORDER BY version DESC""",
        (tenant_id, document_id),
    )


def insert_faq(tenant_id: str, faq_id: str, values: tuple[str, str, str | None, int], at: str) -> Statement:
    """`values` are question, answer, language and analysis. It comes last."""
    return Statement(
        """INSERT INTO knowledge_faq (id, tenant_id, question, answer, language, analysis, position, origin,
             created_at, updated_at)
           SELECT ?2, ?1, ?3, ?4, ?5, ?6, coalesce((SELECT max(position) + 1 FROM knowledge_faq WHERE tenant_id = ?1), 0),
             'api', ?7, ?7
           WHERE (SELECT count(*) FROM knowledge_faq WHERE tenant_id = ?1) < 2000""",
        (tenant_id, faq_id, *values, at),
    )


def update_faq(tenant_id: str, faq_id: str, values: tuple[str, str, str | None, int], at: str) -> Statement:
    """`values` are question, answer, language and analysis."""
    return Statement(
        """UPDATE knowledge_faq SET question = ?3, answer = ?4, language = ?5, analysis = ?6, updated_at = ?7
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, faq_id, *values, at),
    )


def delete_faq(tenant_id: str, faq_id: str) -> Statement:
    return Statement("DELETE FROM knowledge_faq WHERE tenant_id = ?1 AND id = ?2", (tenant_id, faq_id))


def faq(tenant_id: str, faq_id: str) -> Statement:
    return Statement(
        """SELECT id, question, answer, language, created_at, updated_at FROM knowledge_faq
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, faq_id),
    )


def faq_page(tenant_id: str, cursor: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, question, answer, language, created_at, updated_at FROM knowledge_faq
           WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3""",
        (tenant_id, cursor, limit),
    )
