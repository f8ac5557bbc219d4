ALTER TABLE tenants ADD COLUMN company_name TEXT;
ALTER TABLE tenants ADD COLUMN sector TEXT;
ALTER TABLE tenants ADD COLUMN phone TEXT;
ALTER TABLE tenants ADD COLUMN subscription_plan TEXT DEFAULT 'free';
ALTER TABLE tenants ADD COLUMN onboarding_completed INTEGER DEFAULT 0;

ALTER TABLE onboarding_sessions ADD COLUMN updated_at DATETIME;
ALTER TABLE onboarding_sessions ADD COLUMN metadata TEXT;

CREATE TABLE omni_phone_mappings (
  id TEXT PRIMARY KEY,
  phone_number TEXT UNIQUE NOT NULL,
  tenant_id TEXT NOT NULL,
  is_active INTEGER DEFAULT 1,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_omni_phone_number ON omni_phone_mappings (phone_number);
CREATE INDEX idx_omni_phone_tenant ON omni_phone_mappings (tenant_id);

CREATE TABLE omni_agent_configs (
  id TEXT PRIMARY KEY,
  tenant_id TEXT UNIQUE NOT NULL,
  agent_type TEXT DEFAULT 'multi_purpose',
  agent_name TEXT DEFAULT 'Assistant',
  voice_provider TEXT DEFAULT 'elevenlabs',
  voice_id TEXT NOT NULL,
  voice_language TEXT DEFAULT 'fr-FR',
  system_prompt TEXT,
  greeting_message TEXT,
  knowledge_base_ids TEXT,
  enable_appointments INTEGER DEFAULT 1,
  enable_products INTEGER DEFAULT 0,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  updated_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_omni_agent_tenant ON omni_agent_configs (tenant_id);

-- What these tables cannot take stays in vapi_data for the steps to come: broken JSON, a number that an earlier
-- session has, a tenant's older agents, an agent without a voice.
INSERT OR IGNORE INTO omni_phone_mappings (id, phone_number, tenant_id)
SELECT 'phone_' || s.id, json_extract(s.data, '$.phone_number'), s.tenant_id
FROM (
  SELECT id, tenant_id, started_at, rowid AS position, CASE WHEN json_valid(vapi_data) THEN vapi_data END AS data
  FROM onboarding_sessions
) AS s
WHERE json_type(s.data) = 'object' AND trim(json_extract(s.data, '$.phone_number')) <> ''
ORDER BY s.started_at, s.position;

INSERT OR IGNORE INTO omni_agent_configs (id, tenant_id, agent_type, agent_name, voice_provider, voice_id,
  voice_language, system_prompt, greeting_message, enable_appointments, enable_products)
SELECT 'agent_' || s.id, s.tenant_id,
  COALESCE(json_extract(s.data, '$.agent_type'), 'multi_purpose'),
  COALESCE(json_extract(s.data, '$.agent_name'), 'Assistant'),
  COALESCE(json_extract(s.data, '$.voice_provider'), 'elevenlabs'),
  json_extract(s.data, '$.voice_id'),
  COALESCE(json_extract(s.data, '$.voice_language'), 'fr-FR'),
  json_extract(s.data, '$.system_prompt'),
  json_extract(s.data, '$.greeting_message'),
  COALESCE(json_extract(s.data, '$.enable_appointments'), 1),
  COALESCE(json_extract(s.data, '$.enable_products'), 0)
FROM (
  SELECT id, tenant_id, status, completed_at, rowid AS position,
    CASE WHEN json_valid(vapi_data) THEN vapi_data END AS data
  FROM onboarding_sessions
) AS s
WHERE json_type(s.data) = 'object'
ORDER BY s.status = 'completed' DESC, s.completed_at DESC, s.position DESC;
