"""The figures that operators read, as they ask for them (docs: contract of the tables)."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.database.databases import SCHEMA, connect, insert, rows, run

SIGNED_UP = "SELECT COUNT(*) FROM tenants WHERE onboarding_completed = 1 AND created_at > datetime('now', '-1 day')"
AVERAGE = (
    "SELECT AVG((julianday(completed_at) - julianday(started_at)) * 86400) AS avg_seconds "
    "FROM onboarding_sessions WHERE status = 'completed' AND completed_at > datetime('now', '-7 days')"
)
SUCCESS = (
    "SELECT SUM(CASE WHEN status = 'completed' THEN 1 ELSE 0 END) * 100.0 / COUNT(*) AS success_rate "
    "FROM onboarding_sessions WHERE started_at > datetime('now', '-7 days')"
)
AGENT = "SELECT * FROM omni_agent_configs WHERE tenant_id = 'tenant_xxx'"

NOW = datetime(2026, 3, 29, 12, 0, 0, tzinfo=UTC)


def stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.") + f"{at.microsecond // 1000:03d}"


def before(**ago: float) -> str:
    return stored(NOW - timedelta(**ago))


def at_noon(sql: str) -> str:
    """The query with its clock stopped at NOW: the rest of it stays as operators type it."""
    assert "'now'" in sql
    return sql.replace("'now'", f"'{NOW:%Y-%m-%d %H:%M:%S}'")


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    made = connect()
    run(made, SCHEMA)
    yield made
    made.close()


def plant_tenant(db: sqlite3.Connection, tenant_id: str, created_at: str, completed: int = 1) -> None:
    insert(
        db,
        "tenants",
        {
            "id": tenant_id,
            "name": tenant_id,
            "slug": tenant_id,
            "onboarding_completed": completed,
            "created_at": created_at,
            "updated_at": created_at,
        },
    )


def plant_session(
    db: sqlite3.Connection, tenant_id: str, status: str, started_at: str, completed_at: str | None = None
) -> None:
    count = db.execute("SELECT COUNT(*) FROM onboarding_sessions").fetchone()[0]
    row = {"id": f"s{count}", "tenant_id": tenant_id, "status": status, "current_step": 5, "started_at": started_at}
    insert(db, "onboarding_sessions", {**row, "completed_at": completed_at, "updated_at": completed_at or started_at})


def test_completed_sign_ups_of_the_last_day_are_exact_to_the_second(db: sqlite3.Connection) -> None:
    plant_tenant(db, "just-inside", before(days=1, seconds=-1))
    plant_tenant(db, "just-outside", before(days=1, seconds=1))
    plant_tenant(db, "a-millisecond-outside", before(days=1, milliseconds=1))
    plant_tenant(db, "same-day-but-earlier", before(hours=24.5))
    plant_tenant(db, "unfinished", before(hours=1), completed=0)
    plant_tenant(db, "new", before(hours=1))

    assert db.execute(at_noon(SIGNED_UP)).fetchone()[0] == 2


def test_the_instant_of_exactly_one_day_ago_counts_within_its_second(db: sqlite3.Connection) -> None:
    plant_tenant(db, "on-the-second", before(days=1))

    # '... 12:00:00.000' sorts behind '... 12:00:00': the boundary itself belongs to the day, on every run alike.
    assert db.execute(at_noon(SIGNED_UP)).fetchone()[0] == 1


def test_the_query_runs_as_it_stands(db: sqlite3.Connection) -> None:
    now = datetime.now(UTC)
    plant_tenant(db, "new", stored(now - timedelta(hours=23, minutes=59)))
    plant_tenant(db, "old", stored(now - timedelta(hours=24, minutes=1)))

    assert db.execute(SIGNED_UP).fetchone()[0] == 1


def test_the_average_time_to_complete_counts_completed_sessions_of_the_week(db: sqlite3.Connection) -> None:
    plant_tenant(db, "t", before(days=30))
    plant_session(db, "t", "completed", before(hours=2), before(hours=1))
    plant_session(db, "t", "completed", before(days=8), before(days=7, seconds=-1))
    plant_session(db, "t", "completed", before(days=9), before(days=7, seconds=1))
    plant_session(db, "t", "abandoned", before(hours=3))

    seconds = db.execute(at_noon(AVERAGE)).fetchone()["avg_seconds"]

    assert seconds == pytest.approx((3600 + 86401) / 2, abs=0.001)


def test_the_success_rate_is_of_the_sessions_started_in_the_week(db: sqlite3.Connection) -> None:
    plant_tenant(db, "t", before(days=30))
    plant_session(db, "t", "completed", before(days=7, seconds=-1), before(days=1))
    plant_session(db, "t", "abandoned", before(days=2))
    plant_session(db, "t", "in_progress", before(hours=1))
    plant_session(db, "t", "completed", before(days=7, seconds=1), before(days=1))

    assert db.execute(at_noon(SUCCESS)).fetchone()["success_rate"] == pytest.approx(100 / 3)


def test_sessions_of_exactly_a_week_ago_count_within_their_second(db: sqlite3.Connection) -> None:
    plant_tenant(db, "t", before(days=30))
    plant_session(db, "t", "completed", before(days=7), before(days=6))
    plant_session(db, "t", "completed", before(days=7, minutes=2), before(days=7))
    plant_session(db, "t", "abandoned", before(days=7))
    plant_session(db, "t", "abandoned", before(days=7, milliseconds=1))
    plant_session(db, "t", "completed", before(days=8), before(days=7, milliseconds=1))

    assert db.execute(at_noon(AVERAGE)).fetchone()["avg_seconds"] == pytest.approx((86400 + 120) / 2, abs=0.001)
    assert db.execute(at_noon(SUCCESS)).fetchone()["success_rate"] == 50


def test_nothing_to_count_is_no_failure(db: sqlite3.Connection) -> None:
    assert db.execute(SIGNED_UP).fetchone()[0] == 0
    assert db.execute(AVERAGE).fetchone()["avg_seconds"] is None
    assert db.execute(SUCCESS).fetchone()["success_rate"] is None
    assert rows(db, AGENT) == []


def test_an_agent_is_read_by_its_tenant(db: sqlite3.Connection) -> None:
    for tenant in ("tenant_xxx", "tenant_yyy"):
        plant_tenant(db, tenant, before(hours=1))
        agent = {"id": f"agent-{tenant}", "tenant_id": tenant, "is_default": 1, "voice_id": "v1"}
        insert(db, "omni_agent_configs", {**agent, "created_at": before(hours=1), "updated_at": before(hours=1)})

    found = rows(db, AGENT)

    assert [row["id"] for row in found] == ["agent-tenant_xxx"]
    assert {"agent_type", "voice_id", "knowledge_base_ids", "enable_appointments", "updated_at"} <= found[0].keys()
