"""Twilio's voice webhooks. A caller is waiting: whatever fails, the answer is a document that Twilio can play."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request, Response

from modules.calls import service as calls
from modules.calls.turns import Turn, UnknownCall
from modules.phone_lines import forwarding
from ports.telephony import CallReport, IncomingCall, Voice
from providers.twilio import schemas
from providers.twilio.telephony import TwilioTelephony
from routes.calling import (
    SIGNED_FORM,
    TWIML,
    SpokenRoute,
    TelephonyOf,
    failures,
    read,
    spoken_voice,
    turn_number,
    twiml_response,
)
from routes.senders import TwilioForm, WaitingForm, confirm
from web.auth import LogOf, PortsOf, verified_sender
from web.log import masked
from web.openapi import problems
from web.spoken import APOLOGIES, apology, demonstration, voice_for_number

PROVIDER = "twilio"
MAX_FAILURES = 2
router = APIRouter(prefix="/webhooks", tags=["webhooks"], dependencies=[Depends(verified_sender)])
spoken_router = APIRouter(
    prefix="/webhooks", tags=["webhooks"], dependencies=[Depends(verified_sender)], route_class=SpokenRoute
)


@spoken_router.post("/omnichannel/voice", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def voice(form: WaitingForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """An inbound call: the greeting of the agent that answers the called number."""
    call = read(schemas.inbound_call, form.params)
    spoken = voice_for_number(call.to_number)
    if await forwarding.is_test(ports, call.from_number, call.to_number):
        log.event("forwarding.proven", to_number=masked(call.to_number))
        return twiml_response(twiml.declined())
    incoming = IncomingCall(PROVIDER, call.call_sid, call.from_number, call.to_number, call.status, form.account)
    try:
        answered = await calls.answer_call(ports, twiml, incoming)
    except calls.UnknownNumber:
        await confirm(request)
        log.event("call.unresolved", to_number=masked(call.to_number))
        if call.to_number == ports.trial_number:
            theirs = voice_for_number(call.from_number or call.to_number)
            return twiml_response(twiml.goodbye(theirs, demonstration(theirs)))
        return twiml_response(twiml.goodbye(spoken, apology("unknown_number", spoken)))
    except Exception as error:
        log.error("call.failed", error)
        if failures(request):
            return twiml_response(twiml.goodbye(spoken, apology("sorry", spoken)))
        return twiml_response(twiml.once_more(spoken, apology("moment", spoken), "voice?failures=1"))
    log.bind(tenant_id=answered.tenant_id, call_sid=call.call_sid)
    return twiml_response(answered.document)


@spoken_router.post("/omnichannel/voice/turn", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def turn(form: WaitingForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """What the caller said or pressed: the agent's words. The turn's number stands in the URL we gave."""
    given = read(schemas.turn_input, form.params)
    spoken, number = spoken_voice(request, form.params), turn_number(request)
    log.bind(call_sid=given.call.call_sid, turn=number)
    try:
        asked = Turn((PROVIDER, given.call.call_sid), number, form.account, request.state.correlation_id)
        answered = await calls.take_turn(ports, twiml, asked, given.heard)
    except UnknownCall:
        await confirm(request)
        log.event("turn.of_unknown_call")
        return twiml_response(twiml.goodbye(spoken, apology("sorry", spoken)))
    except Exception as error:
        log.error("turn.failed", error)
        if failures(request) + 1 < MAX_FAILURES:
            return twiml_response(twiml.try_again(number, spoken, apology("repeat", spoken), failures(request) + 1))
        return twiml_response(await _last_resort(form.params, ports, twiml, spoken, log))
    log.bind(tenant_id=answered.tenant_id, intent=answered.intent)
    return twiml_response(answered.document)


@spoken_router.post("/omnichannel/fallback", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def fallback(form: TwilioForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """Twilio could not use our answer: a human if there is one, else an apology."""
    log.event("call.fallback", error_code=form.params.get("ErrorCode", "")[:16])
    return twiml_response(await _last_resort(form.params, ports, twiml, spoken_voice(request, form.params), log))


@router.post("/omnichannel/call-status", status_code=204, responses=problems(400, 403, 413), openapi_extra=SIGNED_FORM)
@router.post(
    "/twilio/status",
    operation_id="twilio_status",
    status_code=204,
    responses=problems(400, 403, 413),
    openapi_extra=SIGNED_FORM,
)
async def call_status(form: TwilioForm, ports: PortsOf) -> None:
    """Reports of a call's progress, in any order and more than once."""
    event = read(schemas.status_event, form.params)
    await calls.record_report(
        ports,
        CallReport(
            provider=PROVIDER,
            provider_call_id=event.call_sid,
            event_key=event.event_key,
            status=event.status,
            is_terminal=event.is_terminal,
            is_known=event.is_known,
            sequence=event.sequence,
            occurred_at=event.timestamp,
            duration_s=event.duration_s,
        ),
    )


async def _last_resort(
    params: Mapping[str, str], ports: PortsOf, twiml: TwilioTelephony, spoken: Voice, log: LogOf
) -> str:
    try:
        words = dict(APOLOGIES["transfer"])
        document = await calls.rescue(ports, twiml, (PROVIDER, params.get("CallSid", "")), words)
    except Exception as error:
        log.error("rescue.failed", error)
        document = None
    return document or twiml.goodbye(spoken, apology("sorry", spoken))
