"""SQL of the vector index's outbox: what it is to hold, what it has been told, what it has confirmed."""

from ports.database import Statement


def claim_wanted(tenant_id: str, at: str, until: str, limit: int) -> Statement:
    """Whoever claims has until then; after that it is anybody's again."""
    return Statement(
        """UPDATE knowledge_vectors SET due_at = ?3, attempts = attempts + 1 WHERE vector_id IN (
             SELECT v.vector_id FROM knowledge_vectors AS v
             WHERE v.tenant_id = ?1 AND v.state = 'wanted' AND v.due_at <= ?2 ORDER BY v.due_at LIMIT ?4)
           RETURNING vector_id""",
        (tenant_id, at, until, limit),
    )


def claimed(tenant_id: str, until: str) -> Statement:
    return Statement(
        """SELECT v.vector_id, v.generation, i.model, i.dimensions, p.title, p.heading, p.text
           FROM knowledge_vectors AS v
           JOIN knowledge_indexes AS i ON i.tenant_id = v.tenant_id AND i.generation = v.generation
           JOIN knowledge_passages AS p ON p.tenant_id = v.tenant_id AND p.id = v.chunk_id
           WHERE v.tenant_id = ?1 AND v.state = 'wanted' AND v.due_at = ?2""",
        (tenant_id, until),
    )


def unwanted(tenant_id: str, at: str, limit: int) -> Statement:
    return Statement(
        """SELECT vector_id FROM knowledge_vectors
           WHERE tenant_id = ?1 AND state = 'unwanted' AND due_at <= ?2 LIMIT ?3""",
        (tenant_id, at, limit),
    )


def told(tenant_id: str, at: str, limit: int) -> Statement:
    """What waits to be confirmed, or to be looked at again."""
    return Statement(
        """SELECT vector_id, state, sent_at, attempts FROM knowledge_vectors
           WHERE tenant_id = ?1 AND state IN ('sent', 'removing', 'there') AND due_at <= ?2 ORDER BY due_at LIMIT ?3""",
        (tenant_id, at, limit),
    )


def mark_sent(tenant_id: str, ids: str, mutation_id: str, at: str, due_at: str) -> Statement:
    """Returns those that are still wanted."""
    return Statement(
        """UPDATE knowledge_vectors SET state = 'sent', mutation_id = ?3, sent_at = ?4, due_at = ?5, attempts = 0
           WHERE tenant_id = ?1 AND state = 'wanted' AND vector_id IN (SELECT value FROM json_each(?2))
           RETURNING vector_id""",
        (tenant_id, ids, mutation_id, at, due_at),
    )


def mark_removing(tenant_id: str, ids: str, mutation_id: str, at: str, due_at: str) -> Statement:
    return Statement(
        """UPDATE knowledge_vectors SET state = 'removing', mutation_id = ?3, sent_at = ?4, due_at = ?5, attempts = 0
           WHERE tenant_id = ?1 AND state = 'unwanted' AND vector_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids, mutation_id, at, due_at),
    )


def settle(tenant_id: str, states: str, due_at: str) -> Statement:
    """`states` is JSON: [[vector id, state as it was, new state], ...]; one that has changed meanwhile stays."""
    return Statement(
        """UPDATE knowledge_vectors AS v SET state = s.value ->> 2, attempts = 0,
             due_at = CASE WHEN s.value ->> 2 = 'there' THEN ?3 ELSE '' END
           FROM json_each(?2) AS s
           WHERE v.tenant_id = ?1 AND v.vector_id = s.value ->> 0 AND v.state = s.value ->> 1""",
        (tenant_id, states, due_at),
    )


def wait_for(tenant_id: str, ids: str, due_at: str) -> Statement:
    return Statement(
        """UPDATE knowledge_vectors SET attempts = attempts + 1, due_at = ?3
           WHERE tenant_id = ?1 AND state IN ('sent', 'removing') AND vector_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids, due_at),
    )


def forget(tenant_id: str, ids: str) -> Statement:
    return Statement(
        """DELETE FROM knowledge_vectors WHERE tenant_id = ?1 AND state = 'removing'
             AND vector_id IN (SELECT value FROM json_each(?2))""",
        (tenant_id, ids),
    )


def strays(tenant_id: str, ids: str) -> Statement:
    """Vectors that the index holds and nobody has asked for."""
    return Statement(
        """INSERT INTO knowledge_vectors (vector_id, tenant_id, generation, chunk_id, state)
           SELECT value, ?1, 0, '', 'unwanted' FROM json_each(?2) WHERE true ON CONFLICT (vector_id) DO NOTHING""",
        (tenant_id, ids),
    )


