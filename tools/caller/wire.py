"""Twilio's requests as they are on the wire: parameters, signature, timeouts."""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal
from urllib.parse import urldefrag, urlencode

import httpx
from twilio.request_validator import RequestValidator

from tools.caller.document import HTTP_FAILURE, NO_CONNECTION, WRONG_CONTENT_TYPE, BadAnswer

Method = Literal["GET", "POST"]

_TOTAL_S = 15.0
_TIMEOUT = httpx.Timeout(_TOTAL_S, connect=5.0)
_XML_TYPES = ("text/xml", "application/xml")
_FORM = "application/x-www-form-urlencoded; charset=UTF-8"
_COUNTRIES = {"+33": "FR", "+44": "GB", "+1": "US"}
_PLACES = ("City", "State", "Zip", "Country")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls whom, on which account."""

    account_sid: str
    call_sid: str
    from_: str  # E.164, or what a withheld number arrives as
    to: str

    def parameters(self, status: str) -> dict[str, str]:
        """What every voice request carries."""
        params = {
            "AccountSid": self.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": self.call_sid,
            "CallStatus": status,
            "Direction": "inbound",
            "From": self.from_,
            "Caller": self.from_,
            "To": self.to,
            "Called": self.to,
            "CallToken": f'{{"parentCallInfoToken":"{self.call_sid}","identityHeaderTokens":[]}}',
            "StirVerstat": "No-TN-Validation",
        }
        for party, number in (("From", self.from_), ("Caller", self.from_), ("To", self.to), ("Called", self.to)):
            params |= {party + place: "" for place in _PLACES}
            params[f"{party}Country"] = _country(number)
        return params

    def leg(self) -> dict[str, str]:
        """What a request for the other leg of a transfer carries."""
        parameters = self.parameters("in-progress")
        return {
            **parameters,
            "CallSid": f"CA{uuid.uuid4().hex}",
            "ParentCallSid": self.call_sid,
            "Direction": "outbound-dial",
        }

    def setup(self, status: str) -> dict[str, str]:
        """The first frame of a ConversationRelay, beside its session."""
        return {
            "accountSid": self.account_sid,
            "callSid": self.call_sid,
            "parentCallSid": "",
            "from": self.from_,
            "to": self.to,
            "forwardedFrom": "",
            "callerName": "",
            "direction": "inbound",
            "callType": "PSTN",
            "callStatus": status.replace("-", "_").upper(),
        }


class Wire:
    """Sends signed requests and keeps the last ones, so that they can be delivered again."""

    def __init__(self, client: httpx.Client, auth_token: str) -> None:
        self._client = client
        self._validator = RequestValidator(auth_token)

    @property
    def origin(self) -> str:
        return str(self._client.base_url).rstrip("/")

    def request(self, method: Method, url: str, params: Mapping[str, str]) -> httpx.Request:
        """A signed request; the fragment of a URL is Twilio's own and neither sent nor signed."""
        target = urldefrag(url).url
        if method == "GET":
            target += ("&" if "?" in target else "?") + urlencode(params)
        form = dict(params) if method == "POST" else {}
        # httpx may spell the URL differently (escapes, an empty path): what is sent is what is signed.
        target = str(httpx.URL(target))
        headers = {
            "Accept": "*/*",
            "User-Agent": "TwilioProxy/1.1",
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
            "X-Twilio-Signature": str(self._validator.compute_signature(target, form)),
        }
        if method == "POST":
            headers["Content-Type"] = _FORM
        content = urlencode(form).encode() if form else None
        return self._client.build_request(method, target, content=content, headers=headers, timeout=_TIMEOUT)

    def send(self, request: httpx.Request) -> httpx.Response:
        """Raises BadAnswer when nothing comes back in Twilio's time; any status is returned."""
        where = f"{request.method} {request.url.path}"
        started = time.monotonic()
        try:
            response = self._client.send(request, follow_redirects=False)
        except httpx.TimeoutException as error:
            raise BadAnswer(NO_CONNECTION, f"{where} did not answer in time") from error
        except httpx.TransportError as error:
            raise BadAnswer(NO_CONNECTION, f"{where} could not be reached: {error}") from error
        if time.monotonic() - started > _TOTAL_S:
            raise BadAnswer(NO_CONNECTION, f"{where} took longer than {_TOTAL_S:.0f} s")
        return response


def _country(number: str) -> str:
    return next((code for prefix, code in _COUNTRIES.items() if number.startswith(prefix)), "")


def twiml_of(response: httpx.Response) -> bytes:
    """The document of an answer; raises BadAnswer when status or type are not what Twilio takes."""
    where = f"{response.request.method} {response.request.url.path}"
    if response.status_code != 200:
        raise BadAnswer(HTTP_FAILURE, f"{where} answered {response.status_code}: {response.text[:300]}")
    kind = response.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() not in _XML_TYPES:
        raise BadAnswer(WRONG_CONTENT_TYPE, f"{where} answered {kind or 'no content type'}, not text/xml")
    return response.content


def rfc2822_now() -> str:
    return format_datetime(datetime.now(UTC))
