"""Webhooks that tell something: verified, stored, answered; acted on afterwards, once."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from errors import UnreadableBody
from modules.inbox import service as inbox
from modules.inbox.service import Told
from providers.meta import signature as meta
from providers.twilio.twiml import document
from routes.senders import InvalidSignature, MetaBody, ResendEvent, TwilioForm, json_object
from web.auth import PortsOf, get_settings, verified_sender
from web.openapi import form_body, json_body, problems

router = APIRouter(prefix="/webhooks", tags=["webhooks"], dependencies=[Depends(verified_sender)])
SIGNED_FORM = form_body("Twilio's parameters, signed in X-Twilio-Signature.")
STATUSES = problems(400, 403, 413)
TWIML = {200: {"description": "TwiML that does nothing.", "content": {"text/xml": {}}}, **STATUSES}
KEPT = ("MessageSid", "From", "To", "Body", "NumMedia", "OptOutType", "MessageStatus", "ErrorCode", "AccountSid")


@router.post("/omnichannel/sms", response_class=Response, responses=TWIML, openapi_extra=SIGNED_FORM)
@router.post(
    "/omnichannel/whatsapp",
    operation_id="twilio_whatsapp",
    response_class=Response,
    responses=TWIML,
    openapi_extra=SIGNED_FORM,
)
async def message(form: TwilioForm, ports: PortsOf) -> Response:
    """A text message to one of our numbers."""
    sid = _required(form.params, "MessageSid")
    payload = _kept(form.params)
    await inbox.receive(ports, Told("twilio", sid, "message.received", form.params.get("From"), payload))
    return Response(document(), media_type="text/xml")


@router.post("/omnichannel/message-status", status_code=204, responses=STATUSES, openapi_extra=SIGNED_FORM)
async def message_status(form: TwilioForm, ports: PortsOf) -> None:
    """What became of a message that we sent; in any order and more than once."""
    sid, status = _required(form.params, "MessageSid"), _required(form.params, "MessageStatus")
    payload = _kept(form.params)
    await inbox.receive(ports, Told("twilio", f"{sid}:{status}", "message.status", sid, payload))


@router.get(
    "/whatsapp",
    response_class=Response,
    responses={200: {"description": "The challenge.", "content": {"text/plain": {}}}, **problems(403)},
)
async def whatsapp_challenge(request: Request) -> Response:
    """Meta asks whether this address is ours."""
    answer = meta.challenge(get_settings(request).meta_webhook_verify_token, dict(request.query_params))
    if answer is None:
        raise InvalidSignature("hub.verify_token is not META_WEBHOOK_VERIFY_TOKEN.")
    return Response(answer, media_type="text/plain")


@router.post(
    "/whatsapp", status_code=200, responses=STATUSES, openapi_extra=json_body("Meta's entries, X-Hub-Signature-256.")
)
async def whatsapp(body: MetaBody, ports: PortsOf) -> dict[str, bool]:
    """Messages and statuses of WhatsApp, several at once."""
    await inbox.receive(ports, *_told_by_meta(json_object(body)))
    return {"success": True}


@router.post(
    "/omnichannel/email", status_code=200, responses=STATUSES, openapi_extra=json_body("Resend's event, Svix-signed.")
)
@router.post(
    "/omnichannel/email/{webhook_token}",
    operation_id="own_email",
    status_code=200,
    responses=STATUSES,
    openapi_extra=json_body("Resend's event, Svix-signed.", in_path=("webhook_token",)),
)
async def email(event: ResendEvent, ports: PortsOf) -> dict[str, bool]:
    """An event of Resend: a mail that came in, or what became of one that went out."""
    said = json_object(event.body)
    kind = f"email.{str(said.get('type', '')).removeprefix('email.')}"[:60]
    await inbox.receive(ports, Told("resend", event.message_id, kind, event.tenant_id, said))
    return {"success": True}


def _told_by_meta(said: Mapping[str, Any]) -> Iterable[Told]:
    """One event per message and per status, whatever they arrive bundled with."""
    for value in _values(said):
        account = str((value.get("metadata") or {}).get("phone_number_id", ""))
        for one in value.get("messages") or ():
            yield Told("meta", str(one["id"]), "whatsapp.message", account, one)
        for one in value.get("statuses") or ():
            yield Told("meta", f"{one['id']}:{one['status']}", "whatsapp.status", account, one)


def _values(said: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    try:
        return [change["value"] for entry in said["entry"] for change in entry["changes"] if "value" in change]
    except (KeyError, TypeError) as error:
        raise UnreadableBody("Meta sends `entry` with `changes`.") from error


def _required(params: Mapping[str, str], name: str) -> str:
    if not params.get(name):
        raise UnreadableBody(f"Twilio sends other parameters than these: {name} is missing.")
    return params[name][:64]


def _kept(params: Mapping[str, str]) -> Mapping[str, str]:
    return {name: params[name][:2_000] for name in KEPT if name in params}
