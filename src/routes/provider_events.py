"""Webhooks that tell something: verified, stored, answered; acted on afterwards, once."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter, Depends, Request, Response

from errors import UnreadableBody
from modules.inbox import service as inbox
from modules.inbox.service import Told
from modules.threads.told import report_told, text_told
from ports.messages import InboundText
from providers.meta import signature as meta
from providers.meta.told import told
from providers.twilio.texts import delivery_report, inbound_text
from providers.twilio.twiml import document
from routes.senders import InvalidSignature, MetaBody, ResendEvent, TwilioForm, json_object
from web.auth import PortsOf, get_settings, verified_sender
from web.openapi import form_body, json_body, problems

router = APIRouter(prefix="/webhooks", tags=["webhooks"], dependencies=[Depends(verified_sender)])
SIGNED_FORM = form_body("Twilio's parameters, signed in X-Twilio-Signature.")
STATUSES = problems(400, 403, 413)
TWIML = {200: {"description": "TwiML that does nothing.", "content": {"text/xml": {}}}, **STATUSES}


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
    with _readable("Twilio"):
        text = inbound_text(form.params, form.account)
    await inbox.receive(ports, text_told(text))
    return Response(document(), media_type="text/xml")


@router.post("/omnichannel/message-status", status_code=204, responses=STATUSES, openapi_extra=SIGNED_FORM)
async def message_status(form: TwilioForm, ports: PortsOf) -> None:
    """What became of a message that we sent; in any order and more than once."""
    with _readable("Twilio"):
        report = delivery_report(form.params)
    if report is not None:
        await inbox.receive(ports, report_told(report))


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
    with _readable("Meta"):
        said = [text_told(one) if isinstance(one, InboundText) else report_told(one) for one in told(json_object(body))]
    await inbox.receive(ports, *said)
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


@contextmanager
def _readable(vendor: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise UnreadableBody(f"{vendor} sends something else than this: {error}.") from error
