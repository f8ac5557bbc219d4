"""SQL of who has proven to hold a number."""

from ports.database import Statement


def pool_of_mapping(tenant_id: str, mapping_id: str) -> Statement:
    return Statement(
        """SELECT p.phone_number FROM omni_phone_mappings AS m
           JOIN platform_numbers AS p ON p.phone_number = m.phone_number AND p.tenant_id = m.tenant_id
           WHERE m.tenant_id = ?1 AND m.id = ?2""",
        (tenant_id, mapping_id),
    )


def prove(tenant_id: str, mapping_id: str, proof: str, account: str | None, at: str) -> Statement:
    """Refused by its trigger (phone_number_taken) when another tenant has proven the number."""
    return Statement(
        """UPDATE omni_phone_mappings SET verified_at = ?5, proof = ?3, provider_account = ?4, updated_at = ?5
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, mapping_id, proof, account, at),
    )


def unproven(tenant_id: str) -> Statement:
    return Statement(
        "SELECT id FROM omni_phone_mappings WHERE tenant_id = ?1 AND is_active = 1 AND verified_at IS NULL LIMIT 50",
        (tenant_id,),
    )


def put_platform_number(phone_number: str, tenant_id: str | None, at: str) -> Statement:
    """Nothing while the number is another business's."""
    return Statement(
        """INSERT INTO platform_numbers (phone_number, provider, tenant_id, created_at, allocated_at)
           VALUES (?1, 'twilio', ?2, ?3, iif(?2 IS NULL, NULL, ?3))
           ON CONFLICT (phone_number) DO UPDATE SET tenant_id = excluded.tenant_id, allocated_at = excluded.allocated_at
           WHERE platform_numbers.tenant_id IS NULL OR excluded.tenant_id IS NULL
             OR platform_numbers.tenant_id = excluded.tenant_id""",
        (phone_number, tenant_id, at),
    )


def platform_number(phone_number: str) -> Statement:
    return Statement(
        "SELECT phone_number, tenant_id, created_at, allocated_at FROM platform_numbers WHERE phone_number = ?1",
        (phone_number,),
    )


def release_pool_number(phone_number: str, at: str) -> Statement:
    """Whoever had it from the pool and has it no longer."""
    return Statement(
        """UPDATE omni_phone_mappings SET verified_at = NULL, proof = NULL, updated_at = ?2
           WHERE phone_number = ?1 AND proof = 'pool' AND tenant_id IS NOT (
             SELECT tenant_id FROM platform_numbers WHERE phone_number = ?1)""",
        (phone_number, at),
    )


def holder(phone_number: str) -> Statement:
    """Who has proven the number by an account of their own."""
    return Statement(
        """SELECT tenant_id, id FROM omni_phone_mappings
           WHERE phone_number = ?1 AND is_active = 1 AND verified_at IS NOT NULL AND proof = 'account'""",
        (phone_number,),
    )


def withdraw_proof(tenant_id: str, mapping_id: str, at: str) -> Statement:
    return Statement(
        """UPDATE omni_phone_mappings SET verified_at = NULL, proof = NULL, provider_account = NULL, updated_at = ?3
           WHERE tenant_id = ?1 AND id = ?2 AND proof = 'account'""",
        (tenant_id, mapping_id, at),
    )


def claim(tenant_id: str, mapping_id: str, number: tuple[str, str, str], at: str) -> Statement:
    """A number found in the tenant's own account: mapped, and proven. `number` is (E.164, agent id, account).

    Refused by its trigger (phone_number_taken) when another tenant has proven it.
    """
    return Statement(
        """INSERT INTO omni_phone_mappings (tenant_id, id, phone_number, agent_id, provider_account, proof, verified_at,
             created_at, updated_at)
           VALUES (?1, ?2, ?3, ?4, ?5, 'account', ?6, ?6, ?6)
           ON CONFLICT (tenant_id, phone_number) DO UPDATE SET agent_id = excluded.agent_id, is_active = 1,
             provider_account = excluded.provider_account, proof = 'account', verified_at = excluded.verified_at,
             updated_at = excluded.updated_at""",
        (tenant_id, mapping_id, *number, at),
    )


def switch_off(tenant_id: str, phone_number: str, at: str) -> Statement:
    return Statement(
        "UPDATE omni_phone_mappings SET is_active = 0, updated_at = ?3 WHERE tenant_id = ?1 AND phone_number = ?2",
        (tenant_id, phone_number, at),
    )
