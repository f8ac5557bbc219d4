"""What goes out: once, within the rules, and readable when it does not go."""

import asyncio
from typing import Any

import httpx
import pytest

from modules.messaging import sending
from modules.messaging.sending import LEASE_S, RETRY_DELAYS_S
from tests.support.business import onboard, sign_in, sign_up
from tests.support.fakes import NOON, World
from tests.support.http import client_of
from tests.support.work import drive, run_jobs
from tools.fakes.twilio import ACCOUNT

MESSAGES, POLICIES = "/api/v1/messaging/messages", "/api/v1/messaging/policies"
PLATFORM = {
    "TWILIO_SENDER": "+33199000000",
    "RESEND_API_KEY": "re_platform_0123456789",
    "MAIL_FROM": "desk@sample.example",
}
TO = "+33639980001"
SMS = {"channel": "sms", "to": TO, "text": "Votre voiture est prête.", "purpose": "service"}
MAIL = {**SMS, "channel": "email", "to": "somebody@sample.example", "subject": "Votre voiture"}


@pytest.fixture
def world() -> World:
    return World(**PLATFORM)


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    sign_up(client, email="owner@sample.example", company_name="Garage Exemple")
    run_jobs(world)
    world.fakes.resend.mails.clear()
    return client


def queue(client: httpx.Client, body: dict[str, str], **changes: str) -> str:
    answer = client.post(MESSAGES, json={**body, **changes})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["message"]["id"])


