ALTER TABLE knowledge_faq ADD COLUMN language TEXT CHECK (language IN ('fr', 'en')); -- NULL: not told
ALTER TABLE knowledge_faq ADD COLUMN analysis INTEGER NOT NULL DEFAULT 0; -- by which rules it was cut; 0: not yet

ALTER TABLE knowledge_documents ADD COLUMN format TEXT NOT NULL DEFAULT 'text'
  CHECK (format IN ('text', 'markdown', 'html', 'pdf', 'docx', 'csv'));
ALTER TABLE knowledge_documents ADD COLUMN language TEXT CHECK (language IN ('fr', 'en'));
ALTER TABLE knowledge_documents ADD COLUMN filename TEXT;
ALTER TABLE knowledge_documents ADD COLUMN source_url TEXT;
ALTER TABLE knowledge_documents ADD COLUMN product TEXT; -- what it is about, to search by
ALTER TABLE knowledge_documents ADD COLUMN crawl_id TEXT;
ALTER TABLE knowledge_documents ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1);
ALTER TABLE knowledge_documents ADD COLUMN analysis INTEGER NOT NULL DEFAULT 0;

ALTER TABLE knowledge_crawl_jobs ADD COLUMN max_pages INTEGER NOT NULL DEFAULT 100
  CHECK (max_pages BETWEEN 1 AND 2000);
ALTER TABLE knowledge_crawl_jobs ADD COLUMN max_depth INTEGER NOT NULL DEFAULT 5 CHECK (max_depth BETWEEN 0 AND 20);
ALTER TABLE knowledge_crawl_jobs ADD COLUMN refresh_days INTEGER CHECK (refresh_days BETWEEN 1 AND 365);
ALTER TABLE knowledge_crawl_jobs ADD COLUMN run INTEGER NOT NULL DEFAULT 0; -- how often it has been begun
ALTER TABLE knowledge_crawl_jobs ADD COLUMN robots TEXT; -- robots.txt as it was read in this run
ALTER TABLE knowledge_crawl_jobs ADD COLUMN claim TEXT; -- of whoever is reading a page now
ALTER TABLE knowledge_crawl_jobs ADD COLUMN due_at TEXT NOT NULL DEFAULT ''; -- when there is something to do
ALTER TABLE knowledge_crawl_jobs ADD COLUMN reason TEXT; -- why it failed
ALTER TABLE knowledge_crawl_jobs ADD COLUMN started_at TEXT;
ALTER TABLE knowledge_crawl_jobs ADD COLUMN finished_at TEXT;
CREATE INDEX idx_knowledge_crawl_jobs_due ON knowledge_crawl_jobs (due_at) WHERE status IN ('queued', 'running');

-- ---------------------------------------------------------------------------------------------------------------
-- Knowledge as it is searched: pieces of documents and answers, their words, their vectors
-- ---------------------------------------------------------------------------------------------------------------

-- What a document was before it was changed, the newest twenty; written by a trigger.
CREATE TABLE knowledge_document_versions (
  tenant_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, document_id, version),
  FOREIGN KEY (tenant_id, document_id) REFERENCES knowledge_documents (tenant_id, id) ON DELETE CASCADE
) STRICT;

-- One row a tenant that knows anything; the number stands before each of its words in the index. The sums are kept by
-- triggers, so that a word weighs by this tenant's texts alone.
CREATE TABLE knowledge_spaces (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant_id TEXT NOT NULL UNIQUE REFERENCES tenants (id),
  chunks INTEGER NOT NULL DEFAULT 0 CHECK (chunks >= 0),
  words INTEGER NOT NULL DEFAULT 0 CHECK (words >= 0)
) STRICT;

-- Which model a tenant's vectors are made with. While another one is being built, the one that serves goes on serving.
CREATE TABLE knowledge_indexes (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  generation INTEGER NOT NULL CHECK (generation >= 1),
  model TEXT NOT NULL, -- provider:name
  dimensions INTEGER NOT NULL CHECK (dimensions BETWEEN 1 AND 1536),
  state TEXT NOT NULL CHECK (state IN ('building', 'serving', 'retired')),
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, generation)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX idx_knowledge_indexes_serving ON knowledge_indexes (tenant_id) WHERE state = 'serving';
CREATE UNIQUE INDEX idx_knowledge_indexes_building ON knowledge_indexes (tenant_id) WHERE state = 'building';

