"""Appointments without a model: which service, when, which of the offers; the rest stands beside."""

import json
from dataclasses import asdict, replace

from modules.receptionist import intents
from modules.receptionist.answers import best_answer, services_named
from modules.receptionist.course import is_beside_the_point
from modules.receptionist.diary_guest import complete, mailed, named, numbered
from modules.receptionist.diary_offers import _offered, _unclear, gone, search
from modules.receptionist.diary_own import begin, moved, own_chosen, own_named, own_numbered, sure
from modules.receptionist.diary_visit import Deed, Visit, again, as_json, either, offers_said
from modules.receptionist.diary_words import ANYBODY, CANCELS, EARLIER, LATER, MOVES, option
from modules.receptionist.match import STRONG
from modules.receptionist.numbers import key_digits, phone_digits
from modules.receptionist.patterns import HOW, WHETHER
from modules.receptionist.steps import (
    BOOK_EMAIL,
    BOOK_NAME,
    BOOK_NOTES,
    BOOK_NUMBER,
    BOOK_SERVICE,
    BOOK_WHEN,
    BOOK_WHICH,
    BOOKING_STAGES,
    MESSAGE_STAGES,
    MORE,
    OPEN,
    OWN_NAME,
    OWN_NUMBER,
    OWN_SURE,
    Step,
    reply_of,
)
from modules.words.text import cleaned, utterance
from ports.appointments import AppointmentDesk, Offer, Wish
from ports.dialogue import TurnReply, TurnRequest

MOST_SERVICES = 6


async def attend(turn: TurnRequest, desk: AppointmentDesk) -> tuple[TurnReply, list[Deed]] | None:
    """None for what is no matter of appointments."""
    visit = Visit(turn, desk, utterance(turn.heard.speech, turn.language))
    step = await _step(visit)
    return (reply_of(turn, step), visit.deeds) if step else None


async def _step(visit: Visit) -> Step | None:
    turn, stage = visit.turn, visit.turn.state.stage
    if turn.heard.dial_outcome or stage in MESSAGE_STAGES or is_beside_the_point(turn):
        return None
    if stage not in BOOKING_STAGES:
        return await _begun(visit) if visit.said.words and not turn.heard.digits else None
    keys = "".join(key for key in turn.heard.digits or "" if key in "0123456789")
    if keys:
        return await _keyed(visit, keys)
    if not visit.said.words:
        return _silence(visit)
    if step := await _aside(visit):
        return step
    return await _answered(visit)


async def _begun(visit: Visit) -> Step | None:
    """A wish to book, move or cancel; a question that the business has answered better comes first."""
    plain, language = visit.said.plain, visit.language
    is_asked = HOW[language].search(plain) or WHETHER[language].search(plain)
    if MOVES[language].search(plain) and not is_asked:
        return await begin(visit, "move")
    if CANCELS[language].search(plain) and not is_asked:
        return await begin(visit, "cancel")
    wish = intents.request(visit.said, language)
    if wish is None or wish.intent != "booking":
        return None
    answer = best_answer(visit.turn, visit.said)
    if answer and answer.follow != "offer" and answer.score > wish.score:
        return None
    return await _for_service(visit, {"purpose": "book", "words": visit.said.raw[:300]})


async def _for_service(visit: Visit, draft: dict[str, str]) -> Step:
    """Which service it is about, then when."""
    services = visit.turn.facts.services
    named = services if len(services) == 1 else services_named(visit.turn, visit.said)
    if len(named) != 1:
        some = named or services[:MOST_SERVICES]
        listed = either([cleaned(one.name) for one in some], visit.language, "and" if not named else "or")
        is_again = visit.turn.state.stage == BOOK_SERVICE
        words = visit.say("which_to_book_again" if is_again else "which_to_book", services=listed)
        return Step(words, "booking", BOOK_SERVICE, draft=draft)
    draft |= {"service_id": named[0].id, "service": cleaned(named[0].name)}
    if staff_id := await visit.desk.staff_named(visit.said.raw):
        draft["staff_id"] = staff_id
    words = visit.said.raw[:300] if visit.desk.means_time(visit.said.raw) else draft.get("words", "")
    return await search(visit, draft, words)


async def _answered(visit: Visit) -> Step:
    match visit.turn.state.stage:
        case "book_service":
            return await _for_service(visit, visit.draft)
        case "book_when":
            return await _when(visit)
        case "book_which":
            return await _which(visit)
        case "book_name":
            return await named(visit)
        case "book_number":
            return await numbered(visit, phone_digits(visit.said.raw, visit.language))
        case "book_email":
            return await mailed(visit)
        case "book_notes":
            return await complete(visit, {**visit.draft, "notes": visit.said.raw[:500]})
        case "own_number":
            return await own_numbered(visit, phone_digits(visit.said.raw, visit.language))
        case "own_name":
            return await own_named(visit)
        case "own_which":
            return await own_chosen(visit)
        case _:
            return await sure(visit, intents.yes_or_no(visit.said, visit.language))


