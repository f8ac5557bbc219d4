"""What an operator sees, and what runs without anybody asking."""

from collections.abc import Mapping
from datetime import timedelta

from modules.instants import stored
from modules.operations import queries
from ports.context import Ports

LOST_CALL_HOURS = 6
KEPT_HOURS = 24  # expired sessions and idempotency keys
KEPT_DAYS = 90  # what was searched for, and questions that are done with
VECTORS_KEPT_DAYS = 30  # of questions, since they were made

HELP = {
    "tenants": "Businesses that have signed up.",
    "tenants_onboarded": "Businesses that have completed onboarding.",
    "signups_day": "Sign-ups in the last 24 hours.",
    "completions_day": "Onboardings completed in the last 24 hours.",
    "signups_without_completion_day": "Sign-ups of the last 24 hours that have not completed onboarding.",
    "step_failures_hour": "Onboarding steps refused or failed in the last hour.",
    "calls_open": "Calls going on.",
    "calls_unresolved_total": "Calls to a number that belongs to nobody.",
    "events_unhandled": "Provider events stored and not yet acted on.",
    "tickets_open": "Messages waiting for a human.",
}


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
    """Prometheus text format 0.0.4, counted in D1: the same from every isolate."""
    now = ports.clock.now()
    day_ago, hour_ago = stored(now - timedelta(days=1)), stored(now - timedelta(hours=1))
    counts, by_status, by_note = await ports.db.batch(
        queries.counts(day_ago, hour_ago), queries.calls_by_status(), queries.turns_by_note(day_ago)
    )
    row = counts.rows[0]
    lines = []
    for name, text in HELP.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        lines += [f"# HELP coccinelle_{name} {text}", f"# TYPE coccinelle_{name} {kind}"]
        lines.append(f"coccinelle_{name} {int(row[name] or 0)}")
    lines += ["# HELP coccinelle_calls Calls by status.", "# TYPE coccinelle_calls gauge"]
    lines += [f'coccinelle_calls{{status="{r["status"]}"}} {int(r["n"] or 0)}' for r in by_status.rows]
    lines += ["# HELP coccinelle_turns_noted_day Turns of 24 hours that went otherwise than they should, by reason."]
    lines += ["# TYPE coccinelle_turns_noted_day gauge"]
    lines += [f'coccinelle_turns_noted_day{{reason="{r["note"]}"}} {int(r["n"] or 0)}' for r in by_note.rows]
    return "\n".join(lines) + "\n"


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
