"""The simulated caller speaks Twilio's side of a call faithfully."""

import httpx
import pytest

from tests.support.twilio_desk import ACCOUNT, ASK, BYE, CALLER, DESK, STATUS, TOKEN, TURN, VOICE, Desk, ring
from tools.caller.document import BadAnswer, CallFailed
from tools.caller.session import SimulatedCall


def test_first_request_is_a_ringing_inbound_call() -> None:
    desk = Desk({VOICE: ASK})
    call = ring(desk)
    assert call.start() == ["Bonjour, je vous écoute."]
    params = desk.last(VOICE)
    assert params["CallSid"] == call.call_sid
    assert params["CallStatus"] == "ringing"
    assert params["Direction"] == "inbound"
    assert (params["From"], params["Caller"], params["To"], params["Called"]) == (CALLER, CALLER, DESK, DESK)
    assert params["FromCountry"] == "FR"
    assert params["ToCity"] == ""
    assert call.waits_for == "Gather"


def test_speech_goes_to_the_action_resolved_against_the_document() -> None:
    desk = Desk({VOICE: ASK, TURN: BYE})
    call = ring(desk)
    call.start()
    assert call.say("Quels sont vos horaires ?", confidence=0.5) == ["Au revoir."]
    assert desk.paths() == [VOICE, f"{TURN}?n=1"]
    params = desk.last(TURN)
    assert (params["SpeechResult"], params["Confidence"]) == ("Quels sont vos horaires ?", "0.5")
    assert params["CallStatus"] == "in-progress"
    assert call.is_over
    assert call.transcript[-2:] == ["agent: Au revoir.", "[the call is over]"]


def test_keys_end_at_the_finishing_key() -> None:
    desk = Desk({VOICE: ASK, TURN: BYE})
    call = ring(desk)
    call.start()
    call.press("06#12")
    assert desk.last(TURN)["Digits"] == "06"
    assert "SpeechResult" not in desk.last(TURN)


def test_keys_are_cut_at_the_number_wanted() -> None:
    desk = Desk({VOICE: f'<Gather numDigits="1" action="{TURN}"/>', TURN: BYE})
    call = ring(desk)
    call.start()
    call.press("12")
    assert desk.last(TURN)["Digits"] == "1"


def test_silence_falls_through_to_the_next_verbs() -> None:
    desk = Desk({VOICE: ASK, TURN: BYE})
    call = ring(desk)
    call.start()
    assert call.silence() == ["Rien entendu.", "Au revoir."]
    assert desk.paths() == [VOICE, f"{TURN}?n=2"]


def test_silence_reaches_the_action_when_asked_for() -> None:
    desk = Desk({VOICE: f'<Gather input="speech" action="{TURN}" actionOnEmptyResult="true"/>', TURN: BYE})
    call = ring(desk)
    call.start()
    call.silence()
    assert desk.last(TURN)["SpeechResult"] == ""


def test_speech_is_not_heard_by_a_keypad_menu() -> None:
    desk = Desk({VOICE: f'<Gather input="dtmf" action="{TURN}"/><Say>Au revoir.</Say>'})
    call = ring(desk)
    call.start()
    assert call.say("Bonjour") == ["Au revoir."]
    assert call.is_over
    assert desk.paths() == [VOICE]


def test_gather_without_action_asks_for_the_same_document() -> None:
    desk = Desk({VOICE: "<Gather><Say>Votre choix ?</Say></Gather>"})
    call = ring(desk)
    call.start()
    call.press("1")
    assert desk.paths() == [VOICE, VOICE]
    assert desk.last(VOICE)["Digits"] == "1"


def test_get_parameters_travel_in_a_signed_url() -> None:
    desk = Desk({VOICE: f'<Gather action="{TURN}?n=1" method="GET" input="speech"/>', TURN: BYE})
    call = ring(desk)
    call.start()
    call.say("ça va")
    path, params = desk.received[-2]
    assert params == {}
    assert path.startswith(f"{TURN}?n=1&")
    assert "SpeechResult=%C3%A7a+va" in path


