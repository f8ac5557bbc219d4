"""ports.TextMessages over Meta's WhatsApp Cloud API (developers.facebook.com/docs/whatsapp/cloud-api/reference/messages).

It takes no idempotency key and lists nothing; what it reports later carries our own id (biz_opaque_callback_data).
"""

from datetime import datetime
from typing import Any

from ports.messages import TextMessage
from ports.vendors import Credential, VendorUnavailable
from providers.http import Api

MOST_CHARS = 4_096


class MetaMessages:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def send(self, credential: Credential, message: TextMessage) -> str:
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": message.to.removeprefix("+"),
            "biz_opaque_callback_data": message.key,
            **_words(message),
        }
        headers = {"Authorization": f"Bearer {credential.values['access_token']}"}
        answer = await self._api.send("POST", f"/{message.sender}/messages", headers=headers, json=body)
        try:
            return str(answer["messages"][0]["id"])
        except (KeyError, IndexError, TypeError) as error:
            raise VendorUnavailable("no_id", is_unsure=True) from error

    async def find(self, credential: Credential, message: TextMessage, since: datetime) -> tuple[str, ...]:
        return ()


def _words(message: TextMessage) -> dict[str, Any]:
    if message.template is None:
        return {"type": "text", "text": {"body": message.body[:MOST_CHARS], "preview_url": False}}
    parameters = [{"type": "text", "text": value} for value in message.template.parameters]
    components = [{"type": "body", "parameters": parameters}] if parameters else []
    language = {"code": message.template.language_code}
    return {
        "type": "template",
        "template": {"name": message.template.name, "language": language, "components": components},
    }
