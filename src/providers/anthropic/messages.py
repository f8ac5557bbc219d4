"""ports.LanguageModel by Anthropic's Messages, streamed."""

import json
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import Any

from ports.language_model import Ended, Ending, LanguageModel, Message, ModelEvent, ModelRequest, ToolCall, Words
from ports.vendors import Credential, VendorRejected, VendorUnavailable
from providers import sse
from providers.http import Api

VERSION = "2023-06-01"
OPENING = "(The conversation begins.)"
_ENDINGS: dict[str, Ending] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
    "refusal": "refusal",
}


class AnthropicModel(LanguageModel):
    def __init__(self, api: Api) -> None:
        self._api = api

    async def stream(self, credential: Credential | None, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        if credential is None:
            raise VendorRejected("no_credential")
        headers = {
            "x-api-key": credential.values["api_key"],
            "anthropic-version": VERSION,
            "X-Correlation-ID": request.correlation_id,
        }
        lines = self._api.lines("/v1/messages", request.total_s, headers=headers, json=_body(request))
        calls: dict[int, list[str]] = {}
        why: Ending | None = None
        input_tokens = output_tokens = 0
        async for said in sse.data(lines):
            kind, at = said.get("type"), int(said.get("index") or 0)
            if kind == "message_start":
                input_tokens = int(said["message"]["usage"]["input_tokens"])
            elif kind == "content_block_start" and said["content_block"]["type"] == "tool_use":
                calls[at] = [str(said["content_block"]["id"]), str(said["content_block"]["name"]), ""]
            elif kind == "content_block_delta" and said["delta"]["type"] == "text_delta":
                yield Words(str(said["delta"]["text"]))
            elif kind == "content_block_delta" and said["delta"]["type"] == "input_json_delta" and at in calls:
                calls[at][2] += str(said["delta"]["partial_json"])
            elif kind == "message_delta":
                why = _ENDINGS.get(str(said["delta"].get("stop_reason")), "stop")
                output_tokens = int((said.get("usage") or {}).get("output_tokens") or 0)
        if why is None:
            raise VendorUnavailable("broken_stream", is_unsure=True)
        for call_id, name, arguments in calls.values():
            yield ToolCall(call_id, name, arguments or "{}")
        yield Ended(why, input_tokens, output_tokens)


def _body(request: ModelRequest) -> dict[str, Any]:
    system = "\n\n".join(message.text for message in request.messages if message.role == "system")
    body: dict[str, Any] = {
        "model": request.model,
        "system": system,
        "messages": _turns([message for message in request.messages if message.role != "system"]),
        "max_tokens": request.max_tokens,
        "stream": True,
    }
    if request.temperature is not None:
        body["temperature"] = request.temperature
    if request.tools:
        body["tools"] = [
            {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}
            for tool in request.tools
        ]
    return body


def _turns(messages: list[Message]) -> list[dict[str, Any]]:
    """Results of tools are the user's, neighbours of one role are one message, and the first one is the user's."""
    turns: list[dict[str, Any]] = []
    if messages and messages[0].role == "assistant":  # the greeting
        turns.append({"role": "user", "content": [{"type": "text", "text": OPENING}]})
    for message in messages:
        role = "assistant" if message.role == "assistant" else "user"
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] += _blocks(message)
        else:
            turns.append({"role": role, "content": _blocks(message)})
    return turns


def _blocks(message: Message) -> list[dict[str, Any]]:
    if message.role == "tool":
        return [{"type": "tool_result", "tool_use_id": message.tool_call_id, "content": message.text}]
    text: list[dict[str, Any]] = [{"type": "text", "text": message.text}] if message.text else []
    return text + [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": _read(call.arguments)}
        for call in message.tool_calls
    ]


def _read(arguments: str) -> dict[str, Any]:
    said: Any = None
    with suppress(ValueError):
        said = json.loads(arguments)
    return said if isinstance(said, dict) else {}
