"""OpenAI's Chat Completions and Anthropic's Messages, streamed: what they say is scripted, or a simple receptionist.

Scripts hold what the next answers are; without one the fake looks the question up with search_knowledge and answers with
what it found. platform.openai.com/docs/api-reference/chat, docs.anthropic.com/en/api/messages
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

Check = Callable[[httpx.Request, str], httpx.Response]
PIECE_CHARS = 12


@dataclass(frozen=True)
class Reply:
    """One answer. `is_cut`: the stream breaks off in the middle. `raw` takes the place of a call's arguments."""

    text: str = ""
    calls: tuple[tuple[str, Mapping[str, Any]], ...] = ()  # (name, arguments)
    raw: str | None = None
    why: str | None = None  # a finish reason of the vendor's own
    is_cut: bool = False
    is_broken: bool = False  # an event that is no JSON
    is_error: bool = False  # an error event in the stream


@dataclass
class Models:
    script: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def next(self, request: "Asked") -> Reply:
        return self.script.pop(0) if self.script else receptionist(request)


@dataclass(frozen=True)
class Asked:
    """What both vendors were asked, in one form."""

    body: Mapping[str, Any]
    last_user: str
    results: tuple[str, ...]  # of tools, since the user last spoke
    tools: tuple[str, ...]


def receptionist(asked: Asked) -> Reply:
    """Looks it up, and says what it found."""
    if not asked.results and "search_knowledge" in asked.tools:
        return Reply(calls=(("search_knowledge", {"query": asked.last_user}),))
    found = [json.loads(result) for result in asked.results]
    passages = [passage["answer"] for one in found for passage in one.get("passages", ())]
    return Reply(passages[0] if passages else "Je ne sais pas. Souhaitez-vous laisser un message ?")


MOST_INPUTS = 2_048


class OpenAi:
    def __init__(self, models: Models, check: Check) -> None:
        self._models = models
        self._check = check
        self._count = 0

    def _embeddings(self, request: httpx.Request) -> httpx.Response:
        """platform.openai.com/docs/api-reference/embeddings; every word adds a few directions of its own."""
        refused = self._check(request, "/v1/models")
        if refused.status_code != 200:
            return refused
        body = json.loads(request.read())
        texts = body.get("input")
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not 0 < len(texts) <= MOST_INPUTS or not all(texts):
            said = {"message": "'input' is invalid", "type": "invalid_request_error", "param": "input", "code": None}
            return httpx.Response(400, json={"error": said})
        dimensions = int(body.get("dimensions") or 1_536)
        data = [
            {"object": "embedding", "index": index, "embedding": _embedding(text, dimensions)}
            for index, text in enumerate(texts)
        ]
        used = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
        return httpx.Response(200, json={"object": "list", "data": data, "model": body["model"], "usage": used})

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        if path == "/v1/embeddings":
            return self._embeddings(request)
        if path != "/v1/chat/completions":
            return self._check(request, path)
        refused = self._check(request, "/v1/models")
        if refused.status_code != 200:
            return refused
        body = json.loads(request.read())
        if problem := _wrong(body):
            said = {"message": problem, "type": "invalid_request_error", "param": None, "code": None}
            return httpx.Response(400, json={"error": said})
        if body["model"].endswith("-none"):
            said = {"message": "no such model", "type": "invalid_request_error", "code": "model_not_found"}
            return httpx.Response(404, json={"error": said})
        self._models.requests.append(body)
        reply = self._models.next(_asked_openai(body))
        self._count += 1
        if not body.get("stream"):
            return httpx.Response(200, json=self._whole(body, reply))
        return _stream(reply, self._frames(body, reply))

    def _head(self, body: Mapping[str, Any], kind: str) -> dict[str, Any]:
        return {"id": f"chatcmpl-{self._count:08d}", "object": kind, "created": 1_795_172_400, "model": body["model"]}

    def _calls(self, reply: Reply) -> list[dict[str, Any]]:
        return [
            {"id": f"call_{self._count}_{at}", "type": "function", "function": {"name": name, "arguments": text}}
            for at, (name, text) in enumerate(_calls(reply))
        ]

    def _whole(self, body: Mapping[str, Any], reply: Reply) -> dict[str, Any]:
        calls = self._calls(reply)
        message = {"role": "assistant", "content": reply.text or None, "refusal": None}
        choice = {"index": 0, "message": {**message, **({"tool_calls": calls} if calls else {})}, "logprobs": None}
        finish = reply.why or ("tool_calls" if calls else "stop")
        return {
            **self._head(body, "chat.completion"),
            "choices": [{**choice, "finish_reason": finish}],
            "usage": _usage(body, reply),
        }

    def _frames(self, body: Mapping[str, Any], reply: Reply) -> list[str]:
        head = self._head(body, "chat.completion.chunk")

        def frame(delta: Mapping[str, Any], finish: str | None = None) -> str:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
            return f"data: {json.dumps({**head, 'choices': [choice], 'usage': None})}\n\n"

        frames = [frame({"role": "assistant", "content": "" if reply.text else None})]
        frames += [frame({"content": piece}) for piece in _pieces(reply.text)]
        for at, call in enumerate(self._calls(reply)):
            text = call["function"]["arguments"]
            first = {**call, "index": at, "function": {**call["function"], "arguments": ""}}
            frames.append(frame({"tool_calls": [first]}))
            frames += [
                frame({"tool_calls": [{"index": at, "function": {"arguments": piece}}]}) for piece in _pieces(text)
            ]
        frames.append(frame({}, reply.why or ("tool_calls" if reply.calls else "stop")))
        if (body.get("stream_options") or {}).get("include_usage"):
            frames.append(f"data: {json.dumps({**head, 'choices': [], 'usage': _usage(body, reply)})}\n\n")
        return [*frames, "data: [DONE]\n\n"]


