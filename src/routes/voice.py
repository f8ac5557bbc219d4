"""Twilio's voice webhooks. A caller is waiting: whatever fails, the answer is a document that Twilio can play."""

import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.routing import APIRoute

from errors import AppError, UnreadableBody
from modules.calls import service as calls
from modules.calls.turns import Turn, UnknownCall
from ports.telephony import CallReport, IncomingCall, Voice
from providers.twilio import schemas
from providers.twilio.telephony import TwilioTelephony
from routes.senders import TwilioForm, WaitingForm, base_url, confirm
from web.auth import LogOf, PortsOf, verified_sender
from web.log import masked
from web.openapi import form_body, problems
from web.spoken import APOLOGIES, apology, voice_for_number

Parsed = TypeVar("Parsed")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

PROVIDER = "twilio"
MAX_FAILURES = 2
MAX_TURN = 500
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


def telephony(request: Request) -> TwilioTelephony:
    return TwilioTelephony(base_url(request))


TelephonyOf = Annotated[TwilioTelephony, Depends(telephony)]


class SpokenRoute(APIRoute):
    """Answers a caller also when the sender could not be verified because something of ours is down.

    What is said then holds nothing of anybody, so it may be said to anybody.
    """

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def spoken(request: Request) -> Response:
            try:
                return await handle(request)
            except (AppError, HTTPException):
                raise
            except Exception as error:
                request.state.log.error("call.failed", error)
                return _twiml(_once_more(request))

        return spoken


def _once_more(request: Request) -> str:
    twiml, params = telephony(request), dict(request.query_params)
    spoken = _spoken(request, params)
    if _failures(request):
        return twiml.goodbye(spoken, apology("sorry", spoken))
    if request.url.path.endswith("/voice"):
        return twiml.call_again(spoken, apology("moment", spoken))
    if request.url.path.endswith("/turn"):
        return twiml.try_again(_turn_number(request), spoken, apology("repeat", spoken), 1)
    return twiml.goodbye(spoken, apology("sorry", spoken))


router = APIRouter(prefix="/webhooks", tags=["webhooks"], dependencies=[Depends(verified_sender)])
spoken_router = APIRouter(
    prefix="/webhooks", tags=["webhooks"], dependencies=[Depends(verified_sender)], route_class=SpokenRoute
)
TWIML = {200: {"description": "TwiML.", "content": {"text/xml": {}}}, **problems(400, 403, 413)}
SIGNED_FORM = form_body("Twilio's parameters, signed in X-Twilio-Signature.")


def _twiml(document: str) -> Response:
    return Response(document, media_type="text/xml")


def _failures(request: Request) -> int:
    count = request.query_params.get("failures", "0")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 3 else 0


@spoken_router.post("/omnichannel/voice", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def voice(form: WaitingForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """An inbound call: the greeting of the agent that answers the called number."""
    call = _read(schemas.inbound_call, form.params)
    spoken = voice_for_number(call.to_number)
    incoming = IncomingCall(PROVIDER, call.call_sid, call.from_number, call.to_number, call.status, form.account)
    try:
        answered = await calls.answer_call(ports, twiml, incoming)
    except calls.UnknownNumber:
        await confirm(request)
        log.event("call.unresolved", to_number=masked(call.to_number))
        return _twiml(twiml.goodbye(spoken, apology("unknown_number", spoken)))
    except Exception as error:
        log.error("call.failed", error)
        if _failures(request):
            return _twiml(twiml.goodbye(spoken, apology("sorry", spoken)))
        return _twiml(twiml.call_again(spoken, apology("moment", spoken)))
    log.bind(tenant_id=answered.tenant_id, call_sid=call.call_sid)
    return _twiml(answered.document)


@spoken_router.post("/omnichannel/voice/turn", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def turn(form: WaitingForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """What the caller said or pressed: the agent's words. The turn's number stands in the URL we gave."""
    given = _read(schemas.turn_input, form.params)
    spoken, number = _spoken(request, form.params), _turn_number(request)
    log.bind(call_sid=given.call.call_sid, turn=number)
    try:
        asked = Turn((PROVIDER, given.call.call_sid), number, form.account, request.state.correlation_id)
        answered = await calls.take_turn(ports, twiml, asked, given.heard)
    except UnknownCall:
        await confirm(request)
        log.event("turn.of_unknown_call")
        return _twiml(twiml.goodbye(spoken, apology("sorry", spoken)))
    except Exception as error:
        log.error("turn.failed", error)
        if _failures(request) + 1 < MAX_FAILURES:
            return _twiml(twiml.try_again(number, spoken, apology("repeat", spoken), _failures(request) + 1))
        return _twiml(await _last_resort(form.params, ports, twiml, spoken, log))
    log.bind(tenant_id=answered.tenant_id, intent=answered.intent)
    return _twiml(answered.document)


@spoken_router.post("/omnichannel/fallback", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def fallback(form: TwilioForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """Twilio could not use our answer: a human if there is one, else an apology."""
    log.event("call.fallback", error_code=form.params.get("ErrorCode", "")[:16])
    return _twiml(await _last_resort(form.params, ports, twiml, _spoken(request, form.params), log))


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
    event = _read(schemas.status_event, form.params)
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


def _read(schema: Callable[[Mapping[str, str]], Parsed], params: Mapping[str, str]) -> Parsed:
    try:
        return schema(params)
    except ValueError as error:
        raise UnreadableBody(f"Twilio sends other parameters than these: {error}.") from error


def _spoken(request: Request, params: Mapping[str, str]) -> Voice:
    """The language we put into the turn's URL, else a guess by the called number."""
    language = request.query_params.get("language", "")
    return Voice(language) if _LANGUAGE.fullmatch(language) else voice_for_number(params.get("To", ""))


def _turn_number(request: Request) -> int:
    text = request.query_params.get("turn", "")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MAX_TURN):
        raise UnreadableBody("The turn number in the URL is missing or wrong.")
    return int(text)
