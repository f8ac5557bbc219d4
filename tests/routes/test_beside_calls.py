"""Beside the turns of a call: after hours, a human who takes it or not, recordings, half recognised words."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from modules.calls.handover import card
from tests.routes.test_engine import NUMBER, call, put_settings
from tests.routes.test_voice import ACCOUNT, parameters, signed
from tests.support.business import onboard, sign_in
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tests.support.work import drive, run_jobs
from tools.caller.session import SimulatedCall

HUMAN = "+33199004321"
SUNDAY = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
RECORDING = "RE" + "0" * 32
OWN = "AC" + "2" * 32
OPERATOR = {"Authorization": f"Bearer {VARIABLES['ADMIN_API_KEY']}"}


@pytest.fixture
def garage(client: httpx.Client) -> str:
    return onboard(client, number=NUMBER)


@pytest.fixture
def caller(garage: str, world: World) -> Iterator[SimulatedCall]:
    with client_of(world) as provider, call(provider) as given:
        yield given


def change(client: httpx.Client, **changes: Any) -> None:
    (mapping,) = client.get("/api/v1/omnichannel/phone-mappings").json()["items"]
    answer = client.patch(f"/api/v1/omnichannel/phone-mappings/{mapping['id']}", json=changes)
    assert answer.status_code == 200, answer.text


def recorded(client: httpx.Client, sid: str, status: str = "completed", recording: str = RECORDING) -> httpx.Response:
    params = {"AccountSid": ACCOUNT, "CallSid": sid, "RecordingSid": recording, "RecordingStatus": status}
    return signed(client, "/webhooks/omnichannel/recording", {**params, "RecordingDuration": "7"})


def test_a_closed_business_takes_a_message_by_voice(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    change(client, after_hours="voicemail")
    world.clock.at = SUNDAY
    (words,) = caller.start()
    assert words == "Garage Exemple, bonjour. Nous sommes fermés. Laissez votre nom et votre message après le signal."
    assert caller.waits_for == "Record"
    assert caller.say("Ici Sample, rappelez-moi.") == ["Merci, votre message est enregistré. Au revoir."]
    assert caller.is_over
    before = world.db.rows("SELECT * FROM tickets")
    caller.resend_last()
    assert world.db.rows("SELECT * FROM tickets") == before
    (ticket,) = before
    assert (ticket["body"], ticket["phone_number"]) == ("Message vocal de 5 secondes.", "+33639980001")
    (conversation,) = world.db.rows("SELECT outcome FROM omni_conversations")
    assert conversation["outcome"] == "message_taken"

    (row,) = world.db.rows("SELECT provider_id, status, kind FROM call_recordings")
    recording = str(row["provider_id"])
    assert (row["status"], row["kind"]) == ("waiting", "voicemail")
    world.fakes.twilio.recordings[recording] = b"ID3 audio"
    with client_of(world) as provider:
        assert recorded(provider, caller.call_sid, recording=recording).status_code == 204
        assert recorded(provider, caller.call_sid, recording=recording).status_code == 204
    run_jobs(world)
    (row,) = world.db.rows("SELECT tenant_id, status, kind, bytes, duration_s, blob_key FROM call_recordings")
    assert (row["status"], row["kind"], row["bytes"], row["duration_s"]) == ("stored", "voicemail", 9, 7)
    assert world.blobs.held == {f"{row['tenant_id']}/recordings/{recording}": (b"ID3 audio", "audio/mpeg")}


def test_whoever_says_nothing_leaves_nothing(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    change(client, after_hours="voicemail")
    world.clock.at = SUNDAY
    caller.start()
    caller.silence()
    assert caller.is_over
    assert world.db.rows("SELECT id FROM tickets") == []


def test_a_closed_business_puts_through(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    change(client, after_hours="transfer", transfer_number="+33639980009")
    world.clock.at = SUNDAY
    caller.start()
    assert (caller.waits_for, caller.dialled) == ("Dial", "+33639980009")
    assert "message" in " ".join(caller.transfer_result("no-answer"))


@pytest.mark.parametrize("at", [SUNDAY, datetime(2026, 11, 23, 9, 0, tzinfo=UTC)])
def test_the_agent_answers_at_any_hour_unless_told_otherwise(caller: SimulatedCall, world: World, at: datetime) -> None:
    world.clock.at = at
    caller.start()
    assert caller.waits_for == "Gather"


def test_an_open_business_answers_by_its_agent(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    change(client, after_hours="voicemail")
    world.clock.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    caller.start()
    assert caller.waits_for == "Gather"


def test_a_human_hears_who_is_calling_and_takes_it(caller: SimulatedCall, world: World) -> None:
    caller.start()
    caller.say("Ma voiture fait un bruit étrange au freinage")
    caller.say("Je veux parler à quelqu'un")
    assert caller.dialled == HUMAN
    heard = caller.pick_up("1")
    assert heard[0] == heard[1]
    assert heard[0] == (
        "Un appel pour vous, de quelqu'un qui n'a pas dit son nom. Numéro : 06, 39, 98, 00, 01."
        " Motif : Ma voiture fait un bruit étrange au freinage. Rien n'a été promis."
        " À faire : répondre à cette demande. Pour prendre l'appel, appuyez sur 1."
    )
    assert caller.is_over


@pytest.mark.parametrize("key", ["", "2"])
def test_a_human_who_does_not_take_it_gives_the_caller_back(caller: SimulatedCall, world: World, key: str) -> None:
    caller.start()
    caller.say("Je veux parler à quelqu'un")
    caller.pick_up(key)
    assert not caller.is_over
    assert caller.words == ["Je n'ai pu joindre personne. Souhaitez-vous laisser un message ?"]
    caller.say("oui")
    caller.say("Sample Caller")
    caller.say("oui")
    caller.say("La voiture est en panne")
    (ticket,) = world.db.rows("SELECT caller_name, body FROM tickets")
    assert tuple(ticket.values()) == ("Sample Caller", "La voiture est en panne")


def test_a_human_is_told_what_was_promised(caller: SimulatedCall) -> None:
    caller.start()
    for said in ("Je voudrais laisser un message", "Sample Caller", "oui", "La voiture est en panne"):
        caller.say(said)
    caller.say("Je veux parler à quelqu'un")
    (heard, _) = caller.pick_up("1")
    assert "de Sample Caller." in heard
    assert "Motif : La voiture est en panne. Un message est noté. À faire : donner suite au message." in heard


@pytest.mark.parametrize(
    ("deeds", "said", "step"),
    [
        ([], [], "Next: ask for the reason."),
        ([], ["My brakes are noisy"], "Next: answer this request."),
        (["book_appointment"], ["I would like an appointment"], "Next: see what is still open."),
        (["cancel_appointment"], ["I cannot come"], "Next: offer another date."),
    ],
)
def test_a_human_is_told_what_is_to_be_done(deeds: list[str], said: list[str], step: str) -> None:
    row = {
        "caller_name": None,
        "from_number": None,
        "noted": None,
        "deeds": json.dumps(deeds),
        "said": json.dumps(said),
    }
    assert card(row, "en", takes_key=False).endswith(step)


def test_a_whisper_of_no_call_of_ours_says_nothing_of_anybody(client: httpx.Client, garage: str) -> None:
    answer = signed(client, "/webhooks/omnichannel/whisper", parameters("CA" + "9" * 32, ParentCallSid="CA" + "8" * 32))
    assert answer.status_code == 200
    assert "<Hangup/>" in answer.text
    assert "Garage" not in answer.text


def test_half_recognised_words_are_used_when_nothing_better_comes(caller: SimulatedCall, world: World) -> None:
    caller.start()
    with client_of(world) as provider:
        for sequence, words in ((1, "quels sont"), (3, "quels sont vos horaires"), (2, "quels sont vos")):
            params = parameters(caller.call_sid, UnstableSpeechResult=words, SequenceNumber=str(sequence))
            answer = signed(provider, "/webhooks/omnichannel/voice/partial?turn=1", params)
            assert answer.status_code == 204
    assert "9 heures" in caller.silence()[0]
    (said,) = world.db.rows("SELECT body FROM omni_messages WHERE role = 'caller'")
    assert said["body"] == "quels sont vos horaires"
    assert world.db.rows("SELECT * FROM call_partials") == []


def test_a_card_number_is_not_kept_half_recognised_either(caller: SimulatedCall, world: World) -> None:
    caller.start()
    with client_of(world) as provider:
        params = parameters(caller.call_sid, UnstableSpeechResult="ma carte est 4242 4242 4242 4242")
        signed(provider, "/webhooks/omnichannel/voice/partial?turn=1", params)
    assert "4242 4242" not in str(world.db.dump())


def test_a_recorded_call_says_so_and_is_copied(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    put_settings(client, records_calls=True)
    (words,) = caller.start()
    assert words.endswith("Cet appel est enregistré.")
    assert "<Start><Recording " in caller.document
    world.fakes.twilio.recordings[RECORDING] = b"both sides"
    with client_of(world) as provider:
        recorded(provider, caller.call_sid, "absent", "RE" + "1" * 32)
        recorded(provider, caller.call_sid)
    run_jobs(world)
    rows = world.db.rows("SELECT status, kind, bytes FROM call_recordings ORDER BY status")
    assert [tuple(row.values()) for row in rows] == [("absent", "call", None), ("stored", "call", 10)]
    sign_in(client, str(world.db.rows("SELECT email FROM users")[0]["email"]))
    (one,) = client.get("/api/v1/calls").json()["items"]
    shown = client.get(f"/api/v1/calls/{one['id']}").json()["call"]["recordings"]
    assert {item["status"] for item in shown} == {"absent", "stored"}
    (stored,) = [item for item in shown if item["status"] == "stored"]
    with client_of(world) as anybody:
        audio = anybody.get(stored["url"])
    assert (audio.status_code, audio.content, audio.headers["content-type"]) == (200, b"both sides", "audio/mpeg")


def test_the_carriers_copy_goes_once_ours_is_stored(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    put_settings(client, records_calls=True)
    caller.start()
    world.fakes.twilio.recordings[RECORDING] = b"both sides"
    with client_of(world) as provider:
        recorded(provider, caller.call_sid)
        run_jobs(world)
        world.fakes.fail("twilio", times=9)
        drive(world)
        assert world.fakes.twilio.recordings
        world.fakes.fail("twilio", times=0)
        world.clock.advance(minutes=61)
        drive(world)
        assert world.fakes.twilio.recordings == {}
        (event,) = world.db.rows("SELECT id FROM inbound_events WHERE kind = 'call.recording'")
        again = provider.post(f"/api/v1/admin/events/{event['id']}/replay", headers=OPERATOR)
        assert again.status_code == 200
        run_jobs(world)
    assert world.db.rows("SELECT dead_at FROM inbound_events WHERE kind = 'call.recording'") == [{"dead_at": None}]
    (row,) = world.db.rows("SELECT status, bytes, copy_due_at FROM call_recordings")
    assert (row["status"], row["bytes"], row["copy_due_at"]) == ("stored", 10, None)
    assert [content for content, _ in world.blobs.held.values()] == [b"both sides"]


def test_what_lies_in_a_business_own_account_stays_there(
    caller: SimulatedCall, client: httpx.Client, world: World
) -> None:
    put_settings(client, records_calls=True)
    caller.start()
    world.fakes.twilio.add_account(OWN, "sample-token-0123456789abcdef0000")
    values = {"account_sid": OWN, "auth_token": "sample-token-0123456789abcdef0000"}
    assert client.put("/api/v1/integrations/twilio/credentials", json=values).status_code == 200
    world.fakes.twilio.recordings[RECORDING] = b"both sides"
    with client_of(world) as provider:
        recorded(provider, caller.call_sid)
    world.db.rows("UPDATE calls SET provider_account = ? RETURNING 1", OWN)
    run_jobs(world)
    world.clock.advance(days=1)
    drive(world)
    assert world.db.rows("SELECT status, copy_due_at FROM call_recordings") == [
        {"status": "stored", "copy_due_at": None}
    ]
    assert list(world.fakes.twilio.recordings) == [RECORDING]


def test_a_recording_that_cannot_be_fetched_is_fetched_later(
    caller: SimulatedCall, client: httpx.Client, world: World
) -> None:
    put_settings(client, records_calls=True)
    caller.start()
    world.fakes.twilio.recordings[RECORDING] = b"both sides"
    world.fakes.fail("twilio", times=9)
    with client_of(world) as provider:
        recorded(provider, caller.call_sid)
    run_jobs(world)
    assert world.blobs.held == {}
    world.fakes.fail("twilio", times=0)
    world.clock.advance(minutes=10)
    world.blobs.is_down = True
    drive(world)
    world.blobs.is_down = False
    world.clock.advance(minutes=10)
    drive(world)
    (row,) = world.db.rows("SELECT status FROM call_recordings")
    assert row["status"] == "stored"
