"""Our agents as Vapi's assistants: pushed one way, never twice, and what differs is told; settings, typed."""

from typing import Any

import httpx
import pytest

from tests.routes.test_engine import NUMBER
from tests.support.business import onboard
from tests.support.fakes import World

PUSHED = "/api/v1/vapi/assistants"
SETTINGS = "/api/v1/vapi/settings"


@pytest.fixture
def agent(client: httpx.Client) -> str:
    onboard(client, number=NUMBER)
    key = {"api_key": "vapi-sample-0123456789", "webhook_secret": "vapi-secret-0123456789"}
    assert client.put("/api/v1/integrations/vapi/credentials", json=key).status_code == 200
    return str(client.get("/api/v1/omnichannel/agents").json()["items"][0]["id"])


def push(client: httpx.Client, agent: str, status: int = 200) -> dict[str, Any]:
    answer = client.post(f"{PUSHED}/{agent}/push")
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    assistant: dict[str, Any] = told.get("assistant", told)
    return assistant


def test_an_agent_is_pushed_and_brought_up(client: httpx.Client, agent: str, world: World) -> None:
    first = push(client, agent)
    (there,) = world.fakes.vapi.assistants.values()
    assert (first["external_id"], first["version"], first["drift"]) == (there["id"], 1, [])
    assert there["metadata"] == {"agent_id": agent}
    (integration,) = [one for one in client.get("/api/v1/integrations").json()["items"] if one["provider"] == "vapi"]
    assert there["server"]["url"].endswith(f"/webhooks/vapi/{integration['webhook_token']}")
    client.patch(f"/api/v1/omnichannel/agents/{agent}", json={"greeting_message": "Bonjour du garage."})
    again = push(client, agent)
    assert (again["external_id"], again["version"]) == (first["external_id"], 2)
    assert world.fakes.vapi.assistants[first["external_id"]]["firstMessage"] == "Bonjour du garage."


def test_a_push_that_broke_off_is_found_again(client: httpx.Client, agent: str, world: World) -> None:
    world.db.fail_in = ("UPDATE hosted_assistants", 1)
    assert client.post(f"{PUSHED}/{agent}/push").status_code == 503
    world.db.fail_in = None
    (row,) = client.get(PUSHED).json()["items"]
    assert row["external_id"] is None
    assert push(client, agent)["external_id"] == next(iter(world.fakes.vapi.assistants))
    assert len(world.fakes.vapi.assistants) == 1


def test_what_somebody_changed_over_there_is_told_and_put_right(client: httpx.Client, agent: str, world: World) -> None:
    pushed = push(client, agent)
    assert client.post(f"{PUSHED}/{agent}/check").json()["assistant"]["drift"] == []
    there = world.fakes.vapi.assistants[pushed["external_id"]]
    there["firstMessage"] = "Something else"
    there["model"]["url"] = "https://elsewhere.sample.example"
    there["theirs"] = 1
    assert client.post(f"{PUSHED}/{agent}/check").json()["assistant"]["drift"] == ["firstMessage", "model.url"]
    assert client.get(PUSHED).json()["items"][0]["drift"] == ["firstMessage", "model.url"]
    assert push(client, agent)["drift"] == []
    assert client.post(f"{PUSHED}/{agent}/check").json()["assistant"]["drift"] == []
    world.fakes.vapi.assistants.clear()
    assert client.post(f"{PUSHED}/{agent}/check").json()["assistant"]["drift"] == ["deleted"]
    assert push(client, agent)["external_id"] != pushed["external_id"]


def test_without_an_account_or_with_a_vendor_that_is_down_it_is_said_so(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    agent = client.get("/api/v1/omnichannel/agents").json()["items"][0]["id"]
    assert push(client, agent, 409)["code"] == "platform_not_configured"
    client.put("/api/v1/integrations/vapi/credentials", json={"api_key": "vapi-sample-0123456789"})
    world.fakes.fail("vapi", times=20)
    assert push(client, agent, 502)["code"] == "vendor_failed"
    assert client.post(f"{PUSHED}/agent_nobody/push").status_code == 404
    world.fakes.fail("vapi", times=0)
    assert client.post(f"{PUSHED}/{agent}/check").status_code == 404


def test_settings_are_typed(client: httpx.Client, agent: str, world: World) -> None:
    listed = {one["key"]: one["value"] for one in client.get(SETTINGS).json()["items"]}
    assert listed["transfer_mode"] == "warm"
    assert client.put(f"{SETTINGS}/silence_timeout_s", json={"value": 60}).json()["setting"]["value"] == 60
    for key, value in (("silence_timeout_s", 1), ("silence_timeout_s", "60"), ("transfer_mode", "sideways")):
        answer = client.put(f"{SETTINGS}/{key}", json={"value": value})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/value")
    assert client.put(f"{SETTINGS}/nothing", json={"value": 1}).status_code == 404
    assert client.get(f"{SETTINGS}/nothing").status_code == 404
    client.put(f"{SETTINGS}/end_call_message", json={"value": "Au revoir."})
    push(client, agent)
    (there,) = world.fakes.vapi.assistants.values()
    assert (there["silenceTimeoutSeconds"], there["endCallMessage"]) == (60, "Au revoir.")
