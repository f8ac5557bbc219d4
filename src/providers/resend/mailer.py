"""ports.Mailer over Resend's API (resend.com/docs/api-reference/emails/send-email)."""

import base64
from typing import Any

from ports.messages import Email
from ports.vendors import Credential, VendorUnavailable
from providers.http import Api


class ResendMailer:
    def __init__(self, api: Api) -> None:
        self._api = api

    async def send(self, credential: Credential, email: Email, key: str) -> str:
        answer = await self._api.send(
            "POST",
            "/emails",
            is_repeatable=True,  # the key makes it one mail, for 24 hours
            headers={"Authorization": f"Bearer {credential.values['api_key']}", "Idempotency-Key": key},
            json={
                "from": credential.values["sender"],
                "to": [email.to],
                "subject": email.subject,
                "text": email.text,
                **({"reply_to": email.reply_to} if email.reply_to else {}),
                **({"headers": dict(email.headers)} if email.headers else {}),
                **_attachments(email),
            },
        )
        if not isinstance(answer, dict) or not answer.get("id"):
            raise VendorUnavailable("no_id", is_unsure=True)
        return str(answer["id"])


def _attachments(email: Email) -> dict[str, Any]:
    if not email.attachments:
        return {}
    listed = [
        {
            "filename": one.filename,
            "content": base64.b64encode(one.content).decode(),
            "content_type": one.content_type,
        }
        for one in email.attachments
    ]
    return {"attachments": listed}
