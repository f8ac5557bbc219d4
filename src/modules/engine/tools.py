"""What an agent can do besides talking: typed, the same for every model, each with its effect as rows to be written."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from modules.claims.detect import Kind
from modules.engine import appointment_tools, catalogue_tools
from modules.engine.results import LeadSaved, Result
from modules.engine.tool_arguments import (
    Arguments,
    Booking,
    Cancellation,
    Change,
    HomesWanted,
    Lead,
    MessageTaken,
    Nothing,
    Product,
    Question,
    SlotsWanted,
    Transfer,
)
from modules.receptionist import passages, spelled_name, spoken_email, utterance
from ports.appointments import AppointmentDesk
from ports.catalogue import Catalogue
from ports.dialogue import Action, TakenMessage, TurnRequest
from ports.knowledge import KnowledgeBase
from ports.language_model import ToolCall, ToolSpec

_FOUND_FLOOR = 0.35  # a model reads what it is given: lower than where words are spoken as they stand


@dataclass(frozen=True, slots=True)
class Done:
    call: ToolCall
    result: Result
    duration_ms: float = 0.0


@dataclass(slots=True)
class Deeds:
    """What the tools of one turn have done."""

    done: list[Done] = field(default_factory=list)
    draft: dict[str, str] = field(default_factory=dict)  # what of the diary is remembered until the next turn
    known: frozenset[str] | None = None  # figures that may be said, once something was looked up; None: any

    @property
    def evidence(self) -> frozenset[Kind]:
        proven = {one.result.evidence for one in self.done if one.result.evidence}
        return frozenset(proven | ({"sent"} if any(one.result.is_confirmed for one in self.done) else set()))

    def first(self, name: str) -> Any:
        return next((found for one in self.done if (found := getattr(one.result, name))), None)

    @property
    def action(self) -> Action:
        return next((one.result.action for one in self.done if one.result.action != "listen"), "listen")

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(source for one in self.done for source in one.result.sources))


async def _search(turn: TurnRequest, asked: Question, knowledge: KnowledgeBase | None) -> Result:
    """Everything that the business knows; without a way to it its questions and answers alone."""
    if knowledge is not None:
        looked = await knowledge.find(asked.query)
        known = [
            {"id": one.id, "question": one.title, "answer": one.text, "score": one.score} for one in looked.passages
        ]
        return _found(known)
    found = passages(turn, utterance(asked.query, turn.language), _FOUND_FLOOR)
    return _found(
        [{"id": faq.id, "question": faq.question, "answer": faq.answer, "score": score} for faq, score in found]
    )


def _found(passages: list[dict[str, Any]]) -> Result:
    if not passages:
        return Result({"found": False, "advice": "Say that you do not know, and offer to take a message."})
    advice = "Answer from these passages only, with their figures exactly as they stand."
    return Result(
        {"found": True, "passages": passages, "advice": advice}, sources=tuple(str(one["id"]) for one in passages)
    )


def _info(turn: TurnRequest, asked: Nothing) -> Result:
    facts = turn.facts
    return Result(
        {
            "name": facts.name,
            "address": facts.address,
            "phone": facts.phone,
            "email": facts.email,
            "website": facts.website,
            "local_time": turn.now.astimezone(ZoneInfo(facts.timezone)).strftime("%A %Y-%m-%d %H:%M"),
        },
        sources=("business",),
    )


def _take_message(turn: TurnRequest, asked: MessageTaken) -> Result:
    number = asked.phone_number or turn.caller_number
    if number is None and turn.caller_email is None:
        return Result({"error": "phone_number_missing", "ask": "Ask for a number to call back."}, "refused")
    name = spelled_name(asked.name, turn.language) or asked.name
    message = TakenMessage(name, asked.reason, number)
    advice = "Say that the message is noted, and read name and number back. Promise no time for a call back."
    said = {"noted": True, "name": name, "phone_number": number, "advice": advice}
    return Result(said, evidence="noted", message=message)


def _save_lead(turn: TurnRequest, asked: Lead) -> Result:
    email = spoken_email(asked.email, turn.language) if asked.email else None
    if asked.email and email is None:
        return Result({"error": "unreadable_email", "ask": "Ask them to spell it, sign by sign."}, "refused")
    given = {"budget": asked.budget, "timeframe": asked.timeframe, "details": asked.details}
    fields = {name: value for name, value in given.items() if value}
    name = (spelled_name(asked.name, turn.language) or asked.name) if asked.name else None
    said = {"saved": True, "name": name, "email": email, "advice": "Read name and address back."}
    return Result(said, evidence="noted", lead=LeadSaved(asked.interest, name, email, fields))


def _customer(turn: TurnRequest, asked: Nothing) -> Result:
    """Caller ID opens nothing: it tells no name and no appointment."""
    return Result({"known_number": turn.caller_number is not None, "advice": "Ask for the name; do not guess it."})


def _transfer(turn: TurnRequest, asked: Transfer) -> Result:
    if not turn.can_transfer:
        return Result({"error": "nobody_to_transfer_to", "advice": "Offer to take a message."}, "refused")
    return Result({"transferring": True}, evidence="transferred", action="transfer")


def _sms(turn: TurnRequest, asked: Nothing) -> Result:
    """To the number that is calling, and no other: whoever calls could send texts to anybody."""
    link = turn.facts.website
    if link is None or turn.caller_number is None or not turn.can_text:
        missing = "link" if link is None else "number" if turn.caller_number is None else "sender"
        return Result({"error": f"no_{missing}", "advice": "Say that you cannot send a text."}, "refused")
    said = {"sending": True, "to_the_number": "that is calling", "link": link}
    return Result(said, evidence="sent", link=link, sources=("website",))


def _end(turn: TurnRequest, asked: Nothing) -> Result:
    return Result({"ending": True, "advice": "Say goodbye in one short sentence."}, action="hang_up")


@dataclass(frozen=True, slots=True)
class _Tool:
    description: str
    arguments: type[Arguments]
    run: Callable[[TurnRequest, Any], Result] | None = None
    attend: appointment_tools.DeskTool | None = None  # for those of the diary
    look: Callable[[TurnRequest, Any, KnowledgeBase | None], Awaitable[Result]] | None = None
    seek: catalogue_tools.CatalogueTool | None = None


TOOLS: Mapping[str, _Tool] = {
    "search_knowledge": _Tool("Looks up what the business has told about itself.", Question, look=_search),
    "business_info": _Tool("Name, address, phone, website, and the time there now.", Nothing, _info),
    "find_slots": _Tool("Free times for a service.", SlotsWanted, attend=appointment_tools.find_slots),
    "book_appointment": _Tool("Books an option that find_slots gave.", Booking, attend=appointment_tools.book),
    "change_appointment": _Tool(
        "Moves an appointment of the caller's to an option that find_slots gave.",
        Change,
        attend=appointment_tools.change,
    ),
    "cancel_appointment": _Tool(
        "Cancels an appointment of the caller's.", Cancellation, attend=appointment_tools.cancel
    ),
    "take_message": _Tool("Takes a message for the business, with a name and a reason.", MessageTaken, _take_message),
    "save_lead": _Tool("Notes somebody who is interested in what the business offers.", Lead, _save_lead),
    "lookup_customer": _Tool("Whether the caller's number is known.", Nothing, _customer),
    "lookup_product": _Tool(
        "Looks up services and products: prices, and what is in stock.", Product, seek=catalogue_tools.lookup_product
    ),
    "find_listings": _Tool(
        "Looks up homes that are for sale or to let.", HomesWanted, seek=catalogue_tools.find_listings
    ),
    "transfer_to_human": _Tool("Puts the caller through to a human.", Transfer, _transfer),
    "send_sms_link": _Tool("Sends the caller a text with the address of the business's website.", Nothing, _sms),
    "end_conversation": _Tool("Ends the call, once the caller has said goodbye.", Nothing, _end),
}


def specs(allowed: tuple[str, ...]) -> tuple[ToolSpec, ...]:
    return tuple(
        ToolSpec(name, TOOLS[name].description, _schema(TOOLS[name].arguments)) for name in allowed if name in TOOLS
    )


def _schema(arguments: type[Arguments]) -> Mapping[str, Any]:
    """Without titles, which are noise to a model."""
    schema = arguments.model_json_schema()
    properties = {
        name: {key: value for key, value in one.items() if key != "title"}
        for name, one in schema.get("properties", {}).items()
    }
    return {"type": "object", "properties": properties, "required": schema.get("required", [])}


@dataclass(frozen=True, slots=True)
class Means:
    """What the tools of one turn can reach."""

    allowed: tuple[str, ...]
    desk: AppointmentDesk | None = None
    knowledge: KnowledgeBase | None = None
    catalogue: Catalogue | None = None


async def run(turn: TurnRequest, call: ToolCall, means: Means, deeds: Deeds) -> Result:
    """Never raises: what is wrong is told to the model. A deed that was done in this turn is not done again."""
    tool = TOOLS.get(call.name)
    if tool is None or call.name not in means.allowed:
        return Result({"error": "no_such_tool"}, "refused")
    before = next((one for one in deeds.done if one.call.name == call.name and one.result.evidence), None)
    if before is not None:
        return Result({**before.result.said, "already_done": True}, "refused")
    try:
        asked = tool.arguments.model_validate_json(call.arguments or "{}")
    except ValidationError as error:
        wrong = sorted({str(one["loc"][0]) if one["loc"] else "arguments" for one in error.errors()})
        return Result({"error": "bad_arguments", "fields": wrong}, "failed")
    if tool.run is not None:
        return tool.run(turn, asked)
    if tool.look is not None:
        return await tool.look(turn, asked, means.knowledge)
    if tool.seek is not None:
        return await tool.seek(turn, asked, means.catalogue)
    if means.desk is None or tool.attend is None:
        return appointment_tools.no_calendar()
    return await tool.attend(turn, asked, means.desk, deeds.draft)


OwnCall = Callable[[str, Mapping[str, Any]], Awaitable[tuple[dict[str, Any], bool]]]


async def run_own(call: ToolCall, parameters: Mapping[str, Any], ask: OwnCall) -> Result:
    """A tool of the business's own. What it answers is data; it proves no claim."""
    try:
        arguments = json.loads(call.arguments or "{}")
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        return Result({"error": "bad_arguments", "fields": ["arguments"]}, "failed")
    missing = [name for name in parameters.get("required", ()) if name not in arguments]
    if missing:
        return Result({"error": "bad_arguments", "fields": missing}, "failed")
    known = {name: value for name, value in arguments.items() if name in parameters.get("properties", {})}
    said, is_done = await ask(call.id, known)
    return Result(said, "done" if is_done else "failed")


def as_json(said: Mapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False)
