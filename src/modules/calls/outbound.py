"""Calls that we place: a lead is called back; a machine that answers is left a message, and nobody is called at night."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from errors import NotFound, VendorFailed
from modules.aloud import spoken
from modules.calls import outbound_queries, queries, writes
from modules.calls.errors import CallsHeldBack
from modules.calls.turns import UnknownCall
from modules.credentials.resolve import resolve_own
from modules.engine import facts as read
from modules.engine.greeting import opening_words
from modules.identity import audit
from modules.identity.principal import Principal
from modules.instants import Instant, stored
from modules.messaging.rules import QUIET_FROM, QUIET_TO
from modules.phone import to_e164
from modules.text import Id, Input, IsProse, PhoneText, bounded
from modules.webhooks import events
from ports.carrier import PlacedCall
from ports.context import Ports
from ports.database import Row, UniqueViolation
from ports.dialogue import Language
from ports.telephony import CallAnswer, IncomingCall, Telephony
from ports.vendors import Credential, VendorError, VendorUnavailable

MOST_A_DAY = 50
ANSWER_PATH = "/webhooks/omnichannel/voice/outbound"
_HELLO: Mapping[Language, str] = {
    "fr": "Bonjour, ici {agent}, de {business}. Je vous appelle au sujet de : {reason}. Est-ce un bon moment ?",
    "en": "Hello, this is {agent} from {business}. I am calling about: {reason}. Is this a good time?",
}
_MESSAGE: Mapping[Language, str] = {
    "fr": "Bonjour, ici {business}. Nous vous appelions au sujet de : {reason}. Rappelez-nous au {number}. Merci, au revoir.",
    "en": "Hello, this is {business}. We were calling about: {reason}. Please call us back on {number}. Thank you, goodbye.",
}


class NewOutboundCall(Input):
    to: PhoneText
    reason: Annotated[str, bounded(1, 200), IsProse] = Field(description="Said first: why the call is made.")
    agent_id: Id | None = Field(default=None, description="The default agent when it is left out.")


class OutboundCall(BaseModel):
    id: str
    agent_id: str
    to_number: str
    from_number: str
    reason: str
    state: Literal["intended", "placed", "failed"]
    provider_call_id: str | None
    answered_by: str | None = Field(description="human, a machine's word of the carrier's, or unknown.")
    failure: str | None
    created_at: Instant


async def place(ports: Ports, principal: Principal, command: NewOutboundCall) -> OutboundCall:
    """The intent first, then the call, then what came of it: a call whose answer was lost is looked for, not repeated.

    Raises Invalid, NotFound (the agent), CallsHeldBack or VendorFailed.
    """
    to = to_e164(command.to, principal.country, "/to")
    tenant_id, now = principal.tenant.id, ports.clock.now()
    (planned,) = await ports.db.batch(
        outbound_queries.plan(tenant_id, command.agent_id, stored(now - timedelta(days=1)), to)
    )
    row = planned.first
    if row is None:
        raise NotFound("There is no such agent.", pointer="/agent_id")
    _demand(row, now.astimezone(ZoneInfo(str(row["timezone"]))).time())
    account = str(row["provider_account"]) if row["provider_account"] else None
    credential = await _credential(ports, tenant_id, account)
    call_id, at = ports.ids.new("out"), stored(now)
    wanted = (row["agent_id"], to, row["phone_number"], account, command.reason, principal.user.id)
    await ports.db.batch(
        outbound_queries.intend(tenant_id, call_id, wanted, at), audit.entry(ports, principal, "call.intended", call_id)
    )
    call = PlacedCall(to, str(row["phone_number"]), f"{ANSWER_PATH}?call={call_id}")
    try:
        placed = await _placed(ports, credential, call, now)
    except VendorError as error:
        failed = outbound_queries.settle(tenant_id, call_id, ("failed", None, error.reason), stored(ports.clock.now()))
        await ports.db.batch(failed)
        raise VendorFailed(f"The call could not be placed: {error.reason}.") from error
    settled = outbound_queries.settle(tenant_id, call_id, ("placed", placed, None), stored(ports.clock.now()))
    _, found = await ports.db.batch(settled, outbound_queries.outbound_call(tenant_id, call_id))
    return OutboundCall.model_validate(found.rows[0])


def _demand(row: Row, local: time) -> None:
    """Raises CallsHeldBack."""
    if row["phone_number"] is None:
        raise CallsHeldBack("There is no proven number that the call could come from.")
    if row["has_withdrawn"]:
        raise CallsHeldBack("Whoever has this number does not want to be called.")
    if not time.fromisoformat(QUIET_TO) <= local < time.fromisoformat(QUIET_FROM):
        raise CallsHeldBack(f"Nobody is called between {QUIET_FROM} and {QUIET_TO}, where the business is.")
    if int(row["placed"] or 0) >= MOST_A_DAY:
        raise CallsHeldBack(f"At most {MOST_A_DAY} calls in 24 hours.")


async def _credential(ports: Ports, tenant_id: str, account: str | None) -> Credential:
    own = ports.platform.get("twilio") if account is None else await resolve_own(ports, tenant_id, "twilio")
    if own is None:
        raise CallsHeldBack("There is no account at the carrier that the call could be placed with.")
    return own


async def _placed(ports: Ports, credential: Credential, call: PlacedCall, since: datetime) -> str:
    try:
        return await ports.carrier.place_call(credential, call, ports.base_url)
    except VendorUnavailable as error:
        if not error.is_unsure:
            raise
        found = await ports.carrier.placed(credential, call, since)
        if found is None:
            raise
        return found


async def answered(ports: Ports, telephony: Telephony, call: tuple[str, IncomingCall], by: str) -> str:
    """The first document of a call that we have placed; a repeat gets the same. `call` is (our id, the call).

    A human hears who calls and why, a machine is left a message, a fax is hung up on. Raises UnknownCall.
    """
    call_id, incoming = call
    key = (incoming.provider, incoming.provider_call_id)
    known, found = await ports.db.batch(queries.stored_document(key, 0), outbound_queries.answered(call_id))
    row = found.first
    if row is None or row["account"] != incoming.account or row["to_number"] != incoming.to_number:
        raise UnknownCall(call_id)
    if known.first is not None:
        return str(known.first["document"])
    words, document = _first(telephony, row, by)
    at = stored(ports.clock.now())
    opening = writes.opening(
        ports.ids, incoming, (ports.ids.new("call"), row), writes.Made(words, document, 0.0, 0.0, at)
    )
    try:
        results = await ports.db.batch(
            *opening, outbound_queries.note_answer(str(row["tenant_id"]), call_id, by or "unknown", at)
        )
    except UniqueViolation:  # the same request, a moment earlier
        (first,) = await ports.db.batch(queries.stored_document(key, 0))
        return str(first.rows[0]["document"])
    await events.deliver_soon(ports, results)
    return document


def _first(telephony: Telephony, row: Row, by: str) -> tuple[str, str]:
    agent = read.agent_config(row)
    said = {"agent": agent.name, "business": str(row["name"]), "reason": str(row["reason"]).rstrip(". ")}
    if by.startswith("fax"):
        return "", telephony.document(CallAnswer("", agent.voice, 1, "hang_up"))
    if by.startswith("machine"):
        words = _MESSAGE[agent.language].format(**said, number=row["from_number"])
        return words, telephony.document(CallAnswer(spoken(words, agent.voice), agent.voice, 1, "hang_up"))
    consent = str(row["consent_sentence"]) if row["consent_sentence"] else None
    words = opening_words(_HELLO[agent.language].format(**said), agent.language, discloses=True, consent=consent)
    answer = CallAnswer(spoken(words, agent.voice), agent.voice, 1, is_recorded=bool(row["records_calls"] and consent))
    return words, telephony.document(answer)
