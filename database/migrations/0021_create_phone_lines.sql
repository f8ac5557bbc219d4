-- Numbers of a business's own account at the carrier, the shared trial number, numbers that are kept elsewhere and
-- forwarded, and calls that we place.

CREATE TABLE carrier_numbers (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  phone_number TEXT NOT NULL CHECK (phone_number LIKE '+%'),
  account TEXT NOT NULL,
  base_url TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  external_id TEXT,
  state TEXT NOT NULL CHECK (state IN
    ('intended', 'saved', 'configured', 'removing', 'removed', 'buying', 'releasing', 'released', 'failed')),
  previous TEXT CHECK (previous IS NULL OR json_valid(previous)),
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

CREATE TABLE trial_callers (
  caller_number TEXT PRIMARY KEY CHECK (caller_number LIKE '+%'),
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  verified_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_trial_callers_tenant ON trial_callers (tenant_id);

CREATE TABLE trial_codes (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  caller_number TEXT NOT NULL CHECK (caller_number LIKE '+%'),
  code_id TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, caller_number)
) STRICT, WITHOUT ROWID;

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

ALTER TABLE platform_numbers ADD COLUMN previous TEXT CHECK (previous IS NULL OR json_valid(previous));
