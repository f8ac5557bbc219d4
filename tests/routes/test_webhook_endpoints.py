"""What a tenant's own systems are told: once decided, frozen, signed, and tried until it is taken."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
from standardwebhooks.webhooks import WebhookVerificationError
from svix.webhooks import Webhook

from modules.webhooks import delivering
from modules.webhooks.delivering import RETRY_DELAYS_S
from tests.support.business import onboard, sign_in, sign_up
from tests.support.fakes import VARIABLES, World
from tests.support.work import drive, run_jobs
from tools.caller.session import SimulatedCall

ENDPOINTS = "/api/v1/webhook-endpoints"
URL = "https://hooks.sample.example/receiver/sample"
NUMBER, CALLER = "+33199001234", "+33639980001"


@pytest.fixture(autouse=True)
def svix_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oracle reads the wall clock; it shall read ours."""
    steered = Mock(wraps=datetime)
    steered.now.side_effect = lambda tz=None: world.clock.now()
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", steered)


def endpoint(client: httpx.Client, *events: str, **more: Any) -> Mapping[str, Any]:
    body = {"url": URL, "events": list(events) or ["*"], **more}
    answer = client.post(ENDPOINTS, json=body)
    assert answer.status_code == 201, answer.text
    return {**answer.json()["endpoint"], "secret": answer.json()["secret"]}


def call(client: httpx.Client, *said: str) -> None:
    account, token = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
    with SimulatedCall(client, NUMBER, CALLER, account, token) as caller:
        caller.start()
        for words in said:
            caller.say(words)
        caller.hang_up()


def bodies(world: World) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in world.fakes.receiver.of("sample")]


def deliveries(world: World) -> list[dict[str, Any]]:
    return world.db.rows("SELECT * FROM webhook_deliveries ORDER BY id")


