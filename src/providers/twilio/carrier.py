"""ports.carrier.Carrier over Twilio's REST API (twilio.com/docs/usage/api)."""

import re

from ports.vendors import Credential, VendorRejected
from providers.http import Api

RECORDING_S = 30.0
MOST_RECORDED_BYTES = 48_000_000
_RECORDING = re.compile(r"RE[0-9a-f]{32}")


class TwilioCarrier:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def recording(self, credential: Credential, recording_id: str) -> tuple[bytes, str]:
        """By the recording's id and not by the URL that a webhook names: nothing else is ever fetched."""
        if not _RECORDING.fullmatch(recording_id):
            raise VendorRejected("no_recording_id")
        limits = {"most_bytes": MOST_RECORDED_BYTES}
        path = f"{_account(credential)}/Recordings/{recording_id}.mp3"
        async with self._api.open("GET", path, RECORDING_S, auth=_auth(credential), extensions=limits) as answer:
            return await answer.aread(), "audio/mpeg"


def _account(credential: Credential) -> str:
    return f"/2010-04-01/Accounts/{credential.values['account_sid']}"


def _auth(credential: Credential) -> tuple[str, str]:
    return credential.values["account_sid"], credential.values["auth_token"]
