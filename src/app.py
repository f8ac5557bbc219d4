"""The composition root: the FastAPI application with its routers."""

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute

from ports.telephony import Voice
from providers.twilio.twiml import Hangup, Say, document
from routes import (
    admin,
    analytics,
    appointments,
    assistants,
    audio,
    auth,
    calendars,
    channels,
    conversation_settings,
    conversations,
    crawls,
    custom_tools,
    customers,
    handover,
    hosted,
    integrations,
    knowledge,
    listings,
    messaging,
    omnichannel,
    onboarding,
    phone_lines,
    products,
    proofs,
    prospects,
    provider_events,
    public_booking,
    relay,
    schedule,
    team,
    tenant,
    tickets,
    unsubscribing,
    voice,
    web_chat,
    webhook_endpoints,
)
from routes import operations as operations_routes
from web import once, problems
from web.auth import guard_of
from web.cors import Cors
from web.middleware import Boundary
from web.spoken import apology

# In the order they are tried: calls first, since somebody is waiting.
ROUTERS = (
    voice.spoken_router,
    voice.router,
    relay.router,
    handover.spoken_router,
    handover.router,
    operations_routes.router,
    auth.router,
    assistants.router,
    audio.public_router,
    audio.router,
    conversation_settings.router,
    custom_tools.router,
    omnichannel.router,
    conversations.router,
    analytics.call_router,
    conversations.call_router,
    onboarding.router,
    onboarding.steps,
    onboarding.admin,
    proofs.spoken_router,
    proofs.trial_router,
    proofs.router,
    phone_lines.router,
    phone_lines.account_router,
    team.router,
    appointments.router,
    schedule.services,
    schedule.staff,
    schedule.availability,
    calendars.router,
    calendars.events,
    calendars.staff_feeds,
    calendars.feed_router,
    calendars.webhooks,
    knowledge.router,
    crawls.router,
    messaging.router,
    channels.router,
    channels.mail_router,
    customers.router,
    prospects.router,
    tickets.router,
    products.router,
    listings.router,
    analytics.router,
    web_chat.router,
    messaging.development,
    integrations.router,
    integrations.admin,
    webhook_endpoints.router,
    admin.router,
    provider_events.router,
    hosted.router,
    public_booking.pages,
    public_booking.router,
    unsubscribing.router,
    tenant.router,
    tenant.public_router,
)


def create_api() -> FastAPI:
    """Raises RuntimeError for a route that does not state who may call it."""
    api = FastAPI(
        title="Coccinelle",
        version="1",
        description="An AI front desk for small businesses.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    problems.install(api)
    once.install(api)
    for router in ROUTERS:
        # The routes themselves: an included router is matched in two steps at every request.
        api.router.routes.extend(router.routes)
    for route in api.routes:
        if isinstance(route, APIRoute | APIWebSocketRoute) and guard_of(route) is None:
            raise RuntimeError(f"{route.path} does not state who may call it (web/auth.py)")
    return api


def spoken_apology(path: str) -> tuple[str, bytes] | None:
    """For a caller of an installation that lacks a setting."""
    if not path.startswith("/webhooks/omnichannel/") or path.endswith("/call-status"):
        return None
    french, english = Voice("fr-FR"), Voice("en-US")
    says = (Say(apology("sorry", voice), language=voice.language) for voice in (french, english))
    return "text/xml", document(*says, Hangup()).encode()


api = create_api()
app = Boundary(Cors(api), on_misconfigured=spoken_apology)
