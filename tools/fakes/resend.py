"""Resend: mails, each once per Idempotency-Key and 24 hours (resend.com/docs/api-reference)."""

import base64
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

REQUIRED = ("from", "to", "subject")
MAX_KEY_CHARS = 256


def error(status: int, name: str, message: str) -> httpx.Response:
    return httpx.Response(status, json={"statusCode": status, "name": name, "message": message})


class Resend:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._count = 0
        self.mails: list[dict[str, Any]] = []
        self.rejected_keys: set[str] = set()
        self.received: dict[str, dict[str, Any]] = {}  # mails that came in, by id
        self.files: dict[str, tuple[bytes, str]] = {}  # of them, by id: content and type
        self._known: dict[str, tuple[datetime, bytes, str]] = {}  # idempotency key: when, body, id

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        if request.method == "GET" and path.startswith("/files/"):  # by an address that tells nobody anything
            return httpx.Response(200, content=self.files[path.removeprefix("/files/")][0])
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            return error(401, "missing_api_key", "Missing API key in the authorization header.")
        if not key.startswith("re_") or key in self.rejected_keys:
            return error(403, "invalid_api_key", "API key is invalid.")
        if (request.method, path) == ("GET", "/domains"):
            if key.startswith("re_sendonly_"):
                return error(401, "restricted_api_key", "This API key is restricted to only send emails.")
            return httpx.Response(200, json={"data": []})
        if found := re.fullmatch(r"/emails/receiving/([0-9a-z-]+)(?:/attachments/([0-9a-z-]+))?", path):
            return self._received(request, found[1], found[2])
        if (request.method, path) == ("POST", "/emails"):
            return self._send(request)
        return error(404, "not_found", "The requested endpoint does not exist.")

    def _received(self, request: httpx.Request, mail_id: str, file_id: str | None) -> httpx.Response:
        if mail_id not in self.received or (file_id and file_id not in self.files):
            return error(404, "not_found", "Email not found")
        if file_id is None:
            return httpx.Response(200, json={"object": "email", "id": mail_id, **self.received[mail_id]})
        content, content_type = self.files[file_id]
        url = str(request.url.copy_with(path=request.url.path.partition("/emails/")[0] + f"/files/{file_id}"))
        said = {"id": file_id, "content_type": content_type, "size": len(content), "download_url": url}
        return httpx.Response(200, json={"object": "attachment", **said})

    def _send(self, request: httpx.Request) -> httpx.Response:
        body, key = request.read(), request.headers.get("idempotency-key")
        if key is not None and not 1 <= len(key) <= MAX_KEY_CHARS:
            return error(400, "invalid_idempotency_key", "The key must be between 1-256 chars.")
        known = self._known.get(key or "")
        if known and self._now() - known[0] < timedelta(hours=24):
            if known[1] != body:
                return error(409, "invalid_idempotent_request", "Same idempotency key used with a different payload.")
            return httpx.Response(200, json={"id": known[2]})
        mail = json.loads(body)
        missing = [name for name in REQUIRED if not mail.get(name)]
        if missing or not (mail.get("text") or mail.get("html")):
            return error(422, "missing_required_field", f"Missing: {', '.join(missing) or 'html or text'}.")
        to = mail["to"] if isinstance(mail["to"], list) else [mail["to"]]
        if len(to) > 50 or any("@" not in address for address in to):
            return error(422, "validation_error", "Invalid `to` field.")
        for one in mail.get("attachments", []):
            try:
                is_readable = bool(
                    one.get("filename") and (one.get("path") or base64.b64decode(one["content"], validate=True))
                )
            except (KeyError, ValueError):
                is_readable = False
            if not is_readable:
                return error(422, "invalid_attachment", "Attachment must have either a `content` or `path`.")
        self._count += 1
        mail_id = f"{self._count:08x}-0000-4000-8000-000000000000"
        self.mails.append({**mail, "id": mail_id})
        if key:
            self._known[key] = (self._now(), body, mail_id)
        return httpx.Response(200, json={"id": mail_id})
