from typing import Any

import httpx
import pytest

from tests.support.business import onboard, sign_up
from tests.support.fakes import World
from tools.seed import ASSISTANT

BASE = "/api/v1/omnichannel"
AGENT: dict[str, Any] = {key: value for key, value in ASSISTANT.items() if key != "phone_number"}


@pytest.fixture
def agent(client: httpx.Client) -> dict[str, Any]:
    sign_up(client)
    answer = client.post(f"{BASE}/agents", json=AGENT)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["agent"]
    return made


def test_the_first_agent_is_the_default_and_the_second_is_not(client: httpx.Client, agent: dict[str, Any]) -> None:
    second = client.post(f"{BASE}/agents", json={**AGENT, "agent_name": "Alex"}).json()["agent"]
    assert (agent["is_default"], second["is_default"]) == (True, False)
    assert (agent["voice_mode"], agent["enable_products"], agent["version"]) == ("gather", False, 1)
    for path in ("agent/config", "agent-config"):
        assert client.get(f"{BASE}/{path}").json()["agent"]["id"] == agent["id"]


def test_a_change_is_a_new_version_and_the_old_one_stays(client: httpx.Client, agent: dict[str, Any]) -> None:
    changed = client.patch(f"{BASE}/agents/{agent['id']}", json={"agent_name": "Alex", "voice_mode": "relay"})
    assert (changed.json()["agent"]["agent_name"], changed.json()["agent"]["version"]) == ("Alex", 2)
    versions = client.get(f"{BASE}/agents/{agent['id']}/versions").json()["items"]
    assert [(v["version"], v["config"]["agent_name"]) for v in versions] == [(2, "Alex"), (1, "Camille")]
    assert versions[0]["config"]["greeting_message"].startswith("{business}, bonjour.")
    assert versions[0]["config"]["enable_products"] is False


