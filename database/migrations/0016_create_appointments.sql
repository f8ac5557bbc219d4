-- Staff, when they work, what is booked with whom, who waits, and calendars elsewhere.

ALTER TABLE services ADD COLUMN description TEXT;
ALTER TABLE services ADD COLUMN buffer_before_min INTEGER NOT NULL DEFAULT 0
  CHECK (buffer_before_min BETWEEN 0 AND 1440);
ALTER TABLE services ADD COLUMN capacity INTEGER NOT NULL DEFAULT 1 CHECK (capacity BETWEEN 1 AND 1000);
ALTER TABLE services ADD COLUMN notice_min INTEGER CHECK (notice_min BETWEEN 0 AND 525600);
ALTER TABLE services ADD COLUMN horizon_days INTEGER CHECK (horizon_days BETWEEN 1 AND 730);
ALTER TABLE services ADD COLUMN interval_min INTEGER CHECK (interval_min BETWEEN 1 AND 1440);
ALTER TABLE services ADD COLUMN daily_limit INTEGER CHECK (daily_limit >= 1);
ALTER TABLE services ADD COLUMN place TEXT NOT NULL DEFAULT 'on_site' CHECK (place IN ('on_site', 'online', 'phone'));
ALTER TABLE services ADD COLUMN online_url TEXT;
ALTER TABLE services ADD COLUMN required_fields TEXT NOT NULL DEFAULT '[]' CHECK (json_type(required_fields) = 'array');
ALTER TABLE services ADD COLUMN archived_at TEXT;

ALTER TABLE customers ADD COLUMN email TEXT CHECK (email = lower(email));
CREATE INDEX idx_customers_email ON customers (tenant_id, email) WHERE email IS NOT NULL;

ALTER TABLE outbox ADD COLUMN expires_at TEXT;

DROP VIEW business_facts;
CREATE VIEW business_facts AS
SELECT t.id AS tenant_id, t.name, t.sector, t.email, t.phone, t.website, t.address, t.country, t.timezone,
  t.transfer_number,
  (SELECT json_group_array(json_array(h.weekday, h.opens, h.closes)) FROM (
    SELECT weekday, opens, closes FROM opening_hours WHERE tenant_id = t.id ORDER BY opens) AS h) AS hours,
  (SELECT json_group_array(json_array(s.id, s.name, s.duration_min, s.price_minor, s.currency)) FROM (
    SELECT id, name, duration_min, price_minor, currency FROM services
    WHERE tenant_id = t.id AND archived_at IS NULL ORDER BY position, id) AS s) AS services,
  (SELECT json_group_array(json_array(f.id, f.question, f.answer)) FROM (
    SELECT id, question, answer FROM knowledge_faq WHERE tenant_id = t.id ORDER BY position, id) AS f) AS faqs
FROM tenants AS t;

