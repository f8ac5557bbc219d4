"""One's own appointments: found by number and name, moved or cancelled."""

import json
from dataclasses import asdict, replace

from modules.receptionist.diary_guest import done_words
from modules.receptionist.diary_offers import gone, search
from modules.receptionist.diary_visit import Deed, Visit, again, as_json, capital, either, heard_name, one_of
from modules.receptionist.diary_words import option
from modules.receptionist.steps import BOOK_WHEN, MORE, OFFER, OWN_NAME, OWN_NUMBER, OWN_SURE, OWN_WHICH, Step
from modules.words.text import utterance
from ports.appointments import Kept, Offer, Outcome

MOST_SERVICES = 6


async def begin(visit: Visit, purpose: str) -> Step:
    draft = {"purpose": purpose, "words": visit.said.raw[:300]}
    if visit.turn.caller_number is None:
        return Step(visit.say("ask_own_number"), purpose, OWN_NUMBER, draft=draft)
    return Step(visit.say("ask_own_name"), purpose, OWN_NAME, draft=draft)


async def own_numbered(visit: Visit, digits: str | None) -> Step:
    if digits:
        return Step(visit.say("ask_own_name"), "own", OWN_NAME, draft={**visit.draft, "phone": digits})
    return again(visit, visit.say("ask_number_again"))


async def own_named(visit: Visit) -> Step:
    if not (name := heard_name(visit)):
        return again(visit, visit.say("ask_name_again"))
    draft = visit.draft
    found = await visit.desk.mine(draft.get("phone"), name)
    if not found:
        return Step(visit.say("own_none"), "own", OFFER, draft={})
    kept = {**draft, "own": as_json([asdict(one) for one in found[:MOST_SERVICES]])}
    if len(found) == 1:
        return await _about(visit, kept, found[0])
    listed = either([one_of(visit, one) for one in found[:MOST_SERVICES]], visit.language)
    return Step(visit.say("own_which", kept=listed), "own", OWN_WHICH, draft=kept)


async def own_chosen(visit: Visit) -> Step:
    own = [Kept(**one) for one in json.loads(visit.draft["own"])]
    index = option(visit.said.plain, visit.language, len(own))
    if index is None:
        said = visit.said.plain
        named = [one for one in own if utterance(one.service, visit.language).plain in said or _names_day(one, visit)]
        index = own.index(named[0]) if len(named) == 1 else None
    if index is None:
        return again(visit, visit.say("own_which", kept=either([one_of(visit, one) for one in own], visit.language)))
    return await _about(visit, visit.draft, own[index])


def _names_day(kept: Kept, visit: Visit) -> bool:
    return utterance(kept.words, visit.language).plain.split(" ")[0] in visit.said.words


async def _about(visit: Visit, draft: dict[str, str], kept: Kept) -> Step:
    draft["kept"] = as_json(asdict(kept))
    if draft["purpose"] == "cancel":
        return Step(visit.say("own_sure", kept=capital(one_of(visit, kept))), "cancel", OWN_SURE, draft=draft)
    draft |= {"service_id": kept.service_id, "service": kept.service}
    words = draft.pop("words", "")
    asked = visit.say("ask_new_when", kept=capital(one_of(visit, kept)))
    if words and visit.desk.means_time(words):
        step = await search(visit, draft, words)
        return replace(step, words=f"{capital(one_of(visit, kept))}. {step.words}")
    return Step(asked, "move", BOOK_WHEN, draft=draft)


async def sure(visit: Visit, answer: bool | None) -> Step:
    kept = Kept(**json.loads(visit.draft["kept"]))
    if answer is None:
        return again(visit, visit.say("yes_or_no", question=visit.say("own_sure", kept=capital(one_of(visit, kept)))))
    if not answer:
        return Step(visit.say("own_kept"), "cancel", MORE, draft={})
    outcome = await visit.desk.cancel(kept)
    visit.deeds.append(Deed("cancel_appointment", {"start": kept.start, "service": kept.service}, outcome))
    return _settled(visit, "unbooked", outcome)


async def moved(visit: Visit, offer: Offer) -> Step:
    kept = Kept(**json.loads(visit.draft["kept"]))
    outcome = await visit.desk.move(kept, offer)
    visit.deeds.append(Deed("change_appointment", {"from": kept.start, "to": offer.start}, outcome))
    return gone(visit, visit.draft, outcome) if outcome.problem == "gone" else _settled(visit, "moved", outcome)


def _settled(visit: Visit, key: str, outcome: Outcome) -> Step:
    if outcome.kept:
        return Step(done_words(visit, key, outcome), key, MORE, draft={})
    return Step(visit.say("own_too_late" if outcome.problem == "too_late" else "own_closed"), "own", OFFER, draft={})
