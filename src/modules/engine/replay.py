"""A turn decided again from its record: bit for bit, or against other rules, another prompt, another model."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from modules.engine.catalogue_records import RecordedCatalogue
from modules.engine.costs import Budget
from modules.engine.desk_records import RecordedDesk
from modules.engine.engine import converse
from modules.engine.knowledge_records import RecordedKnowledge
from modules.engine.tools import TOOLS, OwnCall
from modules.engine.values import Brain, Choice, Outcome, OwnTool
from ports.dialogue import TurnRequest
from ports.language_model import Ended, LanguageModel, ModelEvent, ModelRequest, ToolCall, ToolSpec, Words
from ports.vendors import Credential, VendorUnavailable

_REQUEST = TypeAdapter(TurnRequest)
COMPARED = ("decided_by", "words", "action", "intent", "tools", "false_claims", "state", "exchanges")
_ANSWERED = ("stop", "length", "tool_calls", "refusal")


class StandingClock:
    """Nothing takes any time: what was too late then stands in the record as such."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def monotonic_ms(self) -> float:
        return 0.0


class RecordedModel(LanguageModel):
    """Answers as the models of the record did, in that order."""

    def __init__(self, exchanges: Sequence[Mapping[str, Any]]) -> None:
        self._left = list(exchanges)

    async def stream(self, credential: Credential | None, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        if not self._left:
            raise VendorUnavailable("not_in_the_record")
        made = self._left.pop(0)
        if made["words"]:
            yield Words(made["words"])
        for call in made["calls"]:
            yield ToolCall(call["id"], call["name"], call["arguments"])
        if made["why"] not in _ANSWERED:
            raise VendorUnavailable(made["why"])
        yield Ended(made["why"], made["input_tokens"], made["output_tokens"])


@dataclass(frozen=True, slots=True)
class Difference:
    turn: int
    what: str
    before: Any
    after: Any


def request_of(record: Mapping[str, Any]) -> TurnRequest:
    return _REQUEST.validate_python(record["request"])


def brain_of_record(
    record: Mapping[str, Any], system_prompt: str, history: Sequence[tuple[str, str]], choices: Sequence[Choice] | None
) -> Brain:
    """`choices` None: the models answer as they did."""
    known = record["brain"]
    if choices is None:
        model = RecordedModel(record["exchanges"])
        names = list(dict.fromkeys((one["provider"], one["model"]) for one in record["exchanges"]))
        choices = [Choice(provider, name, model, None) for provider, name in names]
        if known["has_models"] and not choices:
            choices = [Choice("openai", "not asked", model, None)]
    return Brain(
        choices=tuple(choices),
        system_prompt=system_prompt,
        allowed=tuple(known["allowed"]),
        history=tuple(history),
        evidence=frozenset(known["evidence"]),
        budget=Budget(0, 0) if known["is_spent"] else None,
        own_tools=_recorded_tools(record["tools"]),
        desk=RecordedDesk(known["desk"]) if "desk" in known else None,
        knowledge=RecordedKnowledge(known["knowledge"]) if "knowledge" in known else None,
        catalogue=RecordedCatalogue(known["catalogue"]) if "catalogue" in known else None,
    )


def _recorded_tools(made: Sequence[Mapping[str, Any]]) -> tuple[OwnTool, ...]:
    """The business's own tools are not called again: they answer as they did."""
    own = [one for one in made if one["name"] not in TOOLS]
    names = dict.fromkeys(one["name"] for one in own)
    return tuple(OwnTool(ToolSpec(name, "", {}), _answers([o for o in own if o["name"] == name])) for name in names)


def _answers(made: list[Mapping[str, Any]]) -> OwnCall:
    async def answer(call_id: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        missing: Mapping[str, Any] = {"said": {"error": "not_in_the_record"}, "status": "failed"}
        one = made.pop(0) if made else missing
        return dict(one["said"]), one["status"] == "done"

    return answer


async def replay(turn: int, record: Mapping[str, Any], brain: Brain) -> tuple[Outcome, list[Difference]]:
    request = request_of(record)
    outcome = await converse(request, brain, StandingClock(request.now))
    after = json.loads(json.dumps(outcome.as_record()))
    found = [
        Difference(turn, what, record[what], after[what])
        for what in COMPARED
        if _comparable(what, record[what]) != _comparable(what, after[what])
    ]
    return outcome, found


def _comparable(what: str, value: Any) -> Any:
    """How long something took is not what was decided."""
    if what != "exchanges":
        return value
    return [{key: one[key] for key in one if not key.endswith("_ms")} for one in value]
