"""WhatsApp through Twilio and through Meta: the day's window, templates, reports, files, and whose secret signs."""

import re
from typing import Any

import httpx
import pytest

from modules.messaging.sending import UNSURE_DELAY_S
from modules.threads.files import OVERDUE_S
from tests.support.business import onboard, sign_in
from tests.support.fakes import World
from tests.support.signed import STATUS, meta, sms, twilio
from tests.support.threads import CONVERSATIONS, pause, said, text, thread
from tests.support.work import drive, run_jobs
from tools import seed

NUMBER, CALLER = seed.NUMBER, "+33639980001"
TWILIO = {"From": f"whatsapp:{CALLER}", "ProfileName": "Sample Caller"}
OUR_ID, SECRET = "1000000001", "meta-app-secret-0123456789"
OWN = {"access_token": "EAAsample0123456789", "phone_number_id": OUR_ID, "app_secret": "own-app-secret-0123456789"}
TEMPLATES = "/api/v1/messaging/templates"
REOPEN = {
    "name": "reopen",
    "language_code": "fr",
    "body": "Bonjour, un message de {{1}} : {{2}}",
    "parameters": ["business", "text"],
}


@pytest.fixture
def world() -> World:
    return World(META_APP_SECRET=SECRET, TWILIO_SENDER="+33199000000")


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=NUMBER)
    run_jobs(world)
    return client


@pytest.fixture
def at_meta(owner: httpx.Client) -> httpx.Client:
    assert owner.put("/api/v1/integrations/whatsapp/credentials", json=OWN).status_code == 200
    return owner


def message(body: str, **changes: Any) -> dict[str, Any]:
    number = len(body) + sum(map(ord, body))
    return {"id": f"wamid.{number}", "from": "33639980001", "type": "text", "text": {"body": body}} | changes


def told(*messages: dict[str, Any], statuses: tuple[dict[str, Any], ...] = (), number: str = OUR_ID) -> dict[str, Any]:
    contacts = [{"wa_id": "33639980001", "profile": {"name": "Sample Caller"}}]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": number},
        "contacts": contacts,
        "messages": list(messages),
        "statuses": list(statuses),
    }
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": value}]}]}


def write(client: httpx.Client, world: World, *messages: dict[str, Any], secret: str = SECRET) -> None:
    world.fakes.meta.wrote("33639980001", OUR_ID)
    assert meta(client, secret, told(*messages)).status_code == 200
    run_jobs(world)


def bodies(world: World) -> list[str]:
    return [one["text"]["body"] for one in world.fakes.meta.messages if one["type"] == "text"]


def owner_again(client: httpx.Client, world: World) -> None:
    sign_in(client, str(world.db.rows("SELECT email FROM users")[0]["email"]))


