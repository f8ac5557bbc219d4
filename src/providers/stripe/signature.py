"""Proof that an event came from Stripe (docs.stripe.com/webhooks/signature)."""

from collections.abc import Mapping
from datetime import datetime

from providers.signatures import digest, is_recent, same


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """`Stripe-Signature: t=<unix>,v1=<hex>[,v1=...]`; any v1 of the time that is signed will do. Never raises."""
    pairs = [part.strip().partition("=") for part in headers.get("stripe-signature", "").split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    if not secret or len(times) != 1 or not is_recent(times[0], now):
        return False
    expected = digest(secret.encode(), times[0].encode() + b"." + body).hex()
    is_valid = False
    for name, _, value in pairs:
        is_valid |= name == "v1" and same(value, expected)
    return is_valid
