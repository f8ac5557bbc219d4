"""A business's own mail server, over the runtime's sockets: STARTTLS, and certificates that are checked."""

from collections.abc import Iterator
from email import message_from_string, policy
from uuid import uuid4

import httpx
import pytest

from tests.support.business import onboard
from tests.support.mails import mail
from tests.support.patience import PATIENT, eventually
from tools.fakes.smtp import MailServer
from tools.runtime import LocalWorker

CREDENTIALS = "/api/v1/integrations/smtp/credentials"
PASSWORD = "sample-password-0123456789"


@pytest.fixture
def owner(worker: LocalWorker) -> Iterator[httpx.Client]:
    headers = {"CF-Connecting-IP": f"2001:db8:5::{uuid4().hex[:4]}"}
    with httpx.Client(base_url=worker.url, **PATIENT, headers=headers) as client:
        onboard(client, number=f"+3319900{uuid4().int % 10_000:04d}")
        yield client


def own(port: int, password: str = PASSWORD) -> dict[str, object]:
    sender = f"{uuid4().hex[:8]}@garage.example"
    return {"host": "localhost", "port": port, "username": sender, "password": password, "sender": sender}


def test_a_mail_is_answered_through_it(owner: httpx.Client, mail_server: MailServer) -> None:
    given = own(mail_server.port)
    stored = owner.put(CREDENTIALS, json=given)
    assert stored.status_code == 200, stored.text
    slug, caller = owner.get("/api/v1/auth/me").json()["tenant"]["slug"], f"{uuid4().hex[:8]}@customer.example"
    desk = f"{slug}@desk.sample.example"
    letter = mail("Quels sont vos horaires ?", desk, sender=caller, Message_ID=f"<{uuid4().hex}@m>")
    handed = owner.post("/cdn-cgi/local/email", params={"from": caller, "to": desk}, content=letter.as_bytes())
    assert handed.status_code == 200, handed.text
    (answer,) = eventually(lambda: [one for one in mail_server.mailbox.mails if one["to"] == caller])
    read = message_from_string(answer["content"], policy=policy.default)
    assert (answer["from"], read["in-reply-to"]) == (given["sender"], letter["message-id"])
    assert "9 heures" in read.get_content()


def test_what_the_server_refuses_is_told(owner: httpx.Client, mail_server: MailServer) -> None:
    mail_server.mailbox.rejected_passwords.add("wrong-0123456789")
    refused = owner.put(CREDENTIALS, json=own(mail_server.port, "wrong-0123456789"))
    assert (refused.status_code, refused.json()["code"]) == (422, "credentials_rejected")
    assert "smtp_535" in refused.json()["detail"]


def test_a_certificate_that_nobody_vouches_for(owner: httpx.Client, other_mail_server: MailServer) -> None:
    refused = owner.put(CREDENTIALS, json=own(other_mail_server.port))
    assert (refused.status_code, refused.json()["code"]) == (502, "vendor_failed")


def test_inside_is_not_dialled(owner: httpx.Client) -> None:
    refused = owner.put(CREDENTIALS, json=own(1))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/host")
