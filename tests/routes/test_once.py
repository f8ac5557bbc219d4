"""Idempotency-Key: one effect and one answer."""

import httpx
import pytest

from tests.support.business import onboard, sign_up, start
from tests.support.fakes import World
from tools import seed

AGENTS = "/api/v1/omnichannel/agents"
MAPPINGS = "/api/v1/omnichannel/phone-mappings"
AGENT = {key: value for key, value in seed.ASSISTANT.items() if key != "phone_number"}


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


@pytest.fixture
def owner(client: httpx.Client) -> httpx.Client:
    onboard(client, number=None)
    return client


def agents(world: World) -> int:
    return len(world.db.rows("SELECT id FROM omni_agent_configs"))


def test_the_same_request_is_done_once_and_answered_the_same(owner: httpx.Client, world: World) -> None:
    before = agents(world)
    first = owner.post(AGENTS, json=AGENT, headers=keyed("k1"))
    again = owner.post(AGENTS, json=AGENT, headers=keyed("k1"))
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    assert agents(world) == before + 1


def test_without_a_key_it_is_done_again(owner: httpx.Client, world: World) -> None:
    before = agents(world)
    for _ in range(2):
        assert owner.post(AGENTS, json=AGENT).status_code == 201
    assert agents(world) == before + 2


def test_another_body_under_the_same_key_is_refused(owner: httpx.Client, world: World) -> None:
    owner.post(AGENTS, json=AGENT, headers=keyed("k1"))
    before = world.db.dump()
    refused = owner.post(AGENTS, json=AGENT | {"agent_name": "Other"}, headers=keyed("k1"))
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
    assert world.db.dump() == before


def test_a_key_is_of_its_tenant_principal_method_and_path(owner: httpx.Client, other: httpx.Client) -> None:
    sign_up(other)
    first = owner.post(AGENTS, json=AGENT, headers=keyed("k1"))
    elsewhere = other.post(AGENTS, json=AGENT, headers=keyed("k1"))
    assert elsewhere.json()["agent"]["id"] != first.json()["agent"]["id"]
    number = {"phone_number": "+33199001234", "agent_id": first.json()["agent"]["id"]}
    assert owner.post(MAPPINGS, json=number, headers=keyed("k1")).status_code == 201
    assert owner.post(MAPPINGS, json=number, headers=keyed("k1")).headers["idempotent-replay"] == "true"


def test_a_refused_request_uses_up_no_key(owner: httpx.Client) -> None:
    wrong = owner.post(AGENTS, json={}, headers=keyed("k1"))
    assert wrong.status_code == 422
    assert owner.post(AGENTS, json=AGENT, headers=keyed("k1")).status_code == 201


def test_the_record_is_in_the_batch_of_the_effect(owner: httpx.Client, world: World) -> None:
    before = world.db.dump()
    world.db.fail_in = ("INSERT INTO omni_agent_configs", 2)
    assert owner.post(AGENTS, json=AGENT, headers=keyed("k1")).status_code == 503
    assert world.db.dump() == before
    world.db.fail_in = None
    assert owner.post(AGENTS, json=AGENT, headers=keyed("k1")).status_code == 201


def test_while_the_first_is_not_answered_the_second_is_told_so(owner: httpx.Client, world: World) -> None:
    owner.post(AGENTS, json=AGENT, headers=keyed("k1"))
    world.db.connection.execute("UPDATE idempotency_keys SET status = NULL, answer = NULL")
    before = agents(world)
    answer = owner.post(AGENTS, json=AGENT, headers=keyed("k1"))
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
    assert agents(world) == before


def test_a_key_is_good_again_after_a_day(owner: httpx.Client, world: World) -> None:
    owner.post(AGENTS, json=AGENT, headers=keyed("k1"))
    world.clock.advance(hours=25)
    token = owner.post("/api/v1/auth/signup", json={"email": "x@sample.example", "password": "0" * 10, "name": "X"})
    assert token.status_code == 201
    email = world.db.rows("SELECT email FROM users ORDER BY id LIMIT 1")[0]["email"]
    login = owner.post("/api/v1/auth/login", json={"email": email, "password": "0123456789"}).json()
    owner.headers["Authorization"] = f"Bearer {login['access_token']}"
    answer = owner.post(AGENTS, json=AGENT, headers=keyed("k1"))
    assert (answer.status_code, "idempotent-replay" in answer.headers) == (201, False)


@pytest.mark.parametrize("key", ["", "x" * 129, "tab\tkey"])
def test_a_key_has_a_form(owner: httpx.Client, key: str) -> None:
    answer = owner.post(AGENTS, json=AGENT, headers=keyed(key))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/header/Idempotency-Key")


def test_steps_and_failures_of_onboarding_keep_their_record_apart(client: httpx.Client, world: World) -> None:
    sign_up(client)
    session = start(client)
    path = f"/api/v1/onboarding/session/{session}/complete"
    for _ in range(2):
        assert client.post(path, headers=keyed("k1")).json()["code"] == "onboarding_incomplete"
    assert world.db.rows("SELECT COUNT(*) AS n FROM onboarding_events WHERE event = 'failed'") == [{"n": 2}]
    assert world.db.rows("SELECT * FROM idempotency_keys") == []


def test_signing_up_keeps_no_record(client: httpx.Client, world: World) -> None:
    body = {"email": "k@sample.example", "password": "0123456789", "name": "Sample"}
    client.post("/api/v1/auth/signup", json=body, headers=keyed("k1"))
    assert world.db.rows("SELECT * FROM idempotency_keys") == []
