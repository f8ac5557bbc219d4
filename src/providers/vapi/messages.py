"""Vapi's server messages in our words, and our answers in Vapi's (docs.vapi.ai/server-url/events, openapi.json)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ports.hosted import AssistantDefinition, HostedReport, HostedTurn, ToolAnswer, ToolAsked
from ports.telephony import Voice

Json = Mapping[str, Any]
MICROS = 1_000_000
TOKEN_HEADER = "x-vapi-secret"  # noqa: S105
# Told while a call goes on, and of no use afterwards.
CHATTER = (
    "speech-update",
    "conversation-update",
    "transcript",
    "model-output",
    "voice-input",
    "user-interrupted",
    "hang",
)
_STATUSES = {
    "scheduled": "queued",
    "queued": "queued",
    "ringing": "ringing",
    "in-progress": "in-progress",
    "forwarding": "in-progress",
    "ended": "completed",
}
# What each of the platform's voices is called where the agent's own is none of its vendors'.
_DEFAULT_VOICES = {"fr": "fr-FR-DeniseNeural", "en": "en-US-JennyNeural"}


def text(said: Any, *path: str) -> str:
    """The text at a path of objects; '' where there is none."""
    for name in path:
        said = said.get(name) if isinstance(said, Mapping) else None
    return said if isinstance(said, str) else ""


def call_id(message: Json) -> str:
    return text(message, "call", "id")[:64]


def caller(message: Json) -> str:
    return text(message, "call", "customer", "number") or text(message, "customer", "number")


def called(message: Json) -> str:
    return text(message, "phoneNumber", "number") or text(message, "call", "phoneNumber", "number")


def status(message: Json) -> str | None:
    return _STATUSES.get(text(message, "status"))


def tools_asked(message: Json) -> list[ToolAsked]:
    """In all the shapes that Vapi's documents and its traffic show; a call without an id cannot be answered."""
    listed = message.get("toolCallList") or message.get("toolCalls")
    if not listed:
        wrapped = message.get("toolWithToolCallList") or ()
        listed = [one.get("toolCall") for one in wrapped if isinstance(one, Mapping)]
    return [found for one in listed or () if isinstance(one, Mapping) and (found := _tool(one))]


def _tool(one: Json) -> ToolAsked | None:
    given = one.get("function")
    function: Json = given if isinstance(given, Mapping) else {}
    name = text(function, "name") or text(one, "name")
    arguments: Any = next(
        (
            found
            for found in (
                function.get("arguments"),
                function.get("parameters"),
                one.get("arguments"),
                one.get("parameters"),
            )
            if found is not None
        ),
        {},
    )
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments or "{}")
        except ValueError:
            arguments = {}
    identifier = text(one, "id")
    return (
        ToolAsked(identifier, name, arguments if isinstance(arguments, dict) else {}) if identifier and name else None
    )


def tool_results(answers: Sequence[ToolAnswer]) -> dict[str, Any]:
    """Always with status 200: whatever else Vapi gets it does not read."""
    return {
        "results": [
            {"toolCallId": one.id, "name": one.name, **({"error": one.error} if one.error else {"result": one.result})}
            for one in answers
        ]
    }


def question(message: Json) -> str:
    """The caller's last words, of a knowledge-base-request."""
    for name in ("messages", "messagesOpenAIFormatted"):
        for one in reversed(message.get(name) or ()):
            if text(one, "role") == "user":
                return (text(one, "message") or text(one, "content"))[:1_000]
    return ""


def report(message: Json) -> HostedReport:
    artifact = message.get("artifact")
    artifact = artifact if isinstance(artifact, Mapping) else {}
    said = [
        ("caller" if text(one, "role") == "user" else "agent", text(one, "message") or text(one, "content"))
        for one in artifact.get("messages") or message.get("messages") or ()
        if text(one, "role") in ("user", "bot", "assistant")
    ]
    url = text(artifact, "recordingUrl") or text(artifact, "recording", "mono", "combinedUrl")
    return HostedReport(
        provider_call_id=call_id(message),
        ended_reason=text(message, "endedReason")[:120] or None,
        duration_s=_seconds(message),
        cost_micros=_micros(message.get("cost")),
        recording_url=url or text(message, "recordingUrl") or None,
        transcript=tuple((role, words) for role, words in said if words.strip()),
    )


def _seconds(message: Json) -> int | None:
    value = message.get("durationSeconds")
    if isinstance(value, int | float) and 0 <= value < 1e6:
        return round(value)
    value = message.get("durationMs")
    if isinstance(value, int | float) and 0 <= value < 1e9:
        return round(value / 1000)
    try:
        began, ended = (datetime.fromisoformat(text(message, name)) for name in ("startedAt", "endedAt"))
        return max(0, round((ended - began).total_seconds()))
    except (ValueError, TypeError):
        return None


