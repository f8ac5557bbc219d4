-- A tenant had one agent: the one in its table or, failing that, the one its onboarding described last. A session that
-- was completed counts before one that was not.
INSERT INTO omni_agent_configs (id, tenant_id, is_default, agent_type, agent_name, voice_provider, voice_id,
  voice_language, system_prompt, greeting_message, knowledge_base_ids, enable_appointments, enable_products,
  created_at, updated_at)
SELECT c.id, c.tenant_id, 1,
  coalesce(c.facts ->> 'agent_type', 'multi_purpose'),
  coalesce(c.facts ->> 'agent_name', 'Assistant'),
  coalesce(c.facts ->> 'voice_provider', 'elevenlabs'),
  coalesce(c.facts ->> 'voice_id', 'default'),
  coalesce(c.facts ->> 'voice_language', 'fr-FR'),
  c.facts ->> 'system_prompt',
  c.facts ->> 'greeting_message',
  coalesce(c.facts ->> 'knowledge_base_ids', '[]'),
  coalesce(c.facts ->> 'enable_appointments', 1),
  coalesce(c.facts ->> 'enable_products', 0),
  coalesce(c.created_at, t.created_at),
  coalesce(c.updated_at, c.created_at, t.created_at)
FROM (
  SELECT a.*, row_number() OVER (
    PARTITION BY tenant_id ORDER BY is_inferred, is_completed DESC, updated_at DESC, row_id DESC) AS place
  FROM (
    SELECT 0 AS is_inferred, 0 AS is_completed, row_id, source_id AS id, tenant_id, facts,
      facts ->> 'created_at' AS created_at, facts ->> 'updated_at' AS updated_at
    FROM legacy_rows WHERE source = 'omni_agent_configs' AND reason IS NULL
    UNION ALL
    SELECT 1, s.facts ->> 'status' = 'completed', v.row_id, 'agent_' || v.source_id, v.tenant_id, v.facts,
      coalesce(s.facts ->> 'started_at', s.facts ->> 'created_at'),
      coalesce(s.facts ->> 'completed_at', s.facts ->> 'updated_at', s.facts ->> 'started_at')
    FROM legacy_rows AS v
    JOIN legacy_rows AS s ON s.source = 'onboarding_sessions' AND s.row_id = v.row_id
    WHERE v.source = 'vapi_data' AND v.reason IS NULL AND json_remove(v.facts, '$.phone_number') <> '{}'
  ) AS a
) AS c JOIN tenants AS t ON t.id = c.tenant_id
WHERE c.place = 1;

-- A mapping whose number cannot be dialled routes nothing.
UPDATE legacy_rows SET reason = 'not_e164'
WHERE source = 'omni_phone_mappings' AND reason IS NULL AND facts ->> 'phone_number' IS NULL;

-- One number in several spellings: an active one before an idle one; the spelling that calls come in with before
-- the others, which never matched a call; then the earliest.
UPDATE legacy_rows SET reason = 'duplicate_number' WHERE source = 'omni_phone_mappings' AND row_id IN (
  SELECT row_id FROM (
    SELECT row_id, row_number() OVER (
      PARTITION BY facts ->> 'phone_number'
      ORDER BY facts ->> 'is_active' IS 0, facts ->> 'phone_number' <> content ->> 'phone_number',
        facts ->> 'created_at' IS NULL, facts ->> 'created_at', row_id) AS place
    FROM legacy_rows WHERE source = 'omni_phone_mappings' AND reason IS NULL
  ) WHERE place > 1);

-- A number without an agent is answered by one with the defaults.
INSERT INTO omni_agent_configs (id, tenant_id, is_default, voice_id, enable_appointments, created_at, updated_at)
SELECT 'agent_' || t.id, t.id, 1, 'default', 1, t.created_at, t.created_at FROM tenants AS t
WHERE NOT EXISTS (SELECT 1 FROM omni_agent_configs AS a WHERE a.tenant_id = t.id)
  AND EXISTS (
    SELECT 1 FROM legacy_rows AS r WHERE r.source IN ('omni_phone_mappings', 'vapi_data') AND r.tenant_id = t.id
      AND r.reason IS NULL AND r.facts ->> 'phone_number' IS NOT NULL);

