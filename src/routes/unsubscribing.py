"""/unsubscribe: the page behind the link of a marketing mail, and what a mail program's own button calls (RFC 8058)."""

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from modules.messaging import opting_out
from web.auth import LIMITED, PortsOf
from web.openapi import problems
from web.origin import preferred_language

POLICY = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{business}</title>
</head>
<body>
<main>
<h1>{business}</h1>
{content}
</main>
</body>
</html>
"""
# Without an action a form is sent to the page's own address, token included.
_ASKED = {
    "fr": '<p>Ne plus envoyer d\'annonces à {address} ?</p>\n<form method="post"><button>Me désinscrire</button></form>',
    "en": '<p>Send no more announcements to {address}?</p>\n<form method="post"><button>Unsubscribe</button></form>',
}
_DONE = {
    "fr": "<p>C'est fait : {address} ne recevra plus d'annonces. Les réponses et les rendez-vous continuent d'arriver.</p>",
    "en": "<p>Done: {address} will get no more announcements. Answers and appointments still arrive.</p>",
}

ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "The page.", "content": {"text/html": {}}},
    **problems(404, 422, 429),
}

TenantId = Annotated[str, Query(alias="from", max_length=64)]
Address = Annotated[str, Query(alias="to", max_length=254)]
Token = Annotated[str, Query(max_length=64)]

router = APIRouter(prefix=opting_out.PATH, tags=["unsubscribing"], dependencies=LIMITED)


@router.get("", response_class=Response, responses=ANSWER)
async def unsubscribe_page(
    tenant_id: TenantId, address: Address, token: Token, request: Request, ports: PortsOf
) -> Response:
    """Asks first: what scans mails for bad links opens them all."""
    business = await opting_out.business_of(ports, tenant_id, address, token)
    return _page(request, business, _ASKED, address)


@router.post("", response_class=Response, responses=ANSWER)
async def unsubscribe(
    tenant_id: TenantId, address: Address, token: Token, request: Request, ports: PortsOf
) -> Response:
    """No marketing goes to this address any more; whatever the body says, and however often it is sent."""
    business = await opting_out.opt_out(ports, tenant_id, address, token)
    return _page(request, business, _DONE, address)


def _page(request: Request, business: str, contents: dict[str, str], address: str) -> Response:
    language = preferred_language(request)
    content = contents[language].format(address=escape(address))
    page = PAGE.format(language=language, business=escape(business), content=content)
    return Response(page, media_type="text/html", headers={"content-security-policy": POLICY})