def test_pages_of_versions(client: httpx.Client, agent: dict[str, Any]) -> None:
    for n in range(4):
        client.patch(f"{BASE}/agents/{agent['id']}", json={"agent_name": f"Alex {n}"})
    seen, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = client.get(f"{BASE}/agents/{agent['id']}/versions", params=query).json()
        seen += [v["version"] for v in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


def test_a_change_that_came_second_is_told_so(client: httpx.Client, agent: dict[str, Any], world: World) -> None:
    run = world.db.batch

    async def overtaken(*statements: Any, idempotent: bool = False) -> Any:
        if any(s.sql.startswith("UPDATE omni_agent_configs SET agent_type") for s in statements):
            world.db.connection.execute("UPDATE omni_agent_configs SET version = 7, updated_at = 'later'")
            world.db.connection.execute(
                "INSERT INTO omni_agent_versions SELECT tenant_id, agent_id, 7, config, '' FROM omni_agent_versions"
            )
        return await run(*statements, idempotent=idempotent)

    world.db.batch = overtaken  # type: ignore[method-assign]
    answer = client.patch(f"{BASE}/agents/{agent['id']}", json={"agent_name": "Alex"})
    assert (answer.status_code, answer.json()["code"]) == (409, "agent_changed")
    assert world.db.rows("SELECT agent_name, version FROM omni_agent_configs") == [
        {"agent_name": "Camille", "version": 7}
    ]


def test_another_agent_becomes_the_default(client: httpx.Client, agent: dict[str, Any]) -> None:
    second = client.post(f"{BASE}/agents", json=AGENT).json()["agent"]
    assert client.patch(f"{BASE}/agents/{second['id']}", json={"is_default": True}).json()["agent"]["is_default"]
    assert client.get(f"{BASE}/agent/config").json()["agent"]["id"] == second["id"]
    assert client.get(f"{BASE}/agents/{agent['id']}").json()["agent"]["is_default"] is False


def test_put_config_makes_and_then_replaces_the_default(client: httpx.Client, world: World) -> None:
    sign_up(client)
    assert client.get(f"{BASE}/agent/config").status_code == 404
    made = client.put(f"{BASE}/agent/config", json=AGENT).json()["agent"]
    again = client.put(f"{BASE}/agent-config", json={**AGENT, "agent_name": "Alex"}).json()["agent"]
    assert (again["id"], again["version"], again["agent_name"]) == (made["id"], 2, "Alex")
    assert client.delete(f"{BASE}/agent/config").json() == {"success": True}
    assert client.get(f"{BASE}/agent/config").status_code == 404
    assert world.db.rows("SELECT COUNT(*) AS n FROM omni_agent_versions") == [{"n": 2}]


def test_an_agent_that_answers_a_number_stays(client: httpx.Client) -> None:
    onboard(client, number="+33199001234")
    answer = client.delete(f"{BASE}/agent/config")
    assert (answer.status_code, answer.json()["code"]) == (409, "agent_in_use")


@pytest.mark.parametrize(
    "change", [{"agent_name": None}, {"agent_type": "butcher"}, {"version": 3}, {"is_default": False}]
)
def test_a_change_that_makes_no_sense(client: httpx.Client, agent: dict[str, Any], change: dict[str, Any]) -> None:
    assert client.patch(f"{BASE}/agents/{agent['id']}", json=change).status_code == 422


def test_numbers_are_mapped_changed_and_removed(client: httpx.Client, agent: dict[str, Any]) -> None:
    body = {"phone_number": "01 99 00 12 34", "agent_id": agent["id"], "transfer_number": "06 39 98 00 09"}
    made = client.post(f"{BASE}/phone-mappings", json=body)
    mapping = made.json()["phone_mapping"]
    assert (made.status_code, mapping["phone_number"], mapping["transfer_number"]) == (
        201,
        "+33199001234",
        "+33639980009",
    )
    assert mapping["verified_at"] is not None
    path = f"{BASE}/phone-mappings/{mapping['id']}"
    again = client.post(f"{BASE}/phone-mappings", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "phone_number_mapped")
    changed = client.patch(path, json={"after_hours": "voicemail", "transfer_number": None, "is_active": False})
    assert changed.json()["phone_mapping"] | {"updated_at": ""} == mapping | {
        "after_hours": "voicemail",
        "transfer_number": None,
        "is_active": False,
        "updated_at": "",
    }
    assert client.delete(path).status_code == 200
    assert client.get(path).status_code == 404
    assert client.delete(path).status_code == 404


def test_a_number_goes_only_to_ones_own_agent(client: httpx.Client, other: httpx.Client, agent: dict[str, Any]) -> None:
    sign_up(other)
    body = {"phone_number": "+33199001234", "agent_id": agent["id"]}
    refused = other.post(f"{BASE}/phone-mappings", json=body)
    assert (refused.status_code, refused.json()["pointer"]) == (404, "/agent_id")
    mapping = client.post(f"{BASE}/phone-mappings", json=body).json()["phone_mapping"]
    for method in ("GET", "DELETE"):
        assert other.request(method, f"{BASE}/phone-mappings/{mapping['id']}").status_code == 404
        assert other.request(method, f"{BASE}/agents/{agent['id']}").status_code == 404
    theirs = other.post(f"{BASE}/agents", json=AGENT).json()["agent"]
    taken = other.post(f"{BASE}/phone-mappings", json={**body, "agent_id": theirs["id"]})
    assert (taken.status_code, taken.json()["code"]) == (409, "phone_number_taken")


def test_a_number_given_up_can_be_taken_and_not_taken_back(
    client: httpx.Client, other: httpx.Client, agent: dict[str, Any]
) -> None:
    body = {"phone_number": "+33199001234", "agent_id": agent["id"]}
    mapping = client.post(f"{BASE}/phone-mappings", json=body).json()["phone_mapping"]
    path = f"{BASE}/phone-mappings/{mapping['id']}"
    client.patch(path, json={"is_active": False})
    sign_up(other)
    theirs = other.post(f"{BASE}/agents", json=AGENT).json()["agent"]
    assert other.post(f"{BASE}/phone-mappings", json={**body, "agent_id": theirs["id"]}).status_code == 201
    back = client.patch(path, json={"is_active": True})
    assert (back.status_code, back.json()["code"]) == (409, "phone_number_taken")


def test_lists_come_in_pages(client: httpx.Client, agent: dict[str, Any]) -> None:
    for _ in range(2):
        client.post(f"{BASE}/agents", json=AGENT)
    first = client.get(f"{BASE}/agents", params={"limit": "2"}).json()
    rest = client.get(f"{BASE}/agents", params={"limit": "2", "cursor": first["next_cursor"]}).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


def first_agent(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/omnichannel/agents").json()["items"][0]
    return found


def test_a_draft_is_answered_from_only_once_it_is_published(client: httpx.Client, world: World) -> None:
    onboard(client, number=None)
    agent = first_agent(client)
    path = f"/api/v1/omnichannel/agents/{agent['id']}"
    draft = client.patch(path, json={"greeting_message": "Bonjour !", "publish": False}).json()["agent"]
    assert (draft["version"], draft["has_draft"], draft["greeting_message"]) == (1, True, "Bonjour !")
    assert len(world.db.rows("SELECT * FROM omni_agent_versions")) == 1
    published = client.post(f"{path}/publish").json()["agent"]
    assert (published["version"], published["has_draft"]) == (2, False)
    assert client.post(f"{path}/publish").json()["agent"] == published
    configs = [one["config"] for one in client.get(f"{path}/versions").json()["items"]]
    assert configs[0]["greeting_message"] == "Bonjour !"
    assert configs[1]["greeting_message"] != "Bonjour !"


def test_versions_differ_by_field_and_come_back(client: httpx.Client, world: World) -> None:
    onboard(client, number=None)
    path = f"/api/v1/omnichannel/agents/{first_agent(client)['id']}"
    models = [{"provider": "openai", "model": "gpt-4.1-mini", "temperature": 0.3, "max_tokens": 200}]
    client.patch(path, json={"agent_name": "Alex", "models": models})
    changed = client.get(f"{path}/versions/1/diff/2").json()["items"]
    assert [one["field"] for one in changed] == ["agent_name", "models"]
    assert (changed[0]["after"], changed[1]["before"], changed[1]["after"]) == ("Alex", None, models)
    assert client.get(f"{path}/versions/2/diff/2").json()["items"] == []
    back = client.post(f"{path}/rollback", json={"version": 1}).json()["agent"]
    assert (back["version"], back["models"], back["has_draft"]) == (3, None, False)
    assert client.get(f"{path}/versions/1/diff/3").json()["items"] == []
    for missing in (f"{path}/versions/1/diff/9", f"{path}/versions/9/diff/1"):
        assert client.get(missing).status_code == 404
    before = world.db.dump()
    assert client.post(f"{path}/rollback", json={"version": 9}).status_code == 404
    assert world.db.dump()["omni_agent_versions"] == before["omni_agent_versions"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"models": [{"provider": "openai"}]}, "/models/0/model"),
        ({"models": [{"provider": "x", "model": "y"}]}, "/models/0/provider"),
        ({"models": [{"provider": "openai", "model": "a b"}]}, "/models/0/model"),
        ({"models": [{"provider": "openai", "model": "y", "temperature": 3}]}, "/models/0/temperature"),
        ({"tools": ["delete_everything"]}, "/tools/0"),
    ],
)
def test_models_and_tools_are_checked(client: httpx.Client, changes: dict[str, Any], pointer: str) -> None:
    onboard(client, number=None)
    refused = client.patch(f"/api/v1/omnichannel/agents/{first_agent(client)['id']}", json=changes)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
