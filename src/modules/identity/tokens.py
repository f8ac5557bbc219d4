"""Access tokens (JWT, HS256, 15 minutes) and the CSRF token bound to their session."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

ACCESS_TOKEN_S = 15 * 60
ISSUER, AUDIENCE = "coccinelle", "coccinelle-api"


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: str
    tenant_id: str
    session_id: str


def key_id(secret: str) -> str:
    return hashlib.sha256(f"kid:{secret}".encode()).hexdigest()[:8]


def issue(secret: str, claims: Claims, now: datetime) -> str:
    payload = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": claims.user_id,
        "tid": claims.tenant_id,
        "sid": claims.session_id,
        "iat": now,
        "exp": now + timedelta(seconds=ACCESS_TOKEN_S),
    }
    return jwt.encode(payload, secret, algorithm="HS256", headers={"kid": key_id(secret)})


def read(secret: str, token: str, now: datetime) -> Claims | None:
    """None for anything but a token of ours that is still good at `now`."""
    required = ["iss", "aud", "sub", "tid", "sid", "iat", "exp"]
    try:
        payload = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            issuer=ISSUER,
            audience=AUDIENCE,
            # The clock is ours: an expiry is compared below.
            options={"require": required, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        if not isinstance(payload["exp"], int) or payload["exp"] <= now.timestamp():
            return None
        return Claims(user_id=str(payload["sub"]), tenant_id=str(payload["tid"]), session_id=str(payload["sid"]))
    except (jwt.PyJWTError, ValueError):
        return None


def csrf_token(secret: str, session_id: str) -> str:
    return hmac.new(secret.encode(), f"csrf:{session_id}".encode(), hashlib.sha256).hexdigest()
