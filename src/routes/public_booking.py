"""/book/{slug} and its API, /api/v1/public/{slug}: anybody books, and whoever has the link of an appointment changes it."""

from html import escape
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from modules.appointments import public
from modules.appointments.public import (
    PublicAppointment,
    PublicBooking,
    PublicBusiness,
    PublicChange,
    PublicToken,
    PublicWaiting,
    Token,
)
from modules.appointments.schemas import SlotOut
from modules.appointments.service import SlotQuery
from modules.identity.schemas import Done
from web.auth import LIMITED, PortsOf
from web.openapi import problems
from web.origin import preferred_language
from web.routing import JsonRoute

WRITE = problems(400, 403, 404, 409, 413, 415, 422, 429)
FIND = problems(404, 422, 429)
CHALLENGES = "https://challenges.cloudflare.com"
POLICY = (
    f"default-src 'none'; script-src 'self' {CHALLENGES}; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    f"frame-src {CHALLENGES}; base-uri 'none'; form-action 'none'; frame-ancestors "
)
PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="{robots}">
<title>{title}</title>
<link rel="stylesheet" href="/booking/book.css">
<script type="module" src="/booking/book.js"></script>
</head>
<body>
<main id="booking" data-slug="{slug}" data-appointment="{appointment}" data-business="{business}">
<h1>{business}</h1>
<noscript><p>{noscript}</p></noscript>
</main>
</body>
</html>
"""
_TITLES = {"fr": "Prendre rendez-vous – {name}", "en": "Book an appointment – {name}"}
_NOSCRIPT = {
    "fr": "Cette page a besoin de JavaScript. Vous pouvez aussi nous appeler{phone}.",
    "en": "This page needs JavaScript. You can also call us{phone}.",
}

PAGE_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "The page.", "content": {"text/html": {}}},
    **problems(404, 422, 429),
}

pages = APIRouter(prefix="/book", tags=["public booking"])
router = APIRouter(prefix="/api/v1/public/{slug}", tags=["public booking"], route_class=JsonRoute, dependencies=LIMITED)


class BusinessOut(BaseModel):
    success: Literal[True] = True
    business: PublicBusiness


class SlotsOut(BaseModel):
    success: Literal[True] = True
    items: list[SlotOut]


class PublicAppointmentOut(BaseModel):
    success: Literal[True] = True
    appointment: PublicAppointment


class MadeOut(PublicAppointmentOut):
    token: str


@pages.get("/{slug}", dependencies=LIMITED, response_class=Response, responses=PAGE_ANSWER)
async def booking_page(
    slug: str, request: Request, ports: PortsOf, lang: Literal["fr", "en"] | None = None
) -> Response:
    """The page of a business; it may stand in a frame of anybody's."""
    return await _page(request, ports, slug, lang, "")


@pages.get("/{slug}/{appointment_id}", dependencies=LIMITED, response_class=Response, responses=PAGE_ANSWER)
async def appointment_page(
    slug: str, appointment_id: str, request: Request, ports: PortsOf, lang: Literal["fr", "en"] | None = None
) -> Response:
    """The page of one appointment, for whoever has its link; it stands in no frame."""
    return await _page(request, ports, slug, lang, appointment_id)


async def _page(request: Request, ports: PortsOf, slug: str, lang: str | None, appointment_id: str) -> Response:
    shown = await public.page(ports, slug)
    language = lang or preferred_language(request)
    phone = f" : {shown.phone}" if shown.phone else ""
    page = PAGE.format(
        language=language,
        robots="noindex" if appointment_id else "index",
        title=escape(_TITLES[language].format(name=shown.name)),
        slug=escape(shown.slug),
        appointment=escape(appointment_id),
        business=escape(shown.name),
        noscript=escape(_NOSCRIPT[language].format(phone=phone)),
    )
    ancestors = "'none'" if appointment_id else "*"
    return Response(page, media_type="text/html", headers={"content-security-policy": POLICY + ancestors})


@router.get("", responses=FIND)
async def get_business(slug: str, ports: PortsOf) -> BusinessOut:
    """What the page shows: services, staff, zone."""
    return BusinessOut(business=await public.business(ports, slug))


@router.get("/slots", responses=FIND)
async def list_public_slots(
    slug: str,
    ports: PortsOf,
    service_id: Annotated[str, Query(max_length=64)],
    first: Annotated[str, Query(alias="from", max_length=40)],
    last: Annotated[str, Query(alias="to", max_length=40)],
    agent_id: Annotated[str | None, Query(max_length=64)] = None,
    timezone: Annotated[str | None, Query(max_length=64)] = None,
) -> SlotsOut:
    """The starts that can be booked, as for the business itself."""
    asked = SlotQuery(service_id, first, last, agent_id, timezone)
    return SlotsOut(items=await public.find_slots(ports, slug, asked))


@router.post("/appointments", status_code=201, responses=WRITE)
async def book_publicly(slug: str, command: PublicBooking, request: Request, ports: PortsOf) -> MadeOut:
    """Books for a visitor. `token` is the key of the appointment's link, which is sent to them too."""
    made, token = await public.book(ports, slug, command, _address(request))
    return MadeOut(appointment=made, token=token)


@router.post("/waiting-list", status_code=201, responses=WRITE)
async def wait_publicly(slug: str, command: PublicWaiting, request: Request, ports: PortsOf) -> Done:
    """Is told when a time becomes free."""
    await public.wait(ports, slug, command, _address(request))
    return Done()


@router.get("/appointments/{appointment_id}", responses=FIND)
async def get_publicly(
    slug: str, appointment_id: str, ports: PortsOf, token: Annotated[Token, Query()]
) -> PublicAppointmentOut:
    """The appointment of a link."""
    return PublicAppointmentOut(appointment=await public.get(ports, slug, appointment_id, token))


@router.post("/appointments/{appointment_id}/confirm", responses=WRITE)
async def confirm_publicly(
    slug: str, appointment_id: str, command: PublicToken, ports: PortsOf
) -> PublicAppointmentOut:
    """They will come."""
    return PublicAppointmentOut(appointment=await public.confirm(ports, slug, appointment_id, command.token))


@router.post("/appointments/{appointment_id}/cancel", responses=WRITE)
async def cancel_publicly(slug: str, appointment_id: str, command: PublicToken, ports: PortsOf) -> PublicAppointmentOut:
    """They will not; until `change_notice_min` before the start."""
    return PublicAppointmentOut(appointment=await public.cancel(ports, slug, appointment_id, command.token))


@router.post("/appointments/{appointment_id}/move", responses=WRITE)
async def move_publicly(slug: str, appointment_id: str, command: PublicChange, ports: PortsOf) -> PublicAppointmentOut:
    """To another start, all or nothing."""
    return PublicAppointmentOut(appointment=await public.move(ports, slug, appointment_id, command))


@router.post("/appointments/{appointment_id}/accept", responses=WRITE)
async def accept_publicly(slug: str, appointment_id: str, command: PublicToken, ports: PortsOf) -> MadeOut:
    """Takes a time that the waiting list has offered."""
    made, token = await public.accept(ports, slug, appointment_id, command.token)
    return MadeOut(appointment=made, token=token)


def _address(request: Request) -> str:
    return request.headers.get("cf-connecting-ip", "")
