"""Onboarding: each step is one batch that writes the facts, the session and the event, or nothing."""

from datetime import timedelta

from errors import NotFound
from modules.business import service as business
from modules.business.schemas import Profile, ServiceList
from modules.identity.principal import Principal
from modules.instants import stored
from modules.knowledge import indexing
from modules.knowledge import service as knowledge
from modules.knowledge.schemas import Knowledge
from modules.omnichannel import agents
from modules.omnichannel.errors import PhoneNumberTaken
from modules.omnichannel.schemas import OnboardingAgent
from modules.onboarding import queries
from modules.onboarding.errors import OnboardingCompleted, OnboardingIncomplete, StepOutOfOrder
from modules.onboarding.rules import STEPS, SkippableStep, Step, missing_steps, number_of
from modules.onboarding.schemas import (
    AssistantOut,
    FunnelRow,
    SavedData,
    Session,
    SessionDetail,
    StateOut,
    StepEvent,
    StepState,
)
from modules.phone import to_e164
from ports.context import Ports
from ports.database import ForeignKeyViolation, RefusedByTrigger, Result, Statement

FUNNEL_DAYS = 90


def _session(result: Result) -> Session:
    if result.first is None:
        raise NotFound("There is no such onboarding session.")
    return Session.model_validate(result.first)


def _steps(result: Result) -> dict[Step, StepState]:
    return {STEPS[int(row["step"] or 1) - 1]: StepState.model_validate(row) for row in result.rows}


