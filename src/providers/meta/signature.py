"""Proof that a webhook came from Meta (developers.facebook.com/docs/graph-api/webhooks/getting-started)."""

from collections.abc import Mapping

from providers.signatures import digest, same


def verify(app_secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Over the raw bytes: Meta escapes what is not ASCII, so that JSON read and written again differs. Never raises."""
    given = headers.get("x-hub-signature-256", "")
    return bool(app_secret) and same(given, f"sha256={digest(app_secret.encode(), body).hex()}")


def challenge(verify_token: str, query: Mapping[str, str]) -> str | None:
    """What to answer when Meta asks whether an address is ours; None when it is not Meta, or not for us."""
    is_ours = verify_token and same(query.get("hub.verify_token", ""), verify_token)
    answer = query.get("hub.challenge", "")
    # Digits only: whatever else is sent back would be somebody's page under our name.
    is_challenge = answer.isascii() and answer.isdigit() and len(answer) <= 40
    return answer if is_ours and query.get("hub.mode") == "subscribe" and is_challenge else None
