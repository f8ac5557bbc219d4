"""Who sent this webhook: one proof per vendor, over what was really received. A missing proof is a wrong one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from errors import AppError, UnreadableBody
from modules.calls.hosted import tenant_of
from modules.credentials.resolve import by_webhook_token, signing_candidates
from modules.omnichannel.senders import Claimed, credentials_for, platform_credential
from ports.vendors import Credential, Provider
from providers import standard_webhooks
from providers.meta import signature as meta
from providers.meta.told import accounts
from providers.twilio.signature import parse_form, verify
from providers.vapi import signature as vapi
from settings import Settings
from web.auth import get_ports, get_settings

MOST_NUMBERS = 5  # of one business, in one request of Meta's


class InvalidSignature(AppError):
    kind, title, status = "invalid_signature", "The signature of this webhook is not right", 403


@dataclass(frozen=True, slots=True)
class SignedForm:
    """Parameters that Twilio signed, and the tenant's own account that they came through (None: the platform's)."""

    params: Mapping[str, str]
    account: str | None


def base_url(request: HTTPConnection) -> str:
    """Where the provider reaches us: the setting, else the origin of the request itself; ws or wss for a socket."""
    settings: Settings = request.state.settings
    public = settings.public_base_url
    if request.scope["type"] == "websocket":
        public = public.replace("http", "ws", 1)
    return public or f"{request.scope['scheme']}://{request.scope['server'][0]}"


def called_url(request: HTTPConnection) -> str:
    raw = request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return f"{base_url(request)}{raw}{'?' if query else ''}{query}"


def headers_of(request: HTTPConnection) -> Mapping[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


async def twilio_form(request: Request) -> SignedForm:
    """Raises InvalidSignature, or UnreadableBody for a form that is none."""
    params = await _params(request)
    return await _signed(request, params, await credentials_for(get_ports(request), _claimed(params)))


async def waiting_form(request: Request) -> SignedForm:
    """With one round trip less for the platform's own account, while a caller waits.

    The handler's own first read compares the account; where that finds nothing, `confirm` tells why.
    """
    params = await _params(request)
    platform = platform_credential(get_ports(request), _claimed(params))
    return await _signed(request, params, [platform]) if platform else await twilio_form(request)


async def confirm(request: Request) -> None:
    """Raises InvalidSignature when the call or the number is held by another account than the one that signed."""
    await twilio_form(request)


async def _params(request: Request) -> Mapping[str, str]:
    try:
        return parse_form(await request.body())
    except ValueError as error:
        raise UnreadableBody("The form is not valid UTF-8.") from error


async def _signed(request: Request, params: Mapping[str, str], credentials: Sequence[Credential]) -> SignedForm:
    body, headers, url = await request.body(), headers_of(request), called_url(request)
    for credential in credentials:
        if verify(auth_token=credential.values["auth_token"], url=url, headers=headers, body=body):
            return SignedForm(params, None if credential.is_platform else credential.account)
    raise InvalidSignature("Check the auth token, and that PUBLIC_BASE_URL is the address Twilio calls.")


def _claimed(params: Mapping[str, str]) -> Claimed:
    """Our number is To of what comes in and From of what we send; of a leg that we dial, the call is its parent."""
    given = {name: params.get(name, "").removeprefix("whatsapp:") for name in ("To", "From", "Called", "Caller")}
    is_outbound = params.get("Direction", "").startswith("outbound") or "MessageStatus" in params
    ours = (given["From"], given["To"]) if is_outbound else (given["To"], given["From"])
    return Claimed(
        provider="twilio",
        account=params.get("AccountSid", ""),
        call_ids=tuple(filter(None, (params.get("CallSid"), params.get("ParentCallSid")))),
        message_id=params.get("MessageSid", ""),
        numbers=tuple(filter(None, ours)),
    )


TwilioForm = Annotated[SignedForm, Depends(twilio_form)]
WaitingForm = Annotated[SignedForm, Depends(waiting_form)]


@dataclass(frozen=True, slots=True)
class SignedBody:
    """Bytes that a vendor signed; `tenant_id` when the address is a tenant's own, `message_id` the vendor's."""

    body: bytes
    tenant_id: str | None = None
    message_id: str = ""

    @property
    def digest(self) -> str:
        """The same for every delivery of the same bytes."""
        return sha256(self.body).hexdigest()[:24]


def json_object(body: bytes) -> Mapping[str, Any]:
    """Raises UnreadableBody."""
    try:
        said = json.loads(body)
    except ValueError as error:
        raise UnreadableBody("The body is not valid JSON in UTF-8.") from error
    if not isinstance(said, dict):
        raise UnreadableBody("The body is not a JSON object.")
    return said


async def meta_body(request: Request) -> bytes:
    """By the platform's app, or by the app of the business that holds every number which it is about."""
    body, headers = await request.body(), headers_of(request)
    if meta.verify(get_settings(request).meta_app_secret, headers, body):
        return body
    numbers = accounts(json_object(body)) if headers.get("x-hub-signature-256") else ()
    holders = [await signing_candidates(get_ports(request), "whatsapp", number) for number in numbers[:MOST_NUMBERS]]
    for tenant_id, credential in holders[0] if holders else ():
        holds_all = all(any(holder == tenant_id for holder, _ in one) for one in holders)
        if holds_all and len(holders) == len(numbers) and meta.verify(credential.values["app_secret"], headers, body):
            return body
    raise InvalidSignature("Check META_APP_SECRET, or the app_secret of your own WhatsApp credentials.")


async def resend_event(request: Request) -> SignedBody:
    tenant_id, secret = await _secret(request, "resend", get_settings(request).resend_webhook_secret)
    body, headers = await request.body(), headers_of(request)
    if not standard_webhooks.verify(secret, headers, body, get_ports(request).clock.now()):
        raise InvalidSignature("Check the webhook secret, and the clock of the sender.")
    return SignedBody(body, tenant_id, standard_webhooks.message_id(headers))


async def vapi_message(request: Request) -> SignedBody:
    """By the credential of the account, or by the token that our assistants show (which is their tenant's alone)."""
    ports, headers = get_ports(request), headers_of(request)
    tenant_id, secret = await _secret(request, "vapi", get_settings(request).vapi_webhook_secret)
    body = await request.body()
    if vapi.verify(secret, headers, body, ports.clock.now()):
        return SignedBody(body, tenant_id)
    shown = headers.get("x-vapi-secret") or headers.get("authorization", "").removeprefix("Bearer ")
    owner = tenant_of(ports, shown)
    if owner is None or (tenant_id is not None and owner != tenant_id):
        raise InvalidSignature("Check the webhook secret of the server credential.")
    return SignedBody(body, owner)


async def _secret(request: Request, provider: Provider, platform_secret: str) -> tuple[str | None, str]:
    """The token in the address chooses a tenant's own secret; without one it is the platform's."""
    token = request.path_params.get("webhook_token")
    if token is None:
        return None, platform_secret
    found = await by_webhook_token(get_ports(request), provider, token)
    return (found[0], found[1].values.get("webhook_secret", "")) if found else (None, "")


MetaBody = Annotated[bytes, Depends(meta_body)]
ResendEvent = Annotated[SignedBody, Depends(resend_event)]
