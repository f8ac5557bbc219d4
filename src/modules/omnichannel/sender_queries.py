"""SQL that tells whose account a provider's webhook has to be signed by."""

from ports.database import Statement


def by_call(provider: str, provider_call_ids: str) -> Statement:
    """The call, or the call that this leg belongs to; the ids are a JSON list."""
    return Statement(
        """SELECT tenant_id, provider_account FROM calls
           WHERE provider = ?1 AND provider_call_id IN (SELECT value FROM json_each(?2)) LIMIT 1""",
        (provider, provider_call_ids),
    )


def by_message(provider: str, provider_id: str) -> Statement:
    return Statement(
        "SELECT tenant_id, provider_account FROM outbox WHERE provider = ?1 AND provider_id = ?2",
        (provider, provider_id),
    )


def by_number(phone_numbers: str) -> Statement:
    """Our number, whichever end of the call or message it is; the numbers are a JSON list in order of preference."""
    return Statement(
        """SELECT m.tenant_id, m.provider_account FROM json_each(?1) AS j
           JOIN omni_phone_mappings AS m ON m.phone_number = j.value
           WHERE m.is_active = 1 AND m.verified_at IS NOT NULL ORDER BY j.key LIMIT 1""",
        (phone_numbers,),
    )
