"""What signing up and in, keys and teams take and give."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from modules.identity.permissions import SCOPES, Permission, Role
from modules.instants import Instant
from modules.text import Email, Input, Name

Password = Annotated[str, Field(min_length=10, max_length=200)]
Token = Annotated[str, Field(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")]


class SignUp(Input):
    email: Email
    password: Password
    name: Name
    company_name: Name | None = None


class LogIn(Input):
    email: Email
    password: str = Field(min_length=1, max_length=200)


class Refresh(Input):
    refresh_token: Token | None = Field(default=None, description="Instead of the cookie.")


class ForgotPassword(Input):
    email: Email


class ResetPassword(Input):
    token: Token
    password: Password


class VerifyEmail(Input):
    token: Token


class ProfileChange(Input):
    name: Name | None = None
    password: Password | None = Field(default=None, description="Ends every other session.")
    current_password: str | None = Field(default=None, max_length=200, description="Needed with `password`.")


class User(BaseModel):
    id: str
    email: str
    name: str


class Tenant(BaseModel):
    id: str
    slug: str
    name: str


class SignedIn(BaseModel):
    success: Literal[True] = True
    user: User
    tenant: Tenant
    access_token: str
    expires_in: int = Field(description="Seconds until the access token expires.")
    csrf_token: str = Field(description="Send it as X-CSRF-Token with unsafe requests that use the cookie.")


class Refreshed(SignedIn):
    refresh_token: str | None = Field(default=None, description="Only when the old one came in the body.")


class MemberTenant(Tenant):
    role: Role


class Me(BaseModel):
    success: Literal[True] = True
    user: User
    email_verified: bool
    tenant: Tenant
    role: Role
    tenants: list[MemberTenant] = Field(description="Every tenant this user may name in x-tenant-id.")


class Done(BaseModel):
    success: Literal[True] = True


def _grantable(scope: Permission) -> Permission:
    if scope not in SCOPES:
        raise ValueError(f"a key can have: {', '.join(sorted(SCOPES))}")
    return scope


Scope = Annotated[Permission, AfterValidator(_grantable)]


class NewApiKey(Input):
    name: Name
    scopes: list[Scope] = Field(min_length=1, max_length=len(SCOPES))


class ApiKey(BaseModel):
    id: str
    name: str
    scopes: list[Permission]
    created_at: Instant
    last_used_at: Instant | None = Field(description="To the minute.")
    revoked_at: Instant | None


class NewInvitation(Input):
    email: Email
    role: Role


class AcceptInvitation(Input):
    """By somebody without an account: with a name and a password. By somebody signed in: the token alone."""

    token: Token
    name: Name | None = None
    password: Password | None = None


class Invitation(BaseModel):
    id: str
    email: str
    role: Role
    created_at: Instant
    expires_at: Instant


class Member(BaseModel):
    id: str = Field(description="Of the user.")
    email: str
    name: str
    role: Role
    created_at: Instant


class MemberChange(Input):
    role: Role
