"""Written conversations on workerd: queues that wait, D1, Email Routing's handler, sockets and streams of events."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx
from twilio.request_validator import RequestValidator
from websockets.asyncio.client import connect

from tests.support.mails import mail
from tests.support.patience import PATIENCE_S, PATIENT, eventually
from tests.support.signed import sms
from tests.worker.conftest import Sql
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker

CONVERSATIONS = "/api/v1/omnichannel/conversations"


def text(worker: LocalWorker, variables: Mapping[str, str], body: str, to: str, caller: str) -> None:
    params = sms(body, to, MessageSid=f"SM{uuid4().hex}", From=caller)
    path = "/webhooks/omnichannel/sms"
    signature = RequestValidator(variables["TWILIO_AUTH_TOKEN"]).compute_signature(f"{worker.url}{path}", params)
    answer = httpx.post(f"{worker.url}{path}", data=params, headers={"X-Twilio-Signature": signature}, **PATIENT)
    assert answer.status_code == 200, answer.text


def sent(vendors: FakeServer, caller: str) -> list[str]:
    return [one["body"] for one in vendors.fakes.twilio.messages if one["to"] == caller]


def test_three_texts_in_a_second_are_answered_once_and_a_human_steps_in(
    owner: httpx.Client, worker: LocalWorker, variables: Mapping[str, str], vendors: FakeServer, number: str, sql: Sql
) -> None:
    caller = f"+3363998{uuid4().int % 10_000:04d}"
    for words in ("Bonjour", "vous êtes ouverts", "le samedi ?"):
        text(worker, variables, words, number, caller)
    eventually(lambda: sent(vendors, caller))
    time.sleep(2)
    assert len(sent(vendors, caller)) == 1
    (head,) = owner.get(CONVERSATIONS, params={"channel": "sms"}).json()["items"]
    place = f"{CONVERSATIONS}/{head['id']}"
    assert owner.post(f"{place}/takeover").status_code == 200
    text(worker, variables, "Ma voiture est prête ?", number, caller)
    eventually(lambda: owner.get(place).json()["conversation"]["waiting_since"])
    assert owner.post(f"{place}/messages", json={"text": "Oui."}).status_code == 201
    eventually(lambda: len(sent(vendors, caller)) == 2)
    assert owner.post(f"{place}/handback").status_code == 200
    text(worker, variables, "Quelle est votre adresse ?", number, caller)
    eventually(lambda: len(sent(vendors, caller)) == 3)
    rows = sql(
        "SELECT role FROM omni_messages WHERE conversation_id = ?1 ORDER BY turn, role = 'agent', id", head["id"]
    )
    roles = [row["role"] for row in rows]
    assert roles == ["caller", "caller", "caller", "agent", "caller", "human", "caller", "agent"]
    found = owner.get(CONVERSATIONS, params={"q": "voiture prete"}).json()["items"]
    assert [one["id"] for one in found] == [head["id"]]


def test_a_mail_comes_through_email_routing_with_its_file(
    owner: httpx.Client, worker: LocalWorker, variables: Mapping[str, str], vendors: FakeServer
) -> None:
    slug = owner.get("/api/v1/auth/me").json()["tenant"]["slug"]
    to, sender = f"{slug}@{variables['MAIL_DOMAIN']}", f"{uuid4().hex}@mail.sample.example"
    message = mail("Quels sont vos horaires ?", to, sender=sender, Message_ID=f"<{uuid4().hex}@m>")
    message.add_attachment(b"%PDF-1.4 sample", maintype="application", subtype="pdf", filename="devis.pdf")

    def deliver(recipient: str) -> httpx.Response:
        query = {"from": sender, "to": recipient}
        return httpx.post(f"{worker.url}/cdn-cgi/local/email", params=query, content=message.as_bytes(), **PATIENT)

    assert deliver(to).status_code == 200
    refused = deliver(f"nobody@{variables['MAIL_DOMAIN']}")
    assert "550" in refused.text
    (letter,) = eventually(lambda: [one for one in vendors.fakes.resend.mails if one["to"] == [sender]])
    assert letter["subject"] == "Re: Mes pneus"
    (head,) = owner.get(CONVERSATIONS, params={"channel": "email"}).json()["items"]
    place = f"{CONVERSATIONS}/{head['id']}"

    def stored() -> list[dict[str, Any]]:
        found = owner.get(place).json()["conversation"]["messages"][0]["attachments"]
        return [one for one in found if one["status"] == "stored"]

    (attachment,) = eventually(stored)
    kept = owner.get(f"{CONVERSATIONS}/attachments/{attachment['id']}")
    assert (kept.content, kept.headers["content-type"]) == (b"%PDF-1.4 sample", "application/pdf")


def test_a_visitor_chats_over_a_socket_and_hears_a_human(owner: httpx.Client, worker: LocalWorker) -> None:
    slug = owner.get("/api/v1/auth/me").json()["tenant"]["slug"]
    chat = f"/api/v1/public/{slug}/chat"
    token = httpx.post(f"{worker.url}{chat}/sessions", **PATIENT).json()["session"]["token"]

    async def talk() -> list[str]:
        address = f"{worker.url.replace('http', 'ws', 1)}{chat}/socket?session={token}"
        async with asyncio.timeout(PATIENCE_S), connect(address, proxy=None) as socket:
            await socket.send(json.dumps({"text": "Quels sont vos horaires ?", "client_id": "client-1"}))
            heard = [json.loads(await socket.recv()) for _ in range(2)]
            (head,) = (await asyncio.to_thread(owner.get, CONVERSATIONS, params={"channel": "web"})).json()["items"]
            answer = await asyncio.to_thread(
                owner.post, f"{CONVERSATIONS}/{head['id']}/messages", json={"text": "Un collègue vous répond."}
            )
            assert answer.status_code == 201
            heard.append(json.loads(await socket.recv()))
        return [one["role"] for one in heard]

    assert asyncio.run(talk()) == ["visitor", "agent", "human"]
    given = {"text": "Merci", "client_id": "client-2"}
    headers = {"Authorization": f"Bearer {token}"}
    items = httpx.post(f"{worker.url}{chat}/messages", json=given, headers=headers, **PATIENT).json()
    assert [one["role"] for one in items["items"]] == ["visitor", "agent", "human", "visitor"]
    last = items["items"][1]["id"]
    with httpx.stream(
        "GET", f"{worker.url}{chat}/events", params={"session": token}, headers={"last-event-id": last}, **PATIENT
    ) as stream:
        told = []
        for line in stream.iter_lines():
            if line.startswith("data: "):
                told.append(json.loads(line.removeprefix("data: "))["role"])
            if len(told) == 2:
                break
    assert told == ["human", "visitor"]
