"""Every table that holds rows of a business: children before their parents, so that rows go in this order.

A test holds the list against the schema: a table that is not named here fails it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnedTable:
    """`key` tells the rows of one business apart; `without` is what an archive leaves out, ('*',) for all of it."""

    name: str
    key: tuple[str, ...]
    without: tuple[str, ...] = ()

    @property
    def is_archived(self) -> bool:
        return self.without != ("*",)


# Secrets are of no use without our keys, and to somebody who finds the archive of too much.
_SEALED = ("*",)
# Made anew from the rest, or gone within a day.
_DERIVED = ("*",)

OWNED = (
    OwnedTable("agent_services", ("agent_id", "service_id")),
    OwnedTable("analytics_daily", ("day", "channel")),
    OwnedTable("api_keys", ("id",), ("secret_hash",)),
    OwnedTable("appointment_settings", ("tenant_id",)),
    OwnedTable("audit_logs", ("created_at", "id")),
    OwnedTable("availability_slots", ("id",)),
    OwnedTable("blob_removals", ("blob_key",), _DERIVED),
    OwnedTable("calendar_copies", ("connection_id", "appointment_id")),
    OwnedTable("calendar_events", ("connection_id", "external_id")),
    OwnedTable("calendar_states", ("state_hash",), _SEALED),
    OwnedTable("call_events", ("id",)),
    OwnedTable("call_partials", ("call_id", "turn")),
    OwnedTable("call_recordings", ("id",)),
    OwnedTable("call_relays", ("id",), ("id",)),
    OwnedTable("call_turns", ("call_id", "turn")),
    OwnedTable("canned_answers", ("id",)),
    OwnedTable("carrier_numbers", ("id",)),
    OwnedTable("conversation_notes", ("id",)),
    OwnedTable("conversation_reports", ("conversation_id",)),
    OwnedTable("conversation_settings", ("tenant_id",)),
    OwnedTable("conversation_turns", ("conversation_id", "turn")),
    OwnedTable("custom_tools", ("id",), ("secret",)),
    OwnedTable("customer_identities", ("kind", "address")),
    OwnedTable("data_exports", ("id",)),
    OwnedTable("forwardings", ("id",)),
    OwnedTable("hosted_assistants", ("provider", "agent_id")),
    OwnedTable("idempotency_keys", ("principal", "method", "path", "key"), _DERIVED),
    OwnedTable("inbound_events", ("provider", "external_id")),
    OwnedTable("invitations", ("id",), ("token_hash",)),
    OwnedTable("knowledge_chunks", ("id",)),
    OwnedTable("knowledge_crawl_pages", ("crawl_id", "url")),
    OwnedTable("knowledge_document_versions", ("document_id", "version")),
    OwnedTable("knowledge_indexes", ("generation",)),
    OwnedTable("knowledge_query_vectors", ("model", "query_hash"), _DERIVED),
    OwnedTable("knowledge_questions", ("id",)),
    OwnedTable("knowledge_search_logs", ("id",)),
    OwnedTable("knowledge_vectors", ("chunk_id", "vector_id")),
    OwnedTable("listings", ("id",)),
    OwnedTable("memberships", ("user_id",)),
    OwnedTable("message_attachments", ("id",)),
    OwnedTable("message_consents", ("channel", "address", "sender", "about")),
    OwnedTable("message_policies", ("channel",)),
    OwnedTable("message_templates", ("id",)),
    OwnedTable("onboarding_events", ("id",)),
    OwnedTable("onboarding_steps", ("session_id", "step")),
    OwnedTable("opening_hours", ("weekday", "opens")),
    OwnedTable("outbound_calls", ("id",)),
    OwnedTable("outbox", ("id",)),
    OwnedTable("product_variants", ("id",)),
    OwnedTable("prospects", ("id",)),
    OwnedTable("retention_settings", ("tenant_id",)),
    OwnedTable("speech_audio", ("id",)),
    OwnedTable("speech_voices", ("provider",)),
    OwnedTable("tenant_channels", ("channel",)),
    OwnedTable("tenant_credentials", ("provider", "field"), ("ciphertext", "key_id")),
    OwnedTable("tickets", ("id",)),
    OwnedTable("tool_calls", ("conversation_id", "turn", "ordinal")),
    OwnedTable("trial_callers", ("caller_number",)),
    OwnedTable("trial_codes", ("caller_number",), _SEALED),
    OwnedTable("usage_records", ("conversation_id", "kind")),
    OwnedTable("vapi_settings", ("key",)),
    OwnedTable("waiting_list", ("id",)),
    OwnedTable("webhook_attempts", ("delivery_id", "attempt")),
    OwnedTable("appointments", ("id",)),
    OwnedTable("calendar_connections", ("id",), ("refresh_token", "access_token", "sync_token", "key_id")),
    OwnedTable("calls", ("id",)),
    OwnedTable("knowledge_crawl_jobs", ("id",)),
    OwnedTable("knowledge_documents", ("id",)),
    OwnedTable("knowledge_faq", ("id",)),
    OwnedTable("knowledge_spaces", ("number",), _DERIVED),
    OwnedTable("omni_messages", ("id",)),
    OwnedTable("message_numbers", ("message_id",), _DERIVED),
    OwnedTable("omni_phone_mappings", ("id",)),
    OwnedTable("onboarding_sessions", ("id",)),
    OwnedTable("products", ("id",)),
    OwnedTable("tenant_integrations", ("provider",), ("webhook_token",)),
    OwnedTable("webhook_deliveries", ("id",)),
    OwnedTable("agents", ("id",)),
    OwnedTable("omni_conversations", ("id",)),
    OwnedTable("product_categories", ("id",)),
    OwnedTable("services", ("id",)),
    OwnedTable("webhook_endpoints", ("id",), ("secret", "previous_secret", "key_id")),
    OwnedTable("webhook_events", ("id",)),
    OwnedTable("customers", ("id",)),
    OwnedTable("omni_agent_versions", ("agent_id", "version")),
    OwnedTable("tenant_keys", ("id",), _SEALED),
    OwnedTable("omni_agent_configs", ("id",)),
)
