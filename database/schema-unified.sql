-- The whole schema as it is now; database/migrations is how it got there, and a test holds the two together.
-- Instants are UTC text in SQLite's own form, YYYY-MM-DD HH:MM:SS.SSS, so that datetime('now', ...) compares
-- exactly. Money is in minor units. JSON holds only what is never filtered. Weekdays are mon..sun.

-- ---------------------------------------------------------------------------------------------------------------
-- Tenancy and identity
-- ---------------------------------------------------------------------------------------------------------------

-- One business. The only source of its name, trade, address, zone, contact details and human number: prompts,
-- greetings and answers are rendered from here at each turn.
CREATE TABLE tenants (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
  company_name TEXT GENERATED ALWAYS AS (name) VIRTUAL, -- for older readers
  slug TEXT NOT NULL UNIQUE,
  sector TEXT,
  email TEXT,
  phone TEXT CHECK (phone LIKE '+%'),
  website TEXT,
  address TEXT,
  country TEXT NOT NULL DEFAULT 'FR' CHECK (length(country) = 2),
  timezone TEXT NOT NULL DEFAULT 'Europe/Paris',
  transfer_number TEXT CHECK (transfer_number LIKE '+%'),
  subscription_plan TEXT NOT NULL DEFAULT 'free',
  onboarding_completed INTEGER NOT NULL DEFAULT 0 CHECK (onboarding_completed IN (0, 1)),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX idx_tenants_created ON tenants (created_at);

-- One person. The only source of the login; an e-mail is kept in lower case.
CREATE TABLE users (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE CHECK (email = lower(email)),
  name TEXT NOT NULL,
  password_hash TEXT, -- NULL: no password can open this account until one is set
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  email_verified_at TEXT
) STRICT;

-- Who may act for which tenant, and as what.
CREATE TABLE memberships (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'agent', 'viewer')),
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_memberships_user ON memberships (user_id);
CREATE TRIGGER memberships_last_owner_leaves BEFORE DELETE ON memberships WHEN OLD.role = 'owner'
BEGIN
  SELECT RAISE(ABORT, 'last_owner') WHERE NOT EXISTS (
    SELECT 1 FROM memberships WHERE tenant_id = OLD.tenant_id AND user_id <> OLD.user_id AND role = 'owner')
  AND NOT EXISTS (
    SELECT 1 FROM tenant_erasures WHERE tenant_id = OLD.tenant_id AND state IN ('closing', 'erasing'));
END;
CREATE TRIGGER memberships_last_owner_demoted BEFORE UPDATE OF role ON memberships
WHEN OLD.role = 'owner' AND NEW.role <> 'owner'
BEGIN
  SELECT RAISE(ABORT, 'last_owner') WHERE NOT EXISTS (
    SELECT 1 FROM memberships WHERE tenant_id = OLD.tenant_id AND user_id <> OLD.user_id AND role = 'owner');
END;

-- One login of one person; an access token is good only while its session is.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT,
  opened_from TEXT -- a hash of where it was opened
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_sessions_user ON sessions (user_id);
CREATE INDEX idx_sessions_expiry ON sessions (expires_at);

