"""Turnstile's siteverify: each token once, for the site and the action it was solved for (Cloudflare's documentation)."""

import json
from typing import Any

import httpx

ALWAYS_PASSES, ALWAYS_FAILS = "1x0000000000000000000000000000000AA", "2x0000000000000000000000000000000AA"


class Turnstile:
    def __init__(self) -> None:
        self._tokens: dict[str, dict[str, Any]] = {}

    def solved(self, token: str, *, action: str, hostname: str) -> None:
        """A visitor has solved a challenge."""
        self._tokens[token] = {"action": action, "hostname": hostname}

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        if (request.method, path) != ("POST", "/turnstile/v0/siteverify"):
            return httpx.Response(404)
        said = json.loads(request.read())
        if said.get("secret") == ALWAYS_FAILS or not said.get("secret"):
            return self._refused("invalid-input-response" if said.get("secret") else "missing-input-secret")
        if said["secret"] != ALWAYS_PASSES:
            return self._refused("invalid-input-secret")
        if not said.get("response"):
            return self._refused("missing-input-response")
        known = self._tokens.pop(said["response"], None)
        if known is None:
            return self._refused("timeout-or-duplicate")
        return httpx.Response(
            200, json={"success": True, "challenge_ts": "2026-11-20T11:00:00Z", "error-codes": [], **known}
        )

    @staticmethod
    def _refused(code: str) -> httpx.Response:
        return httpx.Response(200, json={"success": False, "error-codes": [code]})