class Anthropic:
    def __init__(self, models: Models, check: Check) -> None:
        self._models = models
        self._check = check
        self._count = 0

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        if path != "/v1/messages":
            return self._check(request, path)
        refused = self._check(request, "/v1/models")
        if refused.status_code != 200:
            return refused
        body = json.loads(request.read())
        roles = [one["role"] for one in body["messages"]]
        if not body.get("max_tokens") or set(roles) - {"user", "assistant"} or roles[:1] != ["user"]:
            problem = "max_tokens is required; the first message must use the user role; roles are user and assistant"
            said = {"type": "invalid_request_error", "message": problem}
            return httpx.Response(400, json={"type": "error", "error": said})
        self._models.requests.append(body)
        reply = self._models.next(_asked_anthropic(body))
        self._count += 1
        return _stream(reply, self._frames(body, reply)) if body.get("stream") else self._whole(body, reply)

    def _message(self, body: Mapping[str, Any], content: list[Any], why: str | None, usage: Any) -> dict[str, Any]:
        head = {"id": f"msg_{self._count:08d}", "type": "message", "role": "assistant", "model": body["model"]}
        return {**head, "content": content, "stop_reason": why, "stop_sequence": None, "usage": usage}

    def _blocks(self, reply: Reply) -> list[dict[str, Any]]:
        text = [{"type": "text", "text": reply.text}] if reply.text else []
        return text + [
            {"type": "tool_use", "id": f"toolu_{self._count}_{at}", "name": name, "input": json.loads(arguments)}
            for at, (name, arguments) in enumerate(_calls(reply))
        ]

    def _whole(self, body: Mapping[str, Any], reply: Reply) -> httpx.Response:
        used = _usage(body, reply)
        usage = {"input_tokens": used["prompt_tokens"], "output_tokens": used["completion_tokens"]}
        why = reply.why or ("tool_use" if reply.calls else "end_turn")
        return httpx.Response(200, json=self._message(body, self._blocks(reply), why, usage))

    def _frames(self, body: Mapping[str, Any], reply: Reply) -> list[str]:
        def frame(kind: str, **said: Any) -> str:
            return f"event: {kind}\ndata: {json.dumps({'type': kind, **said})}\n\n"

        used = _usage(body, reply)
        begun = {"input_tokens": used["prompt_tokens"], "output_tokens": 1}
        frames = [frame("message_start", message=self._message(body, [], None, begun)), frame("ping")]
        blocks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
        if reply.text:
            deltas = [{"type": "text_delta", "text": piece} for piece in _pieces(reply.text)]
            blocks.append(({"type": "text", "text": ""}, deltas))
        for at, (name, text) in enumerate(_calls(reply)):
            deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ("", *_pieces(text))]
            blocks.append(({"type": "tool_use", "id": f"toolu_{self._count}_{at}", "name": name, "input": {}}, deltas))
        for index, (block, deltas) in enumerate(blocks):
            frames.append(frame("content_block_start", index=index, content_block=block))
            frames += [frame("content_block_delta", index=index, delta=delta) for delta in deltas]
            frames.append(frame("content_block_stop", index=index))
        why = reply.why or ("tool_use" if reply.calls else "end_turn")
        delta = {"stop_reason": why, "stop_sequence": None}
        frames.append(frame("message_delta", delta=delta, usage={"output_tokens": used["completion_tokens"]}))
        return [*frames, frame("message_stop")]


