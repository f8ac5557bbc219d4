"""API keys, members and invitations."""

import re

import httpx
import pytest

from tests.support.business import onboard, sign_up
from tests.support.fakes import World
from tests.support.http import client_of

AUTH, TEAM = "/api/v1/auth", "/api/v1/team"
AGENTS = "/api/v1/omnichannel/agents"


def new_key(client: httpx.Client, *scopes: str) -> str:
    answer = client.post(f"{AUTH}/api-keys", json={"name": "Sample key", "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["key"])


def by(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture
def owner(client: httpx.Client) -> httpx.Client:
    sign_up(client, company_name="Garage Exemple")
    return client


def invited(client: httpx.Client, email: str, role: str = "agent") -> str:
    """The token that the invited person finds in their mail."""
    answer = client.post(f"{TEAM}/invitations", json={"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    mail = client.get("/dev/outbox").json()["items"][0]
    assert (mail["template"], mail["recipient"]) == ("invitation", email)
    token = re.search(r"token=([0-9a-f]+)", mail["text"])
    assert token
    return token[1]


def test_a_key_is_shown_once_and_kept_as_a_hash(owner: httpx.Client, world: World) -> None:
    key = new_key(owner, "agents:read")
    assert re.fullmatch(r"cok_\w+_[0-9a-f]{64}", key)
    assert key.rpartition("_")[2] not in str(world.db.dump())
    (listed,) = owner.get(f"{AUTH}/api-keys").json()["items"]
    assert (listed["name"], listed["scopes"], listed["last_used_at"]) == ("Sample key", ["agents:read"], None)
    assert "key" not in listed


def test_a_key_does_what_its_scopes_say(owner: httpx.Client) -> None:
    key = new_key(owner, "agents:read")
    assert owner.get(AGENTS, headers=by(key)).status_code == 200
    refused = owner.delete(f"{AGENTS}/agent_x", headers=by(key))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "agents:write" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", f"{AUTH}/logout"), ("GET", f"{AUTH}/api-keys"), ("GET", f"{TEAM}/invitations")],
)
def test_no_key_stands_for_a_person(owner: httpx.Client, method: str, path: str) -> None:
    assert owner.request(method, path, headers=by(new_key(owner, "agents:read", "team:read"))).status_code == 403


@pytest.mark.parametrize("scope", ["keys:manage", "team:manage", "account", "everything"])
def test_some_scopes_no_key_can_have(owner: httpx.Client, scope: str) -> None:
    answer = owner.post(f"{AUTH}/api-keys", json={"name": "Sample key", "scopes": [scope]})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/scopes/0")


def test_last_use_is_kept_to_the_minute(owner: httpx.Client, world: World) -> None:
    key = new_key(owner, "agents:read")
    owner.get(AGENTS, headers=by(key))
    used = "SELECT last_used_at FROM api_keys"
    first = world.db.rows(used)
    world.clock.advance(seconds=30)
    owner.get(AGENTS, headers=by(key))
    assert world.db.rows(used) == first
    world.clock.advance(seconds=31)
    owner.get(AGENTS, headers=by(key))
    assert world.db.rows(used) != first


def test_a_revoked_key_is_dead_at_once(owner: httpx.Client) -> None:
    key = new_key(owner, "agents:read")
    (listed,) = owner.get(f"{AUTH}/api-keys").json()["items"]
    assert owner.delete(f"{AUTH}/api-keys/{listed['id']}").status_code == 200
    assert owner.get(AGENTS, headers=by(key)).status_code == 401
    assert owner.delete(f"{AUTH}/api-keys/{listed['id']}").status_code == 404


@pytest.mark.parametrize("key", ["cok_", "cok__", "cok_x_y", "cok_" + "a" * 300, "cok_é_é"])
def test_what_is_no_key_is_refused(owner: httpx.Client, key: str) -> None:
    assert owner.get(AGENTS, headers=[(b"authorization", f"Bearer {key}".encode())]).status_code == 401


def test_a_key_with_another_secret_is_refused_and_not_touched(owner: httpx.Client, world: World) -> None:
    key = new_key(owner, "agents:read")
    forged = key[:-1] + ("0" if key[-1] != "0" else "1")
    assert owner.get(AGENTS, headers=by(forged)).status_code == 401
    assert world.db.rows("SELECT last_used_at FROM api_keys") == [{"last_used_at": None}]


def test_a_key_acts_for_its_own_tenant_only(owner: httpx.Client, other: httpx.Client) -> None:
    key, stranger = new_key(owner, "agents:read"), sign_up(other)["tenant"]["id"]
    refused = owner.get(AGENTS, headers=by(key) | {"x-tenant-id": stranger})
    assert (refused.status_code, refused.json()["code"]) == (403, "tenant_forbidden")


def test_a_key_dies_with_the_membership_of_its_maker(owner: httpx.Client, world: World, other: httpx.Client) -> None:
    token = invited(owner, "admin@sample.example", "admin")
    joined = other.post(
        f"{TEAM}/invitations/accept", json={"token": token, "name": "Sample Admin", "password": "0" * 12}
    )
    assert joined.status_code == 201, joined.text
    other.cookies.clear()
    other.headers["Authorization"] = f"Bearer {joined.json()['access_token']}"
    key = new_key(other, "agents:read")
    assert owner.get(AGENTS, headers=by(key)).status_code == 200
    assert owner.delete(f"{TEAM}/members/{joined.json()['user']['id']}").status_code == 200
    assert owner.get(AGENTS, headers=by(key)).status_code == 401
    refused = other.get(AGENTS)
    assert (refused.status_code, refused.json()["code"]) == (403, "tenant_forbidden")


def test_somebody_new_accepts_an_invitation_and_is_a_member(owner: httpx.Client, world: World) -> None:
    token = invited(owner, "agent@sample.example")
    assert token not in str(world.db.dump())
    with client_of(world) as newcomer:
        body = {"token": token, "name": "Sample Agent", "password": "0123456789"}
        incomplete = newcomer.post(f"{TEAM}/invitations/accept", json={"token": token})
        assert [error["pointer"] for error in incomplete.json()["errors"]] == ["/name", "/password"]
        answer = newcomer.post(f"{TEAM}/invitations/accept", json=body)
        assert answer.json()["tenant"]["name"] == "Garage Exemple"
        again = newcomer.post(f"{TEAM}/invitations/accept", json=body)
        assert (again.status_code, again.json()["code"]) == (400, "token_invalid")
    members = owner.get(f"{TEAM}/members").json()["items"]
    assert sorted(member["role"] for member in members) == ["agent", "owner"]
    assert owner.get(f"{TEAM}/invitations").json()["items"] == []


def test_somebody_with_an_account_joins_and_acts_for_both_businesses(
    owner: httpx.Client, world: World, other: httpx.Client
) -> None:
    own = sign_up(other, email="second@sample.example")
    token = invited(owner, "second@sample.example", "viewer")
    with client_of(world) as nobody:
        body = {"token": token, "name": "Sample", "password": "0123456789"}
        assert nobody.post(f"{TEAM}/invitations/accept", json=body).json()["code"] == "already_member"
    joined = other.post(f"{TEAM}/invitations/join", json={"token": token})
    assert joined.status_code == 200, joined.text
    tenant = joined.json()["tenant"]["id"]
    me = other.get(f"{AUTH}/me", headers={"x-tenant-id": tenant}).json()
    assert (me["tenant"]["id"], me["role"]) == (tenant, "viewer")
    assert {one["id"]: one["role"] for one in me["tenants"]} == {tenant: "viewer", own["tenant"]["id"]: "owner"}
    assert other.post(AGENTS, json={}, headers={"x-tenant-id": tenant}).status_code == 403


def test_an_invitation_is_for_its_own_address(owner: httpx.Client, other: httpx.Client) -> None:
    sign_up(other)
    token = invited(owner, "somebody@sample.example")
    refused = other.post(f"{TEAM}/invitations/join", json={"token": token})
    assert (refused.status_code, refused.json()["code"]) == (403, "invitation_for_other")


def test_revoked_and_expired_invitations_open_nothing(owner: httpx.Client, world: World) -> None:
    body = {"name": "Sample", "password": "0123456789"}
    first = invited(owner, "one@sample.example")
    (listed,) = owner.get(f"{TEAM}/invitations").json()["items"]
    assert owner.delete(f"{TEAM}/invitations/{listed['id']}").status_code == 200
    second = invited(owner, "one@sample.example")
    with client_of(world) as newcomer:
        assert newcomer.post(f"{TEAM}/invitations/accept", json=body | {"token": first}).status_code == 400
        world.clock.advance(days=8)
        assert newcomer.post(f"{TEAM}/invitations/accept", json=body | {"token": second}).status_code == 400
    assert world.db.rows("SELECT COUNT(*) AS n FROM users") == [{"n": 1}]


def test_a_member_and_an_open_invitation_are_not_invited_again(owner: httpx.Client, world: World) -> None:
    email = owner.get(f"{AUTH}/me").json()["user"]["email"]
    invited(owner, "one@sample.example")
    for address in (email, "one@sample.example"):
        refused = owner.post(f"{TEAM}/invitations", json={"email": address, "role": "viewer"})
        assert (refused.status_code, refused.json()["code"]) == (409, "already_member")
    assert world.db.rows("SELECT COUNT(*) AS n FROM outbox WHERE template = 'invitation'") == [{"n": 1}]


def test_the_last_owner_stays(owner: httpx.Client, world: World) -> None:
    user = owner.get(f"{AUTH}/me").json()["user"]["id"]
    before = world.db.dump()
    for answer in (
        owner.patch(f"{TEAM}/members/{user}", json={"role": "admin"}),
        owner.delete(f"{TEAM}/members/{user}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")
    assert world.db.dump() == before


def test_only_an_owner_makes_or_touches_an_owner(owner: httpx.Client, world: World, other: httpx.Client) -> None:
    me = owner.get(f"{AUTH}/me").json()["user"]["id"]
    token = invited(owner, "admin@sample.example", "admin")
    body = {"token": token, "name": "Sample Admin", "password": "0123456789"}
    joined = other.post(f"{TEAM}/invitations/accept", json=body).json()
    other.cookies.clear()
    other.headers["Authorization"] = f"Bearer {joined['access_token']}"
    for answer in (
        other.patch(f"{TEAM}/members/{joined['user']['id']}", json={"role": "owner"}),
        other.patch(f"{TEAM}/members/{me}", json={"role": "viewer"}),
        other.delete(f"{TEAM}/members/{me}"),
        other.post(f"{TEAM}/invitations", json={"email": "x@sample.example", "role": "owner"}),
    ):
        assert answer.status_code == 403
    assert owner.patch(f"{TEAM}/members/{joined['user']['id']}", json={"role": "owner"}).status_code == 200
    assert owner.delete(f"{TEAM}/members/{me}").status_code == 200


def test_members_of_another_business_are_not_found(owner: httpx.Client, other: httpx.Client) -> None:
    stranger = sign_up(other)["user"]["id"]
    assert owner.patch(f"{TEAM}/members/{stranger}", json={"role": "viewer"}).status_code == 404
    assert owner.delete(f"{TEAM}/members/{stranger}").status_code == 404


@pytest.mark.parametrize("fail_at", range(4))
def test_an_invitation_that_breaks_leaves_nothing(owner: httpx.Client, world: World, fail_at: int) -> None:
    before = world.db.dump()
    world.db.fail_in = ("INSERT INTO invitations", fail_at)
    answer = owner.post(f"{TEAM}/invitations", json={"email": "one@sample.example", "role": "viewer"})
    assert answer.status_code == 503
    assert world.db.dump() == before


def test_onboarding_still_works_for_a_business_with_a_team(client: httpx.Client) -> None:
    onboard(client, number=None)
    invited(client, "one@sample.example")
    assert client.get(AGENTS).status_code == 200