def one(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get(MESSAGES).json()["items"][0]
    return found


def send(world: World, message_id: str) -> str:
    return asyncio.run(sending.send(world.ports, message_id))


def texts(world: World) -> list[str]:
    return [str(message["body"]) for message in world.fakes.twilio.messages]


def test_a_text_is_sent_once_however_often_it_is_asked_for(owner: httpx.Client, world: World) -> None:
    message_id = queue(owner, SMS)
    assert (one(owner)["status"], texts(world)) == ("queued", [])
    run_jobs(world)
    assert send(world, message_id) == "idle"
    drive(world)
    assert texts(world) == [SMS["text"]]
    assert (one(owner)["status"], one(owner)["attempts"]) == ("sent", 1)
    (sent,) = world.fakes.twilio.messages
    assert (sent["to"], sent["from"], sent["account_sid"]) == (TO, PLATFORM["TWILIO_SENDER"], ACCOUNT)


def test_a_mail_is_sent_with_its_id_as_the_key(owner: httpx.Client, world: World) -> None:
    queue(owner, MAIL)
    run_jobs(world)
    (mail,) = world.fakes.resend.mails
    assert (mail["to"], mail["subject"], mail["text"], mail["from"]) == (
        [MAIL["to"]],
        MAIL["subject"],
        MAIL["text"],
        PLATFORM["MAIL_FROM"],
    )


@pytest.mark.parametrize(("body", "vendor"), [(SMS, "twilio"), (MAIL, "resend")])
def test_a_sender_that_dies_after_the_vendor_acted_does_not_send_twice(
    owner: httpx.Client, world: World, body: dict[str, str], vendor: str
) -> None:
    message_id = queue(owner, body)
    world.jobs.sent.clear()
    world.db.fail_in = ("SET status = 'sent'", 0)
    with pytest.raises(Exception, match="lost"):
        send(world, message_id)
    world.db.fail_in = None
    assert one(owner)["status"] == "sending"
    drive(world)  # its lease still runs
    assert one(owner)["status"] == "sending"
    world.clock.advance(seconds=LEASE_S)
    drive(world)
    assert one(owner)["status"] == "sent"
    assert len(world.fakes.twilio.messages) + len(world.fakes.resend.mails) == 1


@pytest.mark.parametrize("hangs", [True, False])
def test_a_vendor_that_acted_and_did_not_say_so_is_not_asked_twice(
    owner: httpx.Client, world: World, hangs: bool
) -> None:
    queue(owner, SMS)
    world.fakes.fail("twilio", status=None if hangs else 502, after_effect=True)
    run_jobs(world)
    assert (one(owner)["status"], len(texts(world))) == ("queued", 1)
    world.clock.advance(seconds=RETRY_DELAYS_S[0])
    drive(world)
    assert (one(owner)["status"], len(texts(world))) == ("sent", 1)


def test_two_messages_alike_are_two_messages(owner: httpx.Client, world: World) -> None:
    queue(owner, SMS)
    run_jobs(world)
    queue(owner, SMS)
    world.fakes.fail("twilio", status=503)  # refused before anything was done
    run_jobs(world)
    world.clock.advance(seconds=RETRY_DELAYS_S[0])
    drive(world)
    assert len(texts(world)) == 2
    ids = world.db.rows("SELECT DISTINCT provider_id FROM outbox WHERE channel = 'sms'")
    assert len(ids) == 2


def test_a_vendor_that_stays_down_is_given_up(owner: httpx.Client, world: World) -> None:
    queue(owner, SMS)
    world.fakes.fail("twilio", times=1_000)
    run_jobs(world)
    for delay_s in RETRY_DELAYS_S:
        world.clock.advance(seconds=delay_s)
        drive(world)
    sign_in(owner, "owner@sample.example")
    message = one(owner)
    assert (message["status"], message["attempts"]) == ("unsent", 7)
    assert message["reason"].startswith("gave_up_")


def test_what_the_vendor_refuses_is_not_tried_again(owner: httpx.Client, world: World) -> None:
    world.fakes.twilio.opted_out.add(TO)
    queue(owner, SMS)
    run_jobs(world)
    assert (one(owner)["status"], one(owner)["reason"]) == ("unsent", "http_400_21610")


def test_without_any_account_it_stays_readable(client: httpx.Client) -> None:
    world = World()
    with client_of(world) as owner:
        sign_up(owner)
        queue(owner, MAIL)
        run_jobs(world)
        assert (one(owner)["status"], one(owner)["reason"]) == ("unsent", "no_credential")
        shown = owner.get("/dev/outbox").json()["items"][0]
        assert (shown["subject"], shown["text"]) == (MAIL["subject"], MAIL["text"])


@pytest.mark.parametrize(
    ("purpose", "consent", "expected"),
    [
        ("marketing", None, "no_consent"),
        ("marketing", "granted", None),
        ("marketing", "withdrawn", "no_consent"),
        ("service", None, None),
        ("service", "withdrawn", "no_consent"),
        ("reply", "withdrawn", "no_consent"),
    ],
)
def test_consent_decides(
    owner: httpx.Client, world: World, purpose: str, consent: str | None, expected: str | None
) -> None:
    if consent:
        body = {"channel": "sms", "address": "06 39 98 00 01", "state": consent, "source": "at the counter"}
        assert owner.put("/api/v1/messaging/consents", json=body).status_code == 200
    queue(owner, SMS, purpose=purpose)
    run_jobs(world)
    assert one(owner)["reason"] == expected
    assert len(texts(world)) == (0 if expected else 1)


def test_a_consent_is_of_one_business_only(owner: httpx.Client, other: httpx.Client, world: World) -> None:
    sign_up(other)
    withdrawn = {"channel": "sms", "address": TO, "state": "withdrawn", "source": "a text"}
    other.put("/api/v1/messaging/consents", json=withdrawn)
    queue(owner, SMS)
    run_jobs(world)
    assert len(texts(world)) == 1


def test_quiet_hours_put_a_text_off_till_morning_and_a_reply_not(owner: httpx.Client, world: World) -> None:
    world.clock.at = NOON.replace(hour=22)  # 23:00 in Paris
    sign_in(owner, "owner@sample.example")
    queue(owner, SMS)
    queue(owner, SMS, purpose="reply", text="Tout de suite.")
    queue(owner, MAIL)
    run_jobs(world)
    assert texts(world) == ["Tout de suite."]
    assert len(world.fakes.resend.mails) == 1
    waiting = world.db.rows("SELECT due_at, reason FROM outbox WHERE status = 'queued'")
    assert waiting == [{"due_at": "2026-11-21 07:00:00.000", "reason": "quiet_hours"}]  # 8:00 in Paris
    world.clock.at = NOON.replace(day=21, hour=7)
    drive(world)
    assert texts(world) == ["Tout de suite.", SMS["text"]]


def test_the_days_cap_puts_off_till_tomorrow(owner: httpx.Client, world: World) -> None:
    owner.put(f"{POLICIES}/sms", json={"daily_cap": 2})
    for _ in range(3):
        queue(owner, SMS)
    run_jobs(world)
    assert len(texts(world)) == 2
    assert one(owner)["reason"] == "daily_cap"
    drive(world)
    assert len(texts(world)) == 2
    world.clock.advance(hours=24)
    drive(world)
    assert len(texts(world)) == 3


def test_a_retry_uses_the_cap_up_once(owner: httpx.Client, world: World) -> None:
    owner.put(f"{POLICIES}/sms", json={"daily_cap": 1})
    queue(owner, SMS)
    world.fakes.fail("twilio", times=2)
    run_jobs(world)
    for delay_s in RETRY_DELAYS_S[:2]:
        world.clock.advance(seconds=delay_s)
        drive(world)
    assert one(owner)["status"] == "sent"


def test_a_cap_of_nothing_sends_nothing(owner: httpx.Client, world: World) -> None:
    owner.put(f"{POLICIES}/email", json={"daily_cap": 0})
    queue(owner, MAIL)
    run_jobs(world)
    assert world.fakes.resend.mails == []


def test_our_own_mails_count_against_no_ones_cap(owner: httpx.Client, world: World) -> None:
    owner.put(f"{POLICIES}/email", json={"daily_cap": 0})
    owner.post("/api/v1/auth/forgot-password", json={"email": "owner@sample.example"})
    run_jobs(world)
    (mail,) = world.fakes.resend.mails
    assert mail["to"] == ["owner@sample.example"]


def test_own_sender_of_a_proven_number(client: httpx.Client, world: World) -> None:
    onboard(client, number="+33199001234")
    assert client.put(f"{POLICIES}/sms", json={"sender": "01 99 00 12 34", "daily_cap": 9}).status_code == 200
    queue(client, SMS)
    run_jobs(world)
    assert world.fakes.twilio.messages[0]["from"] == "+33199001234"
    (mapping,) = client.get("/api/v1/omnichannel/phone-mappings").json()["items"]
    client.delete(f"/api/v1/omnichannel/phone-mappings/{mapping['id']}")
    queue(client, SMS)
    run_jobs(world)
    assert world.fakes.twilio.messages[1]["from"] == PLATFORM["TWILIO_SENDER"]  # theirs no longer


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"to": "12"}, "/to"),
        ({"text": ""}, "/text"),
        ({"text": "x" * 1_601}, "/text"),
        ({"purpose": "x"}, "/purpose"),
    ],
)
def test_bad_messages_are_refused_by_their_field(
    owner: httpx.Client, world: World, changes: dict[str, str], pointer: str
) -> None:
    before = world.db.rows("SELECT COUNT(*) AS n FROM outbox")
    refused = owner.post(MESSAGES, json={**SMS, **changes})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"].endswith(pointer)
    assert world.db.rows("SELECT COUNT(*) AS n FROM outbox") == before
