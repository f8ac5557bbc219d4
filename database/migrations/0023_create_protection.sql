-- Consent to marketing apart from consent to be written to at all; protection, sight and personal data.

CREATE TABLE message_consents_before AS SELECT * FROM message_consents;
DROP TABLE message_consents;
CREATE TABLE message_consents (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp', 'voice')),
  address TEXT NOT NULL,
  sender TEXT NOT NULL DEFAULT '',
  about TEXT NOT NULL DEFAULT 'everything' CHECK (about IN ('everything', 'marketing')),
  state TEXT NOT NULL CHECK (state IN ('granted', 'withdrawn')),
  source TEXT NOT NULL, -- what was said where
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, channel, address, sender, about)
) STRICT, WITHOUT ROWID;
INSERT INTO message_consents (tenant_id, channel, address, sender, state, source, updated_at)
SELECT tenant_id, channel, address, sender, state, source, updated_at FROM message_consents_before;
DROP TABLE message_consents_before;

-- A business that leaves. The row outlives it: without anything personal it is the receipt of what was erased.
CREATE TABLE tenant_erasures (
  tenant_id TEXT PRIMARY KEY,
  state TEXT NOT NULL DEFAULT 'scheduled' CHECK (state IN ('scheduled', 'closing', 'erasing', 'sweeping', 'done')),
  requested_at TEXT NOT NULL,
  due_at TEXT, -- of the next step; NULL: done
  closed_at TEXT, -- from when on nothing came in any more
  finished_at TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  counts TEXT NOT NULL DEFAULT '{}' CHECK (json_type(counts) = 'object') -- of rows by table, objects, vectors
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_tenant_erasures_due ON tenant_erasures (due_at) WHERE due_at IS NOT NULL;

-- From where, and with which API key.
ALTER TABLE audit_logs ADD COLUMN address TEXT;
ALTER TABLE audit_logs ADD COLUMN key_id TEXT;

-- Sign-ins that failed in a row, at one account from one address: by a hash of both.
CREATE TABLE login_failures (
  subject TEXT PRIMARY KEY,
  failures INTEGER NOT NULL CHECK (failures >= 1),
  blocked_until TEXT,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_login_failures_updated ON login_failures (updated_at);
ALTER TABLE sessions ADD COLUMN opened_from TEXT; -- a hash of where it was opened

-- What was written down stays, and goes only with the whole business.
CREATE TRIGGER audit_logs_kept BEFORE DELETE ON audit_logs WHEN NOT EXISTS (
  SELECT 1 FROM tenant_erasures WHERE tenant_id = OLD.tenant_id AND state IN ('closing', 'erasing'))
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
DROP TRIGGER memberships_last_owner_leaves;
CREATE TRIGGER memberships_last_owner_leaves BEFORE DELETE ON memberships WHEN OLD.role = 'owner'
BEGIN
  SELECT RAISE(ABORT, 'last_owner') WHERE NOT EXISTS (
    SELECT 1 FROM memberships WHERE tenant_id = OLD.tenant_id AND user_id <> OLD.user_id AND role = 'owner')
  AND NOT EXISTS (
    SELECT 1 FROM tenant_erasures WHERE tenant_id = OLD.tenant_id AND state IN ('closing', 'erasing'));
END;

-- An archive of everything of a business, or of one of its customers, kept for some days.
CREATE TABLE data_exports (
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  customer_id TEXT, -- NULL: the whole business
  state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'ready', 'failed', 'expired')),
  due_at TEXT, -- of the next attempt, or when the archive goes; NULL: nothing to do any more
  attempts INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER CHECK (bytes >= 0),
  counts TEXT NOT NULL DEFAULT '{}' CHECK (json_type(counts) = 'object'), -- of rows by table, objects, vectors
  reason TEXT, -- why it failed
  created_at TEXT NOT NULL,
  ready_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_data_exports_due ON data_exports (due_at) WHERE due_at IS NOT NULL;

-- No row: the defaults of modules/personal_data. NULL: for as long as the business stays.
CREATE TABLE retention_settings (
  tenant_id TEXT PRIMARY KEY REFERENCES tenants (id),
  transcripts_days INTEGER CHECK (transcripts_days BETWEEN 1 AND 3650),
  recordings_days INTEGER CHECK (recordings_days BETWEEN 1 AND 3650),
  audio_days INTEGER CHECK (audio_days BETWEEN 1 AND 3650),
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Objects that nothing speaks of any more, until they are gone from the store.
CREATE TABLE blob_removals (
  blob_key TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_blob_removals_tenant ON blob_removals (tenant_id);

ALTER TABLE omni_conversations ADD COLUMN cleared_at TEXT;
CREATE INDEX idx_omni_conversations_kept ON omni_conversations (tenant_id, last_message_at)
  WHERE status = 'closed' AND cleared_at IS NULL;
CREATE INDEX idx_call_recordings_kept ON call_recordings (tenant_id, created_at) WHERE status = 'stored';
CREATE INDEX idx_speech_audio_kept ON speech_audio (created_at);
CREATE INDEX idx_inbound_events_received ON inbound_events (received_at);
CREATE INDEX idx_inbound_events_dead ON inbound_events (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX idx_inbound_events_tenant ON inbound_events (tenant_id) WHERE tenant_id IS NOT NULL;
CREATE INDEX idx_webhook_events_created ON webhook_events (created_at);

-- Words that are taken out of a message are not found by any more.
DROP TRIGGER omni_messages_changed;
CREATE TRIGGER omni_messages_changed AFTER UPDATE OF body ON omni_messages WHEN OLD.body <> '' AND NEW.body <> OLD.body
BEGIN
  INSERT INTO message_words (message_words, rowid, tenant, body)
  SELECT 'delete', number, OLD.tenant_id, OLD.body FROM message_numbers
  WHERE tenant_id = OLD.tenant_id AND message_id = OLD.id;
  INSERT INTO message_words (rowid, tenant, body)
  SELECT number, NEW.tenant_id, NEW.body FROM message_numbers
  WHERE tenant_id = NEW.tenant_id AND message_id = NEW.id AND NEW.body <> '';
  DELETE FROM message_numbers WHERE tenant_id = NEW.tenant_id AND message_id = NEW.id AND NEW.body = '';
END;
