"""What the webhooks of a phone call share: documents, and that a caller is answered whatever fails."""

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, HTTPException, Request, Response
from fastapi.routing import APIRoute

from errors import AppError, UnreadableBody
from modules.calls.turns import UnknownCall
from ports.telephony import Voice
from providers.twilio.telephony import TwilioTelephony
from routes.senders import base_url, confirm
from web.log import EventLog
from web.openapi import form_body, problems
from web.spoken import apology, voice_for_number

Parsed = TypeVar("Parsed")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]

MAX_TURN = 500
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


TWIML = {200: {"description": "TwiML.", "content": {"text/xml": {}}}, **problems(400, 403, 413)}
SIGNED_FORM = form_body("Twilio's parameters, signed in X-Twilio-Signature.")


def twiml_response(document: str) -> Response:
    return Response(document, media_type="text/xml")


def failures(request: Request) -> int:
    count = request.query_params.get("failures", "0")
    return int(count) if count.isascii() and count.isdigit() and len(count) < 3 else 0


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
                return twiml_response(_once_more(request))

        return spoken


async def answered_or_unknown(request: Request, log: EventLog, spoken: Voice, work: Awaitable[str]) -> Response:
    """The document; a goodbye where the call is not known, once it is certain that its own account has signed."""
    try:
        return twiml_response(await work)
    except UnknownCall:
        await confirm(request)
        log.event("call.unknown")
        return twiml_response(telephony(request).goodbye(spoken, apology("sorry", spoken)))


def _once_more(request: Request) -> str:
    twiml, params = telephony(request), dict(request.query_params)
    spoken = spoken_voice(request, params)
    if failures(request):
        return twiml.goodbye(spoken, apology("sorry", spoken))
    for path in ("voice/outbound", "voice", "relay-ended"):
        if request.url.path.endswith(f"/{path}"):
            again = f"{path}?{urlencode({**params, 'failures': '1'})}"
            return twiml.once_more(spoken, apology("moment", spoken), again)
    if request.url.path.endswith("/turn"):
        return twiml.try_again(turn_number(request), spoken, apology("repeat", spoken), 1)
    return twiml.goodbye(spoken, apology("sorry", spoken))


def read(schema: Callable[[Mapping[str, str]], Parsed], params: Mapping[str, str]) -> Parsed:
    try:
        return schema(params)
    except ValueError as error:
        raise UnreadableBody(f"Twilio sends other parameters than these: {error}.") from error


def spoken_voice(request: Request, params: Mapping[str, str]) -> Voice:
    """The language we put into the turn's URL, else a guess by the called number."""
    language = request.query_params.get("language", "")
    return Voice(language) if _LANGUAGE.fullmatch(language) else voice_for_number(params.get("To", ""))


def turn_number(request: Request) -> int:
    text = request.query_params.get("turn", "")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MAX_TURN):
        raise UnreadableBody("The turn number in the URL is missing or wrong.")
    return int(text)
