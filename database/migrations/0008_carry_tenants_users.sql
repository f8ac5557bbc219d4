-- A tenant without a readable creation date is as old as what it did first, never new: today's sign-ups are counted.
INSERT INTO tenants (id, name, slug, sector, email, phone, subscription_plan, onboarding_completed, created_at,
  updated_at)
WITH RECURSIVE
  deeds (tenant_id, first) AS MATERIALIZED (
    SELECT tenant_id, min(coalesce(facts ->> 'started_at', facts ->> 'created_at')) FROM legacy_rows
    WHERE source IN ('users', 'onboarding_sessions') AND reason IS NULL GROUP BY tenant_id
  ),
  carried AS MATERIALIZED (
    SELECT t.source_id AS id, t.row_id, t.facts,
      substr(coalesce(t.facts ->> 'company_name', t.facts ->> 'name', t.source_id), 1, 200) AS name,
      coalesce(t.facts ->> 'created_at', d.first, '1970-01-01 00:00:00.000') AS created_at
    FROM legacy_rows AS t LEFT JOIN deeds AS d ON d.tenant_id = t.source_id
    WHERE t.source = 'tenants' AND t.reason IS NULL
  ),
  -- The name letter by letter: letters without their accents, digits, and one hyphen for anything between them.
  spelled (id, rest, slug) AS (
    SELECT id, substr(name, 1, 60), '' FROM carried
    UNION ALL
    SELECT id, substr(rest, 2), slug || CASE
      WHEN substr(rest, 1, 1) GLOB '[A-Za-z0-9]' THEN lower(substr(rest, 1, 1))
      WHEN instr('àâäáãåÀÂÄÁÃÅ', substr(rest, 1, 1)) THEN 'a'
      WHEN instr('éèêëÉÈÊË', substr(rest, 1, 1)) THEN 'e'
      WHEN instr('îïíìÎÏÍÌ', substr(rest, 1, 1)) THEN 'i'
      WHEN instr('ôöóòõøÔÖÓÒÕØ', substr(rest, 1, 1)) THEN 'o'
      WHEN instr('ùûüúÙÛÜÚ', substr(rest, 1, 1)) THEN 'u'
      WHEN instr('çÇ', substr(rest, 1, 1)) THEN 'c'
      WHEN instr('ñÑ', substr(rest, 1, 1)) THEN 'n'
      WHEN instr('œŒ', substr(rest, 1, 1)) THEN 'oe'
      WHEN instr('æÆ', substr(rest, 1, 1)) THEN 'ae'
      WHEN slug = '' OR substr(slug, -1) = '-' THEN ''
      ELSE '-'
    END FROM spelled WHERE rest <> ''
  ),
  slugs AS MATERIALIZED (
    SELECT id, coalesce(nullif(rtrim(slug, '-'), ''), 'business') AS slug FROM spelled WHERE rest = ''
  ),
  -- The elder keeps the plain slug. Two hyphens never come of a name, so what they make is free.
  ranked AS (
    SELECT c.*, s.slug, row_number() OVER (PARTITION BY s.slug ORDER BY c.created_at, c.row_id) AS place
    FROM carried AS c JOIN slugs AS s ON s.id = c.id
  )
SELECT id, name, iif(place = 1, slug, slug || '--' || place), facts ->> 'sector', facts ->> 'email', facts ->> 'phone',
  coalesce(facts ->> 'subscription_plan', 'free'), coalesce(facts ->> 'onboarding_completed', 0), created_at, created_at
FROM ranked;

UPDATE legacy_rows SET reason = 'missing_email'
WHERE source = 'users' AND reason IS NULL AND facts ->> 'email' IS NULL;

-- Two accounts whose e-mails differ by case only: the mailbox may be one person's, but nothing ever proved it, so the
-- elder account does not get the younger one's tenant.
UPDATE legacy_rows SET reason = 'duplicate_email' WHERE source = 'users' AND row_id IN (
  SELECT row_id FROM (
    SELECT row_id, row_number() OVER (
      PARTITION BY facts ->> 'email' ORDER BY facts ->> 'created_at' IS NULL, facts ->> 'created_at', row_id) AS place
    FROM legacy_rows WHERE source = 'users' AND reason IS NULL
  ) WHERE place > 1);

INSERT INTO users (id, email, name, password_hash, created_at, updated_at)
SELECT r.source_id, r.facts ->> 'email',
  coalesce(r.facts ->> 'name', nullif(substr(r.facts ->> 'email', 1, instr(r.facts ->> 'email', '@') - 1), ''),
    r.facts ->> 'email'),
  r.facts ->> 'password_hash', coalesce(r.facts ->> 'created_at', t.created_at),
  coalesce(r.facts ->> 'created_at', t.created_at)
FROM legacy_rows AS r JOIN tenants AS t ON t.id = r.tenant_id
WHERE r.source = 'users' AND r.reason IS NULL;

-- Without a role: the legacy default. With a word that is no role: the least of them.
INSERT INTO memberships (tenant_id, user_id, role, created_at)
SELECT r.tenant_id, u.id, coalesce(r.facts ->> 'role', iif(v.raw IS NULL, 'owner', 'viewer')), u.created_at
FROM legacy_rows AS r JOIN users AS u ON u.id = r.source_id
LEFT JOIN legacy_values AS v ON v.source = r.source AND v.row_id = r.row_id AND v.field = 'role'
WHERE r.source = 'users' AND r.reason IS NULL;

-- Nobody enforced roles before; from now on a tenant without an owner could not be run by anyone.
UPDATE memberships SET role = 'owner' WHERE (tenant_id, user_id) IN (
  SELECT tenant_id, user_id FROM (
    SELECT tenant_id, user_id, row_number() OVER (
      PARTITION BY tenant_id ORDER BY role <> 'owner', role <> 'admin', created_at, user_id) AS place
    FROM memberships
  ) WHERE place = 1);
