"""What Twilio's voice webhooks say, in our words."""

import json
import math
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ports.dialogue import DialOutcome, Heard

CALL_STATUSES = (
    "queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled",
)  # fmt: skip
TERMINAL_STATUSES = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

_CALL_SID = re.compile(r"CA[0-9a-f]{32}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_KEYS = re.compile(r"[0-9*#]{1,64}")
_DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,40})?([eE]-?[0-9]{1,3})?")
_RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
_REASON = re.compile(r"[a-z_]{1,20}")
_COUNT = re.compile(r"[0-9]{1,9}")
# What arrives as From when the caller withholds the number: a word spelled on the keypad.
# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE, PRIVATE; none of them is a number that exists.
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "+7748283"})
_DIAL_OUTCOMES: Mapping[str, DialOutcome] = {
    "completed": "completed",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no-answer",
    "failed": "failed",
    "canceled": "canceled",
}


@dataclass(frozen=True, slots=True)
class InboundCall:
    call_sid: str
    account_sid: str
    from_number: str | None  # E.164, None when withheld or not a number
    to_number: str  # as it was dialled: E.164, or a SIP address
    status: str  # of CALL_STATUSES when is_known

    @property
    def is_known(self) -> bool:
        return self.status in CALL_STATUSES


@dataclass(frozen=True, slots=True)
class TurnInput:
    """What a Gather or a Dial brought back, and the call it belongs to."""

    call: InboundCall
    heard: Heard


@dataclass(frozen=True, slots=True)
class StatusEvent:
    call_sid: str
    account_sid: str
    status: str  # of CALL_STATUSES when is_known
    sequence: int | None  # counts from 0 within a call; events arrive in any order
    duration_s: int | None
    timestamp: datetime | None  # aware, UTC
    event_key: str  # the same for each delivery of one event

    @property
    def is_known(self) -> bool:
        return self.status in CALL_STATUSES

    @property
    def is_terminal(self) -> bool:
        return self.status in TERMINAL_STATUSES


@dataclass(frozen=True, slots=True)
class RelayEnd:
    """How a ConversationRelay has ended; `why` is what we gave as the reason, '' when the end was not ours."""

    call_sid: str
    session_id: str
    is_dropped: bool
    is_over: bool  # the call itself has ended
    why: str


def relay_end(params: Mapping[str, str]) -> RelayEnd:
    """Raises ValueError when CallSid is missing."""
    status = params.get("SessionStatus", "").strip()
    given: object = None
    with suppress(ValueError):
        given = json.loads(params.get("HandoffData", "") or "null")
    why = str(given.get("why", "")) if isinstance(given, dict) else ""
    return RelayEnd(
        call_sid=_call_sid(params),
        session_id=params.get("SessionId", "")[:64],
        is_dropped=status not in ("completed", "ended"),
        is_over=params.get("CallStatus", "") in TERMINAL_STATUSES,
        why=why if _REASON.fullmatch(why) else "",
    )


@dataclass(frozen=True, slots=True)
class Partial:
    call_sid: str
    sequence: int
    words: str


def partial(params: Mapping[str, str]) -> Partial:
    """What is understood so far: what is certain, and what is not yet. Raises ValueError when CallSid is missing."""
    said = f"{params.get('StableSpeechResult', '')} {params.get('UnstableSpeechResult', '')}"
    return Partial(_call_sid(params), _count(params.get("SequenceNumber", "")) or 0, " ".join(said.split()))


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a Record has brought; no `recording_sid` when there was nothing."""

    call_sid: str
    recording_sid: str | None
    duration_s: int


def recorded(params: Mapping[str, str]) -> Recorded:
    """Raises ValueError when CallSid is missing."""
    sid = params.get("RecordingSid", "") or params.get("RecordingUrl", "").rpartition("/")[2]
    found = sid if _RECORDING_SID.fullmatch(sid) else None
    return Recorded(_call_sid(params), found, _count(params.get("RecordingDuration", "")) or 0)


def inbound_call(params: Mapping[str, str]) -> InboundCall:
    """Raises ValueError when CallSid, AccountSid, To or CallStatus is missing, or CallSid is none."""
    return InboundCall(
        call_sid=_call_sid(params),
        account_sid=_required(params, "AccountSid"),
        from_number=_caller_number(params.get("From", "")),
        to_number=_required(params, "To"),
        status=_required(params, "CallStatus"),
    )


def turn_input(params: Mapping[str, str]) -> TurnInput:
    """Raises ValueError as inbound_call does; what was heard is read leniently."""
    return TurnInput(call=inbound_call(params), heard=heard(params))


def heard(params: Mapping[str, str]) -> Heard:
    digits = params.get("Digits", "").strip()
    return Heard(
        speech=params.get("SpeechResult", "").strip() or None,
        digits=digits if _KEYS.fullmatch(digits) else None,
        confidence=_confidence(params.get("Confidence", "").strip()),
        dial_outcome=_dial_outcome(params.get("DialCallStatus", "").strip(), params.get("DialBridged", "")),
        is_machine=params.get("AnsweredBy", "").startswith(("machine", "fax")),
    )


def status_event(params: Mapping[str, str]) -> StatusEvent:
    """Raises ValueError when CallSid, AccountSid or CallStatus is missing, or CallSid is none."""
    call_sid = _call_sid(params)
    status = _required(params, "CallStatus")
    sequence = _count(params.get("SequenceNumber", ""))
    return StatusEvent(
        call_sid=call_sid,
        account_sid=_required(params, "AccountSid"),
        status=status,
        sequence=sequence,
        duration_s=_count(params.get("CallDuration", "")),
        timestamp=_instant(params.get("Timestamp", "")),
        event_key=f"{call_sid}:{'-' if sequence is None else sequence}:{status}",
    )


def _required(params: Mapping[str, str], name: str) -> str:
    value = params.get(name, "").strip()
    if not value:
        raise ValueError(f"{name} is missing")
    return value


def _call_sid(params: Mapping[str, str]) -> str:
    call_sid = _required(params, "CallSid")
    if not _CALL_SID.fullmatch(call_sid):
        raise ValueError("CallSid must be CA and 32 lower-case hexadecimal digits")
    return call_sid


def _caller_number(given: str) -> str | None:
    number = given.strip()
    return number if _E164.fullmatch(number) and number not in _WITHHELD else None


def _confidence(given: str) -> float | None:
    if not _DECIMAL.fullmatch(given):
        return None
    value = float(given)
    return min(max(value, 0.0), 1.0) if math.isfinite(value) else None


def _dial_outcome(given: str, bridged: str) -> DialOutcome | None:
    # Picked up and not taken: a voicemail, or somebody who pressed nothing.
    if given == "completed" and bridged == "false":
        return "no-answer"
    # A status that Twilio adds one day still means that nobody is known to have talked.
    return _DIAL_OUTCOMES.get(given, "failed") if given else None


def _count(given: str) -> int | None:
    text = given.strip()
    return int(text) if _COUNT.fullmatch(text) else None


def _instant(given: str) -> datetime | None:
    """RFC 2822; "-0000" and a missing zone are UTC."""
    try:
        moment = parsedate_to_datetime(given)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
