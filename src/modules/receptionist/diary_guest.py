"""In whose name: what the business needs to know before it is booked."""

import json

from modules.receptionist.diary_offers import gone
from modules.receptionist.diary_visit import Deed, Visit, again, heard_name, with_staff
from modules.receptionist.spelling import spoken_email
from modules.receptionist.steps import BOOK_EMAIL, BOOK_NOTES, BOOK_NUMBER, MORE, Step
from modules.words.text import cleaned
from ports.appointments import Guest, Offer, Outcome


async def named(visit: Visit) -> Step:
    if name := heard_name(visit):
        return await complete(visit, {**visit.draft, "name": name})
    return again(visit, visit.say("ask_name_again"))


async def numbered(visit: Visit, digits: str | None) -> Step:
    if digits:
        return await complete(visit, {**visit.draft, "phone": digits})
    return again(visit, visit.say("ask_number_again"))


async def mailed(visit: Visit) -> Step:
    if email := spoken_email(visit.said.raw, visit.language):
        return await complete(visit, {**visit.draft, "email": email})
    return again(visit, visit.say("ask_book_email"))


async def complete(visit: Visit, draft: dict[str, str]) -> Step:
    """Books; what the business still needs to know is asked for."""
    draft.pop("tries", None)
    offer = Offer(**json.loads(draft["choice"]))
    turn = visit.turn
    if turn.caller_number is None and turn.caller_email is None and "phone" not in draft:
        return Step(visit.say("ask_number"), "booking", BOOK_NUMBER, draft=draft)
    guest = Guest(draft["name"], draft.get("phone"), draft.get("email"), draft.get("notes"))
    outcome = await visit.desk.book(offer, guest)
    visit.deeds.append(
        Deed("book_appointment", {"start": offer.start, "service": offer.service, "name": guest.name}, outcome)
    )
    if outcome.kept:
        return Step(done_words(visit, "booked", outcome), "booked", MORE, draft={})
    if outcome.problem == "bad_number":
        draft.pop("phone", None)
        return Step(visit.say("ask_number_again"), "booking", BOOK_NUMBER, draft=draft)
    if outcome.problem == "missing":
        asked = {"phone": ("ask_number", BOOK_NUMBER), "email": ("ask_book_email", BOOK_EMAIL)}
        key, stage = asked.get(outcome.missing[0] if outcome.missing else "", ("ask_book_notes", BOOK_NOTES))
        return Step(visit.say(key), "booking", stage, draft=draft)
    return gone(visit, draft, outcome)


def done_words(visit: Visit, key: str, outcome: Outcome) -> str:
    assert outcome.kept  # noqa: S101
    sent = visit.say(f"sent_{'_'.join(outcome.is_confirmed_by)}") if outcome.is_confirmed_by else ""
    kept = outcome.kept
    staff = with_staff(kept.staff, visit.language)
    return visit.say(
        key, service=cleaned(kept.service), when=kept.words, staff=staff, name=cleaned(kept.name), sent=sent
    )
