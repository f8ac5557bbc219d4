"""/api/v1/auth: signing up, in and out."""

from fastapi import APIRouter, Depends, Request, Response

from modules.identity import service, tokens
from modules.identity.schemas import Done, LogIn, Me, SignedIn, SignUp
from settings import Settings
from web.auth import ACCESS_COOKIE, CSRF_COOKIE, PortsOf, Reader, SettingsOf, public
from web.openapi import problems
from web.routing import JsonRoute

router = APIRouter(prefix="/api/v1/auth", tags=["auth"], route_class=JsonRoute)


@router.post("/signup", status_code=201, dependencies=[Depends(public)], responses=problems(400, 409, 413, 415, 422))
async def sign_up(
    command: SignUp, request: Request, response: Response, ports: PortsOf, settings: SettingsOf
) -> SignedIn:
    """Makes a user and their business, and signs them in."""
    login = await service.sign_up(ports, command, request.state.correlation_id)
    return _sign_in(response, settings, login, ports)


@router.post("/login", dependencies=[Depends(public)], responses=problems(400, 401, 413, 415, 422))
async def log_in(
    command: LogIn, request: Request, response: Response, ports: PortsOf, settings: SettingsOf
) -> SignedIn:
    """Signs in; an unknown address and a wrong password get the same answer after the same work."""
    login = await service.log_in(ports, command, request.state.correlation_id)
    return _sign_in(response, settings, login, ports)


@router.post("/logout", responses=problems(401, 403))
async def log_out(principal: Reader, request: Request, response: Response, ports: PortsOf) -> Done:
    """Ends the session: its access token is refused from now on."""
    await service.log_out(ports, principal, request.state.correlation_id)
    for cookie in (ACCESS_COOKIE, CSRF_COOKIE):
        response.delete_cookie(cookie, secure=True, samesite="lax")
    return Done()


@router.get("/me", responses=problems(401, 403))
async def me(principal: Reader) -> Me:
    """Who is signed in, for which business, as what."""
    return Me(user=principal.user, tenant=principal.tenant, role=principal.role)


def _sign_in(response: Response, settings: Settings, login: service.Login, ports: PortsOf) -> SignedIn:
    claims = tokens.Claims(login.user.id, login.tenant.id, login.session_id)
    access_token = tokens.issue(settings.jwt_secret, claims, ports.clock.now())
    csrf_token = tokens.csrf_token(settings.jwt_secret, login.session_id)
    lifetime_s = tokens.ACCESS_TOKEN_S
    response.set_cookie(
        ACCESS_COOKIE, access_token, max_age=lifetime_s, httponly=True, secure=True, samesite="lax", path="/"
    )
    response.set_cookie(CSRF_COOKIE, csrf_token, max_age=lifetime_s, secure=True, samesite="lax", path="/")
    return SignedIn(
        user=login.user, tenant=login.tenant, access_token=access_token, expires_in=lifetime_s, csrf_token=csrf_token
    )