def test_status_events_are_numbered_and_the_last_has_the_duration() -> None:
    desk = Desk({VOICE: BYE})
    ring(desk).start()
    events = [params for path, params in desk.received if path == STATUS]
    assert [(event["CallStatus"], event["SequenceNumber"]) for event in events] == [
        ("ringing", "0"),
        ("in-progress", "1"),
        ("completed", "2"),
    ]
    assert int(events[-1]["CallDuration"]) >= 1
    assert events[0]["Timestamp"].endswith("+0000")
    assert "CallDuration" not in events[0]


def test_rejected_call_is_never_in_progress() -> None:
    desk = Desk({VOICE: '<Reject reason="busy"/>'})
    call = ring(desk)
    call.start()
    assert call.is_over
    assert [params["CallStatus"] for path, params in desk.received if path == STATUS] == ["ringing", "busy"]


def test_transfer_reports_how_it_went() -> None:
    desk = Desk({VOICE: f'<Dial action="{TURN}" timeout="20"><Number>+33639980002</Number></Dial>', TURN: BYE})
    call = ring(desk)
    call.start()
    assert (call.waits_for, call.dialled) == ("Dial", "+33639980002")
    assert call.transfer_result("busy") == ["Au revoir."]
    params = desk.last(TURN)
    assert (params["DialCallStatus"], params["DialBridged"]) == ("busy", "false")
    assert "DialCallDuration" not in params


def test_completed_transfer_has_a_duration() -> None:
    desk = Desk({VOICE: f'<Dial action="{TURN}">+33639980002</Dial>', TURN: "<Hangup/>"})
    call = ring(desk)
    call.start()
    call.transfer_result("completed", duration_s=42)
    assert desk.last(TURN)["DialCallDuration"] == "42"


def test_hanging_up_during_a_transfer_reports_it_as_canceled() -> None:
    desk = Desk({VOICE: f'<Dial action="{TURN}">+33639980002</Dial>', TURN: ""})
    call = ring(desk)
    call.start()
    call.hang_up()
    assert (desk.last(TURN)["DialCallStatus"], desk.last(TURN)["CallStatus"]) == ("canceled", "completed")
    assert call.is_over


def test_recording_is_handed_to_the_action() -> None:
    desk = Desk({VOICE: f'<Record action="{TURN}" maxLength="60"/>', TURN: BYE})
    call = ring(desk)
    call.start()
    call.say("Rappelez-moi")
    assert desk.last(TURN)["RecordingUrl"].startswith("https://api.twilio.com/")


def test_repeat_is_the_same_request_to_the_byte() -> None:
    desk = Desk({VOICE: ASK, TURN: ASK})
    call = ring(desk)
    call.start()
    call.say("Bonjour")
    assert call.resend_last().text == call.document
    first, again = desk.raw[-2], desk.raw[-1]
    assert (first.url, first.content, first.headers) == (again.url, again.content, again.headers)
    assert call.resend_last_status().status_code == 204
    assert call.waits_for == "Gather"


def test_wrong_token_is_refused_by_the_server() -> None:
    with pytest.raises(BadAnswer, match="answered 403"):
        ring(Desk({VOICE: ASK}), token="0" * 32).start()


def test_documents_in_circles_are_stopped() -> None:
    call = ring(Desk({VOICE: f"<Redirect>{VOICE}</Redirect>"}))
    with pytest.raises(CallFailed, match="circles"):
        call.start()


def test_speaking_where_nobody_listens_is_an_error() -> None:
    call = ring(Desk({VOICE: f'<Dial action="{TURN}">+33639980002</Dial>', TURN: BYE}))
    with pytest.raises(CallFailed, match="not started"):
        call.say("Bonjour")
    call.start()
    with pytest.raises(CallFailed, match="<Dial>"):
        call.say("Bonjour")
    call.transfer_result("failed")
    with pytest.raises(CallFailed, match="is over"):
        call.silence()


def test_client_without_an_origin_is_refused() -> None:
    with httpx.Client() as client, pytest.raises(ValueError, match="base_url"):
        SimulatedCall(client, DESK, CALLER, ACCOUNT, TOKEN)
