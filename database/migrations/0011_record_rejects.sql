-- Nothing is lost: every legacy row and value that does not stand in the tables of the schema is written down with the
-- reason. The statements compare, whatever the steps before intended.
UPDATE legacy_rows SET reason = 'not_carried'
WHERE source = 'tenants' AND reason IS NULL AND source_id NOT IN (SELECT id FROM tenants);
UPDATE legacy_rows SET reason = 'not_carried'
WHERE source = 'users' AND reason IS NULL AND source_id NOT IN (SELECT id FROM users);
UPDATE legacy_rows SET reason = 'not_carried' WHERE source IN ('onboarding_sessions', 'vapi_data') AND reason IS NULL
  AND (tenant_id, source_id) NOT IN (SELECT tenant_id, id FROM onboarding_sessions);
UPDATE legacy_rows SET reason = 'not_carried' WHERE source = 'omni_agent_configs' AND reason IS NULL
  AND (tenant_id, source_id) NOT IN (SELECT tenant_id, id FROM omni_agent_configs);
UPDATE legacy_rows SET reason = 'not_carried' WHERE source = 'omni_phone_mappings' AND reason IS NULL
  AND (tenant_id, source_id) NOT IN (SELECT tenant_id, id FROM omni_phone_mappings);
UPDATE legacy_rows SET reason = 'not_carried' WHERE source = 'channel_configurations' AND reason IS NULL
  AND (tenant_id, facts ->> 'channel_type') NOT IN (SELECT tenant_id, channel FROM tenant_channels);

-- A name in two columns: the company's is the one. A plain 0 in onboarding_completed was the column's default.
UPDATE legacy_values SET reason = 'superseded'
WHERE source = 'tenants' AND reason IS NULL AND value IS NOT (
  SELECT CASE legacy_values.field
    WHEN 'name' THEN t.name
    WHEN 'company_name' THEN t.name
    WHEN 'sector' THEN t.sector
    WHEN 'email' THEN t.email
    WHEN 'phone' THEN t.phone
    WHEN 'subscription_plan' THEN t.subscription_plan
    WHEN 'onboarding_completed' THEN iif(legacy_values.value = 0, 0, t.onboarding_completed)
    WHEN 'created_at' THEN t.created_at
  END
  FROM legacy_rows AS r JOIN tenants AS t ON t.id = r.source_id
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id);

UPDATE legacy_values SET reason = iif(field = 'role', 'no_owner', 'superseded')
WHERE source = 'users' AND reason IS NULL AND value IS NOT (
  SELECT CASE legacy_values.field
    WHEN 'email' THEN u.email
    WHEN 'password_hash' THEN u.password_hash
    WHEN 'name' THEN u.name
    WHEN 'role' THEN m.role
    WHEN 'created_at' THEN u.created_at
  END
  FROM legacy_rows AS r
  JOIN users AS u ON u.id = r.source_id
  JOIN memberships AS m ON m.user_id = u.id AND m.tenant_id = r.tenant_id
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id);

-- A session has one beginning; its created_at has a place only when it says the same.
UPDATE legacy_values SET reason = CASE field
    WHEN 'user_id' THEN 'unknown_user'
    WHEN 'completed_at' THEN 'not_completed'
    WHEN 'current_step' THEN 'no_agent'
    WHEN 'created_at' THEN 'no_place'
    ELSE 'superseded'
  END
WHERE source = 'onboarding_sessions' AND field <> 'vapi_data' AND reason IS NULL AND value IS NOT (
  SELECT CASE legacy_values.field
    WHEN 'user_id' THEN s.user_id
    WHEN 'status' THEN s.status
    WHEN 'current_step' THEN s.current_step
    WHEN 'started_at' THEN s.started_at
    WHEN 'completed_at' THEN s.completed_at
    WHEN 'updated_at' THEN s.updated_at
    WHEN 'created_at' THEN s.started_at
    WHEN 'metadata' THEN s.metadata
  END
  FROM legacy_rows AS r JOIN onboarding_sessions AS s ON s.tenant_id = r.tenant_id AND s.id = r.source_id
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id);

