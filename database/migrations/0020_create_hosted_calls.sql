-- Calls that a voice platform holds for us, and our agents as it knows them.

ALTER TABLE calls ADD COLUMN ended_reason TEXT;
ALTER TABLE calls ADD COLUMN vendor_cost_micros INTEGER CHECK (vendor_cost_micros >= 0);

CREATE TABLE hosted_assistants (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  provider TEXT NOT NULL CHECK (provider IN ('vapi')),
  agent_id TEXT NOT NULL,
  external_id TEXT,
  version INTEGER,
  intended_at TEXT NOT NULL,
  pushed_at TEXT,
  checked_at TEXT,
  drift TEXT NOT NULL DEFAULT '[]' CHECK (json_type(drift) = 'array'),
  PRIMARY KEY (tenant_id, provider, agent_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES omni_agent_configs (tenant_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vapi_settings (
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value)),
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
