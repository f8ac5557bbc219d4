from typing import Any

import httpx
import pytest

from tests.support.business import STEPS, onboard, save, sign_up, start
from tests.support.fakes import VARIABLES, World

NUMBER, OTHER_NUMBER = "+33199001234", "+33199005678"
BASE = "/api/v1/onboarding"
ADMIN = {"Authorization": f"Bearer {VARIABLES['ADMIN_API_KEY']}"}


@pytest.fixture
def session(client: httpx.Client) -> str:
    """A session whose first three steps are saved."""
    sign_up(client)
    session = start(client)
    for step in ("business", "knowledge", "services"):
        assert save(client, session, step).status_code == 200
    return session


def facts(world: World) -> dict[str, Any]:
    """All rows but the log of what was tried."""
    return {table: rows for table, rows in world.db.dump().items() if table != "onboarding_events"}


def test_one_open_session_a_tenant(client: httpx.Client, world: World) -> None:
    sign_up(client)
    first = client.post(f"{BASE}/start")
    again = client.post(f"{BASE}/start")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["session"] | {"id": ""} == {
        "id": "",
        "status": "in_progress",
        "current_step": 1,
        "started_at": "2026-11-20T11:00:00.000Z",
        "completed_at": None,
        "updated_at": "2026-11-20T11:00:00.000Z",
    }
    assert world.db.rows("SELECT COUNT(*) AS n FROM onboarding_sessions") == [{"n": 1}]


def test_each_step_is_one_read_and_one_write(client: httpx.Client, world: World) -> None:
    sign_up(client)
    session = start(client)
    for number, step in enumerate(("business", "knowledge", "services", "assistant"), start=2):
        world.db.batches.clear()
        answer = save(client, session, step, **({"phone_number": NUMBER} if step == "assistant" else {}))
        assert (answer.status_code, answer.json()["session"]["current_step"]) == (200, number)
        reads, writes = world.db.batches  # who is asking, then the step
        assert all(statement.is_read for statement in reads)
        assert not all(statement.is_read for statement in writes)


def test_business_facts_stand_where_the_agent_reads_them(client: httpx.Client, world: World) -> None:
    tenant_id = onboard(client, number=NUMBER)
    (row,) = world.db.rows("SELECT name, company_name, phone, onboarding_completed FROM tenants")
    assert row == {
        "name": "Garage Exemple",
        "company_name": "Garage Exemple",
        "phone": "+33199001234",
        "onboarding_completed": 1,
    }
    assert world.db.rows("SELECT COUNT(*) AS n FROM opening_hours WHERE tenant_id = ?", tenant_id) == [{"n": 11}]
    assert world.db.rows("SELECT name, price_minor FROM services ORDER BY position")[0] == {
        "name": "Vidange",
        "price_minor": 8900,
    }


def test_the_assistant_step_writes_agent_version_number_and_session(
    client: httpx.Client, session: str, world: World
) -> None:
    answer = save(client, session, "assistant", phone_number="01 99 00 12 34").json()
    assert answer["agent"]["agent_name"] == "Camille"
    assert answer["agent"]["is_default"] is True
    assert answer["phone_mapping"]["phone_number"] == NUMBER
    assert answer["phone_mapping"]["agent_id"] == answer["agent"]["id"]
    assert answer["session"]["current_step"] == 5
    assert world.db.rows("SELECT version FROM omni_agent_versions") == [{"version": 1}]


def test_a_step_sent_again_replaces_what_it_wrote(client: httpx.Client, session: str, world: World) -> None:
    for _ in range(2):
        for step in ("business", "knowledge", "services"):
            assert save(client, session, step).status_code == 200
        assert save(client, session, "assistant", phone_number=NUMBER).status_code == 200
    moved = save(client, session, "assistant", phone_number=OTHER_NUMBER, agent_name="Alex").json()
    counts = {
        table: world.db.rows(f"SELECT COUNT(*) AS n FROM {table}")[0]["n"]
        for table in ("knowledge_faq", "services", "omni_agent_configs", "omni_agent_versions", "omni_phone_mappings")
    }
    assert counts == {
        "knowledge_faq": 4,
        "services": 4,
        "omni_agent_configs": 1,
        "omni_agent_versions": 1,
        "omni_phone_mappings": 1,
    }
    assert moved["agent"]["version"] == 1
    assert world.db.rows("SELECT phone_number FROM omni_phone_mappings") == [{"phone_number": OTHER_NUMBER}]


def test_a_number_of_another_tenant_is_refused_and_nothing_changes(
    client: httpx.Client, other: httpx.Client, session: str, world: World
) -> None:
    onboard(other, number=NUMBER)
    before = facts(world)
    answer = save(client, session, "assistant", phone_number=NUMBER)
    assert (answer.status_code, answer.json()["code"]) == (409, "phone_number_taken")
    assert facts(world) == before
    assert world.db.rows("SELECT step, reason FROM onboarding_events WHERE event = 'failed'") == [
        {"step": "assistant", "reason": "phone_number_taken"}
    ]


