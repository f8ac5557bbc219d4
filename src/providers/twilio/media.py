"""ports.Files over Twilio's media (twilio.com/docs/messaging/api/media-resource)."""

import re

from ports.files import File
from ports.vendors import Credential, VendorRejected
from providers.http import Api
from providers.twilio.auth import basic

_MEDIA = re.compile(r"/Messages/((?:SM|MM)[0-9a-f]{32})/Media/(ME[0-9a-f]{32})$")


class TwilioMedia:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def fetch(self, credential: Credential, source: str, most_bytes: int) -> File:
        """By the ids in the address, at the API that we know: an address that a webhook names is fetched from nowhere."""
        found = _MEDIA.search(source)
        if found is None:
            raise VendorRejected("no_media_id")
        path = f"/2010-04-01/Accounts/{credential.values['account_sid']}/Messages/{found[1]}/Media/{found[2]}"
        return File(*await self._api.download(path, most_bytes, auth=basic(credential.values)))
