"""Booking, moving, cancelling: the answer and the rows. Noon of the tests is Friday 20 November 2026, 12:00 in Paris."""

import json
from typing import Any

import httpx
import pytest

from tests.support.business import save, sign_in, sign_up, start
from tests.support.diary import CALLER, book, open_business, service_id, slots, staff_id
from tests.support.fakes import World
from tests.support.http import client_of

TUESDAY = ("2026-11-24", "2026-11-25")
NINE = "2026-11-24T09:00:00+01:00"


@pytest.fixture
def vidange(client: httpx.Client) -> str:
    return open_business(client)


def appointments(world: World) -> list[dict[str, Any]]:
    return world.db.rows("SELECT * FROM appointments ORDER BY id")


def test_free_starts_are_those_of_the_opening_hours(client: httpx.Client, vidange: str) -> None:
    found = slots(client, vidange, *TUESDAY)
    assert [one["local"][11:16] for one in found[:3]] == ["08:30", "08:45", "09:00"]
    assert found[0]["start"] == "2026-11-24T07:30:00Z"
    assert found[0]["end"] == "2026-11-24T08:15:00Z"
    assert found[0]["local"] == "2026-11-24T08:30:00+01:00"
    assert found[-1]["local"][11:16] == "17:45"  # 45 minutes until 18:30
    assert "11:15" in {one["local"][11:16] for one in found}
    assert "11:30" not in {one["local"][11:16] for one in found}


def test_a_zone_and_instants_can_be_asked_for(client: httpx.Client, vidange: str) -> None:
    found = slots(client, vidange, *TUESDAY, timezone="America/New_York")
    assert found[0]["local"] == "2026-11-24T02:30:00-05:00"
    some = slots(client, vidange, "2026-11-24T09:00:00+01:00", "2026-11-24T09:30:00+01:00")
    assert [one["local"][11:16] for one in some] == ["09:00", "09:15"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"from": "tomorrow"}, "/query/from"),
        ({"to": "2026-11-24"}, "/query/to"),
        ({"to": "2027-11-24"}, "/query/to"),
        ({"timezone": "Mars/Olympus"}, "/query/timezone"),
        ({"from": "9999-12-30", "to": "9999-12-31"}, "/query/from"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "/query/from"),
    ],
)
def test_a_query_that_makes_no_sense(client: httpx.Client, vidange: str, changes: dict[str, str], pointer: str) -> None:
    params = {"service_id": vidange, "from": TUESDAY[0], "to": TUESDAY[1]} | changes
    answer = client.get("/api/v1/appointments/slots", params=params)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_booking_writes_it_once_and_tells(world: World, client: httpx.Client, vidange: str) -> None:
    before = world.db.usage.round_trips
    answer = book(client, vidange, NINE, notes="Voiture de prêt")
    assert answer.status_code == 201, answer.text
    assert world.db.usage.round_trips - before == 3  # who asks, the diary, the booking
    made = answer.json()["appointment"]
    assert made["status"] == "booked"
    assert (made["start"], made["end"]) == ("2026-11-24T08:00:00Z", "2026-11-24T08:45:00Z")
    assert made["agent_id"] == staff_id(client)
    (row,) = appointments(world)
    assert row["busy_to"] == "2026-11-24 08:45:00.000"
    assert row["day"] == "2026-11-24"
    (customer,) = world.db.rows("SELECT * FROM customer_details WHERE phone = '+33639980001'")
    assert (customer["name"], customer["email"], row["customer_id"]) == (
        CALLER["name"],
        CALLER["email"],
        customer["id"],
    )
    mail, text = world.db.rows("SELECT * FROM outbox WHERE id LIKE 'out_apt%' ORDER BY channel")
    assert (mail["channel"], mail["recipient"], text["recipient"]) == ("email", CALLER["email"], "+33639980001")
    invitation = json.loads(json.loads(str(mail["content"]))["invitation"])
    assert (invitation["method"], invitation["sequence"], invitation["start"]) == ("REQUEST", 0, "2026-11-24T08:00:00Z")


