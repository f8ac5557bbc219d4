"""What a mail has to know of the request that causes it."""

from typing import Annotated

from fastapi import Depends, Request

from modules.identity.recovery import Origin
from ports.dialogue import Language
from web.auth import get_settings, trace_of


def preferred_language(request: Request) -> Language:
    """The browser's first one of the two that we speak (RFC 9110, 12.5.4, without weighing)."""
    return "en" if request.headers.get("accept-language", "").strip().lower().startswith("en") else "fr"


async def origin(request: Request) -> Origin:
    """Links lead to the frontend that the settings name: the Host header of a request may be anybody's."""
    settings = get_settings(request)
    own = f"{request.scope['scheme']}://{request.scope['server'][0]}" if settings.is_development else ""
    return Origin(
        trace=trace_of(request),
        language=preferred_language(request),
        link_base=settings.app_base_url or settings.public_base_url or own,
    )


OriginOf = Annotated[Origin, Depends(origin)]
