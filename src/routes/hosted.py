"""Vapi: its server messages, and the model that its assistants speak the words of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.types import Receive, Scope, Send

from errors import UnreadableBody
from modules.aloud import spoken
from modules.calls import hosted, hosted_reports, hosted_tools
from modules.calls import service as calls
from modules.calls.turns import UnknownCall
from modules.engine.speaking import Hush
from modules.inbox import service as inbox
from modules.inbox.service import Told
from modules.phone import read_number
from ports.context import Ports
from ports.hosted import HostedTurn
from ports.telephony import CallReport, IncomingCall, Voice
from providers.vapi import messages as vapi
from routes.senders import SignedBody, base_url, json_object, vapi_message
from web.auth import LogOf, PortsOf, verified_sender
from web.log import EventLog, masked
from web.openapi import json_body, problems
from web.spoken import apology, voice_for_number

PROVIDER = "vapi"
STATUSES = problems(400, 403, 413)
ASKED = json_body("A server message of Vapi.")
COMPLETION = json_body("A request for a chat completion, as OpenAI's.")
STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "chat.completion.chunk events, then [DONE].", "content": {"text/event-stream": {}}},
    **STATUSES,
}

VapiMessage = Annotated[SignedBody, Depends(vapi_message)]

router = APIRouter(prefix="/webhooks/vapi", tags=["webhooks"], dependencies=[Depends(verified_sender)])


@router.post("/chat/completions", response_class=Response, responses=STREAM, openapi_extra=COMPLETION)
@router.post(
    "/chat/completions/chat/completions",
    operation_id="vapi_completions_twice",
    response_class=Response,
    responses=STREAM,
    openapi_extra=COMPLETION,
)
async def completions(signed: VapiMessage, ports: PortsOf, log: LogOf) -> Response:
    """What the agent says next, sentence by sentence; a repeat says the same and changes nothing."""
    asked = vapi.turn_of(json_object(signed.body))
    if asked is None:
        raise UnreadableBody("A completion is asked for with a `call` and at least one message of the user.")
    log.bind(call_id=asked.provider_call_id)
    return Spoken(ports, asked, signed.tenant_id, log)


@router.post("", responses=STATUSES, openapi_extra=ASKED)
@router.post(
    "/{webhook_token}",
    operation_id="own_vapi",
    responses=STATUSES,
    openapi_extra=json_body("A server message of Vapi.", in_path=("webhook_token",)),
)
async def server_message(signed: VapiMessage, request: Request, ports: PortsOf, log: LogOf) -> dict[str, Any]:
    """A server message: a question is answered while the caller waits, a report is stored."""
    message = json_object(signed.body).get("message")
    kind = vapi.text(message, "type")
    if not isinstance(message, Mapping) or not kind:
        raise UnreadableBody("A server message has a `message` with a `type`.")
    call_id = vapi.call_id(message)
    log.bind(kind=kind, call_id=call_id)
    answer = _QUESTIONS.get(kind)
    if answer is not None:
        try:
            return await answer(_Asked(ports, message, signed, base_url(request), log))
        except UnknownCall:
            log.event("vapi.unknown_call")
            return {"error": "This call is not known."}
    if not kind.startswith(vapi.CHATTER):
        await _told(ports, message, kind, signed)
    return {}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question of Vapi's, while a caller waits."""

    ports: Ports
    message: Mapping[str, Any]
    signed: SignedBody
    base: str
    log: EventLog

    @property
    def call_id(self) -> str:
        return vapi.call_id(self.message)


