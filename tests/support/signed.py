"""Webhooks as their vendors sign them, by the vendors' own libraries."""

import hashlib
import hmac
import json
from typing import Any

import httpx
from svix.webhooks import Webhook
from twilio.request_validator import RequestValidator

from tests.support.fakes import VARIABLES, World
from tests.support.http import ORIGIN

ACCOUNT, TOKEN = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
SMS, STATUS = "/webhooks/omnichannel/sms", "/webhooks/omnichannel/message-status"


def twilio(client: httpx.Client, path: str, params: dict[str, str], token: str = TOKEN) -> httpx.Response:
    signature = RequestValidator(token).compute_signature(f"{ORIGIN}{path}", params)
    return client.post(path, data=params, headers={"X-Twilio-Signature": signature})


def sms(body: str, to: str, **changes: str) -> dict[str, str]:
    return {
        "MessageSid": f"SM{'0' * 32}",
        "AccountSid": ACCOUNT,
        "From": "+33639980001",
        "To": to,
        "Body": body,
        "NumMedia": "0",
    } | changes


def meta(client: httpx.Client, secret: str, said: Any) -> httpx.Response:
    body = json.dumps(said).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return client.post("/webhooks/whatsapp", content=body, headers={"X-Hub-Signature-256": signature})


def svix(client: httpx.Client, world: World, path: str, secret: str, message_id: str, said: Any) -> httpx.Response:
    body, at = json.dumps(said), world.clock.now()
    headers = {
        "svix-id": message_id,
        "svix-timestamp": str(int(at.timestamp())),
        "svix-signature": Webhook(secret).sign(message_id, at, body),
    }
    return client.post(path, content=body, headers=headers)
