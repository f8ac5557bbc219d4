"""Archives: asked for, made by a job, given out by a signed address, gone after some days."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from errors import NotFound, StoreUnavailable
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import read as read_instant
from modules.instants import stored
from modules.one_time import is_signed, signature
from modules.personal_data import queries, retention_queries
from modules.personal_data.archives import EXPORTS, Archive
from modules.personal_data.schemas import Export
from modules.queued import soon
from ports.blobs import BlobsUnavailable
from ports.context import Ports
from ports.database import DatabaseError, Row

JOB = "export_data"
KEPT_DAYS = 7
LINK_S = 3_600
_LEASE = timedelta(minutes=20)  # longer than a job may run
_AGAIN = timedelta(minutes=2)
_MOST_ATTEMPTS = 3
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Download:
    size: int
    filename: str
    pieces: AsyncIterator[bytes]


async def ask(ports: Ports, principal: Principal, customer_id: str | None = None) -> Export:
    """Raises NotFound for a customer who is not there; one that is being made is given again."""
    tenant_id, export_id, at = principal.tenant.id, ports.ids.new("exp"), stored(ports.clock.now())
    made, _, listed = await ports.db.batch(
        queries.insert_export(tenant_id, export_id, customer_id, at),
        audit.entry(ports, principal, "data.exported", customer_id or tenant_id),
        queries.exports(tenant_id, "~", 100),
    )
    for row in listed.rows:
        if row["customer_id"] == customer_id and row["state"] in ("queued", "running"):
            if made.changes:
                await soon(ports, JOB, {"tenant_id": tenant_id, "id": str(row["id"])})
            return _out(ports, row)
    raise NotFound("There is no such customer.")


async def list_exports(ports: Ports, tenant_id: str, before: str, limit: int) -> list[Export]:
    (found,) = await ports.db.batch(queries.exports(tenant_id, before, limit))
    return [_out(ports, row) for row in found.rows]


async def get(ports: Ports, tenant_id: str, export_id: str) -> Export:
    """Raises NotFound."""
    (found,) = await ports.db.batch(queries.export(tenant_id, export_id))
    if found.first is None:
        raise NotFound("There is no such export.")
    return _out(ports, found.first)


async def due(ports: Ports, limit: int) -> Sequence[Row]:
    (found,) = await ports.db.batch(retention_queries.exports_due(stored(ports.clock.now()), limit))
    return found.rows


async def drive(ports: Ports, row: Row) -> str:
    """For cron: makes what no job has made, and lets go of what was kept for long enough."""
    tenant_id, export_id = str(row["tenant_id"]), str(row["id"])
    if row["state"] != "ready":
        return await make(ports, tenant_id, export_id)
    at = stored(ports.clock.now())
    await ports.db.batch(
        queries.remove_blob(tenant_id, key_of(tenant_id, export_id), at), queries.expire_exports(tenant_id, export_id)
    )
    return "expired"


async def make(ports: Ports, tenant_id: str, export_id: str) -> str:
    """From the beginning each time: half an archive is none."""
    now = ports.clock.now()
    claim = queries.claim_export(tenant_id, export_id, stored(now), stored(now + _LEASE))
    (claimed,) = await ports.db.batch(claim)
    row = claimed.first
    if row is None:
        return "idle"
    archive = Archive(ports, tenant_id, now)
    customer_id = str(row["customer_id"]) if row["customer_id"] else None
    pieces = archive.of_person(customer_id) if customer_id else archive.of_business()
    try:
        size = await ports.blobs.put_pieces(key_of(tenant_id, export_id), pieces, "application/zip")
    except LookupError:
        await ports.db.batch(queries.export_failed(tenant_id, export_id, "failed", "customer_gone", None))
        return "failed"
    except (BlobsUnavailable, DatabaseError) as error:
        is_last = int(row["attempts"] or 0) >= _MOST_ATTEMPTS
        again = None if is_last else stored(now + _AGAIN)
        state = "failed" if is_last else "queued"
        await ports.db.batch(queries.export_failed(tenant_id, export_id, state, type(error).__name__, again))
        return state
    until = stored(ports.clock.now() + timedelta(days=KEPT_DAYS))
    made = (size, json.dumps(archive.counts))
    await ports.db.batch(queries.export_made(tenant_id, export_id, made, stored(ports.clock.now()), until))
    return "ready"


async def read(ports: Ports, export_id: str, tenant_id: str, signed: tuple[int, str]) -> Download:
    """`signed` is (expires, signature). Raises NotFound or StoreUnavailable."""
    if not is_signed(ports.keyring.tokens, "export", f"{tenant_id}:{export_id}", signed, ports.clock.now()):
        raise NotFound("This address is no longer valid: read the export again, it gives a new one.")
    key = key_of(tenant_id, export_id)
    try:
        head = await ports.blobs.get(key, 0, 1)
    except BlobsUnavailable as error:
        raise StoreUnavailable("The store does not answer; try again in a moment.") from error
    if head is None:
        raise NotFound("This archive is not kept any more: ask for a new one.")
    return Download(head.size, f"{export_id}.zip", _pieces(ports, key, head.size))


async def _pieces(ports: Ports, key: str, size: int) -> AsyncIterator[bytes]:
    for first in range(0, size, _PIECE):
        blob = await ports.blobs.get(key, first, _PIECE)
        if blob is None:
            return
        yield blob.content


def key_of(tenant_id: str, export_id: str) -> str:
    return f"{tenant_id}/{EXPORTS}{export_id}.zip"


def _out(ports: Ports, row: Row) -> Export:
    is_ready, export_id = row["state"] == "ready", str(row["id"])
    values = {**row, "counts": json.loads(str(row["counts"])), "kept_until": row["due_at"] if is_ready else None}
    is_kept = is_ready and read_instant(str(row["due_at"])) > ports.clock.now()
    return Export.model_validate({**values, "url": _address(ports, row, export_id) if is_kept else None})


def _address(ports: Ports, row: Row, export_id: str) -> str:
    tenant_id, expires = str(row["tenant_id"]), int(ports.clock.now().timestamp()) + LINK_S
    signed = signature(ports.keyring.tokens, "export", f"{tenant_id}:{export_id}", expires)
    path = f"/api/v1/public/exports/{export_id}"
    return f"{ports.base_url}{path}?tenant={tenant_id}&expires={expires}&signature={signed}"
