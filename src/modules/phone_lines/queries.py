"""SQL of numbers of a business's own account at the carrier."""

from ports.database import Statement, Value


def intend(tenant_id: str, numbers: str, account: tuple[str, str], agent: tuple[str | None, str], at: str) -> Statement:
    """One row a number that is not there yet, or was given up. `numbers` is a JSON list of [id, E.164, state];

    `account` is (the carrier's name of it, our origin), `agent` (id or NULL for the default one, when to begin).
    """
    return Statement(
        """INSERT INTO carrier_numbers (tenant_id, account, base_url, agent_id, created_at, updated_at, due_at, id,
             phone_number, state)
           SELECT ?1, ?3, ?4, a.id, ?7, ?7, ?6, j.value ->> 0, j.value ->> 1, j.value ->> 2
           FROM json_each(?2) AS j
           JOIN omni_agent_configs AS a ON a.tenant_id = ?1 AND a.deleted_at IS NULL
             AND (a.id = ?5 OR (?5 IS NULL AND a.is_default = 1))
           WHERE 1
           ON CONFLICT (tenant_id, phone_number) DO UPDATE SET agent_id = excluded.agent_id, account = excluded.account,
             base_url = excluded.base_url,
             state = iif(carrier_numbers.previous IS NULL OR excluded.state = 'buying', excluded.state, 'saved'),
             due_at = excluded.due_at, reason = NULL, attempts = 0, updated_at = excluded.updated_at
           WHERE carrier_numbers.state IN ('removed', 'released', 'failed', 'configured')
           RETURNING id""",
        (tenant_id, numbers, *account, *agent, at),
    )


def numbers(tenant_id: str, after: str, limit: int) -> Statement:
    return Statement(
        """SELECT id, phone_number, account, agent_id, external_id, state, reason, previous IS NOT NULL AS has_previous,
             created_at, updated_at
           FROM carrier_numbers WHERE tenant_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3""",
        (tenant_id, after, limit),
    )


def number(tenant_id: str, number_id: str) -> Statement:
    return Statement(
        """SELECT id, phone_number, account, base_url, agent_id, external_id, state, reason, previous, attempts,
             previous IS NOT NULL AS has_previous, created_at, updated_at
           FROM carrier_numbers WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, number_id),
    )


def known(tenant_id: str) -> Statement:
    return Statement("SELECT phone_number, state FROM carrier_numbers WHERE tenant_id = ?1", (tenant_id,))


def save(tenant_id: str, number_id: str, saved: tuple[str, str], at: str) -> Statement:
    """What was there before ours, once: `saved` is (external id, settings as JSON)."""
    return Statement(
        """UPDATE carrier_numbers SET external_id = ?3, previous = COALESCE(previous, ?4), state = 'saved', updated_at = ?5
           WHERE tenant_id = ?1 AND id = ?2 AND state IN ('intended', 'buying')""",
        (tenant_id, number_id, *saved, at),
    )


def settle(tenant_id: str, number_id: str, states: tuple[str, str], at: str) -> Statement:
    """From one state to its outcome. What was there before ours is forgotten once it is back."""
    return Statement(
        """UPDATE carrier_numbers SET state = ?4, due_at = NULL, reason = NULL, updated_at = ?5,
             previous = iif(?4 IN ('removed', 'released'), NULL, previous)
           WHERE tenant_id = ?1 AND id = ?2 AND state = ?3""",
        (tenant_id, number_id, *states, at),
    )


def want(tenant_id: str, number_id: str, wanted: tuple[str, str], at: str) -> Statement:
    """What is meant to become of it: `wanted` is (state, when to begin)."""
    return Statement(
        """UPDATE carrier_numbers SET state = ?3, due_at = ?4, attempts = 0, reason = NULL, updated_at = ?5
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, number_id, *wanted, at),
    )


def put_off(tenant_id: str, number_id: str, why: tuple[Value, ...], at: str) -> Statement:
    """`why` is (reason, when again or NULL for never)."""
    return Statement(
        """UPDATE carrier_numbers SET reason = ?3, due_at = ?4, attempts = attempts + 1, updated_at = ?5,
             state = iif(?4 IS NULL, 'failed', state)
           WHERE tenant_id = ?1 AND id = ?2""",
        (tenant_id, number_id, *why, at),
    )


def due(at: str, limit: int) -> Statement:
    return Statement(
        "SELECT tenant_id, id FROM carrier_numbers WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2", (at, limit)
    )


def platform_number(phone_number: str) -> Statement:
    return Statement("SELECT phone_number, previous FROM platform_numbers WHERE phone_number = ?1", (phone_number,))


def save_platform(phone_number: str, previous: str | None) -> Statement:
    """What was there before ours: kept once, and forgotten once it is back (NULL)."""
    return Statement(
        """UPDATE platform_numbers SET previous = iif(?2 IS NULL, NULL, COALESCE(previous, ?2)) WHERE phone_number = ?1""",
        (phone_number, previous),
    )
