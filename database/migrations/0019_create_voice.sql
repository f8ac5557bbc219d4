-- What is heard beside a call's turns: words half recognised, recordings, and audio made of words.

CREATE TABLE call_partials (
  tenant_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  turn INTEGER NOT NULL CHECK (turn >= 0),
  sequence INTEGER NOT NULL,
  speech TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, call_id, turn),
  FOREIGN KEY (tenant_id, call_id) REFERENCES calls (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_call_partials_created ON call_partials (created_at);

CREATE TABLE call_recordings (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('call', 'voicemail')),
  status TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'stored', 'absent', 'failed')),
  duration_s INTEGER CHECK (duration_s >= 0),
  blob_key TEXT,
  content_type TEXT,
  bytes INTEGER CHECK (bytes >= 0),
  created_at TEXT NOT NULL,
  stored_at TEXT,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, provider_id),
  FOREIGN KEY (tenant_id, call_id) REFERENCES calls (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_call_recordings_call ON call_recordings (tenant_id, call_id);

CREATE TABLE speech_audio (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  content_hash TEXT NOT NULL,
  blob_key TEXT NOT NULL,
  content_type TEXT NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  characters INTEGER NOT NULL CHECK (characters >= 0),
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, content_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_speech_audio_created ON speech_audio (tenant_id, created_at, characters);

CREATE TABLE speech_voices (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  provider TEXT NOT NULL,
  voices TEXT NOT NULL CHECK (json_type(voices) = 'array'),
  fetched_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, provider)
) STRICT, WITHOUT ROWID;

ALTER TABLE conversation_settings ADD COLUMN records_calls INTEGER NOT NULL DEFAULT 0 CHECK (records_calls IN (0, 1));
ALTER TABLE conversation_settings ADD COLUMN speech_chars_month INTEGER NOT NULL DEFAULT 100000
  CHECK (speech_chars_month BETWEEN 0 AND 10000000);
