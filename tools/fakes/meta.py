"""Meta's WhatsApp Cloud API: messages with their window and templates, media (developers.facebook.com/docs/whatsapp)."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from tools.fakes.simple import Answer

WINDOW = timedelta(hours=24)
MAX_BODY_CHARS = 4_096


def error(status: int, code: int, message: str) -> httpx.Response:
    said = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A0"}
    return httpx.Response(status, json={"error": said})


class Meta:
    """`templates` are approved: how many places each has, by name and language; `wrote` opens a window."""

    def __init__(self, now: Callable[[], datetime], numbers: Answer) -> None:
        self._now, self._numbers = now, numbers
        self.messages: list[dict[str, Any]] = []
        self.templates: dict[tuple[str, str], int] = {}
        self.media: dict[str, tuple[bytes, str]] = {}  # by id: content and type
        self._windows: dict[tuple[str, str], datetime] = {}

    def wrote(self, user: str, number_id: str) -> None:
        """A user (digits) has written to a number."""
        self._windows[user, number_id] = self._now()

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        refused = self._numbers(request, "/v23.0/1")
        if refused.status_code == 401:
            return refused
        if found := re.fullmatch(r"/v[0-9.]+/([0-9]+)/messages", path):
            return self._send(found[1], json.loads(request.read() or b"{}"))
        if found := re.fullmatch(r"/v[0-9.]+/(media[0-9]+)", path):
            if found[1] not in self.media:
                return error(400, 100, "Unsupported get request. Object with this ID does not exist.")
            content, content_type = self.media[found[1]]
            url = str(request.url.copy_with(path=request.url.path.replace(found[1], f"bytes/{found[1]}")))
            said = {"url": url, "mime_type": content_type, "file_size": len(content), "id": found[1]}
            return httpx.Response(200, json={"messaging_product": "whatsapp", **said})
        if found := re.fullmatch(r"/v[0-9.]+/bytes/(media[0-9]+)", path):
            content, content_type = self.media[found[1]]
            return httpx.Response(200, headers={"content-type": content_type}, content=content)
        return self._numbers(request, path)

    def _send(self, number_id: str, said: dict[str, Any]) -> httpx.Response:
        if said.get("messaging_product") != "whatsapp":
            return error(400, 100, "(#100) The parameter messaging_product is required.")
        to, kind = str(said.get("to", "")), said.get("type")
        if not re.fullmatch(r"[0-9]{7,15}|[A-Z]{2}\.[0-9]+", to):
            return error(400, 131009, "(#131009) Parameter value is not valid")
        if kind == "template":
            if problem := self._wrong_template(said.get("template") or {}):
                return problem
        elif kind != "text" or not (said.get("text") or {}).get("body"):
            return error(400, 131051, "(#131051) Unsupported message type")
        elif len(said["text"]["body"]) > MAX_BODY_CHARS:
            return error(400, 100, "(#100) Param text['body'] must be at most 4096 characters long.")
        elif self._now() - self._windows.get((to, number_id), self._now() - 2 * WINDOW) >= WINDOW:
            return error(400, 131047, "(#131047) Re-engagement message")
        message = {"id": f"wamid.{len(self.messages) + 1:08d}", "number_id": number_id, **said}
        self.messages.append(message)
        contacts = [{"input": to, "wa_id": to}]
        return httpx.Response(
            200, json={"messaging_product": "whatsapp", "contacts": contacts, "messages": [{"id": message["id"]}]}
        )

    def _wrong_template(self, template: dict[str, Any]) -> httpx.Response | None:
        name, language = str(template.get("name")), str((template.get("language") or {}).get("code"))
        if (name, language) not in self.templates:
            return error(404, 132001, "(#132001) Template name does not exist in the translation")
        given = [one for part in template.get("components", []) for one in part.get("parameters", [])]
        texts = [str(one.get("text", "")) for one in given]
        if len(texts) != self.templates[name, language]:
            return error(400, 132000, "(#132000) Number of parameters does not match the expected number of params")
        if any(not text or "\n" in text or "\t" in text or "    " in text for text in texts):
            return error(400, 132018, "(#132018) There was an issue with the parameters of your template")
        return None