def test_an_unproven_claim_in_production_blocks_nobody_and_yields_to_the_proven(world: World) -> None:
    from tests.support.http import client_of

    production = World(ENVIRONMENT="production")
    with client_of(production) as first, client_of(production) as second:
        onboard(first, number=NUMBER)
        onboard(second, number=NUMBER)
    claims = production.db.rows("SELECT verified_at, is_active FROM omni_phone_mappings")
    assert claims == [{"verified_at": None, "is_active": 1}] * 2


@pytest.mark.parametrize("step", ["business", "knowledge", "services", "assistant"])
def test_a_batch_that_breaks_at_any_statement_leaves_no_row(client: httpx.Client, world: World, step: str) -> None:
    sign_up(client)
    session = start(client)
    for earlier in ("business", "knowledge", "services", "assistant"):
        if earlier == step:
            break
        save(client, session, earlier)
    changes = {"phone_number": NUMBER} if step == "assistant" else {}
    before = world.db.dump()
    broken = 0
    for k in range(20):
        world.db.fail_at = k + 100  # the read of who is asking is not what breaks
        statements = _statements_of(client, world, session, step, changes, k)
        world.db.fail_at = None
        if statements is None:
            break
        broken += 1
        after = world.db.dump()
        failures = [row for row in after.pop("onboarding_events") if "failed" in row]
        assert len(failures) == k + 1
        assert after == {table: rows for table, rows in before.items() if table != "onboarding_events"}
    assert broken >= 3
    assert save(client, session, step, **changes).status_code == 200


def _statements_of(
    client: httpx.Client, world: World, session: str, step: str, changes: dict[str, Any], k: int
) -> int | None:
    """Breaks the step's own batch before statement k; None when it has no such statement and went through."""
    run = world.db.batch
    seen = 0

    async def breaking(*statements: Any, idempotent: bool = False) -> Any:
        nonlocal seen
        seen += 1
        world.db.fail_at = k if seen == 2 else None
        return await run(*statements, idempotent=idempotent)

    world.db.batch = breaking  # type: ignore[method-assign]
    try:
        answer = save(client, session, step, **changes)
    finally:
        world.db.batch = run  # type: ignore[method-assign]
    if answer.status_code == 200:
        return None
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    return seen


def test_steps_come_in_their_order(client: httpx.Client, world: World) -> None:
    sign_up(client)
    session = start(client)
    before = facts(world)
    answer = save(client, session, "services")
    assert (answer.status_code, answer.json()["code"], answer.json()["current_step"]) == (409, "step_out_of_order", 1)
    assert facts(world) == before


def test_completion_names_what_is_missing(client: httpx.Client) -> None:
    sign_up(client)
    session = start(client)
    save(client, session, "business")
    answer = client.post(f"{BASE}/session/{session}/complete")
    assert (answer.status_code, answer.json()["code"]) == (409, "onboarding_incomplete")
    assert answer.json()["missing_steps"] == ["knowledge", "services", "assistant"]


def test_only_knowledge_and_services_can_be_skipped(client: httpx.Client, world: World) -> None:
    sign_up(client)
    session = start(client)
    assert client.post(f"{BASE}/session/{session}/business/skip").status_code == 422
    save(client, session, "business")
    for step in ("knowledge", "services"):
        assert client.post(f"{BASE}/session/{session}/{step}/skip").status_code == 200
    assert save(client, session, "assistant", phone_number=NUMBER).status_code == 200
    done = client.post(f"{BASE}/session/{session}/complete")
    assert (done.status_code, done.json()["session"]["status"]) == (200, "completed")
    states = world.db.rows("SELECT state FROM onboarding_steps ORDER BY step")
    assert [row["state"] for row in states] == ["saved", "skipped", "skipped", "saved"]