def test_whatsapp_through_twilio_is_answered_there(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Quels sont vos horaires ?", f"whatsapp:{NUMBER}", **TWILIO)
    pause(world)
    (sent,) = world.fakes.twilio.messages
    assert (sent["to"], sent["from"]) == (f"whatsapp:{CALLER}", f"whatsapp:{NUMBER}")
    found = thread(owner, channel="whatsapp")
    assert (found["customer_name"], found["customer_phone"]) == ("Sample Caller", CALLER)


def test_whatsapp_through_meta_is_answered_there_and_read(at_meta: httpx.Client, world: World) -> None:
    write(at_meta, world, message("Bonjour"), message("Quels sont vos horaires ?"))
    pause(world)
    (sent,) = world.fakes.meta.messages
    assert (sent["to"], sent["number_id"]) == ("33639980001", OUR_ID)
    assert sent["text"]["body"].startswith("Bonjour, ici Camille")
    for status in ("read", "delivered", "sent"):
        report = {"id": sent["id"], "status": status, "timestamp": "1", "recipient_id": "33639980001"}
        assert meta(at_meta, SECRET, told(statuses=(report,))).status_code == 200
    run_jobs(world)
    delivery = thread(at_meta)["messages"][2]["delivery"]
    assert (delivery["status"], bool(delivery["delivered_at"]), bool(delivery["read_at"])) == ("sent", True, True)


def test_the_same_number_is_one_customer_by_sms_and_whatsapp(at_meta: httpx.Client, world: World) -> None:
    text(at_meta, world, "Bonjour", NUMBER)
    write(at_meta, world, message("Bonjour"))
    text(at_meta, world, "Bonjour", f"whatsapp:{NUMBER}", **TWILIO)
    pause(world)
    ids = {one["customer_id"] for one in at_meta.get(CONVERSATIONS).json()["items"]}
    assert (len(ids), len(at_meta.get(CONVERSATIONS).json()["items"])) == (1, 3)


def test_after_a_day_only_a_template_goes_out(at_meta: httpx.Client, world: World) -> None:
    write(at_meta, world, message("Bonjour"))
    pause(world)
    place = f"{CONVERSATIONS}/{thread(at_meta)['id']}/messages"
    world.clock.advance(hours=25)
    owner_again(at_meta, world)
    late = {"text": "Votre voiture\nest prête."}
    assert at_meta.post(place, json=late).json()["code"] == "window_closed"
    assert at_meta.put(f"{TEMPLATES}/reply/fr", json=REOPEN).status_code == 200
    world.fakes.meta.templates["reopen", "fr"] = 2
    assert at_meta.post(place, json=late).status_code == 201
    run_jobs(world)
    template = world.fakes.meta.messages[-1]["template"]
    assert [one["text"] for one in template["components"][0]["parameters"]] == [
        "Garage Exemple",
        "Votre voiture est prête.",
    ]
    assert thread(at_meta)["messages"][-1]["delivery"]["status"] == "sent"


def test_after_a_day_through_twilio_it_is_a_content(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Bonjour", f"whatsapp:{NUMBER}", **TWILIO)
    pause(world)
    world.clock.advance(hours=25)
    owner_again(owner, world)
    sid = "HX" + "0" * 32
    world.fakes.twilio.contents[sid] = "Bonjour, un message de {{1}} : {{2}}"
    assert owner.put(f"{TEMPLATES}/reply/fr", json={**REOPEN, "name": sid}).status_code == 200
    place = f"{CONVERSATIONS}/{thread(owner)['id']}/messages"
    assert owner.post(place, json={"text": "C'est prêt."}).status_code == 201
    run_jobs(world)
    assert world.fakes.twilio.messages[-1]["body"] == "Bonjour, un message de Garage Exemple : C'est prêt."


def test_without_a_template_nothing_is_sent_and_why_is_told(at_meta: httpx.Client, world: World) -> None:
    body = {"channel": "whatsapp", "to": CALLER, "text": "Bonjour", "purpose": "service"}
    assert at_meta.post("/api/v1/messaging/messages", json=body).status_code == 201
    run_jobs(world)
    (item,) = at_meta.get("/api/v1/messaging/messages").json()["items"][:1]
    assert (item["status"], item["reason"]) == ("unsent", "window_closed")
    assert world.fakes.meta.messages == []


@pytest.mark.parametrize(
    ("body", "parameters"), [("Bonjour {{1}}", []), ("Bonjour", ["text"]), ("{{1}} {{3}}", ["text", "name"])]
)
def test_a_template_whose_places_do_not_match_is_refused(owner: httpx.Client, body: str, parameters: list[str]) -> None:
    refused = owner.put(f"{TEMPLATES}/reply/fr", json={**REOPEN, "body": body, "parameters": parameters})
    assert refused.status_code == 422
    assert owner.get(TEMPLATES).json()["items"] == []


def test_a_template_is_replaced_and_removed(owner: httpx.Client) -> None:
    for name in ("one", "two"):
        assert owner.put(f"{TEMPLATES}/reply/fr", json={**REOPEN, "name": name}).status_code == 200
    assert [one["name"] for one in owner.get(TEMPLATES).json()["items"]] == ["two"]
    assert owner.delete(f"{TEMPLATES}/reply/fr").status_code == 200
    assert owner.delete(f"{TEMPLATES}/reply/fr").status_code == 404


def test_one_that_meta_took_without_saying_so_is_not_sent_twice(at_meta: httpx.Client, world: World) -> None:
    write(at_meta, world, message("Bonjour"))
    world.fakes.hang("meta", after_effect=True)
    pause(world)
    (sent,) = world.fakes.meta.messages
    world.clock.advance(seconds=UNSURE_DELAY_S - 10)
    drive(world)
    report = {"id": sent["id"], "status": "sent", "biz_opaque_callback_data": sent["biz_opaque_callback_data"]}
    assert meta(at_meta, SECRET, told(statuses=(report,))).status_code == 200
    run_jobs(world)
    world.clock.advance(seconds=UNSURE_DELAY_S)
    drive(world)
    assert len(world.fakes.meta.messages) == 1
    assert thread(at_meta)["messages"][-1]["delivery"]["status"] == "sent"


def test_a_failure_that_is_reported_later_is_told(at_meta: httpx.Client, world: World) -> None:
    write(at_meta, world, message("Bonjour"))
    pause(world)
    report = {"id": world.fakes.meta.messages[0]["id"], "status": "failed", "errors": [{"code": 131026}]}
    assert meta(at_meta, SECRET, told(statuses=(report,))).status_code == 200
    run_jobs(world)
    delivery = thread(at_meta)["messages"][-1]["delivery"]
    assert (delivery["status"], delivery["reason"]) == ("unsent", "failed_131026")


def test_a_business_with_an_app_of_its_own_signs_with_its_own_secret(at_meta: httpx.Client, world: World) -> None:
    write(at_meta, world, message("Bonjour"), secret=OWN["app_secret"])
    pause(world)
    assert len(world.fakes.meta.messages) == 1
    foreign = told(message("Salut"), number="2000000002")
    assert meta(at_meta, OWN["app_secret"], foreign).status_code == 403
    both = told(message("Salut"))
    both["entry"] += foreign["entry"]
    assert meta(at_meta, OWN["app_secret"], both).status_code == 403


def test_a_number_of_nobody_is_kept_for_the_operator(owner: httpx.Client, world: World) -> None:
    write(owner, world, message("Bonjour"))
    (event,) = world.db.rows("SELECT reason FROM inbound_events WHERE provider = 'meta'")
    assert event["reason"] == "number_of_nobody"


@pytest.mark.parametrize(
    ("given", "body"),
    [
        ({"type": "button", "button": {"text": "Confirmer", "payload": "x"}}, "Confirmer"),
        (
            {
                "type": "interactive",
                "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Oui"}},
            },
            "Oui",
        ),
        ({"type": "location", "location": {"name": "Ici", "latitude": 1.5, "longitude": 2}}, "Ici (1.5, 2)"),
        ({"type": "image", "image": {"id": "media1", "mime_type": "image/jpeg", "caption": "Le bruit"}}, "Le bruit"),
        ({"type": "image"}, ""),
        ({"type": "unsupported"}, ""),
        ({"type": "order", "order": {"product_items": []}}, ""),
    ],
)
def test_every_kind_of_message_is_stored(at_meta: httpx.Client, world: World, given: dict[str, Any], body: str) -> None:
    write(at_meta, world, {"id": "wamid.x", "from": "33639980001", **given})
    assert said(thread(at_meta)) == [("caller", body)]


