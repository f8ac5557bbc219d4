"""Mails in and out: threads, quotes, files, machines that are left alone, and addresses of nobody."""

from typing import Any

import httpx
import pytest

from mail_in import MOST_RAW_BYTES, TOO_LARGE, UNKNOWN
from tests.support.business import onboard
from tests.support.fakes import World
from tests.support.mails import CLAIRE, DOMAIN, SECRET, deliver, mail, tell
from tests.support.signed import svix
from tests.support.threads import CONVERSATIONS, conversations, pause, said, text, thread
from tests.support.work import run_jobs
from tools import seed

DESK = f"garage@{DOMAIN}"
OWN_SECRET = "whsec_OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="


@pytest.fixture
def world() -> World:
    return World(
        RESEND_API_KEY="re_platform_0123456789",
        RESEND_WEBHOOK_SECRET=SECRET,
        MAIL_FROM=f"Coccinelle <desk@{DOMAIN}>",
        MAIL_DOMAIN=DOMAIN,
        TWILIO_SENDER="+33199000000",
    )


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=seed.NUMBER)
    run_jobs(world)
    world.db.rows("UPDATE tenants SET slug = 'garage' RETURNING 1")
    world.fakes.resend.mails.clear()
    return client


def letters(world: World) -> list[dict[str, Any]]:
    return [one for one in world.fakes.resend.mails if one["to"] == [CLAIRE]]


def test_a_mail_is_answered_in_its_thread(owner: httpx.Client, world: World) -> None:
    assert (
        deliver(world, mail("Bonjour, quels sont vos horaires ?", DESK, Message_ID="<1@mail.sample.example>")) is None
    )
    pause(world)
    (letter,) = letters(world)
    assert letter["subject"] == "Re: Mes pneus"
    assert letter["headers"]["In-Reply-To"] == "<1@mail.sample.example>"
    assert letter["headers"]["Auto-Submitted"] == "auto-replied"
    assert letter["text"].startswith("Bonjour,\n\n")
    assert "Assistant virtuel, Garage Exemple" in letter["text"]
    found = thread(owner, channel="email")
    assert letter["reply_to"] == f"garage+{found['id']}@{DOMAIN}"
    assert (found["customer_name"], found["subject"]) == ("Claire Exemple", "Mes pneus")


def test_a_thread_of_four_with_quotes_a_file_and_an_auto_reply_left_alone(owner: httpx.Client, world: World) -> None:
    first = mail("Je voudrais laisser un message", DESK, Message_ID="<1@m>")
    first.add_attachment(b"%PDF-1.4 sample", maintype="application", subtype="pdf", filename="devis été.pdf")
    deliver(world, first)
    pause(world)
    quoted = "Claire Exemple\n\nLe ven. 20 nov. 2026 à 12:00, Garage Exemple <garage@x.example> a écrit :\n> Bonjour\n"
    deliver(world, mail(quoted, letters(world)[0]["reply_to"], Message_ID="<2@m>", Subject="Re: Mes pneus"))
    pause(world)
    away = mail("Je suis absente.", letters(world)[1]["reply_to"], Message_ID="<3@m>", Auto_Submitted="auto-replied")
    deliver(world, away)
    pause(world)
    assert len(letters(world)) == 2
    answering = {"Message_ID": "<4@m>", "In_Reply_To": "<2@m>", "References": "<1@m> <2@m>"}
    deliver(world, mail("Ma voiture fait un bruit\n\n> Quel est votre message ?", DESK, **answering))
    pause(world)
    found = thread(owner)
    words = [body for role, body in said(found) if role == "caller"]
    assert words == ["Je voudrais laisser un message", "Claire Exemple", "Je suis absente.", "Ma voiture fait un bruit"]
    assert len(letters(world)) == 3
    assert letters(world)[2]["headers"]["References"].split()[-1] == "<4@m>"
    assert found["tickets"][0]["caller_name"] == "Claire Exemple"
    (attachment,) = found["messages"][0]["attachments"]
    assert (attachment["filename"], attachment["status"]) == ("devis été.pdf", "stored")
    kept = owner.get(f"{CONVERSATIONS}/attachments/{attachment['id']}")
    assert kept.content == b"%PDF-1.4 sample"


@pytest.mark.parametrize("by_resend", [False, True])
def test_the_same_mail_twice_is_one(owner: httpx.Client, world: World, by_resend: bool) -> None:
    for _ in range(2):
        given = mail("Quels sont vos horaires ?", DESK)
        tell(owner, world, given) if by_resend else deliver(world, given)
    pause(world)
    assert (len(letters(world)), len(thread(owner)["messages"])) == (1, 2)


