"""One attempt after another until the endpoint has taken an event: the same bytes, the same id, a fresh signature."""

import asyncio
from datetime import datetime, timedelta

from modules.credentials.sealing import opened_key, unseal
from modules.instants import stored
from modules.outbound import guard, signing
from modules.outbound.rules import AddressRefused
from modules.webhooks import delivery_queries as driver
from modules.webhooks import queries
from ports.cipher import CannotOpen
from ports.context import Ports
from ports.database import Row
from ports.outbound import OutboundAnswer, Unreachable

TIMEOUT_S = 10.0
LEASE_S = 60
# After each failure; svix.com/resources/webhook-best-practices recommends a schedule of this shape, over about 27 hours.
RETRY_DELAYS_S = (5, 300, 1800, 7200, 18000, 36000, 36000)
GIVEN_UP_AFTER_DAYS = 5
GONE = 410


def secret_place(tenant_id: str, endpoint_id: str) -> tuple[str, str, str]:
    """Where the secret is sealed to."""
    return tenant_id, "webhook", endpoint_id


async def deliver_event(ports: Ports, tenant_id: str, event_id: str) -> dict[str, int]:
    """To every endpoint that it is for, side by side; how many deliveries had each outcome."""
    (found,) = await ports.db.batch(queries.deliveries_of(tenant_id, event_id))
    return await _deliver(ports, [str(row["id"]) for row in found.rows])


async def deliver_due(ports: Ports, limit: int) -> dict[str, int]:
    (found,) = await ports.db.batch(driver.due(stored(ports.clock.now()), limit))
    return await _deliver(ports, [str(row["id"]) for row in found.rows])


async def _deliver(ports: Ports, deliveries: list[str]) -> dict[str, int]:
    outcomes = await asyncio.gather(*(deliver(ports, delivery_id) for delivery_id in deliveries))
    for outcome in outcomes:
        ports.meter.count("webhook_deliveries_total", outcome=outcome)
    return {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}


async def deliver(ports: Ports, delivery_id: str) -> str:
    """One attempt, if it is due: delivered, queued (again), dead, or idle when there was nothing to do."""
    now = ports.clock.now()
    lease_until = stored(now + timedelta(seconds=LEASE_S))
    (claimed,) = await ports.db.batch(driver.claim(delivery_id, stored(now), lease_until))
    if claimed.first is None:
        return "idle"
    row = claimed.first
    (loaded,) = await ports.db.batch(queries.load(str(row["tenant_id"]), delivery_id))
    try:
        answer = await _post(ports, row, loaded.rows[0], now)
    except AddressRefused:
        return await _settle(ports, row, None, "address_refused", 0.0)
    except Unreachable as error:
        return await _settle(ports, row, None, error.reason, (ports.clock.now() - now).total_seconds() * 1000)
    except CannotOpen:
        return await _settle(ports, row, None, "secret_unreadable", 0.0)
    return await _settle(ports, row, answer.status, None, answer.duration_ms)


async def _post(ports: Ports, row: Row, loaded: Row, now: datetime) -> OutboundAnswer:
    if not loaded["is_active"]:
        raise Unreachable("endpoint_off")
    url, body, event_id = str(loaded["url"]), str(loaded["payload"]), str(row["event_id"])
    secrets = await _secrets(ports, row, loaded, stored(now))
    await guard.check(ports, url)
    sent = {
        "content-type": "application/json",
        "user-agent": "Coccinelle-Webhooks/1",
        **signing.signed(event_id, now, secrets, body),
    }
    return await ports.outbound.post(url, sent, body.encode(), TIMEOUT_S)


async def _secrets(ports: Ports, row: Row, loaded: Row, now: str) -> list[str]:
    """The endpoint's secret, and for a day after a rotation the one before it."""
    tenant_id, key_id = str(row["tenant_id"]), str(loaded["key_id"])
    key = await opened_key(ports, tenant_id, key_id, str(loaded["wrapped_key"]))
    place = secret_place(tenant_id, str(row["endpoint_id"]))
    sealed = [str(loaded["secret"])]
    if loaded["previous_secret"] and str(loaded["previous_until"]) > now:
        sealed.append(str(loaded["previous_secret"]))
    return [await unseal(ports, key, place, one) for one in sealed]


async def _settle(ports: Ports, row: Row, status: int | None, reason: str | None, duration_ms: float) -> str:
    tenant_id, delivery_id, endpoint_id = str(row["tenant_id"]), str(row["id"]), str(row["endpoint_id"])
    now, attempt = ports.clock.now(), int(row["attempts"] or 1)
    at, due_at = stored(now), stored(now)
    if status is not None and 200 <= status < 300:
        outcome, of_endpoint = "delivered", queries.mark_well(tenant_id, endpoint_id)
    else:
        reason = reason or ("redirect_not_followed" if status is not None and 300 <= status < 400 else f"http_{status}")
        is_over = attempt > len(RETRY_DELAYS_S) or status == GONE or reason == "endpoint_off"
        outcome = "dead" if is_over else "queued"
        due_at = at if is_over else stored(now + timedelta(seconds=RETRY_DELAYS_S[attempt - 1]))
        given_up = stored(now - timedelta(days=GIVEN_UP_AFTER_DAYS))
        of_endpoint = queries.mark_failing(tenant_id, endpoint_id, at, given_up, int(status == GONE))
    await ports.db.batch(
        queries.insert_attempt(tenant_id, delivery_id, (attempt, status, reason, duration_ms), at),
        queries.settle(tenant_id, delivery_id, outcome, due_at, at),
        of_endpoint,
        idempotent=True,
    )
    return outcome
