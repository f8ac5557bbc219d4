"""What happened, in figures: from analytics_daily, which is brought up to date before it is read."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from errors import Invalid
from modules.analytics import queries
from modules.analytics.counting import recount, span_of
from modules.engine.costs import CURRENCY, MICROS_A_MINOR
from modules.instants import read as read_instant
from modules.instants import stored
from ports.context import Ports
from ports.database import Row

MOST_DAYS = 366
DEFAULT_DAYS = 30
OPEN_DAYS = 40  # a conversation that began longer ago is over
FIGURES = (
    *("conversations", "messages_in", "messages_agent", "messages_human", "booked", "message_taken"),
    *("lead", "transferred", "answered", "abandoned", "positive", "negative", "call_s", "cost_micros"),
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Figures(BaseModel):
    conversations: int = 0
    messages_in: int = 0
    messages_agent: int = 0
    messages_human: int = 0
    booked: int = 0
    message_taken: int = 0
    lead: int = 0
    transferred: int = 0
    answered: int = 0
    abandoned: int = 0
    positive: int = 0
    negative: int = 0
    call_s: int = 0
    cost_minor: float = Field(default=0, description="In hundredths of the currency, with fractions.")


class Overview(BaseModel):
    first_day: str
    last_day: str
    timezone: str
    currency: str = CURRENCY
    total: Figures
    channels: dict[str, Figures]


class Day(BaseModel):
    day: str
    figures: Figures


class Dashboard(Overview):
    days: list[Day] = Field(description="Every day of the span, those without anything too.")
    before: Figures = Field(description="Of as many days before.")


class CallEnds(BaseModel):
    direction: str
    status: str
    count: int


class CallStats(BaseModel):
    first_day: str
    last_day: str
    figures: Figures
    ends: list[CallEnds] = Field(description="How many calls of each direction are in each state.")
    mean_duration_s: float | None = Field(description="Of the calls that are over.")
    model_turns: int = Field(description="Turns in which a model spoke; the two waits are of these.")
    first_words_p50_ms: float | None
    first_words_p95_ms: float | None


class Insight(BaseModel):
    kind: Literal["busiest_weekday", "automation", "trend", "sentiment", "unanswered", "abandoned"]
    value: float = Field(description="A share of 1, a change of 1, or a count: see `kind` and `detail`.")
    detail: str


class Insights(BaseModel):
    first_day: str
    last_day: str
    items: list[Insight]


async def overview(ports: Ports, tenant_id: str, first: date | None, last: date | None) -> Overview:
    """Raises Invalid for a span that is none, or too long."""
    zone, first, last, rows = await _read(ports, tenant_id, first, last)
    return _overview(zone, first, last, rows)


async def dashboard(ports: Ports, tenant_id: str, first: date | None, last: date | None) -> Dashboard:
    """Raises Invalid."""
    zone, first, last, rows = await _read(ports, tenant_id, first, last)
    length = (last - first).days + 1
    span = (first - timedelta(days=length)).isoformat(), (first - timedelta(days=1)).isoformat()
    (earlier,) = await ports.db.batch(queries.days(tenant_id, *span))
    by_day: dict[str, list[Row]] = {(first + timedelta(days=index)).isoformat(): [] for index in range(length)}
    for row in rows:
        by_day[str(row["day"])].append(row)
    return Dashboard(
        **_overview(zone, first, last, rows).model_dump(),
        days=[Day(day=day, figures=_sum(found)) for day, found in by_day.items()],
        before=_sum(earlier.rows),
    )


async def calls(ports: Ports, tenant_id: str, first: date | None, last: date | None) -> CallStats:
    """How calls went, how long they were, and how long callers waited for a model. Raises Invalid."""
    zone, first, last, rows = await _read(ports, tenant_id, first, last)
    span = span_of(first, last, zone)
    ends, waits = await ports.db.batch(queries.call_ends(tenant_id, span), queries.call_waits(tenant_id, span))
    measured = sum(int(row["measured"] or 0) for row in ends.rows)
    seconds = sum(int(row["seconds"] or 0) for row in ends.rows)
    wait = waits.rows[0]
    return CallStats(
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        figures=_sum([row for row in rows if row["channel"] == "voice"]),
        ends=[CallEnds.model_validate(row) for row in ends.rows],
        mean_duration_s=round(seconds / measured, 1) if measured else None,
        model_turns=int(wait["turns"] or 0),
        first_words_p50_ms=wait["p50"],
        first_words_p95_ms=wait["p95"],
    )


async def insights(ports: Ports, tenant_id: str, first: date | None, last: date | None) -> Insights:
    """What a busy owner should notice. Raises Invalid."""
    board = await dashboard(ports, tenant_id, first, last)
    (asked,) = await ports.db.batch(queries.open_questions(tenant_id, 5))
    total, items = board.total, []
    if total.conversations:
        weekdays: Counter[str] = Counter()
        for one in board.days:
            weekdays[WEEKDAYS[date.fromisoformat(one.day).weekday()]] += one.figures.conversations
        busiest, count = weekdays.most_common(1)[0]
        items.append(Insight(kind="busiest_weekday", value=count, detail=busiest))
        alone = total.conversations - total.transferred
        items.append(_share("automation", alone, total.conversations, "conversations without a human"))
        items.append(
            _share("abandoned", total.abandoned, total.conversations, "conversations in which nothing was said")
        )
        judged = total.positive + total.negative
        if judged:
            items.append(_share("sentiment", total.positive, judged, "positive, of those that were one or the other"))
    if board.before.conversations:
        change = total.conversations / board.before.conversations - 1
        items.append(Insight(kind="trend", value=round(change, 3), detail="conversations, against as many days before"))
    for row in asked.rows:
        items.append(Insight(kind="unanswered", value=int(row["count"] or 0), detail=str(row["question"])))
    return Insights(first_day=board.first_day, last_day=board.last_day, items=items)


def _share(kind: Literal["automation", "abandoned", "sentiment"], part: int, whole: int, detail: str) -> Insight:
    return Insight(kind=kind, value=round(part / whole, 3), detail=detail)


async def _read(
    ports: Ports, tenant_id: str, first: date | None, last: date | None
) -> tuple[ZoneInfo, date, date, Sequence[Row]]:
    """Counts anew what may have changed since it was counted, then reads."""
    now = ports.clock.now()
    (found,) = await ports.db.batch(queries.unsettled(tenant_id, stored(now - timedelta(days=OPEN_DAYS))))
    zone = ZoneInfo(str(found.rows[0]["timezone"]))
    today = now.astimezone(zone).date()
    last = last or today
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    if not timedelta(0) <= last - first < timedelta(days=MOST_DAYS):
        detail = f"from and to are a span of at most {MOST_DAYS} days"
        raise Invalid([{"pointer": "/from", "detail": detail}])
    changing = {_day(began, zone) for began in json.loads(str(found.rows[0]["began"]))} | {today}
    *_, days = await ports.db.batch(
        *recount(tenant_id, changing, zone, stored(now)), queries.days(tenant_id, first.isoformat(), last.isoformat())
    )
    return zone, first, last, days.rows


def _day(began: str, zone: ZoneInfo) -> date:
    at: datetime = read_instant(began)
    return at.astimezone(zone).date()


def _overview(zone: ZoneInfo, first: date, last: date, rows: Sequence[Row]) -> Overview:
    by_channel: dict[str, list[Row]] = {}
    for row in rows:
        by_channel.setdefault(str(row["channel"]), []).append(row)
    return Overview(
        first_day=first.isoformat(),
        last_day=last.isoformat(),
        timezone=zone.key,
        total=_sum(rows),
        channels={channel: _sum(found) for channel, found in sorted(by_channel.items())},
    )


def _sum(rows: Sequence[Row]) -> Figures:
    summed: Mapping[str, int] = {name: sum(int(row[name] or 0) for row in rows) for name in FIGURES}
    return Figures(**{**summed, "cost_minor": summed["cost_micros"] / MICROS_A_MINOR})
