"""What a mail has to know of the request that causes it."""

from typing import Annotated

from fastapi import Depends, Request

from modules.identity.recovery import Origin
from web.auth import get_settings, trace_of


async def origin(request: Request) -> Origin:
    """Links lead to the frontend that the settings name: the Host header of a request may be anybody's."""
    settings = get_settings(request)
    own = f"{request.scope['scheme']}://{request.scope['server'][0]}" if settings.is_development else ""
    wants = request.headers.get("accept-language", "").strip().lower()
    return Origin(
        trace=trace_of(request),
        language="en" if wants.startswith("en") else "fr",
        link_base=settings.app_base_url or settings.public_base_url or own,
    )


OriginOf = Annotated[Origin, Depends(origin)]
