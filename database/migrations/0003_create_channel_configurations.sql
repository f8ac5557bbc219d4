-- A tenant's channels; config is a JSON object.
CREATE TABLE IF NOT EXISTS channel_configurations (
  id TEXT PRIMARY KEY,
  tenant_id TEXT,
  channel_type TEXT,
  config TEXT,
  enabled INTEGER DEFAULT 0,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX IF NOT EXISTS idx_channel_tenant ON channel_configurations (tenant_id);
