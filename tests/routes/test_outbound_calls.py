"""Calls that we place: to a human, to a machine, once, and not at night."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.routes.test_voice import parameters, signed
from tests.support.business import onboard, sign_in
from tests.support.fakes import World
from tests.support.http import client_of

NUMBER, LEAD = "+33199001234", "+33639980005"
ASKED = {"to": LEAD, "reason": "votre demande de devis pour des pneus"}


@pytest.fixture
def garage(client: httpx.Client, world: World) -> str:
    return onboard(client, number=NUMBER)


def place(client: httpx.Client, **changes: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/calls", json={**ASKED, **changes})
    assert answer.status_code == 201, answer.text
    call: dict[str, Any] = answer.json()["call"]
    return call


def pick_up(world: World, call: dict[str, Any], **changes: str) -> httpx.Response:
    (placed,) = [one for one in world.fakes.twilio.calls.placed if one["sid"] == call["provider_call_id"]]
    given = {"From": NUMBER, "To": LEAD, "Direction": "outbound-api", "CallStatus": "in-progress", **changes}
    path = placed["url"].removeprefix("http://testserver")
    with client_of(world) as provider:
        return signed(provider, path, parameters(placed["sid"], **given))


def test_a_lead_is_called_back_and_talked_to(client: httpx.Client, garage: str, world: World) -> None:
    call = place(client)
    assert (call["state"], call["from_number"], call["to_number"]) == ("placed", NUMBER, LEAD)
    assert world.fakes.twilio.calls.placed[0]["machine_detection"] == "DetectMessageEnd"
    document = pick_up(world, call, AnsweredBy="human").text
    assert "Je vous appelle au sujet de : votre demande de devis pour des pneus. Est-ce un bon moment ?" in document
    assert "Je suis un assistant vocal automatique." in document
    assert pick_up(world, call, AnsweredBy="human").text == document
    (row,) = world.db.rows("SELECT direction, from_number, to_number FROM calls")
    assert tuple(row.values()) == ("outbound", NUMBER, LEAD)
    (customer,) = world.db.rows("SELECT address AS phone FROM customer_identities")
    assert customer["phone"] == LEAD
    with client_of(world) as provider:
        said = parameters(call["provider_call_id"], From=NUMBER, To=LEAD, SpeechResult="Quels sont vos horaires ?")
        answer = signed(provider, "/webhooks/omnichannel/voice/turn?turn=1", said).text
    assert "9 heures" in answer


@pytest.mark.parametrize("by", ["machine_end_beep", "machine_end_silence", "machine_start"])
def test_a_machine_is_left_a_message(client: httpx.Client, garage: str, world: World, by: str) -> None:
    document = pick_up(world, place(client), AnsweredBy=by).text
    assert "Nous vous appelions au sujet de : votre demande de devis pour des pneus." in document
    assert "Rappelez-nous au 01, 99, 00, 12, 34." in document
    assert "<Hangup/>" in document
    assert "<Gather" not in document
    (row,) = world.db.rows("SELECT answered_by FROM outbound_calls")
    assert row["answered_by"] == by


def test_a_fax_is_told_nothing(client: httpx.Client, garage: str, world: World) -> None:
    assert "<Say" not in pick_up(world, place(client), AnsweredBy="fax").text


def test_a_call_whose_answer_was_lost_is_not_placed_twice(client: httpx.Client, garage: str, world: World) -> None:
    world.fakes.hang("twilio", after_effect=True)
    assert place(client)["state"] == "placed"
    assert len(world.fakes.twilio.calls.placed) == 1


def test_an_earlier_call_of_the_day_is_not_taken_for_the_lost_one(
    client: httpx.Client, garage: str, world: World
) -> None:
    first = place(client)
    world.clock.advance(minutes=5)
    world.fakes.hang("twilio")
    second = client.post("/api/v1/calls", json=ASKED)
    assert (second.json().get("code"), len(world.fakes.twilio.calls.placed)) == ("vendor_failed", 1), first


def test_who_does_not_want_to_be_called_is_not(client: httpx.Client, garage: str, world: World) -> None:
    said = {"channel": "voice", "address": LEAD, "state": "withdrawn", "source": "by phone"}
    assert client.put("/api/v1/messaging/consents", json=said).status_code == 200
    assert client.post("/api/v1/calls", json=ASKED).json()["code"] == "calls_held_back"
    assert world.fakes.twilio.calls.placed == []


def test_a_carrier_that_refuses_is_told(client: httpx.Client, garage: str, world: World) -> None:
    world.fakes.fail("twilio", times=9)
    assert client.post("/api/v1/calls", json=ASKED).json()["code"] == "vendor_failed"
    (row,) = world.db.rows("SELECT state, failure FROM outbound_calls")
    assert row["state"] == "failed"


def test_nobody_is_called_at_night_or_without_a_number(
    client: httpx.Client, other: httpx.Client, garage: str, world: World
) -> None:
    onboard(other, number=None)
    assert other.post("/api/v1/calls", json=ASKED).json()["code"] == "calls_held_back"
    world.clock.at = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
    sign_in(client, str(world.db.rows("SELECT email FROM users ORDER BY id LIMIT 1")[0]["email"]))
    assert "21:00" in client.post("/api/v1/calls", json=ASKED).json()["detail"]


def test_the_day_has_a_limit(client: httpx.Client, garage: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modules.calls.outbound.MOST_A_DAY", 2)
    place(client)
    place(client)
    assert client.post("/api/v1/calls", json=ASKED).json()["code"] == "calls_held_back"


def test_an_answer_to_no_call_of_ours_says_nothing_of_anybody(client: httpx.Client, garage: str, world: World) -> None:
    call = place(client)
    (placed,) = world.fakes.twilio.calls.placed
    with client_of(world) as provider:
        for path, to in ((f"{placed['url']}0", LEAD), (placed["url"], "+33639980006")):
            given = parameters(placed["sid"], From=NUMBER, To=to)
            answer = signed(provider, path.removeprefix("http://testserver"), given)
            assert "Garage" not in answer.text
    assert world.db.rows("SELECT id FROM calls") == []
    assert call["answered_by"] is None
