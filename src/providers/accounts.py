"""ports.Vendors: whether a vendor takes a credential, asked in its cheapest read."""

from collections.abc import Mapping
from typing import Any

from ports.vendors import Credential, Provider, VendorRejected
from providers.http import Api
from providers.smtp.mailer import SmtpMailer
from providers.twilio.auth import basic

Values = Mapping[str, str]

# A key that may only send mail is refused by every read, with this name.
_RESEND_SENDS_ONLY = "http_401_restricted_api_key"


class VendorAccounts:
    def __init__(self, apis: Mapping[Provider, Api], mail_servers: SmtpMailer) -> None:
        self._apis = apis
        self._mail_servers = mail_servers

    async def check(self, provider: Provider, values: Values) -> str | None:
        if provider == "smtp":
            await self._mail_servers.check(values)
            return None
        api = self._apis[provider]
        if provider == "twilio":
            return await _twilio(api, values)
        if provider == "whatsapp":
            return await _whatsapp(api, values)
        path, headers = _read(provider, values["api_key"])
        try:
            await api.send("GET", path, headers=headers)
        except VendorRejected as error:
            if provider != "resend" or error.reason != _RESEND_SENDS_ONLY:
                raise
        return None

    async def holds_number(self, credential: Credential, phone_number: str) -> bool:
        sid = credential.values["account_sid"]
        answer = await self._apis["twilio"].send(
            "GET",
            f"/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json",
            auth=basic(credential.values),
            params={"PhoneNumber": phone_number},
        )
        # The filter also matches parts of numbers.
        return any(found.get("phone_number") == phone_number for found in answer["incoming_phone_numbers"])


def _read(provider: Provider, api_key: str) -> tuple[str, Values]:
    bearer = {"Authorization": f"Bearer {api_key}"}
    reads: Mapping[Provider, tuple[str, Values]] = {
        "vapi": ("/assistant?limit=1", bearer),
        "openai": ("/models", bearer),
        "anthropic": ("/v1/models?limit=1", {"x-api-key": api_key, "anthropic-version": "2023-06-01"}),
        "elevenlabs": ("/v1/user", {"xi-api-key": api_key}),
        "resend": ("/domains", bearer),
    }
    return reads[provider]


async def _twilio(api: Api, values: Values) -> str:
    sid = values["account_sid"]
    answer: Any = await api.send("GET", f"/2010-04-01/Accounts/{sid}.json", auth=basic(values))
    if answer.get("status") != "active":
        raise VendorRejected("account_not_active")
    return sid


async def _whatsapp(api: Api, values: Values) -> str:
    bearer = {"Authorization": f"Bearer {values['access_token']}"}
    answer: Any = await api.send("GET", f"/{values['phone_number_id']}?fields=id", headers=bearer)
    return str(answer["id"])
