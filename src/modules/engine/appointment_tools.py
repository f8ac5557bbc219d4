"""The diary as tools of a model: what it is offered, and what was done; it gets words for times, and gives back numbers."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from modules.claims.detect import Kind
from modules.engine.results import Result
from modules.engine.tool_arguments import Booking, Cancellation, Change, SlotsWanted
from modules.receptionist import Deed, services_named, spelled_name, spoken_email, utterance
from ports.appointments import AppointmentDesk, Guest, Kept, Offer, Outcome, Wish
from ports.dialogue import Service, TurnRequest

Draft = dict[str, str]  # what of the diary the conversation remembers: offers, own
DeskTool = Callable[[TurnRequest, Any, AppointmentDesk, Draft], Awaitable[Result]]

_NO_CALENDAR = "Appointments cannot be made here: nothing was booked, changed or cancelled. Offer to take a message."
_PROBLEMS: Mapping[str, str] = {
    "gone": "Say that this time has just gone, and offer these options.",
    "closed": "Say that this appointment cannot be changed any more. Offer to take a message.",
    "too_late": "Say that it is too late to do this by phone. Offer to take a message.",
    "missing": "Ask for what is missing, then book again.",
    "bad_number": "Ask for the phone number again, digit by digit.",
    "no_service": "Say that this service is not offered any more.",
    "not_found": "Say that you cannot find this appointment. Offer to take a message.",
}
DIARY_TOOLS = ("find_slots", "book_appointment", "change_appointment", "cancel_appointment")


async def find_slots(turn: TurnRequest, asked: SlotsWanted, desk: AppointmentDesk, draft: Draft) -> Result:
    services = _named(turn, asked.service)
    if len(services) != 1:
        names = [one.name for one in services or turn.facts.services]
        return Result({"error": "which_service", "services": names, "ask": "Ask which of these it is."}, "refused")
    staff_id = await desk.staff_named(asked.staff) if asked.staff else None
    if asked.staff and staff_id is None:
        return Result({"error": "unknown_person", "advice": "Say that you do not know this person."}, "refused")
    offers = _offers(draft)
    wish = Wish(
        services[0].id,
        asked.when or "",
        staff_id,
        after=offers[-1].start if asked.later and offers else None,
        near=offers[0].local[:10] if offers else None,
    )
    found = await desk.find(wish)
    if found.problem == "unclear":
        return Result({"error": "unclear_time", "ask": found.question}, "refused")
    if not found.offers:
        return Result({"error": "none_free", "advice": "Say so, and offer another service or a message."}, "refused")
    draft["offers"] = _json(found.offers)
    advice = "Offer these in these words; then book_appointment with the number of the option."
    return Result({"options": _options(found.offers), "is_as_asked": found.is_as_asked, "advice": advice})


async def book(turn: TurnRequest, asked: Booking, desk: AppointmentDesk, draft: Draft) -> Result:
    offer = _offer(draft, asked.option)
    if offer is None:
        return Result({"error": "no_such_option", "advice": "Call find_slots first."}, "refused")
    email = spoken_email(asked.email, turn.language) if asked.email else None
    if asked.email and email is None:
        return Result({"error": "unreadable_email", "ask": "Ask them to spell it, sign by sign."}, "refused")
    if turn.caller_number is None and turn.caller_email is None and not asked.phone_number:
        return Result({"error": "phone_number_missing", "ask": "Ask for a phone number."}, "refused")
    name = spelled_name(asked.name, turn.language) or asked.name
    outcome = await desk.book(offer, Guest(name, asked.phone_number, email, asked.notes))
    if outcome.kept is None:
        return _refused(outcome, draft)
    draft.pop("offers", None)
    said = {"booked": True, **_kept(outcome.kept), "confirmation": list(outcome.is_confirmed_by)}
    advice = "Read the day, the time and the name back."
    return Result({**said, "advice": advice}, evidence="booked", is_confirmed=bool(outcome.is_confirmed_by))


async def change(turn: TurnRequest, asked: Change, desk: AppointmentDesk, draft: Draft) -> Result:
    kept, result = await _own(asked.name, asked.phone_number, asked.appointment, desk)
    if kept is None:
        return result
    offer = _offer(draft, asked.option)
    if offer is None:
        advice = "Call find_slots for this service with the new time, then change_appointment with the option."
        return Result({"appointment": _kept(kept), "advice": advice}, "refused")
    outcome = await desk.move(kept, offer)
    if outcome.kept is None:
        return _refused(outcome, draft)
    draft.pop("offers", None)
    said = {"changed": True, **_kept(outcome.kept), "confirmation": list(outcome.is_confirmed_by)}
    return Result(said, evidence="changed", is_confirmed=bool(outcome.is_confirmed_by))


async def cancel(turn: TurnRequest, asked: Cancellation, desk: AppointmentDesk, draft: Draft) -> Result:
    kept, result = await _own(asked.name, asked.phone_number, asked.appointment, desk)
    if kept is None:
        return result
    outcome = await desk.cancel(kept)
    if outcome.kept is None:
        return _refused(outcome, draft)
    said = {"cancelled": True, **_kept(outcome.kept), "confirmation": list(outcome.is_confirmed_by)}
    return Result(said, evidence="cancelled", is_confirmed=bool(outcome.is_confirmed_by))


async def _own(name: str, phone: str | None, number: int | None, desk: AppointmentDesk) -> tuple[Kept | None, Result]:
    """Found by the number that calls (or the one that is given) and the name together."""
    own = await desk.mine(phone, name)
    if not own:
        advice = "There is none under this name for this number. Do not say what there is under others."
        return None, Result({"error": "not_found", "advice": advice}, "refused")
    if len(own) > 1 and (number is None or not 1 <= number <= len(own)):
        listed = [{"appointment": index, **_kept(one)} for index, one in enumerate(own, 1)]
        return None, Result({"error": "which_one", "appointments": listed, "ask": "Ask which one."}, "refused")
    return own[(number or 1) - 1], Result({})


def _refused(outcome: Outcome, draft: Draft) -> Result:
    said: dict[str, Any] = {"error": outcome.problem, "advice": _PROBLEMS.get(str(outcome.problem), "")}
    if outcome.problem == "gone":
        draft["offers"] = _json(outcome.offers)
        said["options"] = _options(outcome.offers)
    if outcome.missing:
        said["missing"] = list(outcome.missing)
    return Result(said, "refused")


_EVIDENCE: Mapping[str, Kind] = {
    "book_appointment": "booked",
    "change_appointment": "changed",
    "cancel_appointment": "cancelled",
}


def result_of(deed: Deed) -> Result:
    """What the receptionist has done, as a tool's result."""
    if deed.outcome.kept is None:
        return Result({"error": deed.outcome.problem}, "refused")
    evidence = _EVIDENCE[deed.name]
    by = list(deed.outcome.is_confirmed_by)
    return Result(
        {evidence: True, **_kept(deed.outcome.kept), "confirmation": by}, evidence=evidence, is_confirmed=bool(by)
    )


