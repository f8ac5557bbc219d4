"""What providers tell: verified, stored, answered; acted on once, tried again, given up, replayed."""

import asyncio
from typing import Any

import httpx
import pytest

import jobs
from modules.inbox import service as inbox
from modules.inbox.service import LEASE_S, RETRY_DELAYS_S, CannotHandle, Event, Told
from ports.database import Statement
from ports.vendors import VendorUnavailable
from tests.support.business import onboard, sign_up
from tests.support.fakes import VARIABLES, World
from tests.support.signed import SMS, STATUS, meta, sms, svix, twilio
from tests.support.work import drive, run_jobs

EVENTS = "/api/v1/admin/events"
OPERATOR = {"Authorization": f"Bearer {VARIABLES['ADMIN_API_KEY']}"}
NUMBER, CALLER = "+33199001234", "+33639980001"
SECRETS = {
    "META_APP_SECRET": "meta-app-secret-0123456789",
    "META_WEBHOOK_VERIFY_TOKEN": "meta-verify-token-0123456789",
    "RESEND_WEBHOOK_SECRET": "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "VAPI_WEBHOOK_SECRET": "vapi-secret-0123456789",
}
OWN_SECRET = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="


@pytest.fixture
def world() -> World:
    return World(**SECRETS)


def events(world: World) -> list[dict[str, Any]]:
    return world.db.rows("SELECT * FROM inbound_events ORDER BY id")


def consents(world: World) -> list[tuple[Any, ...]]:
    return [(row["tenant_id"], row["address"], row["state"]) for row in world.db.rows("SELECT * FROM message_consents")]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        *((word, "withdrawn") for word in ("STOP", "stop.", " Stop ", "ARRET", "Arrêt", "UNSUBSCRIBE")),
        *((word, "granted") for word in ("START", "REPRENDRE", "UNSTOP")),
    ],
)
def test_stop_and_start_are_obeyed_once(client: httpx.Client, world: World, word: str, state: str) -> None:
    tenant_id = onboard(client, number=NUMBER)
    for _ in range(3):
        answer = twilio(client, SMS, sms(word, NUMBER))
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/xml")
    assert len(events(world)) == 1
    assert run_jobs(world).count("handle_event") == 1
    assert consents(world) == [(tenant_id, CALLER, state)]
    assert events(world)[0]["handled_at"]


def test_a_text_that_says_something_else_withdraws_nothing(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    twilio(client, SMS, sms("Ne vous arrêtez pas, stop ou encore", NUMBER))
    run_jobs(world)
    assert consents(world) == []


def test_a_text_to_nobodys_number_is_dead_with_a_reason(client: httpx.Client, world: World) -> None:
    assert twilio(client, SMS, sms("STOP", "+33199009999")).status_code == 200
    run_jobs(world)
    assert events(world)[0]["reason"] == "number_of_nobody"
    listed = client.get(EVENTS, params={"state": "dead"}, headers=OPERATOR).json()["items"]
    assert [one["reason"] for one in listed] == ["number_of_nobody"]
    tenant_id = onboard(client, number="+33199009999")
    replay = client.post(f"{EVENTS}/{listed[0]['id']}/replay", headers=OPERATOR)
    assert (replay.json()["event"]["dead_at"], replay.json()["event"]["attempts"]) == (None, 0)
    run_jobs(world)
    assert consents(world) == [(tenant_id, CALLER, "withdrawn")]


def test_a_form_without_its_id_is_refused(client: httpx.Client, world: World) -> None:
    assert twilio(client, SMS, sms("STOP", NUMBER, MessageSid="")).status_code == 400
    assert twilio(client, STATUS, sms("", NUMBER)).status_code == 400
    assert events(world) == []


def test_statuses_of_one_message_are_events_of_their_own(client: httpx.Client, world: World) -> None:
    for status in ("sent", "delivered", "sent", "delivered", "queued"):
        assert twilio(client, STATUS, sms("", NUMBER, MessageStatus=status)).status_code == 204
    assert len(events(world)) == 2  # what is only queued tells nothing


def test_meta_is_answered_its_challenge(client: httpx.Client) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    token = {"hub.verify_token": SECRETS["META_WEBHOOK_VERIFY_TOKEN"]}
    assert client.get("/webhooks/whatsapp", params={**query, **token}).text == "1158201444"
    for wrong in ({}, {"hub.verify_token": "x"}, {"hub.verify_token": ""}):
        assert client.get("/webhooks/whatsapp", params={**query, **wrong}).status_code == 403


def test_meta_bundles_become_one_event_each(client: httpx.Client, world: World) -> None:
    value = {
        "metadata": {"phone_number_id": "1000000001"},
        "messages": [{"id": "wamid.1", "from": "33639980001", "type": "text"}, {"id": "wamid.2", "type": "image"}],
        "statuses": [{"id": "wamid.0", "status": "delivered"}],
    }
    said = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value}]}]}
    for _ in range(2):
        assert meta(client, SECRETS["META_APP_SECRET"], said).status_code == 200
    assert {str(one["external_id"]) for one in events(world)} == {"wamid.1", "wamid.2", "wamid.0:delivered"}
    assert meta(client, "wrong", said).status_code == 403
    assert meta(client, SECRETS["META_APP_SECRET"], {"entry": "x"}).status_code == 400
    assert client.post("/webhooks/whatsapp", json=said).status_code == 403


