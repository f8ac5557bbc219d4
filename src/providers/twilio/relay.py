"""ConversationRelay's frames (twilio.com/docs/voice/conversationrelay/websocket-messages): JSON with a `type`."""

import json
import re
from typing import Any

from ports.telephony import (
    RelayEvent,
    RelayInterruption,
    RelayKey,
    RelayProblem,
    RelayPrompt,
    RelaySetup,
    RelaySpeech,
)

MAX_FRAME_CHARS = 64_000
_MAX_WORDS = 4_000
_KEY = re.compile(r"[0-9*#]")


def event_of(frame: str) -> RelayEvent | None:
    """None for a type that we do not know. Raises ValueError for what is no frame at all."""
    if len(frame) > MAX_FRAME_CHARS:
        raise ValueError("the frame is too long")
    said = json.loads(frame)
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise ValueError("a frame is an object with a type")
    match said["type"]:
        case "setup":
            return RelaySetup(_text(said, "callSid"), _text(said, "sessionId"), _text(said, "accountSid"))
        case "prompt":
            words = _text(said, "voicePrompt")[:_MAX_WORDS].strip()
            return RelayPrompt(words, _text(said, "lang"), said.get("last") is not False)
        case "dtmf":
            digit = _text(said, "digit")
            if not _KEY.fullmatch(digit):
                raise ValueError("a key is one of 0-9, * and #")
            return RelayKey(digit)
        case "interrupt":
            return RelayInterruption(
                _text(said, "utteranceUntilInterrupt")[:_MAX_WORDS].strip(),
                _count(said.get("durationUntilInterruptMs")),
            )
        case "error":
            return RelayProblem(_text(said, "description")[:300])
        case "info" if said.get("name") in ("agentSpeaking", "clientSpeaking"):
            return RelaySpeech(said["name"] == "agentSpeaking", said.get("value") == "on")
    return None


def text(words: str, *, is_last: bool) -> str:
    return _frame("text", token=words, last=is_last)


def language(tag: str) -> str:
    return _frame("language", ttsLanguage=tag, transcriptionLanguage=tag)


def end(handoff: dict[str, str]) -> str:
    """The hand-off data is a string that comes back as it was given."""
    return _frame("end", handoffData=json.dumps(handoff))


def _frame(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False)


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name)
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    """Milliseconds, as a number or as a text of one."""
    try:
        return max(0, int(float(value)))
    except (TypeError, ValueError, OverflowError):
        return 0