def test_a_mail_through_resend_is_fetched_with_its_files(owner: httpx.Client, world: World) -> None:
    given = mail("Voici la photo, quels sont vos horaires ?", DESK)
    given.add_attachment(b"\xff\xd8", maintype="image", subtype="jpeg", filename="photo.jpg")
    given.add_attachment(b"MZ", maintype="application", subtype="x-msdownload", filename="virus.exe")
    tell(owner, world, given)
    pause(world)
    assert len(letters(world)) == 1
    kept = [(one["filename"], one["status"], one["reason"]) for one in thread(owner)["messages"][0]["attachments"]]
    assert sorted(kept) == [("photo.jpg", "stored", None), ("virus.exe", "refused", "type_not_kept")]


def test_a_vendor_that_is_down_is_asked_again(owner: httpx.Client, world: World) -> None:
    world.fakes.fail("resend", times=3)
    tell(owner, world, mail("Quels sont vos horaires ?", DESK))
    assert conversations(owner) == []
    world.clock.advance(seconds=60)
    from tests.support.work import drive

    drive(world)
    pause(world)
    assert len(letters(world)) == 1


def test_a_business_with_its_own_account_is_answered_from_it(owner: httpx.Client, world: World) -> None:
    body = {
        "api_key": "re_own_0123456789",
        "sender": "Garage <contact@garage.sample.example>",
        "webhook_secret": OWN_SECRET,
    }
    stored = owner.put("/api/v1/integrations/resend/credentials", json=body).json()
    path = f"/{stored['integration']['webhook_token']}"
    tell(owner, world, mail("Quels sont vos horaires ?", "contact@garage.sample.example"), path, OWN_SECRET)
    pause(world)
    (letter,) = letters(world)
    assert letter["from"] == "Garage <contact@garage.sample.example>"
    assert letter["reply_to"].startswith("contact+conv_")
    assert letter["reply_to"].endswith("@garage.sample.example")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.sample.example>"},
        {"Return_Path": "<>"},
        {"Authentication_Results": "mx.sample.example; dmarc=fail"},
    ],
)
def test_machines_and_forgers_open_nothing(owner: httpx.Client, world: World, headers: dict[str, str]) -> None:
    deliver(world, mail("Bonjour", DESK, **headers))
    pause(world)
    assert (conversations(owner), letters(world)) == ([], [])


def test_our_own_mails_are_never_answered(owner: httpx.Client, world: World) -> None:
    for sender in (DESK, f"garage+conv_1@{DOMAIN}", f"desk@{DOMAIN}"):
        deliver(world, mail("Bonjour", DESK, sender=sender, Message_ID=f"<{sender}>"))
    pause(world)
    assert conversations(owner) == []


def test_an_address_of_nobody_is_refused_at_the_door(owner: httpx.Client, world: World) -> None:
    assert deliver(world, mail("Bonjour", f"nobody@{DOMAIN}")) == UNKNOWN
    assert deliver(world, mail("Bonjour", "garage@elsewhere.example")) == UNKNOWN
    assert world.db.rows("SELECT * FROM inbound_events") == []


def test_a_mail_that_is_too_large_is_refused_unread(owner: httpx.Client, world: World) -> None:
    import asyncio

    from mail_in import receive

    assert asyncio.run(receive(world.ports, DESK, MOST_RAW_BYTES + 1, None)) == TOO_LARGE


def test_two_subjects_are_two_conversations_and_two_people_never_one(owner: httpx.Client, world: World) -> None:
    deliver(world, mail("Bonjour", DESK, Message_ID="<1@m>"))
    deliver(world, mail("Autre chose", DESK, Message_ID="<2@m>", Subject="Ma facture"))
    pause(world)
    assert len(conversations(owner)) == 2
    token = letters(world)[0]["reply_to"]
    intruder = mail("Je réponds à sa place", token, sender="other@mail.sample.example", Message_ID="<3@m>")
    intruder["In-Reply-To"] = "<1@m>"
    deliver(world, intruder)
    pause(world)
    assert len(conversations(owner)) == 3


def test_a_page_without_plain_text_is_read(owner: httpx.Client, world: World) -> None:
    given = mail("x", DESK)
    given.set_content("<p>Quels sont vos <b>horaires</b> ?</p><script>alert(1)</script>", subtype="html")
    deliver(world, given)
    pause(world)
    assert said(thread(owner))[0] == ("caller", "Quels sont vos horaires ?")