def evidence_of(deeds: Sequence[tuple[str, str | None]]) -> frozenset[Kind]:
    """What tools that were carried out before in a conversation prove: (name, by what it was confirmed)."""
    proven = {_EVIDENCE[name] for name, _ in deeds if name in _EVIDENCE}
    return frozenset(proven | ({"sent"} if any(by for name, by in deeds if name in _EVIDENCE) else set()))


def no_calendar() -> Result:
    return Result({"error": "no_calendar", "advice": _NO_CALENDAR}, "refused")


def _named(turn: TurnRequest, words: str) -> tuple[Service, ...]:
    exact = tuple(one for one in turn.facts.services if one.name.casefold() == words.strip().casefold())
    if exact or len(turn.facts.services) == 1:
        return exact or turn.facts.services
    return services_named(turn, utterance(words, turn.language))


def offered(draft: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was offered before this turn, for the prompt."""
    return _options(_offers(draft))


def _offers(draft: Mapping[str, str]) -> tuple[Offer, ...]:
    return tuple(Offer(**one) for one in json.loads(draft.get("offers", "[]")))


def _offer(draft: Mapping[str, str], option: int | None) -> Offer | None:
    offers = _offers(draft)
    return offers[option - 1] if option is not None and 1 <= option <= len(offers) else None


def _options(offers: tuple[Offer, ...]) -> list[dict[str, Any]]:
    return [
        {"option": number, "words": one.words, **({"with": one.staff} if one.staff else {})}
        for number, one in enumerate(offers, 1)
    ]


def _kept(kept: Kept) -> dict[str, Any]:
    return {"service": kept.service, "words": kept.words, **({"with": kept.staff} if kept.staff else {})}


def _json(offers: tuple[Offer, ...]) -> str:
    return json.dumps([asdict(one) for one in offers], ensure_ascii=False)
