-- vapi_data is a JSON object: agent_type, agent_name, voice_provider, voice_id, voice_language, system_prompt,
-- greeting_message, phone_number, enable_appointments, enable_products.
CREATE TABLE IF NOT EXISTS onboarding_sessions (
  id TEXT PRIMARY KEY,
  tenant_id TEXT,
  user_id TEXT,
  status TEXT DEFAULT 'in_progress',
  current_step INTEGER DEFAULT 1,
  started_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  completed_at DATETIME,
  vapi_data TEXT,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX IF NOT EXISTS idx_onboarding_tenant ON onboarding_sessions (tenant_id);
