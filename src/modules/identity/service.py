"""Signing up, in and out, and who is acting."""

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import cast

from modules.identity import api_key_queries, attempts, audit, passwords, queries, recovery, sessions, tokens
from modules.identity import session_queries as open_sessions
from modules.identity.errors import EmailTaken, InvalidCredentials, TenantForbidden
from modules.identity.permissions import Permission, Role
from modules.identity.principal import Principal
from modules.identity.schemas import LogIn, MemberTenant, ProfileChange, SignUp, Tenant, User
from modules.identity.trace import Trace
from modules.instants import stored
from modules.one_time import digest
from ports.context import Ports
from ports.database import Row, UniqueViolation


@dataclass(frozen=True, slots=True)
class Login:
    user: User
    tenant: Tenant
    session: sessions.Opened


def slug_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "business"


async def sign_up(ports: Ports, command: SignUp, origin: recovery.Origin) -> Login:
    """User, tenant, membership, session and the mail that asks to confirm, in one batch. Raises EmailTaken."""
    at = stored(ports.clock.now())
    user = User(id=ports.ids.new("user"), email=command.email, name=command.name)
    tenant_id = ports.ids.new("tenant")
    name = command.company_name or command.name
    password_hash = await passwords.hash_password(ports.kdf, ports.ids, command.password)
    opened = sessions.opening(ports, user.id, origin.trace.address)
    mail = recovery.verification(ports, user.email, origin)
    try:
        results = await ports.db.batch(
            queries.insert_user(user.id, user.email, user.name, password_hash, at),
            queries.insert_tenant(tenant_id, name, slug_of(name), tenant_id[-6:], at),
            queries.insert_membership(tenant_id, user.id, "owner", at),
            audit.entry_of(ports, (tenant_id, user.id, None), "auth.signed_up", origin.trace),
            *opened.statements,
            *mail.statements,
        )
    except UniqueViolation as error:
        if error.columns != ("users.email",):
            raise
        raise EmailTaken("Log in instead, or use another address.", field="email") from error
    await mail.send_soon(ports)
    return Login(user, Tenant(id=tenant_id, slug=str(results[1].rows[0]["slug"]), name=name), opened)


async def log_in(ports: Ports, command: LogIn, trace: Trace) -> Login:
    """Raises InvalidCredentials, after the same work, for an unknown address and for a wrong password.

    Raises TooManyRequests after some failures from one place, for longer each time; and beyond ten attempts a minute at
    one account, but from where it was signed in to before: nobody can keep somebody else out.
    """
    failed, counted, found = await ports.db.batch(
        attempts.failures(command.email, trace.address),
        attempts.count_login(ports, command.email, trace.address),
        queries.login_by_email(command.email, attempts.place(trace.address)),
    )
    row, before = found.first, attempts.demand_pause(ports, failed)
    if row is None or not row["is_known_here"]:
        attempts.demand(ports, counted, attempts.LOGINS_A_MINUTE)
    password_hash = cast("str | None", row["password_hash"]) if row else None
    is_right = await passwords.verify_password(ports.kdf, command.password, password_hash)
    if row is None or password_hash is None or not is_right:
        noted = [attempts.note_failure(ports, (command.email, trace.address), before + 1)]
        if row is not None:
            who = (str(row["tenant_id"]), str(row["id"]), None)
            noted.append(audit.entry_of(ports, who, "auth.login_failed", trace))
        await ports.db.batch(*noted)
        raise InvalidCredentials("Check both, or set a new password.")
    at = stored(ports.clock.now())
    login = _login(row, sessions.opening(ports, str(row["id"]), trace.address))
    upgrades = []
    if passwords.needs_rehash(password_hash):
        renewed = await passwords.hash_password(ports.kdf, ports.ids, command.password)
        upgrades.append(queries.update_password_hash(login.user.id, renewed, at))
    await ports.db.batch(
        *login.session.statements,
        audit.entry_of(ports, (login.tenant.id, login.user.id, None), "auth.logged_in", trace),
        attempts.forget_failures(command.email, trace.address),
        *upgrades,
    )
    return login


def _login(row: Row, session: sessions.Opened) -> Login:
    user = User(id=str(row["id"]), email=str(row["email"]), name=str(row["name"]))
    tenant = Tenant(id=str(row["tenant_id"]), slug=str(row["slug"]), name=str(row["tenant_name"]))
    return Login(user, tenant, session)


