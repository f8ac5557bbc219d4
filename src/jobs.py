"""What queue and cron run: each job done or put off, whatever becomes of the others."""

from collections.abc import Awaitable, Callable, Mapping

from driving import DRIVE, DRIVEN_AT_ONCE, drive_rows
from modules.appointments import telling, waiting
from modules.calendars import syncing
from modules.calls import opening
from modules.conclusions import service as conclusions
from modules.crawling import crawling
from modules.credentials import service as credentials
from modules.inbox import service as inbox
from modules.knowledge import indexing
from modules.messaging import outbox, sending
from modules.omnichannel import numbers
from modules.omnichannel.inbound import HANDLERS
from modules.operations import service as operations
from modules.personal_data import exports, leaving, retention, sweeping
from modules.phone_lines import advancing
from modules.phone_lines import service as phone_lines
from modules.threads import answering, files
from modules.threads.receiving import ANSWER_JOB
from modules.webhooks import delivering
from modules.webhooks import events as webhook_events
from ports import correlation
from ports.blobs import BlobsUnavailable
from ports.context import Ports
from ports.vendors import VendorUnavailable
from settings import Settings
from web.log import EventLog

CLEAN_UP = "clean_up"
HOUSEKEEPING = "*/5 * * * *"


Outcome = Mapping[str, object]


async def _clean_up(ports: Ports, job: Mapping[str, str]) -> Outcome:
    outcome = await operations.clean_up(ports)
    outcome = {**outcome, "idle_closed": await conclusions.close_idle(ports), **await retention.apply(ports)}
    return {**outcome, "vectors_too_many": await indexing.difference(ports)}


async def _send_message(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"message": job["id"], "outcome": await sending.send(ports, job["id"])}


async def _handle_event(ports: Ports, job: Mapping[str, str]) -> Outcome:
    """A failure of our own is written beside the event, and it is tried again later."""
    try:
        return {"inbound_event": job["id"], "outcome": await inbox.handle(ports, HANDLERS, job["id"])}
    except Exception as error:
        EventLog(job=inbox.JOB, inbound_event=job["id"]).error("event.failed", error)
        return {"inbound_event": job["id"], "outcome": await inbox.put_off(ports, job["id"], type(error).__name__)}


async def _prove_numbers(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"proven": await numbers.prove_all(ports, job["tenant_id"])}


