"""The vector index brought to what the database says: told, confirmed, looked at again, and made anew for another model."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from modules import queued
from modules.instants import stored
from modules.knowledge import vector_queries as queries
from ports.context import Ports
from ports.database import Row, Value
from ports.embedder import MOST_TEXTS, EmbeddingModel
from ports.vectors import MOST_BY_ID, MOST_IN_BATCH, VectorsUnavailable
from ports.vendors import VendorError

JOB, CONFIRM_JOB = "index_knowledge", "confirm_vectors"
CLAIM_S = 60
SEEN_AFTER_S = 5  # vectors are found some seconds after they were written
MOST_WAITS = 12
LOOKED_AT_DAYS = 7
_MOST_TOLD = 5 * MOST_BY_ID  # confirmed in one go


def namespace_of(tenant_id: str, generation: Value) -> str:
    return f"{tenant_id}.{int(generation or 0)}"


def embedded_text(title: Value, heading: Value, text: Value) -> str:
    """What a piece's vector is made of."""
    return "\n".join(str(part) for part in (title, heading, text) if part)


async def soon(ports: Ports, tenant_id: str) -> None:
    """After the batch."""
    await queued.soon(ports, JOB, {"tenant_id": tenant_id})


async def due(ports: Ports, limit: int) -> Sequence[Row]:
    now = stored(ports.clock.now())
    (found,) = await ports.db.batch(queries.tenants_due(now, str(ports.embedding), limit))
    return found.rows


async def difference(ports: Ports) -> int | None:
    """How many vectors more than expected the index holds, of everybody; None while it cannot be asked."""
    (held,) = await ports.db.batch(queries.held())
    try:
        return (await ports.vectors.progress()).count - int(held.rows[0]["count"] or 0)
    except VectorsUnavailable:
        return None


async def bring_up(ports: Ports, tenant_id: str) -> str:
    """One round: some vectors written, some deleted, some confirmed. The rest in the next job, a failure in a minute."""
    model, at = ports.embedding, stored(ports.clock.now())
    await ports.db.batch(
        queries.give_up_building(tenant_id, str(model)),
        queries.begin_building(tenant_id, str(model), model.dimensions, at),
        queries.want_all(tenant_id),
        queries.retire(tenant_id),
        queries.serve(tenant_id),
        queries.unwant_retired(tenant_id),
    )
    try:
        await _confirm(ports, tenant_id)
        await _delete(ports, tenant_id)
        written = await _write(ports, tenant_id)
    except (VectorsUnavailable, VendorError) as error:
        return error.reason
    now = ports.clock.now()
    (left,) = await ports.db.batch(queries.pending(tenant_id, stored(now)))
    if written == MOST_TEXTS or int(left.rows[0]["due"] or 0):
        await soon(ports, tenant_id)
    elif int(left.rows[0]["told"] or 0):
        await queued.soon(ports, CONFIRM_JOB, {"tenant_id": tenant_id}, SEEN_AFTER_S + 1)
    return "done"


async def _write(ports: Ports, tenant_id: str) -> int:
    now = ports.clock.now()
    until = stored(now + timedelta(seconds=CLAIM_S))
    _, found = await ports.db.batch(
        queries.claim_wanted(tenant_id, stored(now), until, MOST_TEXTS), queries.claimed(tenant_id, until)
    )
    for generation in dict.fromkeys(row["generation"] for row in found.rows):
        rows = [row for row in found.rows if row["generation"] == generation][:MOST_TEXTS]
        model = EmbeddingModel.named(str(rows[0]["model"]), int(rows[0]["dimensions"] or 0))
        texts = [embedded_text(row["title"], row["heading"], row["text"]) for row in rows]
        made = await ports.embedders[model.provider].embed(model, texts)
        vectors = {str(row["vector_id"]): vector for row, vector in zip(rows, made, strict=True)}
        mutation = await ports.vectors.upsert(namespace_of(tenant_id, generation), vectors)
        await _mark_sent(ports, tenant_id, list(vectors), mutation)
    return len(found.rows)


async def _mark_sent(ports: Ports, tenant_id: str, ids: list[str], mutation: str) -> None:
    at, seen = _now_and_seen(ports)
    (marked,) = await ports.db.batch(queries.mark_sent(tenant_id, json.dumps(ids), mutation, at, seen))
    gone = sorted(set(ids) - {str(row["vector_id"]) for row in marked.rows})
    if gone:  # deleted while their vectors were being made
        await ports.db.batch(queries.strays(tenant_id, json.dumps(gone)))


async def _delete(ports: Ports, tenant_id: str) -> None:
    (found,) = await ports.db.batch(queries.unwanted(tenant_id, stored(ports.clock.now()), MOST_IN_BATCH))
    ids = [str(row["vector_id"]) for row in found.rows]
    if ids:
        mutation = await ports.vectors.delete(ids)
        at, seen = _now_and_seen(ports)
        await ports.db.batch(queries.mark_removing(tenant_id, json.dumps(ids), mutation, at, seen))


async def _confirm(ports: Ports, tenant_id: str) -> None:
    now = ports.clock.now()
    (found,) = await ports.db.batch(queries.told(tenant_id, stored(now), _MOST_TOLD))
    if not found.rows:
        return
    progress = await ports.vectors.progress()
    ids = [str(row["vector_id"]) for row in found.rows]
    held: set[str] = set()
    for first in range(0, len(ids), MOST_BY_ID):
        held |= await ports.vectors.present(ids[first : first + MOST_BY_ID])
    settled, waiting, gone = [], [], []
    for row in found.rows:
        vector_id, state = str(row["vector_id"]), str(row["state"])
        if state != "removing" and vector_id in held:
            settled.append([vector_id, state, "there"])
        elif state == "removing" and vector_id not in held:
            gone.append(vector_id)
        elif state == "there" or _is_processed(row, progress.until):
            settled.append([vector_id, state, "unwanted" if state == "removing" else "wanted"])
        else:
            waiting.append(vector_id)
    again, later = now + timedelta(seconds=SEEN_AFTER_S), now + timedelta(days=LOOKED_AT_DAYS)
    await ports.db.batch(
        queries.settle(tenant_id, json.dumps(settled), stored(later)),
        queries.forget(tenant_id, json.dumps(gone)),
        queries.wait_for(tenant_id, json.dumps(waiting), stored(again)),
    )


def _is_processed(row: Row, until: datetime | None) -> bool:
    """Whether the index has come past this mutation, and so has lost it; one that never tells is asked so many times."""
    return int(row["attempts"] or 0) >= MOST_WAITS or (until is not None and stored(until) > str(row["sent_at"]))


def _now_and_seen(ports: Ports) -> tuple[str, str]:
    now = ports.clock.now()
    return stored(now), stored(now + timedelta(seconds=SEEN_AFTER_S))