def test_resend_is_verified_by_the_platforms_or_the_tenants_secret(client: httpx.Client, world: World) -> None:
    path, said = "/webhooks/omnichannel/email", {"type": "email.received", "data": {"email_id": "1"}}
    assert svix(client, world, path, SECRETS["RESEND_WEBHOOK_SECRET"], "msg_1", said).status_code == 200
    assert svix(client, world, path, SECRETS["RESEND_WEBHOOK_SECRET"], "msg_1", said).status_code == 200
    assert svix(client, world, path, OWN_SECRET, "msg_2", said).status_code == 403
    tenant_id = str(sign_up(client)["tenant"]["id"])
    body = {"api_key": "re_sample_0123456789", "sender": "desk@sample.example", "webhook_secret": OWN_SECRET}
    own = client.put("/api/v1/integrations/resend/credentials", json=body).json()["integration"]["webhook_token"]
    assert svix(client, world, f"{path}/{own}", OWN_SECRET, "msg_3", said).status_code == 200
    assert svix(client, world, f"{path}/{own}", SECRETS["RESEND_WEBHOOK_SECRET"], "msg_4", said).status_code == 403
    assert svix(client, world, f"{path}/unknown", OWN_SECRET, "msg_5", said).status_code == 403
    world.clock.advance(minutes=6)
    stale = svix(client, world, path, SECRETS["RESEND_WEBHOOK_SECRET"], "msg_6", said)
    assert stale.status_code == 200  # signed now
    assert [(one["external_id"], one["subject"]) for one in events(world)] == [
        ("msg_1", None),
        ("msg_3", tenant_id),
        ("msg_6", None),
    ]


def test_vapi_reports_are_stored_and_a_question_is_answered(client: httpx.Client, world: World) -> None:
    secret = {"X-Vapi-Secret": SECRETS["VAPI_WEBHOOK_SECRET"]}
    report = {"message": {"type": "end-of-call-report", "call": {"id": "call-1"}, "endedReason": "hangup"}}
    for _ in range(2):
        assert client.post("/webhooks/vapi", json=report, headers=secret).status_code == 200
    (event,) = events(world)
    assert (event["kind"], event["subject"]) == ("vapi.end-of-call-report", "call-1")
    question = {"message": {"type": "assistant-request", "call": {"id": "call-1"}}}
    assert client.post("/webhooks/vapi", json=question, headers=secret).json()["error"]
    assert client.post("/webhooks/vapi", json=report).status_code == 403
    assert client.post("/webhooks/vapi", json=report, headers={"X-Vapi-Secret": "x"}).status_code == 403
    assert client.post("/webhooks/vapi", json={"message": 1}, headers=secret).status_code == 400
    run_jobs(world)
    assert events(world)[0]["reason"] == "report_of_no_call"


@pytest.mark.parametrize("path", ["/webhooks/vapi", "/webhooks/omnichannel/email", "/webhooks/whatsapp"])
def test_without_its_secret_nothing_is_taken(client: httpx.Client, path: str) -> None:
    from tests.support.http import client_of

    with client_of(World()) as bare:
        for headers in ({}, {"X-Vapi-Secret": ""}, {"Authorization": "Bearer "}, {"X-Hub-Signature-256": "sha256="}):
            assert bare.post(path, json={"message": {"type": "x"}}, headers=headers).status_code == 403


