-- Written channels: people apart from the addresses they write from, conversations that a human can take over, what
-- goes out on every channel and what became of it.
PRAGMA defer_foreign_keys = true;

-- A person keeps no address of their own any more: those stand in customer_identities, each once.
CREATE TABLE customers_before AS SELECT * FROM customers;
DROP TABLE customers;
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
INSERT INTO customers (id, tenant_id, name, created_at, updated_at, last_seen_at)
SELECT id, tenant_id, name, created_at, created_at, last_seen_at FROM customers_before;

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
INSERT INTO customer_identities (tenant_id, kind, address, customer_id, created_at)
SELECT tenant_id, 'phone', phone, id, created_at FROM customers_before WHERE phone IS NOT NULL;
INSERT INTO customer_identities (tenant_id, kind, address, customer_id, created_at)
SELECT tenant_id, 'email', email, MIN(id), MIN(created_at) FROM customers_before
WHERE email IS NOT NULL GROUP BY tenant_id, email;
DROP TABLE customers_before;

-- A customer with the first number and the first e-mail address that are known.
CREATE VIEW customer_details AS
SELECT c.tenant_id, c.id, c.name, c.company, c.notes, c.tags, c.language, c.merged_into, c.created_at, c.updated_at,
  c.last_seen_at,
  (SELECT i.address FROM customer_identities AS i WHERE i.tenant_id = c.tenant_id AND i.customer_id = c.id
     AND i.kind = 'phone' ORDER BY i.created_at, i.address LIMIT 1) AS phone,
  (SELECT i.address FROM customer_identities AS i WHERE i.tenant_id = c.tenant_id AND i.customer_id = c.id
     AND i.kind = 'email' ORDER BY i.created_at, i.address LIMIT 1) AS email
FROM customers AS c;

CREATE TABLE omni_conversations_before AS SELECT * FROM omni_conversations;
DROP TABLE omni_conversations;
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
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id, agent_version) REFERENCES omni_agent_versions (tenant_id, agent_id, version),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO omni_conversations (id, tenant_id, channel, agent_id, agent_version, customer_id, status, outcome, state,
  started_at, last_message_at, ended_at)
SELECT id, tenant_id, channel, agent_id, agent_version, customer_id, status, outcome, state, started_at,
  last_message_at, ended_at
FROM omni_conversations_before;
DROP TABLE omni_conversations_before;
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
CREATE INDEX idx_omni_conversations_waiting ON omni_conversations (tenant_id, waiting_since)
  WHERE waiting_since IS NOT NULL;

ALTER TABLE omni_messages ADD COLUMN user_id TEXT REFERENCES users (id); -- of the human who wrote it
ALTER TABLE omni_messages ADD COLUMN outbox_id TEXT; -- how it went out, of what was written by us
ALTER TABLE omni_messages ADD COLUMN thread_id TEXT; -- of a mail: its Message-ID
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

-- What goes out, on WhatsApp too, with what became of it.
CREATE TABLE outbox_before AS SELECT * FROM outbox;
DROP TABLE outbox;
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
INSERT INTO outbox (id, tenant_id, channel, recipient, template, content, purpose, status, attempts, due_at,
  lease_until, counted_on, provider, provider_id, provider_account, reason, created_at, sent_at, expires_at)
SELECT id, tenant_id, channel, recipient, template, content, purpose, status, attempts, due_at, lease_until, counted_on,
  CASE WHEN provider_id IS NULL THEN NULL WHEN channel = 'email' THEN 'resend' ELSE 'twilio' END, provider_id,
  provider_account, reason, created_at, sent_at, expires_at
FROM outbox_before;
DROP TABLE outbox_before;
CREATE INDEX idx_outbox_due ON outbox (due_at) WHERE status IN ('queued', 'sending');
CREATE INDEX idx_outbox_tenant ON outbox (tenant_id, channel, counted_on);
CREATE UNIQUE INDEX idx_outbox_provider ON outbox (provider, provider_id) WHERE provider_id IS NOT NULL;