def tenants_due(at: str, model: str, limit: int) -> Statement:
    """Those with something to tell the index, or that another model serves; in no order, so that none waits for ever."""
    return Statement(
        """SELECT tenant_id, tenant_id AS id FROM (
             SELECT tenant_id FROM knowledge_vectors WHERE due_at <= ?1
             UNION SELECT tenant_id FROM knowledge_indexes WHERE state = 'serving' AND model <> ?2)
           ORDER BY random() LIMIT ?3""",
        (at, model, limit),
    )


def give_up_building(tenant_id: str, model: str) -> Statement:
    """One that is built with a model that nobody wants any more."""
    return Statement(
        """UPDATE knowledge_indexes SET state = 'retired' WHERE tenant_id = ?1 AND state = 'building' AND model <> ?2""",
        (tenant_id, model),
    )


def begin_building(tenant_id: str, model: str, dimensions: int, at: str) -> Statement:
    """Beside the one that serves, when that is of another model."""
    return Statement(
        """INSERT INTO knowledge_indexes (tenant_id, generation, model, dimensions, state, created_at)
           SELECT s.tenant_id, (SELECT max(generation) + 1 FROM knowledge_indexes WHERE tenant_id = ?1), ?2, ?3,
             'building', ?4
           FROM knowledge_indexes AS s WHERE s.tenant_id = ?1 AND s.state = 'serving' AND s.model <> ?2
             AND NOT EXISTS (SELECT 1 FROM knowledge_indexes WHERE tenant_id = ?1 AND state = 'building')""",
        (tenant_id, model, dimensions, at),
    )


def want_all(tenant_id: str) -> Statement:
    """Every piece in the index that is being built."""
    return Statement(
        """INSERT INTO knowledge_vectors (vector_id, tenant_id, generation, chunk_id)
           SELECT c.id || '.' || substr(c.content_hash, 1, 16) || '.' || i.generation, c.tenant_id, i.generation, c.id
           FROM knowledge_indexes AS i JOIN knowledge_chunks AS c ON c.tenant_id = i.tenant_id
           WHERE i.tenant_id = ?1 AND i.state = 'building' AND NOT EXISTS (
             SELECT 1 FROM knowledge_vectors AS v WHERE v.tenant_id = ?1 AND v.generation = i.generation)
           ON CONFLICT (vector_id) DO NOTHING""",
        (tenant_id,),
    )


def retire(tenant_id: str) -> Statement:
    """The index that serves, once all of the one being built is there."""
    return Statement(
        """UPDATE knowledge_indexes SET state = 'retired' WHERE tenant_id = ?1 AND state = 'serving'
             AND EXISTS (SELECT 1 FROM knowledge_indexes AS b WHERE b.tenant_id = ?1 AND b.state = 'building'
               AND NOT EXISTS (SELECT 1 FROM knowledge_vectors AS v WHERE v.tenant_id = ?1
                 AND v.generation = b.generation AND v.state IN ('wanted', 'sent')))""",
        (tenant_id,),
    )


def serve(tenant_id: str) -> Statement:
    """The one that was built, once none serves."""
    return Statement(
        """UPDATE knowledge_indexes SET state = 'serving' WHERE tenant_id = ?1 AND state = 'building'
             AND NOT EXISTS (SELECT 1 FROM knowledge_indexes WHERE tenant_id = ?1 AND state = 'serving')""",
        (tenant_id,),
    )


def unwant_retired(tenant_id: str) -> Statement:
    return Statement(
        """UPDATE knowledge_vectors SET state = 'unwanted', attempts = 0, due_at = '' WHERE tenant_id = ?1
             AND state IN ('wanted', 'sent', 'there') AND generation IN (
               SELECT generation FROM knowledge_indexes WHERE tenant_id = ?1 AND state = 'retired')""",
        (tenant_id,),
    )


def pending(tenant_id: str, at: str) -> Statement:
    """How many there is something to do about now, and how many wait to be confirmed."""
    return Statement(
        """SELECT count(*) FILTER (WHERE due_at <= ?2) AS due,
             count(*) FILTER (WHERE state IN ('sent', 'removing')) AS told
           FROM knowledge_vectors WHERE tenant_id = ?1""",
        (tenant_id, at),
    )


def held() -> Statement:
    """How many vectors the index should hold, of everybody."""
    return Statement("SELECT count(*) AS count FROM knowledge_vectors WHERE state IN ('there', 'removing')")
