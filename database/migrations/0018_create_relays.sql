-- Calls over a socket: which socket may be opened, by whom, and how it ended; and what a caller cut short.

CREATE TABLE call_relays (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL, -- until then it can be opened, once
  opened_at TEXT,
  session_id TEXT, -- the provider's name of the socket
  ended_at TEXT,
  end_reason TEXT,
  document TEXT, -- what the provider was answered when it ended: a repeat gets it again
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, call_id) REFERENCES calls (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX idx_call_relays_id ON call_relays (id);
CREATE INDEX idx_call_relays_call ON call_relays (tenant_id, call_id);

ALTER TABLE omni_messages ADD COLUMN interrupted_after_ms INTEGER CHECK (interrupted_after_ms >= 0);

ALTER TABLE conversation_settings ADD COLUMN max_call_min INTEGER NOT NULL DEFAULT 30
  CHECK (max_call_min BETWEEN 1 AND 240);
