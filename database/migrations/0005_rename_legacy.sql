-- Makes room for the tables of the same names; the legacy rows are read until they have been carried over.
DROP INDEX IF EXISTS idx_users_tenant;
DROP INDEX IF EXISTS idx_onboarding_tenant;
DROP INDEX IF EXISTS idx_channel_tenant;
DROP INDEX IF EXISTS idx_omni_phone_number;
DROP INDEX IF EXISTS idx_omni_phone_tenant;
DROP INDEX IF EXISTS idx_omni_agent_tenant;

ALTER TABLE tenants RENAME TO legacy_tenants;
ALTER TABLE users RENAME TO legacy_users;
ALTER TABLE onboarding_sessions RENAME TO legacy_onboarding_sessions;
ALTER TABLE channel_configurations RENAME TO legacy_channel_configurations;
ALTER TABLE omni_phone_mappings RENAME TO legacy_phone_mappings;
ALTER TABLE omni_agent_configs RENAME TO legacy_agent_configs;
