"""Every token of ours: access tokens (JWT, HS256, 15 minutes), and opaque ones, of which a hash is kept."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt

ACCESS_TOKEN_S = 15 * 60
KEY_PREFIX = "cok_"
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


def api_key(key_id: str, secret: str) -> str:
    """`cok_<id>_<secret>`; the id is that of the row without its prefix."""
    return f"{KEY_PREFIX}{key_id.removeprefix('key_')}_{secret}"


def split_api_key(token: str) -> tuple[str, str] | None:
    """(row id, secret); None for what is no key of ours by its form."""
    head, _, secret = token.removeprefix(KEY_PREFIX).rpartition("_")
    is_key = token.startswith(KEY_PREFIX) and head and secret and len(token) <= 200
    return (f"key_{head}", secret) if is_key else None


def csrf_token(secret: str, session_id: str) -> str:
    return hmac.new(secret.encode(), f"csrf:{session_id}".encode(), hashlib.sha256).hexdigest()
