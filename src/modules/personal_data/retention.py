"""How long things are kept, and what cron takes away then."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import stored
from modules.personal_data import clearing_queries as clearing
from modules.personal_data import queries, retention_queries
from modules.personal_data.schemas import Retention, RetentionIn
from modules.queued import soon
from ports.blobs import MOST_AT_ONCE
from ports.context import Ports
from ports.database import Row, Statement

AUDIO_DAYS = 90  # of a business that has set nothing: what is made again when needed
JOB = "remove_traces"
# What vendors told us, what we told businesses' own systems, and what a turn can be decided again from.
TRACES_KEPT_DAYS = 30
_AT_ONCE = 50

Counted = tuple[str, Statement]  # under which name its changes are counted


async def get(ports: Ports, tenant_id: str) -> Retention:
    (found,) = await ports.db.batch(queries.retention(tenant_id))
    if found.first is None:
        return Retention(transcripts_days=None, recordings_days=None, audio_days=AUDIO_DAYS)
    return Retention.model_validate(found.first)


async def put(ports: Ports, principal: Principal, command: RetentionIn) -> Retention:
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    days = (command.transcripts_days, command.recordings_days, command.audio_days)
    await ports.db.batch(
        queries.put_retention(tenant_id, days, at), audit.entry(ports, principal, "retention.changed", tenant_id)
    )
    return Retention.model_validate(command.model_dump())


def cleared(tenant_id: str, ids: str, at: str) -> list[Counted]:
    """What takes the words out of conversations (`ids`: a JSON list) and leaves all that is counted."""
    return [
        ("objects", clearing.remove_files(tenant_id, ids, at)),
        ("message_attachments", clearing.delete_attachments(tenant_id, ids)),
        ("outbox", clearing.clear_sent(tenant_id, ids)),
        ("inbound_events", clearing.clear_events(tenant_id, ids)),
        ("conversation_turns", clearing.clear_turns(tenant_id, ids)),
        ("tool_calls", clearing.clear_tools(tenant_id, ids)),
        ("call_turns", clearing.clear_documents(tenant_id, ids)),
        ("call_partials", clearing.delete_partials(tenant_id, ids)),
        ("conversation_reports", clearing.clear_reports(tenant_id, ids)),
        ("conversation_notes", clearing.delete_notes(tenant_id, ids)),
        ("omni_messages", clearing.clear_messages(tenant_id, ids)),
        ("omni_conversations", clearing.clear_conversations(tenant_id, ids, at)),
    ]


def unrecorded(tenant_id: str, ids: str, at: str) -> list[Counted]:
    """What takes recordings away (`ids`: a JSON list of them)."""
    return [
        ("objects", clearing.remove_recordings(tenant_id, ids, at)),
        ("call_recordings", clearing.clear_recordings(tenant_id, ids)),
    ]


def removed(tenant_id: str, blob_key: str, at: str) -> Statement:
    """For the batch that speaks of this object no more."""
    return queries.remove_blob(tenant_id, blob_key, at)


async def apply(ports: Ports) -> Mapping[str, int]:
    """One round of what is old enough: how many of each. Running it twice changes nothing more."""
    now = ports.clock.now()
    at, before = stored(now), stored(now - timedelta(days=TRACES_KEPT_DAYS))
    talks, records, recordings, audio, events, _, told = await ports.db.batch(
        retention_queries.old_conversations(at, _AT_ONCE),
        retention_queries.old_records(before, _AT_ONCE),
        retention_queries.old_recordings(at, _AT_ONCE),
        retention_queries.old_audio(at, AUDIO_DAYS, _AT_ONCE),
        retention_queries.delete_old_events(before, _AT_ONCE * 10),
        retention_queries.delete_old_deliveries(before, _AT_ONCE * 10),
        retention_queries.delete_old_told(before, _AT_ONCE * 10),
    )
    for tenant_id, ids in _by_tenant(talks.rows):
        await ports.db.batch(*(one for _, one in cleared(tenant_id, ids, at)))
    if talks.rows:
        await soon(ports, JOB, {})
    for tenant_id, ids in _by_tenant(records.rows):
        await ports.db.batch(
            clearing.clear_turns(tenant_id, ids),
            clearing.clear_documents(tenant_id, ids),
            clearing.note_records_cleared(tenant_id, ids, at),
        )
    for tenant_id, ids in _by_tenant(recordings.rows):
        await ports.db.batch(*(one for _, one in unrecorded(tenant_id, ids, at)))
    for tenant_id, ids in _by_tenant(audio.rows):
        await ports.db.batch(clearing.remove_audio(tenant_id, ids, at), clearing.delete_audio(tenant_id, ids))
    return {
        "conversations_cleared": len(talks.rows),
        "records_cleared": len(records.rows),
        "recordings_removed": len(recordings.rows),
        "audio_removed": len(audio.rows),
        "events_deleted": events.changes,
        "told_deleted": told.changes,
        "blobs_removed": await remove_blobs(ports),
    }


async def remove_blobs(ports: Ports) -> int:
    """Objects that nothing speaks of any more. Raises BlobsUnavailable; then they stay noted."""
    (found,) = await ports.db.batch(retention_queries.blobs_to_remove(MOST_AT_ONCE))
    keys = [str(row["blob_key"]) for row in found.rows]
    if keys:
        await ports.blobs.delete(keys)
        await ports.db.batch(retention_queries.forget_blobs(json.dumps(keys)), idempotent=True)
    return len(keys)


def _by_tenant(rows: Sequence[Row]) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(str(row["tenant_id"]), []).append(str(row["id"]))
    return [(tenant_id, json.dumps(ids)) for tenant_id, ids in found.items()]
