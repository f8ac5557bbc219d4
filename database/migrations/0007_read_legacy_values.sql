-- Reads every legacy value once, into three tables that go with the legacy ones. A row or a value that cannot be
-- carried over gets a reason; 0011 writes those into migration_rejects.

-- One legacy row. 'vapi_data' is the object inside an onboarding session, as a row of its own.
CREATE TABLE legacy_rows (
  source TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  source_id TEXT NOT NULL,
  tenant_id TEXT,
  content TEXT NOT NULL, -- as it stood
  facts TEXT NOT NULL DEFAULT '{}', -- field -> value, of what could be read
  reason TEXT,
  PRIMARY KEY (source, row_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_legacy_rows_tenant ON legacy_rows (source, tenant_id);

-- How a field is read.
CREATE TABLE legacy_fields (
  source TEXT NOT NULL,
  field TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (source, field)
) STRICT, WITHOUT ROWID;

-- One value of one legacy row; a value can be carried over in part and have a reason too.
CREATE TABLE legacy_values (
  source TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  field TEXT NOT NULL,
  kind TEXT,
  raw TEXT NOT NULL,
  value ANY,
  reason TEXT,
  PRIMARY KEY (source, row_id, field)
) STRICT, WITHOUT ROWID;

INSERT INTO legacy_fields (source, field, kind) VALUES
  ('tenants', 'name', 'text'),
  ('tenants', 'company_name', 'text'),
  ('tenants', 'sector', 'text'),
  ('tenants', 'email', 'text'),
  ('tenants', 'phone', 'number'),
  ('tenants', 'subscription_plan', 'text'),
  ('tenants', 'onboarding_completed', 'flag'),
  ('tenants', 'created_at', 'instant'),
  ('users', 'email', 'email'),
  ('users', 'password_hash', 'text'),
  ('users', 'name', 'text'),
  ('users', 'role', 'role'),
  ('users', 'created_at', 'instant'),
  ('onboarding_sessions', 'user_id', 'text'),
  ('onboarding_sessions', 'status', 'status'),
  ('onboarding_sessions', 'current_step', 'step'),
  ('onboarding_sessions', 'started_at', 'instant'),
  ('onboarding_sessions', 'completed_at', 'instant'),
  ('onboarding_sessions', 'updated_at', 'instant'),
  ('onboarding_sessions', 'created_at', 'instant'),
  ('onboarding_sessions', 'metadata', 'object'),
  ('onboarding_sessions', 'vapi_data', 'object'),
  ('vapi_data', 'agent_type', 'agent_type'),
  ('vapi_data', 'agent_name', 'line'),
  ('vapi_data', 'voice_provider', 'provider'),
  ('vapi_data', 'voice_id', 'line'),
  ('vapi_data', 'voice_language', 'language'),
  ('vapi_data', 'system_prompt', 'prose'),
  ('vapi_data', 'greeting_message', 'prose'),
  ('vapi_data', 'phone_number', 'number'),
  ('vapi_data', 'enable_appointments', 'flag'),
  ('vapi_data', 'enable_products', 'flag'),
  ('omni_agent_configs', 'agent_type', 'agent_type'),
  ('omni_agent_configs', 'agent_name', 'line'),
  ('omni_agent_configs', 'voice_provider', 'provider'),
  ('omni_agent_configs', 'voice_id', 'line'),
  ('omni_agent_configs', 'voice_language', 'language'),
  ('omni_agent_configs', 'system_prompt', 'prose'),
  ('omni_agent_configs', 'greeting_message', 'prose'),
  ('omni_agent_configs', 'knowledge_base_ids', 'ids'),
  ('omni_agent_configs', 'enable_appointments', 'flag'),
  ('omni_agent_configs', 'enable_products', 'flag'),
  ('omni_agent_configs', 'created_at', 'instant'),
  ('omni_agent_configs', 'updated_at', 'instant'),
  ('omni_phone_mappings', 'phone_number', 'number'),
  ('omni_phone_mappings', 'is_active', 'flag'),
  ('omni_phone_mappings', 'created_at', 'instant'),
  ('omni_phone_mappings', 'updated_at', 'instant'),
  ('channel_configurations', 'channel_type', 'channel'),
  ('channel_configurations', 'config', 'object'),
  ('channel_configurations', 'enabled', 'flag'),
  ('channel_configurations', 'created_at', 'instant'),
  ('channel_configurations', 'updated_at', 'instant');

-- The casts: the legacy tables hold any type anywhere, and JSON takes no BLOB.
INSERT INTO legacy_rows (source, row_id, source_id, tenant_id, content)
SELECT 'tenants', rowid, iif(typeof(id) = 'text' AND id <> '', id, 'rowid:' || rowid),
  CAST(id AS TEXT), json_object(
  'id', CAST(id AS TEXT),
  'name', CAST(name AS TEXT),
  'company_name', CAST(company_name AS TEXT),
  'sector', CAST(sector AS TEXT),
  'email', CAST(email AS TEXT),
  'phone', CAST(phone AS TEXT),
  'subscription_plan', CAST(subscription_plan AS TEXT),
  'onboarding_completed', CAST(onboarding_completed AS TEXT),
  'created_at', CAST(created_at AS TEXT))
FROM legacy_tenants;

INSERT INTO legacy_rows (source, row_id, source_id, tenant_id, content)
SELECT 'users', rowid, iif(typeof(id) = 'text' AND id <> '', id, 'rowid:' || rowid),
  CAST(tenant_id AS TEXT), json_object(
  'id', CAST(id AS TEXT),
  'tenant_id', CAST(tenant_id AS TEXT),
  'email', CAST(email AS TEXT),
  'password_hash', CAST(password_hash AS TEXT),
  'name', CAST(name AS TEXT),
  'role', CAST(role AS TEXT),
  'created_at', CAST(created_at AS TEXT))
FROM legacy_users;

INSERT INTO legacy_rows (source, row_id, source_id, tenant_id, content)
SELECT 'onboarding_sessions', rowid, iif(typeof(id) = 'text' AND id <> '', id, 'rowid:' || rowid),
  CAST(tenant_id AS TEXT), json_object(
  'id', CAST(id AS TEXT),
  'tenant_id', CAST(tenant_id AS TEXT),
  'user_id', CAST(user_id AS TEXT),
  'status', CAST(status AS TEXT),
  'current_step', CAST(current_step AS TEXT),
  'started_at', CAST(started_at AS TEXT),
  'completed_at', CAST(completed_at AS TEXT),
  'updated_at', CAST(updated_at AS TEXT),
  'created_at', CAST(created_at AS TEXT),
  'metadata', CAST(metadata AS TEXT),
  'vapi_data', CAST(vapi_data AS TEXT))
FROM legacy_onboarding_sessions;

INSERT INTO legacy_rows (source, row_id, source_id, tenant_id, content)
SELECT 'omni_agent_configs', rowid, iif(typeof(id) = 'text' AND id <> '', id, 'rowid:' || rowid),
  CAST(tenant_id AS TEXT), json_object(
  'id', CAST(id AS TEXT),
  'tenant_id', CAST(tenant_id AS TEXT),
  'agent_type', CAST(agent_type AS TEXT),
  'agent_name', CAST(agent_name AS TEXT),
  'voice_provider', CAST(voice_provider AS TEXT),
  'voice_id', CAST(voice_id AS TEXT),
  'voice_language', CAST(voice_language AS TEXT),
  'system_prompt', CAST(system_prompt AS TEXT),
  'greeting_message', CAST(greeting_message AS TEXT),
  'knowledge_base_ids', CAST(knowledge_base_ids AS TEXT),
  'enable_appointments', CAST(enable_appointments AS TEXT),
  'enable_products', CAST(enable_products AS TEXT),
  'created_at', CAST(created_at AS TEXT),
  'updated_at', CAST(updated_at AS TEXT))
FROM legacy_agent_configs;

INSERT INTO legacy_rows (source, row_id, source_id, tenant_id, content)
SELECT 'omni_phone_mappings', rowid, iif(typeof(id) = 'text' AND id <> '', id, 'rowid:' || rowid),
  CAST(tenant_id AS TEXT), json_object(
  'id', CAST(id AS TEXT),
  'tenant_id', CAST(tenant_id AS TEXT),
  'phone_number', CAST(phone_number AS TEXT),
  'is_active', CAST(is_active AS TEXT),
  'created_at', CAST(created_at AS TEXT),
  'updated_at', CAST(updated_at AS TEXT))
FROM legacy_phone_mappings;

INSERT INTO legacy_rows (source, row_id, source_id, tenant_id, content)
SELECT 'channel_configurations', rowid, iif(typeof(id) = 'text' AND id <> '', id, 'rowid:' || rowid),
  CAST(tenant_id AS TEXT), json_object(
  'id', CAST(id AS TEXT),
  'tenant_id', CAST(tenant_id AS TEXT),
  'channel_type', CAST(channel_type AS TEXT),
  'config', CAST(config AS TEXT),
  'enabled', CAST(enabled AS TEXT),
  'created_at', CAST(created_at AS TEXT),
  'updated_at', CAST(updated_at AS TEXT))
FROM legacy_channel_configurations;

INSERT INTO legacy_rows (source, row_id, source_id, tenant_id, content)
SELECT 'vapi_data', s.row_id, s.source_id, s.tenant_id, s.content ->> 'vapi_data' FROM legacy_rows AS s
WHERE s.source = 'onboarding_sessions'
  AND CASE WHEN json_valid(s.content ->> 'vapi_data') THEN json_type(s.content ->> 'vapi_data') END = 'object';

UPDATE legacy_rows SET reason = 'unusable_id' WHERE source = 'tenants' AND source_id IS NOT tenant_id;
UPDATE legacy_rows SET reason = 'unknown_tenant' WHERE source <> 'tenants' AND (
  tenant_id IS NULL
  OR tenant_id NOT IN (SELECT source_id FROM legacy_rows WHERE source = 'tenants' AND reason IS NULL));

-- One row a value: blank text and null are no values. Of a key that stands twice in vapi_data the first one counts.
INSERT INTO legacy_values (source, row_id, field, kind, raw, value)
SELECT source, row_id, field, kind, raw, trimmed FROM (
  SELECT r.source, r.row_id, j.key AS field, f.kind, min(j.id),
    CASE j.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(j.value AS TEXT) END AS raw,
    trim(CASE j.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(j.value AS TEXT) END,
      char(9, 10, 13, 32, 160)) AS trimmed
  FROM legacy_rows AS r, json_each(r.content) AS j
  LEFT JOIN legacy_fields AS f ON f.source = r.source AND f.field = j.key
  WHERE j.type <> 'null' AND (f.kind IS NOT NULL OR r.source = 'vapi_data')
  GROUP BY r.source, r.row_id, j.key
);

-- SQLite reads a JSON string only up to a \u0000: such a text is kept as JSON.
UPDATE legacy_values SET value = NULL, reason = 'unreadable_text', raw = (
  SELECT r.content -> ('$.' || legacy_values.field) FROM legacy_rows AS r
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id)
WHERE kind IS NOT NULL AND EXISTS (
  SELECT 1 FROM legacy_rows AS r
  WHERE r.source = legacy_values.source AND r.row_id = legacy_values.row_id
    AND instr(CASE WHEN instr(r.content, '\u0000')
      THEN replace(r.content -> ('$.' || legacy_values.field), '\\', '') END, '\u0000'));
DELETE FROM legacy_values WHERE value = '';

UPDATE legacy_values SET value = NULL, reason = 'no_place' WHERE kind IS NULL;
UPDATE legacy_values SET reason = 'too_long'
WHERE source = 'tenants' AND field IN ('name', 'company_name') AND length(value) > 200;
UPDATE legacy_values SET reason = 'unreadable_text'
WHERE source = 'onboarding_sessions' AND field = 'vapi_data' AND reason IS NULL
  AND instr(raw, '\u0000');
UPDATE legacy_values SET reason = 'duplicate_keys'
WHERE source = 'onboarding_sessions' AND field = 'vapi_data' AND row_id IN (
  SELECT r.row_id FROM legacy_rows AS r, json_each(r.content) AS j
  WHERE r.source = 'vapi_data' GROUP BY r.row_id HAVING COUNT(*) > COUNT(DISTINCT j.key));

-- Instants: dates with an optional time and offset, seconds or milliseconds since 1970. SQLite alone would take
-- '2025-02-30', 'now' and small numbers too; '+0 days' makes it write 24:00 as the next day.
UPDATE legacy_values SET value = CASE
  WHEN value NOT GLOB '*[^0-9.]*' AND CAST(value AS REAL) BETWEEN 1e8 AND 99999999999
    THEN strftime('%Y-%m-%d %H:%M:%f', CAST(value AS REAL), 'unixepoch')
  WHEN value NOT GLOB '*[^0-9.]*' AND CAST(value AS REAL) BETWEEN 1e11 AND 99999999999999
    THEN strftime('%Y-%m-%d %H:%M:%f', CAST(value AS REAL) / 1000, 'unixepoch')
  WHEN value GLOB '????-??-??*' AND date(substr(value, 1, 10), '+0 days') = substr(value, 1, 10)
    THEN strftime('%Y-%m-%d %H:%M:%f', value, '+0 days')
END WHERE kind = 'instant';
UPDATE legacy_values SET reason = 'unreadable_instant' WHERE kind = 'instant' AND value IS NULL AND reason IS NULL;

-- Phone numbers, into E.164. A national number is French: no other country had installations.
UPDATE legacy_values SET value = replace(value, '(0)', '')
WHERE kind = 'number' AND (value GLOB '+*' OR value GLOB '00*');
UPDATE legacy_values SET value = replace(replace(replace(replace(replace(replace(replace(replace(value,
  ' ', ''), '.', ''), '-', ''), '/', ''), '(', ''), ')', ''), char(160), ''), char(8239), '')
WHERE kind = 'number';
UPDATE legacy_values SET value = '+' || substr(value, 3) WHERE kind = 'number' AND value GLOB '00[1-9]*';
UPDATE legacy_values SET value = '+33' || substr(value, 5)
WHERE kind = 'number' AND value GLOB '+330[1-9]*' AND length(value) = 13;
UPDATE legacy_values SET value = '+33' || substr(value, 2)
WHERE kind = 'number' AND value GLOB '0[1-9]*' AND length(value) = 10;
UPDATE legacy_values SET value = '+' || value
WHERE kind = 'number' AND value GLOB '33[1-9]*' AND length(value) = 11;
UPDATE legacy_values SET value = NULL, reason = 'not_e164' WHERE kind = 'number'
  AND (value NOT GLOB '+[1-9]*' OR substr(value, 2) GLOB '*[^0-9]*' OR length(value) NOT BETWEEN 8 AND 16);

UPDATE legacy_values SET value = CASE
  WHEN lower(value) IN ('1', '1.0', 'true', 't', 'yes', 'y', 'on', 'oui', 'vrai') THEN 1
  WHEN lower(value) IN ('0', '0.0', 'false', 'f', 'no', 'n', 'off', 'non', 'faux') THEN 0
END WHERE kind = 'flag';
UPDATE legacy_values SET reason = 'unreadable_flag' WHERE kind = 'flag' AND value IS NULL AND reason IS NULL;

UPDATE legacy_values SET value = CASE WHEN json_valid(value) THEN iif(json_type(value) = 'object', value, NULL) END
WHERE kind = 'object';
UPDATE legacy_values SET reason = 'not_a_json_object' WHERE kind = 'object' AND value IS NULL AND reason IS NULL;

-- Ids are text; an older list may have them as whole numbers.
UPDATE legacy_values SET value = CASE WHEN json_valid(value) THEN iif(json_type(value) = 'array', value, NULL) END
WHERE kind = 'ids';
UPDATE legacy_values SET reason = 'not_a_json_array' WHERE kind = 'ids' AND value IS NULL AND reason IS NULL;
UPDATE legacy_values SET value = NULL, reason = 'not_a_list_of_ids'
WHERE kind = 'ids' AND EXISTS (
  SELECT 1 FROM json_each(legacy_values.value) AS j WHERE j.type NOT IN ('text', 'integer'));
UPDATE legacy_values SET value = (
  SELECT json_group_array(CAST(j.value AS TEXT)) FROM json_each(legacy_values.value) AS j)
WHERE kind = 'ids' AND EXISTS (SELECT 1 FROM json_each(legacy_values.value) AS j WHERE j.type = 'integer');

-- The values of an agent, as the API takes them: it checks them all whenever one of them is changed.
UPDATE legacy_values SET value = replace(replace(value, char(13, 10), char(10)), char(13), char(10))
WHERE kind = 'prose';
UPDATE legacy_values SET value = NULL, reason = 'unreadable_text'
WHERE kind = 'line' AND value GLOB '*[' || char(1) || '-' || char(31, 127) || ']*';
UPDATE legacy_values SET value = NULL, reason = 'unreadable_text'
WHERE kind = 'prose' AND value GLOB '*[' || char(1) || '-' || char(8, 11) || '-' || char(31, 127) || ']*';
UPDATE legacy_values SET value = CASE field
    WHEN 'agent_name' THEN substr(value, 1, 100)
    WHEN 'system_prompt' THEN substr(value, 1, 20000)
    WHEN 'greeting_message' THEN substr(value, 1, 1000)
  END, reason = 'too_long'
WHERE kind IN ('line', 'prose')
  AND length(value) > CASE field WHEN 'agent_name' THEN 100 WHEN 'voice_id' THEN 200 WHEN 'system_prompt' THEN 20000
    WHEN 'greeting_message' THEN 1000 END;

UPDATE legacy_values SET value = CASE WHEN lower(value) IN ('receptionist', 'multi_purpose', 'appointment_booking',
  'customer_support', 'real_estate', 'real_estate_callback', 'custom') THEN lower(value) END
WHERE kind = 'agent_type';
UPDATE legacy_values SET reason = 'unknown_agent_type' WHERE kind = 'agent_type' AND value IS NULL AND reason IS NULL;

UPDATE legacy_values SET value = CASE
  WHEN lower(value) = '11labs' THEN 'elevenlabs'
  WHEN lower(value) GLOB '[a-z]*' AND lower(value) NOT GLOB '*[^a-z0-9_-]*' AND length(value) <= 40 THEN lower(value)
END WHERE kind = 'provider';
UPDATE legacy_values SET reason = 'unreadable_provider' WHERE kind = 'provider' AND value IS NULL AND reason IS NULL;

-- Language tags: fr, fr-FR, es-419, zh-Hans-CN, however their letters are cased.
UPDATE legacy_values SET value = replace(value, '_', '-') WHERE kind = 'language';
UPDATE legacy_values SET value = CASE length(value)
    WHEN 2 THEN lower(value)
    WHEN 3 THEN lower(value)
    WHEN 5 THEN lower(substr(value, 1, 3)) || upper(substr(value, 4))
    ELSE value
  END
WHERE kind = 'language';
UPDATE legacy_values SET value = NULL, reason = 'unreadable_language' WHERE kind = 'language' AND NOT (
  value GLOB '[a-z][a-z]'
  OR value GLOB '[a-z][a-z][a-z]'
  OR value GLOB '[a-z][a-z]-[A-Z][A-Z]'
  OR value GLOB '[a-z][a-z][a-z]-[A-Z][A-Z]'
  OR value GLOB '[a-z][a-z]-[0-9][0-9][0-9]'
  OR value GLOB '[a-z][a-z]-[A-Z][a-z][a-z][a-z]'
  OR value GLOB '[a-z][a-z]-[A-Z][a-z][a-z][a-z]-[A-Z][A-Z]'
  OR value GLOB '[a-z][a-z][a-z]-[A-Z][a-z][a-z][a-z]-[A-Z][A-Z]');

UPDATE legacy_values SET value = lower(value) WHERE kind IN ('email', 'channel');

UPDATE legacy_values SET value = CASE
  WHEN lower(value) = 'owner' THEN 'owner'
  WHEN lower(value) IN ('admin', 'administrator', 'manager') THEN 'admin'
  WHEN lower(value) IN ('agent', 'member', 'staff', 'employee', 'user') THEN 'agent'
  WHEN lower(value) IN ('viewer', 'guest', 'readonly', 'read_only') THEN 'viewer'
END WHERE kind = 'role';
UPDATE legacy_values SET reason = 'unknown_role' WHERE kind = 'role' AND value IS NULL AND reason IS NULL;

UPDATE legacy_values SET value = CASE
  WHEN lower(value) IN ('completed', 'complete', 'done', 'finished') THEN 'completed'
  WHEN lower(value) IN ('in_progress', 'in-progress', 'started', 'pending', 'active', 'open', 'new') THEN 'in_progress'
  WHEN lower(value) IN ('abandoned', 'cancelled', 'canceled', 'expired', 'failed') THEN 'abandoned'
END WHERE kind = 'status';
UPDATE legacy_values SET reason = 'unknown_status' WHERE kind = 'status' AND value IS NULL AND reason IS NULL;
-- The word itself says more than what it became.
UPDATE legacy_values SET reason = 'translated' WHERE kind IN ('role', 'status', 'provider')
  AND lower(raw) <> value;

UPDATE legacy_values SET value = CASE
  WHEN ltrim(value, '-') GLOB '[0-9]*' AND value NOT GLOB '*[^-0-9.]*'
    THEN min(5, max(1, CAST(CAST(value AS REAL) AS INTEGER)))
END WHERE kind = 'step';
UPDATE legacy_values SET reason = iif(value IS NULL, 'unreadable_step', 'out_of_range')
WHERE kind = 'step' AND (value IS NULL OR CAST(raw AS REAL) <> value);

UPDATE legacy_rows SET facts = (
  SELECT json_group_object(v.field, v.value) FROM legacy_values AS v
  WHERE v.source = legacy_rows.source AND v.row_id = legacy_rows.row_id AND v.value IS NOT NULL);