def _calls(reply: Reply) -> list[tuple[str, str]]:
    return [(name, json.dumps(arguments) if reply.raw is None else reply.raw) for name, arguments in reply.calls]


def _pieces(text: str) -> list[str]:
    return [text[at : at + PIECE_CHARS] for at in range(0, len(text), PIECE_CHARS)]


def _usage(body: Mapping[str, Any], reply: Reply) -> dict[str, int]:
    """Four characters are about a token."""
    asked, said = len(json.dumps(body.get("messages"))) // 4, (len(reply.text) + 40 * len(reply.calls)) // 4 + 1
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _stream(reply: Reply, frames: list[str]) -> httpx.Response:
    if reply.is_broken:
        frames = [*frames[:1], "data: {broken\n\n"]
    if reply.is_error:
        frames = [*frames[:1], 'data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n']
    content = "".join(frames[: len(frames) // 2] if reply.is_cut else frames)
    return httpx.Response(200, headers={"content-type": "text/event-stream; charset=utf-8"}, text=content)


def _wrong(body: Mapping[str, Any]) -> str | None:
    """What OpenAI refuses: a call of the assistant's without its answer right behind it."""
    if not body.get("model") or not isinstance(body.get("messages"), list):
        return "you must provide a model parameter and messages"
    waiting: list[str] = []
    for message in body["messages"]:
        if message["role"] == "tool":
            if message.get("tool_call_id") not in waiting:
                return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'"
            waiting.remove(message["tool_call_id"])
        elif waiting:
            return "An assistant message with 'tool_calls' must be followed by tool messages"
        waiting += [call["id"] for call in message.get("tool_calls") or ()]
    return None


def _asked_openai(body: Mapping[str, Any]) -> Asked:
    last: str = ""
    results: list[str] = []
    for message in body["messages"]:
        if message["role"] == "user":
            last, results = str(message["content"]), []
        elif message["role"] == "tool":
            results.append(str(message["content"]))
    return Asked(body, last, tuple(results), tuple(tool["function"]["name"] for tool in body.get("tools") or ()))


def _asked_anthropic(body: Mapping[str, Any]) -> Asked:
    last: str = ""
    results: list[str] = []
    for message in body["messages"]:
        blocks = (
            message["content"]
            if isinstance(message["content"], list)
            else [{"type": "text", "text": message["content"]}]
        )
        if message["role"] == "user":
            said = [block["text"] for block in blocks if block["type"] == "text"]
            last, results = (said[-1], []) if said else (last, results)
            results += [str(block["content"]) for block in blocks if block["type"] == "tool_result"]
    return Asked(body, last, tuple(results), tuple(tool["name"] for tool in body.get("tools") or ()))


def _embedding(text: str, dimensions: int) -> list[float]:
    sum_ = [0.0] * dimensions
    for word in text.lower().split():
        digest = hashlib.sha256(word.encode()).digest()
        for at in range(0, 24, 3):
            sum_[int.from_bytes(digest[at : at + 2]) % dimensions] += 1 if digest[at + 2] & 1 else -1
    length = math.hypot(*sum_) or 1.0
    return [value / length for value in sum_]
