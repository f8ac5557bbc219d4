"""Standard Webhooks, which Svix and Resend sign by (standardwebhooks.com, docs.svix.com/receiving/verifying-payloads)."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime

from providers.signatures import digest, is_recent, same


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """`secret` is "whsec_" and base64. Takes svix-... and webhook-... headers; any v1 signature will do. Never raises."""
    key = _key(secret)
    for prefix in ("svix", "webhook"):
        message_id, timestamp, signatures = (
            headers.get(f"{prefix}-{part}") for part in ("id", "timestamp", "signature")
        )
        if key and message_id and timestamp and signatures and is_recent(timestamp, now):
            signed = f"{message_id}.{timestamp}.".encode("utf-8", "replace") + body
            expected = "v1," + base64.b64encode(digest(key, signed)).decode()
            return any(same(given, expected) for given in signatures.split(" "))
    return False


def message_id(headers: Mapping[str, str]) -> str:
    """The same for every delivery of one message."""
    return (headers.get("svix-id") or headers.get("webhook-id") or "")[:200]


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return b""