-- A piece of a document or an answer, as it is found and cited. The id follows from where it stands and what it says,
-- so what did not change keeps its row and its vectors.
CREATE TABLE knowledge_chunks (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  space INTEGER NOT NULL REFERENCES knowledge_spaces (number),
  document_id TEXT,
  faq_id TEXT,
  position INTEGER NOT NULL,
  heading TEXT NOT NULL DEFAULT '', -- the path of headings above it
  text TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  content_hash TEXT NOT NULL, -- SHA-256 of title, heading and text, hex
  head_terms TEXT NOT NULL, -- stems of title and headings, apart by blanks
  body_terms TEXT NOT NULL,
  words INTEGER NOT NULL CHECK (words >= 0), -- stems in all
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, document_id) REFERENCES knowledge_documents (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, faq_id) REFERENCES knowledge_faq (tenant_id, id) ON DELETE CASCADE,
  CHECK ((document_id IS NULL) <> (faq_id IS NULL))
) STRICT;
CREATE INDEX idx_knowledge_chunks_document ON knowledge_chunks (tenant_id, document_id, position)
  WHERE document_id IS NOT NULL;
CREATE INDEX idx_knowledge_chunks_faq ON knowledge_chunks (tenant_id, faq_id) WHERE faq_id IS NOT NULL;

-- The index of words. Each has its tenant's number before it: one tenant's words are never counted, read or paid for by
-- another's question.
CREATE VIRTUAL TABLE knowledge_terms USING fts5 (head, body, content = '', tokenize = "unicode61 tokenchars '_'");
CREATE VIRTUAL TABLE knowledge_term_places USING fts5vocab (knowledge_terms, 'instance');
CREATE VIRTUAL TABLE knowledge_term_counts USING fts5vocab (knowledge_terms, 'row');

-- What the vector index holds, or is to hold: written with the chunk by triggers, carried out by a job. A row outlives
-- its chunk until the index has confirmed that the vector is gone.
CREATE TABLE knowledge_vectors (
  vector_id TEXT PRIMARY KEY, -- chunk id, content hash and generation; 64 bytes at most
  tenant_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  chunk_id TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'sent', 'there', 'unwanted', 'removing')),
  mutation_id TEXT, -- of the index, that it was written or deleted by
  sent_at TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT NOT NULL DEFAULT '', -- when there is something to do about it again
  CHECK (length(vector_id) <= 64)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_knowledge_vectors_due ON knowledge_vectors (due_at, tenant_id);
CREATE INDEX idx_knowledge_vectors_generation ON knowledge_vectors (tenant_id, generation, state);
CREATE INDEX idx_knowledge_vectors_chunk ON knowledge_vectors (tenant_id, chunk_id);

CREATE TRIGGER trg_knowledge_documents_version AFTER UPDATE OF title, content ON knowledge_documents
WHEN old.content <> new.content OR old.title <> new.title
BEGIN
  INSERT OR IGNORE INTO knowledge_document_versions (tenant_id, document_id, version, title, content, created_at)
  VALUES (old.tenant_id, old.id, old.version, old.title, old.content, old.updated_at);
  DELETE FROM knowledge_document_versions
  WHERE tenant_id = old.tenant_id AND document_id = old.id AND version <= old.version - 20;
END;

CREATE TRIGGER trg_knowledge_chunks_insert AFTER INSERT ON knowledge_chunks
BEGIN
  INSERT INTO knowledge_terms (rowid, head, body) VALUES (new.seq,
    replace(' ' || new.head_terms, ' ', ' ' || new.space || '_'),
    replace(' ' || new.body_terms, ' ', ' ' || new.space || '_'));
  UPDATE knowledge_spaces SET chunks = chunks + 1, words = words + new.words WHERE number = new.space;
  INSERT INTO knowledge_vectors (vector_id, tenant_id, generation, chunk_id)
  SELECT new.id || '.' || substr(new.content_hash, 1, 16) || '.' || i.generation, new.tenant_id, i.generation, new.id
  FROM knowledge_indexes AS i WHERE i.tenant_id = new.tenant_id AND i.state <> 'retired'
  ON CONFLICT (vector_id) DO UPDATE SET state = 'wanted', attempts = 0, due_at = '';
END;

CREATE TRIGGER trg_knowledge_chunks_delete AFTER DELETE ON knowledge_chunks
BEGIN
  INSERT INTO knowledge_terms (knowledge_terms, rowid, head, body) VALUES ('delete', old.seq,
    replace(' ' || old.head_terms, ' ', ' ' || old.space || '_'),
    replace(' ' || old.body_terms, ' ', ' ' || old.space || '_'));
  UPDATE knowledge_spaces SET chunks = chunks - 1, words = words - old.words WHERE number = old.space;
  UPDATE knowledge_vectors SET state = 'unwanted', attempts = 0, due_at = ''
  WHERE tenant_id = old.tenant_id AND chunk_id = old.id;
