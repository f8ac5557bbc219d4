-- A session without a status, or with a word that is none, is what its completion date says. Of several open sessions
-- of a tenant the latest stays open.
INSERT INTO onboarding_sessions (id, tenant_id, user_id, status, current_step, started_at, completed_at, updated_at,
  metadata)
SELECT d.id, d.tenant_id, u.id, d.status,
  CASE
    -- What the assistant step saved is an agent: without one it has to be taken again.
    WHEN d.status <> 'completed' AND d.current_step = 5
      AND NOT EXISTS (SELECT 1 FROM omni_agent_configs AS a WHERE a.tenant_id = d.tenant_id) THEN 4
    ELSE d.current_step
  END,
  d.started_at, iif(d.status = 'completed', d.completed_at, NULL), d.updated_at, d.metadata
FROM (
  SELECT s.id, s.tenant_id, s.user_id, s.metadata,
    coalesce(s.current_step, iif(s.status = 'completed', 5, 1)) AS current_step,
    iif(s.status = 'in_progress' AND row_number() OVER (
      PARTITION BY s.tenant_id, s.status ORDER BY s.updated_at DESC, s.started_at DESC, s.row_id DESC) > 1,
      'abandoned', s.status) AS status,
    s.started_at, coalesce(s.completed_at, s.updated_at) AS completed_at, s.updated_at
  FROM (
    SELECT r.row_id, r.source_id AS id, r.tenant_id, r.facts ->> 'user_id' AS user_id,
      coalesce(r.facts ->> 'status',
        iif(r.facts ->> 'completed_at' IS NOT NULL, 'completed', NULL),
        iif(v.raw IS NULL, 'in_progress', 'abandoned')) AS status,
      r.facts ->> 'current_step' AS current_step,
      coalesce(r.facts ->> 'started_at', r.facts ->> 'created_at', r.facts ->> 'completed_at', t.created_at
        ) AS started_at,
      r.facts ->> 'completed_at' AS completed_at,
      coalesce(r.facts ->> 'updated_at', r.facts ->> 'completed_at', r.facts ->> 'started_at',
        r.facts ->> 'created_at', t.created_at) AS updated_at,
      coalesce(r.facts ->> 'metadata', '{}') AS metadata
    FROM legacy_rows AS r
    JOIN tenants AS t ON t.id = r.tenant_id
    LEFT JOIN legacy_values AS v ON v.source = r.source AND v.row_id = r.row_id AND v.field = 'status'
    WHERE r.source = 'onboarding_sessions' AND r.reason IS NULL
  ) AS s
) AS d LEFT JOIN users AS u ON u.id = d.user_id;

INSERT INTO onboarding_steps (tenant_id, session_id, step, state, done_at)
SELECT s.tenant_id, s.id, j.value, 'saved', coalesce(s.completed_at, s.updated_at)
FROM onboarding_sessions AS s, json_each('[1,2,3,4]') AS j
WHERE s.status = 'completed' OR j.value < s.current_step;

-- A tenant that completed a session has completed its onboarding: the older column was not always told.
UPDATE tenants SET onboarding_completed = 1
WHERE id IN (SELECT tenant_id FROM onboarding_sessions WHERE status = 'completed');

UPDATE legacy_rows SET reason = 'missing_channel'
WHERE source = 'channel_configurations' AND reason IS NULL AND facts ->> 'channel_type' IS NULL;
UPDATE legacy_rows SET reason = 'duplicate' WHERE source = 'channel_configurations' AND row_id IN (
  SELECT row_id FROM (
    SELECT row_id, row_number() OVER (
      PARTITION BY tenant_id, facts ->> 'channel_type' ORDER BY facts ->> 'updated_at' DESC, row_id DESC) AS place
    FROM legacy_rows WHERE source = 'channel_configurations' AND reason IS NULL
  ) WHERE place > 1);

-- Not verified: nothing has been seen of them yet.
INSERT INTO tenant_channels (tenant_id, channel, config, enabled, created_at, updated_at)
SELECT r.tenant_id, r.facts ->> 'channel_type',
  coalesce(r.facts ->> 'config', '{}'),
  coalesce(r.facts ->> 'enabled', 0),
  coalesce(r.facts ->> 'created_at', t.created_at),
  coalesce(r.facts ->> 'updated_at', r.facts ->> 'created_at', t.created_at)
FROM legacy_rows AS r JOIN tenants AS t ON t.id = r.tenant_id
WHERE r.source = 'channel_configurations' AND r.reason IS NULL;