async def start(ports: Ports, principal: Principal) -> tuple[Session, bool]:
    """The tenant's open session, and whether it is a new one. Raises OnboardingCompleted."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    session_id = ports.ids.new("onb")
    results = await ports.db.batch(
        queries.start_session(tenant_id, session_id, principal.user.id, at),
        queries.insert_started_event(tenant_id, ports.ids.new("evt"), session_id, at),
        queries.latest_session(tenant_id),
    )
    session = _session(results[-1])
    if session.status == "completed":
        raise OnboardingCompleted("Change what you saved through the settings.")
    return session, session.id == session_id


async def get_state(ports: Ports, principal: Principal) -> StateOut:
    tenant_id = principal.tenant.id
    latest, steps, profile = await ports.db.batch(
        queries.latest_session(tenant_id), queries.latest_steps(tenant_id), business.read_all(tenant_id)[0]
    )
    return StateOut(
        onboarding_completed=bool(profile.rows[0]["onboarding_completed"]),
        session=_session(latest) if latest.first else None,
        steps=_steps(steps),
    )


async def get_session(ports: Ports, principal: Principal, session_id: str) -> SessionDetail:
    tenant_id = principal.tenant.id
    session, steps, profile, hours, services, faqs, documents, crawls, agent, mapping = await ports.db.batch(
        queries.session(tenant_id, session_id),
        queries.steps(tenant_id, session_id),
        *business.read_all(tenant_id),
        *knowledge.read_all(tenant_id),
        *agents.read_onboarding_agent(tenant_id),
    )
    data = SavedData(
        business=business.profile_out(profile, hours),
        knowledge=knowledge.knowledge_out(faqs, documents, crawls),
        services=business.services_out(profile, services),
        agent=agents.agent_out(agent.first) if agent.first else None,
        phone_mapping=agents.mapping_out(mapping.first) if mapping.first else None,
    )
    return SessionDetail(**_session(session).model_dump(), steps=_steps(steps), data=data)


async def save_business(ports: Ports, principal: Principal, session_id: str, command: Profile) -> Session:
    at = stored(ports.clock.now())
    facts = business.save_profile(principal.tenant.id, command, at)
    return _session((await _write(ports, principal, (session_id, "business", "saved"), facts, at))[-1])


async def save_knowledge(ports: Ports, principal: Principal, session_id: str, command: Knowledge) -> Session:
    at = stored(ports.clock.now())
    facts = knowledge.save(ports, principal.tenant.id, command, at)
    session = _session((await _write(ports, principal, (session_id, "knowledge", "saved"), facts, at))[-1])
    await indexing.soon(ports, principal.tenant.id)
    return session


async def save_services(ports: Ports, principal: Principal, session_id: str, command: ServiceList) -> Session:
    at = stored(ports.clock.now())
    facts = business.save_services(principal.tenant.id, principal.country, command, ports.ids, at)
    return _session((await _write(ports, principal, (session_id, "services", "saved"), facts, at))[-1])


async def save_assistant(
    ports: Ports, principal: Principal, session_id: str, command: OnboardingAgent, *, counts_as_verified: bool
) -> AssistantOut:
    """Agent, version, number and session at once.

    Raises Invalid for an impossible number and PhoneNumberTaken, and then nothing is written.
    """
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    number = to_e164(command.phone_number, principal.country, "/phone_number") if command.phone_number else None
    facts = agents.save_onboarding_agent(
        tenant_id, command, number, ports.ids, (at, at if counts_as_verified else None)
    )
    reads = agents.read_onboarding_agent(tenant_id)
    results = await _write(ports, principal, (session_id, "assistant", "saved"), (*facts, *reads), at)
    *_, agent, mapping, _, session = results
    return AssistantOut(
        session=_session(session),
        agent=agents.agent_out(agent.rows[0]),
        phone_mapping=agents.mapping_out(mapping.first) if mapping.first else None,
    )


async def skip(ports: Ports, principal: Principal, session_id: str, step: SkippableStep) -> Session:
    at = stored(ports.clock.now())
    return _session((await _write(ports, principal, (session_id, step, "skipped"), (), at))[-1])


async def record_event(ports: Ports, principal: Principal, session_id: str, command: StepEvent) -> None:
    at = stored(ports.clock.now())
    happened = (command.step, command.event)
    try:
        await ports.db.batch(queries.insert_event(principal.tenant.id, ports.ids.new("evt"), session_id, happened, at))
    except ForeignKeyViolation as error:
        raise NotFound("There is no such onboarding session.") from error


async def record_failure(ports: Ports, principal: Principal, session_id: str, step: str, reason: str) -> None:
    """A step that was refused or broke: the funnel has to show it the same day."""
    failed = (step, reason)
    await ports.db.batch(
        queries.insert_failure(principal.tenant.id, ports.ids.new("evt"), session_id, failed, stored(ports.clock.now()))
    )


async def complete(ports: Ports, principal: Principal, session_id: str) -> Session:
    """Raises NotFound, OnboardingCompleted, or OnboardingIncomplete with the missing steps."""
    tenant_id, at = principal.tenant.id, stored(ports.clock.now())
    try:
        updated, _, _, session = await ports.db.batch(
            queries.complete(tenant_id, session_id, at),
            queries.mark_tenant_onboarded(tenant_id, session_id, at),
            queries.insert_completed_event(tenant_id, ports.ids.new("evt"), session_id, at),
            queries.session(tenant_id, session_id),
        )
    except RefusedByTrigger as error:
        if error.reason != "onboarding_incomplete":
            raise
        (steps,) = await ports.db.batch(queries.steps(tenant_id, session_id))
        missing = missing_steps({int(row["step"] or 0) for row in steps.rows})
        raise OnboardingIncomplete(f"Still to do: {', '.join(missing)}.", missing_steps=missing) from error
    found = _session(session)
    if not updated.changes:
        raise OnboardingCompleted("It was completed before.")
    return found


async def get_funnel(ports: Ports) -> list[FunnelRow]:
    since = stored(ports.clock.now() - timedelta(days=FUNNEL_DAYS))
    (found,) = await ports.db.batch(queries.funnel(since))
    return [FunnelRow.model_validate(row) for row in found.rows]


async def _write(
    ports: Ports,
    principal: Principal,
    what: tuple[str, Step, str],
    facts: tuple[Statement, ...],
    at: str,
) -> list[Result]:
    """The one batch of a step, `what` being (session id, step, saved or skipped); its last result is the session."""
    session_id, step, event = what
    tenant_id, number = principal.tenant.id, number_of(step)
    mark = queries.skip_step if event == "skipped" else queries.save_step
    try:
        return await ports.db.batch(
            mark(tenant_id, session_id, number, at),
            *facts,
            queries.insert_event(tenant_id, ports.ids.new("evt"), session_id, (step, event), at),
            queries.advance(tenant_id, session_id, number, at),
        )
    except ForeignKeyViolation as error:
        raise NotFound("There is no such onboarding session.") from error
    except RefusedByTrigger as error:
        await _explain(ports, tenant_id, session_id, error)
        raise


async def _explain(ports: Ports, tenant_id: str, session_id: str, error: RefusedByTrigger) -> None:
    if error.reason == "onboarding_completed":
        raise OnboardingCompleted("Change what you saved through the settings.") from error
    if error.reason == "phone_number_taken":
        raise PhoneNumberTaken(
            "Check the number; it has been proven to belong to another business.", field="phone_number"
        ) from error
    if error.reason == "step_out_of_order":
        (found,) = await ports.db.batch(queries.session(tenant_id, session_id))
        current = _session(found).current_step
        raise StepOutOfOrder(f"Next is {STEPS[current - 1]}.", current_step=current) from error
