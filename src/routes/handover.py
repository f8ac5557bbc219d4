"""What Twilio asks for beside the turns of a call: a human's whisper, a message left, recordings, half recognised words."""

from fastapi import APIRouter, Depends, Request, Response

from errors import UnreadableBody
from modules.calls import handover, outbound, recordings
from modules.calls import service as calls
from modules.inbox import service as inbox
from modules.inbox.service import Told
from ports.telephony import IncomingCall
from providers.twilio import schemas
from routes.calling import (
    SIGNED_FORM,
    TWIML,
    SpokenRoute,
    TelephonyOf,
    answered_or_unknown,
    read,
    spoken_voice,
    turn_number,
    twiml_response,
)
from routes.senders import TwilioForm
from web.auth import LogOf, PortsOf, verified_sender
from web.openapi import problems

PROVIDER = "twilio"
KEPT = ("RecordingSid", "RecordingStatus", "RecordingDuration", "RecordingSource", "RecordingChannels", "ErrorCode")
STATUSES = problems(400, 403, 413)

router = APIRouter(prefix="/webhooks/omnichannel", tags=["webhooks"], dependencies=[Depends(verified_sender)])
spoken_router = APIRouter(
    prefix="/webhooks/omnichannel",
    tags=["webhooks"],
    dependencies=[Depends(verified_sender)],
    route_class=SpokenRoute,
)


@spoken_router.post("/voice/outbound", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def answered(form: TwilioForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """A call that we have placed was answered, by a human or a machine (AnsweredBy)."""
    told = read(schemas.inbound_call, form.params)
    by = form.params.get("AnsweredBy", "")[:40]
    call = IncomingCall(
        PROVIDER, told.call_sid, form.params.get("From"), told.to_number, told.status, form.account, True
    )
    log.bind(call_sid=told.call_sid, answered_by=by)
    work = outbound.answered(ports, twiml, (request.query_params.get("call", "")[:64], call), by)
    return await answered_or_unknown(request, log, spoken_voice(request, form.params), work)


@spoken_router.post("/whisper", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def whisper(form: TwilioForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """A human has picked up: told who is calling and why, before the two are joined."""
    parent = form.params.get("ParentCallSid", "") or form.params.get("CallSid", "")

    async def work() -> str:
        whispered = await handover.whisper(ports, twiml, (PROVIDER, parent))
        log.bind(tenant_id=whispered.tenant_id, call_sid=parent)
        return whispered.document

    return await answered_or_unknown(request, log, spoken_voice(request, form.params), work())


@spoken_router.post("/whisper/answer", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def whisper_answer(form: TwilioForm, twiml: TelephonyOf, log: LogOf) -> Response:
    """1 takes the call; anything else leaves the caller to the agent."""
    is_taken = form.params.get("Digits", "") == "1"
    log.event("call.handed_over" if is_taken else "call.not_taken")
    return twiml_response(twiml.joined() if is_taken else twiml.declined())


@spoken_router.post("/voicemail", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def voicemail(form: TwilioForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """A message was left, or nothing was."""
    told = read(schemas.recorded, form.params)
    left = recordings.Left((PROVIDER, told.call_sid), form.account, told.recording_sid, told.duration_s)
    work = recordings.leave_message(ports, twiml, left)
    return await answered_or_unknown(request, log, spoken_voice(request, form.params), work)


@router.post("/recording", status_code=204, responses=STATUSES, openapi_extra=SIGNED_FORM)
async def recording(form: TwilioForm, ports: PortsOf) -> None:
    """What became of a recording; copied to our own store afterwards."""
    given = read(schemas.recorded, form.params)
    status = form.params.get("RecordingStatus", "")
    if given.recording_sid is None or not status:
        raise UnreadableBody("Twilio sends other parameters than these: RecordingSid or RecordingStatus is missing.")
    payload = {name: form.params[name][:64] for name in KEPT if name in form.params}
    told = Told(PROVIDER, f"{given.recording_sid}:{status}"[:120], "call.recording", given.call_sid, payload)
    await inbox.receive(ports, told)


@router.post("/voice/partial", status_code=204, responses=STATUSES, openapi_extra=SIGNED_FORM)
async def partial(form: TwilioForm, request: Request, ports: PortsOf) -> None:
    """What the recogniser has understood so far."""
    told = read(schemas.partial, form.params)
    if told.words:
        await calls.keep_partial(ports, (PROVIDER, told.call_sid), turn_number(request), told.sequence, told.words)
