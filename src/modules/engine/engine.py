"""One turn of a conversation, whatever the channel: a model with tools if there is one, the receptionist if not."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from modules.engine import prompt, tools
from modules.engine.appointment_tools import result_of
from modules.engine.filler import without_filler
from modules.engine.results import Result
from modules.engine.speaking import Speaker, Speaking, said_of, shortened
from modules.engine.tools import Deeds, Done, Means
from modules.engine.truth import checked
from modules.engine.values import Brain, Choice, Exchange, Outcome, digest
from modules.knowledge.grounding import figures
from modules.receptionist import (
    BOOKING_STAGES,
    MESSAGE_STAGES,
    as_written,
    attend,
    decide,
    goods_named,
    is_beside_the_point,
    is_unanswered,
    remembered,
    told,
    told_goods,
)
from ports.clock import Clock
from ports.dialogue import Medium, TurnReply, TurnRequest
from ports.language_model import (
    Ended,
    Message,
    ModelEvent,
    ModelRequest,
    ToolCall,
    Words,
)
from ports.vendors import VendorError

MOST_ROUNDS = 4
MOST_CALLS = 8
# On the phone somebody is listening to silence; whoever writes waits more gladly for a good answer than for none.
FIRST_WORDS_S: Mapping[Medium, float] = {"voice": 1.5, "text": 6.0}
TOTAL_S: Mapping[Medium, float] = {"voice": 8.0, "text": 20.0}
_WHOLE = ("stop", "length", "tool_calls")


@dataclass(frozen=True, slots=True)
class _Deadline:
    clock: Clock
    ends_ms: float
    first_words_s: float

    @property
    def left_s(self) -> float:
        return (self.ends_ms - self.clock.monotonic_ms()) / 1000


class _Failed(Exception):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def converse(turn: TurnRequest, brain: Brain, clock: Clock, speaker: Speaker | None = None) -> Outcome:
    """Never raises for a model's sake: the receptionist takes over with what is known so far.

    With a `speaker` sentences are said as they come, and the reply holds all that was said.
    """
    outcome = await _conversed(turn, brain, clock, speaker)
    if turn.medium == "text":
        words = as_written(outcome.reply.words, turn)
        outcome.reply = replace(outcome.reply, words=words, state=replace(outcome.reply.state, last_words=words))
    outcome.reply = replace(outcome.reply, state=remembered(turn, outcome.reply.state))
    return outcome


async def _conversed(turn: TurnRequest, brain: Brain, clock: Clock, speaker: Speaker | None) -> Outcome:
    if reason := _is_for_the_receptionist(turn, brain):
        given = Outcome(TurnReply("", turn.state), degraded=reason, brain=brain)
        return await _spoken(await _received(turn, given), speaker)
    outcome = Outcome(TurnReply("", turn.state), brain=brain)
    if "offers" in turn.state.draft:
        outcome.deeds.draft["offers"] = turn.state.draft["offers"]
    if speaker is not None:
        outcome.speaking = Speaking(speaker, turn.language, brain.evidence, outcome.deeds)
    deadline = _Deadline(clock, clock.monotonic_ms() + TOTAL_S[turn.medium] * 1000, FIRST_WORDS_S[turn.medium])
    for choice in brain.choices:
        if deadline.left_s < deadline.first_words_s:
            outcome.degraded = "deadline"
            break
        try:
            words = await _asked(turn, brain, choice, outcome, deadline)
        except _Failed as failure:
            outcome.degraded = failure.why
            if outcome.is_hushed:
                outcome.decided_by = f"{choice.provider}:{choice.model}"
                break
            if outcome.deeds.evidence or outcome.has_spoken:  # what was done or said stands: nobody does it again
                break
            continue
        outcome.decided_by, outcome.degraded = f"{choice.provider}:{choice.model}", None
        return await _finished(turn, brain, outcome, words)
    if outcome.deeds.evidence or outcome.has_spoken or outcome.is_hushed:
        return await _finished(turn, brain, outcome, "")
    return await _spoken(await _received(turn, outcome), speaker)


async def _spoken(outcome: Outcome, speaker: Speaker | None) -> Outcome:
    if speaker is not None:
        await speaker.say(outcome.reply.words)
    return outcome


async def _received(turn: TurnRequest, outcome: Outcome) -> Outcome:
    """By the receptionist: appointments at the desk, where there is one, and everything else by rules alone."""
    desk = outcome.brain.desk if outcome.brain else None
    attended = await attend(turn, desk) if desk is not None else None
    if attended is None:
        outcome.reply = await _looked_up(turn, decide(turn), outcome.brain)
        return outcome
    outcome.reply, deeds = attended
    for number, deed in enumerate(deeds, 1):
        call = ToolCall(f"desk_{number}", deed.name, json.dumps(deed.arguments, ensure_ascii=False))
        outcome.deeds.done.append(Done(call, result_of(deed)))
    return outcome


async def _looked_up(turn: TurnRequest, reply: TurnReply, brain: Brain | None) -> TurnReply:
    """What the rules know nothing of may stand in a document."""
    if brain is None or not is_unanswered(reply):
        return reply
    asked = turn.heard.speech or ""
    goods = await brain.catalogue.goods(asked) if brain.catalogue is not None else ()
    if named := goods_named(turn, goods):
        return told_goods(turn, named)
    if brain.knowledge is None:
        return reply
    looked = await brain.knowledge.find(asked)
    return told(turn, looked) if looked.is_answer else reply


def _is_for_the_receptionist(turn: TurnRequest, brain: Brain) -> str | None:
    """Silence, keys, machines, the end of a transfer and a message half taken are nothing to think about."""
    if is_beside_the_point(turn):
        return "routine"
    if not brain.choices:
        return "no_model"
    if brain.budget is not None and brain.budget.is_spent:
        return "budget_spent"
    heard = turn.heard
    if heard.dial_outcome or heard.digits or not (heard.speech or "").strip():
        return "routine"
    return "routine" if turn.state.stage in MESSAGE_STAGES | BOOKING_STAGES else None


async def _asked(turn: TurnRequest, brain: Brain, choice: Choice, outcome: Outcome, deadline: _Deadline) -> str:
    """The model's last words, after all the tools that it wanted. Raises _Failed."""
    said = list(prompt.messages(turn, brain.system_prompt, brain.history))
    offered = (*tools.specs(brain.allowed), *(one.spec for one in brain.own_tools))
    for _ in range(MOST_ROUNDS):
        request = ModelRequest(
            choice.model,
            tuple(said),
            offered,
            choice.temperature,
            choice.max_tokens,
            max(0.1, deadline.left_s),
            brain.correlation_id,
        )
        exchange = await _exchange(choice, request, deadline, outcome.speaking)
        outcome.exchanges.append(exchange)
        if exchange.why not in _WHOLE:
            raise _Failed(exchange.why)
        if not exchange.calls:
            words = without_filler(exchange.words, turn.language)
            if not words.strip() and not outcome.deeds.evidence:
                raise _Failed("empty")
            return words
        said.append(Message("assistant", exchange.words, exchange.calls))
        for call in exchange.calls:
            if len(outcome.deeds.done) >= MOST_CALLS:
                raise _Failed("tool_loop")
            said.append(await _run(turn, brain, call, outcome.deeds, deadline.clock))
            if call.name == "search_knowledge" or outcome.deeds.known is not None:
                outcome.deeds.known = _figures(turn, said)
    raise _Failed("tool_loop")