CREATE TABLE agents (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  name TEXT, -- NULL: the business itself
  email TEXT,
  phone TEXT CHECK (phone LIKE '+%'),
  timezone TEXT, -- NULL: the business's
  has_own_hours INTEGER NOT NULL DEFAULT 0 CHECK (has_own_hours IN (0, 1)), -- 0: the opening hours
  serves_all INTEGER NOT NULL DEFAULT 1 CHECK (serves_all IN (0, 1)), -- 0: the services of agent_services
  daily_limit INTEGER CHECK (daily_limit >= 1),
  position INTEGER NOT NULL DEFAULT 0,
  feed_version INTEGER NOT NULL DEFAULT 1, -- in the secret address of the iCalendar feed
  archived_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
-- Whoever has no staff can be booked all the same.
INSERT INTO agents (id, tenant_id, created_at, updated_at)
SELECT 'stf_' || substr(id, instr(id, '_') + 1), id, created_at, created_at FROM tenants;
CREATE TRIGGER tenants_can_be_booked AFTER INSERT ON tenants
BEGIN
  INSERT INTO agents (id, tenant_id, created_at, updated_at)
  VALUES ('stf_' || substr(NEW.id, instr(NEW.id, '_') + 1), NEW.id, NEW.created_at, NEW.created_at);
END;

CREATE TABLE agent_services (
  tenant_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  service_id TEXT NOT NULL,
  PRIMARY KEY (tenant_id, agent_id, service_id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_agent_services_service ON agent_services (tenant_id, service_id);

-- Of staff their weekly times; of staff or everybody (agent_id NULL) days of other times, and what is blocked.
CREATE TABLE availability_slots (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  agent_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('weekly', 'override', 'block')),
  weekday TEXT CHECK (weekday IN ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')),
  first_day TEXT CHECK (first_day IS date(first_day)), -- of weekly times: in force from here to there, NULL: always
  last_day TEXT CHECK (last_day IS date(last_day)),
  opens TEXT CHECK (opens GLOB '[0-2][0-9]:[0-5][0-9]' AND opens < '24:00'), -- NULL in an override: closed
  closes TEXT CHECK (closes GLOB '[0-2][0-9]:[0-5][0-9]' AND closes <= '24:00'),
  starts_at TEXT,
  ends_at TEXT,
  reason TEXT,
  created_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  CHECK (last_day >= first_day),
  CHECK (ends_at > starts_at),
  CHECK ((opens IS NULL) = (closes IS NULL)),
  CHECK (CASE kind
    WHEN 'weekly' THEN agent_id IS NOT NULL AND weekday IS NOT NULL AND opens IS NOT NULL AND starts_at IS NULL
    WHEN 'override' THEN weekday IS NULL AND first_day IS NOT NULL AND last_day IS NOT NULL AND starts_at IS NULL
    ELSE weekday IS NULL AND first_day IS NULL AND opens IS NULL AND starts_at IS NOT NULL AND ends_at IS NOT NULL END)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_availability_slots_blocks ON availability_slots (tenant_id, ends_at) WHERE kind = 'block';

-- No row: the defaults of modules/appointments.
CREATE TABLE appointment_settings (
  tenant_id TEXT PRIMARY KEY REFERENCES tenants (id),
  interval_min INTEGER NOT NULL CHECK (interval_min BETWEEN 1 AND 1440),
  notice_min INTEGER NOT NULL CHECK (notice_min BETWEEN 0 AND 525600),
  horizon_days INTEGER NOT NULL CHECK (horizon_days BETWEEN 1 AND 730),
  assignment TEXT NOT NULL CHECK (assignment IN ('first', 'fair')),
  closes_on_holidays INTEGER NOT NULL CHECK (closes_on_holidays IN (0, 1)),
  holiday_region TEXT, -- ISO 3166-2 without the country
  change_notice_min INTEGER NOT NULL CHECK (change_notice_min >= 0), -- until when customers may move or cancel
  reminders TEXT NOT NULL CHECK (json_type(reminders) = 'array'), -- minutes beforehand
  has_public_page INTEGER NOT NULL CHECK (has_public_page IN (0, 1)),
  updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every appointment, and every start that is held while somebody makes up their mind (status 'held').
CREATE TABLE appointments (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  agent_id TEXT NOT NULL,
  service_id TEXT NOT NULL,
  customer_id TEXT,
  conversation_id TEXT,
  status TEXT NOT NULL CHECK (status IN ('held', 'booked', 'cancelled', 'no_show')),
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  busy_from TEXT NOT NULL, -- with the buffers of the service
  busy_to TEXT NOT NULL,
  day TEXT NOT NULL CHECK (day IS date(day)), -- where it takes place: daily limits count by it
  hold_until TEXT,
  name TEXT, -- of whoever comes, as given for this appointment; so are the next two
  phone TEXT CHECK (phone LIKE '+%'),
  email TEXT CHECK (email = lower(email)),
  notes TEXT,
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  timezone TEXT, -- that it was booked in; NULL: the business's
  source TEXT NOT NULL CHECK (source IN ('api', 'page', 'voice', 'sms', 'whatsapp', 'email', 'web', 'waiting_list')),
  request_key TEXT, -- of whoever may ask twice
  sequence INTEGER NOT NULL DEFAULT 0 CHECK (sequence >= 0), -- iCalendar's: one more at each change
  reminder_due_at TEXT, -- when to see again whether one is to be sent
  confirmed_at TEXT, -- by the customer, from a reminder
  cancelled_at TEXT,
  cancelled_by TEXT CHECK (cancelled_by IN ('business', 'customer', 'calendar')),
  reason TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES omni_conversations (tenant_id, id),
  CHECK (busy_from <= starts_at AND starts_at < ends_at AND ends_at <= busy_to),
  CHECK ((status = 'held') = (hold_until IS NOT NULL)),
  CHECK (status = 'held' OR name IS NOT NULL),
  CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_appointments_taken ON appointments (tenant_id, agent_id, busy_from) WHERE status IN ('held', 'booked');
CREATE INDEX idx_appointments_start ON appointments (tenant_id, starts_at);
CREATE INDEX idx_appointments_day ON appointments (tenant_id, day) WHERE status IN ('held', 'booked');
CREATE INDEX idx_appointments_phone ON appointments (tenant_id, phone, starts_at) WHERE phone IS NOT NULL;
CREATE INDEX idx_appointments_customer ON appointments (tenant_id, customer_id);
CREATE INDEX idx_appointments_conversation ON appointments (tenant_id, conversation_id);
CREATE INDEX idx_appointments_reminder ON appointments (reminder_due_at)
  WHERE status = 'booked' AND reminder_due_at IS NOT NULL;
CREATE INDEX idx_appointments_hold ON appointments (hold_until) WHERE status = 'held';
CREATE UNIQUE INDEX idx_appointments_request ON appointments (tenant_id, request_key);

-- An appointment with the names that go with it, as it is shown and told.
CREATE VIEW appointment_details AS
SELECT a.tenant_id, a.id, a.status, a.starts_at, a.ends_at, a.day, a.agent_id, g.name AS staff_name,
  COALESCE(g.timezone, t.timezone) AS staff_timezone, a.service_id, s.name AS service_name, a.customer_id,
  a.conversation_id, a.name, a.phone, a.email, a.notes, a.language, a.timezone, a.source, a.sequence, a.reminder_due_at,
  a.confirmed_at, a.cancelled_at, a.cancelled_by, a.reason, a.hold_until, a.created_at, a.updated_at
FROM appointments AS a JOIN services AS s ON s.tenant_id = a.tenant_id AND s.id = a.service_id
JOIN agents AS g ON g.tenant_id = a.tenant_id AND g.id = a.agent_id JOIN tenants AS t ON t.id = a.tenant_id;

-- Somebody can always be booked, and nobody leaves before their appointments.
CREATE TRIGGER agents_leave BEFORE UPDATE OF archived_at ON agents
WHEN NEW.archived_at IS NOT NULL AND OLD.archived_at IS NULL
BEGIN
  SELECT RAISE(ABORT, 'last_staff') WHERE NOT EXISTS (
    SELECT 1 FROM agents WHERE tenant_id = OLD.tenant_id AND id <> OLD.id AND archived_at IS NULL);
  SELECT RAISE(ABORT, 'staff_booked') WHERE EXISTS (
    SELECT 1 FROM appointments AS a INDEXED BY idx_appointments_taken
    WHERE a.tenant_id = OLD.tenant_id AND a.agent_id = OLD.id AND a.status IN ('held', 'booked')
      AND a.busy_from > datetime(NEW.updated_at, '-4 days') AND a.ends_at > NEW.updated_at AND a.status = 'booked');
END;

-- A calendar elsewhere that belongs to one of the staff.
CREATE TABLE calendar_connections (
  id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  agent_id TEXT NOT NULL,
  provider TEXT NOT NULL CHECK (provider IN ('google', 'microsoft')),
  account TEXT, -- the e-mail address of the calendar, as the vendor says
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'revoked')),
  key_id TEXT NOT NULL,
  refresh_token TEXT NOT NULL, -- sealed as a credential is; so is the access token
  access_token TEXT,
  access_until TEXT,
  sync_token TEXT, -- Google's syncToken, Microsoft's deltaLink; NULL: from the beginning
  watch_id TEXT UNIQUE, -- the vendor's channel or subscription that tells us of changes
  watch_resource TEXT,
  watch_until TEXT,
  sync_due_at TEXT NOT NULL,
  lease_until TEXT,
  synced_at TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  reason TEXT, -- of the last failure
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, agent_id, provider),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  FOREIGN KEY (tenant_id, key_id) REFERENCES tenant_keys (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_calendar_connections_due ON calendar_connections (sync_due_at) WHERE status = 'active';

-- Events of such a calendar that are not ours, each once: they take time.
CREATE TABLE calendar_events (
  tenant_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  agent_id TEXT NOT NULL,
  summary TEXT,
  starts_at TEXT NOT NULL,
  ends_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, connection_id, external_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES calendar_connections (tenant_id, id) ON DELETE CASCADE,
  CHECK (starts_at < ends_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_calendar_events_time ON calendar_events (tenant_id, agent_id, ends_at);

-- An appointment's copy in such a calendar: what is to be there, and what is.
CREATE TABLE calendar_copies (
  tenant_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  appointment_id TEXT NOT NULL,
  external_id TEXT, -- NULL: not made yet
  etag TEXT,
  is_wanted INTEGER NOT NULL CHECK (is_wanted IN (0, 1)),
  sequence INTEGER NOT NULL, -- that is to be there
  copied_sequence INTEGER, -- that is there
  due_at TEXT, -- NULL: there is nothing to do
  lease_until TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  PRIMARY KEY (tenant_id, connection_id, appointment_id),
  FOREIGN KEY (tenant_id, connection_id) REFERENCES calendar_connections (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, appointment_id) REFERENCES appointments (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_calendar_copies_due ON calendar_copies (due_at) WHERE due_at IS NOT NULL;
CREATE UNIQUE INDEX idx_calendar_copies_external ON calendar_copies (tenant_id, connection_id, external_id);
CREATE INDEX idx_calendar_copies_appointment ON calendar_copies (tenant_id, appointment_id);

-- Half of a sign-in at a calendar's vendor: good once, for ten minutes, for whoever began it.
CREATE TABLE calendar_states (
  state_hash TEXT PRIMARY KEY, -- SHA-256
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  session_id TEXT, -- NULL: begun with an API key
  agent_id TEXT NOT NULL,
  provider TEXT NOT NULL,
  verifier TEXT NOT NULL, -- PKCE, sealed
  key_id TEXT NOT NULL,
  redirect_uri TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  FOREIGN KEY (tenant_id, key_id) REFERENCES tenant_keys (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_calendar_states_expiry ON calendar_states (expires_at);

-- Nobody's time is given away twice. An appointment is looked at after every write that could take time (in the same
-- transaction, and D1 runs one at a time): if it overlaps anything, the write did not happen. Others of the same
-- session of a service with several seats do not count as long as a seat is left.
CREATE VIEW appointment_checks AS SELECT tenant_id, id FROM appointments;
CREATE TRIGGER appointments_do_not_overlap INSTEAD OF INSERT ON appointment_checks
BEGIN
  SELECT RAISE(ABORT, 'slot_taken') FROM appointments AS n
  JOIN services AS s ON s.tenant_id = n.tenant_id AND s.id = n.service_id
  WHERE n.tenant_id = NEW.tenant_id AND n.id = NEW.id AND (
    EXISTS (
      SELECT 1 FROM appointments AS a INDEXED BY idx_appointments_taken
      WHERE a.tenant_id = n.tenant_id AND a.agent_id = n.agent_id AND a.id <> n.id AND a.status IN ('held', 'booked')
        AND a.busy_from > datetime(n.busy_from, '-4 days') -- none is as long: the index is read from here
        AND a.busy_from < n.busy_to AND a.busy_to > n.busy_from
        AND (a.hold_until IS NULL OR a.hold_until > n.updated_at)
        AND NOT (s.capacity > 1 AND a.service_id = n.service_id AND a.starts_at = n.starts_at
          AND a.ends_at = n.ends_at))
    OR s.capacity < (
      SELECT COUNT(*) FROM appointments AS a INDEXED BY idx_appointments_taken
      WHERE a.tenant_id = n.tenant_id AND a.agent_id = n.agent_id AND a.status IN ('held', 'booked')
        AND a.busy_from > datetime(n.busy_from, '-4 days') AND a.busy_from < n.busy_to
        AND a.service_id = n.service_id AND a.starts_at = n.starts_at
        AND (a.hold_until IS NULL OR a.hold_until > n.updated_at))
    OR EXISTS (
      SELECT 1 FROM availability_slots AS b INDEXED BY idx_availability_slots_blocks
      WHERE b.tenant_id = n.tenant_id AND b.kind = 'block' AND (b.agent_id IS NULL OR b.agent_id = n.agent_id)
        AND b.ends_at > n.busy_from AND b.starts_at < n.busy_to)
    OR EXISTS (
      SELECT 1 FROM calendar_events AS e
      WHERE e.tenant_id = n.tenant_id AND e.agent_id = n.agent_id
        AND e.ends_at > n.busy_from AND e.starts_at < n.busy_to));
  SELECT RAISE(ABORT, 'day_full') FROM appointments AS n
  JOIN services AS s ON s.tenant_id = n.tenant_id AND s.id = n.service_id
  JOIN agents AS g ON g.tenant_id = n.tenant_id AND g.id = n.agent_id
  WHERE n.tenant_id = NEW.tenant_id AND n.id = NEW.id AND (
    s.daily_limit < (
      SELECT COUNT(*) FROM appointments AS a INDEXED BY idx_appointments_day
      WHERE a.tenant_id = n.tenant_id AND a.day = n.day AND a.service_id = n.service_id
        AND a.status IN ('held', 'booked') AND (a.hold_until IS NULL OR a.hold_until > n.updated_at))
    OR g.daily_limit < (
      SELECT COUNT(*) FROM appointments AS a INDEXED BY idx_appointments_day
      WHERE a.tenant_id = n.tenant_id AND a.day = n.day AND a.agent_id = n.agent_id
        AND a.status IN ('held', 'booked') AND (a.hold_until IS NULL OR a.hold_until > n.updated_at)));
END;
CREATE TRIGGER appointments_made AFTER INSERT ON appointments WHEN NEW.status IN ('held', 'booked')
BEGIN INSERT INTO appointment_checks (tenant_id, id) VALUES (NEW.tenant_id, NEW.id); END;
CREATE TRIGGER appointments_moved AFTER UPDATE OF agent_id, service_id, starts_at, ends_at, busy_from, busy_to, status,
  hold_until ON appointments WHEN NEW.status IN ('held', 'booked')
BEGIN INSERT INTO appointment_checks (tenant_id, id) VALUES (NEW.tenant_id, NEW.id); END;

-- Every calendar of whoever has the appointment is to hold it as it is now, and no other one.
CREATE TRIGGER appointments_copied AFTER INSERT ON appointments WHEN NEW.status = 'booked'
BEGIN
  INSERT INTO calendar_copies (tenant_id, connection_id, appointment_id, is_wanted, sequence, due_at)
  SELECT tenant_id, id, NEW.id, 1, NEW.sequence, NEW.updated_at FROM calendar_connections
  WHERE tenant_id = NEW.tenant_id AND agent_id = NEW.agent_id AND status = 'active';
END;
CREATE TRIGGER appointments_copied_again AFTER UPDATE OF status, sequence ON appointments WHEN NEW.status <> 'held'
BEGIN
  UPDATE calendar_copies SET is_wanted = 0, sequence = NEW.sequence, due_at = NEW.updated_at, attempts = 0
  WHERE tenant_id = NEW.tenant_id AND appointment_id = NEW.id;
  INSERT INTO calendar_copies (tenant_id, connection_id, appointment_id, is_wanted, sequence, due_at)
  SELECT tenant_id, id, NEW.id, 1, NEW.sequence, NEW.updated_at FROM calendar_connections
  WHERE tenant_id = NEW.tenant_id AND agent_id = NEW.agent_id AND status = 'active' AND NEW.status <> 'cancelled'
  ON CONFLICT (tenant_id, connection_id, appointment_id) DO UPDATE SET is_wanted = 1;
END;

-- Who would come sooner, or at all, if a time became free.
CREATE TABLE waiting_list (
  id TEXT NOT NULL,
  tenant_id TEXT NOT NULL REFERENCES tenants (id),
  service_id TEXT NOT NULL,
  agent_id TEXT, -- NULL: anybody
  first_day TEXT NOT NULL CHECK (first_day IS date(first_day)),
  last_day TEXT NOT NULL CHECK (last_day IS date(last_day) AND last_day >= first_day),
  name TEXT NOT NULL,
  phone TEXT CHECK (phone LIKE '+%'),
  email TEXT CHECK (email = lower(email)),
  language TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  status TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'offered', 'booked', 'left')),
  offered_id TEXT, -- the held appointment that is offered, then the one that was booked
  offered_until TEXT,
  declined TEXT NOT NULL DEFAULT '[]' CHECK (json_type(declined) = 'array'), -- starts that were offered in vain
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, service_id) REFERENCES services (tenant_id, id),
  FOREIGN KEY (tenant_id, agent_id) REFERENCES agents (tenant_id, id),
  CHECK (phone IS NOT NULL OR email IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX idx_waiting_list_waiting ON waiting_list (tenant_id, service_id, created_at) WHERE status = 'waiting';
CREATE INDEX idx_waiting_list_offered ON waiting_list (offered_until) WHERE status = 'offered';

-- All that decides when something can be booked, one JSON document a tenant. A booking is written only while the rules
-- that it was decided from are still the rules: the document is compared as it stands.
CREATE VIEW booking_rules AS
SELECT t.id AS tenant_id, json_object(
  'timezone', t.timezone, 'country', t.country,
  'settings', json((SELECT json_object('interval_min', c.interval_min, 'notice_min', c.notice_min,
      'horizon_days', c.horizon_days, 'assignment', c.assignment, 'closes_on_holidays', c.closes_on_holidays,
      'holiday_region', c.holiday_region) FROM appointment_settings AS c WHERE c.tenant_id = t.id)),
  'hours', json((SELECT json_group_array(json_array(h.weekday, h.opens, h.closes)) FROM (
    SELECT weekday, opens, closes FROM opening_hours WHERE tenant_id = t.id ORDER BY weekday, opens) AS h)),
  'services', json((SELECT json_group_array(json_array(s.id, s.name, s.duration_min, s.buffer_before_min, s.buffer_min,
      s.capacity, s.notice_min, s.horizon_days, s.interval_min, s.daily_limit, s.place, s.online_url,
      json(s.required_fields), s.price_minor, s.currency)) FROM (
    SELECT * FROM services WHERE tenant_id = t.id AND archived_at IS NULL ORDER BY position, id) AS s)),
  'staff', json((SELECT json_group_array(json_array(g.id, g.name, g.timezone, g.has_own_hours, g.serves_all,
      g.daily_limit, json((SELECT json_group_array(p.service_id) FROM (SELECT service_id FROM agent_services
        WHERE tenant_id = g.tenant_id AND agent_id = g.id ORDER BY service_id) AS p)))) FROM (
    SELECT * FROM agents WHERE tenant_id = t.id AND archived_at IS NULL ORDER BY position, id) AS g)),
  'times', json((SELECT json_group_array(json_array(r.kind, r.agent_id, r.weekday, r.first_day, r.last_day, r.opens,
      r.closes)) FROM (
    SELECT * FROM availability_slots WHERE tenant_id = t.id AND kind <> 'block' ORDER BY id) AS r))) AS rules
FROM tenants AS t;