def test_a_reaction_is_no_message(at_meta: httpx.Client, world: World) -> None:
    write(at_meta, world, {"id": "wamid.x", "from": "33639980001", "type": "reaction", "reaction": {"emoji": "x"}})
    assert at_meta.get(CONVERSATIONS).json()["items"] == []


def test_a_user_without_a_number_is_answered_by_their_id(at_meta: httpx.Client, world: World) -> None:
    world.fakes.meta.wrote("FR.1410", OUR_ID)
    given = {"id": "wamid.x", "from_user_id": "FR.1410", "type": "text", "text": {"body": "Bonjour"}}
    assert meta(at_meta, SECRET, told(given)).status_code == 200
    run_jobs(world)
    pause(world)
    assert [one["to"] for one in world.fakes.meta.messages] == ["FR.1410"]


def test_stop_on_whatsapp_is_confirmed_by_us_and_cancel_is_no_stop(at_meta: httpx.Client, world: World) -> None:
    write(at_meta, world, message("cancel"))
    pause(world)
    assert world.db.rows("SELECT * FROM message_consents") == []
    write(at_meta, world, message("STOP"))
    pause(world)
    assert "plus de messages" in bodies(world)[-1]
    write(at_meta, world, message("Bonjour"))
    pause(world)
    assert len(bodies(world)) == 2


