"""Which socket may be opened for a call, once, and how the call goes on when it has ended."""

from dataclasses import dataclass
from datetime import timedelta

from modules.calls import queries, relay_queries
from modules.calls.turns import today
from modules.engine import facts as read
from modules.instants import stored
from modules.one_time import derived, same
from ports.context import Ports
from ports.database import Row, Statement
from ports.dialogue import Action, Language
from ports.telephony import CallAnswer, RelayOpening, Telephony

OPEN_WITHIN_S = 90  # from the document to the handshake
MOST_DROPS = 3  # of one call's sockets; then documents take over
MOST_RELAYS = 30
_PURPOSE = "relay"
_GO_ON: dict[Language, str] = {
    "fr": "Excusez-moi, la ligne a été coupée un instant. Je vous écoute.",
    "en": "I'm sorry, the line dropped for a moment. I am listening.",
}
_LISTENING: dict[Language, str] = {"fr": "Je vous écoute.", "en": "I am listening."}


class UnknownRelay(Exception):
    """No socket of ours, or one that may not be opened (any more)."""


@dataclass(frozen=True, slots=True)
class Relay:
    """A socket of a call; `next_turn` is the one that the caller speaks first in."""

    id: str
    tenant_id: str
    call: queries.Call
    account: str | None
    next_turn: int
    language: Language
    voice_language: str  # BCP-47
    opening_chars: int = 0  # of what is being said when it opens


def token_of(ports: Ports, relay_id: str) -> str:
    """Stands in the document that Twilio gets, and nowhere else: it is made again when the document is."""
    return f"{relay_id}.{derived(ports.keyring.tokens, _PURPOSE, relay_id)[:40]}"


def with_tokens(ports: Ports, telephony: Telephony, document: str) -> str:
    """A stored document as it goes out."""
    return telephony.with_tokens(document, lambda one: token_of(ports, one))


def opening(ports: Ports, tenant_id: str, call_id: str, relay_id: str) -> Statement:
    now = ports.clock.now()
    expires_at = stored(now + timedelta(seconds=OPEN_WITHIN_S))
    return relay_queries.insert_relay(tenant_id, relay_id, call_id, expires_at, stored(now))


async def find(ports: Ports, token: str) -> Relay:
    """Raises UnknownRelay."""
    relay_id = token.partition(".")[0]
    if not same(token, token_of(ports, relay_id)):
        raise UnknownRelay("token")
    row = await _row(ports, relay_id)
    if row["opened_at"] is not None or row["ended_at"] is not None:
        raise UnknownRelay("used")
    return _relay(row)


async def take(ports: Ports, relay: Relay) -> None:
    """The one use of its token. Raises UnknownRelay."""
    (opened,) = await ports.db.batch(relay_queries.open_relay(relay.tenant_id, relay.id, stored(ports.clock.now())))
    if not opened.changes:
        raise UnknownRelay("used or expired")


@dataclass(frozen=True, slots=True)
class Ended:
    """What the provider tells of a socket's end: its state, the reason that we gave ('' when we gave none)."""

    call: queries.Call
    account: str | None
    session_id: str
    is_dropped: bool
    is_over: bool  # the caller has hung up
    why: str = ""


async def go_on(ports: Ports, telephony: Telephony, relay_id: str, ended: Ended) -> str:
    """The document that a call goes on with when its socket has ended; a repeat gets the same. Raises UnknownRelay."""
    row = await _row(ports, relay_id)
    relay = _relay(row)
    if relay.call != ended.call or relay.account != ended.account:
        raise UnknownRelay("of another call")
    if row["document"] is not None:
        return with_tokens(ports, telephony, str(row["document"]))
    why = "over" if ended.is_over else "dropped" if ended.is_dropped else ended.why or "ended"
    (found,) = await ports.db.batch(queries.turn(relay.call, -1, today(ports.clock)))
    document, statements = _following(ports, telephony, row, found.rows[0], why)
    at, closed = stored(ports.clock.now()), (ended.session_id, why, document)
    await ports.db.batch(relay_queries.end_relay(relay.tenant_id, relay.id, closed, at), *statements, idempotent=True)
    return with_tokens(ports, telephony, document)


def _following(ports: Ports, telephony: Telephony, row: Row, call: Row, why: str) -> tuple[str, list[Statement]]:
    state = read.state_from(str(call["state"]))
    own = read.agent_config(call)
    language = state.language or own.language
    agent, facts, turn = own.speaking(language), read.business_facts(call), int(row["next_turn"] or 1)
    actions: dict[str, Action] = {"transfer": "transfer", "hang_up": "hang_up", "over": "hang_up"}
    if why in actions and not (why == "transfer" and facts.transfer_number is None):
        return telephony.document(
            CallAnswer("", agent.voice, turn, actions[why], facts.transfer_number, read.hints(facts))
        ), []
    is_hopeless = int(row["drops"] or 0) + 1 >= MOST_DROPS or int(row["relays"] or 0) >= MOST_RELAYS
    words = _GO_ON[language] if why == "dropped" else _LISTENING[language]
    if is_hopeless or why == "failed":
        return telephony.document(CallAnswer(words, agent.voice, turn, hints=read.hints(facts))), []
    relay_id = ports.ids.new("rly")
    document = telephony.conversation(RelayOpening(relay_id, words, agent.voice, read.hints(facts)))
    return document, [opening(ports, str(row["tenant_id"]), str(row["call_id"]), relay_id)]


async def _row(ports: Ports, relay_id: str) -> Row:
    (found,) = await ports.db.batch(relay_queries.relay(relay_id))
    if found.first is None:
        raise UnknownRelay("unknown")
    return found.first


def _relay(row: Row) -> Relay:
    state, agent = read.state_from(str(row["state"])), read.agent_config(row)
    language = state.language or agent.language
    call = (str(row["provider"]), str(row["provider_call_id"]))
    account = str(row["provider_account"]) if row["provider_account"] else None
    tag = agent.speaking(language).voice.language
    number, said = int(row["next_turn"] or 1), len(state.last_words)
    return Relay(str(row["id"]), str(row["tenant_id"]), call, account, number, language, tag, said)