END;

-- Only its place may change: other words are another piece.
CREATE TRIGGER trg_knowledge_chunks_update BEFORE UPDATE OF id, text, heading, head_terms, body_terms, space, words
ON knowledge_chunks
BEGIN
  SELECT RAISE(ABORT, 'a chunk is replaced, not changed');
END;

-- A piece with what is told of where it comes from.
CREATE VIEW knowledge_passages AS
SELECT c.seq, c.id, c.tenant_id, c.document_id, c.faq_id, c.position, c.heading, c.text, c.language, c.words,
  c.content_hash, c.head_terms, c.body_terms, coalesce(d.title, f.question) AS title, d.source_url, d.product,
  CASE WHEN c.faq_id IS NOT NULL THEN 'faq' WHEN d.origin = 'crawl' THEN 'page' ELSE 'document' END AS source
FROM knowledge_chunks AS c
LEFT JOIN knowledge_documents AS d ON d.tenant_id = c.tenant_id AND d.id = c.document_id
LEFT JOIN knowledge_faq AS f ON f.tenant_id = c.tenant_id AND f.id = c.faq_id;

-- Vectors of questions that are asked again; the question itself is not kept.
CREATE TABLE knowledge_query_vectors (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  model TEXT NOT NULL,
  query_hash TEXT NOT NULL, -- SHA-256, hex
  vector TEXT NOT NULL, -- base64 of little-endian float32
  used_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, model, query_hash)
) STRICT;
CREATE INDEX idx_knowledge_query_vectors_used ON knowledge_query_vectors (used_at);

-- Every search, and what came of it. The question is kept without numbers, addresses and names that were told.
CREATE TABLE knowledge_search_logs (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  surface TEXT NOT NULL CHECK (surface IN ('search', 'ask', 'agent')),
  query TEXT NOT NULL,
  language TEXT CHECK (language IN ('fr', 'en')),
  mode TEXT NOT NULL CHECK (mode IN ('hybrid', 'vector', 'keyword')), -- that it was searched by in the end
  hits INTEGER NOT NULL,
  score REAL, -- of the best, 0 to 1
  duration_ms REAL NOT NULL,
  is_used INTEGER CHECK (is_used IN (0, 1)), -- whether an answer was made of it; NULL: nobody asked for one
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_knowledge_search_logs_created ON knowledge_search_logs (created_at);

-- Questions that nothing answered, until the owner does.
CREATE TABLE knowledge_questions (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  question TEXT NOT NULL, -- without numbers, addresses and names that were told
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  count INTEGER NOT NULL DEFAULT 1,
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered', 'dismissed')),
  faq_id TEXT,
  created_at TEXT NOT NULL,
  asked_at TEXT NOT NULL, -- the last time
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_knowledge_questions_asked ON knowledge_questions (asked_at);
CREATE UNIQUE INDEX idx_knowledge_questions_open ON knowledge_questions (tenant_id, language, question)
  WHERE status = 'open';

-- The pages of a crawl: its frontier, and what is known of each for the next time.
CREATE TABLE knowledge_crawl_pages (
  tenant_id TEXT NOT NULL,
  crawl_id TEXT NOT NULL,
  url TEXT NOT NULL, -- in one spelling
  kind TEXT NOT NULL DEFAULT 'page' CHECK (kind IN ('page', 'sitemap')),
  run INTEGER NOT NULL, -- in which it was last found
  depth INTEGER NOT NULL CHECK (depth >= 0),
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN
    ('queued', 'read', 'unchanged', 'duplicate', 'skipped', 'failed', 'gone')),
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT NOT NULL DEFAULT '',
  status INTEGER, -- of the last answer
  etag TEXT,
  last_modified TEXT,
  content_hash TEXT,
  document_id TEXT,
  found_at INTEGER NOT NULL, -- the order of discovery
  shape TEXT, -- of an address that could go on without end; so many of one shape are read
  PRIMARY KEY (tenant_id, crawl_id, url),
  FOREIGN KEY (tenant_id, crawl_id) REFERENCES knowledge_crawl_jobs (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_knowledge_crawl_pages_next ON knowledge_crawl_pages (tenant_id, crawl_id, due_at, found_at)
  WHERE state = 'queued';
CREATE INDEX idx_knowledge_crawl_pages_hash ON knowledge_crawl_pages (tenant_id, crawl_id, content_hash)
  WHERE content_hash IS NOT NULL;
