"""Who may call a route. Every route depends on exactly one of these; app.py refuses to start otherwise."""

import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from errors import Forbidden, Unauthenticated
from modules.identity import service, tokens
from modules.identity.errors import CsrfFailed, TenantForbidden
from ports.context import Ports
from settings import Settings
from web.log import EventLog

ACCESS_COOKIE, CSRF_COOKIE = "coccinelle_access", "coccinelle_csrf"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

_bearer = HTTPBearer(auto_error=False, scheme_name="access_token", bearerFormat="JWT")
_cookie = APIKeyCookie(name=ACCESS_COOKIE, auto_error=False, scheme_name="access_cookie")
_operator = HTTPBearer(auto_error=False, scheme_name="operator_key")

Credentials = HTTPAuthorizationCredentials | None


def get_ports(request: Request) -> Ports:
    ports: Ports = request.state.ports
    return ports


def get_settings(request: Request) -> Settings:
    settings: Settings = request.state.settings
    return settings


def get_log(request: Request) -> EventLog:
    log: EventLog = request.state.log
    return log


PortsOf = Annotated[Ports, Depends(get_ports)]
SettingsOf = Annotated[Settings, Depends(get_settings)]
LogOf = Annotated[EventLog, Depends(get_log)]


async def public() -> None:
    """Anybody: it has to be written."""


async def signed_in(
    request: Request,
    bearer: Annotated[Credentials, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> service.Principal:
    ports, settings = get_ports(request), get_settings(request)
    token = bearer.credentials if bearer else cookie
    claims = tokens.read(settings.jwt_secret, token, ports.clock.now()) if token else None
    if claims is None:
        raise Unauthenticated("The access token is missing, expired or not ours.")
    if bearer is None and request.method not in SAFE_METHODS:
        expected = tokens.csrf_token(settings.jwt_secret, claims.session_id)
        if not _same(request.headers.get("x-csrf-token", ""), expected):
            raise CsrfFailed("Send the value of the cookie coccinelle_csrf as X-CSRF-Token.")
    if request.headers.get("x-user-id", claims.user_id) != claims.user_id:
        raise TenantForbidden("x-user-id may only repeat the user of the token.")
    principal = await service.identify(ports, claims, request.headers.get("x-tenant-id"))
    if principal is None:
        raise Unauthenticated("This session has ended.")
    get_log(request).bind(tenant_id=principal.tenant.id, user_id=principal.user.id)
    request.state.principal = principal
    return principal


async def can_write(principal: Annotated[service.Principal, Depends(signed_in)]) -> service.Principal:
    if principal.role not in ("owner", "admin"):
        raise Forbidden(f"This needs the role owner or admin; yours is {principal.role}.")
    return principal


async def operator(request: Request, bearer: Annotated[Credentials, Depends(_operator)]) -> None:
    """The operator of the installation, by ADMIN_API_KEY."""
    _demand(bearer, get_settings(request).admin_api_key)


async def metrics_reader(request: Request, bearer: Annotated[Credentials, Depends(_operator)]) -> None:
    """Whoever scrapes /metrics, by METRICS_TOKEN."""
    _demand(bearer, get_settings(request).metrics_token)


async def verified_sender() -> None:
    """A provider's webhook: the handler verifies the signature over the raw body."""


def _demand(bearer: Credentials, secret: str) -> None:
    if not secret or bearer is None or not _same(bearer.credentials, secret):
        raise Unauthenticated("The bearer token is missing or wrong.")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


Reader = Annotated[service.Principal, Depends(signed_in)]
Writer = Annotated[service.Principal, Depends(can_write)]
GUARDS = (public, signed_in, operator, metrics_reader, verified_sender)
