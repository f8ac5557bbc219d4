"""What was written is answered: once, from what is so now, and by nobody when a human has taken over meanwhile."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from modules.appointments import replies
from modules.appointments.desk import Desk
from modules.catalogue import StoreCatalogue
from modules.engine import facts as read
from modules.engine.brains import brain_of, with_catalogue, with_desk, with_knowledge
from modules.engine.engine import converse
from modules.engine.records import Spot, decided, noted_lead, text_id, texted
from modules.engine.values import Brain, Outcome
from modules.instants import stored
from modules.knowledge.shelf import Shelf
from modules.messaging import outbox
from modules.messaging.outbox import Ends, send_soon
from modules.omnichannel.agents import TAGS
from modules.receptionist import language_of_turn
from modules.threads import letters, queries
from modules.threads.words import FILE_ONLY, INTRO, RECEIPT
from modules.tickets.noting import Teller, noted
from modules.webhooks import events
from modules.words.languages import language_of
from ports.context import Ports
from ports.database import NotNullViolation, Row, Statement, UniqueViolation
from ports.dialogue import Heard, Language, TurnReply, TurnRequest

LEASE_S = 90
MOST_ATTEMPTS = 4
AGAIN_S = 15
# An agent that writes as often as this within an hour talks to another machine.
MOST_AN_HOUR = 30
_GIVES_UP = frozenset(("circles", "machine", "silence", "too_long"))


@dataclass(frozen=True, slots=True)
class _Given:
    """An answer about to be made."""

    row: Row
    agent: read.AgentConfig
    request: TurnRequest
    brain: Brain
    shelf: Shelf
    spot: Spot
    last_read: str  # id of the last message that it answers

    @property
    def ends(self) -> Ends:
        return Ends(str(self.row["channel"]), str(self.row["theirs"]), str(self.row["ours"]))


async def answer(ports: Ports, tenant_id: str, conversation_id: str, correlation_id: str = "") -> str:
    """What became of it: answered, handed_over, again (more was written meanwhile), or idle."""
    now = ports.clock.now()
    claimed, found = await ports.db.batch(
        queries.claim_answer(tenant_id, conversation_id, stored(now), stored(now + timedelta(seconds=LEASE_S))),
        queries.turn(tenant_id, conversation_id, stored(now)[:10]),
    )
    if claimed.first is None or found.first is None:
        return "idle"
    row, attempts = found.first, int(claimed.first["answer_attempts"] or 1)
    pending = json.loads(str(row["pending"]))
    if not pending:
        await ports.db.batch(queries.nothing_to_answer(tenant_id, conversation_id))
        return "idle"
    if attempts > MOST_ATTEMPTS or int(row["answers_of_hour"] or 0) >= MOST_AN_HOUR:
        return await _hand_over(ports, row)
    given = await _given(ports, row, pending, correlation_id)
    outcome = await _outcome(ports, given, has_words=any(body.strip() for _, body, _ in pending))
    return await _settled(ports, given, outcome, is_redone=attempts < MOST_ATTEMPTS)


async def put_off(ports: Ports, tenant_id: str, conversation_id: str) -> None:
    """After a failure of our own: tried again a little later, and after some times given to a human."""
    due_at = stored(ports.clock.now() + timedelta(seconds=AGAIN_S))
    await ports.db.batch(queries.let_go(tenant_id, conversation_id, due_at))


async def due(ports: Ports, limit: int) -> list[Row]:
    """(tenant_id, id) of conversations that wait for an answer which no job has made."""
    (found,) = await ports.db.batch(queries.due(stored(ports.clock.now()), limit))
    return list(found.rows)


async def _given(ports: Ports, row: Row, pending: list[list[str]], correlation_id: str) -> _Given:
    agent, facts, state = read.agent_config(row), read.business_facts(row), read.state_from(str(row["state"]))
    tenant_id, channel, theirs = str(row["tenant_id"]), str(row["channel"]), str(row["theirs"])
    words = "\n".join(body for _, body, _ in pending if body.strip())
    detected = language_of(words)
    heard = Heard(words or None, language=TAGS[detected] if detected else "")
    language = language_of_turn(agent.language, state, heard)
    agent = agent.speaking(language)
    phone = theirs if theirs.startswith("+") else None
    email = theirs if channel == "email" else None
    can_text = read.can_text(row, ports.platform.get("twilio"))
    shelf = Shelf(ports, tenant_id, language)
    brain = with_knowledge(await brain_of(ports, row, agent, facts.name, correlation_id), shelf)
    brain = replace(brain, history=brain.history[: len(brain.history) - len(pending)])
    number = int(row["last_turn"] or 0) + 1
    conversation_id = str(row["conversation_id"])
    if agent.tells_products:
        brain = with_catalogue(brain, StoreCatalogue(ports, tenant_id), has_chosen_tools=agent.tools is not None)
    if agent.makes_appointments and facts.services:
        place = (tenant_id, conversation_id, number)
        source = letters.SOURCES[channel]
        desk = Desk(ports, place, language, source, (phone, can_text), email)
        brain = with_desk(brain, desk, has_chosen_tools=agent.tools is not None)
    now = ports.clock.now()
    request = TurnRequest(
        language, agent.name, facts, state, heard, now, phone, can_text, medium="text", caller_email=email
    )
    customer_id = str(row["customer_id"]) if row["customer_id"] else None
    spot = Spot(tenant_id, conversation_id, number, customer_id, phone)
    return _Given(row, agent, request, brain, shelf, spot, pending[-1][0])


async def _outcome(ports: Ports, given: _Given, *, has_words: bool) -> Outcome:
    if has_words:
        return await _replied(ports, given) or await converse(given.request, given.brain, ports.clock)
    reply = TurnReply(FILE_ONLY[given.request.language], given.request.state, intent="file")
    return Outcome(reply, brain=given.brain)


async def _replied(ports: Ports, given: _Given) -> Outcome | None:
    """The answer to a reminder is no question for anybody."""
    request, spot = given.request, given.spot
    if spot.phone is None:
        return None
    place = (spot.tenant_id, spot.conversation_id)
    replied = await replies.attend(ports, place, spot.phone, request.heard.speech or "", request.language)
    if replied is None:
        return None
    state = replace(request.state, stage="open", last_words=replied.words, draft={})
    return Outcome(TurnReply(replied.words, state, intent=f"appointment_{replied.deed}"), brain=given.brain)


async def _settled(ports: Ports, given: _Given, outcome: Outcome, *, is_redone: bool) -> str:
    """The answer and all that it did, or nothing of it. What was done at the desk is never decided a second time."""
    tenant_id, conversation_id = given.spot.tenant_id, given.spot.conversation_id
    at = stored(ports.clock.now())
    may_redo = is_redone and not outcome.deeds.evidence
    reply = _opened(given, outcome.reply)
    goes_on = "human" if reply.action == "transfer" or reply.intent in _GIVES_UP else "agent"
    result = (
        "message_taken"
        if reply.message or outcome.deeds.first("message")
        else "transferred"
        if goes_on == "human"
        else None
    )
    told = (given.spot.turn, read.state_text(reply.state), result, goes_on, at)
    seen = (given.last_read, int(may_redo))
    statements = [
        queries.settle_answer(tenant_id, conversation_id, told, seen),
        *_said(ports, given, reply, at),
        *_effects(ports, given, outcome, at),
        *decided(ports.meter, given.spot, given.request, outcome, at),
        *given.shelf.statements,
        queries.carry_over(tenant_id, conversation_id, given.spot.turn, given.last_read),
        queries.answer_rest(tenant_id, conversation_id, at),
    ]
    if goes_on == "human":
        statements += asked_for_human(ports, given.row, given.request.language, at)
    try:
        results = await ports.db.batch(*statements)
    except (NotNullViolation, UniqueViolation):  # a human has taken over, or more was written
        await ports.db.batch(queries.let_go(tenant_id, conversation_id, stored(ports.clock.now())))
        return "again"
    await events.deliver_soon(ports, results)
    if given.ends.channel != "web" and reply.words:
        await send_soon(ports, reply_id(given.spot))
    if outcome.deeds.first("link"):
        await send_soon(ports, text_id(given.spot))
    return "handed_over" if goes_on == "human" else "answered"


def reply_id(spot: Spot) -> str:
    return f"{text_id(spot)}_reply"


def _opened(given: _Given, reply: TurnReply) -> TurnReply:
    """Who writes for the first time learns who answers: a machine, and whose. A letter and a chat's greeting say so."""
    if given.spot.turn > 1 or given.ends.channel in ("email", "web") or not reply.words:
        return reply
    intro = INTRO[given.request.language].format(agent=given.agent.name, business=given.request.facts.name)
    return replace(reply, words=f"{intro}{reply.words}")