async def _deliver_webhooks(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return await delivering.deliver_event(ports, job["tenant_id"], job["event_id"])


async def _offer_freed(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"offered": await waiting.offer_freed(ports, job["tenant_id"])}


async def _sync_calendar(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"outcome": await syncing.sync(ports, job["tenant_id"], job["connection_id"])}


async def _index_knowledge(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"outcome": await indexing.bring_up(ports, job["tenant_id"])}


async def _crawl_page(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"crawl": job["crawl_id"], "outcome": await crawling.crawl_page(ports, job["tenant_id"], job["crawl_id"])}


async def _advance_number(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"number": job["id"], "state": await advancing.advance(ports, job["tenant_id"], job["id"])}


async def _answer_conversation(ports: Ports, job: Mapping[str, str]) -> Outcome:
    """A failure of our own puts the answer off; after some of them a human is asked to give it."""
    tenant_id, conversation_id = job["tenant_id"], job["conversation_id"]
    named = {"tenant_id": tenant_id, "conversation": conversation_id}
    try:
        return {**named, "outcome": await answering.answer(ports, tenant_id, conversation_id)}
    except Exception as error:
        EventLog(job=ANSWER_JOB, **named).error("answer.failed", error)
        await answering.put_off(ports, tenant_id, conversation_id)
        return {**named, "outcome": "put_off"}


async def _keep_files(ports: Ports, job: Mapping[str, str]) -> Outcome:
    try:
        kept = await files.keep_files(ports, job["tenant_id"], job["channel"], job["message_id"])
    except (VendorUnavailable, BlobsUnavailable) as error:
        return {"files": "put_off", "reason": str(error)}
    return {"files": kept}


async def _make_greeting(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"has_audio": await opening.make_greeting(ports, job["tenant_id"], job["agent_id"])}


async def _export(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"export": job["id"], "outcome": await exports.make(ports, job["tenant_id"], job["id"])}


async def _erase(ports: Ports, job: Mapping[str, str]) -> Outcome:
    return {"erasure": job["tenant_id"], "state": await leaving.advance(ports, job["tenant_id"])}


async def _remove_traces(ports: Ports, job: Mapping[str, str]) -> Outcome:
    removed = await retention.remove_blobs(ports)
    await sweeping.begin(ports)
    return {"blobs_removed": removed, "is_swept": await sweeping.sweep(ports)}


async def _drive(ports: Ports, job: Mapping[str, str]) -> Outcome:
    """Everything that its own job has not brought to an end; a backlog is gone through one job after another."""
    events = await inbox.due(ports, DRIVEN_AT_ONCE)
    for event_id in events:
        await _handle_event(ports, {"id": event_id})
    rotation = await credentials.rewrap(ports, DRIVEN_AT_ONCE)
    driven, has_more = await drive_rows(ports)
    messages = await sending.send_due(ports, DRIVEN_AT_ONCE)
    webhooks = await delivering.deliver_due(ports, DRIVEN_AT_ONCE)
    if has_more or DRIVEN_AT_ONCE in (len(events), messages, rotation.rewrapped):
        await ports.jobs.send(DRIVE, {})
    counted = {"events": len(events), "messages": messages, "keys_rewrapped": rotation.rewrapped}
    return {**counted, **driven, "webhooks": webhooks}


JOBS: Mapping[str, Callable[[Ports, Mapping[str, str]], Awaitable[Outcome]]] = {
    CLEAN_UP: _clean_up,
    DRIVE: _drive,
    outbox.JOB: _send_message,
    inbox.JOB: _handle_event,
    numbers.JOB: _prove_numbers,
    webhook_events.JOB: _deliver_webhooks,
    telling.OFFER_JOB: _offer_freed,
    telling.SYNC_JOB: _sync_calendar,
    indexing.JOB: _index_knowledge,
    indexing.CONFIRM_JOB: _index_knowledge,
    crawling.JOB: _crawl_page,
    opening.JOB: _make_greeting,
    ANSWER_JOB: _answer_conversation,
    files.FILES_JOB: _keep_files,
    phone_lines.JOB: _advance_number,
    exports.JOB: _export,
    leaving.JOB: _erase,
    retention.JOB: _remove_traces,
}


async def run_schedule(settings: Settings, ports: Ports, cron: str) -> None:
    """Every minute: drive what was left; every five: housekeeping, and an alert when onboarding has stopped working."""
    correlation.begin(ports.ids.new("cron"))
    log = EventLog(cron=cron, correlation_id=correlation.current())
    try:
        await ports.jobs.send(DRIVE, {})
        if cron == HOUSEKEEPING:
            await ports.jobs.send(CLEAN_UP, {})
            if await operations.is_onboarding_stalled(ports):
                log.event("onboarding.stalled", severity="alert")
        log.event("cron.ran")
    except Exception as error:
        log.error("cron.failed", error)


async def run_job(settings: Settings, ports: Ports, job: dict[str, str]) -> bool:
    """Whether the job is done; one that is not comes again, and after its last try goes to the dead letters."""
    kind = job.get("kind", "")
    correlation.begin(job.get("correlation_id") or ports.ids.new("job"))
    log = EventLog(job=kind, correlation_id=correlation.current())
    if kind not in JOBS:
        log.event("job.unknown", severity="error")
        return False
    use, began_ms, outcome = ports.db.usage, ports.clock.monotonic_ms(), "done"
    before, written = use.round_trips, use.rows_written
    try:
        log.event("job.done", **await JOBS[kind](ports, job))
    except Exception as error:
        log.error("job.failed", error)
        outcome = "failed"
    ports.meter.count("jobs_total", job=kind, outcome=outcome)
    ports.meter.observe("job_seconds", (ports.clock.monotonic_ms() - began_ms) / 1000, job=kind)
    ports.meter.count("d1_round_trips_total", use.round_trips - before, work=f"job:{kind}")
    ports.meter.count("d1_rows_written_total", use.rows_written - written, work=f"job:{kind}")
    return outcome == "done"