def test_after_completion_nothing_is_taken(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    (row,) = world.db.rows("SELECT id FROM onboarding_sessions")
    before = facts(world)
    calls = [save(client, str(row["id"]), step) for step in STEPS]
    calls.append(client.post(f"{BASE}/session/{row['id']}/complete"))
    calls.append(client.post(f"{BASE}/session/{row['id']}/knowledge/skip"))
    calls.append(client.post(f"{BASE}/start"))
    assert {(a.status_code, a.json()["code"]) for a in calls} == {(409, "onboarding_completed")}
    assert facts(world) == before


def test_a_session_of_another_tenant_is_not_there(client: httpx.Client, other: httpx.Client, world: World) -> None:
    sign_up(client)
    session = start(client)
    sign_up(other)
    before = facts(world)
    answers = [save(other, session, "business"), other.get(f"{BASE}/session/{session}")]
    answers.append(other.post(f"{BASE}/session/{session}/complete"))
    answers.append(other.post(f"{BASE}/session/{session}/event", json={"step": "business", "event": "entered"}))
    assert {a.status_code for a in answers} == {404}
    assert facts(world) == before


def test_another_device_goes_on_where_this_one_stopped(client: httpx.Client, session: str) -> None:
    state = client.get(f"{BASE}/state").json()
    assert (state["session"]["current_step"], state["onboarding_completed"]) == (4, False)
    assert list(state["steps"]) == ["business", "knowledge", "services"]
    data = client.get(f"{BASE}/session/{session}").json()["session"]["data"]
    assert data["business"]["opening_hours"]["sat"] == [["09:00", "12:30"]]
    assert data["knowledge"]["faqs"][0]["question"] == "Prêtez-vous une voiture pendant les réparations ?"
    assert data["services"]["transfer_number"] == "+33199004321"
    assert data["agent"] is None


def test_the_funnel_counts_what_happened_on_the_way(client: httpx.Client, session: str) -> None:
    event = {"step": "assistant", "event": "entered"}
    assert client.post(f"{BASE}/session/{session}/event", json=event).status_code == 201
    save(client, session, "assistant", phone_number="12")
    save(client, session, "assistant", agent_type="butcher")
    rows = client.get("/api/v1/admin/onboarding/funnel", headers=ADMIN).json()["items"]
    counted = {(row["step"], row["event"]): row["events"] for row in rows}
    assert counted == {
        (None, "started"): 1,
        ("business", "saved"): 1,
        ("knowledge", "saved"): 1,
        ("services", "saved"): 1,
        ("assistant", "entered"): 1,
        ("assistant", "failed"): 2,
    }
    assert client.get("/api/v1/admin/onboarding/funnel").status_code == 401


def test_seven_agent_types_in_both_languages(client: httpx.Client) -> None:
    sign_up(client)
    french, english = (
        client.get(f"{BASE}/agent-types", params={"language": language}).json()["items"] for language in ("fr", "en")
    )
    assert [kind["id"] for kind in french] == [kind["id"] for kind in english]
    assert len(french) == 7
    assert client.get(f"{BASE}/agent-types", params={"language": "de"}).status_code == 422


HOURS = {
    "no length": {"mon": [["09:00", "09:00"]]},
    "overlap": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]},
    "no time": {"mon": [["9:00", "12:00"]]},
    "no weekday": {"monday": [["09:00", "12:00"]]},
    "past midnight in between": {"mon": [["09:00", "02:00"], ["18:00", "20:00"]]},
    "hour 24 opens": {"mon": [["24:00", "02:00"]]},
}


@pytest.mark.parametrize(
    ("step", "changes", "pointer"),
    [
        *[("business", {"opening_hours": hours}, "/opening_hours") for hours in HOURS.values()],
        ("business", {"timezone": "Paris"}, "/timezone"),
        ("business", {"timezone": "../../etc/passwd"}, "/timezone"),
        ("business", {"timezone": "Europe"}, "/timezone"),
        ("business", {"country": "France"}, "/country"),
        ("business", {"phone": "12"}, "/phone"),
        ("business", {"website": "javascript:alert(1)"}, "/website"),
        ("business", {"company_name": "   "}, "/company_name"),
        ("business", {"company_name": "a\u0000b"}, "/company_name"),
        ("business", {"email": "not an address"}, "/email"),
        ("business", {"unknown": 1}, "/unknown"),
        ("knowledge", {"faqs": [{"question": "?", "answer": ""}]}, "/faqs/0/answer"),
        ("knowledge", {"urls": ["ftp://sample.example"]}, "/urls/0"),
        ("services", {"services": [{"name": "x", "duration_min": "30"}]}, "/services/0/duration_min"),
        ("services", {"services": [{"name": "x", "duration_min": 0}]}, "/services/0/duration_min"),
        (
            "services",
            {"services": [{"name": "x", "duration_min": 30, "price_minor": 2**60}]},
            "/services/0/price_minor",
        ),
        ("services", {"transfer_number": "0000"}, "/transfer_number"),
        ("assistant", {"voice_language": "français"}, "/voice_language"),
        ("assistant", {"enable_products": "yes"}, "/enable_products"),
        ("assistant", {"phone_number": "hello"}, "/phone_number"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_stored(
    client: httpx.Client, session: str, world: World, step: str, changes: dict[str, Any], pointer: str
) -> None:
    before = facts(world)
    answer = save(client, session, step, **changes)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)
    assert facts(world) == before


def test_what_forms_leave_empty_is_no_value(client: httpx.Client, world: World) -> None:
    sign_up(client)
    session = start(client)
    blank = {"email": "", "phone": " ", "address": "", "website": "", "opening_hours": {}}
    assert save(client, session, "business", **blank).status_code == 200
    assert world.db.rows("SELECT email, phone, address, website FROM tenants") == [
        {"email": None, "phone": None, "address": None, "website": None}
    ]


def test_sql_and_markup_are_text(client: httpx.Client, world: World) -> None:
    sign_up(client)
    session = start(client)
    nasty = "Robert'); DROP TABLE tenants;-- <script>&amp;\"</Say>"
    assert save(client, session, "business", company_name=nasty).status_code == 200
    assert world.db.rows("SELECT name FROM tenants") == [{"name": nasty}]
