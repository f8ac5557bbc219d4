"""A call over a voice platform, as Vapi would hold it: server messages, and completions asked of our model."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

import httpx

from tools.caller.document import CallFailed

SECRET_HEADER = "X-Vapi-Secret"


class PlatformCall:
    """`words` are what the agent has said since the caller last did something."""

    def __init__(
        self, client: httpx.Client, secret: str, to: str, from_: str = "+33639980001", path: str = "/webhooks/vapi"
    ) -> None:
        self._client, self._secret, self._path = client, secret, path
        self.call = {
            "id": str(uuid.uuid4()),
            "orgId": "org-sample",
            "type": "inboundPhoneCall",
            "status": "ringing",
            "phoneCallProvider": "twilio",
            "customer": {"number": from_},
        }
        self._number = {"id": "number-sample", "number": to}
        self.assistant: dict[str, Any] = {}
        self.destination: dict[str, Any] | None = None
        self.messages: list[dict[str, Any]] = []
        self.transcript: list[str] = []
        self.words: list[str] = []
        self.is_over = False

    def message(self, kind: str, **fields: Any) -> dict[str, Any]:
        return {
            "message": {
                "type": kind,
                "timestamp": 1_795_172_400_000,
                "call": self.call,
                "phoneNumber": self._number,
                "customer": self.call["customer"],
                **fields,
            }
        }

    def post(self, kind: str, **fields: Any) -> httpx.Response:
        return self._client.post(self._path, json=self.message(kind, **fields), headers={SECRET_HEADER: self._secret})

    def start(self) -> list[str]:
        """Rings; returns the agent's first words."""
        said = self.post("assistant-request").json()
        self.assistant, self.destination = said.get("assistant", {}), said.get("destination")
        if "error" in said:
            self.transcript.append(f"agent: {said['error']}")
            self.is_over = True
            return [said["error"]]
        first = self.assistant.get("firstMessage")
        if first:
            self.messages = [{"role": "system", "content": ""}, {"role": "assistant", "content": first}]
            self.transcript.append(f"agent: {first}")
        self.post("status-update", status="in-progress")
        return [first] if first else []

    def say(self, text: str, heard_before: str | None = None) -> list[str]:
        """Speaks; `heard_before`: it was over the agent's words, of which so much had been heard."""
        if heard_before is not None and self.messages and self.messages[-1]["role"] == "assistant":
            self.messages[-1]["content"] = heard_before
        self.messages.append({"role": "user", "content": text})
        self.transcript.append(f"caller: {text}")
        return self.complete()

    def complete(self) -> list[str]:
        """Asks the model once more for what follows."""
        model = self.assistant["model"]
        body = {
            "model": model["model"],
            "messages": self.messages,
            "stream": True,
            "temperature": 0.5,
            "tools": [{"type": "function", "function": {"name": one["type"]}} for one in model["tools"]],
            "call": self.call,
            "phoneNumber": self._number,
            "metadata": self.assistant.get("metadata", {}),
        }
        path = httpx.URL(model["url"]).path
        answer = self._client.post(f"{path}/chat/completions", json=body, headers=dict(model["headers"]))
        if answer.status_code != 200 or "text/event-stream" not in answer.headers["content-type"]:
            raise CallFailed(f"the model answered {answer.status_code}: {answer.text[:300]}")
        self.words, tools = chunks_of(answer.text)
        if self.words:
            self.messages.append({"role": "assistant", "content": " ".join(self.words)})
            self.transcript.append(f"agent: {' '.join(self.words)}")
        for tool in tools:
            self._use(tool)
        return self.words

    def _use(self, tool: str) -> None:
        if tool == "endCall":
            self.is_over = True
            self.transcript.append("[the agent hangs up]")
        elif tool == "transferCall":
            said = self.post("transfer-destination-request").json()
            self.destination = said.get("destination")
            self.transcript.append(f"[transfer to {(self.destination or {}).get('number', said.get('error'))}]")

    def end(self, reason: str = "customer-ended-call", **artifact: Any) -> None:
        self.post("status-update", status="ended", endedReason=reason)
        self.post(
            "end-of-call-report",
            endedReason=reason,
            cost=0.1234,
            durationSeconds=42.4,
            artifact={"transcript": "AI: ...", "messages": [], **artifact},
            analysis={},
        )
        self.is_over = True


def chunks_of(text: str) -> tuple[list[str], list[str]]:
    """(sentences, tools called) of a stream; raises CallFailed for one that OpenAI's clients could not read."""
    events = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    if not events or events[-1] != "[DONE]":
        raise CallFailed("the stream has no [DONE]")
    words: list[str] = []
    tools: list[str] = []
    reason = None
    for event in events[:-1]:
        chunk: Mapping[str, Any] = json.loads(event)
        if chunk["object"] != "chat.completion.chunk":
            raise CallFailed(f"no chunk: {event[:200]}")
        (choice,) = chunk["choices"]
        if content := choice["delta"].get("content"):
            words.append(content.strip())
        tools += [one["function"]["name"] for one in choice["delta"].get("tool_calls", ())]
        reason = choice["finish_reason"] or reason
    if reason != ("tool_calls" if tools else "stop"):
        raise CallFailed(f"the stream ended with {reason}")
    return words, tools
