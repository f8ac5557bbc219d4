-- Enforces what was carried over to be kept from here on.
CREATE TRIGGER audit_logs_append_only BEFORE UPDATE ON audit_logs
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- The order of the steps is kept by the data, so that a step needs no read before its write.
CREATE TRIGGER onboarding_steps_in_order BEFORE INSERT ON onboarding_steps
BEGIN
  SELECT CASE
    WHEN s.status <> 'in_progress' THEN RAISE(ABORT, 'onboarding_completed')
    WHEN s.current_step < NEW.step THEN RAISE(ABORT, 'step_out_of_order')
  END FROM onboarding_sessions AS s WHERE s.tenant_id = NEW.tenant_id AND s.id = NEW.session_id;
END;

-- A session completes only with every step done, whoever asks.
CREATE TRIGGER onboarding_sessions_complete BEFORE UPDATE OF status ON onboarding_sessions
WHEN NEW.status = 'completed' AND OLD.status = 'in_progress'
BEGIN
  SELECT RAISE(ABORT, 'onboarding_incomplete') WHERE (
    SELECT COUNT(*) FROM onboarding_steps WHERE tenant_id = NEW.tenant_id AND session_id = NEW.id) < 4;
END;

CREATE TRIGGER onboarding_events_append_only BEFORE UPDATE ON onboarding_events
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

CREATE TRIGGER omni_agent_versions_frozen BEFORE UPDATE ON omni_agent_versions
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- A number that another tenant has proven to own cannot even be claimed.
CREATE TRIGGER omni_phone_mappings_claim BEFORE INSERT ON omni_phone_mappings
BEGIN
  SELECT RAISE(ABORT, 'phone_number_taken') WHERE EXISTS (
    SELECT 1 FROM omni_phone_mappings WHERE phone_number = NEW.phone_number AND tenant_id <> NEW.tenant_id
      AND is_active = 1 AND verified_at IS NOT NULL);
END;

CREATE TRIGGER omni_phone_mappings_reclaim BEFORE UPDATE OF phone_number, is_active, verified_at ON omni_phone_mappings
WHEN NEW.is_active = 1
BEGIN
  SELECT RAISE(ABORT, 'phone_number_taken') WHERE EXISTS (
    SELECT 1 FROM omni_phone_mappings WHERE phone_number = NEW.phone_number AND tenant_id <> NEW.tenant_id
      AND is_active = 1 AND verified_at IS NOT NULL);
END;
