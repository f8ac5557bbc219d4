"""SQL of calls that we place."""

from ports.database import Statement, Value


def plan(tenant_id: str, agent_id: str | None, day: str, to: str) -> Statement:
    """Who would call, from which proven number, how many calls were placed since `day`, and whether `to` wants none."""
    return Statement(
        """SELECT a.id AS agent_id, m.phone_number, m.provider_account, t.timezone,
             (SELECT COUNT(*) FROM outbound_calls AS o WHERE o.tenant_id = ?1 AND o.created_at >= ?3) AS placed,
             EXISTS (SELECT 1 FROM message_consents AS c WHERE c.tenant_id = ?1 AND c.channel = 'voice'
               AND c.address = ?4 AND c.about = 'everything' AND c.state = 'withdrawn') AS has_withdrawn
           FROM tenants AS t
           JOIN omni_agent_configs AS a ON a.tenant_id = t.id AND a.deleted_at IS NULL
             AND (a.id = ?2 OR (?2 IS NULL AND a.is_default = 1))
           LEFT JOIN omni_phone_mappings AS m ON m.tenant_id = t.id AND m.is_active = 1 AND m.verified_at IS NOT NULL
           WHERE t.id = ?1 ORDER BY m.agent_id = a.id DESC, m.id LIMIT 1""",
        (tenant_id, agent_id, day, to),
    )


def intend(tenant_id: str, call_id: str, call: tuple[Value, ...], at: str) -> Statement:
    """`call` is (agent id, to, from, account, reason, user)."""
    return Statement(
        """INSERT INTO outbound_calls (tenant_id, id, created_at, updated_at, agent_id, to_number, from_number, account,
             reason, created_by, state)
           VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'intended')""",
        (tenant_id, call_id, at, *call),
    )


def settle(tenant_id: str, call_id: str, settled: tuple[Value, ...], at: str) -> Statement:
    """`settled` is (state, the carrier's id, why it failed)."""
    return Statement(
        """UPDATE outbound_calls SET state = ?3, provider_call_id = COALESCE(?4, provider_call_id), failure = ?5,
             updated_at = ?6 WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, call_id, *settled, at),
    )


def outbound_call(tenant_id: str, call_id: str) -> Statement:
    return Statement(
        """SELECT id, agent_id, to_number, from_number, reason, state, provider_call_id, answered_by, failure, created_at
           FROM outbound_calls WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, call_id),
    )


def answered(call_id: str) -> Statement:
    """The call that was answered, with the agent that speaks."""
    return Statement(
        """SELECT o.tenant_id, o.id, o.agent_id, o.to_number, o.from_number, o.account, o.reason, a.version, v.config, f.*,
             f.transfer_number AS transfer_to, g.consent_sentence, COALESCE(g.records_calls, 0) AS records_calls,
             1 AS ai_disclosure
           FROM outbound_calls AS o
           JOIN omni_agent_configs AS a ON a.tenant_id = o.tenant_id AND a.id = o.agent_id
           JOIN omni_agent_versions AS v ON v.tenant_id = a.tenant_id AND v.agent_id = a.id AND v.version = a.version
           JOIN business_facts AS f ON f.tenant_id = o.tenant_id
           LEFT JOIN conversation_settings AS g ON g.tenant_id = o.tenant_id
           WHERE o.id = ?1""",
        (call_id,),
    )


def note_answer(tenant_id: str, call_id: str, by: str, at: str) -> Statement:
    return Statement(
        """UPDATE outbound_calls SET answered_by = ?3, state = 'placed', updated_at = ?4
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, call_id, by, at),
    )