def _figures(turn: TurnRequest, said: Sequence[Message]) -> frozenset[str]:
    """Those that stand in what the model was given; prices as they are said."""
    prices = [f"{one.price_minor / 100:g}" for one in turn.facts.services if one.price_minor is not None]
    return figures("\n".join((*(message.text for message in said), *prices)))


async def use_tool(turn: TurnRequest, brain: Brain, call: ToolCall, deeds: Deeds) -> Result:
    """Never raises: what is wrong is told to whoever has called."""
    own = next((one for one in brain.own_tools if one.spec.name == call.name), None)
    if own is not None:
        return await tools.run_own(call, own.spec.parameters, own.call)
    return await tools.run(turn, call, Means(brain.allowed, brain.desk, brain.knowledge, brain.catalogue), deeds)


async def _run(turn: TurnRequest, brain: Brain, call: ToolCall, deeds: Deeds, clock: Clock) -> Message:
    began_ms = clock.monotonic_ms()
    result = await use_tool(turn, brain, call, deeds)
    deeds.done.append(Done(call, result, clock.monotonic_ms() - began_ms))
    return Message("tool", tools.as_json(result.said), tool_call_id=call.id)


async def _exchange(choice: Choice, request: ModelRequest, deadline: _Deadline, speaking: Speaking | None) -> Exchange:
    """Within its deadlines: the first words, then the whole."""
    clock = deadline.clock
    began_ms = clock.monotonic_ms()
    made = Exchange(choice.provider, choice.model, asked=digest(request.messages))
    stream = choice.language_model.stream(choice.credential, request)
    try:
        within = speaking.hush.within if speaking else asyncio.timeout
        async with aclosing(stream), within(request.total_s):
            async for event, is_first in _with_first(stream, deadline.first_words_s):
                if is_first:
                    made = replace(made, first_words_ms=clock.monotonic_ms() - began_ms)
                made = _taken(made, event)
                if speaking is not None and isinstance(event, Words):
                    await speaking.hear(event.text)
    except VendorError as error:
        made = replace(made, why=error.reason)
    except TimeoutError:
        made = replace(made, why="interrupted" if speaking is not None and speaking.hush.is_on else "deadline")
    if speaking is not None and made.why not in _WHOLE:
        speaking.forget_the_rest()
    return replace(made, total_ms=clock.monotonic_ms() - began_ms)