-- A version is complete: words that the agent leaves to its type stand in it as words, the business still by name
-- only when it speaks. Languages other than French are spoken in English.
INSERT INTO omni_agent_versions (tenant_id, agent_id, version, config, created_at)
SELECT tenant_id, id, version, json_object(
    'agent_type', agent_type,
    'agent_name', agent_name,
    'voice_provider', voice_provider,
    'voice_id', voice_id,
    'voice_language', voice_language,
    'voice_mode', voice_mode,
    'system_prompt', coalesce(system_prompt, iif(voice_language GLOB 'fr*',
      'Vous êtes {agent}, l''agent vocal virtuel de l''entreprise {business}.',
      'You are {agent}, the AI voice assistant at {business}.')),
    'greeting_message', coalesce(greeting_message, iif(voice_language GLOB 'fr*',
      'Bonjour, ici {agent}, l''agent vocal virtuel de {business}. Comment puis-je vous aider ?',
      'Hello, this is {agent}, the AI assistant at {business}. How can I help?')),
    'knowledge_base_ids', json(knowledge_base_ids),
    'enable_appointments', json(iif(enable_appointments, 'true', 'false')),
    'enable_products', json(iif(enable_products, 'true', 'false'))),
  updated_at
FROM omni_agent_configs;

-- An active number has been routing calls, which proves it.
INSERT INTO omni_phone_mappings (id, phone_number, tenant_id, agent_id, is_active, verified_at, origin, created_at,
  updated_at)
SELECT r.source_id, r.facts ->> 'phone_number', r.tenant_id, a.id, coalesce(r.facts ->> 'is_active', 1),
  iif(coalesce(r.facts ->> 'is_active', 1), coalesce(r.facts ->> 'created_at', t.created_at), NULL),
  'onboarding',
  coalesce(r.facts ->> 'created_at', t.created_at),
  coalesce(r.facts ->> 'updated_at', r.facts ->> 'created_at', t.created_at)
FROM legacy_rows AS r
JOIN tenants AS t ON t.id = r.tenant_id
JOIN omni_agent_configs AS a ON a.tenant_id = r.tenant_id
WHERE r.source = 'omni_phone_mappings' AND r.reason IS NULL;

-- A number that only an onboarding session knows never routed a call: a claim, for a tenant that has no other number.
INSERT INTO omni_phone_mappings (id, phone_number, tenant_id, agent_id, origin, created_at, updated_at)
SELECT 'phone_' || c.source_id, c.phone_number, c.tenant_id, a.id, 'onboarding', c.at, c.at
FROM (
  SELECT b.*, row_number() OVER (PARTITION BY phone_number ORDER BY at, row_id) AS claimant FROM (
    SELECT v.row_id, v.source_id, v.tenant_id, v.facts ->> 'phone_number' AS phone_number,
      coalesce(s.facts ->> 'started_at', s.facts ->> 'created_at', t.created_at) AS at,
      row_number() OVER (PARTITION BY v.tenant_id ORDER BY coalesce(s.facts ->> 'status', '') = 'completed' DESC,
        coalesce(s.facts ->> 'completed_at', s.facts ->> 'updated_at', s.facts ->> 'started_at') DESC, v.row_id DESC
      ) AS place
    FROM legacy_rows AS v
    JOIN legacy_rows AS s ON s.source = 'onboarding_sessions' AND s.row_id = v.row_id
    JOIN tenants AS t ON t.id = v.tenant_id
    WHERE v.source = 'vapi_data' AND v.reason IS NULL AND v.facts ->> 'phone_number' IS NOT NULL
      AND v.tenant_id NOT IN (SELECT tenant_id FROM omni_phone_mappings)
      AND v.facts ->> 'phone_number' NOT IN (SELECT phone_number FROM omni_phone_mappings)
  ) AS b WHERE place = 1
) AS c JOIN omni_agent_configs AS a ON a.tenant_id = c.tenant_id
WHERE c.claimant = 1;
