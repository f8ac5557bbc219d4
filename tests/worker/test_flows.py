"""The product as its users meet it: over HTTP, on workerd, with real D1, R2, queue and cron."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.support.business import onboard, save, sign_up, start
from tests.support.patience import PATIENT, eventually
from tools import seed
from tools.caller.document import read
from tools.caller.session import SimulatedCall
from tools.runtime import LocalWorker
from tools.runtime.locations import ROOT

Sql = Callable[..., list[dict[str, Any]]]
CONCURRENT = 20
VOICE = "/webhooks/omnichannel/voice"
_numbers = iter(range(1000, 9999))


def fresh_number() -> str:
    """Of the range that France keeps for fiction."""
    return f"+33199{next(_numbers):06d}"


@pytest.fixture
def client(worker: LocalWorker) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=worker.url, **PATIENT) as given:
        yield given


@pytest.fixture
def other(worker: LocalWorker) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=worker.url, **PATIENT) as given:
        yield given


@pytest.fixture
def dial(worker: LocalWorker, variables: Mapping[str, str]) -> Callable[[str], SimulatedCall]:
    def call(number: str) -> SimulatedCall:
        return SimulatedCall(
            worker.url, number, "+33639980001", variables["TWILIO_ACCOUNT_SID"], variables["TWILIO_AUTH_TOKEN"]
        )

    return call


def at_once(work: Callable[[], httpx.Response], times: int = CONCURRENT) -> list[httpx.Response]:
    with ThreadPoolExecutor(times) as pool:
        return [future.result() for future in [pool.submit(work) for _ in range(times)]]


def cost(answer: httpx.Response) -> dict[str, int]:
    """D1 round trips, queries, rows read and written, from Server-Timing."""
    counts = answer.headers["server-timing"].partition('desc="')[2].rstrip('"').split()
    return {name: int(value) for name, _, value in (part.partition("=") for part in counts)}


def test_from_sign_up_to_a_call_in_the_business_own_words(
    client: httpx.Client, worker: LocalWorker, dial: Callable[[str], SimulatedCall], sql: Sql
) -> None:
    number = fresh_number()
    tenant_id = onboard(client, number=number, greeting_message="{business}, bonjour, ici {agent}.")
    with dial(number) as call:
        assert call.start() == ["Garage Exemple, bonjour, ici Camille."]
        assert "9 heures à midi 30" in call.say("êtes-vous ouvert samedi ?")[0]
        assert "89 euros" in call.say("combien coûte une vidange ?")[0]
        for words in ("je voudrais laisser un message", "Sample Caller", "oui", "Ma voiture fait du bruit"):
            last = call.say(words)
        assert last[0].startswith("C'est noté")
        call.say("non merci")
        assert call.is_over
    (ticket,) = sql("SELECT caller_name, phone_number, body FROM tickets WHERE tenant_id = ?1", tenant_id)
    assert tuple(ticket.values()) == ("Sample Caller", "+33639980001", "Ma voiture fait du bruit")
    (stored,) = sql(
        "SELECT c.status, s.status AS conversation, s.outcome FROM calls AS c"
        " JOIN omni_conversations AS s ON s.id = c.conversation_id WHERE c.tenant_id = ?1",
        tenant_id,
    )
    assert tuple(stored.values()) == ("completed", "closed", "message_taken")
    printed = worker.wrangler(
        *("d1", "execute", "coccinelle-db", "--local", "--persist-to", str(worker.persist_to), "--json", "--command"),
        f"SELECT a.agent_name, m.phone_number, s.status FROM omni_agent_configs AS a, omni_phone_mappings AS m, "
        f"onboarding_sessions AS s WHERE a.tenant_id = '{tenant_id}' AND m.agent_id = a.id AND s.tenant_id = a.tenant_id",
    )
    assert json.loads(printed)[0]["results"] == [
        {"agent_name": "Camille", "phone_number": number, "status": "completed"}
    ]


def test_a_step_is_one_write_round_trip_and_a_turn_two_in_all(
    client: httpx.Client, worker: LocalWorker, variables: Mapping[str, str]
) -> None:
    sign_up(client)
    session = start(client)
    number = fresh_number()
    for step in ("business", "knowledge", "services", "assistant"):
        answer = save(client, session, step, **({"phone_number": number} if step == "assistant" else {}))
        assert cost(answer)["trips"] == 2  # who is asking, and the write
    with SimulatedCall(
        client, number, "+33639980001", variables["TWILIO_ACCOUNT_SID"], variables["TWILIO_AUTH_TOKEN"]
    ) as call:
        call.start()
        call.say("quels sont vos horaires ?")
        repeated = call.resend_last()
        assert cost(repeated) | {"read": 0} == {"trips": 1, "queries": 1, "read": 0, "written": 0}


def test_the_same_step_many_times_at_once_leaves_one_agent_and_one_number(client: httpx.Client, sql: Sql) -> None:
    tenant_id = sign_up(client)["tenant"]["id"]
    session = start(client)
    for step in ("business", "knowledge", "services"):
        save(client, session, step)
    number = fresh_number()
    answers = at_once(lambda: save(client, session, "assistant", phone_number=number))
    assert {answer.status_code for answer in answers} == {200}
    for table in ("omni_agent_configs", "omni_agent_versions", "omni_phone_mappings"):
        assert sql(f"SELECT COUNT(*) AS n FROM {table} WHERE tenant_id = ?1", tenant_id) == [{"n": 1}], table
    assert len({answer.json()["agent"]["id"] for answer in answers}) == 1


def test_a_batch_whose_last_constraint_fails_leaves_no_row(client: httpx.Client, other: httpx.Client, sql: Sql) -> None:
    number = fresh_number()
    onboard(other, number=number)
    tenant_id = sign_up(client)["tenant"]["id"]
    session = start(client)
    for step in ("business", "knowledge", "services"):
        save(client, session, step)
    answer = save(client, session, "assistant", phone_number=number)
    assert (answer.status_code, answer.json()["code"]) == (409, "phone_number_taken")
    for table in ("omni_agent_configs", "omni_agent_versions", "omni_phone_mappings"):
        assert sql(f"SELECT COUNT(*) AS n FROM {table} WHERE tenant_id = ?1", tenant_id) == [{"n": 0}], table
    assert sql("SELECT current_step FROM onboarding_sessions WHERE tenant_id = ?1", tenant_id) == [{"current_step": 4}]
    assert sql("SELECT COUNT(*) AS n FROM onboarding_steps WHERE tenant_id = ?1", tenant_id) == [{"n": 3}]


def test_many_starts_and_completions_at_once(client: httpx.Client, sql: Sql) -> None:
    tenant_id = sign_up(client)["tenant"]["id"]
    started = at_once(lambda: client.post("/api/v1/onboarding/start"))
    assert sorted(answer.status_code for answer in started) == [200] * (CONCURRENT - 1) + [201]
    session = start(client)
    for step in ("business", "knowledge", "services", "assistant"):
        save(client, session, step)
    done = at_once(lambda: client.post(f"/api/v1/onboarding/session/{session}/complete"))
    assert sorted(answer.status_code for answer in done) == [200] + [409] * (CONCURRENT - 1)
    events = (
        "SELECT event, COUNT(*) AS n FROM onboarding_events WHERE tenant_id = ?1 AND event IN ('started', 'completed')"
    )
    assert sql(f"{events} GROUP BY event ORDER BY event", tenant_id) == [
        {"event": "completed", "n": 1},
        {"event": "started", "n": 1},
    ]


def test_one_address_signing_up_many_times_at_once_is_one_user(client: httpx.Client, sql: Sql) -> None:
    email = f"{uuid4().hex}@sample.example"
    body = {"email": email, "password": "0123456789", "name": "Sample Owner"}
    answers = at_once(lambda: client.post("/api/v1/auth/signup", json=body), 5)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]
    assert sql("SELECT COUNT(*) AS n FROM users WHERE email = ?1", email) == [{"n": 1}]


def test_password_hashes_are_scrypt(client: httpx.Client, sql: Sql) -> None:
    signed_in = sign_up(client, password="correct horse é 🐞")
    (row,) = sql("SELECT password_hash FROM users WHERE id = ?1", signed_in["user"]["id"])
    _, scheme, settings, salt, key = str(row["password_hash"]).split("$")
    assert (scheme, settings) == ("scrypt", "ln=13,r=8,p=10")
    unpadded = [base64.b64decode(part + "=" * (-len(part) % 4)) for part in (salt, key)]
    derived = hashlib.scrypt(
        "correct horse é 🐞".encode(), salt=unpadded[0], n=1 << 13, r=8, p=10, maxmem=1 << 25, dklen=len(unpadded[1])
    )
    assert derived == unpadded[1]
    login = {"email": signed_in["user"]["email"], "password": "correct horse é 🐞"}
    assert client.post("/api/v1/auth/login", json=login).status_code == 200
    assert client.post("/api/v1/auth/login", json=login | {"password": "correct horse"}).status_code == 401


@pytest.fixture
def signed(worker: LocalWorker, variables: Mapping[str, str]) -> Callable[..., httpx.Response]:
    """Posts what a provider would, signed."""

    def post(path: str, **params: str) -> httpx.Response:
        base = {"AccountSid": variables["TWILIO_ACCOUNT_SID"], "From": "+33639980001", "CallStatus": "ringing"} | params
        signature = RequestValidator(variables["TWILIO_AUTH_TOKEN"]).compute_signature(f"{worker.url}{path}", base)
        return httpx.post(f"{worker.url}{path}", data=base, headers={"X-Twilio-Signature": signature}, **PATIENT)

    return post


def test_the_same_call_and_turn_delivered_many_times_at_once(
    client: httpx.Client, signed: Callable[..., httpx.Response], sql: Sql
) -> None:
    number, sid = fresh_number(), f"CA{uuid4().hex}"
    tenant_id = onboard(client, number=number)
    greetings = at_once(lambda: signed(VOICE, CallSid=sid, To=number))
    assert len({answer.text for answer in greetings}) == 1
    assert sql("SELECT COUNT(*) AS n FROM calls WHERE tenant_id = ?1", tenant_id) == [{"n": 1}]
    said = {"CallSid": sid, "To": number, "SpeechResult": "quels sont vos horaires ?", "Confidence": "0.9"}
    turns = at_once(lambda: signed(f"{VOICE}/turn?turn=1", **said))
    assert {answer.status_code for answer in turns} == {200}
    assert len({answer.text for answer in turns}) == 1
    counted = sql(
        "SELECT role, COUNT(*) AS n FROM omni_messages WHERE tenant_id = ?1 GROUP BY role ORDER BY role", tenant_id
    )
    assert counted == [{"role": "agent", "n": 2}, {"role": "caller", "n": 1}]


def test_reports_of_a_call_arrive_in_disorder_and_twice(
    client: httpx.Client, signed: Callable[..., httpx.Response], sql: Sql
) -> None:
    number, sid = fresh_number(), f"CA{uuid4().hex}"
    onboard(client, number=number)
    signed(VOICE, CallSid=sid, To=number)
    for status, sequence in [("completed", 3), ("ringing", 1), ("completed", 3), ("in-progress", 2)]:
        report = {"CallSid": sid, "To": number, "CallStatus": status, "SequenceNumber": str(sequence)}
        assert signed("/webhooks/omnichannel/call-status", **report).status_code == 204
    assert sql("SELECT status, last_sequence FROM calls WHERE provider_call_id = ?1", sid) == [
        {"status": "completed", "last_sequence": 3}
    ]
    assert sql("SELECT COUNT(*) AS n FROM inbound_events WHERE subject = ?1", sid) == [{"n": 3}]


def test_an_unsigned_webhook_is_refused(client: httpx.Client, sql: Sql) -> None:
    sid = f"CA{uuid4().hex}"
    for path in (VOICE, f"{VOICE}/turn?turn=1", "/webhooks/omnichannel/call-status", "/webhooks/omnichannel/fallback"):
        answer = client.post(path, data={"CallSid": sid, "To": "+33199001234"}, headers={"X-Twilio-Signature": "AAAA"})
        assert (answer.status_code, answer.json()["code"]) == (403, "invalid_signature")
    assert sql("SELECT COUNT(*) AS n FROM inbound_events WHERE subject = ?1", sid) == [{"n": 0}]


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"{", JSON, 400),
        (b'{"email": "\xff"}', JSON, 400),
        (b'{"email": "\\ud800"}', JSON, 400),
        (b"[" * 500_000, JSON, 400),
        (b" " * 1_000_001, JSON, 413),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", JSON, 422),
    ],
)
def test_bad_bodies(client: httpx.Client, content: bytes, headers: dict[str, str], status: int) -> None:
    answer = client.post("/api/v1/auth/login", content=content, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"]


def test_a_long_body_without_a_length_is_refused(client: httpx.Client) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b" " * 100_000 for _ in range(11))

    answer = client.post("/api/v1/auth/login", content=pieces(), headers=JSON)
    assert answer.status_code == 413


def test_every_store_is_ready(http: httpx.Client) -> None:
    answer = http.get("/readyz")
    assert answer.status_code == 200
    assert set(answer.json()["latency_ms"]) == {"d1", "r2", "vectorize"}


def test_the_document_and_its_page_are_files(http: httpx.Client) -> None:
    document = http.get("/openapi.json")
    assert document.json()["info"]["title"] == "Coccinelle"
    page = http.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    for path in ("/docs.js", "/docs-assets/swagger-ui.css", "/docs-assets/swagger-ui-bundle.js", "/docs/problems.md"):
        assert http.get(path).status_code == 200, path


def jobs_done(log: str) -> set[str]:
    lines = (line[line.index("{") :] for line in log.splitlines() if '"job.done"' in line)
    return {json.loads(line)["job"] for line in lines}


def test_cron_queues_a_job_and_the_queue_runs_it(worker: LocalWorker) -> None:
    seen = len(worker.log())
    worker.scheduled("*/5 * * * *")
    eventually(lambda: jobs_done(worker.log()[seen:]) >= {"clean_up", "drive"})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"JWT_SECRET": ""}, "JWT_SECRET"),
        ({"ENVIRONMENT": "production", "DEV_OUTBOUND_ORIGINS": "http://x"}, "DEV_OUT"),
    ],
)
def test_an_installation_that_lacks_a_setting_says_so_and_apologises_to_callers(
    tmp_path: Path, variables: Mapping[str, str], changes: dict[str, str], named: str
) -> None:
    broken = {**variables, **changes}
    with LocalWorker(persist_to=tmp_path / "state", variables=broken, log_path=tmp_path / "log") as worker:
        for path in ("/healthz", "/api/v1/auth/me", "/nothing"):
            answer = httpx.get(f"{worker.url}{path}", **PATIENT)
            assert (answer.status_code, answer.json()["code"]) == (503, "misconfigured")
            assert named in answer.json()["detail"]
        spoken = httpx.post(f"{worker.url}{VOICE}", data={"CallSid": "x"}, **PATIENT)
        assert [element.tag for element in read(spoken.content)] == ["Say", "Say", "Hangup"]


@pytest.mark.parametrize(
    ("script", "options"),
    [
        ("message_fr", []),
        ("opening_hours_fr", []),
        ("relay_fr", []),
        ("transfer_fr", []),
        ("vapi_fr", ["--vapi"]),
    ],
)
def test_scripted_calls_from_the_terminal(
    worker: LocalWorker, variables: Mapping[str, str], script: str, options: list[str]
) -> None:
    seed.seed(worker.url, voice_mode="relay")
    command = [sys.executable, "-m", "tools.call", "--to", seed.NUMBER, "--url", worker.url, *options]
    ran = subprocess.run(
        [*command, "--script", f"tools/scripts/{script}.txt"],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "agent: Garage Exemple, bonjour." in ran.stdout