async def _when(visit: Visit) -> Step:
    draft = visit.draft
    before = draft.pop("words", "")
    if staff_id := await visit.desk.staff_named(visit.said.raw):
        draft["staff_id"] = staff_id
    step = await search(visit, draft, visit.said.raw[:300])
    if step.stage == BOOK_WHEN and before:  # "the morning" is an answer to what was asked
        step = await search(visit, draft, f"{before} {visit.said.raw}"[:400])
    return step


async def _which(visit: Visit) -> Step:
    plain, language, offers, draft = visit.said.plain, visit.language, visit.offers, visit.draft
    if (index := option(plain, language, len(offers))) is not None:
        return await _chosen(visit, offers[index])
    is_time = visit.desk.means_time(visit.said.raw)
    if LATER[language].search(plain) and not is_time:
        return await search(visit, draft, "", after=offers[-1].start)
    if EARLIER[language].search(plain) and not is_time:
        return await search(visit, draft, "", before=offers[0].start)
    staff_id = await visit.desk.staff_named(visit.said.raw)
    if staff_id or ANYBODY[language].search(plain):
        draft.pop("staff_id", None)
        draft |= {"staff_id": staff_id} if staff_id else {}
        same = next((one for one in offers if one.staff_id == staff_id), None)
        return (
            await _chosen(visit, same)
            if same and len(offers) == 1
            else await search(visit, draft, visit.said.raw[:300])
        )
    answer = intents.yes_or_no(visit.said, language)
    if answer and len(offers) == 1 and not is_time:
        return await _chosen(visit, offers[0])
    if is_time:
        found = await visit.desk.find(
            Wish(draft["service_id"], visit.said.raw[:300], draft.get("staff_id"), near=offers[0].local[:10])
        )
        exact = [one for one in offers if any(one.start == other.start for other in found.offers)]
        if len(exact) == 1 and len(found.offers) == 1 and found.is_as_asked:
            return await _chosen(visit, found.offers[0])
        if found.offers:
            return _offered(visit, draft, found)
        if found.question:
            return Step(_unclear(visit, found), "booking", BOOK_WHEN, draft={**draft, "words": visit.said.raw[:300]})
    if answer is False:
        return Step(visit.say("ask_other_when"), "booking", BOOK_WHEN, draft=draft)
    return again(visit, visit.say("which_offer", offers=offers_said(offers, language)))


async def _chosen(visit: Visit, offer: Offer) -> Step:
    draft = visit.draft
    if draft.get("purpose") == "move":
        return await moved(visit, offer)
    held = json.loads(draft.get("choice", "{}")).get("hold_id")
    outcome = await visit.desk.hold(replace(offer, hold_id=held))
    if outcome.problem:
        return gone(visit, draft, outcome)
    draft["choice"] = as_json(asdict(outcome.offers[0]))
    if "name" in draft:
        return await complete(visit, draft)
    return Step(visit.say("ask_book_name", first=offer.words), "booking", BOOK_NAME, draft=draft)


async def _keyed(visit: Visit, keys: str) -> Step | None:
    stage = visit.turn.state.stage
    if stage == BOOK_WHICH and keys in "123" and int(keys) <= len(visit.offers):
        return await _chosen(visit, visit.offers[int(keys) - 1])
    if stage in (BOOK_NUMBER, OWN_NUMBER) and len(keys) > 1:
        digits = key_digits(keys)
        return await (numbered if stage == BOOK_NUMBER else own_numbered)(visit, digits)
    if stage == OWN_SURE and keys in ("1", "2"):
        return await sure(visit, keys == "1")
    if keys == "0":
        return None
    return again(visit, visit.turn.state.last_words)


def _silence(visit: Visit) -> Step | None:
    state = visit.turn.state
    if state.silences >= 2:
        return None
    words = visit.say("unheard", question=state.last_words)
    return replace(Step(words, "silence", state.stage, silences=state.silences + 1), draft=dict(state.draft))


async def _aside(visit: Visit) -> Step | None:
    """What is said beside the question that was asked."""
    language, said, state = visit.language, visit.said, visit.turn.state
    match intents.control(said, language):
        case "cancelled":
            return Step(visit.say("left_booking"), "cancelled", MORE, draft={})
        case "goodbye":
            return Step(visit.say("goodbye"), "goodbye", OPEN, "hang_up", draft={})
        case "repeat":
            return Step(state.last_words, "repeat", state.stage)
    wish = intents.request(said, language)
    if wish and wish.intent == "human" and visit.turn.can_transfer:
        return Step(visit.say("transfer"), "transfer", "transferring", "transfer", draft={})
    if state.stage in (BOOK_WHEN, BOOK_WHICH) and visit.desk.means_time(said.raw):
        return None
    if not intents.opens_with_question(said, language) or state.stage in (BOOK_NAME, BOOK_EMAIL, BOOK_NOTES, OWN_NAME):
        return None
    answer = best_answer(visit.turn, said)
    if not answer or answer.score < STRONG:
        return None
    return Step(
        f"{answer.words} {state.last_words}", answer.intent, state.stage, sources=answer.sources, score=answer.score
    )
