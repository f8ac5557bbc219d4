"""ports.LanguageModel by OpenAI's Chat Completions, streamed, and whatever else speaks that protocol."""

from collections.abc import AsyncGenerator
from typing import Any

from ports.language_model import (
    Ended,
    Ending,
    LanguageModel,
    Message,
    ModelEvent,
    ModelRequest,
    ToolCall,
    ToolSpec,
    Words,
)
from ports.vendors import Credential, VendorRejected, VendorUnavailable
from providers import sse
from providers.http import Api

_ENDINGS: dict[str, Ending] = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "refusal",
}


class OpenAiModel(LanguageModel):
    def __init__(self, api: Api) -> None:
        self._api = api
        # Of all that speak the protocol only OpenAI itself has given up max_tokens.
        self._limit = "max_completion_tokens" if "api.openai.com" in api.base_url else "max_tokens"

    async def stream(self, credential: Credential | None, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        if credential is None:
            raise VendorRejected("no_credential")
        headers = {
            "Authorization": f"Bearer {credential.values['api_key']}",
            "X-Correlation-ID": request.correlation_id,
        }
        lines = self._api.lines("/chat/completions", request.total_s, headers=headers, json=self._body(request))
        calls: dict[int, list[str]] = {}  # by index: id, name, arguments
        why: Ending | None = None
        used: dict[str, Any] = {}
        async for said in sse.data(lines):
            used = said.get("usage") or used
            for choice in said.get("choices") or ():
                delta = choice.get("delta") or {}
                if text := delta.get("content"):
                    yield Words(str(text))
                if delta.get("refusal"):
                    why = "refusal"
                for part in delta.get("tool_calls") or ():
                    _gather(calls, part)
                if ending := choice.get("finish_reason"):
                    why = why or _ENDINGS.get(str(ending), "stop")
        if why is None:
            raise VendorUnavailable("broken_stream", is_unsure=True)
        for at, (call_id, name, arguments) in sorted(calls.items()):
            yield ToolCall(call_id or f"call_{at}", name, arguments)
        yield Ended(why, int(used.get("prompt_tokens") or 0), int(used.get("completion_tokens") or 0))

    def _body(self, request: ModelRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [message_of(message) for message in request.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            self._limit: request.max_tokens,
        }
        if request.temperature is not None:
            body["temperature"] = request.temperature
        if request.tools:
            body["tools"] = [tool_of(tool) for tool in request.tools]
        return body


def _gather(calls: dict[int, list[str]], part: Any) -> None:
    """Names come once, arguments in pieces."""
    gathered = calls.setdefault(int(part.get("index") or 0), ["", "", ""])
    function = part.get("function") or {}
    gathered[0] = gathered[0] or str(part.get("id") or "")
    gathered[1] = gathered[1] or str(function.get("name") or "")
    gathered[2] += str(function.get("arguments") or "")


def tool_of(tool: ToolSpec) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}


def message_of(message: Message) -> dict[str, Any]:
    if message.role == "tool":
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": message.text}
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in message.tool_calls
    ]
    said: dict[str, Any] = {"role": message.role, "content": message.text or (None if calls else "")}
    return {**said, "tool_calls": calls} if calls else said
