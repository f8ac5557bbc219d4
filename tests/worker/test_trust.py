"""Identity, secrets, senders and effects on the real runtime: WebCrypto, fetch, queues, rate limits, SIGKILL."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from typing import Any
from uuid import uuid4

import httpx
import pytest
from svix.webhooks import Webhook
from twilio.request_validator import RequestValidator

from tests.support.business import onboard, sign_up
from tests.support.patience import PATIENT, eventually
from tools.caller.session import SimulatedCall
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker, rows
from tools.runtime.locations import ROOT

Sql = Callable[..., list[dict[str, Any]]]
CONCURRENT = 50
KEY = "sk-sample-0123456789abcdef"
_numbers = iter(range(500_000, 599_999))


@pytest.fixture
def client(worker: LocalWorker) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=worker.url, **PATIENT) as given:
        given.headers["CF-Connecting-IP"] = f"2001:db8::{uuid4().hex[:4]}"
        yield given


def test_a_mail_reaches_its_vendor_through_the_queue(client: httpx.Client, vendors: FakeServer) -> None:
    email = f"{uuid4().hex}@sample.example"
    sign_up(client, email=email)
    mails = vendors.fakes.resend.mails
    (mail,) = eventually(lambda: [one for one in mails if one["to"] == [email]])
    token = re.search(r"[0-9a-f]{64}", mail["text"])
    assert token
    assert client.post("/api/v1/auth/verify-email", json={"token": token[0]}).status_code == 200
    assert client.post("/api/v1/auth/verify-email", json={"token": token[0]}).status_code == 400


def test_credentials_are_asked_for_by_fetch_and_sealed_by_webcrypto(
    client: httpx.Client, vendors: FakeServer, sql: Sql
) -> None:
    tenant_id = sign_up(client)["tenant"]["id"]
    path = "/api/v1/integrations/openai/credentials"
    stored = client.put(path, json={"api_key": KEY})
    assert (stored.status_code, stored.json()["integration"]["fields"]) == (200, [{"name": "api_key", "last4": "cdef"}])
    (row,) = sql("SELECT ciphertext FROM tenant_credentials WHERE tenant_id = ?1", tenant_id)
    assert KEY not in str(row["ciphertext"])
    vendors.fakes.keys.rejected_keys.add("sk-sample-refused-0123456789")
    refused = client.put(path, json={"api_key": "sk-sample-refused-0123456789"})
    assert (refused.status_code, refused.json()["code"]) == (422, "credentials_rejected")
    vendors.fakes.fail("openai", times=3)
    assert client.put(path, json={"api_key": KEY}).json()["code"] == "vendor_failed"
    assert sql("SELECT ciphertext FROM tenant_credentials WHERE tenant_id = ?1", tenant_id) == [row]


def test_a_number_is_found_in_the_own_account(client: httpx.Client, vendors: FakeServer, sql: Sql) -> None:
    sid, number = f"AC{uuid4().hex}", f"+33199{next(_numbers)}"
    vendors.fakes.twilio.add_account(sid, "b" * 32, numbers=[number])
    tenant_id = onboard(client, number=number)
    body = {"account_sid": sid, "auth_token": "b" * 32}
    assert client.put("/api/v1/integrations/twilio/credentials", json=body).status_code == 200
    (mapping,) = client.get("/api/v1/omnichannel/phone-mappings").json()["items"]
    proven = client.post(f"/api/v1/omnichannel/phone-mappings/{mapping['id']}/verify")
    assert proven.status_code == 200, proven.text
    (row,) = sql("SELECT proof, provider_account FROM omni_phone_mappings WHERE tenant_id = ?1", tenant_id)
    assert row == {"proof": "account", "provider_account": sid}
    with SimulatedCall(str(client.base_url), number, "+33639980001", sid, "b" * 32) as call:
        assert call.start()
        assert call.say("êtes-vous ouvert samedi ?")


def test_an_own_system_is_told_what_happens(
    client: httpx.Client, vendors: FakeServer, variables: Mapping[str, str]
) -> None:
    number, name = f"+33199{next(_numbers)}", uuid4().hex
    onboard(client, number=number)
    url = f"{vendors.origin}/receiver/{name}"
    made = client.post("/api/v1/webhook-endpoints", json={"url": url, "events": ["*"]})
    assert made.status_code == 201, made.text
    twilio = (variables["TWILIO_ACCOUNT_SID"], variables["TWILIO_AUTH_TOKEN"])
    with SimulatedCall(str(client.base_url), number, "+33639980001", *twilio) as call:
        call.start()
        call.say("êtes-vous ouvert samedi ?")
        call.hang_up()
    received = eventually(lambda: found if len(found := vendors.fakes.receiver.of(name)) == 3 else None)
    assert {json.loads(one.body)["type"] for one in received} == {
        "conversation.created",
        "message.received",
        "call.completed",
    }
    for one in received:
        Webhook(made.json()["secret"]).verify(one.body, dict(one.headers))
    for refused in (
        "https://127.0.0.1/",
        f"{vendors.origin}1/",
        "http://localhost:1/",
        "https://nobody.sample.example/",
    ):
        answer = client.post("/api/v1/webhook-endpoints", json={"url": refused, "events": ["*"]})
        assert answer.status_code == 422, refused


def test_a_redirect_is_not_followed(client: httpx.Client, vendors: FakeServer) -> None:
    sign_up(client)
    name = uuid4().hex
    vendors.fakes.receiver.statuses[name] = [302]
    vendors.fakes.receiver.location = f"{vendors.origin}/receiver/elsewhere"
    body = {"url": f"{vendors.origin}/receiver/{name}", "events": ["*"]}
    made = client.post("/api/v1/webhook-endpoints", json=body).json()["endpoint"]["id"]
    tested = client.post(f"/api/v1/webhook-endpoints/{made}/test").json()["delivery"]
    assert tested["log"][0]["reason"] == "redirect_not_followed"
    assert vendors.fakes.receiver.of("elsewhere") == []


def test_fifty_posts_with_one_key_leave_one_effect_and_one_answer(client: httpx.Client, sql: Sql) -> None:
    tenant_id = sign_up(client)["tenant"]["id"]
    body = {"channel": "sms", "to": "+33639980001", "text": "Bonjour", "purpose": "reply"}
    headers = {"Idempotency-Key": uuid4().hex}

    def post() -> httpx.Response:
        return client.post("/api/v1/messaging/messages", json=body, headers=headers)

    with ThreadPoolExecutor(CONCURRENT) as pool:
        answers = [future.result() for future in [pool.submit(post) for _ in range(CONCURRENT)]]
    codes = {answer.status_code for answer in answers}
    assert codes <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"idempotency_in_progress"}
    assert len({answer.text for answer in answers if answer.status_code == 201}) == 1
    again = post()
    assert (again.status_code, again.headers["idempotent-replay"]) == (201, "true")
    sent = "SELECT COUNT(*) AS n FROM outbox WHERE tenant_id = ?1 AND channel = 'sms'"
    assert sql(sent, tenant_id) == [{"n": 1}]
    assert sql("SELECT COUNT(*) AS n FROM idempotency_keys WHERE tenant_id = ?1", tenant_id) == [{"n": 1}]


def test_public_routes_are_limited_by_address(client: httpx.Client) -> None:
    def ask(address: str) -> httpx.Response:
        body = {"email": f"{uuid4().hex}@sample.example"}
        return client.post("/api/v1/auth/forgot-password", json=body, headers={"CF-Connecting-IP": address})

    address = f"2001:db8:1::{uuid4().hex[:4]}"
    # The minute may turn once meanwhile, and the count begins anew.
    answers = list(takewhile(lambda answer: answer.status_code == 200, (ask(address) for _ in range(260))))
    assert 120 <= len(answers) < 260
    limited = ask(address)
    assert (limited.status_code, limited.json()["code"]) == (429, "too_many_requests")
    assert int(limited.headers["retry-after"]) > 0
    assert ask("2001:db8:2::1").status_code == 200


def test_events_outlive_a_worker_that_is_killed(own_worker: LocalWorker, variables: Mapping[str, str]) -> None:
    """A bounded sample; ten thousand are in bench/trust.py."""
    number, count = f"+33199{next(_numbers)}", 30
    path = "/webhooks/omnichannel/sms"
    with httpx.Client(base_url=own_worker.url, **PATIENT) as client:
        tenant_id = onboard(client, number=number)

        def deliver(at: int) -> int:
            params = {
                "MessageSid": f"SM{at:032x}",
                "AccountSid": variables["TWILIO_ACCOUNT_SID"],
                "Body": "STOP",
                "From": f"+336399{at:05d}",
                "To": number,
            }
            validator = RequestValidator(variables["TWILIO_AUTH_TOKEN"])
            signature = validator.compute_signature(f"{own_worker.url}{path}", params)
            return client.post(path, data=params, headers={"X-Twilio-Signature": signature}).status_code

        for at in (*range(count), *range(0, count, 3)):
            assert deliver(at) == 200
        own_worker.kill()
        own_worker.restart()
        for at in range(count - 1, -1, -5):
            assert deliver(at) == 200

    def read(query: str, *values: str) -> list[rows.Row]:
        return rows.read(own_worker.persist_to, query, values)

    handled = "SELECT COUNT(*) AS n FROM inbound_events WHERE kind = 'message.received' AND handled_at IS NOT NULL"

    def done() -> bool:
        own_worker.scheduled("* * * * *")
        return read(handled) == [{"n": count}]

    # What a killed worker had begun becomes due when its lease has run out.
    eventually(done, 100)
    assert read("SELECT COUNT(*) AS n FROM inbound_events WHERE kind = 'message.received'") == [{"n": count}]
    assert read("SELECT COUNT(*) AS n FROM message_consents WHERE tenant_id = ?1", tenant_id) == [{"n": count}]


def test_a_model_answers_through_fetch_as_it_streams_and_is_replayed(
    client: httpx.Client, vendors: FakeServer, variables: Mapping[str, str], sql: Sql, worker: LocalWorker
) -> None:
    number = f"+33199{next(_numbers)}"
    tenant_id = onboard(client, number=number)
    for provider in ("openai", "anthropic"):
        body = {"api_key": f"sk-{provider}-0123456789abcdef"}
        assert client.put(f"/api/v1/integrations/{provider}/credentials", json=body).status_code == 200
    (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
    models = [
        {"provider": "openai", "model": "gpt-4.1-mini"},
        {"provider": "anthropic", "model": "claude-haiku-4-5"},
        {"provider": "workers_ai", "model": "@cf/meta/llama-3.3-70b-instruct-fp8-fast"},
    ]
    changed = client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json={"models": models})
    assert changed.status_code == 200, changed.text
    twilio = (variables["TWILIO_ACCOUNT_SID"], variables["TWILIO_AUTH_TOKEN"])
    with SimulatedCall(str(client.base_url), number, "+33639980001", *twilio) as call:
        call.start()
        assert "voiture" in call.say("Est-ce que vous prêtez une voiture ?")[0]
        vendors.fakes.fail("openai", status=503)
        assert "voiture" in call.say("Est-ce que vous prêtez une voiture ?")[0]
        vendors.fakes.hang("openai")
        vendors.fakes.fail("anthropic", status=529)
        assert call.say("Êtes-vous ouvert samedi ?")  # within the carrier's patience, which is the caller's here
    query = "SELECT decided_by, cost_micros > 0 AS has_cost FROM conversation_turns WHERE tenant_id = ?1 ORDER BY turn"
    first, second, third = sql(query, tenant_id)
    assert (first["decided_by"], first["has_cost"]) == ("openai:gpt-4.1-mini", 1)
    assert second["decided_by"] == "anthropic:claude-haiku-4-5"
    assert third["decided_by"] in ("workers_ai:@cf/meta/llama-3.3-70b-instruct-fp8-fast", "receptionist")
    (conversation,) = sql("SELECT id FROM omni_conversations WHERE tenant_id = ?1", tenant_id)
    command = [sys.executable, "-m", "tools.replay", str(conversation["id"]), "--state", str(worker.persist_to)]
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "3 turns, 0 differences"), again.stdout
    client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json={"system_prompt": "Be somebody else."})
    other = subprocess.run([*command, "--agent-version", "3"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert other.returncode == 1
    assert "turn 1, exchanges:" in other.stdout
