"""ports.carrier.Carrier over Twilio's REST API (twilio.com/docs/usage/api)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ports.carrier import MOST_RECORDED_BYTES, RECORDING_S, Bundle, CarrierNumber, PlacedCall
from ports.vendors import Credential, VendorRejected, VendorUnavailable
from providers.http import Api
from providers.twilio.auth import basic

MOST_PAGES = 20
_RECORDING = re.compile(r"RE[0-9a-f]{32}")
# What of a number leads its calls and texts somewhere, by the form's name and by the answer's.
_SETTINGS = {
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
}


class TwilioCarrier:
    def __init__(self, api: Api, numbers_api: Api) -> None:
        self._api, self._numbers_api = api, numbers_api

    async def numbers(self, credential: Credential, phone_number: str | None = None) -> Sequence[CarrierNumber]:
        path = f"{_account(credential)}/IncomingPhoneNumbers.json?PageSize=200"
        wanted = {"PhoneNumber": phone_number} if phone_number else {}
        found: list[CarrierNumber] = []
        for _ in range(MOST_PAGES):
            page = await self._api.send("GET", path, auth=basic(credential.values), params=wanted or None)
            found += [_number(one) for one in page["incoming_phone_numbers"]]
            if not page.get("next_page_uri"):
                break
            path, wanted = str(page["next_page_uri"]), {}
        # The filter also matches parts of numbers.
        return [one for one in found if phone_number is None or one.phone_number == phone_number]

    def our_settings(self, base_url: str) -> Mapping[str, str]:
        """By default a status callback that meets a 5xx is not repeated (the fragment asks for it)."""
        calls = f"{base_url}/webhooks/omnichannel"
        return {
            **dict.fromkeys(_SETTINGS, ""),
            **{name: "POST" for name in _SETTINGS if name.endswith("Method")},
            "VoiceUrl": f"{calls}/voice",
            "VoiceFallbackUrl": f"{calls}/fallback",
            "StatusCallback": f"{calls}/call-status#rc=3&rp=5xx,ct,rt",
            "SmsUrl": f"{calls}/sms",
        }

    async def configure(self, credential: Credential, external_id: str, settings: Mapping[str, str]) -> None:
        path = f"{_account(credential)}/IncomingPhoneNumbers/{external_id}.json"
        await self._api.send("POST", path, is_repeatable=True, auth=basic(credential.values), data=dict(settings))

    async def available(self, credential: Credential, country: str, contains: str) -> Sequence[str]:
        path = f"{_account(credential)}/AvailablePhoneNumbers/{country}/Local.json"
        wanted = {"PageSize": "20", "VoiceEnabled": "true"} | ({"Contains": contains} if contains else {})
        page = await self._api.send("GET", path, auth=basic(credential.values), params=wanted)
        return [str(one["phone_number"]) for one in page.get("available_phone_numbers", ())]

    async def buy(self, credential: Credential, phone_number: str) -> CarrierNumber:
        path = f"{_account(credential)}/IncomingPhoneNumbers.json"
        made = await self._api.send("POST", path, auth=basic(credential.values), data={"PhoneNumber": phone_number})
        return _number(made)

    async def release(self, credential: Credential, external_id: str) -> None:
        path = f"{_account(credential)}/IncomingPhoneNumbers/{external_id}.json"
        await self._api.delete(path, auth=basic(credential.values))

    async def bundles(self, credential: Credential) -> Sequence[Bundle]:
        """twilio.com/docs/phone-numbers/regulatory/api/bundles and .../evaluations"""
        base = "/v2/RegulatoryCompliance/Bundles"
        page = await self._numbers_api.send("GET", f"{base}?PageSize=50", auth=basic(credential.values))
        found = []
        for one in page.get("results", ()):
            reasons: tuple[str, ...] = ()
            if one.get("status") == "twilio-rejected":
                said = await self._numbers_api.send(
                    "GET", f"{base}/{one['sid']}/Evaluations", auth=basic(credential.values)
                )
                reasons = _reasons(said)
            until = str(one["valid_until"]) if one.get("valid_until") else None
            found.append(
                Bundle(str(one["sid"]), str(one.get("friendly_name") or ""), str(one["status"]), until, reasons)
            )
        return found

    async def place_call(self, credential: Credential, call: PlacedCall, base_url: str) -> str:
        form: dict[str, Any] = {
            "To": call.to_number,
            "From": call.from_number,
            "Url": f"{base_url}{call.path}",
            "FallbackUrl": f"{base_url}/webhooks/omnichannel/fallback",
            "StatusCallback": f"{base_url}/webhooks/omnichannel/call-status#rc=3&rp=5xx,ct,rt",
            "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
            "Timeout": str(call.timeout_s),
        }
        if call.detects_machines:
            form |= {"MachineDetection": "DetectMessageEnd", "MachineDetectionTimeout": "30"}
        made = await self._api.send(
            "POST", f"{_account(credential)}/Calls.json", auth=basic(credential.values), data=form
        )
        if not isinstance(made, dict) or not made.get("sid"):
            raise VendorUnavailable("no_sid", is_unsure=True)
        return str(made["sid"])

    async def placed(self, credential: Credential, call: PlacedCall, since: datetime) -> str | None:
        # StartTime counts in whole days of UTC; an earlier call of the same day is another one.
        day, exact = since.date().isoformat(), since.replace(microsecond=0)
        wanted = {"To": call.to_number, "From": call.from_number, "StartTime>": day, "PageSize": "20"}
        page = await self._api.send(
            "GET", f"{_account(credential)}/Calls.json", auth=basic(credential.values), params=wanted
        )
        made = ((one, parsedate_to_datetime(str(one["date_created"]))) for one in page.get("calls", ()))
        return next((str(one["sid"]) for one, at in made if at >= exact), None)

    async def recording(self, credential: Credential, recording_id: str) -> tuple[bytes, str]:
        """By the recording's id and not by the URL that a webhook names: nothing else is ever fetched."""
        if not _RECORDING.fullmatch(recording_id):
            raise VendorRejected("no_recording_id")
        limits = {"most_bytes": MOST_RECORDED_BYTES}
        path = f"{_account(credential)}/Recordings/{recording_id}.mp3"
        async with self._api.open("GET", path, RECORDING_S, auth=basic(credential.values), extensions=limits) as answer:
            return await answer.aread(), "audio/mpeg"

    async def delete_recording(self, credential: Credential, recording_id: str) -> None:
        """twilio.com/docs/voice/api/recording#delete-a-recording-resource"""
        path = f"{_account(credential)}/Recordings/{recording_id}.json"
        await self._api.delete(path, auth=basic(credential.values))


def _number(one: Mapping[str, Any]) -> CarrierNumber:
    able = one.get("capabilities") or {}
    return CarrierNumber(
        str(one["sid"]),
        str(one["phone_number"]),
        str(one.get("friendly_name") or ""),
        {form: str(one.get(name) or "") for form, name in _SETTINGS.items()},
        bool(able.get("voice", True)),
        bool(able.get("sms", False)),
    )


def _reasons(said: Mapping[str, Any]) -> tuple[str, ...]:
    """Of the latest evaluation: what did not pass, in Twilio's words."""
    latest: Mapping[str, Any] = next(iter(said.get("results", ())), {})
    found = []
    for one in latest.get("results", ()):
        if one.get("passed") is False:
            found.append(str(one.get("failure_reason") or one.get("friendly_name") or "not passed"))
            found += [str(item["failure_reason"]) for item in one.get("invalid", ()) if item.get("failure_reason")]
    return tuple(dict.fromkeys(found))


def _account(credential: Credential) -> str:
    return f"/2010-04-01/Accounts/{credential.values['account_sid']}"
