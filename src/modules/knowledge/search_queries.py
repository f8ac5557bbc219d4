"""SQL of searching: by words, by vectors, and what is kept of it."""

from ports.database import Statement


def index(tenant_id: str) -> Statement:
    return Statement(
        """SELECT s.number, s.chunks, i.generation, i.model, i.dimensions FROM knowledge_spaces AS s
           LEFT JOIN knowledge_indexes AS i ON i.tenant_id = s.tenant_id AND i.state = 'serving'
           WHERE s.tenant_id = ?1""",
        (tenant_id,),
    )


def query_vector(tenant_id: str, query_hash: str) -> Statement:
    return Statement(
        """SELECT q.vector FROM knowledge_indexes AS i
           JOIN knowledge_query_vectors AS q ON q.tenant_id = i.tenant_id AND q.model = i.model
           WHERE i.tenant_id = ?1 AND i.state = 'serving' AND q.query_hash = ?2""",
        (tenant_id, query_hash),
    )


def term_counts(tenant_id: str, terms: str) -> Statement:
    """In how many pieces each word stands. `terms` is JSON."""
    return Statement(
        """SELECT a.value AS term, c.doc AS count
           FROM knowledge_spaces AS s JOIN json_each(?2) AS a
           CROSS JOIN knowledge_term_counts AS c ON c.term = s.number || '_' || a.value
           WHERE s.tenant_id = ?1""",
        (tenant_id, terms),
    )


def by_words(tenant_id: str, said: tuple[str, str, str | None], filters: str, limit: int) -> Statement:
    """BM25 (Robertson, Zaragoza 2009: k1 1.2, b 0.75) over this tenant's pieces; a word of a heading counts twice.

    `said` is (terms, prefixes, phrase): JSON [[term, weight], ...], JSON [prefix, ...], words or None. `filters` is JSON
    of language, source, product.
    """
    return Statement(
        """WITH space AS (
             SELECT number, chunks, max(1.0, words * 1.0 / max(1, chunks)) AS average
             FROM knowledge_spaces WHERE tenant_id = ?1),
           used AS (
             SELECT c.term, c.doc AS count, a.value ->> 1 AS weight FROM space JOIN json_each(?2) AS a
             CROSS JOIN knowledge_term_counts AS c ON c.term = space.number || '_' || (a.value ->> 0)
             UNION ALL
             SELECT term, doc, 1.0 FROM (
               SELECT c.term, c.doc FROM space JOIN json_each(?3) AS a
               CROSS JOIN knowledge_term_counts AS c
                 ON c.term >= space.number || '_' || a.value AND c.term < space.number || '_' || a.value || '~'
               LIMIT 50)),
           places AS (
             SELECT p.doc AS seq, p.term, sum(CASE p.col WHEN 'head' THEN 2.0 ELSE 1.0 END) AS times
             FROM used CROSS JOIN knowledge_term_places AS p ON p.term = used.term GROUP BY p.doc, p.term),
           scored AS (
             SELECT places.seq, sum(
               used.weight * ln(1 + (space.chunks - used.count + 0.5) / (used.count + 0.5)) * places.times * 2.2
               / (places.times + 1.2 * (0.25 + 0.75 * c.words / space.average))) AS score
             FROM places JOIN used ON used.term = places.term CROSS JOIN space
             JOIN knowledge_chunks AS c ON c.seq = places.seq
             WHERE (?4 IS NULL OR places.seq IN (SELECT rowid FROM knowledge_terms WHERE knowledge_terms MATCH
               (SELECT '"' || trim(replace(' ' || ?4, ' ', ' ' || number || '_')) || '"' FROM space)))
             GROUP BY places.seq)
           SELECT p.id, p.document_id, p.faq_id, p.source, p.title, p.heading, p.text, p.language, p.source_url,
             p.head_terms, p.body_terms, scored.score
           FROM scored JOIN knowledge_passages AS p ON p.seq = scored.seq
           WHERE p.tenant_id = ?1 AND (?5 ->> 'language' IS NULL OR p.language = ?5 ->> 'language')
             AND (?5 ->> 'source' IS NULL OR p.source = ?5 ->> 'source')
             AND (?5 ->> 'product' IS NULL OR p.product = ?5 ->> 'product')
           ORDER BY scored.score DESC, p.id LIMIT ?6""",
        (tenant_id, *said, filters, limit),
    )


