"""Numbers of a Twilio account: listed in pages, configured, bought, released, and their papers."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_METHODS = ("GET", "POST", "")
SETTINGS = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "VoiceApplicationSid": "voice_application_sid",
    "TrunkSid": "trunk_sid",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    "SmsApplicationSid": "sms_application_sid",
    "FriendlyName": "friendly_name",
}


@dataclass
class Account:
    token: str
    status: str = "active"
    numbers: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)  # secrets by SK...
    settings: dict[str, dict[str, str]] = field(default_factory=dict)  # of a number, as it was configured
    bundles: list[dict[str, Any]] = field(default_factory=list)


def error(status: int, code: int, message: str) -> httpx.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return httpx.Response(status, json={"code": code, "message": message, "more_info": more, "status": status})


def sid_of(number: str) -> str:
    return f"PN{int(number.lstrip('+')):032x}"


def shown(account: Account, number: str) -> dict[str, Any]:
    settings = dict.fromkeys(SETTINGS.values(), "") | account.settings.get(number, {})
    able = {"voice": True, "SMS": True, "sms": True, "mms": False}
    return {"sid": sid_of(number), "phone_number": number, "capabilities": able, **settings}


def page(request: httpx.Request, sid: str, account: Account) -> httpx.Response:
    query = {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}
    wanted = query.get("PhoneNumber", "").replace("*", "").lstrip("+")
    size, at = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
    if not 1 <= size <= 1000:
        return error(400, 20001, "PageSize is out of range")
    found = [number for number in account.numbers if wanted in number]
    here = found[at * size : (at + 1) * size]
    following = None
    if len(found) > (at + 1) * size:
        more = urlencode({**query, "PageSize": size, "Page": at + 1})
        following = f"/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json?{more}"
    listed = [shown(account, number) for number in here]
    return httpx.Response(
        200, json={"incoming_phone_numbers": listed, "page": at, "page_size": size, "next_page_uri": following}
    )


def one(request: httpx.Request, account: Account, sid: str) -> httpx.Response:
    number = next((number for number in account.numbers if sid_of(number) == sid), None)
    if number is None:
        return error(404, 20404, "The requested resource was not found")
    if request.method == "DELETE":
        account.numbers.remove(number)
        account.settings.pop(number, None)
        return httpx.Response(204)
    if request.method == "POST":
        form = {name: values[0] for name, values in parse_qs(request.read().decode(), keep_blank_values=True).items()}
        for name, value in form.items():
            if name not in SETTINGS:
                continue
            if name.endswith("Method") and value not in _METHODS:
                return error(400, 21403, f"{name} is not valid")
            if name.endswith("Url") and value and not value.startswith(("http://", "https://")):
                return error(400, 21402, f"{name} is not valid")
            account.settings.setdefault(number, {})[SETTINGS[name]] = value
    return httpx.Response(200, json=shown(account, number))


def available(for_sale: list[str]) -> httpx.Response:
    listed = [{"phone_number": number, "friendly_name": number} for number in for_sale]
    return httpx.Response(200, json={"available_phone_numbers": listed})


def buy(request: httpx.Request, account: Account, for_sale: list[str]) -> httpx.Response:
    form = {name: values[0] for name, values in parse_qs(request.read().decode()).items()}
    number = form.get("PhoneNumber", "")
    if not _E164.fullmatch(number):
        return error(400, 21421, "PhoneNumber is not a valid number")
    if number not in for_sale:
        return error(400, 21422, "PhoneNumber is not available")
    for_sale.remove(number)
    account.numbers.append(number)
    return httpx.Response(201, json=shown(account, number))


def bundles(account: Account, path: str) -> httpx.Response:
    if found := re.fullmatch(r"/v2/RegulatoryCompliance/Bundles/(BU[0-9a-f]{32})/Evaluations", path):
        bundle = next((one for one in account.bundles if one["sid"] == found[1]), None)
        return (
            error(404, 20404, "Not found")
            if bundle is None
            else httpx.Response(200, json={"results": bundle["evaluations"]})
        )
    listed = [{name: value for name, value in one.items() if name != "evaluations"} for one in account.bundles]
    return httpx.Response(200, json={"results": listed, "meta": {"next_page_url": None}})
