-- Everything of these stands in the tables of the schema or in migration_rejects. There is no way back but D1 Time
-- Travel. Children first, for installations whose tables refer to each other.
DROP TABLE legacy_values;
DROP TABLE legacy_fields;
DROP TABLE legacy_rows;
DROP TABLE legacy_channel_configurations;
DROP TABLE legacy_phone_mappings;
DROP TABLE legacy_agent_configs;
DROP TABLE legacy_onboarding_sessions;
DROP TABLE legacy_users;
DROP TABLE legacy_tenants;
