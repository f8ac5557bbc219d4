"""The way out of marketing: a link that needs no account, and a word to answer with."""

from collections.abc import Mapping
from urllib.parse import urlencode

from errors import NotFound
from modules.instants import stored
from modules.messaging import queries
from modules.one_time import derived, same
from ports.context import Ports
from ports.dialogue import Language

PATH = "/unsubscribe"

_MAIL: Mapping[Language, str] = {
    "fr": "\n\n--\nVous recevez ce message parce que vous avez accepté ceux de {business}.\nN'en plus recevoir : {how}\n",
    "en": "\n\n--\nYou get this because you agreed to messages of {business}.\nTo get no more of them: {how}\n",
}
_TEXT: Mapping[Language, str] = {
    "fr": "\nPlus de messages : répondez STOP",
    "en": "\nNo more messages: reply STOP",
}


def link(ports: Ports, tenant_id: str, address: str) -> str:
    """For one address of one business, without an end; '' where nobody knows under which address we are reached."""
    if not ports.base_url:
        return ""
    asked = {"from": tenant_id, "to": address, "token": _token(ports, tenant_id, address)}
    return f"{ports.base_url}{PATH}?{urlencode(asked)}"


def headers(link: str) -> Mapping[str, str]:
    """By which a mail program shows a button of its own (RFC 2369 and RFC 8058)."""
    if not link.startswith("https://"):
        return {}
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def mail_with_way_out(text: str, language: Language, business: str, link: str) -> str:
    return text.rstrip() + _MAIL[language].format(business=business, how=link or "STOP")


def text_with_way_out(text: str, language: Language) -> str:
    """As it stands when it says so already."""
    return text if "STOP" in text else text.rstrip() + _TEXT[language]


async def business_of(ports: Ports, tenant_id: str, address: str, token: str) -> str:
    """The name of the business that wrote. Raises NotFound for a link that is not ours."""
    _demand(ports, tenant_id, address, token)
    (found,) = await ports.db.batch(queries.business_name(tenant_id))
    return _name(found.first)


async def opt_out(ports: Ports, tenant_id: str, address: str, token: str) -> str:
    """The name of the business, which sends this address no marketing from now on. Raises NotFound as above."""
    _demand(ports, tenant_id, address, token)
    _, found = await ports.db.batch(
        queries.refuse_marketing(tenant_id, address, stored(ports.clock.now())), queries.business_name(tenant_id)
    )
    return _name(found.first)


def _demand(ports: Ports, tenant_id: str, address: str, token: str) -> None:
    if not same(token, _token(ports, tenant_id, address)):
        raise NotFound("This link is not whole: open it as it stands in the message.")


def _token(ports: Ports, tenant_id: str, address: str) -> str:
    return derived(ports.keyring.tokens, "unsubscribe", f"{tenant_id}:{address}")[:32]


def _name(row: Mapping[str, object] | None) -> str:
    if row is None:
        raise NotFound("This business is not here any more, and writes to nobody.")
    return str(row["name"])
