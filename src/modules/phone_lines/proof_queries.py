"""SQL of telephones that were proven: callers of the trial number, numbers that are forwarded."""

from ports.database import Statement, Value


def put_code(tenant_id: str, caller: str, code: tuple[str, str], at: str) -> Statement:
    """`code` is (id, expires_at). A new one takes the place of the one before."""
    return Statement(
        """INSERT INTO trial_codes (tenant_id, caller_number, code_id, expires_at, created_at)
           VALUES (?1, ?2, ?3, ?4, ?5)
           ON CONFLICT (tenant_id, caller_number) DO UPDATE SET code_id = excluded.code_id,
             expires_at = excluded.expires_at, created_at = excluded.created_at, attempts = 0""",
        (tenant_id, caller, *code, at),
    )


def try_code(tenant_id: str, caller: str, at: str, most: int) -> Statement:
    """One more attempt; nothing for a code that is too old or was tried too often."""
    return Statement(
        """UPDATE trial_codes SET attempts = attempts + 1
           WHERE tenant_id = ?1 AND caller_number = ?2 AND expires_at > ?3 AND attempts < ?4 RETURNING code_id""",
        (tenant_id, caller, at, most),
    )


def forget_code(tenant_id: str, caller: str) -> Statement:
    return Statement("DELETE FROM trial_codes WHERE tenant_id = ?1 AND caller_number = ?2", (tenant_id, caller))


def put_caller(tenant_id: str, caller: str, at: str) -> Statement:
    """Whoever has proven to hold the telephone last has it."""
    return Statement(
        """INSERT INTO trial_callers (tenant_id, caller_number, verified_at) VALUES (?1, ?2, ?3)
           ON CONFLICT (caller_number) DO UPDATE SET tenant_id = excluded.tenant_id, verified_at = excluded.verified_at""",
        (tenant_id, caller, at),
    )


def callers(tenant_id: str) -> Statement:
    return Statement(
        "SELECT caller_number, verified_at FROM trial_callers WHERE tenant_id = ?1 ORDER BY caller_number", (tenant_id,)
    )


def delete_caller(tenant_id: str, caller: str) -> Statement:
    return Statement("DELETE FROM trial_callers WHERE tenant_id = ?1 AND caller_number = ?2", (tenant_id, caller))


def insert_forwarding(tenant_id: str, forwarding_id: str, own_number: str, mapping_id: str, at: str) -> Statement:
    return Statement(
        """INSERT INTO forwardings (tenant_id, id, own_number, mapping_id, created_at)
           SELECT ?1, ?2, ?3, m.id, ?5 FROM omni_phone_mappings AS m WHERE m.tenant_id = ?1 AND m.id = ?4
           ON CONFLICT (tenant_id, own_number) DO UPDATE SET mapping_id = excluded.mapping_id, verified_at = NULL,
             test_from = NULL""",
        (tenant_id, forwarding_id, own_number, mapping_id, at),
    )


def forwardings(tenant_id: str) -> Statement:
    return Statement(
        """SELECT f.id, f.own_number, f.mapping_id, m.phone_number, f.tested_at, f.verified_at,
             m.verified_at IS NOT NULL AND m.is_active = 1 AS is_answered
           FROM forwardings AS f JOIN omni_phone_mappings AS m ON m.tenant_id = f.tenant_id AND m.id = f.mapping_id
           WHERE f.tenant_id = ?1 ORDER BY f.id""",
        (tenant_id,),
    )


def begin_test(tenant_id: str, forwarding_id: str, test: tuple[Value, ...], at: str) -> Statement:
    """`test` is (the number that calls, until when)."""
    return Statement(
        """UPDATE forwardings SET test_from = ?3, test_expires_at = ?4, tested_at = ?5, verified_at = NULL
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, forwarding_id, *test, at),
    )


def test_arrived(from_number: str, to_number: str, at: str) -> Statement:
    """The test call has come to the agent's number: the forwarding works."""
    return Statement(
        """UPDATE forwardings SET verified_at = ?3, test_from = NULL
           WHERE test_from = ?1 AND test_expires_at > ?3 AND EXISTS (SELECT 1 FROM omni_phone_mappings AS m
             WHERE m.tenant_id = forwardings.tenant_id AND m.id = forwardings.mapping_id AND m.phone_number = ?2
               AND m.is_active = 1 AND m.verified_at IS NOT NULL)""",
        (from_number, to_number, at),
    )


def delete_forwarding(tenant_id: str, forwarding_id: str) -> Statement:
    return Statement("DELETE FROM forwardings WHERE tenant_id = ?1 AND id = ?2", (tenant_id, forwarding_id))
