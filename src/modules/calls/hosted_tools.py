"""Our tools, for a model that the platform runs: each call done once, whatever is repeated, its effect in one batch."""

import json
from collections.abc import Sequence

from modules.aloud import aloud
from modules.calls import hosted_queries, queries, writes
from modules.calls.turns import Ready, Turn, ready, row_of, today
from modules.engine.engine import use_tool
from modules.engine.records import decided
from modules.engine.results import Result
from modules.engine.speaking import shortened
from modules.engine.tools import Deeds, Done
from modules.engine.values import Outcome
from modules.instants import stored
from modules.webhooks import events
from ports.context import Ports
from ports.database import UniqueViolation
from ports.dialogue import Heard, Language, TurnReply
from ports.hosted import ToolAnswer, ToolAsked
from ports.language_model import ToolCall

MOST_CALLS = 8
_MOST_SENTENCES = 2


async def use_tools(
    ports: Ports, provider_call_id: str, tenant_id: str | None, asked: Sequence[ToolAsked]
) -> list[ToolAnswer]:
    """An answer for each call, in order. Raises UnknownCall."""
    call = ("vapi", provider_call_id)
    keys = [f"{provider_call_id}:tool:{one.id}"[:200] for one in asked[:MOST_CALLS]]
    found, before = await ports.db.batch(
        queries.turn(call, -1, today(ports.clock)), hosted_queries.answered_tools("vapi", json.dumps(keys))
    )
    row = row_of(found.first, provider_call_id, tenant_id)
    answered = {str(one["external_id"]): json.loads(str(one["payload"])) for one in before.rows}
    turn = Turn(call, int(row["last_turn"] or 0) + 1, None, provider_call_id)
    given = await ready(ports, turn, row, Heard())
    deeds, answers, new = Deeds(), [], []
    for key, one in zip(keys, asked, strict=False):
        if key not in answered:
            result = await use_tool(given.request, given.brain, _call(one), deeds)
            deeds.done.append(Done(_call(one), result))
            answered[key] = _told(one, result, given.request.language)
            new.append((key, answered[key]))
        answers.append(ToolAnswer(one.id, one.name, answered[key].get("result"), answered[key].get("error")))
    if new:
        await _write(ports, given, deeds, new)
    return answers


def _call(one: ToolAsked) -> ToolCall:
    return ToolCall(one.id, one.name, json.dumps(one.arguments, ensure_ascii=False))


def _told(one: ToolAsked, result: Result, language: Language) -> dict[str, str]:
    """One line; what is likely to be read aloud as it stands is two sentences for the ear."""
    said = result.said
    if result.status != "done":
        return {"error": str(said.get("ask") or said.get("advice") or said.get("error") or "refused")}
    passages = said.get("passages")
    if isinstance(passages, list) and passages:
        words = shortened(aloud(str(passages[0]["answer"]), language), _MOST_SENTENCES)
        return {"result": words}
    return {"result": " ".join(json.dumps(said, ensure_ascii=False).split())}


async def _write(ports: Ports, given: Ready, deeds: Deeds, new: Sequence[tuple[str, dict[str, str]]]) -> None:
    """A repeat that was quicker has done it: nothing of this is written then."""
    at, call = stored(given.request.now), given.here.call
    reply = TurnReply("", given.request.state, intent="tools", message=deeds.first("message"))
    outcome = Outcome(reply, decided_by="vapi", deeds=deeds, brain=given.brain)
    made = writes.Made("", json.dumps({"tools": [key for key, _ in new]}), 0.0, 0.0, at)
    kept = [
        hosted_queries.keep_answer(
            (ports.ids.new("evt"), "vapi", key, call[1], json.dumps(told, ensure_ascii=False)), at
        )
        for key, told in new
    ]
    try:
        results = await ports.db.batch(
            *kept,
            *writes.turn(ports.ids, given.here, given.request.heard, reply, made),
            *writes.effects(ports.ids, given, deeds),
            *decided(ports.meter, given.spot, given.request, outcome, at),
            *given.shelf.statements,
        )
    except UniqueViolation:
        return
    await events.deliver_soon(ports, results)
