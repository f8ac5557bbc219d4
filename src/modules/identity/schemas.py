"""What signing up and in takes and gives."""

from typing import Literal

from pydantic import BaseModel, Field

from modules.text import Email, Input, Name

Role = Literal["owner", "admin", "agent", "viewer"]


class SignUp(Input):
    email: Email
    password: str = Field(min_length=10, max_length=200)
    name: Name
    company_name: Name | None = None


class LogIn(Input):
    email: Email
    password: str = Field(min_length=1, max_length=200)


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


class Me(BaseModel):
    success: Literal[True] = True
    user: User
    tenant: Tenant
    role: Role


class Done(BaseModel):
    success: Literal[True] = True
