"""/api/v1/calendar/{google|microsoft}, what these vendors tell, and the staff's iCalendar feeds."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from errors import UnreadableBody
from modules.calendars import connecting, feeds, syncing
from modules.calendars.errors import StateRefused
from modules.calendars.samples import sample_events
from modules.calendars.schemas import Connection, ExternalEvent
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.text import Input
from ports.calendars import CalendarProvider
from routes.senders import InvalidSignature
from web.auth import LIMITED, Need, PortsOf, SettingsOf, public, verified_sender
from web.openapi import json_body, problems
from web.paging import FIRST, ItemList, Limit, page
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("schedule:read"))]
Writer = Annotated[Principal, Depends(Need("schedule:write"))]
StaffQuery = Annotated[str | None, Query(max_length=64, description="None: the first of the staff.")]

router = APIRouter(prefix="/api/v1/calendar/{provider}", tags=["calendars"], route_class=JsonRoute)
events = APIRouter(prefix="/api/v1/integrations/calendar", tags=["calendars"], route_class=JsonRoute)
staff_feeds = APIRouter(prefix="/api/v1/agents", tags=["calendars"], route_class=JsonRoute)
webhooks = APIRouter(prefix="/webhooks/calendar", tags=["webhooks"], dependencies=[Depends(verified_sender)])
feed_router = APIRouter(prefix="/feeds", tags=["calendars"], dependencies=LIMITED)


class AuthorizationOut(BaseModel):
    success: Literal[True] = True
    authorization_url: str = Field(description="Where the calendar's owner signs in, in a browser.")


class ConnectionsOut(BaseModel):
    success: Literal[True] = True
    items: list[Connection]


class SignedIn(Input):
    state: str = Field(min_length=20, max_length=200)
    code: str = Field(min_length=1, max_length=4000)


class FeedOut(BaseModel):
    success: Literal[True] = True
    url: str = Field(description="Whoever has it reads the appointments.")


@router.get("/connect", operation_id="get_calendar_connect", responses=problems(404, 409, 422))
@router.post("/connect", responses=problems(404, 409, 422))
async def connect_calendar(
    provider: CalendarProvider, principal: Writer, ports: PortsOf, request: Request, agent_id: StaffQuery = None
) -> AuthorizationOut:
    """Begins a sign-in: one time, for ten minutes, for this session."""
    redirect_uri = f"{_base(ports.base_url, request)}/api/v1/calendar/{provider}/callback"
    url = await connecting.begin(ports, principal, provider, agent_id, redirect_uri)
    return AuthorizationOut(authorization_url=url)


@router.get("/callback", dependencies=[Depends(public)], response_class=Response, responses=problems(403, 422))
async def calendar_callback(
    provider: CalendarProvider,
    settings: SettingsOf,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Where the vendor sends the browser back to: it knows nobody, so the frontend finishes, signed in."""
    if not settings.app_base_url:
        detail = "Finish with POST to this address, signed in: state and code as they stand in it."
        raise StateRefused(detail)
    query = urlencode({"state": state, "code": code, "error": error})
    target = f"{settings.app_base_url}/calendar/{provider}/callback?{query}"
    return Response(status_code=303, headers={"location": target})


@router.post("/callback", responses=problems(400, 403, 413, 415, 422, 502))
async def finish_calendar(
    provider: CalendarProvider, command: SignedIn, principal: Writer, ports: PortsOf
) -> ConnectionsOut:
    """Finishes a sign-in, in the session that began it; the calendar is read and written from now on."""
    await connecting.finish(ports, principal, provider, command.state, command.code)
    return ConnectionsOut(items=await connecting.status(ports, principal.tenant.id, provider))


@router.get("/status", responses=problems(422))
async def calendar_status(provider: CalendarProvider, principal: Reader, ports: PortsOf) -> ConnectionsOut:
    """The calendars that are connected, and how they are."""
    return ConnectionsOut(items=await connecting.status(ports, principal.tenant.id, provider))


