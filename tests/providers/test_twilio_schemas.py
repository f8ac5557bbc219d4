"""Webhook parameters become our own words, and garbage becomes nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ports.dialogue import Heard
from providers.twilio.schemas import (
    CALL_STATUSES,
    TERMINAL_STATUSES,
    heard,
    inbound_call,
    status_event,
    turn_input,
)

CALL_SID = "CA" + "0123456789abcdef" * 2
CALL = {
    "CallSid": CALL_SID,
    "AccountSid": "AC" + "0" * 32,
    "From": "+33639980001",
    "To": "+33199001234",
    "CallStatus": "ringing",
}


def test_inbound_call_is_read() -> None:
    call = inbound_call(CALL)
    assert (call.call_sid, call.account_sid) == (CALL_SID, "AC" + "0" * 32)
    assert (call.from_number, call.to_number) == ("+33639980001", "+33199001234")
    assert call.status == "ringing"
    assert call.is_known


@pytest.mark.parametrize(
    "number",
    [
        "",
        "anonymous",
        "Restricted",
        "unknown",
        "+266696687",
        "+7378742833",
        "+8656696",
        "sip:a@example.com",
        "0639980001",
        "+",
    ],
)
def test_withheld_or_strange_caller_is_nobody(number: str) -> None:
    assert inbound_call(CALL | {"From": number}).from_number is None


def test_caller_that_is_not_sent_is_nobody() -> None:
    assert inbound_call({name: value for name, value in CALL.items() if name != "From"}).from_number is None


@pytest.mark.parametrize("name", ["CallSid", "AccountSid", "To", "CallStatus"])
def test_missing_parameter_is_named(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is missing"):
        inbound_call(CALL | {name: " "})


@pytest.mark.parametrize(
    "sid", ["CA1", "CA" + "0" * 33, "CA" + "G" * 32, "CA" + "A" * 32, "SM" + "0" * 32, CALL_SID + "'"]
)
def test_call_sid_has_one_shape(sid: str) -> None:
    for read in (inbound_call, turn_input, status_event):
        with pytest.raises(ValueError, match="CallSid must be"):
            read(CALL | {"CallSid": sid})


def test_turn_carries_the_call_and_what_was_heard() -> None:
    turn = turn_input(CALL | {"CallStatus": "in-progress", "SpeechResult": " Bonjour ", "Confidence": "0.87"})
    assert turn.call.call_sid == CALL_SID
    assert turn.heard == Heard(speech="Bonjour", confidence=0.87)


def test_silence_is_nothing_heard() -> None:
    assert heard({}) == Heard()
    assert heard({"SpeechResult": " ", "Digits": "", "Confidence": "", "DialCallStatus": ""}) == Heard()


@pytest.mark.parametrize(
    ("digits", "expected"), [("0639980002", "0639980002"), ("*1#", "*1#"), ("hangup", None), ("1a", None)]
)
def test_digits_are_keys(digits: str, expected: str | None) -> None:
    assert heard({"Digits": digits}).digits == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.0", 0.0), ("1", 1.0), ("0.9128386", 0.9128386), ("9.5E-4", 0.00095), ("7.5", 1.0), ("-2", 0.0),
        ("nan", None), ("inf", None), ("1e999", None), ("0_5", None), ("high", None), ("0,5", None), ("١", None),
    ],
)  # fmt: skip
def test_confidence_is_clamped_and_garbage_is_none(text: str, expected: float | None) -> None:
    assert heard({"Confidence": text}).confidence == expected


@pytest.mark.parametrize("status", ["completed", "answered", "busy", "no-answer", "failed", "canceled"])
def test_end_of_a_transfer_is_read(status: str) -> None:
    assert heard({"DialCallStatus": status}).dial_outcome == status


def test_unknown_end_of_a_transfer_is_a_failed_one() -> None:
    assert heard({"DialCallStatus": "teleported"}).dial_outcome == "failed"


def test_status_event_is_read() -> None:
    event = status_event(
        CALL
        | {
            "CallStatus": "completed",
            "SequenceNumber": "2",
            "CallDuration": "61",
            "Timestamp": "Tue, 14 Jul 2026 10:00:05 +0200",
        }
    )
    assert (event.status, event.sequence, event.duration_s) == ("completed", 2, 61)
    assert event.timestamp == datetime(2026, 7, 14, 8, 0, 5, tzinfo=UTC)
    assert event.event_key == f"{CALL_SID}:2:completed"
    assert event.is_known
    assert event.is_terminal


def test_event_without_a_sequence_is_keyed_by_its_status() -> None:
    ringing, completed = status_event(CALL), status_event(CALL | {"CallStatus": "completed"})
    assert ringing.sequence is None
    assert ringing.event_key != completed.event_key
    assert not ringing.is_terminal


def test_event_needs_no_called_number() -> None:
    assert status_event({name: CALL[name] for name in ("CallSid", "AccountSid", "CallStatus")}).timestamp is None


def test_unknown_status_is_kept_and_marked() -> None:
    event = status_event(CALL | {"CallStatus": "levitating"})
    assert (event.status, event.is_known, event.is_terminal) == ("levitating", False, False)
    assert not inbound_call(CALL | {"CallStatus": "levitating"}).is_known


def test_terminal_statuses_are_statuses() -> None:
    assert set(CALL_STATUSES) > TERMINAL_STATUSES
    assert "in-progress" not in TERMINAL_STATUSES


@pytest.mark.parametrize("text", ["-1", "1.5", "two", "²", "9" * 5000, ""])
def test_counts_that_are_none(text: str) -> None:
    event = status_event(CALL | {"SequenceNumber": text, "CallDuration": text})
    assert (event.sequence, event.duration_s) == (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 14 Jul 2026 08:00:05 -0000", datetime(2026, 7, 14, 8, 0, 5, tzinfo=UTC)),
        ("14 Jul 2026 08:00:05 GMT", datetime(2026, 7, 14, 8, 0, 5, tzinfo=UTC)),
        ("2026-07-14T08:00:05Z", None),
        ("Tue, 99 Jul 2026 08:00:05 +0000", None),
        ("Tue, 14 Jul 2026 08:00:05 +99999999999999", None),
        ("Fri, 31 Dec 9999 23:59:59 -0100", None),
        ("", None),
    ],
)
def test_timestamp_is_utc_or_none(text: str, expected: datetime | None) -> None:
    assert status_event(CALL | {"Timestamp": text}).timestamp == expected


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["SequenceNumber", "CallDuration", "Timestamp", "Confidence", "Digits"]), st.text())
)
def test_what_is_optional_never_raises(params: dict[str, str]) -> None:
    event = status_event(CALL | params)
    assert event.timestamp is None or event.timestamp.tzinfo is UTC
    turn_input(CALL | params)
