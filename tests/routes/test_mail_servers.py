"""A business whose mails go through its own mail server."""

from collections.abc import Iterator
from email import message_from_string, policy
from email.message import EmailMessage
from typing import Any

import httpx
import pytest

from tests.support.business import onboard, sign_up
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.mails import CLAIRE, DOMAIN, deliver, mail
from tests.support.streams import dial_to
from tests.support.threads import conversations, pause, thread
from tests.support.work import drive, run_jobs
from tools import seed
from tools.fakes.smtp import HOST, Mailbox, MailServer

DESK, SENDER = f"garage@{DOMAIN}", "accueil@garage.example"
PASSWORD = "sample-password-0123456789"
OWN = {"host": HOST, "port": 587, "username": SENDER, "password": PASSWORD, "sender": SENDER}
CREDENTIALS = "/api/v1/integrations/smtp/credentials"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer(Mailbox()) as started:
        yield started


@pytest.fixture
def world(server: MailServer) -> World:
    made = World(RESEND_API_KEY="re_platform_0123456789", MAIL_FROM="desk@platform.example", MAIL_DOMAIN=DOMAIN)
    made.dial = dial_to(server)
    return made


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=seed.NUMBER)
    run_jobs(world)
    world.db.rows("UPDATE tenants SET slug = 'garage' RETURNING 1")
    world.fakes.resend.mails.clear()
    return client


def letters(server: MailServer) -> list[EmailMessage]:
    return [message_from_string(one["content"], policy=policy.default) for one in server.mailbox.mails]


def outbox(world: World) -> list[dict[str, Any]]:
    query = "SELECT provider, provider_id, status, reason, attempts FROM outbox WHERE recipient = ? ORDER BY id"
    return [dict(row) for row in world.db.rows(query, CLAIRE)]


def test_a_thread_goes_through_it(owner: httpx.Client, world: World, server: MailServer) -> None:
    stored = owner.put(CREDENTIALS, json=OWN)
    assert stored.status_code == 200, stored.text
    assert (stored.json()["integration"]["verified_at"] is not None, server.mailbox.mails) == (True, [])
    deliver(world, mail("Bonjour, quels sont vos horaires ?", DESK, Message_ID="<1@m>"))
    pause(world)
    (letter,) = letters(server)
    found = thread(owner, channel="email")
    assert (letter["from"], letter["to"]) == (SENDER, CLAIRE)
    assert letter["in-reply-to"] == "<1@m>"
    assert letter["reply-to"] == f"garage+{found['id']}@{DOMAIN}"
    assert "9 heures" in letter.get_content()
    (row,) = outbox(world)
    assert (row["provider"], row["provider_id"], row["status"]) == ("smtp", letter["message-id"], "sent")
    assert world.fakes.resend.mails == []
    deliver(world, mail("Merci", DESK, Message_ID="<2@m>", In_Reply_To=letter["message-id"], References="<1@m>"))
    assert len(conversations(owner, channel="email")) == 1


def test_its_channel_is_active_once_the_test_has_come_back(
    owner: httpx.Client, world: World, server: MailServer
) -> None:
    owner.put(CREDENTIALS, json=OWN)
    assert owner.post("/api/v1/integrations/email/test").status_code == 200
    run_jobs(world)
    (letter,) = letters(server)
    assert letter["to"] == DESK
    deliver(world, mail(letter.get_content(), DESK, sender=SENDER, Subject=letter["subject"], Message_ID="<t@m>"))
    assert owner.get("/api/v1/channels/email").json()["channel"]["status"] == "active"


def test_what_is_refused_writes_nothing(owner: httpx.Client, world: World, server: MailServer) -> None:
    server.mailbox.rejected_passwords.add(PASSWORD)
    before = world.db.dump()
    refused = owner.put(CREDENTIALS, json=OWN)
    assert (refused.status_code, refused.json()["code"]) == (422, "credentials_rejected")
    assert "smtp_535" in refused.json()["detail"]
    assert PASSWORD not in refused.text
    assert world.db.dump() == before


def test_a_server_that_is_down_is_tried_again_and_the_mail_goes_once(
    owner: httpx.Client, world: World, server: MailServer
) -> None:
    owner.put(CREDENTIALS, json=OWN)
    server.mailbox.replies["DATA"] = ["451 4.3.0 later"]
    deliver(world, mail("Bonjour", DESK, Message_ID="<1@m>"))
    pause(world)
    (row,) = outbox(world)
    assert (row["status"], row["reason"], server.mailbox.mails) == ("queued", "smtp_451", [])
    world.clock.advance(seconds=30)
    drive(world)
    (row,) = outbox(world)
    assert (row["status"], row["attempts"], len(server.mailbox.mails)) == ("sent", 2, 1)


def test_a_lost_acknowledgement_repeats_the_same_mail(owner: httpx.Client, world: World, server: MailServer) -> None:
    owner.put(CREDENTIALS, json=OWN)
    server.mailbox.hangs_after = 1
    deliver(world, mail("Bonjour", DESK, Message_ID="<1@m>"))
    pause(world)
    world.clock.advance(seconds=30)
    drive(world)
    ids = [letter["message-id"] for letter in letters(server)]
    assert (len(ids), len(set(ids)), outbox(world)[0]["status"]) == (2, 1, "sent")


def test_an_address_of_nobody_is_given_up(owner: httpx.Client, world: World, server: MailServer) -> None:
    owner.put(CREDENTIALS, json=OWN)
    server.mailbox.replies["RCPT"] = ["550 5.1.1 nobody"]
    deliver(world, mail("Bonjour", DESK, Message_ID="<1@m>"))
    pause(world)
    assert [(row["status"], row["reason"]) for row in outbox(world)] == [("unsent", "smtp_550")]


def test_a_name_that_points_inside_by_now_is_not_dialled(owner: httpx.Client, world: World, server: MailServer) -> None:
    owner.put(CREDENTIALS, json=OWN)
    world.fakes.dns.names[HOST] = ["10.0.0.1"]
    deliver(world, mail("Bonjour", DESK, Message_ID="<1@m>"))
    pause(world)
    assert [(row["status"], row["reason"]) for row in outbox(world)] == [("unsent", "address_refused")]
    assert server.mailbox.mails == []


def test_an_own_account_at_a_vendor_goes_first(owner: httpx.Client, world: World, server: MailServer) -> None:
    owner.put(CREDENTIALS, json=OWN)
    resend = {"api_key": "re_own_0123456789", "sender": "Garage <desk@garage.example>"}
    assert owner.put("/api/v1/integrations/resend/credentials", json=resend).status_code == 200
    deliver(world, mail("Bonjour", DESK, Message_ID="<1@m>"))
    pause(world)
    assert ([row["provider"] for row in outbox(world)], server.mailbox.mails) == (["resend"], [])
    assert owner.delete("/api/v1/integrations/resend/credentials").status_code == 200
    deliver(world, mail("Vos horaires ?", DESK, Message_ID="<2@m>", Subject="Autre"))
    pause(world)
    assert len(server.mailbox.mails) == 1


def test_the_platform_may_have_nothing_but_a_mail_server(server: MailServer) -> None:
    world = World(SMTP_HOST=HOST, SMTP_USERNAME=SENDER, SMTP_PASSWORD=PASSWORD, MAIL_FROM=SENDER, MAIL_DOMAIN=DOMAIN)
    world.dial = dial_to(server)
    with client_of(world) as anybody:
        sign_up(anybody, email="owner@sample.example", company_name="Garage Exemple")
        run_jobs(world)
    (letter,) = letters(server)
    assert (letter["from"], letter["to"]) == (SENDER, "owner@sample.example")