def by_vectors(tenant_id: str, ids: str, filters: str) -> Statement:
    """What of the index's hits is still so. `ids` is JSON of vector ids."""
    return Statement(
        """SELECT v.vector_id, p.id, p.document_id, p.faq_id, p.source, p.title, p.heading, p.text, p.language,
             p.source_url, p.head_terms, p.body_terms
           FROM knowledge_vectors AS v JOIN knowledge_passages AS p ON p.tenant_id = v.tenant_id AND p.id = v.chunk_id
           WHERE v.tenant_id = ?1 AND v.vector_id IN (SELECT value FROM json_each(?2))
             AND v.state IN ('wanted', 'sent', 'there')
             AND (?3 ->> 'language' IS NULL OR p.language = ?3 ->> 'language')
             AND (?3 ->> 'source' IS NULL OR p.source = ?3 ->> 'source')
             AND (?3 ->> 'product' IS NULL OR p.product = ?3 ->> 'product')""",
        (tenant_id, ids, filters),
    )


def keep_query_vector(tenant_id: str, model: str, query_hash: str, vector: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO knowledge_query_vectors (tenant_id, model, query_hash, vector, used_at) VALUES (?1, ?2, ?3, ?4, ?5)
           ON CONFLICT (tenant_id, model, query_hash) DO UPDATE SET used_at = excluded.used_at""",
        (tenant_id, model, query_hash, vector, at),
    )


def log(tenant_id: str, log_id: str, values: str, at: str) -> Statement:
    """`values` is JSON: surface, query, language, mode, hits, score, duration_ms, is_used."""
    return Statement(
        """INSERT INTO knowledge_search_logs (id, tenant_id, surface, query, language, mode, hits, score, duration_ms,
             is_used, created_at)
           SELECT ?2, ?1, ?3 ->> 'surface', ?3 ->> 'query', ?3 ->> 'language', ?3 ->> 'mode', ?3 ->> 'hits',
             ?3 ->> 'score', ?3 ->> 'duration_ms', ?3 ->> 'is_used', ?4""",
        (tenant_id, log_id, values, at),
    )


def log_hits(tenant_id: str, log_id: str, found: tuple[str, str]) -> Statement:
    """In the batch that looks the vectors up: how many pieces were found in all. `found` is JSON of ids: by words, and
    of vectors."""
    return Statement(
        """UPDATE knowledge_search_logs SET hits = (SELECT count(*) FROM (
             SELECT value FROM json_each(?3)
             UNION SELECT v.chunk_id FROM knowledge_vectors AS v
               JOIN knowledge_chunks AS c ON c.tenant_id = v.tenant_id AND c.id = v.chunk_id
               WHERE v.tenant_id = ?1 AND v.vector_id IN (SELECT value FROM json_each(?4))))
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, log_id, *found),
    )


def count_question(tenant_id: str, question_id: str, question: str, language: str, at: str) -> Statement:
    """A question that nothing answered; the same one again counts."""
    return Statement(
        """INSERT INTO knowledge_questions (id, tenant_id, question, language, created_at, asked_at)
           VALUES (?2, ?1, ?3, ?4, ?5, ?5)
           ON CONFLICT (tenant_id, language, question) WHERE status = 'open'
           DO UPDATE SET count = count + 1, asked_at = excluded.asked_at""",
        (tenant_id, question_id, question, language, at),
    )


def open_questions(tenant_id: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, question, language, count, asked_at FROM knowledge_questions
           WHERE tenant_id = ?1 AND status = 'open' ORDER BY asked_at DESC, id LIMIT ?2""",
        (tenant_id, limit),
    )


def close_questions(tenant_id: str, ids: str, status: str, faq_id: str | None) -> Statement:
    """`ids` is JSON."""
    return Statement(
        """UPDATE knowledge_questions SET status = ?3, faq_id = ?4
           WHERE tenant_id = ?1 AND status = 'open' AND id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids, status, faq_id),
    )