def test_a_taken_time_is_taken_for_everything_that_overlaps(world: World, client: httpx.Client, vidange: str) -> None:
    assert book(client, vidange, NINE).status_code == 201
    for clock in ("08:30", "08:45", "09:00", "09:15", "09:30"):
        answer = book(client, vidange, f"2026-11-24T{clock}:00+01:00")
        assert answer.status_code == 409, clock
        problem = answer.json()
        assert problem["code"] == "slot_taken"
        assert [one["local"][11:16] for one in problem["alternatives"]] == ["09:45", "10:00", "10:15"]
    assert len(appointments(world)) == 1
    assert "09:15" not in {one["local"][11:16] for one in slots(client, vidange, *TUESDAY)}


@pytest.mark.parametrize(
    "start",
    [
        "2026-11-24T07:00:00+01:00",  # closed
        "2026-11-24T09:05:00+01:00",  # no start
        "2026-11-20T12:30:00+01:00",  # within the hour of notice
        "2026-11-19T09:00:00+01:00",  # past
        "2027-06-01T09:00:00+02:00",  # over the horizon
    ],
)
def test_what_the_rules_do_not_have_cannot_be_booked(
    world: World, client: httpx.Client, vidange: str, start: str
) -> None:
    answer = book(client, vidange, start)
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_unavailable")
    assert appointments(world) == []


def test_the_rules_are_compared_when_it_is_written(world: World, client: httpx.Client, vidange: str) -> None:
    """Closed between the reading and the writing."""
    db, real = world.db, world.db.batch
    closing = """INSERT INTO availability_slots (id, tenant_id, kind, first_day, last_day, created_at)
      SELECT 'avl_late', id, 'override', '2026-11-24', '2026-11-24', created_at FROM tenants
      WHERE true ON CONFLICT DO NOTHING"""

    async def batch(*statements: Any, idempotent: bool = False) -> Any:
        if any("INSERT INTO appointments" in one.sql for one in statements):
            db.connection.execute(closing)
        return await real(*statements, idempotent=idempotent)

    db.batch = batch  # type: ignore[method-assign]
    answer = book(client, vidange, NINE)
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_unavailable")
    assert appointments(world) == []
    assert world.db.rows("SELECT id FROM outbox WHERE id LIKE 'out_apt%'") == []


def test_a_failure_at_every_step_leaves_nothing(world: World, client: httpx.Client, vidange: str) -> None:
    before = world.db.dump()
    for number in range(7):
        world.db.fail_in = ("INSERT INTO appointments", number)
        assert book(client, vidange, NINE).status_code == 503, number
    world.db.fail_in = None
    assert world.db.dump() == before
    assert book(client, vidange, NINE).status_code == 201


