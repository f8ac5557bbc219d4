"""After the conversation: reported, told to the owner and to the business's systems, counted. Once."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from modules.analytics import counting
from modules.conclusions import queries, rules
from modules.conclusions.rules import Course, Report
from modules.conclusions.writing import by_model
from modules.engine.costs import CAP_DAY_MINOR, MICROS_A_MINOR, telephony_micros
from modules.engine.records import Spot, lead_saved
from modules.engine.results import LeadSaved
from modules.instants import Instant, stored
from modules.instants import read as read_instant
from modules.messaging import outbox
from modules.messaging.outbox import send_soon
from modules.omnichannel.agents import language_of
from modules.webhooks import events
from ports.context import Ports
from ports.database import Row, Statement

AGAIN = timedelta(minutes=5)
IDLE = timedelta(hours=12)  # of a written conversation: then it is over
IDLE_WITH_HUMAN = timedelta(days=4)
# What a text costs is the carrier's secret until the bill; list prices of November 2026, rounded up, in millionths.
SEGMENT_MICROS, WHATSAPP_MICROS, MAIL_MICROS = 75_000, 40_000, 1_000


class ConversationReport(BaseModel):
    summary: str
    sentiment: rules.Sentiment
    next_steps: list[str]
    fields: dict[str, str]
    made_by: str
    created_at: Instant


async def close_idle(ports: Ports) -> int:
    """Written conversations that have ended without anybody saying so; how many."""
    now = ports.clock.now()
    closing = queries.close_idle(stored(now - IDLE), stored(now - IDLE_WITH_HUMAN), stored(now))
    (closed,) = await ports.db.batch(closing, idempotent=True)
    return closed.changes


async def due(ports: Ports, limit: int) -> Sequence[Row]:
    (found,) = await ports.db.batch(queries.due(stored(ports.clock.now()), limit))
    return found.rows


async def conclude(ports: Ports, tenant_id: str, conversation_id: str) -> str:
    """What became of it: reported, or idle when another has it. What fails is tried again in some minutes."""
    now = ports.clock.now()
    again_at = stored(now + AGAIN)
    claimed, found = await ports.db.batch(
        queries.claim(tenant_id, conversation_id, stored(now), again_at),
        queries.conversation(tenant_id, conversation_id, stored(now)[:10]),
    )
    if claimed.first is None or found.first is None:
        return "idle"
    row = found.first
    course = _course(row)
    report = rules.report(course)
    if course.asked and not _is_spent(row):
        report = await by_model(ports, tenant_id, course, report)
    statements = _written(ports, (tenant_id, conversation_id), row, (course, report), again_at)
    results = await ports.db.batch(*statements)
    await events.deliver_soon(ports, results)
    if row["mails_reports"] and course.asked:
        await send_soon(ports, f"out_report_{conversation_id}")
    return "reported"


def _written(
    ports: Ports, place: tuple[str, str], row: Row, made: tuple[Course, Report], again_at: str
) -> list[Statement]:
    tenant_id, conversation_id = place
    course, report = made
    at, zone = stored(ports.clock.now()), ZoneInfo(str(row["timezone"]))
    day = read_instant(row["started_at"]).astimezone(zone).date()
    outcome = rules.outcome(course)
    values = (
        report.summary,
        report.sentiment,
        json.dumps(report.next_steps, ensure_ascii=False),
        json.dumps(dict(report.fields), ensure_ascii=False),
        report.made_by,
        report.cost_micros,
    )
    told: dict[str, object] = {"conversation_id": conversation_id, "channel": row["channel"], "outcome": outcome}
    told |= {"summary": report.summary, "sentiment": report.sentiment, "next_steps": list(report.next_steps)}
    statements = [
        queries.settle(tenant_id, conversation_id, outcome, again_at),
        queries.put_report(tenant_id, conversation_id, values, at),
        queries.put_usage(tenant_id, conversation_id, day.isoformat(), json.dumps(_used(row))),
        *_lead(ports, place, row, report, at),
        events.happened(ports.ids, tenant_id, "conversation.closed", told, at),
        *counting.recount(tenant_id, [day], zone, at),
    ]
    if row["mails_reports"] and course.asked:
        content = _mail(ports, conversation_id, row, made, outcome)
        statements.append(outbox.queue_for_owner(tenant_id, f"out_report_{conversation_id}", "report", content, at))
    return statements


def _course(row: Row) -> Course:
    return Course(
        language=language_of(str(row["language"])),
        said=[(str(role), str(words)) for role, words in json.loads(str(row["said"]))],
        deeds=[
            (str(name), str(when or ""), str(service or "")) for name, when, service in json.loads(str(row["deeds"]))
        ],
        noted=str(row["noted"]) if row["noted"] is not None else None,
        has_booking=bool(row["has_booking"]),
        has_lead=bool(row["has_lead"]),
        is_handed_over=row["handled_by"] == "human" or row["outcome"] == "transferred",
    )


def _is_spent(row: Row) -> bool:
    cap = CAP_DAY_MINOR if row["cost_cap_day_minor"] is None else int(row["cost_cap_day_minor"])
    return int(row["spent_day"] or 0) >= cap * MICROS_A_MINOR


def _used(row: Row) -> list[tuple[str, int, int]]:
    """(kind, quantity, cost in millionths) of what was used at all."""
    sent = [(str(channel), int(segments or 1)) for channel, segments in json.loads(str(row["sent"]))]
    seconds = int(row["duration_s"] or 0)
    segments = sum(count for channel, count in sent if channel == "sms")
    whatsapp, mails = (sum(channel == name for channel, _ in sent) for name in ("whatsapp", "email"))
    used = [
        ("call_s", seconds, telephony_micros(seconds)),
        ("sms_segments", segments, segments * SEGMENT_MICROS),
        ("whatsapp_messages", whatsapp, whatsapp * WHATSAPP_MICROS),
        ("mails", mails, mails * MAIL_MICROS),
        ("agent_turns", int(row["turns"] or 0), int(row["turn_micros"] or 0)),
    ]
    return [one for one in used if one[1]]


def _lead(ports: Ports, place: tuple[str, str], row: Row, report: Report, at: str) -> list[Statement]:
    """Somebody who told what they are interested in, and that nobody has noted."""
    if row["has_lead"] or "interest" not in report.fields or not (row["customer_phone"] or row["customer_email"]):
        return []
    customer_id = str(row["customer_id"]) if row["customer_id"] else None
    phone = str(row["customer_phone"]) if row["customer_phone"] else None
    spot = Spot(place[0], place[1], 0, customer_id, phone)
    told = report.fields
    beside = {name: told[name] for name in ("budget", "timeframe") if name in told}
    return lead_saved(ports.ids, spot, LeadSaved(told["interest"], told.get("name"), told.get("email"), beside), at)


def _mail(ports: Ports, conversation_id: str, row: Row, made: tuple[Course, Report], outcome: str) -> str:
    course, report = made
    who = row["customer_name"] or row["customer_phone"] or row["customer_email"] or ""
    local = read_instant(row["started_at"]).astimezone(ZoneInfo(str(row["timezone"])))
    values = {
        "business": str(row["business"]),
        "who": str(who),
        "channel": str(row["channel"]),
        "when": _when(local),
        "summary": report.summary,
        "steps": "\n".join(f"- {step}" for step in report.next_steps) or "-",
        "outcome": outcome,
        "link": f"{ports.app_url}/conversations/{conversation_id}" if ports.app_url else "",
    }
    return outbox.content(course.language, "", **values)


def _when(local: datetime) -> str:
    return local.strftime("%Y-%m-%d %H:%M")


def reading(tenant_id: str, conversation_id: str) -> Statement:
    """For the batch of whoever shows a conversation."""
    return queries.report(tenant_id, conversation_id)


def report_of(row: Row | None) -> ConversationReport | None:
    if row is None:
        return None
    read = {name: json.loads(str(row[name])) for name in ("next_steps", "fields")}
    return ConversationReport.model_validate({**row, **read})
