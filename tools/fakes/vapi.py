"""Vapi's REST API: assistants (docs.vapi.ai/api-reference)."""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx

Check = Callable[[httpx.Request, str], httpx.Response]
PROVIDERS = {"custom-llm", "openai", "anthropic"}


def refusal(status: int, message: str) -> httpx.Response:
    names = {400: "Bad Request", 404: "Not Found"}
    return httpx.Response(status, json={"statusCode": status, "message": message, "error": names[status]})


class Vapi:
    def __init__(self, check: Check) -> None:
        self._check = check
        self.assistants: dict[str, dict[str, Any]] = {}
        self._count = 0

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        refused = self._check(request, "/assistant")
        if refused.status_code != 200:
            return refused
        if path == "/assistant" and request.method == "GET":
            return httpx.Response(
                200, json=list(self.assistants.values())[: int(request.url.params.get("limit", "100"))]
            )
        if path == "/assistant" and request.method == "POST":
            return self._make(json.loads(request.read()))
        found = re.fullmatch(r"/assistant/([\w-]+)", path)
        if found is None or found[1] not in self.assistants:
            return refusal(404, "Couldn't Find Assistant. Is It Deleted?")
        if request.method == "PATCH":
            if wrong := _wrong(body := json.loads(request.read())):
                return refusal(400, wrong)
            self.assistants[found[1]] |= body
        elif request.method == "DELETE":
            return httpx.Response(200, json=self.assistants.pop(found[1]))
        return httpx.Response(200, json=self.assistants[found[1]])

    def _make(self, body: dict[str, Any]) -> httpx.Response:
        if wrong := _wrong(body):
            return refusal(400, wrong)
        self._count += 1
        made = {"id": f"assistant-{self._count:04d}", "orgId": "org-sample", **body}
        self.assistants[made["id"]] = made
        return httpx.Response(201, json=made)


def _wrong(body: dict[str, Any]) -> str | None:
    if len(body.get("name", "")) > 40:
        return "name must be shorter than or equal to 40 characters"
    if body.get("model", {}).get("provider", "custom-llm") not in PROVIDERS:
        return "model.provider is not known"
    if not 10 <= body.get("maxDurationSeconds", 600) <= 43_200:
        return "maxDurationSeconds must not be less than 10"
    return None