def _said(ports: Ports, given: _Given, reply: TurnReply, at: str) -> list[Statement]:
    if not reply.words:
        return []
    spot, ends = given.spot, given.ends
    outbox_id = None if ends.channel == "web" else reply_id(spot)
    statements = []
    if outbox_id:
        content = _content(given.row, reply.words, given.agent.name, given.request.language)
        statements.append(outbox.queue_words(spot.tenant_id, outbox_id, ends, content, at))
    key = f"{spot.conversation_id}:{spot.turn}:agent"
    intent, sources = reply.intent, json.dumps(reply.sources)
    message = (ends.channel, ports.ids.new("msg"), key, spot.turn, "agent", reply.words, intent, sources, reply.score)
    said = queries.insert_said(spot.tenant_id, spot.conversation_id, (*message, outbox_id), at)
    return [*statements, said]


def _content(row: Row, words: str, agent: str, language: Language) -> dict[str, str]:
    """Of the outbox: a letter where it is a mail."""
    letter = letters.answer(row, words, agent, language) if row["channel"] == "email" else {"text": words}
    return {"language": language, **letter}


def _effects(ports: Ports, given: _Given, outcome: Outcome, at: str) -> list[Statement]:
    spot = given.spot
    taken = outcome.reply.message or outcome.deeds.first("message")
    country = str(given.row["country"])
    teller = Teller(spot.tenant_id, spot.conversation_id, spot.customer_id, spot.phone, country)
    return [
        *(noted(ports.ids, teller, taken, at) if taken else ()),
        *noted_lead(ports.ids, spot, outcome.deeds, at),
        *texted(spot, given.request, outcome.deeds, at),
    ]


