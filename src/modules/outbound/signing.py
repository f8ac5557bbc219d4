"""How a tenant's own systems know that a request is ours (Standard Webhooks 1.0, symmetric; the same under svix-)."""

import base64
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

from ports.ids import Ids

SECRET_BYTES = 24


def new_secret(ids: Ids) -> str:
    """`whsec_` and base64."""
    return "whsec_" + base64.b64encode(ids.secret(SECRET_BYTES)).decode()


def signed(message_id: str, at: datetime, secrets: Sequence[str], body: str) -> Mapping[str, str]:
    """The headers of one request: HMAC-SHA256 over id.timestamp.body, once for each secret that shall verify it."""
    timestamp = int(at.timestamp())
    signatures = " ".join(_signature(secret, f"{message_id}.{timestamp}.{body}") for secret in secrets)
    values = {"id": message_id, "timestamp": str(timestamp), "signature": signatures}
    return {f"{prefix}-{name}": value for prefix in ("webhook", "svix") for name, value in values.items()}


def _signature(secret: str, message: str) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, message.encode(), "sha256")).decode()