JPEG = (b"\xff\xd8sample", "image/jpeg")


def image(number: int = 1) -> dict[str, Any]:
    media = {"id": f"media{number}", "mime_type": "image/jpeg", "caption": "Voilà"}
    return {"id": f"wamid.image{number}", "from": "33639980001", "type": "image", "image": media}


def attachments(client: httpx.Client) -> list[dict[str, Any]]:
    return [one for given in thread(client)["messages"] for one in given["attachments"]]


def test_a_file_is_kept_and_shown_to_the_business_alone(
    at_meta: httpx.Client, other: httpx.Client, world: World
) -> None:
    world.fakes.meta.media["media1"] = JPEG
    write(at_meta, world, image())
    pause(world)
    (kept,) = attachments(at_meta)
    assert (kept["status"], kept["bytes"]) == ("stored", len(JPEG[0]))
    place = f"{CONVERSATIONS}/attachments/{kept['id']}"
    answer = at_meta.get(place)
    assert (answer.content, answer.headers["content-type"]) == JPEG
    assert answer.headers["content-disposition"].startswith("attachment;")
    onboard(other, number="+33199007890")
    assert other.get(place).status_code == 404
    world.blobs.is_down = True
    assert at_meta.get(place).json()["code"] == "store_unavailable"


@pytest.mark.parametrize(
    ("content", "content_type", "reason"),
    [(b"x" * 10_000_001, "image/jpeg", "too_large"), (b"MZ", "application/x-msdownload", "type_not_kept")],
)
def test_what_is_too_large_or_dangerous_is_not_kept(
    at_meta: httpx.Client, world: World, content: bytes, content_type: str, reason: str
) -> None:
    world.fakes.meta.media["media1"] = (content, content_type)
    write(at_meta, world, image())
    pause(world)
    (kept,) = attachments(at_meta)
    assert (kept["status"], kept["reason"], world.blobs.held) == ("refused", reason, {})


def test_a_file_that_cannot_be_fetched_now_is_fetched_later(at_meta: httpx.Client, world: World) -> None:
    world.fakes.meta.media["media1"] = JPEG
    write(at_meta, world, image())
    world.fakes.fail("meta", times=3)
    world.jobs.sent += [one for one in world.jobs.later if one[0] == "keep_files"]
    run_jobs(world)
    assert attachments(at_meta)[0]["status"] == "waiting"
    world.clock.advance(seconds=OVERDUE_S + 1)
    drive(world)
    assert attachments(at_meta)[0]["status"] == "stored"


def test_a_file_of_twilios_is_fetched_by_its_ids(owner: httpx.Client, world: World) -> None:
    sid = "ME" + "1" * 32
    world.fakes.twilio.media[sid] = JPEG
    url = f"https://evil.sample.example/Messages/MM{'2' * 32}/Media/{sid}"
    text(owner, world, "Voilà", NUMBER, NumMedia="1", MediaUrl0=url, MediaContentType0="image/jpeg")
    pause(world)
    assert attachments(owner)[0]["status"] == "stored"
    text(owner, world, "Voilà", NUMBER, NumMedia="1", MediaUrl0="https://evil.sample.example/", MediaContentType0="x/y")
    pause(world)
    assert attachments(owner)[1]["reason"] == "no_media_id"


def test_a_failed_text_says_why(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Bonjour", NUMBER)
    pause(world)
    sid = world.fakes.twilio.messages[0]["sid"]
    assert re.fullmatch(r"SM[0-9a-f]{32}", sid)
    given = sms("", CALLER, MessageSid=sid, MessageStatus="undelivered", ErrorCode="30003", From=NUMBER)
    assert twilio(owner, STATUS, given).status_code == 204
    run_jobs(world)
    delivery = thread(owner)["messages"][-1]["delivery"]
    assert (delivery["status"], delivery["reason"]) == ("unsent", "undelivered_30003")
