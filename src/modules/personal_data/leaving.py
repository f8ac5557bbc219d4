"""A business that leaves: some days to think it over, then everything of it is erased, and a receipt remains.

Step by step, each of them a job that may be lost or come twice: what has been erased is not there the second time.
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from errors import NotFound
from modules.assistants import service as assistants
from modules.calendars import connecting
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.one_time import derived, same
from modules.personal_data import leaving_queries as queries
from modules.personal_data import sweeping, table_queries
from modules.personal_data.errors import ErasureUnderWay, NotConfirmed
from modules.personal_data.schemas import Erasure
from modules.personal_data.tables import OWNED
from modules.queued import soon
from ports.blobs import MOST_AT_ONCE
from ports.context import Ports
from ports.database import ConstraintViolation, Row, Statement
from ports.vectors import MOST_IN_BATCH

JOB = "erase_tenant"
GRACE_DAYS = 7
RECEIPT_PATH = "/api/v1/public/erasures"
_SETTLING = timedelta(minutes=2)  # longer than what was under way when the doors were closed
_MOST_WAITS = 10
_AGAIN = timedelta(minutes=5)
_ROWS_AT_ONCE = 1_000
_BATCHES_A_JOB = 150
# Without their rows nobody comes in any more, and nothing goes on.
_DOORS = frozenset(("api_keys", "forwardings", "omni_phone_mappings", "tenant_channels", "trial_callers"))
_UNDER_WAY = frozenset(("knowledge_crawl_jobs", "knowledge_crawl_pages"))


async def leave(ports: Ports, principal: Principal, confirm: str) -> tuple[Erasure, str]:
    """The erasure, and the address of its receipt. Raises NotConfirmed. A repeat gives the first again."""
    tenant_id, now = principal.tenant.id, ports.clock.now()
    if confirm.strip().casefold() != principal.tenant.name.strip().casefold():
        raise NotConfirmed("Give the name of the business as `confirm`: everything of it will be erased.")
    due_at = stored(now + timedelta(days=GRACE_DAYS))
    _, _, found = await ports.db.batch(
        queries.schedule(tenant_id, stored(now), due_at),
        audit.entry(ports, principal, "tenant.erasure_scheduled", tenant_id),
        queries.erasure(tenant_id),
    )
    return _out(found.rows[0]), receipt_address(ports, tenant_id)


async def get(ports: Ports, tenant_id: str) -> Erasure:
    """Raises NotFound for a business that stays."""
    (found,) = await ports.db.batch(queries.erasure(tenant_id))
    if found.first is None:
        raise NotFound("No erasure has been asked for.")
    return _out(found.first)


async def call_off(ports: Ports, principal: Principal) -> None:
    """Raises NotFound or ErasureUnderWay."""
    tenant_id = principal.tenant.id
    called_off, _ = await ports.db.batch(
        queries.call_off(tenant_id), audit.entry(ports, principal, "tenant.erasure_called_off", tenant_id)
    )
    if not called_off.changes:
        await get(ports, tenant_id)
        raise ErasureUnderWay("What is erased cannot be brought back.")


def receipt_address(ports: Ports, tenant_id: str) -> str:
    """For whoever asked, who cannot sign in any more then."""
    return f"{ports.base_url}{RECEIPT_PATH}/{tenant_id}?{urlencode({'token': _token(ports, tenant_id)})}"


async def receipt(ports: Ports, tenant_id: str, token: str) -> Erasure:
    """Raises NotFound."""
    if not same(token, _token(ports, tenant_id)):
        raise NotFound("This address is not whole.")
    return await get(ports, tenant_id)


async def due(ports: Ports, limit: int) -> Sequence[Row]:
    (found,) = await ports.db.batch(queries.due(stored(ports.clock.now()), limit))
    return found.rows


async def advance(ports: Ports, tenant_id: str) -> str:
    """One step; the state that it is in then. Raises what a store raises: then the step is taken again."""
    now = ports.clock.now()
    (found,) = await ports.db.batch(queries.erasure(tenant_id))
    row = found.first
    if row is None or row["due_at"] is None or str(row["due_at"]) > stored(now):
        return "idle"
    if row["state"] == "scheduled":
        await _close(ports, tenant_id)
        return "closing"
    if row["state"] == "closing":
        return await _settle(ports, tenant_id, int(row["attempts"] or 0))
    if row["state"] == "erasing" and await _erase(ports, tenant_id):
        await ports.db.batch(
            *_counted(tenant_id, "tenants", queries.delete_tenant(tenant_id)),
            queries.go_on(tenant_id, "sweeping", stored(now), stored(now)),
        )
        await sweeping.begin(ports)
    elif row["state"] == "sweeping" and await sweeping.sweep(ports):
        await _delete_users(ports)
        await ports.db.batch(queries.go_on(tenant_id, "done", stored(ports.clock.now()), None))
        return "done"
    await soon(ports, JOB, {"tenant_id": tenant_id})
    return str(row["state"])


async def _close(ports: Ports, tenant_id: str) -> None:
    """Nothing of it is reached any more, by anybody; numbers go back to their carrier and to the pool."""
    await connecting.give_all_back(ports, tenant_id)
    now = ports.clock.now()
    at, later = stored(now), stored(now + _SETTLING)
    await ports.db.batch(
        queries.go_on(tenant_id, "closing", at, later),
        queries.close_door(tenant_id),
        queries.put_numbers_back(tenant_id, at),
        queries.free_numbers(tenant_id),
        *_all_of(tenant_id, _DOORS | _UNDER_WAY),
        *_counted(tenant_id, "outbox", queries.delete_unsent(tenant_id)),
        *_counted(tenant_id, "outbox", queries.delete_mails_to_members(tenant_id)),
        *_counted(tenant_id, "one_time_tokens", queries.delete_tokens_of_members(tenant_id)),
        *_counted(tenant_id, "sessions", queries.delete_sessions_of_members(tenant_id)),
        *_counted(tenant_id, "users", queries.empty_members(tenant_id, at)),
        *_all_of(tenant_id, frozenset(("memberships",))),
    )


async def _settle(ports: Ports, tenant_id: str, attempts: int) -> str:
    """Until the numbers are back and the assistants gone, as long as that can be waited for."""
    now, are_left = ports.clock.now(), await assistants.remove_all(ports, tenant_id)
    (under_way,) = await ports.db.batch(queries.numbers_under_way(tenant_id))
    state = "closing" if (under_way.rows or are_left) and attempts < _MOST_WAITS else "erasing"
    due_at = stored(now + _AGAIN) if state == "closing" else stored(now)
    await ports.db.batch(queries.go_on(tenant_id, state, stored(now), due_at))
    if state == "erasing":
        await soon(ports, JOB, {"tenant_id": tenant_id})
    return state


async def _erase(ports: Ports, tenant_id: str) -> bool:
    """Objects, vectors, rows; whether everything is gone. As much as one job may."""
    while keys := await ports.blobs.keys(f"{tenant_id}/"):
        await ports.blobs.delete(keys)
        await ports.db.batch(queries.count_more(tenant_id, "objects", len(keys)))
        if len(keys) == MOST_AT_ONCE:
            return False
    while True:
        (found,) = await ports.db.batch(queries.vector_ids(tenant_id, MOST_IN_BATCH))
        ids = [str(row["vector_id"]) for row in found.rows]
        if not ids:
            break
        await ports.vectors.delete(ids)
        await ports.db.batch(
            *_counted(tenant_id, "vectors", queries.delete_vectors(tenant_id, json.dumps(ids))),
        )
    await ports.db.batch(
        queries.unmerge(tenant_id),
        queries.delete_rejects(tenant_id),
        queries.adopt_call_events(tenant_id),
        queries.adopt_message_events(tenant_id),
    )
    batches = 0
    for table in OWNED:
        while True:
            if batches == _BATCHES_A_JOB:
                return False
            batches += 1
            some = table_queries.delete_some(tenant_id, table, _ROWS_AT_ONCE)
            deleted, _ = await ports.db.batch(*_counted(tenant_id, table.name, some))
            if deleted.changes < _ROWS_AT_ONCE:
                break
    return True


async def _delete_users(ports: Ports) -> None:
    """Of whom nothing was left but an id; one that another business's rows speak of stays such."""
    (found,) = await ports.db.batch(queries.empty_users(_ROWS_AT_ONCE))
    for row in found.rows:
        try:
            await ports.db.batch(queries.delete_user(str(row["id"])))
        except ConstraintViolation:
            continue


def _counted(tenant_id: str, name: str, statement: Statement) -> tuple[Statement, Statement]:
    return statement, queries.count(tenant_id, name)


def _all_of(tenant_id: str, names: frozenset[str]) -> list[Statement]:
    """All rows of these tables, children before their parents."""
    tables = [table for table in OWNED if table.name in names]
    return [
        one for table in tables for one in _counted(tenant_id, table.name, table_queries.delete_all(tenant_id, table))
    ]


def _token(ports: Ports, tenant_id: str) -> str:
    return derived(ports.keyring.tokens, "erasure", tenant_id)[:32]


def _out(row: Row) -> Erasure:
    return Erasure.model_validate({**row, "counts": json.loads(str(row["counts"]))})