-- What an older session said of the agent, or this one before the agent was edited.
UPDATE legacy_values SET reason = 'superseded'
WHERE source = 'vapi_data' AND field <> 'phone_number' AND reason IS NULL AND value IS NOT (
  SELECT CASE legacy_values.field
    WHEN 'agent_type' THEN a.agent_type
    WHEN 'agent_name' THEN a.agent_name
    WHEN 'voice_provider' THEN a.voice_provider
    WHEN 'voice_id' THEN a.voice_id
    WHEN 'voice_language' THEN a.voice_language
    WHEN 'system_prompt' THEN a.system_prompt
    WHEN 'greeting_message' THEN a.greeting_message
    WHEN 'enable_appointments' THEN a.enable_appointments
    WHEN 'enable_products' THEN a.enable_products
  END
  FROM legacy_rows AS r JOIN omni_agent_configs AS a ON a.tenant_id = r.tenant_id
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id);

UPDATE legacy_values SET reason = iif(
    EXISTS (SELECT 1 FROM omni_phone_mappings WHERE phone_number = value), 'duplicate_number', 'superseded')
WHERE source = 'vapi_data' AND field = 'phone_number' AND reason IS NULL AND NOT EXISTS (
  SELECT 1 FROM legacy_rows AS r JOIN omni_phone_mappings AS m ON m.tenant_id = r.tenant_id
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id AND m.phone_number = legacy_values.value);

UPDATE legacy_values SET reason = 'superseded'
WHERE source = 'omni_agent_configs' AND reason IS NULL AND value IS NOT (
  SELECT CASE legacy_values.field
    WHEN 'agent_type' THEN a.agent_type
    WHEN 'agent_name' THEN a.agent_name
    WHEN 'voice_provider' THEN a.voice_provider
    WHEN 'voice_id' THEN a.voice_id
    WHEN 'voice_language' THEN a.voice_language
    WHEN 'system_prompt' THEN a.system_prompt
    WHEN 'greeting_message' THEN a.greeting_message
    WHEN 'knowledge_base_ids' THEN a.knowledge_base_ids
    WHEN 'enable_appointments' THEN a.enable_appointments
    WHEN 'enable_products' THEN a.enable_products
    WHEN 'created_at' THEN a.created_at
    WHEN 'updated_at' THEN a.updated_at
  END
  FROM legacy_rows AS r JOIN omni_agent_configs AS a ON a.tenant_id = r.tenant_id AND a.id = r.source_id
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id);

UPDATE legacy_values SET reason = 'superseded'
WHERE source = 'omni_phone_mappings' AND reason IS NULL AND value IS NOT (
  SELECT CASE legacy_values.field
    WHEN 'phone_number' THEN m.phone_number
    WHEN 'is_active' THEN m.is_active
    WHEN 'created_at' THEN m.created_at
    WHEN 'updated_at' THEN m.updated_at
  END
  FROM legacy_rows AS r JOIN omni_phone_mappings AS m ON m.tenant_id = r.tenant_id AND m.id = r.source_id
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id);

UPDATE legacy_values SET reason = 'superseded'
WHERE source = 'channel_configurations' AND reason IS NULL AND value IS NOT (
  SELECT CASE legacy_values.field
    WHEN 'channel_type' THEN c.channel
    WHEN 'config' THEN c.config
    WHEN 'enabled' THEN c.enabled
    WHEN 'created_at' THEN c.created_at
    WHEN 'updated_at' THEN c.updated_at
  END
  FROM legacy_rows AS r
  JOIN tenant_channels AS c ON c.tenant_id = r.tenant_id AND c.channel = r.facts ->> 'channel_type'
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id);

-- A row that is not carried takes its values with it, vapi_data included.
INSERT INTO migration_rejects (source_table, source_id, field, reason, content, created_at)
SELECT source, source_id, '', reason, content, strftime('%Y-%m-%d %H:%M:%f', 'now')
FROM legacy_rows WHERE reason IS NOT NULL AND source <> 'vapi_data';

INSERT INTO migration_rejects (source_table, source_id, field, reason, content, created_at)
SELECT iif(v.source = 'vapi_data', 'onboarding_sessions', v.source), r.source_id,
  iif(v.source = 'vapi_data', 'vapi_data.', '') || v.field, v.reason, v.raw, strftime('%Y-%m-%d %H:%M:%f', 'now')
FROM legacy_values AS v JOIN legacy_rows AS r ON r.source = v.source AND r.row_id = v.row_id
WHERE v.reason IS NOT NULL AND r.reason IS NULL;
