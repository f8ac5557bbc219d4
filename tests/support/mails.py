"""Mails that come in, as a raw mail and as Resend tells of them."""

import asyncio
from email.message import EmailMessage
from typing import Any

import httpx

from mail_in import receive
from tests.support.fakes import World
from tests.support.signed import svix
from tests.support.work import run_jobs

DOMAIN = "desk.sample.example"
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
CLAIRE = "claire@mail.sample.example"


def mail(words: str, to: str, *, sender: str = f"Claire Exemple <{CLAIRE}>", **headers: str) -> EmailMessage:
    """`headers` have low lines in the place of hyphens."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    given = {"Subject": "Mes pneus", "Message-ID": f"<{abs(hash(words))}@mail.sample.example>"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        message[name] = value
    message.set_content(words)
    return message


def deliver(world: World, message: EmailMessage, to: str | None = None) -> str | None:
    """Through Cloudflare; the reason why it was refused."""
    raw = message.as_bytes()
    refused = asyncio.run(receive(world.ports, to or str(message["To"]), len(raw), raw))
    run_jobs(world)
    return refused


def tell(client: httpx.Client, world: World, message: EmailMessage, path: str = "", secret: str = SECRET) -> None:
    """Through Resend: kept there, and told of by a webhook without its words."""
    number = len(world.fakes.resend.received) + 1
    mail_id = f"{number:08x}-1111-4000-8000-000000000000"
    files = []
    for at, part in enumerate(message.iter_attachments()):
        file_id = f"{number:08x}-2222-4000-8000-{at:012x}"
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        world.fakes.resend.files[file_id] = (content, part.get_content_type())
        files.append({"id": file_id, "filename": part.get_filename(), "content_type": part.get_content_type()})
    body = message.get_body(preferencelist=("plain",))
    data: dict[str, Any] = {
        "from": str(message["From"]),
        "to": [str(message["To"])],
        "subject": str(message["Subject"]),
        "message_id": str(message["Message-ID"]),
        "attachments": files,
    }
    world.fakes.resend.received[mail_id] = {
        **data,
        "text": body.get_content() if body else None,
        "html": None,
        "headers": {name: str(value) for name, value in message.items()},
    }
    said = {"type": "email.received", "data": {"email_id": mail_id, **data}}
    answer = svix(client, world, f"/webhooks/omnichannel/email{path}", secret, f"msg_{number}", said)
    assert answer.status_code == 200, answer.text
    run_jobs(world)
