"""A call over a voice platform, as Vapi would hold it: server messages, and completions asked of our model."""

import json
import uuid
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

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
        self.problems: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    @property
    def waits_for(self) -> str | None:
        """As a call by documents tells it: "Dial" while the platform puts it through."""
        return None if self.is_over else "Dial" if self.destination else "Gather"

    @property
    def dialled(self) -> str | None:
        return str(self.destination["number"]) if self.destination else None

    def transfer_result(self, status: str) -> list[str]:
        """What becomes of it is the platform's: whoever is not put through is with the agent again."""
        self.transcript.append(f"[transfer {status}]")
        self.destination, self.words = None, []
        if status == "completed":
            self.end("assistant-forwarded-call")
        return self.words

    def press(self, digits: str) -> list[str]:
        raise CallFailed("the platform tells of keys in its own time")

    def silence(self) -> list[str]:
        """Nobody is asked: the platform counts the seconds."""
        self.transcript.append("caller: [silence]")
        self.words = []
        return self.words

    def hang_up(self) -> None:
        if not self.is_over:
            self.transcript.append("caller: [hangs up]")
            self.end()

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
        answer = self.post("assistant-request")
        if answer.status_code != 200:
            raise CallFailed(f"assistant-request was answered {answer.status_code}: {answer.text[:300]}")
        said = answer.json()
        self.assistant, self.destination = said.get("assistant", {}), said.get("destination")
        if "error" in said:
            self.transcript.append(f"agent: {said['error']}")
            self.is_over, self.words = True, [said["error"]]
            return self.words
        first = self.assistant.get("firstMessage")
        if first:
            self.messages = [{"role": "system", "content": ""}, {"role": "assistant", "content": first}]
            self.transcript.append(f"agent: {first}")
        self.post("status-update", status="in-progress")
        self.words = [first] if first else []
        return self.words

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