-- Who did what, append-only: erasure deletes, nothing edits.
CREATE TABLE audit_logs (
  id TEXT PRIMARY KEY,
  tenant_id TEXT REFERENCES tenants (id),
  user_id TEXT REFERENCES users (id),
  action TEXT NOT NULL,
  subject TEXT,
  correlation_id TEXT,
  created_at TEXT NOT NULL,
  address TEXT, -- that it came from
  key_id TEXT -- the API key that it was done with
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_audit_logs_tenant ON audit_logs (tenant_id, created_at);
CREATE TRIGGER audit_logs_append_only BEFORE UPDATE ON audit_logs
BEGIN SELECT RAISE(ABORT, 'append_only'); END;
-- What was written down stays, and goes only with the whole business.
CREATE TRIGGER audit_logs_kept BEFORE DELETE ON audit_logs WHEN NOT EXISTS (
  SELECT 1 FROM tenant_erasures WHERE tenant_id = OLD.tenant_id AND state IN ('closing', 'erasing'))
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- The first answer to a request with an Idempotency-Key, written in the same batch as its effect.
CREATE TABLE idempotency_keys (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  principal TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 128),
  request_hash TEXT NOT NULL,
  status INTEGER, -- NULL while the first request is running
  answer TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, principal, method, path, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_idempotency_keys_created ON idempotency_keys (created_at);

-- ---------------------------------------------------------------------------------------------------------------
-- Onboarding
-- ---------------------------------------------------------------------------------------------------------------

-- How far a tenant's onboarding is. What the steps saved stands in the tables of those facts, not here.
CREATE TABLE onboarding_sessions (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  user_id TEXT REFERENCES users (id),
  status TEXT NOT NULL DEFAULT 'in_progress' CHECK (status IN ('in_progress', 'completed', 'abandoned')),
  current_step INTEGER NOT NULL DEFAULT 1 CHECK (current_step BETWEEN 1 AND 5),
  started_at TEXT NOT NULL,
  completed_at TEXT,
  updated_at TEXT NOT NULL,
  metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
  PRIMARY KEY (tenant_id, id),
  CHECK ((status = 'completed') = (completed_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX idx_onboarding_sessions_open ON onboarding_sessions (tenant_id) WHERE status = 'in_progress';
CREATE INDEX idx_onboarding_sessions_started ON onboarding_sessions (started_at);

-- Which steps of a session are done, and whether they were saved or skipped.
CREATE TABLE onboarding_steps (
  tenant_id TEXT NOT NULL,
  session_id TEXT NOT NULL,
  step INTEGER NOT NULL CHECK (step BETWEEN 1 AND 4), -- business, knowledge, services, assistant
  state TEXT NOT NULL CHECK (state IN ('saved', 'skipped')),
  done_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, session_id, step),
  FOREIGN KEY (tenant_id, session_id) REFERENCES onboarding_sessions (tenant_id, id)
) STRICT, WITHOUT ROWID;
-- The order of the steps is kept by the data, so that a step needs no read before its write.
CREATE TRIGGER onboarding_steps_in_order BEFORE INSERT ON onboarding_steps
BEGIN
  SELECT CASE
    WHEN s.status <> 'in_progress' THEN RAISE(ABORT, 'onboarding_completed')
    WHEN s.current_step < NEW.step THEN RAISE(ABORT, 'step_out_of_order')
  END FROM onboarding_sessions AS s WHERE s.tenant_id = NEW.tenant_id AND s.id = NEW.session_id;
END;
-- A session completes only with every step done, whoever asks.
CREATE TRIGGER onboarding_sessions_complete BEFORE UPDATE OF status ON onboarding_sessions
WHEN NEW.status = 'completed' AND OLD.status = 'in_progress'
BEGIN
  SELECT RAISE(ABORT, 'onboarding_incomplete') WHERE (
    SELECT COUNT(*) FROM onboarding_steps WHERE tenant_id = NEW.tenant_id AND session_id = NEW.id) < 4;
END;

-- What happened on the way, append-only: the funnel is counted from here.
CREATE TABLE onboarding_events (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  session_id TEXT,
  step TEXT CHECK (step IN ('business', 'knowledge', 'services', 'assistant', 'complete')),
  event TEXT NOT NULL CHECK (event IN ('started', 'entered', 'left', 'saved', 'skipped', 'failed', 'completed')),
  reason TEXT, -- of a failure: the problem's code and the fields, never what was typed
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, session_id) REFERENCES onboarding_sessions (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_onboarding_events_created ON onboarding_events (created_at);
CREATE TRIGGER onboarding_events_append_only BEFORE UPDATE ON onboarding_events
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- ---------------------------------------------------------------------------------------------------------------
-- What the business knows and offers
-- ---------------------------------------------------------------------------------------------------------------

-- The only source of opening hours, as local times; an opening that closes at or before it opens ends the next
-- day. A weekday without a row is closed; a tenant without any row has not told its hours.
CREATE TABLE opening_hours (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  weekday TEXT NOT NULL CHECK (weekday IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')),
  opens TEXT NOT NULL CHECK (opens GLOB '[0-2][0-9]:[0-5][0-9]' AND opens < '24:00'),
  closes TEXT NOT NULL CHECK (closes GLOB '[0-2][0-9]:[0-5][0-9]' AND closes <= '24:00'),
  PRIMARY KEY (tenant_id, weekday, opens)
) STRICT, WITHOUT ROWID;

-- The only source of questions and answers.
CREATE TABLE knowledge_faq (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  origin TEXT NOT NULL DEFAULT 'api' CHECK (origin IN ('onboarding', 'api')), -- a step replaces only its own rows
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  language TEXT CHECK (language IN ('fr', 'en')), -- NULL: not told
  analysis INTEGER NOT NULL DEFAULT 0, -- by which rules it was cut into pieces; 0: not yet
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- The only source of longer texts.
CREATE TABLE knowledge_documents (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  title TEXT NOT NULL,
  content TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  origin TEXT NOT NULL DEFAULT 'api' CHECK (origin IN ('onboarding', 'api', 'crawl')),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  format TEXT NOT NULL DEFAULT 'text' CHECK (format IN ('text', 'markdown', 'html', 'pdf', 'docx', 'csv')),
  language TEXT CHECK (language IN ('fr', 'en')),
  filename TEXT,
  source_url TEXT,
  product TEXT, -- what it is about, to search by
  crawl_id TEXT,
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
  analysis INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id)
) STRICT;

-- Web addresses to read; status 'queued' until they have been.
CREATE TABLE knowledge_crawl_jobs (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  url TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  origin TEXT NOT NULL DEFAULT 'api' CHECK (origin IN ('onboarding', 'api')),
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'failed')),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  max_pages INTEGER NOT NULL DEFAULT 100 CHECK (max_pages BETWEEN 1 AND 2000),
  max_depth INTEGER NOT NULL DEFAULT 5 CHECK (max_depth BETWEEN 0 AND 20),
  refresh_days INTEGER CHECK (refresh_days BETWEEN 1 AND 365),
  run INTEGER NOT NULL DEFAULT 0, -- how often it has been begun
  robots TEXT, -- robots.txt as it was read in this run
  claim TEXT, -- of whoever is reading a page now
  due_at TEXT NOT NULL DEFAULT '', -- when there is something to do
  reason TEXT, -- why it failed
  started_at TEXT,
  finished_at TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_knowledge_crawl_jobs_due ON knowledge_crawl_jobs (due_at) WHERE status IN ('queued', 'running');

-- The only source of what can be booked and what it costs.
CREATE TABLE services (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  duration_min INTEGER NOT NULL CHECK (duration_min BETWEEN 1 AND 1440),
  buffer_min INTEGER NOT NULL DEFAULT 0 CHECK (buffer_min BETWEEN 0 AND 1440),
  price_minor INTEGER CHECK (price_minor >= 0),
  currency TEXT CHECK (length(currency) = 3),
  position INTEGER NOT NULL DEFAULT 0,
  origin TEXT NOT NULL DEFAULT 'api' CHECK (origin IN ('onboarding', 'api')),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  description TEXT,
  buffer_before_min INTEGER NOT NULL DEFAULT 0 CHECK (buffer_before_min BETWEEN 0 AND 1440),
  capacity INTEGER NOT NULL DEFAULT 1 CHECK (capacity BETWEEN 1 AND 1000), -- seats of one session
  notice_min INTEGER CHECK (notice_min BETWEEN 0 AND 525600), -- NULL: that of the settings; so are the next two
  horizon_days INTEGER CHECK (horizon_days BETWEEN 1 AND 730),
  interval_min INTEGER CHECK (interval_min BETWEEN 1 AND 1440),
  daily_limit INTEGER CHECK (daily_limit >= 1),
  place TEXT NOT NULL DEFAULT 'on_site' CHECK (place IN ('on_site', 'online', 'phone')),
  online_url TEXT,
  required_fields TEXT NOT NULL DEFAULT '[]' CHECK (json_type(required_fields) = 'array'), -- of the customer
  archived_at TEXT, -- no longer offered; appointments keep it
  PRIMARY KEY (tenant_id, id),
  CHECK ((price_minor IS NULL) = (currency IS NULL))
) STRICT, WITHOUT ROWID;

-- What an agent may claim of a business, one row a tenant, read at every turn: never copied, never frozen.
CREATE VIEW business_facts AS
SELECT t.id AS tenant_id, t.name, t.sector, t.email, t.phone, t.website, t.address, t.country, t.timezone,
  t.transfer_number,
  (SELECT json_group_array(json_array(h.weekday, h.opens, h.closes)) FROM (
    SELECT weekday, opens, closes FROM opening_hours WHERE tenant_id = t.id ORDER BY opens) AS h) AS hours,
  (SELECT json_group_array(json_array(s.id, s.name, s.duration_min, s.price_minor, s.currency)) FROM (
    SELECT id, name, duration_min, price_minor, currency FROM services
    WHERE tenant_id = t.id AND archived_at IS NULL ORDER BY position, id) AS s) AS services,
  (SELECT json_group_array(json_array(f.id, f.question, f.answer)) FROM (
    SELECT id, question, answer FROM knowledge_faq WHERE tenant_id = t.id ORDER BY position, id) AS f) AS faqs
FROM tenants AS t;

-- ---------------------------------------------------------------------------------------------------------------
-- Agents, numbers, channels
-- ---------------------------------------------------------------------------------------------------------------

-- An AI agent as it is being edited; NULL prompt or greeting means that of its type's template.
CREATE TABLE omni_agent_configs (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  is_default INTEGER NOT NULL DEFAULT 0 CHECK (is_default IN (0, 1)),
  agent_type TEXT NOT NULL DEFAULT 'multi_purpose',
  agent_name TEXT NOT NULL DEFAULT 'Assistant',
  voice_provider TEXT NOT NULL DEFAULT 'elevenlabs',
  voice_id TEXT NOT NULL,
  voice_language TEXT NOT NULL DEFAULT 'fr-FR',
  voice_mode TEXT NOT NULL DEFAULT 'gather' CHECK (voice_mode IN ('gather', 'relay')),
  system_prompt TEXT,
  greeting_message TEXT,
  knowledge_base_ids TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(knowledge_base_ids)),
  enable_appointments INTEGER NOT NULL DEFAULT 0 CHECK (enable_appointments IN (0, 1)),
  enable_products INTEGER NOT NULL DEFAULT 0 CHECK (enable_products IN (0, 1)),
  version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1), -- the one that new conversations run on
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  deleted_at TEXT,
  models TEXT CHECK (models IS NULL OR json_type(models) = 'array'), -- first choice first; NULL: the installation's
  tools TEXT CHECK (tools IS NULL OR json_type(tools) = 'array'), -- that it may use; NULL: those of its type
  has_draft INTEGER NOT NULL DEFAULT 0 CHECK (has_draft IN (0, 1)), -- changed and not published
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX idx_omni_agent_default ON omni_agent_configs (tenant_id)
  WHERE is_default = 1 AND deleted_at IS NULL;

-- An agent as it was when it was published: complete, never edited, what conversations are pinned to.
CREATE TABLE omni_agent_versions (
  tenant_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  config TEXT NOT NULL CHECK (json_valid(config)),
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, version),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES omni_agent_configs (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER omni_agent_versions_frozen BEFORE UPDATE ON omni_agent_versions
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- Which agent answers a number. A number routes calls only when it is active and verified.
CREATE TABLE omni_phone_mappings (
  id TEXT NOT NULL,
  phone_number TEXT NOT NULL CHECK (phone_number LIKE '+%'),
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  agent_id TEXT NOT NULL,
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  verified_at TEXT, -- NULL: claimed, not proven
  after_hours TEXT NOT NULL DEFAULT 'agent' CHECK (after_hours IN ('agent', 'voicemail', 'transfer')),
  transfer_number TEXT CHECK (transfer_number LIKE '+%'), -- NULL: tenants.transfer_number
  origin TEXT NOT NULL DEFAULT 'api' CHECK (origin IN ('onboarding', 'api')),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  proof TEXT CHECK (proof IN ('development', 'pool', 'account', 'operator')), -- what verified_at rests on
  provider_account TEXT, -- the account that holds it, whose token signs its webhooks; NULL: the platform's
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, phone_number),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES omni_agent_configs (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX idx_omni_phone_proven ON omni_phone_mappings (phone_number)
  WHERE is_active = 1 AND verified_at IS NOT NULL;
CREATE INDEX idx_omni_phone_agent ON omni_phone_mappings (tenant_id, agent_id);
-- A number that another tenant has proven to own cannot even be claimed.
CREATE TRIGGER omni_phone_mappings_claim BEFORE INSERT ON omni_phone_mappings
BEGIN
  SELECT RAISE(ABORT, 'phone_number_taken') WHERE EXISTS (
    SELECT 1 FROM omni_phone_mappings WHERE phone_number = NEW.phone_number AND tenant_id <> NEW.tenant_id
      AND is_active = 1 AND verified_at IS NOT NULL);
END;
CREATE TRIGGER omni_phone_mappings_reclaim BEFORE UPDATE OF phone_number, is_active, verified_at ON omni_phone_mappings
WHEN NEW.is_active = 1
BEGIN
  SELECT RAISE(ABORT, 'phone_number_taken') WHERE EXISTS (
    SELECT 1 FROM omni_phone_mappings WHERE phone_number = NEW.phone_number AND tenant_id <> NEW.tenant_id
      AND is_active = 1 AND verified_at IS NOT NULL);
END;

-- A tenant's channels beside the phone. Active means seen working: verified_at.
CREATE TABLE tenant_channels (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  channel TEXT NOT NULL,
  config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config)),
  enabled INTEGER NOT NULL DEFAULT 0 CHECK (enabled IN (0, 1)),
  verified_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  agent_id TEXT, -- that answers there; NULL: the number's, or the default one
  test_id TEXT, -- what was sent to see it arrive
  tested_at TEXT,
  PRIMARY KEY (tenant_id, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_tenant_channels_test ON tenant_channels (test_id) WHERE test_id IS NOT NULL;

-- ---------------------------------------------------------------------------------------------------------------
-- Conversations
-- ---------------------------------------------------------------------------------------------------------------

-- A person who has been in touch with a tenant; their addresses stand in customer_identities.
CREATE TABLE customers (
  number INTEGER PRIMARY KEY, -- by which its words are found
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT,
  company TEXT,
  notes TEXT,
  tags TEXT NOT NULL DEFAULT '[]' CHECK (json_type(tags) = 'array'),
  language TEXT CHECK (language IN ('fr', 'en')),
  merged_into TEXT, -- the same person's other row, which has everything now
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, merged_into) REFERENCES customers (tenant_id, id)
) STRICT;
CREATE VIRTUAL TABLE customer_words USING fts5 (
  tenant, words, content = '', tokenize = "unicode61 remove_diacritics 2 tokenchars '_'");
CREATE TRIGGER customers_found AFTER INSERT ON customers
BEGIN
  INSERT INTO customer_words (rowid, tenant, words)
  VALUES (NEW.number, NEW.tenant_id, COALESCE(NEW.name, '') || ' ' || COALESCE(NEW.company, ''));
END;
CREATE TRIGGER customers_changed AFTER UPDATE OF name, company ON customers
BEGIN
  INSERT INTO customer_words (customer_words, rowid, tenant, words)
  VALUES ('delete', OLD.number, OLD.tenant_id, COALESCE(OLD.name, '') || ' ' || COALESCE(OLD.company, ''));
  INSERT INTO customer_words (rowid, tenant, words)
  VALUES (NEW.number, NEW.tenant_id, COALESCE(NEW.name, '') || ' ' || COALESCE(NEW.company, ''));
END;
CREATE TRIGGER customers_gone AFTER DELETE ON customers
BEGIN
  INSERT INTO customer_words (customer_words, rowid, tenant, words)
  VALUES ('delete', OLD.number, OLD.tenant_id, COALESCE(OLD.name, '') || ' ' || COALESCE(OLD.company, ''));
END;

-- Where somebody writes or calls from. A phone number is the same person's by voice, SMS and WhatsApp.
CREATE TABLE customer_identities (
  tenant_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('phone', 'email', 'whatsapp', 'web')),
  address TEXT NOT NULL CHECK (length(address) BETWEEN 1 AND 320 AND (kind <> 'phone' OR address LIKE '+%')
    AND (kind <> 'email' OR address = lower(address))),
  customer_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, kind, address),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_customer_identities_customer ON customer_identities (tenant_id, customer_id, kind, created_at);

-- A customer with the first number and the first e-mail address that are known.
CREATE VIEW customer_details AS
SELECT c.tenant_id, c.id, c.name, c.company, c.notes, c.tags, c.language, c.merged_into, c.created_at, c.updated_at,
  c.last_seen_at,
  (SELECT i.address FROM customer_identities AS i WHERE i.tenant_id = c.tenant_id AND i.customer_id = c.id
     AND i.kind = 'phone' ORDER BY i.created_at, i.address LIMIT 1) AS phone,
  (SELECT i.address FROM customer_identities AS i WHERE i.tenant_id = c.tenant_id AND i.customer_id = c.id
     AND i.kind = 'email' ORDER BY i.created_at, i.address LIMIT 1) AS email
FROM customers AS c;

-- One conversation on one channel, pinned to the agent version it runs on; state is the dialogue's memory.
CREATE TABLE omni_conversations (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  channel TEXT NOT NULL CHECK (channel IN ('voice', 'sms', 'whatsapp', 'email', 'web')),
  agent_id TEXT NOT NULL,
  agent_version INTEGER NOT NULL,
  customer_id TEXT,
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
  outcome TEXT CHECK (outcome IN ('booked', 'message_taken', 'lead', 'transferred', 'answered', 'abandoned')),
  state TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(state)),
  started_at TEXT NOT NULL,
  last_message_at TEXT NOT NULL,
  ended_at TEXT,
  ours TEXT, -- of a written one: our address; the account and the vendor that go with it
  theirs TEXT, -- and theirs; both NULL on the phone, where the call has them
  provider TEXT CHECK (provider IN ('twilio', 'meta', 'resend', 'cloudflare', 'smtp', 'web')),
  provider_account TEXT, -- that it came through; NULL: the platform's
  subject TEXT,
  handled_by TEXT NOT NULL DEFAULT 'agent' CHECK (handled_by IN ('agent', 'human')),
  assigned_to TEXT REFERENCES users (id),
  last_turn INTEGER NOT NULL DEFAULT 0 CHECK (last_turn >= 0), -- the last that was answered
  answer_due_at TEXT, -- when the agent is to answer what was written; NULL: there is nothing to answer
  answer_lease_until TEXT,
  answer_attempts INTEGER NOT NULL DEFAULT 0,
  waiting_since TEXT, -- the first message that nobody has answered
  last_inbound_at TEXT,
  read_at TEXT, -- by the business, last
  report_due_at TEXT, -- NULL: not over, or reported
  cleared_at TEXT, -- when its words were taken out
  records_cleared_at TEXT, -- when what its turns can be decided again from was
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id, agent_version) REFERENCES omni_agent_versions (tenant_id, agent_id, version),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
) STRICT, WITHOUT ROWID;
-- Whatever ends a conversation, a report of it is due.
CREATE TRIGGER omni_conversations_closed AFTER UPDATE OF status ON omni_conversations
WHEN NEW.status = 'closed' AND OLD.status = 'open'
BEGIN
  UPDATE omni_conversations SET report_due_at = NEW.last_message_at WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;
CREATE INDEX idx_omni_conversations_report ON omni_conversations (report_due_at) WHERE report_due_at IS NOT NULL;
CREATE INDEX idx_omni_conversations_recent ON omni_conversations (tenant_id, started_at);
CREATE INDEX idx_omni_conversations_last ON omni_conversations (tenant_id, last_message_at);
CREATE INDEX idx_omni_conversations_version ON omni_conversations (tenant_id, agent_id, agent_version);
CREATE INDEX idx_omni_conversations_customer ON omni_conversations (tenant_id, customer_id);
-- One open conversation between two addresses; of mails, one a thread.
CREATE UNIQUE INDEX idx_omni_conversations_between ON omni_conversations (tenant_id, channel, ours, theirs)
  WHERE status = 'open' AND channel IN ('sms', 'whatsapp', 'web');
CREATE INDEX idx_omni_conversations_theirs ON omni_conversations (tenant_id, channel, theirs, last_message_at);
CREATE INDEX idx_omni_conversations_due ON omni_conversations (answer_due_at) WHERE answer_due_at IS NOT NULL;
CREATE INDEX idx_omni_conversations_idle ON omni_conversations (last_message_at)
  WHERE status = 'open' AND channel <> 'voice';
CREATE INDEX idx_omni_conversations_kept ON omni_conversations (tenant_id, last_message_at)
  WHERE status = 'closed' AND cleared_at IS NULL;
CREATE INDEX idx_omni_conversations_records ON omni_conversations (last_message_at)
  WHERE status = 'closed' AND records_cleared_at IS NULL;
CREATE INDEX idx_omni_conversations_waiting ON omni_conversations (tenant_id, waiting_since)
  WHERE waiting_since IS NOT NULL;

-- What was said, by whom; of the agent's words also what they were answered from.
CREATE TABLE omni_messages (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  provider_id TEXT NOT NULL, -- the vendor's id of the message; of a phone turn the call's id, turn and side
  turn INTEGER NOT NULL CHECK (turn >= 0),
  role TEXT NOT NULL CHECK (role IN ('caller', 'agent', 'human')),
  body TEXT NOT NULL,
  digits TEXT, -- keys pressed
  confidence REAL, -- of the recogniser (caller) or of the match that chose the answer (agent), 0..1
  intent TEXT,
  sources TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(sources)),
  created_at TEXT NOT NULL,
  interrupted_after_ms INTEGER CHECK (interrupted_after_ms >= 0), -- the caller spoke: body is what they had heard
  user_id TEXT REFERENCES users (id), -- of the human who wrote it
  outbox_id TEXT, -- how it went out, of what was written by us
  thread_id TEXT, -- of a mail: its Message-ID
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, channel, provider_id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_omni_messages_conversation ON omni_messages (tenant_id, conversation_id, turn);
CREATE INDEX idx_omni_messages_thread ON omni_messages (tenant_id, thread_id) WHERE thread_id IS NOT NULL;
CREATE UNIQUE INDEX idx_omni_messages_outbox ON omni_messages (tenant_id, outbox_id) WHERE outbox_id IS NOT NULL;

CREATE TABLE message_attachments (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  filename TEXT NOT NULL,
  content_type TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting', 'stored', 'refused')),
  reason TEXT, -- why it was not kept
  source TEXT NOT NULL, -- the vendor's name of it, or where it is fetched
  bytes INTEGER CHECK (bytes >= 0),
  blob_key TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, message_id) REFERENCES omni_messages (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_message_attachments_message ON message_attachments (tenant_id, message_id);
CREATE INDEX idx_message_attachments_waiting ON message_attachments (created_at) WHERE status = 'waiting';

-- The index of what was said. A message is found by its number here; the tenant's own word stands beside its words, so
-- that another's are never read.
CREATE TABLE message_numbers (
  number INTEGER PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  UNIQUE (tenant_id, message_id)
) STRICT;
CREATE VIRTUAL TABLE message_words USING fts5 (
  tenant, body, content = '', tokenize = "unicode61 remove_diacritics 2 tokenchars '_'");
CREATE TRIGGER omni_messages_found AFTER INSERT ON omni_messages WHEN NEW.body <> ''
BEGIN
  INSERT INTO message_numbers (tenant_id, message_id, conversation_id)
  VALUES (NEW.tenant_id, NEW.id, NEW.conversation_id);
  INSERT INTO message_words (rowid, tenant, body)
  SELECT number, NEW.tenant_id, NEW.body FROM message_numbers WHERE tenant_id = NEW.tenant_id AND message_id = NEW.id;
END;
-- Words that are taken out of a message are not found by any more.
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
CREATE TRIGGER omni_messages_gone AFTER DELETE ON omni_messages WHEN OLD.body <> ''
BEGIN
  INSERT INTO message_words (message_words, rowid, tenant, body)
  SELECT 'delete', number, OLD.tenant_id, OLD.body FROM message_numbers
  WHERE tenant_id = OLD.tenant_id AND message_id = OLD.id;
  DELETE FROM message_numbers WHERE tenant_id = OLD.tenant_id AND message_id = OLD.id;
END;
-- What a conversation came to, once it is over.
CREATE TABLE conversation_reports (
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  summary TEXT NOT NULL,
  sentiment TEXT NOT NULL CHECK (sentiment IN ('positive', 'neutral', 'negative')),
  next_steps TEXT NOT NULL DEFAULT '[]' CHECK (json_type(next_steps) = 'array'),
  fields TEXT NOT NULL DEFAULT '{}' CHECK (json_type(fields) = 'object'), -- of a lead, as it was told
  made_by TEXT NOT NULL, -- provider:model, or rules
  cost_micros INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- What a conversation used, each kind once: what a bill is made from.
CREATE TABLE usage_records (
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('call_s', 'sms_segments', 'whatsapp_messages', 'mails', 'agent_turns')),
  quantity INTEGER NOT NULL CHECK (quantity >= 0),
  cost_micros INTEGER NOT NULL DEFAULT 0,
  day TEXT NOT NULL CHECK (day IS date(day)), -- of the business, on which the conversation began
  PRIMARY KEY (tenant_id, conversation_id, kind),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_usage_records_day ON usage_records (tenant_id, day);

-- Conversations by the business's day on which they began; counted anew from the rows themselves whenever one changes.
CREATE TABLE analytics_daily (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  day TEXT NOT NULL CHECK (day IS date(day)),
  channel TEXT NOT NULL,
  conversations INTEGER NOT NULL,
  messages_in INTEGER NOT NULL,
  messages_agent INTEGER NOT NULL,
  messages_human INTEGER NOT NULL,
  booked INTEGER NOT NULL,
  message_taken INTEGER NOT NULL,
  lead INTEGER NOT NULL,
  transferred INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  abandoned INTEGER NOT NULL,
  positive INTEGER NOT NULL,
  negative INTEGER NOT NULL,
  call_s INTEGER NOT NULL,
  cost_micros INTEGER NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, day, channel)
) STRICT, WITHOUT ROWID;

-- What a business sells. A product without variants is its own only one.
CREATE TABLE product_categories (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE products (
  number INTEGER PRIMARY KEY, -- by which its words are found
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  category_id TEXT,
  name TEXT NOT NULL,
  description TEXT,
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, category_id) REFERENCES product_categories (tenant_id, id)
) STRICT;
CREATE INDEX idx_products_category ON products (tenant_id, category_id);

CREATE TABLE product_variants (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  sku TEXT, -- the business's own number of it
  label TEXT NOT NULL DEFAULT '', -- what tells it from the others: a size, a colour
  price_minor INTEGER CHECK (price_minor >= 0),
  currency TEXT CHECK (length(currency) = 3),
  stock INTEGER CHECK (stock >= 0), -- NULL: not counted
  position INTEGER NOT NULL DEFAULT 0,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, sku),
  UNIQUE (tenant_id, product_id, label),
  FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id) ON DELETE CASCADE,
  CHECK ((price_minor IS NULL) = (currency IS NULL))
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE product_words USING fts5 (
  tenant, words, content = '', tokenize = "unicode61 remove_diacritics 2 tokenchars '_'");
CREATE TRIGGER products_found AFTER INSERT ON products
BEGIN
  INSERT INTO product_words (rowid, tenant, words)
  VALUES (NEW.number, NEW.tenant_id, NEW.name || ' ' || COALESCE(NEW.description, ''));
END;
CREATE TRIGGER products_changed AFTER UPDATE OF name, description ON products
BEGIN
  INSERT INTO product_words (product_words, rowid, tenant, words)
  VALUES ('delete', OLD.number, OLD.tenant_id, OLD.name || ' ' || COALESCE(OLD.description, ''));
  INSERT INTO product_words (rowid, tenant, words)
  VALUES (NEW.number, NEW.tenant_id, NEW.name || ' ' || COALESCE(NEW.description, ''));
END;
CREATE TRIGGER products_gone AFTER DELETE ON products
BEGIN
  INSERT INTO product_words (product_words, rowid, tenant, words)
  VALUES ('delete', OLD.number, OLD.tenant_id, OLD.name || ' ' || COALESCE(OLD.description, ''));
END;

-- A product with its variants, as it is listed.
CREATE VIEW product_details AS
SELECT p.tenant_id, p.id, p.name, p.description, p.category_id, c.name AS category, p.is_active, p.created_at,
  p.updated_at, (SELECT json_group_array(json_object('id', v.id, 'sku', v.sku, 'label', v.label,
      'price_minor', v.price_minor, 'currency', v.currency, 'stock', v.stock)) FROM (
    SELECT * FROM product_variants WHERE tenant_id = p.tenant_id AND product_id = p.id ORDER BY position, id) AS v)
    AS variants
FROM products AS p
LEFT JOIN product_categories AS c ON c.tenant_id = p.tenant_id AND c.id = p.category_id;

-- What an estate agent has to sell or let.
CREATE TABLE listings (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  reference TEXT, -- the business's own
  title TEXT NOT NULL,
  description TEXT,
  deal TEXT NOT NULL CHECK (deal IN ('sale', 'rent')),
  kind TEXT NOT NULL CHECK (kind IN ('house', 'apartment', 'land', 'commercial', 'parking', 'other')),
  city TEXT NOT NULL,
  city_folded TEXT NOT NULL, -- lower case, without accents
  postcode TEXT,
  price_minor INTEGER NOT NULL CHECK (price_minor >= 0), -- a month, of what is let
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  surface_m2 INTEGER CHECK (surface_m2 > 0),
  rooms INTEGER CHECK (rooms > 0),
  bedrooms INTEGER CHECK (bedrooms >= 0),
  status TEXT NOT NULL DEFAULT 'available' CHECK (status IN ('available', 'under_offer', 'gone')),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, reference)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_listings_wanted ON listings (tenant_id, status, deal, city_folded, price_minor);

-- What the business's people tell each other about a conversation.
CREATE TABLE conversation_notes (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_conversation_notes_conversation ON conversation_notes (tenant_id, conversation_id, id);

CREATE TABLE canned_answers (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  shortcut TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, shortcut)
) STRICT, WITHOUT ROWID;

-- One phone call; its state only moves forward.
CREATE TABLE calls (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  conversation_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  provider_call_id TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
  from_number TEXT, -- NULL: withheld
  to_number TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('queued', 'initiated', 'ringing', 'in-progress', 'completed', 'busy', 'failed', 'no-answer', 'canceled')),
  last_sequence INTEGER NOT NULL DEFAULT -1, -- the highest SequenceNumber applied
  started_at TEXT NOT NULL,
  ended_at TEXT,
  duration_s INTEGER CHECK (duration_s >= 0),
  provider_account TEXT, -- whose token signs its webhooks
  ended_reason TEXT, -- the provider's own word
  vendor_cost_micros INTEGER CHECK (vendor_cost_micros >= 0), -- of a voice platform, in millionths of its currency
  PRIMARY KEY (tenant_id, id),
  UNIQUE (provider, provider_call_id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_calls_recent ON calls (tenant_id, started_at);
CREATE INDEX idx_calls_open ON calls (status, started_at) WHERE ended_at IS NULL;
CREATE INDEX idx_calls_conversation ON calls (tenant_id, conversation_id);

-- The document each turn was answered with (turn 0 is the greeting): a repeated request gets it again.
CREATE TABLE call_turns (
  tenant_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  turn INTEGER NOT NULL CHECK (turn >= 0),
  document TEXT NOT NULL,
  load_ms REAL NOT NULL, -- waiting for the read
  decide_ms REAL NOT NULL, -- choosing the words; a deployed Worker's clock stands still here
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, call_id, turn),
  FOREIGN KEY (tenant_id, call_id) REFERENCES calls (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Calls over a socket: which socket may be opened, and how it ended.
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

-- What a recogniser had understood when it gave up: used when nothing better comes.
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

-- Recordings of calls and messages left for the business, copied from the provider.
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
  copy_due_at TEXT, -- when the carrier is to delete its copy; NULL: it has none, or keeps it for the business itself
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, provider_id),
  FOREIGN KEY (tenant_id, call_id) REFERENCES calls (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_call_recordings_call ON call_recordings (tenant_id, call_id);
CREATE INDEX idx_call_recordings_copy ON call_recordings (copy_due_at) WHERE copy_due_at IS NOT NULL;
CREATE INDEX idx_call_recordings_kept ON call_recordings (tenant_id, created_at) WHERE status = 'stored';

-- What the provider reported of a call, each report once, in whatever order it came.
CREATE TABLE call_events (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  call_id TEXT NOT NULL,
  event_key TEXT NOT NULL, -- the provider's identity of the report: sequence number and status
  status TEXT NOT NULL,
  sequence INTEGER,
  occurred_at TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, call_id, event_key),
  FOREIGN KEY (tenant_id, call_id) REFERENCES calls (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Every event a provider has sent us, once, before it is acted on.
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
CREATE INDEX idx_inbound_events_received ON inbound_events (received_at);
CREATE INDEX idx_inbound_events_dead ON inbound_events (dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX idx_inbound_events_tenant ON inbound_events (tenant_id) WHERE tenant_id IS NOT NULL;
CREATE INDEX idx_inbound_events_kind ON inbound_events (kind, received_at);
CREATE INDEX idx_inbound_events_due ON inbound_events (due_at) WHERE handled_at IS NULL AND dead_at IS NULL;
CREATE TRIGGER inbound_events_handled_once BEFORE UPDATE OF handled_at ON inbound_events
WHEN OLD.handled_at IS NOT NULL AND NEW.handled_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'event_handled'); END;

CREATE TABLE tickets (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  conversation_id TEXT,
  customer_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('message', 'task')), -- left by somebody, or written by the business itself
  status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'in_progress', 'done')),
  priority TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high')),
  assigned_to TEXT REFERENCES users (id),
  caller_name TEXT NOT NULL,
  phone_number TEXT, -- E.164 when it could be made of what was said
  spoken_number TEXT, -- as it was said, when it could not
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  done_at TEXT,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_tickets_open ON tickets (tenant_id, status, created_at);
CREATE INDEX idx_tickets_customer ON tickets (tenant_id, customer_id);
CREATE INDEX idx_tickets_conversation ON tickets (tenant_id, conversation_id);

-- How a business wants its conversations; no row: the defaults of modules/engine.
CREATE TABLE conversation_settings (
  tenant_id TEXT PRIMARY KEY REFERENCES tenants (id),
  ai_disclosure INTEGER NOT NULL CHECK (ai_disclosure IN (0, 1)), -- said in the greeting where that does not say it
  consent_sentence TEXT, -- said after the greeting
  redacts_cards INTEGER NOT NULL CHECK (redacts_cards IN (0, 1)), -- before anything is stored or told to a model
  cost_cap_call_minor INTEGER CHECK (cost_cap_call_minor >= 0),
  cost_cap_day_minor INTEGER CHECK (cost_cap_day_minor >= 0),
  updated_at TEXT NOT NULL,
  max_call_min INTEGER NOT NULL DEFAULT 30 CHECK (max_call_min BETWEEN 1 AND 240), -- then the agent says goodbye
  records_calls INTEGER NOT NULL DEFAULT 0 CHECK (records_calls IN (0, 1)), -- and says so
  speech_chars_month INTEGER NOT NULL DEFAULT 100000 CHECK (speech_chars_month BETWEEN 0 AND 10000000),
  mails_reports INTEGER NOT NULL DEFAULT 1 CHECK (mails_reports IN (0, 1)) -- to the owner
) STRICT, WITHOUT ROWID;

-- Words as audio: made once for the same text, voice, model and format.
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
CREATE INDEX idx_speech_audio_kept ON speech_audio (created_at);

-- What voices an account has, as the vendor listed them.
CREATE TABLE speech_voices (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  provider TEXT NOT NULL,
  voices TEXT NOT NULL CHECK (json_type(voices) = 'array'),
  fetched_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, provider)
) STRICT, WITHOUT ROWID;

-- Our agents as a voice platform knows them: ours is the truth.
CREATE TABLE hosted_assistants (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  provider TEXT NOT NULL CHECK (provider IN ('vapi')),
  agent_id TEXT NOT NULL,
  external_id TEXT, -- NULL: meant to be made, not known to have been
  version INTEGER,
  intended_at TEXT NOT NULL,
  pushed_at TEXT,
  checked_at TEXT,
  drift TEXT NOT NULL DEFAULT '[]' CHECK (json_type(drift) = 'array'),
  PRIMARY KEY (tenant_id, provider, agent_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES omni_agent_configs (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- How a business wants its calls held there; what is not set has its default.
CREATE TABLE vapi_settings (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value)),
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;

-- What a turn was decided from, so that it can be decided again; and what it cost.
CREATE TABLE conversation_turns (
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  turn INTEGER NOT NULL CHECK (turn >= 0),
  record TEXT NOT NULL CHECK (json_valid(record)),
  decided_by TEXT NOT NULL, -- provider:model, or receptionist
  notes TEXT NOT NULL CHECK (json_type(notes) = 'array'), -- what went otherwise than it should
  cost_micros INTEGER NOT NULL DEFAULT 0, -- millionths of the currency of the price table
  first_words_ms REAL, -- waiting for a model's first words
  models_ms REAL NOT NULL DEFAULT 0,
  tools_ms REAL NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id, turn),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_conversation_turns_notes ON conversation_turns (created_at) WHERE notes <> '[]';
CREATE INDEX idx_conversation_turns_day ON conversation_turns (tenant_id, created_at, cost_micros);

-- Each tool call once: of one turn the first, the second and so on.
CREATE TABLE tool_calls (
  tenant_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  turn INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  arguments TEXT NOT NULL CHECK (json_valid(arguments)),
  result TEXT NOT NULL CHECK (json_valid(result)),
  status TEXT NOT NULL CHECK (status IN ('done', 'refused', 'failed')),
  duration_ms REAL NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, conversation_id, turn, ordinal),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- What a model may call besides our tools: an HTTPS endpoint of the business, called signed.
CREATE TABLE custom_tools (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  parameters TEXT NOT NULL CHECK (json_type(parameters) = 'object'), -- JSON Schema
  url TEXT NOT NULL,
  is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  key_id TEXT NOT NULL,
  secret TEXT NOT NULL, -- sealed as a credential is
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name),
  FOREIGN KEY (tenant_id, key_id) REFERENCES tenant_keys (tenant_id, id)
) STRICT, WITHOUT ROWID;

-- Somebody who may become a customer, with what they were asked.
CREATE TABLE prospects (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  conversation_id TEXT,
  customer_id TEXT,
  name TEXT,
  phone TEXT,
  email TEXT,
  interest TEXT NOT NULL,
  fields TEXT NOT NULL DEFAULT '{}' CHECK (json_type(fields) = 'object'),
  status TEXT NOT NULL DEFAULT 'new' CHECK (status IN ('new', 'contacted', 'won', 'lost')),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  criteria TEXT NOT NULL DEFAULT '{}' CHECK (json_type(criteria) = 'object'), -- of a home that is looked for
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_prospects_customer ON prospects (tenant_id, customer_id);
CREATE UNIQUE INDEX idx_prospects_conversation ON prospects (tenant_id, conversation_id);

-- ---------------------------------------------------------------------------------------------------------------
-- Trust: who may act, sealed credentials, what must reach somebody after a write
-- ---------------------------------------------------------------------------------------------------------------

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

-- Sign-ins that failed in a row, at one account from one address: by a hash of both.
CREATE TABLE login_failures (
  subject TEXT PRIMARY KEY,
  failures INTEGER NOT NULL CHECK (failures >= 1),
  blocked_until TEXT,
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_login_failures_updated ON login_failures (updated_at);

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
  allocated_at TEXT,
  previous TEXT CHECK (previous IS NULL OR json_valid(previous)) -- settings at the carrier before ours
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_platform_numbers_tenant ON platform_numbers (tenant_id);

-- Numbers of a business's own account at the carrier: what is meant to become of each, and what has.
CREATE TABLE carrier_numbers (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  phone_number TEXT NOT NULL CHECK (phone_number LIKE '+%'),
  account TEXT NOT NULL,
  base_url TEXT NOT NULL, -- of this installation, where its calls are to go
  agent_id TEXT NOT NULL,
  external_id TEXT,
  state TEXT NOT NULL CHECK (state IN
    ('intended', 'saved', 'configured', 'removing', 'removed', 'buying', 'releasing', 'released', 'failed')),
  previous TEXT CHECK (previous IS NULL OR json_valid(previous)), -- settings before ours
  reason TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, phone_number),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES omni_agent_configs (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_carrier_numbers_due ON carrier_numbers (due_at) WHERE due_at IS NOT NULL;

-- Whose agent answers the shared trial number: that of whoever has proven to hold the calling number.
CREATE TABLE trial_callers (
  caller_number TEXT PRIMARY KEY CHECK (caller_number LIKE '+%'),
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  verified_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_trial_callers_tenant ON trial_callers (tenant_id);

-- Codes sent by text to prove that.
CREATE TABLE trial_codes (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  caller_number TEXT NOT NULL CHECK (caller_number LIKE '+%'),
  code_id TEXT NOT NULL, -- the code itself is made from it, and kept nowhere
  expires_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, caller_number)
) STRICT, WITHOUT ROWID;

-- Numbers that stay with their carrier and forward to an agent, and the test call that proves it.
CREATE TABLE forwardings (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  own_number TEXT NOT NULL CHECK (own_number LIKE '+%'),
  mapping_id TEXT NOT NULL,
  test_from TEXT,
  test_call_id TEXT,
  tested_at TEXT,
  test_expires_at TEXT,
  verified_at TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, own_number),
  FOREIGN KEY (tenant_id, mapping_id) REFERENCES omni_phone_mappings (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_forwardings_test ON forwardings (test_from) WHERE test_from IS NOT NULL;

-- Calls that we place: the intent, and what came of it.
CREATE TABLE outbound_calls (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  agent_id TEXT NOT NULL,
  to_number TEXT NOT NULL CHECK (to_number LIKE '+%'),
  from_number TEXT NOT NULL CHECK (from_number LIKE '+%'),
  account TEXT,
  reason TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'placed', 'failed')),
  provider_call_id TEXT,
  answered_by TEXT,
  failure TEXT,
  created_by TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES omni_agent_configs (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX idx_outbound_calls_id ON outbound_calls (id);
CREATE INDEX idx_outbound_calls_day ON outbound_calls (tenant_id, created_at);

CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  tenant_id TEXT REFERENCES tenants (id), -- NULL: from us to a user
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp')),
  recipient TEXT NOT NULL,
  sender TEXT, -- the address it has to come from; NULL: the business's usual one
  template TEXT NOT NULL,
  content TEXT NOT NULL CHECK (json_valid(content)), -- what the template needs; links with tokens are made on sending
  purpose TEXT NOT NULL CHECK (purpose IN ('account', 'reply', 'service', 'marketing')),
  status TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sending', 'sent', 'unsent')),
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT NOT NULL,
  lease_until TEXT,
  counted_on TEXT, -- the day whose cap it uses up
  provider TEXT CHECK (provider IN ('twilio', 'meta', 'resend', 'smtp')), -- that took it
  provider_id TEXT,
  provider_account TEXT, -- that it was sent from; NULL: the platform's
  segments INTEGER CHECK (segments >= 1), -- of a text, as carriers count and charge them
  reason TEXT, -- why it has not been sent (yet), or did not arrive
  created_at TEXT NOT NULL,
  sent_at TEXT,
  delivered_at TEXT,
  read_at TEXT,
  expires_at TEXT -- not sent any more from then on
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_outbox_due ON outbox (due_at) WHERE status IN ('queued', 'sending');
CREATE INDEX idx_outbox_tenant ON outbox (tenant_id, channel, counted_on);
CREATE UNIQUE INDEX idx_outbox_provider ON outbox (provider, provider_id) WHERE provider_id IS NOT NULL;

-- What somebody has said to one of our senders, or to the business as a whole (sender '').
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

-- WhatsApp takes nothing but an approved template once a day has passed since the customer wrote.
CREATE TABLE message_templates (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('reply', 'appointment', 'marketing')), -- what is sent with it
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  name TEXT NOT NULL, -- the vendor's: Meta's name of it, Twilio's ContentSid
  language_code TEXT NOT NULL, -- as the vendor has it
  body TEXT NOT NULL, -- as it was approved, {{1}} and so on for what is filled in
  parameters TEXT NOT NULL CHECK (json_type(parameters) = 'array'), -- what fills {{1}}, {{2}} ...
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, purpose, language)
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
CREATE INDEX idx_webhook_events_created ON webhook_events (created_at);
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

-- ---------------------------------------------------------------------------------------------------------------
-- Appointments
-- ---------------------------------------------------------------------------------------------------------------

-- The people who work for a tenant; its AI agents are omni_agent_configs.
CREATE TABLE agents (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT, -- NULL: the business itself
  email TEXT,
  phone TEXT CHECK (phone LIKE '+%'),
  timezone TEXT, -- NULL: the business's
  has_own_hours INTEGER NOT NULL DEFAULT 0 CHECK (has_own_hours IN (0, 1)), -- 0: the opening hours
  serves_all INTEGER NOT NULL DEFAULT 1 CHECK (serves_all IN (0, 1)), -- 0: the services of agent_services
  daily_limit INTEGER CHECK (daily_limit >= 1),
  position INTEGER NOT NULL DEFAULT 0,
  feed_version INTEGER NOT NULL DEFAULT 1, -- in the secret address of the iCalendar feed
  archived_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
-- Whoever has no staff can be booked all the same.
CREATE TRIGGER tenants_can_be_booked AFTER INSERT ON tenants
BEGIN
  INSERT INTO agents (id, tenant_id, created_at, updated_at)
  VALUES ('stf_' || substr(NEW.id, instr(NEW.id, '_') + 1), NEW.id, NEW.created_at, NEW.created_at);
END;

CREATE TABLE agent_services (
  tenant_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  service_id TEXT NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, service_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_agent_services_service ON agent_services (tenant_id, service_id);

-- Of staff their weekly times; of staff or everybody (agent_id NULL) days of other times, and what is blocked.
CREATE TABLE availability_slots (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  agent_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('weekly', 'override', 'block')),
  weekday TEXT CHECK (weekday IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')),
  first_day TEXT CHECK (first_day IS date(first_day)), -- of weekly times: in force from here to there, NULL: always
  last_day TEXT CHECK (last_day IS date(last_day)),
  opens TEXT CHECK (opens GLOB '[0-2][0-9]:[0-5][0-9]' AND opens < '24:00'), -- NULL in an override: closed
  closes TEXT CHECK (closes GLOB '[0-2][0-9]:[0-5][0-9]' AND closes <= '24:00'),
  starts_at TEXT,
  ends_at TEXT,
  reason TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  CHECK (last_day >= first_day),
  CHECK (ends_at > starts_at),
  CHECK ((opens IS NULL) = (closes IS NULL)),
  CHECK (CASE kind
    WHEN 'weekly' THEN agent_id IS NOT NULL AND weekday IS NOT NULL AND opens IS NOT NULL AND starts_at IS NULL
    WHEN 'override' THEN weekday IS NULL AND first_day IS NOT NULL AND last_day IS NOT NULL AND starts_at IS NULL
    ELSE weekday IS NULL AND first_day IS NULL AND opens IS NULL AND starts_at IS NOT NULL AND ends_at IS NOT NULL END)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_availability_slots_blocks ON availability_slots (tenant_id, ends_at) WHERE kind = 'block';

-- No row: the defaults of modules/appointments.
CREATE TABLE appointment_settings (
  tenant_id TEXT PRIMARY KEY REFERENCES tenants (id),
  interval_min INTEGER NOT NULL CHECK (interval_min BETWEEN 1 AND 1440),
  notice_min INTEGER NOT NULL CHECK (notice_min BETWEEN 0 AND 525600),
  horizon_days INTEGER NOT NULL CHECK (horizon_days BETWEEN 1 AND 730),
  assignment TEXT NOT NULL CHECK (assignment IN ('first', 'fair')),
  closes_on_holidays INTEGER NOT NULL CHECK (closes_on_holidays IN (0, 1)),
  holiday_region TEXT, -- ISO 3166-2 without the country
  change_notice_min INTEGER NOT NULL CHECK (change_notice_min >= 0), -- until when customers may move or cancel
  reminders TEXT NOT NULL CHECK (json_type(reminders) = 'array'), -- minutes beforehand
  has_public_page INTEGER NOT NULL CHECK (has_public_page IN (0, 1)),
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every appointment, and every start that is held while somebody makes up their mind (status 'held').
CREATE TABLE appointments (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  agent_id TEXT NOT NULL,
  service_id TEXT NOT NULL,
  customer_id TEXT,
  conversation_id TEXT,
  status TEXT NOT NULL CHECK (status IN ('held', 'booked', 'cancelled', 'no_show')),
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  busy_from TEXT NOT NULL, -- with the buffers of the service
  busy_to TEXT NOT NULL,
  day TEXT NOT NULL CHECK (day IS date(day)), -- where it takes place: daily limits count by it
  hold_until TEXT,
  name TEXT, -- of whoever comes, as given for this appointment; so are the next two
  phone TEXT CHECK (phone LIKE '+%'),
  email TEXT CHECK (email = lower(email)),
  notes TEXT,
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  timezone TEXT, -- that it was booked in; NULL: the business's
  source TEXT NOT NULL CHECK (source IN ('api', 'page', 'voice', 'sms', 'whatsapp', 'email', 'web', 'waiting_list')),
  request_key TEXT, -- of whoever may ask twice
  sequence INTEGER NOT NULL DEFAULT 0 CHECK (sequence >= 0), -- iCalendar's: one more at each change
  reminder_due_at TEXT, -- when to see again whether one is to be sent
  confirmed_at TEXT, -- by the customer, from a reminder
  cancelled_at TEXT,
  cancelled_by TEXT CHECK (cancelled_by IN ('business', 'customer', 'calendar')),
  reason TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id),
  CHECK (busy_from <= starts_at AND starts_at < ends_at AND ends_at <= busy_to),
  CHECK ((status = 'held') = (hold_until IS NOT NULL)),
  CHECK (status = 'held' OR name IS NOT NULL),
  CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_appointments_taken ON appointments (tenant_id, agent_id, busy_from) WHERE status IN ('held', 'booked');
CREATE INDEX idx_appointments_start ON appointments (tenant_id, starts_at);
CREATE INDEX idx_appointments_day ON appointments (tenant_id, day) WHERE status IN ('held', 'booked');
CREATE INDEX idx_appointments_phone ON appointments (tenant_id, phone, starts_at) WHERE phone IS NOT NULL;
CREATE INDEX idx_appointments_email ON appointments (tenant_id, email, starts_at) WHERE email IS NOT NULL;
CREATE INDEX idx_appointments_customer ON appointments (tenant_id, customer_id);
CREATE INDEX idx_appointments_conversation ON appointments (tenant_id, conversation_id);
CREATE INDEX idx_appointments_reminder ON appointments (reminder_due_at)
  WHERE status = 'booked' AND reminder_due_at IS NOT NULL;
CREATE INDEX idx_appointments_hold ON appointments (hold_until) WHERE status = 'held';
CREATE UNIQUE INDEX idx_appointments_request ON appointments (tenant_id, request_key);

-- An appointment with the names that go with it, as it is shown and told.
CREATE VIEW appointment_details AS
SELECT a.tenant_id, a.id, a.status, a.starts_at, a.ends_at, a.day, a.agent_id, g.name AS staff_name,
  COALESCE(g.timezone, t.timezone) AS staff_timezone, a.service_id, s.name AS service_name, a.customer_id,
  a.conversation_id, a.name, a.phone, a.email, a.notes, a.language, a.timezone, a.source, a.sequence, a.reminder_due_at,
  a.confirmed_at, a.cancelled_at, a.cancelled_by, a.reason, a.hold_until, a.created_at, a.updated_at
FROM appointments AS a JOIN services AS s ON s.tenant_id = a.tenant_id AND s.id = a.service_id
JOIN agents AS g ON g.tenant_id = a.tenant_id AND g.id = a.agent_id JOIN tenants AS t ON t.id = a.tenant_id;

-- Somebody can always be booked, and nobody leaves before their appointments.
CREATE TRIGGER agents_leave BEFORE UPDATE OF archived_at ON agents
WHEN NEW.archived_at IS NOT NULL AND OLD.archived_at IS NULL
BEGIN
  SELECT RAISE(ABORT, 'last_staff') WHERE NOT EXISTS (
    SELECT 1 FROM agents WHERE tenant_id = OLD.tenant_id AND id <> OLD.id AND archived_at IS NULL);
  SELECT RAISE(ABORT, 'staff_booked') WHERE EXISTS (
    SELECT 1 FROM appointments AS a INDEXED BY idx_appointments_taken
    WHERE a.tenant_id = OLD.tenant_id AND a.agent_id = OLD.id AND a.status IN ('held', 'booked')
      AND a.busy_from > datetime(NEW.updated_at, '-4 days') AND a.ends_at > NEW.updated_at AND a.status = 'booked');
END;

-- A calendar elsewhere that belongs to one of the staff.
CREATE TABLE calendar_connections (
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  agent_id TEXT NOT NULL,
  provider TEXT NOT NULL CHECK (provider IN ('google', 'microsoft')),
  account TEXT, -- the e-mail address of the calendar, as the vendor says
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
  key_id TEXT NOT NULL,
  refresh_token TEXT NOT NULL, -- sealed as a credential is; so is the access token
  access_token TEXT,
  access_until TEXT,
  sync_token TEXT, -- Google's syncToken, Microsoft's deltaLink; NULL: from the beginning
  watch_id TEXT UNIQUE, -- the vendor's channel or subscription that tells us of changes
  watch_resource TEXT,
  watch_until TEXT,
  sync_due_at TEXT NOT NULL,
  lease_until TEXT,
  synced_at TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  reason TEXT, -- of the last failure
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, agent_id, provider),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  FOREIGN KEY (tenant_id, key_id) REFERENCES tenant_keys (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_calendar_connections_due ON calendar_connections (sync_due_at) WHERE status = 'active';

-- Events of such a calendar that are not ours, each once: they take time.
CREATE TABLE calendar_events (
  tenant_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  summary TEXT,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, connection_id, external_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES calendar_connections (tenant_id, id) ON DELETE CASCADE,
  CHECK (starts_at < ends_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_calendar_events_time ON calendar_events (tenant_id, agent_id, ends_at);

-- An appointment's copy in such a calendar: what is to be there, and what is.
CREATE TABLE calendar_copies (
  tenant_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  appointment_id TEXT NOT NULL,
  external_id TEXT, -- NULL: not made yet
  etag TEXT,
  is_wanted INTEGER NOT NULL CHECK (is_wanted IN (0, 1)),
  sequence INTEGER NOT NULL, -- that is to be there
  copied_sequence INTEGER, -- that is there
  due_at TEXT, -- NULL: there is nothing to do
  lease_until TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  PRIMARY KEY (tenant_id, connection_id, appointment_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES calendar_connections (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_calendar_copies_due ON calendar_copies (due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX idx_calendar_copies_external ON calendar_copies (tenant_id, connection_id, external_id);
CREATE INDEX idx_calendar_copies_appointment ON calendar_copies (tenant_id, appointment_id);

-- Half of a sign-in at a calendar's vendor: good once, for ten minutes, for whoever began it.
CREATE TABLE calendar_states (
  state_hash TEXT PRIMARY KEY, -- SHA-256
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  session_id TEXT, -- NULL: begun with an API key
  agent_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  verifier TEXT NOT NULL, -- PKCE, sealed
  key_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  FOREIGN KEY (tenant_id, key_id) REFERENCES tenant_keys (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_calendar_states_expiry ON calendar_states (expires_at);

-- Nobody's time is given away twice. An appointment is looked at after every write that could take time (in the same
-- transaction, and D1 runs one at a time): if it overlaps anything, the write did not happen. Others of the same
-- session of a service with several seats do not count as long as a seat is left.
CREATE VIEW appointment_checks AS SELECT tenant_id, id FROM appointments;
CREATE TRIGGER appointments_do_not_overlap INSTEAD OF INSERT ON appointment_checks
BEGIN
  SELECT RAISE(ABORT, 'slot_taken') FROM appointments AS n
  JOIN services AS s ON s.tenant_id = n.tenant_id AND s.id = n.service_id
  WHERE n.tenant_id = NEW.tenant_id AND n.id = NEW.id AND (
    EXISTS (
      SELECT 1 FROM appointments AS a INDEXED BY idx_appointments_taken
      WHERE a.tenant_id = n.tenant_id AND a.agent_id = n.agent_id AND a.id <> n.id AND a.status IN ('held', 'booked')
        AND a.busy_from > datetime(n.busy_from, '-4 days') -- none is as long: the index is read from here
        AND a.busy_from < n.busy_to AND a.busy_to > n.busy_from
        AND (a.hold_until IS NULL OR a.hold_until > n.updated_at)
        AND NOT (s.capacity > 1 AND a.service_id = n.service_id AND a.starts_at = n.starts_at
          AND a.ends_at = n.ends_at))
    OR s.capacity < (
      SELECT COUNT(*) FROM appointments AS a INDEXED BY idx_appointments_taken
      WHERE a.tenant_id = n.tenant_id AND a.agent_id = n.agent_id AND a.status IN ('held', 'booked')
        AND a.busy_from > datetime(n.busy_from, '-4 days') AND a.busy_from < n.busy_to
        AND a.service_id = n.service_id AND a.starts_at = n.starts_at
        AND (a.hold_until IS NULL OR a.hold_until > n.updated_at))
    OR EXISTS (
      SELECT 1 FROM availability_slots AS b INDEXED BY idx_availability_slots_blocks
      WHERE b.tenant_id = n.tenant_id AND b.kind = 'block' AND (b.agent_id IS NULL OR b.agent_id = n.agent_id)
        AND b.ends_at > n.busy_from AND b.starts_at < n.busy_to)
    OR EXISTS (
      SELECT 1 FROM calendar_events AS e
      WHERE e.tenant_id = n.tenant_id AND e.agent_id = n.agent_id
        AND e.ends_at > n.busy_from AND e.starts_at < n.busy_to));
  SELECT RAISE(ABORT, 'day_full') FROM appointments AS n
  JOIN services AS s ON s.tenant_id = n.tenant_id AND s.id = n.service_id
  JOIN agents AS g ON g.tenant_id = n.tenant_id AND g.id = n.agent_id
  WHERE n.tenant_id = NEW.tenant_id AND n.id = NEW.id AND (
    s.daily_limit < (
      SELECT COUNT(*) FROM appointments AS a INDEXED BY idx_appointments_day
      WHERE a.tenant_id = n.tenant_id AND a.day = n.day AND a.service_id = n.service_id
        AND a.status IN ('held', 'booked') AND (a.hold_until IS NULL OR a.hold_until > n.updated_at))
    OR g.daily_limit < (
      SELECT COUNT(*) FROM appointments AS a INDEXED BY idx_appointments_day
      WHERE a.tenant_id = n.tenant_id AND a.day = n.day AND a.agent_id = n.agent_id
        AND a.status IN ('held', 'booked') AND (a.hold_until IS NULL OR a.hold_until > n.updated_at)));
END;
CREATE TRIGGER appointments_made AFTER INSERT ON appointments WHEN NEW.status IN ('held', 'booked')
BEGIN INSERT INTO appointment_checks (tenant_id, id) VALUES (NEW.tenant_id, NEW.id); END;
CREATE TRIGGER appointments_moved AFTER UPDATE OF agent_id, service_id, starts_at, ends_at, busy_from, busy_to, status,
  hold_until ON appointments WHEN NEW.status IN ('held', 'booked')
BEGIN INSERT INTO appointment_checks (tenant_id, id) VALUES (NEW.tenant_id, NEW.id); END;

-- Every calendar of whoever has the appointment is to hold it as it is now, and no other one.
CREATE TRIGGER appointments_copied AFTER INSERT ON appointments WHEN NEW.status = 'booked'
BEGIN
  INSERT INTO calendar_copies (tenant_id, connection_id, appointment_id, is_wanted, sequence, due_at)
  SELECT tenant_id, id, NEW.id, 1, NEW.sequence, NEW.updated_at FROM calendar_connections
  WHERE tenant_id = NEW.tenant_id AND agent_id = NEW.agent_id AND status = 'active';
END;
CREATE TRIGGER appointments_copied_again AFTER UPDATE OF status, sequence ON appointments WHEN NEW.status <> 'held'
BEGIN
  UPDATE calendar_copies SET is_wanted = 0, sequence = NEW.sequence, due_at = NEW.updated_at, attempts = 0
  WHERE tenant_id = NEW.tenant_id AND appointment_id = NEW.id;
  INSERT INTO calendar_copies (tenant_id, connection_id, appointment_id, is_wanted, sequence, due_at)
  SELECT tenant_id, id, NEW.id, 1, NEW.sequence, NEW.updated_at FROM calendar_connections
  WHERE tenant_id = NEW.tenant_id AND agent_id = NEW.agent_id AND status = 'active' AND NEW.status <> 'cancelled'
  ON CONFLICT (tenant_id, connection_id, appointment_id) DO UPDATE SET is_wanted = 1;
END;

-- Who would come sooner, or at all, if a time became free.
CREATE TABLE waiting_list (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  service_id TEXT NOT NULL,
  agent_id TEXT, -- NULL: anybody
  first_day TEXT NOT NULL CHECK (first_day IS date(first_day)),
  last_day TEXT NOT NULL CHECK (last_day IS date(last_day) AND last_day >= first_day),
  name TEXT NOT NULL,
  phone TEXT CHECK (phone LIKE '+%'),
  email TEXT CHECK (email = lower(email)),
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  status TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'offered', 'booked', 'left')),
  offered_id TEXT, -- the held appointment that is offered, then the one that was booked
  offered_until TEXT,
  declined TEXT NOT NULL DEFAULT '[]' CHECK (json_type(declined) = 'array'), -- starts that were offered in vain
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  CHECK (phone IS NOT NULL OR email IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_waiting_list_waiting ON waiting_list (tenant_id, service_id, created_at) WHERE status = 'waiting';
CREATE INDEX idx_waiting_list_offered ON waiting_list (offered_until) WHERE status = 'offered';

-- All that decides when something can be booked, one JSON document a tenant. A booking is written only while the rules
-- that it was decided from are still the rules: the document is compared as it stands.
CREATE VIEW booking_rules AS
SELECT t.id AS tenant_id, json_object(
  'timezone', t.timezone, 'country', t.country,
  'settings', json((SELECT json_object('interval_min', c.interval_min, 'notice_min', c.notice_min,
      'horizon_days', c.horizon_days, 'assignment', c.assignment, 'closes_on_holidays', c.closes_on_holidays,
      'holiday_region', c.holiday_region) FROM appointment_settings AS c WHERE c.tenant_id = t.id)),
  'hours', json((SELECT json_group_array(json_array(h.weekday, h.opens, h.closes)) FROM (
    SELECT weekday, opens, closes FROM opening_hours WHERE tenant_id = t.id ORDER BY weekday, opens) AS h)),
  'services', json((SELECT json_group_array(json_array(s.id, s.name, s.duration_min, s.buffer_before_min, s.buffer_min,
      s.capacity, s.notice_min, s.horizon_days, s.interval_min, s.daily_limit, s.place, s.online_url,
      json(s.required_fields), s.price_minor, s.currency)) FROM (
    SELECT * FROM services WHERE tenant_id = t.id AND archived_at IS NULL ORDER BY position, id) AS s)),
  'staff', json((SELECT json_group_array(json_array(g.id, g.name, g.timezone, g.has_own_hours, g.serves_all,
      g.daily_limit, json((SELECT json_group_array(p.service_id) FROM (SELECT service_id FROM agent_services
        WHERE tenant_id = g.tenant_id AND agent_id = g.id ORDER BY service_id) AS p)))) FROM (
    SELECT * FROM agents WHERE tenant_id = t.id AND archived_at IS NULL ORDER BY position, id) AS g)),
  'times', json((SELECT json_group_array(json_array(r.kind, r.agent_id, r.weekday, r.first_day, r.last_day, r.opens,
      r.closes)) FROM (
    SELECT * FROM availability_slots WHERE tenant_id = t.id AND kind <> 'block' ORDER BY id) AS r))) AS rules
FROM tenants AS t;

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

-- All that the agent of a conversation thinks with and from, one row a conversation: its published version, the facts
-- of the business, what was said and done so far, the models and tools that it has and what they may cost.
CREATE VIEW conversation_minds AS
SELECT s.tenant_id, s.id AS conversation_id, s.agent_id, s.agent_version, s.customer_id, s.state, v.config, f.name,
  f.sector, f.email, f.phone, f.website, f.address, f.country, f.timezone, f.transfer_number, f.hours, f.services,
  f.faqs, b.subscription_plan, b.slug, g.cost_cap_call_minor, g.cost_cap_day_minor,
  COALESCE(g.redacts_cards, 1) AS redacts_cards, COALESCE(g.max_call_min, 30) AS max_call_min,
  COALESCE(g.ai_disclosure, 0) AS ai_disclosure,
  (SELECT COALESCE(SUM(w.cost_micros), 0) FROM conversation_turns AS w
    WHERE w.tenant_id = s.tenant_id AND w.conversation_id = s.id) AS spent_call,
  EXISTS (SELECT 1 FROM tenant_integrations AS n
    WHERE n.tenant_id = s.tenant_id AND n.provider = 'twilio' AND n.verified_at IS NOT NULL) AS has_own_texts,
  EXISTS (SELECT 1 FROM tenant_credentials AS n
    WHERE n.tenant_id = s.tenant_id AND n.provider = 'twilio' AND n.field = 'sender') AS has_own_sender,
  EXISTS (SELECT 1 FROM message_policies AS n
    WHERE n.tenant_id = s.tenant_id AND n.channel = 'sms' AND n.sender IS NOT NULL) AS has_chosen_sender,
  EXISTS (SELECT 1 FROM tickets AS k WHERE k.tenant_id = s.tenant_id AND k.conversation_id = s.id) AS has_ticket,
  (SELECT json_group_array(json_array(k.name, k.result ->> '$.confirmation[0]')) FROM tool_calls AS k
    WHERE k.tenant_id = s.tenant_id AND k.conversation_id = s.id AND k.status = 'done') AS deeds,
  (SELECT json_group_array(json_array(m.role, m.body)) FROM (
    SELECT role, body FROM omni_messages INDEXED BY idx_omni_messages_conversation
    WHERE tenant_id = s.tenant_id AND conversation_id = s.id
    ORDER BY turn DESC, role, id DESC LIMIT 16) AS m) AS history,
  (SELECT json_group_array(json_object('tenant_id', o.tenant_id, 'id', o.id, 'name', o.name,
      'description', o.description, 'parameters', json(o.parameters), 'url', o.url, 'key_id', o.key_id,
      'secret', o.secret, 'wrapped_key', y.wrapped_key))
    FROM custom_tools AS o JOIN tenant_keys AS y ON y.tenant_id = o.tenant_id AND y.id = o.key_id
    WHERE o.tenant_id = s.tenant_id AND o.is_active = 1) AS custom_tools,
  (SELECT json_group_array(json_object('provider', x.provider, 'field', x.field, 'ciphertext', x.ciphertext,
      'key_id', x.key_id, 'wrapped_key', y.wrapped_key, 'account', i.account))
    FROM tenant_integrations AS i
    JOIN tenant_credentials AS x ON x.tenant_id = i.tenant_id AND x.provider = i.provider
    JOIN tenant_keys AS y ON y.tenant_id = x.tenant_id AND y.id = x.key_id
    WHERE i.tenant_id = s.tenant_id AND i.verified_at IS NOT NULL
      AND i.provider IN ('openai', 'anthropic')) AS sealed
FROM omni_conversations AS s
JOIN omni_agent_versions AS v ON v.tenant_id = s.tenant_id AND v.agent_id = s.agent_id AND v.version = s.agent_version
JOIN business_facts AS f ON f.tenant_id = s.tenant_id
JOIN tenants AS b ON b.id = s.tenant_id
LEFT JOIN conversation_settings AS g ON g.tenant_id = s.tenant_id;

-- A conversation as it is listed.
CREATE VIEW conversation_heads AS
SELECT s.tenant_id, s.id, s.channel, s.status, s.outcome, s.agent_id, s.agent_version, s.customer_id, s.subject,
  s.handled_by, s.assigned_to, s.waiting_since, s.started_at, s.last_message_at, s.ended_at,
  s.last_inbound_at IS NOT NULL AND s.last_inbound_at > COALESCE(s.read_at, '') AS is_unread,
  c.phone AS customer_phone, c.name AS customer_name
FROM omni_conversations AS s
LEFT JOIN customer_details AS c ON c.tenant_id = s.tenant_id AND c.id = s.customer_id;

-- What was said, with what came along and how it went out.
CREATE VIEW conversation_messages AS
SELECT m.tenant_id, m.conversation_id, m.id, m.turn, m.role, m.body, m.digits, m.confidence, m.intent, m.sources,
  m.interrupted_after_ms, m.user_id, m.created_at,
  (SELECT json_object('status', o.status, 'reason', o.reason, 'segments', o.segments, 'sent_at', o.sent_at,
      'delivered_at', o.delivered_at, 'read_at', o.read_at)
    FROM outbox AS o WHERE o.id = m.outbox_id) AS delivery,
  (SELECT json_group_array(json_object('id', a.id, 'filename', a.filename, 'content_type', a.content_type,
      'status', a.status, 'reason', a.reason, 'bytes', a.bytes)) FROM message_attachments AS a
    WHERE a.tenant_id = m.tenant_id AND a.message_id = m.id) AS attachments
FROM omni_messages AS m;

-- ---------------------------------------------------------------------------------------------------------------
-- Personal data: what is given out, how long it is kept, how it goes
-- ---------------------------------------------------------------------------------------------------------------

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

-- ---------------------------------------------------------------------------------------------------------------
-- Upgrades
-- ---------------------------------------------------------------------------------------------------------------

-- Rows of an older database that could not be carried over, whole, with the reason.
CREATE TABLE migration_rejects (
  source_table TEXT NOT NULL,
  source_id TEXT NOT NULL,
  field TEXT NOT NULL, -- what of the row was not usable; '' for the whole row
  reason TEXT NOT NULL,
  content TEXT NOT NULL, -- as it stood, not necessarily valid JSON
  created_at TEXT NOT NULL,
  PRIMARY KEY (source_table, source_id, field)
) STRICT, WITHOUT ROWID;