async def _assistant(asked: _Asked) -> dict[str, Any]:
    """Whatever fails, the caller hears a sentence: nobody may be left with an error of Vapi's."""
    to_number = read_number(vapi.called(asked.message), "FR") or vapi.called(asked.message)
    voice = voice_for_number(to_number)
    caller = read_number(vapi.caller(asked.message), "FR")
    incoming = IncomingCall(PROVIDER, asked.call_id, caller, to_number, "ringing")
    if not asked.call_id or not to_number:
        return {"error": apology("unknown_number", voice)}
    try:
        opened = await hosted.open_call(asked.ports, incoming, asked.signed.tenant_id)
    except calls.UnknownNumber:
        asked.log.event("call.unresolved", to_number=masked(to_number))
        return {"error": apology("unknown_number", voice)}
    except Exception as error:
        asked.log.error("call.failed", error)
        return {"error": apology("sorry", voice)}
    if isinstance(opened, hosted.Transfer):
        return vapi.destination(opened.number, opened.words, opened.card, is_warm=opened.is_warm)
    return {"assistant": vapi.assistant(opened, asked.base)}


async def _tools(asked: _Asked) -> dict[str, Any]:
    wanted = vapi.tools_asked(asked.message)
    tenant_id = asked.signed.tenant_id
    return vapi.tool_results(await hosted_tools.use_tools(asked.ports, asked.call_id, tenant_id, wanted))


async def _transfer(asked: _Asked) -> dict[str, Any]:
    found = await hosted.transfer_of(asked.ports, asked.call_id, asked.signed.tenant_id)
    if found is None:
        return {"error": "There is nobody to transfer to; offer to take a message."}
    return vapi.destination(found.number, found.words, found.card, is_warm=found.is_warm)


async def _knowledge(asked: _Asked) -> dict[str, Any]:
    question = vapi.question(asked.message)
    found = await hosted.documents_for(asked.ports, asked.call_id, asked.signed.tenant_id, question) if question else []
    return {"documents": [{"content": text, "similarity": score, "uuid": name} for name, text, score in found]}


_QUESTIONS = {
    "assistant-request": _assistant,
    "tool-calls": _tools,
    "transfer-destination-request": _transfer,
    "knowledge-base-request": _knowledge,
}


async def _told(ports: Ports, message: Mapping[str, Any], kind: str, signed: SignedBody) -> None:
    call_id, status = vapi.call_id(message), vapi.status(message)
    if kind == "status-update" and call_id and status:
        key = f"{call_id}:status:{status}"
        is_terminal = status == "completed"
        await calls.record_report(ports, CallReport(PROVIDER, call_id, key, status, is_terminal))
        return
    payload: Mapping[str, Any] = message
    if kind == "end-of-call-report":
        payload = hosted_reports.as_payload(vapi.report(message))
    external_id = f"{call_id}:{kind}:{signed.digest}"
    await inbox.receive(ports, Told(PROVIDER, external_id, f"vapi.{kind}"[:60], call_id or None, payload))


class Spoken(Response):
    """Streams the agent's sentences as they come; a client that leaves has interrupted it."""

    media_type = "text/event-stream"

    def __init__(self, ports: Ports, asked: HostedTurn, tenant_id: str | None, log: EventLog) -> None:
        super().__init__(headers={"cache-control": "no-store"})
        del self.headers["content-length"]
        self._ports, self._asked, self._tenant_id, self._log = ports, asked, tenant_id, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        hush, now = Hush(), self._ports.clock.now()
        chunks = vapi.Chunks(self._ports.ids.new("cmp"), int(now.timestamp()))

        async def put(content: bytes, *, more: bool = True) -> None:
            try:
                await send({"type": "http.response.body", "body": content, "more_body": more})
            except OSError:
                hush.now()

        async def say(words: str, voice: Voice) -> None:
            await put(chunks.words(spoken(words, voice)))

        reason = "stop"
        try:
            action, tenant_id = await hosted.speak_turn(self._ports, self._asked, self._tenant_id, say, hush)
            self._log.bind(tenant_id=tenant_id, action=action)
            if tool := {"hang_up": "endCall", "transfer": "transferCall"}.get(action):
                await put(chunks.tool(self._ports.ids.new("call"), tool))
                reason = "tool_calls"
        except Exception as error:
            # Never a bare error into a live call: whatever went wrong is said.
            self._log.error("vapi.turn_failed", error)
            await say(apology("repeat", voice_for_number("+33")), Voice())
        if not hush.is_on:
            await put(chunks.end(reason), more=False)
