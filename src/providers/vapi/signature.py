"""Proof that a server message came from Vapi (docs.vapi.ai/server-url/server-authentication)."""

import base64
from collections.abc import Mapping
from datetime import datetime

from providers.signatures import digest, is_recent, same


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether the message carries the credential that `secret` is, in one of Vapi's forms. Never raises.

    `x-signature` (HMAC-SHA256 of "{timestamp}.{body}", hex or base64, with or without "sha256=") decides when it is
    there: a token beside a wrong one helps nobody. Else `x-vapi-secret`, else `authorization: Bearer`.
    `headers` have lower-case names.
    """
    if not secret:
        return False
    if signature := headers.get("x-signature"):
        return _is_signed(secret, signature, headers.get("x-timestamp", ""), body, now)
    if token := headers.get("x-vapi-secret"):
        return same(token, secret)
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and same(token.strip(), secret)


def _is_signed(secret: str, signature: str, timestamp: str, body: bytes, now: datetime) -> bool:
    if not is_recent(timestamp, now):
        return False
    expected = digest(secret.encode(), timestamp.encode() + b"." + body)
    given = signature.removeprefix("sha256=")
    return same(given.lower(), expected.hex()) | same(given, base64.b64encode(expected).decode())
