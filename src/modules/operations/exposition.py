"""Figures in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4)."""

from collections.abc import Iterable, Mapping, Sequence

from ports.meter import BUCKETS_S, Kind, Sample

PREFIX = "coccinelle_"

# Every family that is ever told, with its kind and what it means.
FAMILIES: Mapping[str, tuple[Kind, str]] = {
    "http_requests_total": ("counter", "Requests answered, by route, method and status."),
    "http_request_seconds": ("histogram", "From a request's arrival to the end of its answer, by route."),
    "d1_round_trips_total": ("counter", "Round trips to the database, by route or job."),
    "d1_rows_written_total": ("counter", "Rows written to it, those of indexes too, by route or job."),
    "vendor_calls_total": ("counter", "Calls of vendors' APIs, by vendor and outcome."),
    "vendor_call_seconds": ("histogram", "How long a vendor took, by vendor."),
    "breaker_transitions_total": ("counter", "Circuit breakers that turned, by vendor and state."),
    "breaker_open": ("gauge", "1 while the last circuit breaker of a vendor that turned is open or half open."),
    "jobs_total": ("counter", "Jobs run, by kind and outcome."),
    "job_seconds": ("histogram", "How long a job took, by kind."),
    "inbound_events_total": ("counter", "Attempts to act on what a provider has told, by outcome."),
    "webhook_deliveries_total": ("counter", "Attempts to tell a business's own system, by outcome."),
    "turns_total": ("counter", "Turns of conversations answered, by whom."),
    "turn_stage_seconds": ("histogram", "What a turn's time went to, by stage."),
    "backlog": ("gauge", "Rows that wait for a job and are due, by kind."),
    "backlog_age_seconds": ("gauge", "How long the oldest of them has been due, by kind."),
    "conversations": ("gauge", "Conversations of 24 hours by channel and outcome."),
    "figures_up": (
        "gauge",
        "Whether what the isolates have counted could be read: without it only the gauges are told.",
    ),
    "python_memory_bytes": (
        "gauge",
        "Length of the Python memory of the isolate that told last: with JavaScript's it may be 128 MB.",
    ),
    "tenants": ("gauge", "Businesses that have signed up."),
    "tenants_onboarded": ("gauge", "Businesses that have completed onboarding."),
    "signups_day": ("gauge", "Sign-ups in the last 24 hours."),
    "completions_day": ("gauge", "Onboardings completed in the last 24 hours."),
    "signups_without_completion_day": ("gauge", "Sign-ups of the last 24 hours that have not completed onboarding."),
    "step_failures_hour": ("gauge", "Onboarding steps refused or failed in the last hour."),
    "calls_open": ("gauge", "Calls going on."),
    "calls_unresolved_month": ("gauge", "Calls of the last 30 days to a number that belongs to nobody."),
    "events_unhandled": ("gauge", "Provider events stored and not yet acted on."),
    "tickets_open": ("gauge", "Messages waiting for a human."),
    "calls": ("gauge", "Calls by status."),
    "turns_noted_day": ("gauge", "Turns of 24 hours that went otherwise than they should, by reason."),
}


def text(samples: Iterable[Sample]) -> str:
    """One family after another. Samples of no known family are left out: a store may hold those of another version."""
    by_family: dict[str, list[Sample]] = {}
    for sample in samples:
        by_family.setdefault(_family(sample.name), []).append(sample)
    lines = []
    for name, (kind, meaning) in FAMILIES.items():
        found = by_family.get(name)
        if not found:
            continue
        lines += [f"# HELP {PREFIX}{name} {meaning}", f"# TYPE {PREFIX}{name} {kind}"]
        lines += (
            _histogram(name, found)
            if kind == "histogram"
            else [_line(one.name, one.labels, one.value) for one in found]
        )
    return "\n".join(lines) + "\n"


def _family(name: str) -> str:
    for ending in ("_bucket", "_sum"):
        whole = name.removesuffix(ending)
        if whole != name and whole in FAMILIES and FAMILIES[whole][0] == "histogram":
            return whole
    return name


def _histogram(name: str, samples: Sequence[Sample]) -> list[str]:
    """Buckets were counted each alone; here each has what is below it too."""
    buckets: dict[tuple[tuple[str, str], ...], dict[str, float]] = {}
    sums: dict[tuple[tuple[str, str], ...], float] = {}
    for sample in samples:
        labels = tuple(one for one in sample.labels if one[0] != "le")
        if sample.name == f"{name}_bucket":
            buckets.setdefault(labels, {})[dict(sample.labels)["le"]] = sample.value
        else:
            sums[labels] = sample.value
    lines = []
    for labels, counted in sorted(buckets.items()):
        total = 0.0
        for bound in (*map(str, BUCKETS_S), "+Inf"):
            total += counted.get(bound, 0.0)
            lines.append(_line(f"{name}_bucket", (*labels, ("le", bound)), total))
        lines.append(_line(f"{name}_sum", labels, sums.get(labels, 0.0)))
        lines.append(_line(f"{name}_count", labels, total))
    return lines


def _line(name: str, labels: Sequence[tuple[str, str]], value: float) -> str:
    shown = ",".join(f'{one}="{_escaped(said)}"' for one, said in labels)
    number = str(int(value)) if value == int(value) else repr(round(value, 6))
    return f"{PREFIX}{name}{{{shown}}} {number}" if shown else f"{PREFIX}{name} {number}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
