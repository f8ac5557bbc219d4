"""Numbers of a business's own account: imported with what was there before kept, removed, bought; crashes on the way."""

from typing import Any

import httpx
import pytest

from tests.support.business import onboard
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tests.support.work import drive, run_jobs
from tools.caller.session import SimulatedCall

ACCOUNT, TOKEN = "AC" + "5" * 32, "own-token-0123456789abcdef0123456789"
NUMBERS = "/api/v1/phone-numbers"
ONE, TWO = "+33199006001", "+33199006002"
BEFORE = {"voice_url": "https://before.sample.example/voice", "voice_method": "GET", "trunk_sid": "TK" + "1" * 32}


@pytest.fixture
def world() -> World:
    return World(NUMBER_PURCHASES="true")


@pytest.fixture
def garage(client: httpx.Client, world: World) -> str:
    tenant_id = onboard(client, number=None)
    own(client, world, [ONE, TWO])
    return tenant_id


def own(client: httpx.Client, world: World, numbers: list[str], sid: str = ACCOUNT) -> None:
    world.fakes.twilio.add_account(sid, TOKEN, numbers=numbers)
    world.fakes.twilio.accounts[sid].settings = {number: dict(BEFORE) for number in numbers}
    body = {"account_sid": sid, "auth_token": TOKEN}
    assert client.put("/api/v1/integrations/twilio/credentials", json=body).status_code == 200
    run_jobs(world)


def bring(client: httpx.Client, *numbers: str) -> list[dict[str, Any]]:
    answer = client.post(f"{NUMBERS}/import", json={"phone_numbers": list(numbers)})
    assert answer.status_code == 202, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def states(client: httpx.Client) -> dict[str, str]:
    return {one["phone_number"]: one["state"] for one in client.get(NUMBERS).json()["items"]}


def settings(world: World, number: str, sid: str = ACCOUNT) -> dict[str, str]:
    return world.fakes.twilio.accounts[sid].settings[number]


def test_numbers_are_imported_and_answered(client: httpx.Client, garage: str, world: World) -> None:
    listed = client.get("/api/v1/twilio/numbers").json()["items"]
    assert [(one["phone_number"], one["is_ours"], one["state"]) for one in listed] == [
        (ONE, False, None),
        (TWO, False, None),
    ]
    assert [one["state"] for one in bring(client, ONE, "01 99 00 60 02")] == ["intended", "intended"]
    run_jobs(world)
    assert states(client) == {ONE: "configured", TWO: "configured"}
    assert settings(world, ONE)["voice_url"] == "http://testserver/webhooks/omnichannel/voice"
    assert settings(world, ONE)["status_callback"].endswith("/call-status#rc=3&rp=5xx,ct,rt")
    assert settings(world, ONE)["sms_url"].endswith("/webhooks/omnichannel/sms")
    assert settings(world, ONE)["trunk_sid"] == ""  # a trunk would take the calls
    assert all(one["is_ours"] for one in client.get("/api/v1/twilio/numbers").json()["items"])
    with client_of(world) as provider, SimulatedCall(provider, ONE, "+33639980001", ACCOUNT, TOKEN) as caller:
        assert "Garage Exemple" in caller.start()[0]


def test_what_was_there_before_is_put_back(client: httpx.Client, garage: str, world: World) -> None:
    (line,) = bring(client, ONE)
    run_jobs(world)
    bring(client, ONE)  # once more: what was saved stays saved
    run_jobs(world)
    assert client.delete(f"{NUMBERS}/{line['id']}").json()["phone_number"]["state"] == "removing"
    run_jobs(world)
    assert states(client) == {ONE: "removed"}
    assert {name: settings(world, ONE)[name] for name in BEFORE} == BEFORE
    (mapping,) = client.get("/api/v1/omnichannel/phone-mappings").json()["items"]
    assert mapping["is_active"] is False
    bring(client, ONE)
    run_jobs(world)
    assert states(client) == {ONE: "configured"}


