"""SQL of crawls: jobs, their frontier, and the documents that come of their pages."""

from ports.database import Statement


def insert_crawl(tenant_id: str, crawl_id: str, values: str, at: str) -> Statement:
    """`values` is JSON: url, max_pages, max_depth, refresh_days."""
    return Statement(
        """INSERT INTO knowledge_crawl_jobs (id, tenant_id, url, max_pages, max_depth, refresh_days, created_at, updated_at)
           SELECT ?2, ?1, ?3 ->> 'url', ?3 ->> 'max_pages', ?3 ->> 'max_depth', ?3 ->> 'refresh_days', ?4, ?4
           WHERE (SELECT count(*) FROM knowledge_crawl_jobs WHERE tenant_id = ?1) < 50""",
        (tenant_id, crawl_id, values, at),
    )


def crawl(tenant_id: str, crawl_id: str) -> Statement:
    return Statement(
        """SELECT j.id, j.url, j.status, j.reason, j.max_pages, j.max_depth, j.refresh_days, j.run, j.created_at,
             j.started_at, j.finished_at, CASE WHEN j.status = 'queued' AND j.run > 0 THEN nullif(j.due_at, '') END AS refresh_at,
             (SELECT json_group_object(p.state, p.count) FROM (
               SELECT state, count(*) AS count FROM knowledge_crawl_pages
               WHERE tenant_id = ?1 AND crawl_id = j.id AND kind = 'page' GROUP BY state) AS p) AS pages
           FROM knowledge_crawl_jobs AS j WHERE j.tenant_id = ?1 AND j.id = ?2""",
        (tenant_id, crawl_id),
    )


def crawls(tenant_id: str, cursor: str, limit: int) -> Statement:
    return Statement(
        """SELECT j.id, j.url, j.status, j.reason, j.max_pages, j.max_depth, j.refresh_days, j.run, j.created_at,
             j.started_at, j.finished_at, CASE WHEN j.status = 'queued' AND j.run > 0 THEN nullif(j.due_at, '') END AS refresh_at,
             (SELECT json_group_object(p.state, p.count) FROM (
               SELECT state, count(*) AS count FROM knowledge_crawl_pages
               WHERE tenant_id = ?1 AND crawl_id = j.id AND kind = 'page' GROUP BY state) AS p) AS pages
           FROM knowledge_crawl_jobs AS j WHERE j.tenant_id = ?1 AND j.id > ?2 ORDER BY j.id LIMIT ?3""",
        (tenant_id, cursor, limit),
    )


def problems(tenant_id: str, crawl_id: str) -> Statement:
    return Statement(
        """SELECT url, state, reason, status, depth, document_id FROM knowledge_crawl_pages
           WHERE tenant_id = ?1 AND crawl_id = ?2 AND state IN ('failed', 'skipped', 'gone') ORDER BY found_at LIMIT 100""",
        (tenant_id, crawl_id),
    )


def delete_crawl_documents(tenant_id: str, crawl_id: str) -> Statement:
    return Statement("DELETE FROM knowledge_documents WHERE tenant_id = ?1 AND crawl_id = ?2", (tenant_id, crawl_id))


def delete_crawl(tenant_id: str, crawl_id: str) -> Statement:
    return Statement("DELETE FROM knowledge_crawl_jobs WHERE tenant_id = ?1 AND id = ?2", (tenant_id, crawl_id))


def due(at: str, limit: int) -> Statement:
    return Statement(
        """SELECT tenant_id, id FROM knowledge_crawl_jobs WHERE status IN ('queued', 'running') AND due_at <= ?1
           ORDER BY due_at LIMIT ?2""",
        (at, limit),
    )


def claim(tenant_id: str, crawl_id: str, by: str, at: str, until: str) -> Statement:
    """Only one reads a site at a time; whoever has been killed is waited for until then."""
    return Statement(
        """UPDATE knowledge_crawl_jobs SET claim = ?3, due_at = ?5, updated_at = ?4
           WHERE tenant_id = ?1 AND id = ?2 AND status IN ('queued', 'running') AND due_at <= ?4
           RETURNING url, status, max_pages, max_depth, refresh_days, run, robots""",
        (tenant_id, crawl_id, by, at, until),
    )


