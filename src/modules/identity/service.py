"""Signing up, in and out, and who is acting."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from modules.identity import passwords, queries, tokens
from modules.identity.errors import EmailTaken, InvalidCredentials, TenantForbidden
from modules.identity.schemas import LogIn, Role, SignUp, Tenant, User
from modules.instants import stored
from ports.context import Ports
from ports.database import UniqueViolation

SESSION_DAYS = 30


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts, for which tenant, as what; with the two facts of the tenant that reading its input needs."""

    user: User
    tenant: Tenant
    role: Role
    session_id: str
    country: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Login:
    user: User
    tenant: Tenant
    session_id: str


def slug_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "business"


async def sign_up(ports: Ports, command: SignUp, correlation_id: str) -> Login:
    """User, tenant, membership and session in one batch. Raises EmailTaken."""
    now = ports.clock.now()
    at = stored(now)
    user = User(id=ports.ids.new("user"), email=command.email, name=command.name)
    tenant_id, session_id = ports.ids.new("tenant"), ports.ids.new("sess")
    name = command.company_name or command.name
    password_hash = await passwords.hash_password(ports.kdf, ports.ids, command.password)
    try:
        results = await ports.db.batch(
            queries.insert_user(user.id, user.email, user.name, password_hash, at),
            queries.insert_tenant(tenant_id, name, slug_of(name), tenant_id[-6:], at),
            queries.insert_membership(tenant_id, user.id, "owner", at),
            queries.insert_session(session_id, user.id, at, stored(now + timedelta(days=SESSION_DAYS))),
            queries.insert_audit(ports.ids.new("audit"), tenant_id, user.id, "auth.signed_up", (correlation_id, at)),
        )
    except UniqueViolation as error:
        if error.columns != ("users.email",):
            raise
        raise EmailTaken("Log in instead, or use another address.", field="email") from error
    return Login(user, Tenant(id=tenant_id, slug=str(results[1].rows[0]["slug"]), name=name), session_id)


async def log_in(ports: Ports, command: LogIn, correlation_id: str) -> Login:
    """Raises InvalidCredentials, after the same work, for an unknown address and for a wrong password."""
    (found,) = await ports.db.batch(queries.login_by_email(command.email))
    row = found.first
    password_hash = cast("str | None", row["password_hash"]) if row else None
    is_right = await passwords.verify_password(ports.kdf, command.password, password_hash)
    if row is None or password_hash is None or not is_right:
        raise InvalidCredentials("Check both, or set a new password.")
    now = ports.clock.now()
    at = stored(now)
    user = User(id=str(row["id"]), email=str(row["email"]), name=str(row["name"]))
    tenant = Tenant(id=str(row["tenant_id"]), slug=str(row["slug"]), name=str(row["tenant_name"]))
    session_id = ports.ids.new("sess")
    upgrades = []
    if passwords.needs_rehash(password_hash):
        renewed = await passwords.hash_password(ports.kdf, ports.ids, command.password)
        upgrades.append(queries.update_password_hash(user.id, renewed, at))
    await ports.db.batch(
        queries.insert_session(session_id, user.id, at, stored(now + timedelta(days=SESSION_DAYS))),
        queries.insert_audit(ports.ids.new("audit"), tenant.id, user.id, "auth.logged_in", (correlation_id, at)),
        *upgrades,
    )
    return Login(user, tenant, session_id)


async def log_out(ports: Ports, principal: Principal, correlation_id: str) -> None:
    at = stored(ports.clock.now())
    await ports.db.batch(
        queries.revoke_session(principal.session_id, at),
        queries.insert_audit(
            ports.ids.new("audit"), principal.tenant.id, principal.user.id, "auth.logged_out", (correlation_id, at)
        ),
    )


async def identify(ports: Ports, claims: tokens.Claims, tenant_id: str | None) -> Principal | None:
    """Who holds this token, acting for `tenant_id` or the token's tenant; None when the session has ended.

    Raises TenantForbidden when the user is no member of the tenant.
    """
    acting_for = tenant_id or claims.tenant_id
    (found,) = await ports.db.batch(queries.principal(acting_for, claims.session_id, stored(ports.clock.now())))
    row = found.first
    if row is None or row["user_id"] != claims.user_id:
        return None
    if row["role"] is None:
        raise TenantForbidden("You are not a member of this tenant.")
    return Principal(
        user=User(id=claims.user_id, email=str(row["email"]), name=str(row["user_name"])),
        tenant=Tenant(id=acting_for, slug=str(row["slug"]), name=str(row["tenant_name"])),
        role=cast(Role, row["role"]),
        session_id=claims.session_id,
        country=str(row["country"]),
        timezone=str(row["timezone"]),
    )
