"""/api/v1/onboarding: from sign-up to an agent that answers."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError

from errors import AppError
from modules.agent_types import agent_types
from modules.business.schemas import Profile, ServiceList
from modules.calls import opening
from modules.idempotency.service import Replay
from modules.identity.principal import Principal
from modules.identity.schemas import Done
from modules.knowledge.schemas import Knowledge
from modules.omnichannel import numbers
from modules.omnichannel.schemas import OnboardingAgent
from modules.onboarding import service
from modules.onboarding.rules import SkippableStep
from modules.onboarding.schemas import (
    AgentTypeList,
    AgentTypeOut,
    AssistantOut,
    Funnel,
    SessionDetailOut,
    SessionOut,
    StateOut,
    StepEvent,
)
from web.auth import Need, PortsOf, SettingsOf, operator
from web.openapi import problems
from web.problems import pointer
from web.routing import JsonRoute

Reader = Annotated[Principal, Depends(Need("onboarding:read"))]
Writer = Annotated[Principal, Depends(Need("onboarding:write"))]

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StepRoute(JsonRoute):
    """Records every refusal and every fault of a step, whatever its cause, for the funnel."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def recorded(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                await _record(request, error)
                raise

        return recorded


async def _record(request: Request, error: Exception) -> None:
    principal = getattr(request.state, "principal", None)
    # Nobody we know is not a business on its way; an answer given again is no failure.
    if principal is None or isinstance(error, Replay):
        return
    reason = error.kind if isinstance(error, AppError) else "internal_error"
    if isinstance(error, RequestValidationError):
        reason = " ".join(["validation_failed", *(pointer(e["loc"])[:80] for e in error.errors()[:5])])
    path = request.path_params
    step = path.get("step") or request.url.path.rpartition("/")[2]
    if step in ("business", "knowledge", "services", "assistant", "complete"):
        await service.record_failure(request.state.ports, principal, path["session_id"], step, reason)


router = APIRouter(prefix="/api/v1/onboarding", tags=["onboarding"], route_class=JsonRoute)
steps = APIRouter(prefix="/api/v1/onboarding/session/{session_id}", tags=["onboarding"], route_class=StepRoute)
admin = APIRouter(prefix="/api/v1/admin/onboarding", tags=["admin"])

STEP_PROBLEMS = problems(400, 404, 409, 413, 415, 422)


@router.post(
    "/start",
    status_code=201,
    responses={200: {"model": SessionOut, "description": "The session that is open."}, **problems(409)},
)
async def start(principal: Writer, response: Response, ports: PortsOf) -> SessionOut:
    """Opens the tenant's onboarding; 200 with the same session when it is open already."""
    session, is_new = await service.start(ports, principal)
    response.status_code = 201 if is_new else 200
    return SessionOut(session=session)


@router.get("/agent-types", responses=problems(422))
async def list_agent_types(
    principal: Reader, language: Annotated[Literal["fr", "en"], Query()] = "fr"
) -> AgentTypeList:
    """Seven templates; {business} and {agent} in their texts are filled in when they are spoken."""
    return AgentTypeList(
        items=[AgentTypeOut.model_validate(kind, from_attributes=True) for kind in agent_types(language)]
    )


@router.get("/state", responses=problems())
async def get_state(principal: Reader, ports: PortsOf) -> StateOut:
    """Where this business stands, on any device."""
    return await service.get_state(ports, principal)


@steps.get("", responses=problems(404))
async def get_session(session_id: str, principal: Reader, ports: PortsOf) -> SessionDetailOut:
    """The session with what each step saved."""
    return SessionDetailOut(session=await service.get_session(ports, principal, session_id))


@steps.post("/business", responses=STEP_PROBLEMS)
async def save_business(session_id: str, command: Profile, principal: Writer, ports: PortsOf) -> SessionOut:
    """Step 1: who the business is, and when it is open."""
    return SessionOut(session=await service.save_business(ports, principal, session_id, command))


@steps.post("/knowledge", responses=STEP_PROBLEMS)
async def save_knowledge(session_id: str, command: Knowledge, principal: Writer, ports: PortsOf) -> SessionOut:
    """Step 2: questions with answers, texts, web addresses."""
    return SessionOut(session=await service.save_knowledge(ports, principal, session_id, command))


@steps.post("/services", responses=STEP_PROBLEMS)
async def save_services(session_id: str, command: ServiceList, principal: Writer, ports: PortsOf) -> SessionOut:
    """Step 3: what can be booked, and the human to hand over to."""
    return SessionOut(session=await service.save_services(ports, principal, session_id, command))


@steps.post("/assistant", responses=STEP_PROBLEMS)
async def save_assistant(
    session_id: str, command: OnboardingAgent, principal: Writer, ports: PortsOf, settings: SettingsOf
) -> AssistantOut:
    """Agent, its version, phone mapping and session in one batch: all of it or nothing."""
    saved = await service.save_assistant(
        ports, principal, session_id, command, counts_as_verified=settings.is_development
    )
    if saved.phone_mapping and saved.phone_mapping.verified_at is None:
        await numbers.prove_soon(ports, principal.tenant.id)
    await opening.prepare_soon(ports, principal.tenant.id, saved.agent.id, saved.agent.voice_provider)
    return saved


@steps.post("/complete", responses=problems(404, 409))
async def complete(session_id: str, principal: Writer, ports: PortsOf) -> SessionOut:
    """Ends onboarding once every step is saved or skipped."""
    return SessionOut(session=await service.complete(ports, principal, session_id))


@steps.post("/event", status_code=201, responses=problems(400, 404, 413, 415, 422))
async def record_event(session_id: str, command: StepEvent, principal: Writer, ports: PortsOf) -> Done:
    """That a step was entered or left: where people give up shows in the funnel."""
    await service.record_event(ports, principal, session_id, command)
    return Done()


@steps.post("/{step}/skip", responses=problems(404, 409, 422))
async def skip(session_id: str, step: SkippableStep, principal: Writer, ports: PortsOf) -> SessionOut:
    """Only knowledge and services; what was saved before stays."""
    return SessionOut(session=await service.skip(ports, principal, session_id, step))


@admin.get("/funnel", dependencies=[Depends(operator)], responses=problems())
async def get_funnel(ports: PortsOf) -> Funnel:
    """Businesses and events a step and day, of the last 90 days."""
    return Funnel(items=await service.get_funnel(ports))
