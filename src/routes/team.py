"""/api/v1/team: members and invitations."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from modules.identity import team
from modules.identity.principal import Principal
from modules.identity.schemas import (
    AcceptInvitation,
    Done,
    Invitation,
    Member,
    MemberChange,
    NewInvitation,
    SignedIn,
    Tenant,
)
from web.auth import LIMITED, Need, PortsOf, SettingsOf, trace_of
from web.openapi import problems
from web.origin import OriginOf
from web.paging import FIRST, Cursor, ItemList, Limit, page
from web.routing import JsonRoute
from web.signing_in import sign_in

Reader = Annotated[Principal, Depends(Need("team:read"))]
Manager = Annotated[Principal, Depends(Need("team:manage"))]
Invited = Annotated[Principal, Depends(Need("account"))]

WRITE = problems(400, 404, 409, 413, 415, 422)

router = APIRouter(prefix="/api/v1/team", tags=["team"], route_class=JsonRoute)


class MemberOut(BaseModel):
    success: Literal[True] = True
    member: Member


class InvitationOut(BaseModel):
    success: Literal[True] = True
    invitation: Invitation


class JoinedOut(BaseModel):
    success: Literal[True] = True
    tenant: Tenant


@router.get("/members", responses=problems(422))
async def list_members(principal: Reader, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None) -> ItemList[Member]:
    """Who belongs to the business, as what."""
    rows = await team.list_members(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.patch("/members/{user_id}", responses=WRITE)
async def change_member(user_id: str, command: MemberChange, principal: Manager, ports: PortsOf) -> MemberOut:
    """Gives a member another role; the last owner stays one."""
    return MemberOut(member=await team.change_member(ports, principal, user_id, command.role))


@router.delete("/members/{user_id}", responses=problems(404, 409))
async def remove_member(user_id: str, principal: Manager, ports: PortsOf) -> Done:
    """Removes a member at once, the keys they made included."""
    await team.remove_member(ports, principal, user_id)
    return Done()


@router.get("/invitations", responses=problems(422))
async def list_invitations(
    principal: Manager, ports: PortsOf, limit: Limit = 25, cursor: Cursor = None
) -> ItemList[Invitation]:
    """The open ones."""
    rows = await team.list_invitations(ports, principal.tenant.id, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@router.post("/invitations", status_code=201, responses=WRITE)
async def invite(command: NewInvitation, principal: Manager, ports: PortsOf, origin: OriginOf) -> InvitationOut:
    """Invites somebody by e-mail, for seven days."""
    return InvitationOut(invitation=await team.invite(ports, principal, command, origin))


@router.delete("/invitations/{invitation_id}", responses=problems(404))
async def revoke_invitation(invitation_id: str, principal: Manager, ports: PortsOf) -> Done:
    """Takes an open invitation back."""
    await team.revoke_invitation(ports, principal, invitation_id)
    return Done()


@router.post("/invitations/accept", dependencies=LIMITED, status_code=201, responses=WRITE)
async def accept(
    command: AcceptInvitation, request: Request, response: Response, ports: PortsOf, settings: SettingsOf
) -> SignedIn:
    """For somebody without an account: makes one, joins, signs in."""
    login = await team.accept(ports, command, trace_of(request))
    return sign_in(response, settings, login, ports)


@router.post("/invitations/join", responses=WRITE)
async def join(command: AcceptInvitation, principal: Invited, ports: PortsOf) -> JoinedOut:
    """For somebody who is signed in with the invited address."""
    return JoinedOut(tenant=await team.join(ports, principal, command.token))