async def refresh(ports: Ports, token: str | None, trace: Trace, csrf: sessions.CsrfCheck) -> Login:
    """The next pair of tokens. Raises RefreshInvalid, RefreshReused (the session is over then) or what `csrf` raises."""
    row, session = await sessions.rotate(ports, token, trace, csrf)
    return _login(row, session)


async def log_out(ports: Ports, principal: Principal) -> None:
    await ports.db.batch(
        open_sessions.revoke_session(principal.session_id or "", stored(ports.clock.now())),
        audit.entry(ports, principal, "auth.logged_out"),
    )


async def change_profile(ports: Ports, principal: Principal, change: ProfileChange) -> User:
    """A new password ends every other session. Raises InvalidCredentials when the current one is wrong."""
    at, password_hash = stored(ports.clock.now()), None
    if change.password is not None:
        counted, found = await ports.db.batch(
            attempts.count(ports, "login", principal.user.email), queries.password_hash(principal.user.id)
        )
        attempts.demand(ports, counted, attempts.LOGINS_A_MINUTE)
        known = cast("str | None", found.rows[0]["password_hash"])
        if not await passwords.verify_password(ports.kdf, change.current_password or "", known):
            raise InvalidCredentials("`current_password` is not your password.", field="current_password")
        password_hash = await passwords.hash_password(ports.kdf, ports.ids, change.password)
    ended = [open_sessions.revoke_sessions(principal.user.id, principal.session_id, at)] if password_hash else []
    await ports.db.batch(
        queries.update_profile(principal.user.id, change.name, password_hash, at),
        audit.entry(ports, principal, "auth.password_changed" if password_hash else "auth.profile_changed"),
        *ended,
    )
    return principal.user.model_copy(update={"name": change.name or principal.user.name})


async def about(ports: Ports, principal: Principal) -> tuple[bool, list[MemberTenant]]:
    """Whether the user's address is confirmed, and the tenants they belong to."""
    account, tenants = await ports.db.batch(queries.account(principal.user.id), queries.tenants_of(principal.user.id))
    return bool(account.rows[0]["email_verified_at"]), [MemberTenant.model_validate(row) for row in tenants.rows]


async def identify(ports: Ports, claims: tokens.Claims, tenant_id: str | None, trace: Trace) -> Principal | None:
    """Who holds this token, acting for `tenant_id` or the token's tenant; None when the session has ended.

    Raises TenantForbidden when the user is no member of the tenant.
    """
    acting_for = tenant_id or claims.tenant_id
    (found,) = await ports.db.batch(open_sessions.principal(acting_for, claims.session_id, stored(ports.clock.now())))
    row = found.first
    if row is None or row["user_id"] != claims.user_id:
        return None
    if row["role"] is None:
        raise TenantForbidden("You are not a member of this tenant.")
    return _principal(row, acting_for, trace, session_id=claims.session_id)


async def identify_key(ports: Ports, token: str, tenant_id: str | None, trace: Trace) -> Principal | None:
    """Who holds this API key; None for one that is unknown, revoked, or whose maker has left the business.

    Raises TenantForbidden when `tenant_id` is not the key's.
    """
    parts = tokens.split_api_key(token)
    if parts is None:
        return None
    now, (key_id, secret) = ports.clock.now(), parts
    _, found = await ports.db.batch(
        api_key_queries.touch_key(key_id, digest(secret), stored(now), stored(now - timedelta(minutes=1))),
        api_key_queries.principal_by_key(key_id),
        idempotent=True,
    )
    row = found.first
    if row is None or row["role"] is None or not compare_digest(str(row["secret_hash"]), digest(secret)):
        return None
    if tenant_id not in (None, row["tenant_id"]):
        raise TenantForbidden("This key belongs to another tenant.")
    scopes = frozenset(cast(list[Permission], json.loads(str(row["scopes"]))))
    return _principal(row, str(row["tenant_id"]), trace, key_id=key_id, scopes=scopes)


def _principal(
    row: Row,
    tenant_id: str,
    trace: Trace,
    **means: object,
) -> Principal:
    return Principal(
        user=User(id=str(row["user_id"]), email=str(row["email"]), name=str(row["user_name"])),
        tenant=Tenant(id=tenant_id, slug=str(row["slug"]), name=str(row["tenant_name"])),
        role=cast(Role, row["role"]),
        country=str(row["country"]),
        timezone=str(row["timezone"]),
        trace=trace,
        **means,  # type: ignore[arg-type]
    )
