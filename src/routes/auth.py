"""/api/v1/auth: signing up, in and out, what a mail proves, and API keys."""

from typing import Annotated, Literal

from fastapi import APIRouter, Cookie, Depends, Request, Response
from pydantic import BaseModel, Field

from modules.identity import api_keys, recovery, service
from modules.identity.principal import Principal
from modules.identity.schemas import (
    ApiKey,
    Done,
    ForgotPassword,
    LogIn,
    Me,
    NewApiKey,
    ProfileChange,
    Refresh,
    Refreshed,
    ResetPassword,
    SignedIn,
    SignUp,
    User,
    VerifyEmail,
)
from web.auth import LIMITED, REFRESH_COOKIE, Need, PortsOf, SettingsOf, demand_csrf, trace_of
from web.openapi import problems
from web.origin import OriginOf
from web.paging import FIRST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute
from web.signing_in import sign_in, sign_out

Owner = Annotated[Principal, Depends(Need("account"))]
Anyone = Annotated[Principal, Depends(Need("profile:read"))]
KeyManager = Annotated[Principal, Depends(Need("keys:manage"))]

WRITE = problems(400, 413, 415, 422)

router = APIRouter(prefix="/api/v1/auth", tags=["auth"], route_class=JsonRoute)


class ProfileOut(BaseModel):
    success: Literal[True] = True
    user: User


class NewApiKeyOut(BaseModel):
    success: Literal[True] = True
    api_key: ApiKey
    key: str = Field(description="Shown this once: `Authorization: Bearer cok_...`.")


@router.post("/signup", status_code=201, dependencies=LIMITED, responses=problems(400, 409, 413, 415, 422))
async def sign_up(
    command: SignUp, response: Response, ports: PortsOf, settings: SettingsOf, origin: OriginOf
) -> SignedIn:
    """Makes a user and their business, and signs them in."""
    login = await service.sign_up(ports, command, origin)
    return sign_in(response, settings, login, ports)


@router.post("/login", dependencies=LIMITED, responses=problems(400, 401, 413, 415, 422))
async def log_in(
    command: LogIn, response: Response, ports: PortsOf, settings: SettingsOf, origin: OriginOf
) -> SignedIn:
    """Signs in; an unknown address and a wrong password get the same answer after the same work."""
    login = await service.log_in(ports, command, origin.trace)
    return sign_in(response, settings, login, ports)


@router.post("/refresh", dependencies=LIMITED, responses=problems(400, 401, 403, 413, 415, 422))
async def refresh(
    command: Refresh,
    request: Request,
    response: Response,
    ports: PortsOf,
    settings: SettingsOf,
    cookie: Annotated[str | None, Cookie(alias=REFRESH_COOKIE)] = None,
) -> Refreshed:
    """The next pair of tokens; a refresh token that is used twice ends the whole session."""

    def csrf(session_id: str) -> None:
        if command.refresh_token is None:
            demand_csrf(request, session_id)

    login = await service.refresh(ports, command.refresh_token or cookie, trace_of(request), csrf)
    signed_in = sign_in(response, settings, login, ports)
    token = login.session.refresh_token if command.refresh_token else None
    return Refreshed(**signed_in.model_dump(), refresh_token=token)


@router.post("/logout")
async def log_out(principal: Owner, response: Response, ports: PortsOf) -> Done:
    """Ends the session: its access token and its refresh token are refused from now on."""
    await service.log_out(ports, principal)
    sign_out(response)
    return Done()


@router.get("/me")
async def me(principal: Anyone, ports: PortsOf) -> Me:
    """Who is signed in, for which business, as what."""
    is_verified, tenants = await service.about(ports, principal)
    return Me(
        user=principal.user,
        email_verified=is_verified,
        tenant=principal.tenant,
        role=principal.role,
        tenants=[tenant for tenant in tenants if principal.key_id is None or tenant.id == principal.tenant.id],
    )


@router.patch("/profile", responses=WRITE)
async def change_profile(command: ProfileChange, principal: Owner, ports: PortsOf) -> ProfileOut:
    """Name and password; a new password ends every other session."""
    return ProfileOut(user=await service.change_profile(ports, principal, command))


@router.post("/forgot-password", dependencies=LIMITED, responses=WRITE)
async def forgot_password(command: ForgotPassword, ports: PortsOf, origin: OriginOf) -> Done:
    """Mails a link; the answer is the same for every address."""
    await recovery.forgot_password(ports, command.email, origin)
    return Done()


@router.post("/reset-password", dependencies=LIMITED, responses=WRITE)
async def reset_password(command: ResetPassword, ports: PortsOf, origin: OriginOf) -> Done:
    """Sets a password by a mailed token, once, and ends every session."""
    await recovery.reset_password(ports, command, origin.trace)
    return Done()


@router.post("/verify-email", dependencies=LIMITED, responses=WRITE)
async def verify_email(command: VerifyEmail, ports: PortsOf) -> Done:
    """Confirms an address by a mailed token, once."""
    await recovery.verify_email(ports, command)
    return Done()


@router.post("/resend-verification")
async def resend_verification(principal: Owner, ports: PortsOf, origin: OriginOf) -> Done:
    """Mails the link again; a few times a minute at most."""
    await recovery.resend_verification(ports, principal.user.email, origin)
    return Done()


@router.get("/api-keys", responses=problems(422))
async def list_api_keys(
    principal: KeyManager, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[ApiKey]:
    """The keys of the business, never their secrets."""
    rows = await api_keys.list_keys(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/api-keys", status_code=201, responses=WRITE)
async def create_api_key(command: NewApiKey, principal: KeyManager, ports: PortsOf) -> NewApiKeyOut:
    """Makes a key of some of your permissions; it is shown once."""
    row, key = await api_keys.create(ports, principal, command)
    return NewApiKeyOut(api_key=row, key=key)


@router.delete("/api-keys/{key_id}", responses=problems(404))
async def revoke_api_key(key_id: str, principal: KeyManager, ports: PortsOf) -> Done:
    """Revokes a key at once."""
    await api_keys.revoke(ports, principal, key_id)
    return Done()
