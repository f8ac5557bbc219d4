"""What an operator sees, and what runs without anybody asking."""

import json
from collections.abc import Mapping
from datetime import timedelta

from modules.instants import read as read_instant
from modules.instants import stored
from modules.operations import queries
from modules.operations.exposition import text
from ports.context import Ports
from ports.meter import Sample

LOST_CALL_HOURS = 6
KEPT_HOURS = 24  # expired sessions and idempotency keys
KEPT_DAYS = 90  # what was searched for, and questions that are done with
VECTORS_KEPT_DAYS = 30  # of questions, since they were made


async def readiness(ports: Ports) -> dict[str, float | None]:
    """Milliseconds each store took to answer; None for one that did not."""
    latencies: dict[str, float | None] = {}
    for name, probe in ports.probes.items():
        started_ms = ports.clock.monotonic_ms()
        try:
            await probe()
        except Exception:  # whatever a store throws, the answer is that it is down
            latencies[name] = None
        else:
            latencies[name] = round(ports.clock.monotonic_ms() - started_ms, 1)
    return latencies


async def metrics(ports: Ports) -> str:
    """Prometheus text: what stands in D1, and what all isolates have counted."""
    now = ports.clock.now()
    at, day_ago, hour_ago = stored(now), stored(now - timedelta(days=1)), stored(now - timedelta(hours=1))
    counts, by_status, by_note, by_outcome, backlog = await ports.db.batch(
        queries.counts(day_ago, hour_ago),
        queries.calls_by_status(),
        queries.turns_by_note(day_ago),
        queries.conversations_by_outcome(day_ago),
        queries.backlog(at),
    )
    samples = [Sample(name, (), float(value or 0)) for name, value in counts.rows[0].items()]
    samples += [Sample("calls", (("status", str(row["status"])),), float(row["n"] or 0)) for row in by_status.rows]
    samples += [
        Sample("turns_noted_day", (("reason", str(row["note"])),), float(row["n"] or 0)) for row in by_note.rows
    ]
    for row in by_outcome.rows:
        labels = (("channel", str(row["channel"])), ("outcome", str(row["outcome"] or "none")))
        samples.append(Sample("conversations", labels, float(row["n"] or 0)))
    for name, said in backlog.rows[0].items():
        kind, (number, oldest) = (("kind", name),), json.loads(str(said))
        age_s = (now - read_instant(oldest)).total_seconds() if oldest else 0.0
        samples += [Sample("backlog", kind, number), Sample("backlog_age_seconds", kind, max(0.0, age_s))]
    counted = await ports.figures.read()
    samples.append(Sample("figures_up", (), 0.0 if counted is None else 1.0))
    return text([*samples, *(counted or ())])


async def is_onboarding_stalled(ports: Ports) -> bool:
    """Businesses keep signing up and none gets through: something in onboarding is broken."""
    now = ports.clock.now()
    (counts,) = await ports.db.batch(queries.counts(stored(now - timedelta(days=1)), stored(now - timedelta(hours=1))))
    row = counts.rows[0]
    return int(row["signups_day"] or 0) >= 3 and not row["completions_day"]


async def clean_up(ports: Ports) -> Mapping[str, int]:
    """Ends calls whose end was never reported and drops what has expired; running it twice changes nothing more."""
    now = ports.clock.now()
    at = stored(now)
    kept, days_ago = stored(now - timedelta(hours=KEPT_HOURS)), stored(now - timedelta(days=KEPT_DAYS))
    results = await ports.db.batch(
        queries.close_lost_calls(stored(now - timedelta(hours=LOST_CALL_HOURS)), at),
        queries.close_lost_conversations(at),
        queries.delete_expired_sessions(kept),
        queries.delete_old_idempotency_keys(kept),
        queries.delete_old_counters(kept),
        queries.delete_old_failures(kept),
        queries.delete_old_one_time_tokens(kept),
        queries.delete_expired_holds(kept),
        queries.delete_expired_calendar_states(kept),
        queries.delete_old_searches(days_ago),
        queries.delete_old_questions(days_ago),
        queries.delete_old_query_vectors(stored(now - timedelta(days=VECTORS_KEPT_DAYS))),
        idempotent=True,
    )
    deleted = (
        "sessions_deleted",
        "idempotency_keys_deleted",
        "counters_deleted",
        "failures_deleted",
        "one_time_tokens_deleted",
    )
    knowledge = ("searches_deleted", "questions_deleted", "query_vectors_deleted")
    names = ("calls_closed", "conversations_closed", *deleted, "holds_deleted", "calendar_states_deleted", *knowledge)
    return dict(zip(names, (result.changes for result in results), strict=True))
