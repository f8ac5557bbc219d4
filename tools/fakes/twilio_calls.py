"""Calls that are placed through Twilio's REST API (twilio.com/docs/voice/api/call-resource)."""

import re
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs

import httpx

from tools.fakes.twilio_numbers import error

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class Calls:
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.placed: list[dict[str, Any]] = []

    def answer(self, request: httpx.Request, account: str) -> httpx.Response:
        if request.method == "GET":
            query = {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}
            found = [
                one
                for one in self.placed
                if query.get("To", one["to"]) == one["to"] and query.get("From", one["from"]) == one["from"]
            ]
            return httpx.Response(200, json={"calls": found[::-1], "next_page_uri": None})
        given = {name: values[0] for name, values in parse_qs(request.read().decode()).items()}
        if not _E164.fullmatch(given.get("To", "")):
            return error(400, 21211, "The 'To' number is not a valid phone number.")
        if not _E164.fullmatch(given.get("From", "")):
            return error(400, 21212, "The 'From' number is not a valid phone number.")
        if not given.get("Url", "").startswith(("http://", "https://")):
            return error(400, 21205, "Url is not a valid URL")
        if given.get("MachineDetection", "Enable") not in ("Enable", "DetectMessageEnd"):
            return error(400, 20001, "MachineDetection is not valid")
        call = {
            "sid": f"CA{len(self.placed) + 1:032x}",
            "account_sid": account,
            "to": given["To"],
            "from": given["From"],
            "url": given["Url"],
            "status": "queued",
            "direction": "outbound-api",
            "machine_detection": given.get("MachineDetection"),
            "date_created": format_datetime(self._now()),
        }
        self.placed.append(call)
        return httpx.Response(201, json=call)
