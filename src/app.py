"""The composition root: the FastAPI application with its routers, and what queue and cron run."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from modules.operations import service as operations
from ports.context import Ports
from ports.telephony import Voice
from providers.twilio.twiml import Hangup, Say, document
from routes import auth, omnichannel, onboarding, voice
from routes import operations as operations_routes
from settings import Settings
from web import auth as guards
from web import problems
from web.cors import Cors
from web.log import EventLog
from web.middleware import Boundary
from web.spoken import apology

CLEAN_UP = "clean_up"

# In the order they are tried: calls first, since somebody is waiting.
ROUTERS = (
    voice.router,
    operations_routes.router,
    auth.router,
    omnichannel.router,
    omnichannel.call_router,
    onboarding.router,
    onboarding.steps,
    onboarding.admin,
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
    for router in ROUTERS:
        # The routes themselves: an included router is matched in two steps at every request.
        api.router.routes.extend(router.routes)
    for route in api.routes:
        if isinstance(route, APIRoute) and not set(_calls(route.dependant)) & set(guards.GUARDS):
            raise RuntimeError(f"{route.path} does not state who may call it (web/auth.py)")
    return api


def _calls(dependant: Dependant) -> Iterator[Any]:
    yield dependant.call
    for dependency in dependant.dependencies:
        yield from _calls(dependency)


def spoken_apology(path: str) -> tuple[str, bytes] | None:
    """For a caller of an installation that lacks a setting."""
    if not path.startswith("/webhooks/omnichannel/") or path.endswith("/call-status"):
        return None
    french, english = Voice("fr-FR"), Voice("en-US")
    says = (Say(apology("sorry", voice), language=voice.language) for voice in (french, english))
    return "text/xml", document(*says, Hangup()).encode()


api = create_api()
app = Boundary(Cors(api), on_misconfigured=spoken_apology)


async def run_schedule(settings: Settings, ports: Ports, cron: str) -> None:
    """Every five minutes: queue the housekeeping, and say loudly when onboarding has stopped working."""
    log = EventLog(cron=cron)
    await ports.jobs.send(CLEAN_UP, {})
    if await operations.is_onboarding_stalled(ports):
        log.event("onboarding.stalled", severity="alert")
    log.event("cron.ran")


async def run_job(settings: Settings, ports: Ports, job: dict[str, str]) -> bool:
    """Whether the job is done; one that is not comes again, and after its last try goes to the dead letters."""
    log = EventLog(job=job.get("kind"))
    try:
        if job.get("kind") != CLEAN_UP:
            log.event("job.unknown", severity="error")
            return False
        log.event("job.done", **await operations.clean_up(ports))
    except Exception as error:
        log.error("job.failed", error)
        return False
    return True
