"""SQL of pieces: of documents, of answers, and what has to be cut again."""

from ports.database import Statement


def ensure_space(tenant_id: str) -> Statement:
    return Statement("INSERT OR IGNORE INTO knowledge_spaces (tenant_id) VALUES (?1)", (tenant_id,))


def ensure_index(tenant_id: str, model: str, dimensions: int, at: str) -> Statement:
    return Statement(
        """INSERT INTO knowledge_indexes (tenant_id, generation, model, dimensions, state, created_at)
           SELECT ?1, 1, ?2, ?3, 'serving', ?4
           WHERE NOT EXISTS (SELECT 1 FROM knowledge_indexes WHERE tenant_id = ?1)""",
        (tenant_id, model, dimensions, at),
    )


def drop_document_chunks(tenant_id: str, document_id: str, kept: str) -> Statement:
    """`kept` is JSON: the ids that stay."""
    return Statement(
        """DELETE FROM knowledge_chunks WHERE tenant_id = ?1 AND document_id = ?2
             AND id NOT IN (SELECT value FROM json_each(?3))""",
        (tenant_id, document_id, kept),
    )


def drop_faq_chunks(tenant_id: str, faq_id: str, kept: str) -> Statement:
    return Statement(
        """DELETE FROM knowledge_chunks WHERE tenant_id = ?1 AND faq_id = ?2
             AND id NOT IN (SELECT value FROM json_each(?3))""",
        (tenant_id, faq_id, kept),
    )


def put_chunks(tenant_id: str, rows: str) -> Statement:
    """`rows` is JSON of modules/knowledge/cutting; a piece that is there already only moves."""
    return Statement(
        """INSERT INTO knowledge_chunks (id, tenant_id, space, document_id, faq_id, position, heading, text, language,
             content_hash, head_terms, body_terms, words)
           SELECT r.value ->> 'id', ?1, s.number, r.value ->> 'document_id', r.value ->> 'faq_id',
             r.value ->> 'position', r.value ->> 'heading', r.value ->> 'text', r.value ->> 'language',
             r.value ->> 'content_hash', r.value ->> 'head_terms', r.value ->> 'body_terms', r.value ->> 'words'
           FROM json_each(?2) AS r JOIN knowledge_spaces AS s ON s.tenant_id = ?1 WHERE true
           ON CONFLICT (tenant_id, id) DO UPDATE SET position = excluded.position""",
        (tenant_id, rows),
    )


def tenants_to_cut(analysis: int, limit: int) -> Statement:
    return Statement(
        """SELECT tenant_id AS tenant_id, tenant_id AS id FROM knowledge_documents WHERE analysis <> ?1
           UNION SELECT tenant_id, tenant_id FROM knowledge_faq WHERE analysis <> ?1 LIMIT ?2""",
        (analysis, limit),
    )


def documents_to_cut(tenant_id: str, analysis: int, limit: int) -> Statement:
    return Statement(
        """SELECT id, title, content, language FROM knowledge_documents
           WHERE tenant_id = ?1 AND analysis <> ?2 LIMIT ?3""",
        (tenant_id, analysis, limit),
    )


def faqs_to_cut(tenant_id: str, analysis: int, limit: int) -> Statement:
    return Statement(
        """SELECT id, question, answer, language FROM knowledge_faq WHERE tenant_id = ?1 AND analysis <> ?2 LIMIT ?3""",
        (tenant_id, analysis, limit),
    )


def mark_document_cut(tenant_id: str, document_id: str, analysis: int) -> Statement:
    return Statement(
        "UPDATE knowledge_documents SET analysis = ?3 WHERE tenant_id = ?1 AND id = ?2",
        (tenant_id, document_id, analysis),
    )


def mark_faq_cut(tenant_id: str, faq_id: str, analysis: int) -> Statement:
    return Statement(
        "UPDATE knowledge_faq SET analysis = ?3 WHERE tenant_id = ?1 AND id = ?2", (tenant_id, faq_id, analysis)
    )