# The inbox itself, with a handler that does what a test asks of it.

TOLD = Told("sample", "event-1", "sample.told", None, {"x": 1})


class Handler:
    def __init__(self) -> None:
        self.calls = 0
        self.failure: BaseException | None = None

    async def __call__(self, ports: Any, event: Event) -> list[Statement]:
        self.calls += 1
        if self.failure:
            raise self.failure
        insert = "INSERT INTO attempt_counters (subject, window_start) VALUES (?1, ?2)"
        return [Statement(insert, (event.external_id, str(self.calls)))]


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Handler:
    given = Handler()
    monkeypatch.setattr(jobs, "HANDLERS", {"sample.told": given})
    return given


def receive(world: World, *told: Told) -> int:
    return asyncio.run(inbox.receive(world.ports, *told))


def effects(world: World) -> int:
    return len(world.db.rows("SELECT * FROM attempt_counters"))


def test_an_event_is_acted_on_once(world: World, handler: Handler) -> None:
    assert receive(world, TOLD) == 1
    assert receive(world, TOLD, TOLD) == 0
    run_jobs(world)
    drive(world)
    assert (handler.calls, effects(world)) == (1, 1)


def test_one_that_dies_between_act_and_mark_leaves_no_effect(world: World, handler: Handler) -> None:
    """The mark leads the batch of the effect: either both stand or neither."""
    receive(world, TOLD)
    for at in (0, 1):
        world.db.fail_in = ("SET handled_at", at)
        drive(world)
        world.db.fail_in = None
        assert effects(world) == 0
        world.clock.advance(seconds=RETRY_DELAYS_S[at])
    drive(world)
    assert (handler.calls, effects(world)) == (3, 1)


def test_a_worker_that_vanishes_is_followed_after_its_lease(world: World, handler: Handler) -> None:
    receive(world, TOLD)
    handler.failure = KeyboardInterrupt()  # not ours to catch: as SIGKILL, nothing is written any more
    with pytest.raises(KeyboardInterrupt):
        run_jobs(world)
    handler.failure = None
    drive(world)
    assert effects(world) == 0
    world.clock.advance(seconds=LEASE_S)
    drive(world)
    assert effects(world) == 1


def test_failures_are_retried_on_the_schedule_and_end_dead(
    client: httpx.Client, world: World, handler: Handler
) -> None:
    receive(world, TOLD)
    handler.failure = VendorUnavailable("http_503")
    run_jobs(world)
    for count, delay_s in enumerate(RETRY_DELAYS_S, 1):
        drive(world)
        assert handler.calls == count
        world.clock.advance(seconds=delay_s)
        drive(world)
    (event,) = events(world)
    assert (event["reason"], handler.calls) == ("http_503", len(RETRY_DELAYS_S) + 1)
    assert event["dead_at"]
    world.clock.advance(days=2)
    drive(world)
    assert handler.calls == len(RETRY_DELAYS_S) + 1
    handler.failure = None
    assert client.post(f"{EVENTS}/{event['id']}/replay", headers=OPERATOR).status_code == 200
    run_jobs(world)
    assert effects(world) == 1


@pytest.mark.parametrize(("failure", "reason"), [(CannotHandle("odd"), "odd"), (ValueError("secret"), "ValueError")])
def test_a_failure_of_our_own_is_named_without_its_text(
    world: World, handler: Handler, failure: Exception, reason: str
) -> None:
    receive(world, TOLD)
    handler.failure = failure
    run_jobs(world)
    assert events(world)[0]["reason"] == reason


def test_events_are_listed_by_state(client: httpx.Client, world: World, handler: Handler) -> None:
    receive(world, TOLD, Told("sample", "event-2", "unheard_of", None, {}))
    for state, count in (("waiting", 2), ("dead", 0), ("handled", 0)):
        assert len(client.get(EVENTS, params={"state": state}, headers=OPERATOR).json()["items"]) == count
    run_jobs(world)
    for state, count in (("waiting", 0), ("dead", 1), ("handled", 1)):
        assert len(client.get(EVENTS, params={"state": state}, headers=OPERATOR).json()["items"]) == count
    assert client.post(f"{EVENTS}/evt_unknown/replay", headers=OPERATOR).status_code == 404
    assert client.get(EVENTS, params={"state": "x"}, headers=OPERATOR).status_code == 422
