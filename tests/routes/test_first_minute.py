"""The first minute on the trial number, and numbers that are kept and forwarded."""

import re
from typing import Any

import httpx
import pytest

from tests.routes.test_voice import ACCOUNT, TOKEN, parameters, signed
from tests.support.business import onboard
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.work import run_jobs
from tools.caller.session import SimulatedCall

TRIAL, SENDER, MINE = "+33199000100", "+33199000000", "+33639980001"
CALLERS, FORWARDINGS = "/api/v1/trial/callers", "/api/v1/forwardings"


@pytest.fixture
def world() -> World:
    world = World(TRIAL_NUMBER=TRIAL, TWILIO_SENDER=SENDER)
    world.fakes.twilio.accounts[ACCOUNT].numbers.append(SENDER)
    return world


def code_of(world: World) -> str:
    run_jobs(world)
    found = re.search(r"\d{6}", world.fakes.twilio.messages[-1]["body"])
    assert found
    return found[0]


def prove(client: httpx.Client, world: World, number: str = MINE) -> httpx.Response:
    assert client.post(CALLERS, json={"phone_number": number}).status_code == 202
    return client.post(f"{CALLERS}/verify", json={"phone_number": number, "code": code_of(world)})


def ring(world: World, caller: str = MINE, to: str = TRIAL) -> list[str]:
    with client_of(world) as provider, SimulatedCall(provider, to, caller, ACCOUNT, TOKEN) as call:
        return call.start()


def test_a_newcomer_hears_their_own_agent(client: httpx.Client, world: World) -> None:
    onboard(client, number=None)
    assert client.get("/api/v1/trial").json()["trial"] == {"trial_number": TRIAL, "callers": []}
    assert "Coccinelle" in ring(world)[0]
    assert world.db.rows("SELECT id FROM calls") == []
    trial = prove(client, world).json()["trial"]
    assert [one["caller_number"] for one in trial["callers"]] == [MINE]
    assert ring(world)[0].startswith("Garage Exemple, bonjour.")
    with client_of(world) as provider, SimulatedCall(provider, TRIAL, MINE, ACCOUNT, TOKEN) as call:
        call.start()
        assert "9 heures" in call.say("Quels sont vos horaires ?")[0]
    assert "Coccinelle" in ring(world, "+33639980002")[0]
    assert "Coccinelle" in ring(world, "anonymous")[0]


def test_two_newcomers_share_the_number(client: httpx.Client, other: httpx.Client, world: World) -> None:
    onboard(client, number=None)
    theirs = onboard(other, number=None)
    prove(client, world)
    prove(other, world, "+33639980002")
    ring(world, "+33639980002")
    (call,) = world.db.rows("SELECT tenant_id FROM calls")
    assert call["tenant_id"] == theirs
    prove(other, world)  # whoever holds the telephone last
    ring(world)
    assert [row["tenant_id"] for row in world.db.rows("SELECT tenant_id FROM calls")] == [theirs, theirs]
    assert client.get("/api/v1/trial").json()["trial"]["callers"] == []
    assert client.delete(f"{CALLERS}/{MINE}").status_code == 404
    assert other.delete(f"{CALLERS}/{MINE}").status_code == 200
    assert "Coccinelle" in ring(world)[0]


def test_codes_are_kept_nowhere_expire_and_are_tried_five_times(client: httpx.Client, world: World) -> None:
    onboard(client, number=None)
    client.post(CALLERS, json={"phone_number": MINE})
    code = code_of(world)
    assert code not in str(world.db.dump())
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        answer = client.post(f"{CALLERS}/verify", json={"phone_number": MINE, "code": wrong})
        assert (answer.status_code, answer.json()["code"]) == (403, "code_refused")
    assert client.post(f"{CALLERS}/verify", json={"phone_number": MINE, "code": code}).status_code == 403
    world.clock.advance(minutes=1)
    client.post(CALLERS, json={"phone_number": MINE})
    again = code_of(world)
    world.clock.advance(minutes=11)
    assert client.post(f"{CALLERS}/verify", json={"phone_number": MINE, "code": again}).status_code == 403
    assert world.db.rows("SELECT * FROM trial_callers") == []


def test_codes_are_sent_so_often_and_no_more(client: httpx.Client, world: World) -> None:
    onboard(client, number=None)
    answers = [client.post(CALLERS, json={"phone_number": MINE}).status_code for _ in range(3)]
    assert answers == [202, 202, 429]


def test_without_a_trial_number_it_is_said_so(client: httpx.Client, world: World) -> None:
    world.settings = world.settings.model_copy(update={"trial_number": ""})
    onboard(client, number=None)
    assert client.post(CALLERS, json={"phone_number": MINE}).json()["code"] == "trial_unavailable"


def forward(client: httpx.Client) -> dict[str, Any]:
    (mapping,) = client.get("/api/v1/omnichannel/phone-mappings").json()["items"]
    answer = client.post(FORWARDINGS, json={"own_number": "01 99 00 77 77", "mapping_id": mapping["id"]})
    assert answer.status_code == 201, answer.text
    forwarding: dict[str, Any] = answer.json()["forwarding"]
    return forwarding


def test_a_forwarding_is_proven_by_a_call(client: httpx.Client, world: World) -> None:
    onboard(client, number="+33199001234")
    made = forward(client)
    assert {one["when"]: one["code"] for one in made["codes"]} == {
        "always": "**21*+33199001234#",
        "no_answer": "**61*+33199001234*11*20#",
        "unreachable": "**62*+33199001234#",
        "busy": "**67*+33199001234#",
        "cancel": "##002#",
    }
    assert client.post(f"{FORWARDINGS}/{made['id']}/test").json()["forwarding"]["verified_at"] is None
    (placed,) = world.fakes.twilio.calls.placed
    assert (placed["to"], placed["from"]) == ("+33199007777", SENDER)
    document = signed(client, "/webhooks/omnichannel/forwarding-test", parameters()).text
    assert "<Hangup/>" in document
    assert ring(world, SENDER, "+33199001234") == []  # it was forwarded: nobody is bothered
    (proven,) = client.get(FORWARDINGS).json()["items"]
    assert proven["verified_at"] is not None
    assert world.db.rows("SELECT id FROM calls") == []
    assert ring(world, SENDER, "+33199001234")  # later it is a caller like any other
    assert client.delete(f"{FORWARDINGS}/{made['id']}").status_code == 200


def test_a_test_that_comes_too_late_proves_nothing(client: httpx.Client, world: World) -> None:
    onboard(client, number="+33199001234")
    made = forward(client)
    client.post(f"{FORWARDINGS}/{made['id']}/test")
    world.clock.advance(minutes=4)
    assert ring(world, SENDER, "+33199001234")
    assert client.get(FORWARDINGS).json()["items"][0]["verified_at"] is None
    world.fakes.fail("twilio", times=9)
    assert client.post(f"{FORWARDINGS}/{made['id']}/test").json()["code"] == "vendor_failed"
