"""Twilio's REST API: accounts, their numbers, messages (twilio.com/docs/usage/api). It takes no idempotency key."""

import base64
import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qs

import httpx

from tools.fakes import twilio_numbers as numbers
from tools.fakes.twilio_calls import Calls
from tools.fakes.twilio_numbers import Account, error

ACCOUNT, TOKEN = "AC00000000000000000000000000000001", "0123456789abcdef0123456789abcdef"
MAX_BODY_CHARS = 1600
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class Twilio:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.accounts = {ACCOUNT: Account(TOKEN)}
        self.messages: list[dict[str, Any]] = []
        self.opted_out: set[str] = set()
        self.recordings: dict[str, bytes] = {}  # audio by RecordingSid
        self.media: dict[str, tuple[bytes, str]] = {}  # by MediaSid: content and type
        self.contents: dict[str, str] = {}  # approved templates by ContentSid
        self.for_sale: list[str] = ["+33199008001", "+33199008002"]
        self.calls = Calls(now)

    def add_account(self, sid: str, token: str, *, status: str = "active", numbers: Sequence[str] = ()) -> None:
        self.accounts[sid] = Account(token, status, list(numbers))

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        if recording := re.fullmatch(r"/2010-04-01/Accounts/(AC[0-9a-f]{32})/Recordings/(RE[0-9a-f]{32})\.mp3", path):
            return self._recording(request, recording[1], recording[2])
        if copy := re.fullmatch(r"/2010-04-01/Accounts/(AC[0-9a-f]{32})/Recordings/(RE[0-9a-f]{32})\.json", path):
            return self._signed(request, copy[1], lambda _: self._delete_recording(request, copy[2]))
        if held := re.fullmatch(
            r"/2010-04-01/Accounts/(AC[0-9a-f]{32})/IncomingPhoneNumbers/(PN[0-9a-f]{32})\.json", path
        ):
            return self._signed(request, held[1], lambda account: numbers.one(request, account, held[2]))
        if wanted := re.fullmatch(
            r"/2010-04-01/Accounts/(AC[0-9a-f]{32})/AvailablePhoneNumbers/([A-Z]{2})/Local\.json", path
        ):
            return self._signed(request, wanted[1], lambda _: numbers.available(self.for_sale))
        if path.startswith("/v2/RegulatoryCompliance/Bundles"):
            return self._regulatory(request, path)
        if media := re.fullmatch(
            r"/2010-04-01/Accounts/(AC[0-9a-f]{32})/Messages/(?:SM|MM)[0-9a-f]{32}/Media/(ME[0-9a-f]{32})", path
        ):
            return self._signed(request, media[1], lambda _: self._media(media[2]))
        found = re.fullmatch(r"/2010-04-01/Accounts/(AC[0-9a-f]{32})(/\w+)?\.json", path)
        if not found:
            return error(404, 20404, "The requested resource was not found")
        sid, resource = found[1], found[2] or ""
        account = self.accounts.get(sid)
        if account is None or not self._is_signed_in(request, sid, account):
            return error(401, 20003, "Authenticate")
        if request.method == "GET" and not resource:
            return httpx.Response(200, json={"sid": sid, "status": account.status, "type": "Full"})
        if account.status != "active":
            return error(403, 20005, "Account not active")
        if resource == "/Calls":
            return self.calls.answer(request, sid)
        query = {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}
        if (request.method, resource) == ("GET", "/IncomingPhoneNumbers"):
            return numbers.page(request, sid, account)
        if (request.method, resource) == ("POST", "/IncomingPhoneNumbers"):
            return numbers.buy(request, account, self.for_sale)
        if (request.method, resource) == ("GET", "/Messages"):
            return self._page("messages", self._sent(sid, query))
        if (request.method, resource) == ("POST", "/Messages"):
            form = {name: values[0] for name, values in parse_qs(request.read().decode()).items()}
            return self._send(sid, form)
        return error(404, 20404, "The requested resource was not found")

    def _recording(self, request: httpx.Request, sid: str, recording: str) -> httpx.Response:
        account = self.accounts.get(sid)
        if account is None or not self._is_signed_in(request, sid, account):
            return error(401, 20003, "Authenticate")
        if recording not in self.recordings:
            return error(404, 20404, "The requested resource was not found")
        return httpx.Response(200, headers={"content-type": "audio/mpeg"}, content=self.recordings[recording])

    def _delete_recording(self, request: httpx.Request, recording: str) -> httpx.Response:
        if request.method != "DELETE" or self.recordings.pop(recording, None) is None:
            return error(404, 20404, "The requested resource was not found")
        return httpx.Response(204)

    def _media(self, sid: str) -> httpx.Response:
        if sid not in self.media:
            return error(404, 20404, "The requested resource was not found")
        content, content_type = self.media[sid]
        return httpx.Response(200, headers={"content-type": content_type}, content=content)

    @staticmethod
    def _is_signed_in(request: httpx.Request, sid: str, account: Account) -> bool:
        pairs = ((sid, account.token), *account.keys.items())
        accepted = [base64.b64encode(f"{name}:{secret}".encode()).decode() for name, secret in pairs]
        return request.headers.get("authorization", "").removeprefix("Basic ") in accepted

    @staticmethod
    def _page(name: str, items: list[dict[str, Any]]) -> httpx.Response:
        paging = {"page": 0, "page_size": 50, "start": 0, "end": len(items), "next_page_uri": None}
        return httpx.Response(200, json={name: items, **paging})

    def _signed(self, request: httpx.Request, sid: str, answer: Callable[[Account], httpx.Response]) -> httpx.Response:
        account = self.accounts.get(sid)
        if account is None or not self._is_signed_in(request, sid, account):
            return error(401, 20003, "Authenticate")
        return answer(account)

    def _regulatory(self, request: httpx.Request, path: str) -> httpx.Response:
        for sid, account in self.accounts.items():
            if self._is_signed_in(request, sid, account):
                return numbers.bundles(account, path)
        return error(401, 20003, "Authenticate")

    def _sent(self, sid: str, query: dict[str, str]) -> list[dict[str, Any]]:
        since = query.get("DateSent>", "")
        return [
            one
            for one in reversed(self.messages)
            if one["account_sid"] == sid
            and query.get("To", one["to"]) == one["to"]
            and query.get("From", one["from"]) == one["from"]
            and parsedate_to_datetime(one["date_created"]).date().isoformat() >= since
        ]

    def _send(self, sid: str, form: dict[str, str]) -> httpx.Response:
        ends = [form.get(name, "").removeprefix("whatsapp:") for name in ("To", "From")]
        if not _E164.fullmatch(ends[0]):
            return error(400, 21211, f"The 'To' number {form.get('To', '')} is not a valid phone number.")
        if not _E164.fullmatch(ends[1]):
            return error(400, 21212, "The 'From' number is not a valid phone number.")
        if form["To"].startswith("whatsapp:") != form["From"].startswith("whatsapp:"):
            return error(400, 21910, "'From' and 'To' are not of the same channel")
        if form.get("ContentSid"):
            if form["ContentSid"] not in self.contents:
                return error(400, 21655, "The ContentSid is invalid")
            places = json.loads(form.get("ContentVariables", "{}"))
            form = {**form, "Body": self.contents[form["ContentSid"]]}
            for place, value in places.items():
                form["Body"] = form["Body"].replace("{{" + place + "}}", value)
        if not form.get("Body"):
            return error(400, 21602, "Message body is required.")
        if len(form["Body"]) > MAX_BODY_CHARS:
            return error(400, 21617, "The concatenated message body exceeds the 1600 character limit.")
        if form["To"] in self.opted_out:
            return error(400, 21610, "Attempt to send to unsubscribed recipient")
        message = {
            "sid": f"SM{len(self.messages) + 1:032x}",
            "account_sid": sid,
            "to": form["To"],
            "from": form["From"],
            "body": form["Body"],
            "status": "queued",
            "num_segments": "1",
            "status_callback": form.get("StatusCallback"),
            "error_code": None,
            "date_created": format_datetime(self._now()),
        }
        self.messages.append(message)
        return httpx.Response(201, json=message)
