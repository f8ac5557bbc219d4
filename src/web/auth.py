"""Who may call a route. Every route depends on exactly one of these; app.py refuses to start otherwise."""

import hmac
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from starlette.requests import HTTPConnection

from errors import Forbidden, NotFound, TooManyRequests, Unauthenticated
from modules.identity import service, tokens
from modules.identity.errors import CsrfFailed, TenantForbidden
from modules.identity.permissions import Permission
from modules.identity.principal import Principal
from modules.identity.trace import Trace
from ports.context import Ports
from settings import Settings
from web import once
from web.log import EventLog

ACCESS_COOKIE, REFRESH_COOKIE, CSRF_COOKIE = "coccinelle_access", "coccinelle_refresh", "coccinelle_csrf"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
LIMIT_WINDOW_S = 60

_bearer = HTTPBearer(auto_error=False, scheme_name="access_token", bearerFormat="JWT or cok_ key")
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


def trace_of(request: Request) -> Trace:
    return Trace(request.state.correlation_id, address_of(request))


def address_of(connection: HTTPConnection) -> str:
    """The network address that it came from: Cloudflare sets the header, and nobody else can."""
    return connection.headers.get("cf-connecting-ip", "")[:64]


PortsOf = Annotated[Ports, Depends(get_ports)]
SettingsOf = Annotated[Settings, Depends(get_settings)]
LogOf = Annotated[EventLog, Depends(get_log)]


async def public() -> None:
    """Anybody, as often as they like: it has to be written, and touches no store."""


async def limited_public(connection: HTTPConnection) -> None:
    """Anybody, so many times a minute from one network address (Cloudflare puts it into CF-Connecting-IP)."""
    address = address_of(connection) or "unknown"
    ports: Ports = connection.state.ports
    if not await ports.limits.allows_address(address):
        most = connection.state.settings.rate_limit_per_minute
        raise TooManyRequests(f"At most {most} requests a minute from one address.", LIMIT_WINDOW_S)


LIMITED = [Depends(limited_public)]


async def signed_in(
    request: Request,
    bearer: Annotated[Credentials, Depends(_bearer)],
    cookie: Annotated[str | None, Depends(_cookie)],
) -> Principal:
    """By access token, API key or cookie; within the tenant's share of traffic."""
    if bearer and bearer.credentials.startswith(tokens.KEY_PREFIX):
        principal = await _by_key(request, bearer.credentials)
    else:
        principal = await _by_token(request, bearer.credentials if bearer else cookie, is_cookie=bearer is None)
    if request.headers.get("x-user-id", principal.user.id) != principal.user.id:
        raise TenantForbidden("x-user-id may only repeat the user of the token.")
    get_log(request).bind(tenant_id=principal.tenant.id, user_id=principal.user.id, key_id=principal.key_id)
    ports = get_ports(request)
    if not await ports.limits.allows_tenant(principal.tenant.id):
        raise TooManyRequests("Your business has used up its requests of this minute.", LIMIT_WINDOW_S)
    return principal


async def _by_key(request: Request, key: str) -> Principal:
    tenant_id = request.headers.get("x-tenant-id")
    principal = await service.identify_key(get_ports(request), key, tenant_id, trace_of(request))
    if principal is None:
        raise Unauthenticated("This API key is unknown or revoked.")
    return principal


async def _by_token(request: Request, token: str | None, *, is_cookie: bool) -> Principal:
    ports, settings = get_ports(request), get_settings(request)
    claims = tokens.read(settings.jwt_secret, token, ports.clock.now()) if token else None
    if claims is None:
        raise Unauthenticated("The access token is missing, expired or not ours.")
    if is_cookie and request.method not in SAFE_METHODS:
        demand_csrf(request, claims.session_id)
    tenant_id = request.headers.get("x-tenant-id")
    principal = await service.identify(ports, claims, tenant_id, trace_of(request))
    if principal is None:
        raise Unauthenticated("This session has ended.")
    return principal


def demand_csrf(request: Request, session_id: str) -> None:
    """The double submit: a page of another origin can send the cookie, and cannot read it."""
    expected = tokens.csrf_token(get_settings(request).jwt_secret, session_id)
    if not _same(request.headers.get("x-csrf-token", ""), expected):
        raise CsrfFailed("Send the value of the cookie coccinelle_csrf as X-CSRF-Token.")


class Need:
    """A dependency that demands one permission of the table in modules/identity/permissions.py."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request, principal: Annotated[Principal, Depends(signed_in)]) -> Principal:
        if not principal.may(self.permission):
            means = "This key's scopes" if principal.key_id else f"Your role, {principal.role},"
            raise Forbidden(f"This needs {self.permission}. {means} may not.")
        await once.begin(request, principal)
        request.state.principal = principal
        return principal


Reader = Annotated[Principal, Depends(Need("integrations:read"))]
Writer = Annotated[Principal, Depends(Need("integrations:write"))]


async def operator(request: Request, bearer: Annotated[Credentials, Depends(_operator)]) -> None:
    """The operator of the installation, by ADMIN_API_KEY."""
    _demand(bearer, get_settings(request).admin_api_key)


async def metrics_reader(request: Request, bearer: Annotated[Credentials, Depends(_operator)]) -> None:
    """Whoever scrapes /metrics, by METRICS_TOKEN."""
    _demand(bearer, get_settings(request).metrics_token)


async def developer(request: Request) -> None:
    """Whoever runs it on their own machine; in production the path does not exist."""
    if not get_settings(request).is_development:
        raise NotFound("There is no such path.")


async def verified_sender() -> None:
    """A provider's webhook: the handler verifies the signature over the raw body."""


def _demand(bearer: Credentials, secret: str) -> None:
    if not secret or bearer is None or not _same(bearer.credentials, secret):
        raise Unauthenticated("The bearer token is missing or wrong.")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


GUARDS = (public, limited_public, operator, metrics_reader, developer, verified_sender)


def guard_of(route: APIRoute | APIWebSocketRoute) -> Any:
    """The one of GUARDS, or the Need, that stands before a route; None for a route that forgot it."""
    return next((call for call in _calls(route.dependant) if call in GUARDS or isinstance(call, Need)), None)


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for dependency in dependant.dependencies:
        yield from _calls(dependency)