-- What somebody has said to one of our senders, or to the business as a whole (sender '').
CREATE TABLE message_consents_before AS SELECT * FROM message_consents;
DROP TABLE message_consents;
CREATE TABLE message_consents (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'whatsapp', 'voice')),
  address TEXT NOT NULL,
  sender TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('granted', 'withdrawn')),
  source TEXT NOT NULL, -- what was said where
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, channel, address, sender)
) STRICT, WITHOUT ROWID;
INSERT INTO message_consents (tenant_id, channel, address, state, source, updated_at)
SELECT tenant_id, channel, address, state, source, updated_at FROM message_consents_before;
DROP TABLE message_consents_before;

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

ALTER TABLE tenant_channels ADD COLUMN agent_id TEXT; -- that answers there; NULL: the number's, or the default one
ALTER TABLE tenant_channels ADD COLUMN test_id TEXT; -- what was sent to see it arrive
ALTER TABLE tenant_channels ADD COLUMN tested_at TEXT;
CREATE INDEX idx_tenant_channels_test ON tenant_channels (test_id) WHERE test_id IS NOT NULL;

CREATE INDEX idx_appointments_email ON appointments (tenant_id, email, starts_at) WHERE email IS NOT NULL;

ALTER TABLE conversation_settings
ADD COLUMN mails_reports INTEGER NOT NULL DEFAULT 1 CHECK (mails_reports IN (0, 1)); -- to the owner

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

CREATE TABLE tickets_before AS SELECT * FROM tickets;
DROP TABLE tickets;
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
INSERT INTO tickets (id, tenant_id, conversation_id, customer_id, kind, status, caller_name, phone_number,
  spoken_number, body, created_at, updated_at, done_at)
SELECT id, tenant_id, conversation_id, customer_id, kind, status, caller_name, phone_number, spoken_number, body,
  created_at, updated_at, CASE status WHEN 'done' THEN updated_at END
FROM tickets_before;
DROP TABLE tickets_before;
CREATE INDEX idx_tickets_open ON tickets (tenant_id, status, created_at);
CREATE INDEX idx_tickets_customer ON tickets (tenant_id, customer_id);
CREATE INDEX idx_tickets_conversation ON tickets (tenant_id, conversation_id);

ALTER TABLE prospects
ADD COLUMN criteria TEXT NOT NULL DEFAULT '{}' CHECK (json_type(criteria) = 'object'); -- of a home that is looked for
CREATE INDEX idx_prospects_customer ON prospects (tenant_id, customer_id);

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
CREATE TRIGGER omni_messages_changed AFTER UPDATE OF body ON omni_messages WHEN OLD.body <> '' AND NEW.body <> OLD.body
BEGIN
  INSERT INTO message_words (message_words, rowid, tenant, body)
  SELECT 'delete', number, OLD.tenant_id, OLD.body FROM message_numbers
  WHERE tenant_id = OLD.tenant_id AND message_id = OLD.id;
  INSERT INTO message_words (rowid, tenant, body)
  SELECT number, NEW.tenant_id, NEW.body FROM message_numbers WHERE tenant_id = NEW.tenant_id AND message_id = NEW.id;
END;
CREATE TRIGGER omni_messages_gone AFTER DELETE ON omni_messages WHEN OLD.body <> ''
BEGIN
  INSERT INTO message_words (message_words, rowid, tenant, body)
  SELECT 'delete', number, OLD.tenant_id, OLD.body FROM message_numbers
  WHERE tenant_id = OLD.tenant_id AND message_id = OLD.id;
  DELETE FROM message_numbers WHERE tenant_id = OLD.tenant_id AND message_id = OLD.id;
END;
INSERT INTO message_numbers (tenant_id, message_id, conversation_id)
SELECT tenant_id, id, conversation_id FROM omni_messages WHERE body <> '';
INSERT INTO message_words (rowid, tenant, body)
SELECT n.number, m.tenant_id, m.body FROM message_numbers AS n
JOIN omni_messages AS m ON m.tenant_id = n.tenant_id AND m.id = n.message_id;

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
