"""Free times, offered."""

from dataclasses import asdict

from modules.receptionist.diary_visit import Visit, as_json, capital, offers_said, with_staff
from modules.receptionist.phrases import PHRASES
from modules.receptionist.steps import BOOK_WHEN, BOOK_WHICH, OFFER, Step
from ports.appointments import Found, Outcome, Wish


async def search(visit: Visit, draft: dict[str, str], words: str, **rest: str | None) -> Step:
    wish = Wish(draft["service_id"], words, draft.get("staff_id"), **rest)
    found = await visit.desk.find(wish)
    if found.problem == "unclear":
        return Step(_unclear(visit, found), "booking", BOOK_WHEN, draft={**draft, "words": words})
    if not found.offers:
        if rest.get("after") or rest.get("before"):
            listed = offers_said(visit.offers, visit.language)
            return Step(visit.say("no_more", offers=listed), "booking", BOOK_WHICH, draft=draft)
        return Step(visit.say("none_free", service=draft["service"]), "booking", OFFER, draft={})
    return _offered(visit, draft, found)


def _unclear(visit: Visit, found: Found) -> str:
    key = f"when_{found.question}"
    return visit.say(key if key in PHRASES[visit.language] else "ask_when")


def _offered(visit: Visit, draft: dict[str, str], found: Found) -> Step:
    offers = found.offers
    kept = {**draft, "offers": as_json([asdict(one) for one in offers]), "words": ""}
    one = {"first": capital(offers[0].words), "staff": with_staff(offers[0].staff, visit.language)}
    if len(offers) == 1:
        words = visit.say("offer_one" if found.is_as_asked else "offer_only", **one)
    else:
        key = "offer_some" if found.is_as_asked else "offer_others"
        words = visit.say(key, offers=offers_said(offers, visit.language))
    return Step(words, "booking", BOOK_WHICH, draft=kept)


def gone(visit: Visit, draft: dict[str, str], outcome: Outcome) -> Step:
    draft.pop("choice", None)
    if not outcome.offers:
        return Step(visit.say("gone_none"), "booking", OFFER, draft={})
    kept = {**draft, "offers": as_json([asdict(one) for one in outcome.offers])}
    return Step(
        visit.say("gone_some", offers=offers_said(outcome.offers, visit.language)), "booking", BOOK_WHICH, draft=kept
    )