def asked_for_human(ports: Ports, row: Row, language: Language, at: str) -> list[Statement]:
    """The business is told that somebody waits for a human."""
    tenant_id, conversation_id = str(row["tenant_id"]), str(row["conversation_id"])
    told = {"conversation_id": conversation_id, "channel": row["channel"], "from": row["theirs"]}
    content = outbox.content(
        language, "", business=str(row["name"]), channel=str(row["channel"]), who=str(row["theirs"])
    )
    message_id = f"out_human_{conversation_id}_{row['last_turn']}"
    return [
        events.happened(ports.ids, tenant_id, "conversation.handed_over", told, at),
        outbox.queue_for_owner(tenant_id, message_id, "human_wanted", content, at),
    ]


async def _hand_over(ports: Ports, row: Row) -> str:
    """Nobody is left without a word: a receipt goes out, and a human goes on."""
    tenant_id, conversation_id, at = str(row["tenant_id"]), str(row["conversation_id"]), stored(ports.clock.now())
    agent, state = read.agent_config(row), read.state_from(str(row["state"]))
    language = state.language or agent.language
    turn = int(row["last_turn"] or 0) + 1
    spot = Spot(tenant_id, conversation_id, turn, None, None)
    channel = str(row["channel"])
    outbox_id = None if channel == "web" else reply_id(spot)
    statements = [queries.hand_to_human(tenant_id, conversation_id, at), *asked_for_human(ports, row, language, at)]
    if int(row["answers_of_hour"] or 0) < MOST_AN_HOUR:  # another machine would only answer it
        words = RECEIPT[language]
        if outbox_id:
            content = _content(row, words, agent.name, language)
            ends = Ends(channel, str(row["theirs"]), str(row["ours"]))
            statements.append(outbox.queue_words(tenant_id, outbox_id, ends, content, at))
        key = f"{conversation_id}:{turn}:receipt"
        message = (channel, ports.ids.new("msg"), key, turn, "agent", words, "receipt", "[]", None, outbox_id)
        statements.append(queries.insert_said(tenant_id, conversation_id, message, at))
    await events.deliver_soon(ports, await ports.db.batch(*statements))
    if outbox_id:
        await send_soon(ports, outbox_id)
    return "handed_over"