def test_a_repeat_with_its_key_is_one_appointment(world: World, client: httpx.Client, vidange: str) -> None:
    answers = [
        client.post(
            "/api/v1/appointments",
            json={"service_id": vidange, "start": NINE, "customer": CALLER},
            headers={"Idempotency-Key": "one"},
        )
        for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(appointments(world)) == 1


def test_moving_frees_the_one_time_and_takes_the_other(world: World, client: httpx.Client, vidange: str) -> None:
    made = book(client, vidange, NINE).json()["appointment"]
    other = book(client, vidange, "2026-11-24T10:00:00+01:00").json()["appointment"]
    taken = client.patch(f"/api/v1/appointments/{made['id']}", json={"start": other["start"]})
    assert (taken.status_code, taken.json()["code"]) == (409, "slot_taken")
    moved = client.patch(f"/api/v1/appointments/{made['id']}", json={"start": "2026-11-24T09:15:00+01:00"})
    assert moved.status_code == 200, moved.text  # overlaps its own old time only
    assert (moved.json()["appointment"]["sequence"], moved.json()["appointment"]["local"]) == (
        1,
        "2026-11-24T09:15:00+01:00",
    )
    again = client.patch(f"/api/v1/appointments/{made['id']}", json={"start": "2026-11-24T09:15:00+01:00"})
    assert again.json()["appointment"]["sequence"] == 1
    mails = world.db.rows(
        "SELECT id, status FROM outbox WHERE channel = 'email' AND id LIKE ? ORDER BY id", f"out_{made['id']}%"
    )
    assert [(str(one["id"])[-7:], one["status"]) for one in mails] == [("0_email", "unsent"), ("1_email", "queued")]


def test_cancelling_frees_the_time_once(world: World, client: httpx.Client, vidange: str) -> None:
    made = book(client, vidange, NINE).json()["appointment"]
    path = f"/api/v1/appointments/{made['id']}"
    first = client.post(f"{path}/cancel", json={"reason": "Le client a appelé"})
    assert first.json()["appointment"]["status"] == "cancelled"
    assert first.json()["appointment"]["cancelled_by"] == "business"
    assert client.post(f"{path}/cancel").json() == first.json()
    assert len(world.db.rows("SELECT id FROM outbox WHERE id LIKE ?", f"out_{made['id']}_1%")) == 2
    assert client.patch(path, json={"start": "2026-11-24T10:00:00+01:00"}).json()["code"] == "appointment_closed"
    assert book(client, vidange, NINE).status_code == 201


def test_a_no_show_is_one_that_has_begun(world: World, client: httpx.Client, vidange: str) -> None:
    made = book(client, vidange, "2026-11-20T14:00:00+01:00").json()["appointment"]
    path = f"/api/v1/appointments/{made['id']}/no-show"
    assert client.post(path).json()["code"] == "appointment_not_begun"
    world.clock.advance(minutes=125)
    sign_in(client, str(world.db.rows("SELECT email FROM users")[0]["email"]))
    assert client.post(path).json()["appointment"]["status"] == "no_show"
    assert client.post(path).status_code == 200


def test_a_hold_keeps_the_time_for_five_minutes(world: World, client: httpx.Client, vidange: str) -> None:
    held = client.post("/api/v1/appointments/holds", json={"service_id": vidange, "start": NINE})
    assert held.status_code == 201, held.text
    hold = held.json()["appointment"]
    assert (hold["status"], hold["customer"]) == ("held", None)
    assert book(client, vidange, NINE).json()["code"] == "slot_taken"
    assert client.get("/api/v1/appointments").json()["items"] == []
    assert book(client, vidange, NINE, hold_id=hold["id"]).status_code == 201
    assert [row["status"] for row in appointments(world)] == ["booked"]


def test_a_hold_ends_by_itself(world: World, client: httpx.Client, vidange: str) -> None:
    client.post("/api/v1/appointments/holds", json={"service_id": vidange, "start": NINE})
    world.clock.advance(minutes=5, seconds=1)
    assert book(client, vidange, NINE).status_code == 201


def test_a_session_takes_as_many_as_it_has_seats(world: World, client: httpx.Client, vidange: str) -> None:
    yoga = {"name": "Cours collectif", "duration_min": 60, "capacity": 2, "interval_min": 60}
    course = client.post("/api/v1/services", json=yoga).json()["service"]["id"]
    start = "2026-11-24T09:30:00+01:00"
    assert [book(client, course, start).status_code for _ in range(3)] == [201, 201, 409]
    assert book(client, vidange, NINE).status_code == 409
    assert len(appointments(world)) == 2


def test_daily_limits(client: httpx.Client, vidange: str) -> None:
    limited = client.patch(f"/api/v1/services/{vidange}", json={"daily_limit": 1})
    assert limited.status_code == 200, limited.text
    assert book(client, vidange, NINE).status_code == 201
    assert slots(client, vidange, *TUESDAY) == []
    answer = book(client, vidange, "2026-11-24T15:00:00+01:00")
    assert answer.json()["alternatives"][0]["local"] == "2026-11-25T08:30:00+01:00"


def test_holidays_overrides_and_blocks(client: httpx.Client, vidange: str) -> None:
    assert slots(client, vidange, "2026-12-25", "2026-12-26") == []
    block = {"kind": "block", "starts_at": "2026-11-24T08:00:00+01:00", "ends_at": "2026-11-24T17:00:00+01:00"}
    assert client.post("/api/v1/availability", json=block).status_code == 201
    assert slots(client, vidange, *TUESDAY)[0]["local"][11:16] == "17:00"
    closed = {"kind": "override", "first_day": "2026-11-25", "last_day": "2026-11-27"}
    row = client.post("/api/v1/availability", json=closed).json()["availability"]
    assert slots(client, vidange, "2026-11-25", "2026-11-28") == []
    assert client.delete(f"/api/v1/availability/{row['id']}").status_code == 200
    assert slots(client, vidange, "2026-11-25", "2026-11-28") != []


def test_staff_with_their_own_week_and_services(client: httpx.Client, vidange: str) -> None:
    julie = client.post("/api/v1/agents", json={"name": "Julie", "service_ids": [vidange]}).json()["agent"]
    week = {"hours": {"tue": [["20:00", "22:00"]]}}
    assert client.put(f"/api/v1/availability/weekly/{julie['id']}", json=week).status_code == 200
    late = slots(client, vidange, *TUESDAY, agent_id=julie["id"])
    assert [one["local"][11:16] for one in late][:1] == ["20:00"]
    from_december = {"hours": {"tue": [["06:00", "07:00"]]}, "first_day": "2026-12-01"}
    items = client.put(f"/api/v1/availability/weekly/{julie['id']}", json=from_december).json()["items"]
    assert [(one["opens"], one["first_day"], one["last_day"]) for one in items] == [
        ("20:00", None, "2026-11-30"),
        ("06:00", "2026-12-01", None),
    ]
    assert slots(client, vidange, "2026-12-01", "2026-12-02", agent_id=julie["id"])[0]["local"][11:16] == "06:00"
    assert book(client, vidange, late[0]["start"], agent_id=julie["id"]).status_code == 201
    gone = client.delete(f"/api/v1/agents/{julie['id']}")
    assert (gone.status_code, gone.json()["code"]) == (409, "staff_booked")
    other = next(one["id"] for one in client.get("/api/v1/agents").json()["items"] if one["id"] != julie["id"])
    assert client.delete(f"/api/v1/agents/{other}").status_code == 200


def test_the_last_of_the_staff_stays(client: httpx.Client, vidange: str) -> None:
    answer = client.delete(f"/api/v1/agents/{staff_id(client)}")
    assert (answer.status_code, answer.json()["code"]) == (409, "last_staff")


def test_what_a_service_needs_has_to_be_given(client: httpx.Client, vidange: str) -> None:
    client.patch(f"/api/v1/services/{vidange}", json={"required_fields": ["email", "notes"]})
    answer = book(client, vidange, NINE, customer={"name": "Sample Customer", "phone": "0639980001"})
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/customer/email", "/notes"]


def test_two_businesses_do_not_see_each_other(world: World, client: httpx.Client, vidange: str) -> None:
    made = book(client, vidange, NINE).json()["appointment"]
    with client_of(world) as stranger:
        theirs = open_business(stranger, None)
        assert book(stranger, vidange, NINE).status_code == 404
        assert book(stranger, theirs, NINE).status_code == 201
        assert stranger.get(f"/api/v1/appointments/{made['id']}").status_code == 404
        assert stranger.post(f"/api/v1/appointments/{made['id']}/cancel").status_code == 404
        assert len(stranger.get("/api/v1/appointments").json()["items"]) == 1


def test_webhooks_tell_of_it(world: World, client: httpx.Client, vidange: str) -> None:
    endpoint = {"url": "https://hooks.sample.example/receiver/sample", "events": ["*"]}
    answer = client.post("/api/v1/webhook-endpoints", json=endpoint)
    assert answer.status_code == 201, answer.text
    made = book(client, vidange, NINE).json()["appointment"]
    client.patch(f"/api/v1/appointments/{made['id']}", json={"start": "2026-11-24T10:00:00+01:00"})
    client.post(f"/api/v1/appointments/{made['id']}/cancel")
    told = world.db.rows("SELECT type, payload FROM webhook_events WHERE type LIKE 'appointment%' ORDER BY id")
    assert [one["type"] for one in told] == ["appointment.created", "appointment.rescheduled", "appointment.cancelled"]
    assert json.loads(str(told[0]["payload"]))["data"]["id"] == made["id"]


def test_a_step_of_onboarding_is_sent_again_after_a_booking(world: World, client: httpx.Client) -> None:
    sign_up(client)
    session = start(client)
    for step in ("business", "knowledge", "services"):
        assert save(client, session, step).status_code == 200
    assert book(client, service_id(client), NINE).status_code == 201
    assert save(client, session, "services").status_code == 200
    names = [one["name"] for one in client.get("/api/v1/services").json()["items"]]
    assert sorted(names) == ["Diagnostic", "Montage de pneus", "Révision complète", "Vidange"]
    assert len(appointments(world)) == 1


@pytest.mark.parametrize("start", ["9999-12-31T23:59:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_start_where_calendars_end(client: httpx.Client, vidange: str, start: str) -> None:
    answer = book(client, vidange, start)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/start")