def next_page(tenant_id: str, crawl_id: str, at: str) -> Statement:
    """The first that is due, with how many have been read; a sitemap before pages."""
    return Statement(
        """SELECT p.url, p.kind, p.depth, p.attempts, p.etag, p.last_modified, p.content_hash, p.document_id, p.run,
             (SELECT count(*) FROM knowledge_crawl_pages AS r WHERE r.tenant_id = ?1 AND r.crawl_id = ?2
               AND r.run = p.run AND r.kind = 'page' AND r.state IN ('read', 'unchanged')) AS pages_read
           FROM knowledge_crawl_pages AS p WHERE p.tenant_id = ?1 AND p.crawl_id = ?2 AND p.state = 'queued'
             AND p.due_at <= ?3 ORDER BY p.kind = 'page', p.found_at LIMIT 1""",
        (tenant_id, crawl_id, at),
    )


def next_due(tenant_id: str, crawl_id: str) -> Statement:
    return Statement(
        """SELECT min(due_at) AS due_at FROM knowledge_crawl_pages
           WHERE tenant_id = ?1 AND crawl_id = ?2 AND state = 'queued'""",
        (tenant_id, crawl_id),
    )


def refresh(tenant_id: str, crawl_id: str, at: str) -> Statement:
    """Now, unless it is being read now."""
    return Statement(
        """UPDATE knowledge_crawl_jobs SET status = 'queued', due_at = '', finished_at = NULL, reason = NULL, updated_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND status <> 'running'""",
        (tenant_id, crawl_id, at),
    )


def begin(tenant_id: str, crawl_id: str, by: str, robots: str, at: str) -> Statement:
    return Statement(
        """UPDATE knowledge_crawl_jobs SET status = 'running', run = run + 1, robots = ?4, started_at = ?5,
             finished_at = NULL, reason = NULL
           WHERE tenant_id = ?1 AND id = ?2 AND claim = ?3 AND status = 'queued'""",
        (tenant_id, crawl_id, by, robots, at),
    )


def read_again(tenant_id: str, crawl_id: str) -> Statement:
    """Every page that is known: one that has not changed does not say where it leads."""
    return Statement(
        """UPDATE knowledge_crawl_pages SET state = 'queued', reason = NULL, attempts = 0, due_at = '',
             run = (SELECT run FROM knowledge_crawl_jobs WHERE tenant_id = ?1 AND id = ?2)
           WHERE tenant_id = ?1 AND crawl_id = ?2 AND state <> 'gone'
             AND run < (SELECT run FROM knowledge_crawl_jobs WHERE tenant_id = ?1 AND id = ?2)""",
        (tenant_id, crawl_id),
    )


def find_pages(tenant_id: str, crawl_id: str, found: str, most_of_a_shape: int) -> Statement:
    """`found` is JSON: [{url, kind, depth, shape}, ...]. A page that is known is read once a run; of an endless row so
    many are; and the frontier ends at four times what may be read."""
    return Statement(
        """INSERT INTO knowledge_crawl_pages (tenant_id, crawl_id, url, kind, run, depth, found_at, shape)
           SELECT ?1, ?2, f.value ->> 'url', f.value ->> 'kind', j.run, f.value ->> 'depth',
             coalesce((SELECT max(found_at) FROM knowledge_crawl_pages WHERE tenant_id = ?1 AND crawl_id = ?2), 0)
               + f.key + 1, f.value ->> 'shape'
           FROM knowledge_crawl_jobs AS j JOIN json_each(?3) AS f
           WHERE j.tenant_id = ?1 AND j.id = ?2 AND j.run > 0 AND (f.value ->> 'depth') <= j.max_depth
             AND (SELECT count(*) FROM knowledge_crawl_pages AS p
               WHERE p.tenant_id = ?1 AND p.crawl_id = ?2 AND p.run = j.run) < j.max_pages * 4
             AND (f.value ->> 'shape' IS NULL OR (SELECT count(*) FROM knowledge_crawl_pages AS p
               WHERE p.tenant_id = ?1 AND p.crawl_id = ?2 AND p.run = j.run AND p.shape = f.value ->> 'shape') < ?4)
           ON CONFLICT (tenant_id, crawl_id, url) DO UPDATE SET run = excluded.run, depth = excluded.depth,
             state = 'queued', reason = NULL, attempts = 0, due_at = '', found_at = excluded.found_at
           WHERE knowledge_crawl_pages.run < excluded.run""",
        (tenant_id, crawl_id, found, most_of_a_shape),
    )


def same_content(tenant_id: str, crawl_id: str, url: str, content_hash: str) -> Statement:
    """Another page of this run that says the same."""
    return Statement(
        """SELECT p.url FROM knowledge_crawl_pages AS p
           JOIN knowledge_crawl_jobs AS j ON j.tenant_id = p.tenant_id AND j.id = p.crawl_id AND j.run = p.run
           WHERE p.tenant_id = ?1 AND p.crawl_id = ?2 AND p.content_hash = ?4 AND p.url <> ?3
             AND p.state IN ('read', 'unchanged') LIMIT 1""",
        (tenant_id, crawl_id, url, content_hash),
    )


