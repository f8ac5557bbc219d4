"""Sample events for a laptop without any vendor: INTEGRATIONS_STUB_MODE, in development only."""

from datetime import UTC, datetime, timedelta

from modules.calendars.schemas import ExternalEvent


def sample_events(now: datetime) -> list[ExternalEvent]:
    tomorrow = datetime(now.year, now.month, now.day, 9, tzinfo=UTC) + timedelta(days=1)
    named = ((0, 60, "Sample: team meeting"), (180, 30, "Sample: delivery"), (1440, 480, "Sample: day off"))
    return [
        ExternalEvent(
            id=f"sample{number}",
            agent_id="sample",
            account="calendar@sample.example",
            summary=summary,
            start=(tomorrow + timedelta(minutes=after)).strftime("%Y-%m-%d %H:%M:%S"),
            end=(tomorrow + timedelta(minutes=after + length)).strftime("%Y-%m-%d %H:%M:%S"),
        )
        for number, (after, length, summary) in enumerate(named, 1)
    ]
