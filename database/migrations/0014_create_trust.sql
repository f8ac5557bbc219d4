-- Who may act, sealed credentials, events in and out, and messages on their way.
ALTER TABLE users ADD COLUMN email_verified_at TEXT;
ALTER TABLE calls ADD COLUMN provider_account TEXT;
ALTER TABLE omni_phone_mappings ADD COLUMN
  proof TEXT CHECK (proof IN ('development', 'pool', 'account', 'operator'));
ALTER TABLE omni_phone_mappings ADD COLUMN provider_account TEXT;
UPDATE omni_phone_mappings SET proof = 'operator' WHERE verified_at IS NOT NULL;

CREATE TRIGGER memberships_last_owner_leaves BEFORE DELETE ON memberships WHEN OLD.role = 'owner'
BEGIN
  SELECT RAISE(ABORT, 'last_owner') WHERE NOT EXISTS (
    SELECT 1 FROM memberships WHERE tenant_id = OLD.tenant_id AND user_id <> OLD.user_id AND role = 'owner');
END;
CREATE TRIGGER memberships_last_owner_demoted BEFORE UPDATE OF role ON memberships
WHEN OLD.role = 'owner' AND NEW.role <> 'owner'
BEGIN
  SELECT RAISE(ABORT, 'last_owner') WHERE NOT EXISTS (
    SELECT 1 FROM memberships WHERE tenant_id = OLD.tenant_id AND user_id <> OLD.user_id AND role = 'owner');
END;

-- One login of one person; an access token is good only while its session is.