@router.delete("", responses=problems(404, 422))
async def disconnect_calendar(
    provider: CalendarProvider, principal: Writer, ports: PortsOf, agent_id: StaffQuery = None
) -> Done:
    """Of one of the staff, or of all; what stands in the calendar stays there."""
    await connecting.disconnect(ports, principal, provider, agent_id)
    return Done()


@events.get("/{provider}/events", responses=problems(422))
async def list_calendar_events(
    provider: CalendarProvider,
    principal: Reader,
    ports: PortsOf,
    settings: SettingsOf,
    limit: Limit = 25,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
) -> ItemList[ExternalEvent]:
    """What takes time in the calendars of that vendor; samples with INTEGRATIONS_STUB_MODE, in development."""
    if settings.integrations_stub_mode and settings.is_development:
        return ItemList(items=sample_events(ports.clock.now())[:limit], next_cursor=None)
    rows = await connecting.list_events(ports, principal.tenant.id, provider, cursor or FIRST, limit + 1)
    items, next_cursor = page(rows, limit)
    return ItemList(items=items, next_cursor=next_cursor)


@staff_feeds.get("/{agent_id}/feed", responses=problems(404))
async def get_feed(agent_id: str, principal: Reader, ports: PortsOf, request: Request) -> FeedOut:
    """The address of an iCalendar feed of this person's appointments, for any calendar program."""
    path = await feeds.address(ports, principal, agent_id)
    return FeedOut(url=_base(ports.base_url, request) + path)


@staff_feeds.post("/{agent_id}/feed/renew", responses=problems(404))
async def renew_feed(agent_id: str, principal: Writer, ports: PortsOf, request: Request) -> FeedOut:
    """Another address; the one before shows nothing any more."""
    path = await feeds.address(ports, principal, agent_id, renew=True)
    return FeedOut(url=_base(ports.base_url, request) + path)


@feed_router.get(
    "/{tenant_id}/{agent_id}/{token}.ics",
    response_class=Response,
    responses={200: {"description": "iCalendar.", "content": {"text/calendar": {}}}, **problems(404, 429)},
)
async def read_feed(tenant_id: str, agent_id: str, token: str, ports: PortsOf) -> Response:
    """The last thirty days, and all to come."""
    return Response(await feeds.read(ports, tenant_id, agent_id, token), media_type="text/calendar; charset=utf-8")


@webhooks.post("/google", status_code=204, responses=problems(403))
async def google_calendar_changed(request: Request, ports: PortsOf) -> None:
    """Google says that something has changed, and not what (push notifications)."""
    channel, token = (request.headers.get(name, "") for name in ("x-goog-channel-id", "x-goog-channel-token"))
    if not await syncing.told(ports, channel, token):
        raise InvalidSignature("X-Goog-Channel-Token is not of a channel of ours.")


@webhooks.post(
    "/microsoft",
    response_class=Response,
    responses={
        200: {"description": "The validation token, echoed.", "content": {"text/plain": {}}},
        202: {"description": "Taken."},
        **problems(400, 403),
    },
    openapi_extra=json_body("Graph's change notifications."),
)
async def microsoft_calendar_changed(
    request: Request,
    ports: PortsOf,
    validation: Annotated[str | None, Query(alias="validationToken", max_length=2000)] = None,
) -> Response:
    """Graph says which subscription has news; a new one is asked whether this address is ours."""
    if validation is not None:
        return Response(validation, media_type="text/plain")
    try:
        said = await request.json()
        told = [(str(one["subscriptionId"]), str(one.get("clientState") or "")) for one in said["value"]]
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableBody("Send Graph's notifications.") from error
    for subscription, token in told[:100]:
        if not await syncing.told(ports, subscription, token):
            raise InvalidSignature("clientState is not of a subscription of ours.")
    return Response(status_code=202)


def _base(own: str, request: Request) -> str:
    return own or f"{request.scope['scheme']}://{request.scope['server'][0]}"