@pytest.mark.parametrize(
    "broken", [("previous = COALESCE", 0), ("INTO omni_phone_mappings", 0), ("INTO omni_phone_mappings", 1)]
)
def test_a_crash_leaves_no_half_configured_number(
    client: httpx.Client, garage: str, world: World, broken: tuple[str, int]
) -> None:
    bring(client, ONE)
    world.db.fail_in = broken
    with pytest.raises(AssertionError):
        run_jobs(world)
    world.db.fail_in = None
    world.clock.advance(minutes=1)
    drive(world)
    assert states(client) == {ONE: "configured"}
    (line,) = client.get(NUMBERS).json()["items"]
    client.delete(f"{NUMBERS}/{line['id']}")
    run_jobs(world)
    assert {name: settings(world, ONE)[name] for name in BEFORE} == BEFORE


def test_a_carrier_that_is_down_is_asked_again(client: httpx.Client, garage: str, world: World) -> None:
    bring(client, ONE)
    world.fakes.fail("twilio", times=3)
    run_jobs(world)
    (line,) = client.get(NUMBERS).json()["items"]
    assert (line["state"], line["reason"]) == ("intended", "http_503")
    world.clock.advance(minutes=1)
    drive(world)
    assert states(client) == {ONE: "configured"}


def test_numbers_that_are_not_there_fail_with_a_reason(client: httpx.Client, garage: str, world: World) -> None:
    bring(client, "+33199009990", ONE)
    run_jobs(world)
    lines = {one["phone_number"]: (one["state"], one["reason"]) for one in client.get(NUMBERS).json()["items"]}
    assert lines == {"+33199009990": ("failed", "not_in_account"), ONE: ("configured", None)}


def test_fifty_numbers_in_pages_are_all_brought(client: httpx.Client, world: World) -> None:
    onboard(client, number=None)
    numbers = [f"+3319901{at:04d}" for at in range(50)]
    own(client, world, [*(f"+3319902{at:04d}" for at in range(230)), *numbers])
    assert len(client.get("/api/v1/twilio/numbers").json()["items"]) == 280
    bring(client, *numbers)
    for _ in range(20):
        world.jobs.sent.pop(0)  # the queue has forgotten twenty of them
    run_jobs(world)
    drive(world)
    listed = client.get(NUMBERS, params={"limit": 100}).json()["items"]
    assert [one["state"] for one in listed] == ["configured"] * 50


def test_a_number_proven_by_another_is_not_taken(
    client: httpx.Client, other: httpx.Client, garage: str, world: World
) -> None:
    bring(client, ONE)
    run_jobs(world)
    onboard(other, number=None)
    own(other, world, [ONE], sid="AC" + "6" * 32)
    bring(other, ONE)
    run_jobs(world)
    (line,) = other.get(NUMBERS).json()["items"]
    assert (line["state"], line["reason"]) == ("failed", "proven_by_another")
    assert client.get(f"{NUMBERS}/{line['id']}").status_code == 404


def test_a_number_is_bought_once_and_released(client: httpx.Client, garage: str, world: World) -> None:
    (wanted, _) = client.get(f"{NUMBERS}/available").json()["items"]
    answer = client.post(f"{NUMBERS}/buy", json={"phone_number": wanted})
    assert answer.json()["phone_number"]["state"] == "buying"
    world.fakes.hang("twilio", after_effect=True)  # bought, and the answer lost
    run_jobs(world)
    world.clock.advance(minutes=1)
    drive(world)
    assert states(client) == {wanted: "configured"}
    assert world.fakes.twilio.accounts[ACCOUNT].numbers.count(wanted) == 1
    line = answer.json()["phone_number"]["id"]
    assert client.post(f"{NUMBERS}/{line}/release").status_code == 202
    run_jobs(world)
    assert states(client) == {wanted: "released"}
    assert wanted not in world.fakes.twilio.accounts[ACCOUNT].numbers


def test_buying_is_the_operators_to_allow(client: httpx.Client, world: World) -> None:
    world.settings = world.settings.model_copy(update={"number_purchases": False})
    onboard(client, number=None)
    own(client, world, [ONE])
    assert client.post(f"{NUMBERS}/buy", json={"phone_number": ONE}).json()["code"] == "purchases_disabled"