def test_a_call_is_told_signed_and_once(client: httpx.Client, other: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    made = endpoint(client)
    sign_up(other)
    endpoint(other, url="https://hooks.sample.example/receiver/other")
    call(client, "Je voudrais laisser un message.", "Ma voiture fait un bruit.", "Madame Exemple, 06 39 98 00 01")
    assert "deliver_webhooks" in run_jobs(world)
    types = [body["type"] for body in bodies(world)]
    assert types[0] == "conversation.created"
    assert types[-1] == "call.completed"
    assert types.count("message.received") == 3
    for received in world.fakes.receiver.of("sample"):
        Webhook(made["secret"]).verify(received.body, dict(received.headers))
    ended = bodies(world)[-1]["data"]
    (row,) = world.db.rows("SELECT id, conversation_id, duration_s FROM calls")
    assert (ended["call_id"], ended["conversation_id"], ended["duration_s"], ended["from"], ended["to"]) == (
        *row.values(),
        CALLER,
        NUMBER,
    )
    assert world.fakes.receiver.of("other") == []
    assert {one["status"] for one in deliveries(world)} == {"delivered"}
    for _ in range(2):
        drive(world)
        run_jobs(world)
    assert [body["type"] for body in bodies(world)[len(types) :]] == ["conversation.closed"]
    assert bodies(world)[-1]["data"]["outcome"] == "answered"


def test_a_message_that_was_taken_is_told_as_a_ticket(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    endpoint(client, "ticket.created")
    call(client, "Je voudrais laisser un message", "Sample Caller", "oui", "Ma voiture fait du bruit")
    run_jobs(world)
    (ticket,) = world.db.rows("SELECT id, body FROM tickets")
    (told,) = bodies(world)
    assert told["type"] == "ticket.created"
    assert (told["data"]["ticket_id"], told["data"]["body"]) == (ticket["id"], ticket["body"])


def test_nothing_is_written_where_nobody_listens(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    made = endpoint(client)
    client.patch(f"{ENDPOINTS}/{made['id']}", json={"is_active": False})
    call(client, "Bonjour")
    assert world.db.rows("SELECT id FROM webhook_events") == []
    assert "deliver_webhooks" not in run_jobs(world)


def test_a_repeated_report_ends_a_call_once(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    endpoint(client, "call.completed")
    call(client, "Bonjour")
    (event,) = world.db.rows("SELECT id FROM inbound_events WHERE payload ->> 'is_terminal' = 1")
    operator = {"Authorization": f"Bearer {VARIABLES['ADMIN_API_KEY']}"}
    assert client.post(f"/api/v1/admin/events/{event['id']}/replay", headers=operator).status_code == 200
    run_jobs(world)
    assert [body["type"] for body in bodies(world)] == ["call.completed"]


def test_an_endpoint_is_read_changed_and_deleted(client: httpx.Client, world: World) -> None:
    tenant = sign_up(client)["tenant"]["id"]
    made = endpoint(client, "ticket.created", "call.completed", "ticket.created", description="Ours")
    assert made["events"] == ["ticket.created", "call.completed"]
    assert made["secret"] not in str(world.db.dump())
    path = f"{ENDPOINTS}/{made['id']}"
    assert client.get(f"{path}/secret").json()["secret"] == made["secret"]
    assert "secret" not in client.get(path).json()["endpoint"]
    changed = client.patch(path, json={"events": ["*", "ticket.created"]}).json()["endpoint"]
    assert (changed["events"], changed["description"], changed["url"]) == (["*"], "Ours", URL)
    assert [one["id"] for one in client.get(ENDPOINTS).json()["items"]] == [made["id"]]
    assert client.delete(path).status_code == 200
    assert client.delete(path).status_code == 404
    deeds = world.db.rows("SELECT action FROM audit_logs WHERE tenant_id = ? ORDER BY id", tenant)
    assert [row["action"] for row in deeds if "webhook" in str(row["action"])] == [
        "webhook_endpoint.created",
        "webhook_endpoint.changed",
        "webhook_endpoint.deleted",
    ]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "https://127.0.0.1/", "events": ["*"]}, "/url"),
        ({"url": "http://hooks.sample.example/", "events": ["*"]}, "/url"),
        ({"url": "https://nobody.sample.example/", "events": ["*"]}, "/url"),
        ({"url": URL, "events": []}, "/events"),
        ({"url": URL, "events": ["tickets"]}, "/events/0"),
        ({"url": URL, "events": ["endpoint.test"]}, "/events/0"),
        ({"url": URL}, "/events"),
    ],
)
def test_what_may_not_be_called_is_refused(
    client: httpx.Client, world: World, body: dict[str, Any], pointer: str
) -> None:
    sign_up(client)
    refused = client.post(ENDPOINTS, json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"].startswith(pointer)) == (422, True)
    made = endpoint(client)
    if "events" in body and pointer == "/url":
        assert client.patch(f"{ENDPOINTS}/{made['id']}", json={"url": body["url"]}).status_code == 422
        assert client.get(f"{ENDPOINTS}/{made['id']}").json()["endpoint"]["url"] == URL


def test_there_are_ten_at_most(client: httpx.Client) -> None:
    sign_up(client)
    for _ in range(10):
        endpoint(client)
    refused = client.post(ENDPOINTS, json={"url": URL, "events": ["*"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_endpoints")


def test_a_failing_receiver_gets_the_same_bytes_until_it_heals(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    made = endpoint(client, "conversation.created")
    world.fakes.receiver.statuses["sample"] = [500, 503, 302, 204]
    call(client)
    run_jobs(world)
    for delay_s in RETRY_DELAYS_S[:3]:
        drive(world)  # too early: nothing
        world.clock.advance(seconds=delay_s)
        drive(world)
    received = world.fakes.receiver.of("sample")
    assert len(received) == 4
    assert len({(one.body, one.headers["webhook-id"]) for one in received}) == 1
    assert len({one.headers["webhook-timestamp"] for one in received}) == 4
    sign_in(client, owner_of(world))
    (delivery,) = client.get(f"{ENDPOINTS}/{made['id']}/deliveries").json()["items"]
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 4)
    log = client.get(f"{ENDPOINTS}/{made['id']}/deliveries/{delivery['id']}").json()["delivery"]["log"]
    assert [one["reason"] for one in log] == ["http_500", "http_503", "redirect_not_followed", None]
    assert client.get(f"{ENDPOINTS}/{made['id']}").json()["endpoint"]["failing_since"] is None


def test_a_receiver_that_hangs_is_tried_again(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    made = endpoint(client, "conversation.created")
    world.fakes.hang("receiver")
    call(client)
    run_jobs(world)
    (delivery,) = client.get(f"{ENDPOINTS}/{made['id']}/deliveries").json()["items"]
    assert delivery["status"] == "queued"
    assert client.get(f"{ENDPOINTS}/{made['id']}").json()["endpoint"]["failing_since"] is not None
    world.clock.advance(seconds=RETRY_DELAYS_S[0])
    drive(world)
    assert deliveries(world)[0]["status"] == "delivered"


def test_it_is_dead_after_the_last_try_and_can_be_sent_again_by_hand(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    made = endpoint(client, "conversation.created")
    world.fakes.receiver.statuses["sample"] = [500]
    call(client)
    run_jobs(world)
    for delay_s in RETRY_DELAYS_S:
        world.clock.advance(seconds=delay_s)
        drive(world)
    assert len(world.fakes.receiver.received) == 1 + len(RETRY_DELAYS_S)
    (dead,) = deliveries(world)
    assert dead["status"] == "dead"
    world.clock.advance(days=3)
    drive(world)
    assert len(world.fakes.receiver.received) == 1 + len(RETRY_DELAYS_S)
    retry = f"{ENDPOINTS}/{made['id']}/deliveries/{dead['id']}/retry"
    sign_in(client, owner_of(world))
    assert client.post(retry).json()["delivery"]["status"] == "dead"
    world.fakes.receiver.statuses["sample"] = [200]
    healed = client.post(retry).json()["delivery"]
    assert (healed["status"], healed["log"][-1]["response_status"]) == ("delivered", 200)


def owner_of(world: World) -> str:
    return str(world.db.rows("SELECT email FROM users")[0]["email"])


def test_gone_switches_it_off(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    made = endpoint(client)
    world.fakes.receiver.statuses["sample"] = [410]
    call(client, "Bonjour")
    run_jobs(world)
    assert client.get(f"{ENDPOINTS}/{made['id']}").json()["endpoint"]["is_active"] is False
    assert {one["status"] for one in deliveries(world)} == {"dead"}
    assert len(world.fakes.receiver.received) == 1


def test_days_of_failure_switch_it_off(client: httpx.Client, world: World) -> None:
    tenant_id = onboard(client, number=NUMBER)
    made = endpoint(client)
    world.fakes.receiver.statuses["sample"] = [500]
    call(client)
    run_jobs(world)
    world.clock.advance(days=6)
    drive(world)
    (row,) = world.db.rows("SELECT is_active FROM webhook_endpoints WHERE tenant_id = ?", tenant_id)
    assert (made["is_active"], row["is_active"]) == (True, 0)


def test_the_address_is_looked_at_again_before_every_attempt(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    endpoint(client, "conversation.created")
    world.fakes.dns.names["hooks.sample.example"] = ["10.0.0.5"]
    call(client)
    run_jobs(world)
    assert world.fakes.receiver.received == []
    (attempt,) = world.db.rows("SELECT reason, response_status FROM webhook_attempts")
    assert attempt == {"reason": "address_refused", "response_status": None}


def test_after_a_rotation_both_secrets_verify_for_a_day(client: httpx.Client, world: World) -> None:
    sign_up(client)
    made = endpoint(client)
    path = f"{ENDPOINTS}/{made['id']}"
    new = client.post(f"{path}/secret/rotate").json()["secret"]
    assert new != made["secret"]
    assert client.post(f"{path}/test").json()["delivery"]["status"] == "delivered"
    received = world.fakes.receiver.received[-1]
    for secret in (made["secret"], new):
        Webhook(secret).verify(received.body, dict(received.headers))
    world.clock.advance(hours=25)
    sign_in(client, owner_of(world))
    client.post(f"{path}/test")
    received = world.fakes.receiver.received[-1]
    Webhook(new).verify(received.body, dict(received.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(made["secret"]).verify(received.body, dict(received.headers))


def test_the_test_button_says_what_came_back(client: httpx.Client, world: World) -> None:
    sign_up(client)
    made, second = endpoint(client), endpoint(client)
    world.fakes.receiver.statuses["sample"] = [404]
    tested = client.post(f"{ENDPOINTS}/{made['id']}/test").json()["delivery"]
    assert (tested["type"], tested["status"], tested["log"][0]["reason"]) == ("endpoint.test", "queued", "http_404")
    assert json.loads(tested["payload"])["data"] == {"endpoint_id": made["id"]}
    assert client.get(f"{ENDPOINTS}/{second['id']}/deliveries").json()["items"] == []


def test_a_sender_that_dies_is_followed_by_another(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    endpoint(client, "conversation.created")
    call(client)
    world.db.fail_in = ("INTO webhook_attempts", 0)  # sent, and then the database is lost
    (delivery,) = deliveries(world)
    with pytest.raises(Exception, match="lost"):
        asyncio.run(delivering.deliver(world.ports, str(delivery["id"])))
    world.db.fail_in = None
    drive(world)
    assert deliveries(world)[0]["status"] == "sending"
    world.clock.advance(seconds=delivering.LEASE_S)
    drive(world)
    assert deliveries(world)[0]["status"] == "delivered"
    first, second = world.fakes.receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]  # by which the receiver knows it again


def test_an_event_is_never_edited(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    endpoint(client)
    call(client)
    with pytest.raises(Exception, match="append_only"):
        world.db.rows("UPDATE webhook_events SET payload = '{}'")