@pytest.mark.parametrize("charset", ["x-unknown", "iso-8859-1"])
def test_any_charset_is_read_somehow(owner: httpx.Client, world: World, charset: str) -> None:
    raw = (
        f"From: {CLAIRE}\r\nTo: {DESK}\r\nSubject: =?utf-8?q?Pneus_d=27=C3=A9t=C3=A9?=\r\nMessage-ID: <c@m>\r\n"
        f"Content-Type: text/plain; charset={charset}\r\n\r\nC'est l'\xe9t\xe9\r\n"
    ).encode("latin-1")
    import asyncio

    from mail_in import receive

    assert asyncio.run(receive(world.ports, DESK, len(raw), raw)) is None
    run_jobs(world)
    found = thread(owner)
    assert found["subject"] == "Pneus d'été"
    assert said(found)[0][1].startswith("C'est l'")


def test_a_human_answers_by_mail(owner: httpx.Client, world: World) -> None:
    deliver(world, mail("Bonjour", DESK, Message_ID="<1@m>"))
    place = f"{CONVERSATIONS}/{thread(owner)['id']}/messages"
    assert owner.post(place, json={"text": "Bonjour, oui."}).status_code == 201
    run_jobs(world)
    (letter,) = letters(world)
    assert (letter["text"], letter["headers"]["In-Reply-To"]) == ("Bonjour, oui.\n", "<1@m>")
    assert "Auto-Submitted" not in letter["headers"]


def test_what_became_of_a_mail_is_told(owner: httpx.Client, world: World) -> None:
    deliver(world, mail("Bonjour", DESK))
    pause(world)
    mail_id = letters(world)[0]["id"]
    for number, kind in enumerate(("email.sent", "email.delivered", "email.opened", "email.clicked")):
        event = {"type": kind, "data": {"email_id": mail_id}}
        assert svix(owner, world, "/webhooks/omnichannel/email", SECRET, f"msg_r{number}", event).status_code == 200
    run_jobs(world)
    delivery = thread(owner)["messages"][-1]["delivery"]
    assert (delivery["status"], bool(delivery["delivered_at"]), bool(delivery["read_at"])) == ("sent", True, True)
    assert owner.get("/api/v1/channels/email").json()["channel"]["status"] == "active"
    assert world.db.rows("SELECT * FROM inbound_events WHERE dead_at IS NOT NULL") == []


def test_a_bounce_is_told_and_a_complaint_is_a_withdrawal(owner: httpx.Client, world: World) -> None:
    deliver(world, mail("Bonjour", DESK))
    pause(world)
    mail_id = letters(world)[0]["id"]
    for kind in ("bounced", "complained"):
        event = {"type": f"email.{kind}", "data": {"email_id": mail_id, "bounce": {"type": "Permanent"}}}
        assert svix(owner, world, "/webhooks/omnichannel/email", SECRET, f"msg_{kind}", event).status_code == 200
    run_jobs(world)
    delivery = thread(owner)["messages"][-1]["delivery"]
    assert (delivery["status"], delivery["reason"]) == ("unsent", "bounced_permanent")
    deliver(world, mail("Encore", DESK, Message_ID="<2@m>"))
    pause(world)
    assert len(letters(world)) == 1


def test_a_channel_is_active_once_its_test_has_come_back(owner: httpx.Client, world: World) -> None:
    before = owner.get("/api/v1/channels/email").json()["channel"]
    assert (before["status"], before["addresses"]) == ("untested", [DESK])
    assert owner.post("/api/v1/integrations/email/test").json()["channel"]["status"] == "untested"
    run_jobs(world)
    (test,) = world.fakes.resend.mails
    assert owner.get("/api/v1/channels/email").json()["channel"]["verified_at"] is None
    deliver(world, mail(test["text"], DESK, sender=f"desk@{DOMAIN}", Subject="Test out_guessed"))
    assert owner.get("/api/v1/channels/email").json()["channel"]["verified_at"] is None
    deliver(world, mail(test["text"], DESK, sender=f"desk@{DOMAIN}", Subject=test["subject"], Message_ID="<t@m>"))
    after = owner.get("/api/v1/channels/email").json()["channel"]
    assert (after["status"], after["verified_at"] is not None) == ("active", True)
    assert conversations(owner) == []


def test_one_person_on_three_channels(owner: httpx.Client, world: World) -> None:
    """By SMS and by phone they are one; a mail's address is somebody else's until the business says otherwise."""
    text(owner, world, "Bonjour", seed.NUMBER)
    deliver(world, mail("Bonjour", DESK))
    pause(world)
    assert len({one["customer_id"] for one in conversations(owner)}) == 2