def test_without_an_own_account_it_is_said_so(client: httpx.Client) -> None:
    onboard(client, number=None)
    assert client.get("/api/v1/twilio/numbers").json()["code"] == "carrier_not_configured"
    answer = client.post(f"{NUMBERS}/import", json={"phone_numbers": [ONE]})
    assert answer.json()["code"] == "carrier_not_configured"


def test_the_state_of_the_papers_is_told(client: httpx.Client, garage: str, world: World) -> None:
    invalid = [{"failure_reason": "The address does not match the one on the document."}]
    found = [
        {"passed": False, "failure_reason": "The business end-user is incomplete.", "invalid": invalid},
        {"passed": True},
    ]
    world.fakes.twilio.accounts[ACCOUNT].bundles = [
        {"sid": "BU" + "1" * 32, "friendly_name": "France", "status": "twilio-rejected", "valid_until": None,
         "evaluations": [{"status": "noncompliant", "results": found}]},
        {"sid": "BU" + "2" * 32, "friendly_name": "Belgium", "status": "in-review", "valid_until": None, "evaluations": []},
    ]  # fmt: skip
    first, second = client.get(f"{NUMBERS}/regulatory").json()["items"]
    assert first["reasons"] == [
        "The business end-user is incomplete.",
        "The address does not match the one on the document.",
    ]
    assert (second["status"], second["reasons"]) == ("in-review", [])


def test_an_api_key_signs_in_and_the_token_signs_webhooks(client: httpx.Client, world: World) -> None:
    onboard(client, number=None)
    world.fakes.twilio.add_account(ACCOUNT, TOKEN, numbers=[ONE])
    world.fakes.twilio.accounts[ACCOUNT].keys = {"SK" + "1" * 32: "key-secret-0123456789"}
    world.fakes.twilio.accounts[ACCOUNT].token = "changed-meanwhile-0123456789"
    body = {"account_sid": ACCOUNT, "auth_token": TOKEN}
    path = "/api/v1/integrations/twilio/credentials"
    assert client.put(path, json=body).status_code == 409 or client.put(path, json=body).status_code == 422
    assert client.put(path, json={**body, "api_key": "SK" + "1" * 32}).status_code == 422
    whole = {**body, "api_key": "SK" + "1" * 32, "api_secret": "key-secret-0123456789"}
    assert client.put(path, json=whole).status_code == 200
    bring(client, ONE)
    run_jobs(world)
    assert states(client) == {ONE: "configured"}
    with client_of(world) as provider, SimulatedCall(provider, ONE, "+33639980001", ACCOUNT, TOKEN) as caller:
        assert "Garage Exemple" in caller.start()[0]


def test_the_operator_brings_numbers_of_the_platform(client: httpx.Client, world: World) -> None:
    admin = {"Authorization": f"Bearer {VARIABLES['ADMIN_API_KEY']}"}
    sid, number = VARIABLES["TWILIO_ACCOUNT_SID"], "+33199000200"
    path = f"/api/v1/admin/numbers/{number}"
    assert client.post(f"{path}/configure", headers=admin).status_code == 404
    client.put("/api/v1/admin/numbers", json={"phone_number": number}, headers=admin)
    assert client.post(f"{path}/configure", headers=admin).status_code == 404  # not in the account
    world.fakes.twilio.accounts[sid].numbers.append(number)
    world.fakes.twilio.accounts[sid].settings[number] = dict(BEFORE)
    for _ in range(2):
        assert client.post(f"{path}/configure", headers=admin).status_code == 200
    assert settings(world, number, sid)["voice_url"].endswith("/webhooks/omnichannel/voice")
    assert client.post(f"{path}/restore", headers=admin).status_code == 200
    assert {name: settings(world, number, sid)[name] for name in BEFORE} == BEFORE
    assert client.post(f"{path}/restore", headers=admin).status_code == 200
    assert client.post(f"{path}/configure").status_code == 401
