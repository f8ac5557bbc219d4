"""Who belongs to a business: members and invitations. Only an owner makes, changes or removes an owner."""

from errors import Forbidden, Invalid, NotFound
from modules.identity import audit, passwords, sessions
from modules.identity import team_queries as team
from modules.identity.errors import AlreadyMember, InvitationForOther, LastOwner, TokenInvalid
from modules.identity.permissions import Role
from modules.identity.principal import Principal
from modules.identity.recovery import Origin
from modules.identity.schemas import AcceptInvitation, Invitation, Member, NewInvitation, Tenant, User
from modules.identity.service import Login
from modules.identity.trace import Trace
from modules.instants import stored
from modules.messaging import outbox
from modules.one_time import derived, digest
from ports.context import Ports
from ports.database import ForeignKeyViolation, RefusedByTrigger, Row, UniqueViolation

INVITATION_DAYS = 7


async def list_members(ports: Ports, tenant_id: str, after: str, limit: int) -> list[Member]:
    (found,) = await ports.db.batch(team.members(tenant_id, after, limit))
    return [Member.model_validate(row) for row in found.rows]


async def _member(ports: Ports, principal: Principal, user_id: str) -> Member:
    (found,) = await ports.db.batch(team.member(principal.tenant.id, user_id))
    if found.first is None:
        raise NotFound("There is no such member.")
    return Member.model_validate(found.first)


def _demand_owner(principal: Principal, *roles: Role) -> None:
    if "owner" in roles and principal.role != "owner":
        raise Forbidden("Only an owner makes, changes or removes an owner.")


async def change_member(ports: Ports, principal: Principal, user_id: str, role: Role) -> Member:
    """Raises NotFound, Forbidden or LastOwner."""
    member = await _member(ports, principal, user_id)
    _demand_owner(principal, member.role, role)
    try:
        await ports.db.batch(
            team.set_role(principal.tenant.id, user_id, role),
            audit.entry(ports, principal, f"member.made_{role}", user_id),
        )
    except RefusedByTrigger as error:
        raise LastOwner("Make somebody else an owner first.") from error
    return member.model_copy(update={"role": role})


async def remove_member(ports: Ports, principal: Principal, user_id: str) -> None:
    """Their sessions lose this business at once, and the keys they made stop working. Raises as change_member does."""
    member = await _member(ports, principal, user_id)
    _demand_owner(principal, member.role)
    try:
        await ports.db.batch(
            team.delete_member(principal.tenant.id, user_id),
            audit.entry(ports, principal, "member.removed", user_id),
        )
    except RefusedByTrigger as error:
        raise LastOwner("Make somebody else an owner first.") from error


async def list_invitations(ports: Ports, tenant_id: str, after: str, limit: int) -> list[Invitation]:
    now = stored(ports.clock.now())
    (found,) = await ports.db.batch(team.invitations(tenant_id, now, after, limit))
    return [Invitation.model_validate(row) for row in found.rows]


async def invite(ports: Ports, principal: Principal, command: NewInvitation, origin: Origin) -> Invitation:
    """The invitation and its mail in one batch. Raises AlreadyMember or Forbidden."""
    _demand_owner(principal, command.role)
    tenant_id, invitation_id, message_id = principal.tenant.id, ports.ids.new("inv"), ports.ids.new("out")
    times = outbox.from_now(ports, minutes=INVITATION_DAYS * 24 * 60)
    token_hash = digest(derived(ports.keyring.tokens, "invitation", invitation_id))
    names = {"business": principal.tenant.name, "inviter": principal.user.name}
    content = outbox.content(origin.language, origin.link_base, invitation_id=invitation_id, **names)
    who = (command.email, command.role, token_hash, principal.user.id)
    try:
        _, made, *_ = await ports.db.batch(
            team.expire_invitations(tenant_id, command.email, times[0]),
            team.insert_invitation(tenant_id, invitation_id, who, times),
            audit.entry(ports, principal, "member.invited", invitation_id),
            outbox.queue_for_invitation(tenant_id, invitation_id, message_id, content, times[0]),
        )
    except UniqueViolation as error:
        raise AlreadyMember("Revoke the open invitation first.") from error
    if not made.changes:
        raise AlreadyMember("This address belongs to a member.")
    await outbox.send_soon(ports, message_id)
    return Invitation.model_validate(
        {"id": invitation_id, "email": command.email, "role": command.role}
        | {"created_at": times[0], "expires_at": times[1]}
    )


