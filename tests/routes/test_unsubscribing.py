"""The way out of marketing: in every mail and text of it, for whoever has the link, and for nothing else."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.support.business import onboard, sign_up
from tests.support.fakes import NOON, World
from tests.support.http import client_of
from tests.support.work import drive, run_jobs
from tools import seed

MESSAGES, CONSENTS = "/api/v1/messaging/messages", "/api/v1/messaging/consents"
TO, NUMBER = "one@sample.example", "+33639980001"
MAIL = {"channel": "email", "to": TO, "subject": "Portes ouvertes", "text": "Samedi 28.", "purpose": "marketing"}
YES = {"channel": "email", "address": TO, "state": "granted", "source": "shop form"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def world() -> World:
    made = World(
        RESEND_API_KEY="re_platform_0123456789",
        MAIL_FROM="desk@platform.example",
        TWILIO_SENDER="+33199000000",
    )
    made.base_url = "https://desk.example"
    return made


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=seed.NUMBER)
    run_jobs(world)
    world.fakes.resend.mails.clear()
    return client


def send(client: httpx.Client, world: World, body: dict[str, str]) -> dict[str, Any]:
    answer = client.post(MESSAGES, json=body)
    assert answer.status_code == 201, answer.text
    drive(world)
    found: dict[str, Any] = client.get(MESSAGES).json()["items"][0]
    return found


def mail_of(client: httpx.Client, world: World) -> dict[str, Any]:
    assert client.put(CONSENTS, json=YES).status_code == 200
    assert send(client, world, MAIL)["status"] == "sent"
    mail: dict[str, Any] = world.fakes.resend.mails[-1]
    return mail


def link_of(mail: dict[str, Any]) -> str:
    link = str(mail["headers"]["List-Unsubscribe"]).strip("<>")
    return link.removeprefix("https://desk.example")


def test_a_mail_says_why_it_comes_and_how_to_get_no_more(owner: httpx.Client, world: World) -> None:
    mail = mail_of(owner, world)
    assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["headers"]["List-Unsubscribe"].startswith("<https://desk.example/unsubscribe?")
    assert mail["headers"]["List-Unsubscribe"].strip("<>") in mail["text"]
    assert "Vous recevez ce message" in mail["text"]
    assert send(owner, world, {**MAIL, "purpose": "service"})["status"] == "sent"
    assert "headers" not in world.fakes.resend.mails[-1]
    assert world.fakes.resend.mails[-1]["text"] == "Samedi 28."


def test_the_button_of_a_mail_program_ends_marketing_alone(owner: httpx.Client, world: World) -> None:
    link = link_of(mail_of(owner, world))
    with client_of(world) as anybody:
        for _ in range(2):
            done = anybody.post(link, data=ONE_CLICK)
            assert (done.status_code, TO in done.text) == (200, True)
    assert send(owner, world, MAIL)["reason"] == "no_consent"
    assert send(owner, world, {**MAIL, "purpose": "service"})["status"] == "sent"
    known = world.db.rows("SELECT sender, about, state FROM message_consents ORDER BY about")
    assert [tuple(row.values()) for row in known] == [("", "everything", "granted"), ("", "marketing", "withdrawn")]
    # A yes to everything does not undo a no to marketing; a yes to marketing does.
    owner.put(CONSENTS, json=YES)
    assert send(owner, world, MAIL)["reason"] == "no_consent"
    owner.put(CONSENTS, json={**YES, "about": "marketing"})
    assert send(owner, world, MAIL)["status"] == "sent"


def test_opening_the_page_changes_nothing(owner: httpx.Client, world: World) -> None:
    link = link_of(mail_of(owner, world))
    with client_of(world) as anybody:
        page = anybody.get(link, headers={"accept-language": "en-GB"})
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert '<form method="post">' in page.text
        assert "Unsubscribe" in page.text
        assert "form-action 'self'" in page.headers["content-security-policy"]
    assert send(owner, world, MAIL)["status"] == "sent"


def test_a_link_is_of_one_address_of_one_business(owner: httpx.Client, world: World) -> None:
    link = link_of(mail_of(owner, world))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    with client_of(world) as other:
        tenant_id = sign_up(other, email="two@sample.example", company_name="Autre Exemple")["tenant"]["id"]
    changes = ({"from": tenant_id}, {"to": "two@sample.example"}, {"token": "0" * 32}, {"token": ""}, {"from": "<b>"})
    with client_of(world) as anybody:
        for change in changes:
            for method in ("GET", "POST"):
                answer = anybody.request(method, "/unsubscribe", params=asked | change)
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), change
        missing = anybody.post("/unsubscribe")
        assert missing.status_code == 422
    assert world.db.rows("SELECT 1 FROM message_consents WHERE about = 'marketing'") == []


def test_a_text_says_the_word_to_answer_with(owner: httpx.Client, world: World) -> None:
    text = {"channel": "sms", "to": NUMBER, "text": "Portes ouvertes samedi.", "purpose": "marketing"}
    owner.put(CONSENTS, json={**YES, "channel": "sms", "address": NUMBER})
    counted = owner.post("/api/v1/messaging/count", json={"text": text["text"], "purpose": "marketing"}).json()
    sent = send(owner, world, text)
    assert (sent["status"], sent["segments"]) == ("sent", counted["counted"]["segments"])
    assert world.fakes.twilio.messages[-1]["body"] == counted["counted"]["text"]
    assert counted["counted"]["text"] == "Portes ouvertes samedi.\nPlus de messages : répondez STOP"
    send(owner, world, {**text, "text": "Portes ouvertes. STOP pour ne plus rien recevoir."})
    assert world.fakes.twilio.messages[-1]["body"] == "Portes ouvertes. STOP pour ne plus rien recevoir."
    assert owner.post("/api/v1/messaging/count", json={"text": "Oui."}).json()["counted"]["text"] == "Oui."
    assert world.clock.now() == NOON
