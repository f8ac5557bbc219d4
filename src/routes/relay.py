"""A call over a socket: Twilio's ConversationRelay, and the document that follows it."""

from fastapi import APIRouter, Depends, Request, Response, WebSocket
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketDisconnect

from modules.calls import conversation, relays
from modules.calls.relays import Ended, Relay, UnknownRelay
from modules.credentials.resolve import resolve_own
from ports.context import Ports
from ports.telephony import LineGone, RelayEvent
from providers.twilio import relay as frames
from providers.twilio import schemas
from providers.twilio.signature import verify
from providers.twilio.telephony import region
from routes.calling import SIGNED_FORM, TWIML, SpokenRoute, TelephonyOf, read, spoken_voice, twiml_response
from routes.senders import TwilioForm, called_url, confirm, headers_of
from web.auth import LogOf, PortsOf, verified_sender
from web.log import EventLog
from web.spoken import APOLOGIES, apology

MOST_MALFORMED = 10
POLICY_VIOLATION, MALFORMED, OURS_TO_BLAME = 1008, 1007, 1011

router = APIRouter(
    prefix="/webhooks", tags=["webhooks"], dependencies=[Depends(verified_sender)], route_class=SpokenRoute
)


class TwilioLine:
    """ports.telephony.RelayLine over Twilio's frames."""

    def __init__(self, socket: WebSocket, log: EventLog) -> None:
        self._socket = socket
        self._log = log
        self._malformed = 0

    async def receive(self) -> RelayEvent | None:
        while True:
            try:
                frame = await self._socket.receive_text()
            except (WebSocketDisconnect, KeyError):  # gone, or it speaks in bytes
                return None
            try:
                event = frames.event_of(frame)
            except ValueError:
                self._malformed += 1
                self._log.event("relay.malformed", count=self._malformed)
                if self._malformed >= MOST_MALFORMED:
                    await self.close(MALFORMED)
                    return None
                continue
            self._malformed = 0
            if event is not None:
                return event

    async def say(self, words: str, *, is_last: bool = False) -> None:
        await self._send(frames.text(words, is_last=is_last))

    async def speak_language(self, language: str) -> None:
        await self._send(frames.language(region(language)))

    async def end(self, why: str) -> None:
        await self._send(frames.end({"why": why}))

    async def close(self, code: int) -> None:
        try:
            await self._socket.close(code)
        except RuntimeError:
            return  # it is closed

    async def _send(self, frame: str) -> None:
        try:
            await self._socket.send_text(frame)
        except (RuntimeError, WebSocketDisconnect) as error:
            raise LineGone from error


@router.websocket("/omnichannel/conversation/{token}", dependencies=[Depends(verified_sender)])
async def hold(socket: WebSocket, token: str) -> None:
    """The socket of one call; refused with 403 before it is accepted."""
    ports: Ports = socket.state.ports
    log: EventLog = socket.state.log
    try:
        relay = await relays.find(ports, token)
        if not await _is_signed(socket, ports, relay):
            raise UnknownRelay("signature")
        await relays.take(ports, relay)
    except UnknownRelay as refusal:
        log.event("relay.refused", reason=str(refusal))
        await socket.close(POLICY_VIOLATION)
        return
    log.bind(tenant_id=relay.tenant_id, call_sid=relay.call[1], relay=relay.id)
    await socket.accept()
    line = TwilioLine(socket, log)

    def report(name: str, what: Exception | str) -> None:
        if isinstance(what, Exception):
            log.error(name, what)
        else:
            log.event(name, description=what)

    try:
        turns = await conversation.hold(ports, relay, line, report, APOLOGIES["repeat"])
    except UnknownRelay as refusal:
        log.event("relay.refused", reason=str(refusal))
        await line.close(POLICY_VIOLATION)
        return
    except Exception as error:
        log.error("relay.failed", error)
        await line.close(OURS_TO_BLAME)
        return
    log.event("relay.ended", turns=turns)


async def _is_signed(connection: HTTPConnection, ports: Ports, relay: Relay) -> bool:
    own = relay.account is not None
    credential = await resolve_own(ports, relay.tenant_id, "twilio") if own else ports.platform.get("twilio")
    if credential is None or (own and credential.account != relay.account):
        return False
    token = credential.values["auth_token"]
    return verify(auth_token=token, url=called_url(connection), headers=headers_of(connection), body=b"")


@router.post("/omnichannel/relay-ended", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
async def ended(form: TwilioForm, request: Request, ports: PortsOf, twiml: TelephonyOf, log: LogOf) -> Response:
    """The socket of a call has ended: the call goes on over another one, by documents, to a human, or not at all."""
    told = read(schemas.relay_end, form.params)
    log.bind(call_sid=told.call_sid, why=told.why, dropped=told.is_dropped)
    spoken = spoken_voice(request, form.params)
    end = Ended(("twilio", told.call_sid), form.account, told.session_id, told.is_dropped, told.is_over, told.why)
    try:
        document = await relays.go_on(ports, twiml, request.query_params.get("relay", "")[:64], end)
    except UnknownRelay:
        await confirm(request)
        log.event("relay.unknown")
        document = twiml.goodbye(spoken, apology("sorry", spoken))
    return twiml_response(document)