async def _with_first(
    stream: AsyncGenerator[ModelEvent, None], within_s: float
) -> AsyncIterator[tuple[ModelEvent, bool]]:
    """Each event, and whether it is the first; that one may not take long."""
    iterator = stream.__aiter__()
    try:
        first = await asyncio.wait_for(anext(iterator), within_s)
    except StopAsyncIteration:
        return
    yield first, True
    async for event in iterator:
        yield event, False


def _taken(made: Exchange, event: ModelEvent) -> Exchange:
    if isinstance(event, Words):
        return replace(made, words=made.words + event.text)
    if isinstance(event, ToolCall):
        return replace(made, calls=(*made.calls, event))
    assert isinstance(event, Ended)  # noqa: S101
    return replace(made, why=event.why, input_tokens=event.input_tokens, output_tokens=event.output_tokens)


async def _finished(turn: TurnRequest, brain: Brain, outcome: Outcome, words: str) -> Outcome:
    """`words` are the last exchange's; what has been spoken already is in the mouth of `speaking`."""
    deeds, speaking = outcome.deeds, outcome.speaking
    if speaking is None:
        short = shortened(words)
        outcome.is_shortened = len(short) < len(words.strip()) * 0.9
        proven = brain.evidence | deeds.evidence
        true, outcome.false_claims = checked(short, turn.language, proven, known=deeds.known)
    else:
        await speaking.finish()
        true, outcome.false_claims = " ".join(speaking.said), tuple(dict.fromkeys(speaking.false))
    if not true.strip() and not outcome.is_hushed:
        true = said_of(turn.language, deeds.action)
        if speaking is not None:
            await speaking.hear(true)
            await speaking.finish()
    state = replace(turn.state, stage="open", silences=0, misses=0, last_words=true, draft=deeds.draft)
    outcome.reply = TurnReply(
        true,
        state,
        deeds.action,
        "model",
        deeds.sources,
        message=deeds.first("message"),
    )
    return outcome
