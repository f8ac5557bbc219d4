"""The cookies of a session, and the answer that opens it."""

from typing import Any

from starlette.responses import Response

from modules.identity import service, tokens
from modules.identity.schemas import SignedIn
from modules.identity.sessions import IDLE_DAYS
from ports.context import Ports
from settings import Settings
from web.auth import ACCESS_COOKIE, CSRF_COOKIE, REFRESH_COOKIE

REFRESH_PATH = "/api/v1/auth"


def sign_in(response: Response, settings: Settings, login: service.Login, ports: Ports) -> SignedIn:
    """Sets the three cookies; a frontend of another site keeps what the answer says instead."""
    session = login.session
    claims = tokens.Claims(login.user.id, login.tenant.id, session.id)
    access_token = tokens.issue(settings.jwt_secret, claims, ports.clock.now())
    csrf_token = tokens.csrf_token(settings.jwt_secret, session.id)
    lifetime_s, idle_s = tokens.ACCESS_TOKEN_S, IDLE_DAYS * 24 * 60 * 60
    common: dict[str, Any] = {"secure": True, "samesite": "lax"}
    response.set_cookie(ACCESS_COOKIE, access_token, max_age=lifetime_s, httponly=True, path="/", **common)
    response.set_cookie(
        REFRESH_COOKIE, session.refresh_token, max_age=idle_s, httponly=True, path=REFRESH_PATH, **common
    )
    response.set_cookie(CSRF_COOKIE, csrf_token, max_age=idle_s, path="/", **common)
    return SignedIn(
        user=login.user, tenant=login.tenant, access_token=access_token, expires_in=lifetime_s, csrf_token=csrf_token
    )


def sign_out(response: Response) -> None:
    for cookie, path in ((ACCESS_COOKIE, "/"), (CSRF_COOKIE, "/"), (REFRESH_COOKIE, REFRESH_PATH)):
        response.delete_cookie(cookie, path=path, secure=True, samesite="lax")