def settle_page(tenant_id: str, crawl_id: str, url: str, values: str) -> Statement:
    """`values` is JSON: state, reason, status, etag, last_modified, content_hash, document_id."""
    return Statement(
        """UPDATE knowledge_crawl_pages SET state = ?4 ->> 'state', reason = ?4 ->> 'reason', status = ?4 ->> 'status',
             etag = ?4 ->> 'etag', last_modified = ?4 ->> 'last_modified', content_hash = ?4 ->> 'content_hash',
             document_id = ?4 ->> 'document_id'
           WHERE tenant_id = ?1 AND crawl_id = ?2 AND url = ?3""",
        (tenant_id, crawl_id, url, values),
    )


def put_off_page(tenant_id: str, crawl_id: str, url: str, why: tuple[str, int | None], due_at: str) -> Statement:
    """`why` is (reason, status)."""
    return Statement(
        """UPDATE knowledge_crawl_pages SET attempts = attempts + 1, reason = ?4, status = ?5, due_at = ?6
           WHERE tenant_id = ?1 AND crawl_id = ?2 AND url = ?3""",
        (tenant_id, crawl_id, url, *why, due_at),
    )


def release(tenant_id: str, crawl_id: str, by: str, due_at: str) -> Statement:
    return Statement(
        """UPDATE knowledge_crawl_jobs SET claim = NULL, due_at = ?4
           WHERE tenant_id = ?1 AND id = ?2 AND claim = ?3""",
        (tenant_id, crawl_id, by, due_at),
    )


def put_document(tenant_id: str, document_id: str, values: str, at: str) -> Statement:
    """`values` is JSON: title, content, format, language, source_url, crawl_id, analysis."""
    return Statement(
        """INSERT INTO knowledge_documents (id, tenant_id, title, content, origin, format, language, source_url, crawl_id,
             analysis, created_at, updated_at)
           SELECT ?2, ?1, ?3 ->> 'title', ?3 ->> 'content', 'crawl', ?3 ->> 'format', ?3 ->> 'language',
             ?3 ->> 'source_url', ?3 ->> 'crawl_id', ?3 ->> 'analysis', ?4, ?4
           WHERE EXISTS (SELECT 1 FROM knowledge_crawl_jobs WHERE tenant_id = ?1 AND id = ?3 ->> 'crawl_id')
           ON CONFLICT (tenant_id, id) DO UPDATE SET title = excluded.title, content = excluded.content,
             format = excluded.format, language = excluded.language, analysis = excluded.analysis,
             version = version + (title <> excluded.title OR content <> excluded.content), updated_at = excluded.updated_at""",
        (tenant_id, document_id, values, at),
    )


def delete_page_document(tenant_id: str, document_id: str) -> Statement:
    return Statement(
        "DELETE FROM knowledge_documents WHERE tenant_id = ?1 AND id = ?2 AND origin = 'crawl'",
        (tenant_id, document_id),
    )


def skip_the_rest(tenant_id: str, crawl_id: str) -> Statement:
    return Statement(
        """UPDATE knowledge_crawl_pages SET state = 'skipped', reason = 'page_limit'
           WHERE tenant_id = ?1 AND crawl_id = ?2 AND state = 'queued'""",
        (tenant_id, crawl_id),
    )


def finish(tenant_id: str, crawl_id: str, by: str, ended: tuple[str, str | None, str, str]) -> Statement:
    """`ended` is (status, reason, now, when it is read again or '')."""
    return Statement(
        """UPDATE knowledge_crawl_jobs SET status = CASE WHEN ?7 <> '' THEN 'queued' ELSE ?4 END, reason = ?5,
             finished_at = ?6, due_at = ?7, claim = NULL
           WHERE tenant_id = ?1 AND id = ?2 AND claim = ?3""",
        (tenant_id, crawl_id, by, *ended),
    )


def first_page(tenant_id: str, crawl_id: str) -> Statement:
    """How many pages of this run were read."""
    return Statement(
        """SELECT count(*) AS pages_read FROM knowledge_crawl_pages AS p
           JOIN knowledge_crawl_jobs AS j ON j.tenant_id = p.tenant_id AND j.id = p.crawl_id AND j.run = p.run
           WHERE p.tenant_id = ?1 AND p.crawl_id = ?2 AND p.kind = 'page' AND p.depth = 0
             AND p.state IN ('read', 'unchanged', 'duplicate', 'skipped')""",
        (tenant_id, crawl_id),
    )