async def revoke_invitation(ports: Ports, principal: Principal, invitation_id: str) -> None:
    revoked, _ = await ports.db.batch(
        team.revoke_invitation(principal.tenant.id, invitation_id, stored(ports.clock.now())),
        audit.entry(ports, principal, "invitation.revoked", invitation_id),
    )
    if not revoked.changes:
        raise NotFound("There is no such open invitation.")


async def _invitation(ports: Ports, token: str) -> Row:
    (found,) = await ports.db.batch(team.invitation_by_token(digest(token), stored(ports.clock.now())))
    if found.first is None:
        raise TokenInvalid("Ask for a new invitation.")
    return found.first


async def join(ports: Ports, principal: Principal, token: str) -> Tenant:
    """For somebody signed in. Raises TokenInvalid, or InvitationForOther for another address than theirs."""
    row = await _invitation(ports, token)
    if row["email"] != principal.user.email:
        raise InvitationForOther("Sign in with the address that was invited.")
    tenant_id, invitation_id, at = str(row["tenant_id"]), str(row["id"]), stored(ports.clock.now())
    joined, *_ = await ports.db.batch(
        team.join_by_invitation(tenant_id, invitation_id, principal.user.id, at),
        audit.entry_of(
            ports, (tenant_id, principal.user.id, None), "invitation.accepted", principal.trace, invitation_id
        ),
        team.accept_invitation(tenant_id, invitation_id, at),
        team.confirm_address(principal.user.id, at),
    )
    if not joined.changes:
        raise TokenInvalid("Ask for a new invitation.")
    return Tenant(id=tenant_id, slug=str(row["slug"]), name=str(row["name"]))


async def accept(ports: Ports, command: AcceptInvitation, trace: Trace) -> Login:
    """For somebody without an account: makes it and signs in, in one batch. Raises TokenInvalid or AlreadyMember."""
    row = await _invitation(ports, command.token)
    if row["user_id"] is not None:
        raise AlreadyMember("This address has an account: sign in, then accept.")
    missing = [name for name in ("name", "password") if getattr(command, name) is None]
    if missing:
        raise Invalid([{"pointer": f"/{name}", "detail": "a new account needs it"} for name in missing])
    at = stored(ports.clock.now())
    user = User(id=ports.ids.new("user"), email=str(row["email"]), name=command.name or "")
    tenant = Tenant(id=str(row["tenant_id"]), slug=str(row["slug"]), name=str(row["name"]))
    password_hash = await passwords.hash_password(ports.kdf, ports.ids, command.password or "")
    opened = sessions.opening(ports, user.id, trace.address)
    try:
        await ports.db.batch(
            team.insert_invited_user(user.id, str(row["id"]), user.name, password_hash, at),
            *opened.statements,
            team.join_by_invitation(tenant.id, str(row["id"]), user.id, at),
            audit.entry_of(ports, (tenant.id, user.id, None), "invitation.accepted", trace, str(row["id"])),
            team.accept_invitation(tenant.id, str(row["id"]), at),
        )
    except UniqueViolation as error:
        raise AlreadyMember("This address has an account: sign in, then accept.") from error
    except ForeignKeyViolation as error:  # used or revoked meanwhile
        raise TokenInvalid("Ask for a new invitation.") from error
    return Login(user, tenant, opened)