def _micros(value: Any) -> int | None:
    return round(value * MICROS) if isinstance(value, int | float) and 0 <= value < 1e6 else None


def turn_of(body: Json) -> HostedTurn | None:
    """What a request for a completion asks to be answered; None where nobody has said anything yet."""
    messages = [one for one in body.get("messages") or () if isinstance(one, Mapping)]
    users = [at for at, one in enumerate(messages) if text(one, "role") == "user"]
    identifier = text(body, "call", "id")
    if not users or not identifier:
        return None
    before = [one for one in messages[: users[-1]] if text(one, "role") == "assistant" and _content(one)]
    heard = _content(before[-1]) if before else None
    return HostedTurn(identifier[:64], _content(messages[users[-1]])[:4_000], len(users), heard)


def _content(message: Json) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content.strip()
    parts = content if isinstance(content, list) else ()
    return " ".join(text(part, "text") for part in parts if isinstance(part, Mapping)).strip()


def assistant(one: AssistantDefinition, base_url: str) -> dict[str, Any]:
    """The assistant: our words by our own model's address, every request with its token."""
    language = one.voice.language.partition("-")[0]
    path = f"{base_url}/webhooks/vapi"
    headers = {TOKEN_HEADER: one.token}
    own = f"/{one.webhook_token}" if one.webhook_token else ""
    settings = one.settings
    said: dict[str, Any] = {
        "name": one.name,
        "firstMessage": one.greeting,
        "firstMessageMode": "assistant-speaks-first",
        "model": {
            "provider": "custom-llm",
            "url": path,
            "model": "coccinelle",
            "headers": headers,
            "metadataSendMode": "variable",
            "timeoutSeconds": 15,
            "tools": [{"type": "endCall"}, {"type": "transferCall", "destinations": []}],
        },
        "voice": _voice(one.voice),
        "transcriber": {"provider": "deepgram", "model": "nova-3", "language": language},
        "server": {"url": f"{path}{own}", "timeoutSeconds": 15, "headers": headers},
        "serverMessages": ["status-update", "end-of-call-report", "tool-calls", "transfer-destination-request"],
        "maxDurationSeconds": min(max(one.max_call_s, 10), 43_200),
        "silenceTimeoutSeconds": settings.silence_timeout_s,
        "backgroundSound": settings.background_sound,
        "artifactPlan": {"recordingEnabled": one.is_recorded},
        "analysisPlan": {"summaryPlan": {"enabled": False}},
        "metadata": {"agent_id": one.agent_id},
    }
    said |= {"endCallMessage": settings.end_call_message} if settings.end_call_message else {}
    return said | ({"voicemailMessage": settings.voicemail_message} if settings.voicemail_message else {})


def _voice(voice: Voice) -> dict[str, Any]:
    if voice.provider == "elevenlabs" and voice.voice_id:
        return {"provider": "11labs", "voiceId": voice.voice_id, "model": "eleven_flash_v2_5"}
    return {"provider": "azure", "voiceId": _DEFAULT_VOICES["fr" if voice.language.startswith("fr") else "en"]}


def destination(number: str, words: str, card: str, *, is_warm: bool) -> dict[str, Any]:
    """Of a transfer; when it is warm the human hears the card before the caller."""
    plan: dict[str, Any] = {"mode": "blind-transfer"}
    if is_warm:
        plan = {"mode": "warm-transfer-say-message", "message": card}
    return {"destination": {"type": "number", "number": number, "message": words, "transferPlan": plan}}


class Chunks:
    """An answer as a stream of chat.completion.chunk (platform.openai.com/docs/api-reference/chat-streaming)."""

    def __init__(self, identifier: str, created: int) -> None:
        self._head = {"id": f"chatcmpl-{identifier}", "object": "chat.completion.chunk", "created": created}
        self._is_begun = False

    def words(self, words: str) -> bytes:
        role = {} if self._is_begun else {"role": "assistant"}
        self._is_begun = True
        return self._event({**role, "content": f"{words} "}, None)

    def tool(self, identifier: str, name: str) -> bytes:
        function = {"name": name, "arguments": "{}"}
        return self._event(
            {"tool_calls": [{"index": 0, "id": identifier, "type": "function", "function": function}]}, None
        )

    def end(self, reason: str) -> bytes:
        return self._event({}, reason) + b"data: [DONE]\n\n"

    def _event(self, delta: Json, reason: str | None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        said = {**self._head, "model": "coccinelle", "choices": [choice]}
        return f"data: {json.dumps(said, ensure_ascii=False)}\n\n".encode()
