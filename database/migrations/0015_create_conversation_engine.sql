-- Models and tools of agents; what each turn depended on, did and cost; leads.
ALTER TABLE omni_agent_configs ADD COLUMN models TEXT CHECK (models IS NULL OR json_type(models) = 'array');
ALTER TABLE omni_agent_configs ADD COLUMN tools TEXT CHECK (tools IS NULL OR json_type(tools) = 'array');
ALTER TABLE omni_agent_configs ADD COLUMN has_draft INTEGER NOT NULL DEFAULT 0 CHECK (has_draft IN (0, 1));

-- How a business wants its conversations; no row: the defaults of modules/engine.
CREATE TABLE conversation_settings (
  tenant_id TEXT PRIMARY KEY REFERENCES tenants (id),
  ai_disclosure INTEGER NOT NULL CHECK (ai_disclosure IN (0, 1)), -- said in the greeting where that does not say it
  consent_sentence TEXT, -- said after the greeting
  redacts_cards INTEGER NOT NULL CHECK (redacts_cards IN (0, 1)), -- before anything is stored or told to a model
  cost_cap_call_minor INTEGER CHECK (cost_cap_call_minor >= 0),
  cost_cap_day_minor INTEGER CHECK (cost_cap_day_minor >= 0),
  updated_at TEXT NOT NULL
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
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX idx_prospects_conversation ON prospects (tenant_id, conversation_id);