ALTER TABLE inbound_events RENAME TO inbound_events_before;
DROP INDEX idx_inbound_events_subject;
DROP INDEX idx_inbound_events_kind;
CREATE TABLE inbound_events (
  id TEXT NOT NULL UNIQUE,
  provider TEXT NOT NULL,
  external_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT, -- what it is about, e.g. the provider's call id
  tenant_id TEXT REFERENCES tenants (id), -- NULL: not known when it came
  payload TEXT NOT NULL CHECK (json_valid(payload)),
  received_at TEXT NOT NULL,
  handled_at TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT, -- of the next attempt; NULL: handled when it was stored
  dead_at TEXT,
  reason TEXT, -- of the last failure
  PRIMARY KEY (provider, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_inbound_events_subject ON inbound_events (provider, subject);
CREATE INDEX idx_inbound_events_kind ON inbound_events (kind, received_at);
CREATE INDEX idx_inbound_events_due ON inbound_events (due_at) WHERE handled_at IS NULL AND dead_at IS NULL;
CREATE TRIGGER inbound_events_handled_once BEFORE UPDATE OF handled_at ON inbound_events
WHEN OLD.handled_at IS NOT NULL AND NEW.handled_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'event_handled'); END;
INSERT INTO inbound_events (id, provider, external_id, kind, subject, payload, received_at, handled_at)
SELECT 'evt_' || lower(hex(randomblob(13))), provider, external_id, kind, subject, payload, received_at, handled_at
FROM inbound_events_before;
DROP TABLE inbound_events_before;

-- A session is a family of refresh tokens: one is good at a time, and a second use of an old one ends the session.
CREATE TABLE refresh_tokens (
  token_hash TEXT PRIMARY KEY, -- SHA-256
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE one_time_tokens (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('reset_password', 'verify_email')),
  email TEXT NOT NULL, -- the address that it was sent to
  token_hash TEXT NOT NULL UNIQUE, -- SHA-256; the token is made again from the id when its mail is written
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_one_time_tokens_user ON one_time_tokens (user_id, purpose);

CREATE TABLE invitations (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  email TEXT NOT NULL CHECK (email = lower(email)),
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'agent', 'viewer')),
  token_hash TEXT NOT NULL UNIQUE,
  invited_by TEXT NOT NULL REFERENCES users (id),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  accepted_at TEXT,
  revoked_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX idx_invitations_open ON invitations (tenant_id, email)
  WHERE accepted_at IS NULL AND revoked_at IS NULL;

CREATE TABLE api_keys (
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  created_by TEXT NOT NULL REFERENCES users (id), -- the key may do at most what this user may
  name TEXT NOT NULL,
  scopes TEXT NOT NULL CHECK (json_type(scopes) = 'array'),
  secret_hash TEXT NOT NULL, -- SHA-256
  created_at TEXT NOT NULL,
  last_used_at TEXT, -- to the minute
  revoked_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt_counters (
  subject TEXT NOT NULL, -- what is counted; of a person a hash
  window_start TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (subject, window_start)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant_keys (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  wrapped_key TEXT NOT NULL, -- the tenant's data key under CREDENTIALS_KEY, AES-256-GCM, base64
  wrapping_key_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  rewrapped_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_tenant_keys_wrapping ON tenant_keys (wrapping_key_id);

CREATE TABLE tenant_integrations (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  provider TEXT NOT NULL CHECK (provider IN
    ('twilio', 'vapi', 'openai', 'anthropic', 'elevenlabs', 'resend', 'smtp', 'whatsapp')),
  account TEXT, -- the vendor's public name of the account, e.g. an AccountSid
  webhook_token TEXT NOT NULL UNIQUE, -- stands in the address of the tenant's own webhooks; proves nothing
  verified_at TEXT, -- when the vendor last took the credentials
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, provider)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_tenant_integrations_account ON tenant_integrations (provider, account);

CREATE TABLE tenant_credentials (
  tenant_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  field TEXT NOT NULL,
  key_id TEXT NOT NULL,
  ciphertext TEXT NOT NULL, -- AES-256-GCM under the tenant's data key, bound to tenant, provider and field
  last4 TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, provider, field),
  FOREIGN KEY (tenant_id, provider) REFERENCES tenant_integrations (tenant_id, provider) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, key_id) REFERENCES tenant_keys (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Numbers of the platform's own accounts; the tenant's from the moment they are allocated.
CREATE TABLE platform_numbers (
  phone_number TEXT PRIMARY KEY CHECK (phone_number LIKE '+%'),
  provider TEXT NOT NULL,
  tenant_id TEXT REFERENCES tenants (id),
  created_at TEXT NOT NULL,
  allocated_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_platform_numbers_tenant ON platform_numbers (tenant_id);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  tenant_id TEXT REFERENCES tenants (id), -- NULL: from us to a user
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  recipient TEXT NOT NULL,
  template TEXT NOT NULL,
  content TEXT NOT NULL CHECK (json_valid(content)), -- what the template needs; links with tokens are made on sending
  purpose TEXT NOT NULL CHECK (purpose IN ('account', 'reply', 'service', 'marketing')),
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sending', 'sent', 'unsent')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT NOT NULL,
  lease_until TEXT,
  counted_on TEXT, -- the day whose cap it uses up
  provider_id TEXT,
  provider_account TEXT, -- that it was sent from; NULL: the platform's
  reason TEXT, -- why it has not been sent (yet)
  created_at TEXT NOT NULL,
  sent_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_outbox_due ON outbox (due_at) WHERE status IN ('queued', 'sending');
CREATE INDEX idx_outbox_tenant ON outbox (tenant_id, channel, counted_on);
CREATE UNIQUE INDEX idx_outbox_provider ON outbox (channel, provider_id) WHERE provider_id IS NOT NULL;

CREATE TABLE message_consents (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
  address TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('granted', 'withdrawn')),
  source TEXT NOT NULL, -- what was said where
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, channel, address)
) STRICT, WITHOUT ROWID;

-- No row: the defaults of modules/messaging.
CREATE TABLE message_policies (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
  sender TEXT,
  quiet_from TEXT NOT NULL CHECK (quiet_from GLOB '[0-2][0-9]:[0-5][0-9]'),
  quiet_to TEXT NOT NULL CHECK (quiet_to GLOB '[0-2][0-9]:[0-5][0-9]'),
  daily_cap INTEGER NOT NULL CHECK (daily_cap >= 0),
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_endpoints (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  url TEXT NOT NULL,
  description TEXT,
  events TEXT NOT NULL CHECK (json_type(events) = 'array'), -- of each event's type, or '*'
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  key_id TEXT NOT NULL,
  secret TEXT NOT NULL, -- sealed as a credential is
  previous_secret TEXT, -- also signs until previous_until
  previous_until TEXT,
  failing_since TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, key_id) REFERENCES tenant_keys (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE webhook_events (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  type TEXT NOT NULL,
  payload TEXT NOT NULL CHECK (json_valid(payload)), -- frozen: every attempt sends these bytes
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER webhook_events_frozen BEFORE UPDATE ON webhook_events
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TABLE webhook_deliveries (
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  endpoint_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sending', 'delivered', 'dead')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT NOT NULL,
  lease_until TEXT,
  created_at TEXT NOT NULL,
  delivered_at TEXT,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, endpoint_id, event_id),
  FOREIGN KEY (tenant_id, endpoint_id) REFERENCES webhook_endpoints (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, event_id) REFERENCES webhook_events (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_webhook_deliveries_endpoint ON webhook_deliveries (tenant_id, endpoint_id, id);
CREATE INDEX idx_webhook_deliveries_due ON webhook_deliveries (due_at) WHERE status IN ('queued', 'sending');
-- Each endpoint that wants an event gets it; a test is delivered to the one endpoint that is tested.
CREATE TRIGGER webhook_events_fan_out AFTER INSERT ON webhook_events WHEN NEW.type <> 'endpoint.test'
BEGIN
  INSERT INTO webhook_deliveries (id, tenant_id, endpoint_id, event_id, due_at, created_at)
  SELECT 'dlv_' || substr(NEW.id, 5) || '_' || substr(id, 5), NEW.tenant_id, id, NEW.id, NEW.created_at, NEW.created_at
  FROM webhook_endpoints
  WHERE tenant_id = NEW.tenant_id AND is_active = 1
    AND EXISTS (SELECT 1 FROM json_each(events) WHERE value IN (NEW.type, '*'));
END;

CREATE TABLE webhook_attempts (
  tenant_id TEXT NOT NULL,
  delivery_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  response_status INTEGER, -- NULL: no answer
  reason TEXT,
  duration_ms REAL NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, delivery_id, attempt),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES webhook_deliveries (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
