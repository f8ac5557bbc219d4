"""ports.TextMessages over Twilio's REST API, which takes no idempotency key: a send that is unsure is looked for."""

import json
from datetime import datetime
from email.utils import parsedate_to_datetime

from ports.messages import TextMessage
from ports.vendors import Credential, VendorUnavailable
from providers.http import Api
from providers.twilio.auth import basic


class TwilioMessages:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def send(self, credential: Credential, message: TextMessage) -> str:
        form = {**_ends(message), **_words(message)}
        if message.report_to:
            form["StatusCallback"] = message.report_to
        answer = await self._api.send("POST", _path(credential), auth=basic(credential.values), data=form)
        if not isinstance(answer, dict) or not answer.get("sid"):
            raise VendorUnavailable("no_sid", is_unsure=True)
        return str(answer["sid"])

    async def find(self, credential: Credential, message: TextMessage, since: datetime) -> tuple[str, ...]:
        # DateSent counts in whole days of UTC; the exact instant is compared below.
        query = {**_ends(message), "DateSent>": since.date().isoformat(), "PageSize": "100"}
        answer = await self._api.send("GET", _path(credential), auth=basic(credential.values), params=query)
        known = answer.get("messages", ()) if isinstance(answer, dict) else ()
        return tuple(
            str(one["sid"])
            for one in known
            if one.get("body") == message.body
            and parsedate_to_datetime(str(one["date_created"])) >= since.replace(microsecond=0)
        )


def _ends(message: TextMessage) -> dict[str, str]:
    prefix = "whatsapp:" if message.is_whatsapp else ""
    return {"To": f"{prefix}{message.to}", "From": f"{prefix}{message.sender}"}


def _words(message: TextMessage) -> dict[str, str]:
    """A template is one of Twilio's contents (HX...), its places filled by number."""
    if message.template is None:
        return {"Body": message.body}
    filled = {str(place): value for place, value in enumerate(message.template.parameters, 1)}
    return {"ContentSid": message.template.name, "ContentVariables": json.dumps(filled, ensure_ascii=False)}


def _path(credential: Credential) -> str:
    return f"/2010-04-01/Accounts/{credential.values['account_sid']}/Messages.json"
