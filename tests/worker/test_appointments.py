"""Bookings that collide, over HTTP on workerd."""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.business import onboard
from tests.support.diary import book, open_business, service_id, slots
from tests.support.overlaps import overlaps
from tests.support.patience import PATIENT, eventually
from tools.caller.session import SimulatedCall
from tools.fakes.server import FakeServer
from tools.runtime import LocalWorker

Sql = Callable[..., list[dict[str, Any]]]
AT_ONCE = 40
CALLS = {
    "fr-FR": (
        ("Bonjour, je voudrais un rendez-vous pour une vidange mardi prochain", "Je peux vous proposer mardi"),
        ("le deuxième s'il vous plaît", "À quel nom"),
        ("Durand", "C'est réservé : Vidange, mardi"),
        ("je voudrais déplacer mon rendez-vous", "À quel nom"),
        ("Durand", "Quand souhaitez-vous venir à la place"),
        ("mercredi en huit à 15 heures", "est libre"),
        ("oui", "C'est déplacé : Vidange, mercredi"),
        ("je veux annuler mon rendez-vous", "À quel nom"),
        ("Durand", "je l'annule ?"),
        ("oui", "est annulé"),
    ),
    "en-GB": (
        ("Hello, I'd like an appointment for a vidange next Tuesday", "I can offer you Tuesday"),
        ("the second one please", "What name"),
        ("Sample", "It's booked: Vidange, Tuesday"),
        ("I need to reschedule my appointment", "What name"),
        ("Sample", "When would you like to come instead"),
        ("Wednesday week at 3 pm", "is free"),
        ("yes please", "It's moved: Vidange, Wednesday"),
        ("I want to cancel my appointment", "What name"),
        ("Sample", "Shall I cancel it?"),
        ("yes", "is cancelled"),
    ),
}


@pytest.fixture
def client(worker: LocalWorker) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=worker.url, **PATIENT) as given:
        yield given


@pytest.fixture
def dial(worker: LocalWorker, variables: Mapping[str, str]) -> Callable[[str], SimulatedCall]:
    account, token = variables["TWILIO_ACCOUNT_SID"], variables["TWILIO_AUTH_TOKEN"]
    return lambda number: SimulatedCall(worker.url, number, "+33639980001", account, token)


def next_days() -> tuple[str, str]:
    today = datetime.now(UTC).date()
    return (today + timedelta(days=2)).isoformat(), (today + timedelta(days=9)).isoformat()


def test_of_many_who_want_one_start_one_gets_it(client: httpx.Client, sql: Sql) -> None:
    vidange = open_business(client, None)
    start = slots(client, vidange, *next_days())[0]["start"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: book(client, vidange, start), range(AT_ONCE)))
    assert Counter(one.status_code for one in answers) == {201: 1, 409: AT_ONCE - 1}
    for lost in (one.json() for one in answers if one.status_code == 409):
        assert lost["code"] == "slot_taken"
        assert len(lost["alternatives"]) == 3
    rows = sql("SELECT id FROM appointments WHERE service_id = ?", vidange)
    assert len(rows) == 1


def test_of_many_who_want_times_that_overlap_none_overlaps(client: httpx.Client, sql: Sql) -> None:
    vidange = open_business(client, None)
    diagnostic = service_id(client, "Diagnostic")
    for name in ("Julie", "Marc"):
        assert client.post("/api/v1/agents", json={"name": name}).status_code == 201
    staff = [one["id"] for one in client.get("/api/v1/agents").json()["items"]]
    free = {one: [slot["start"] for slot in slots(client, one, *next_days())][:12] for one in (vidange, diagnostic)}
    dice = random.Random(7)
    wishes = [(one, dice.choice(free[one]), dice.choice([None, *staff])) for one in dice.choices([*free], k=AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda wish: book(client, wish[0], wish[1], agent_id=wish[2]), wishes))
    assert {one.status_code for one in answers} == {201, 409}
    rows = sql("SELECT * FROM appointments WHERE service_id IN (?, ?)", vidange, diagnostic)
    assert len(rows) == sum(one.status_code == 201 for one in answers)
    assert overlaps(rows, {vidange: 1, diagnostic: 1}) == []


@pytest.mark.parametrize("language", ["fr-FR", "en-GB"])
def test_a_call_that_books_moves_and_cancels(
    client: httpx.Client, dial: Callable[[str], SimulatedCall], sql: Sql, language: str
) -> None:
    number = f"+33199{random.randrange(10_000, 99_999):06d}"
    onboard(client, number=number, enable_appointments=True, voice_language=language)
    service = service_id(client)
    said = CALLS[language]
    with dial(number) as call:
        call.start()
        for words, expected in said:
            heard = " ".join(call.say(words))
            assert expected in heard, (words, heard)
    (row,) = sql("SELECT * FROM appointments WHERE service_id = ?", service)
    assert (row["status"], row["sequence"], row["source"]) == ("cancelled", 2, "voice")
    told = sql("SELECT template FROM outbox WHERE tenant_id = ? AND template = 'appointment'", row["tenant_id"])
    assert len(told) == 3
    deeds = sql("SELECT name, status FROM tool_calls WHERE tenant_id = ? ORDER BY turn", row["tenant_id"])
    assert [one["name"] for one in deeds] == ["book_appointment", "change_appointment", "cancel_appointment"]


@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_a_calendar_elsewhere_agrees(
    client: httpx.Client, worker: LocalWorker, vendors: FakeServer, sql: Sql, provider: str
) -> None:
    vidange = open_business(client, None)
    store = vendors.fakes.google.store if provider == "google" else vendors.fakes.microsoft.store
    found = slots(client, vidange, *next_days())
    start, later = found[0]["start"], found[8]["start"]
    end = datetime.fromisoformat(later) + timedelta(hours=1)
    times = {"start": {"dateTime": later[:19] + "+00:00"}, "end": {"dateTime": end.isoformat()}}
    if provider == "microsoft":
        times = {"start": {"dateTime": later[:19]}, "end": {"dateTime": end.isoformat()[:19]}}
    store.put(f"own{provider}", {**times, "summary": "Dentist", "subject": "Dentist"})
    url = client.get(f"/api/v1/calendar/{provider}/connect").json()["authorization_url"]
    with httpx.Client(**PATIENT) as browser:
        sent_back = httpx.URL(browser.get(url).headers["location"])
    assert sent_back.path == f"/api/v1/calendar/{provider}/callback"
    signed = {"state": sent_back.params["state"], "code": sent_back.params["code"]}
    assert client.post(f"/api/v1/calendar/{provider}/callback", json=signed).status_code == 200
    eventually(lambda: bool(client.get(f"/api/v1/calendar/{provider}/status").json()["items"][0]["synced_at"]))
    assert book(client, vidange, later).json()["code"] == "slot_taken"
    made = book(client, vidange, start).json()["appointment"]
    # There before here: what came of the vendor's answer is written a moment later.
    copied = "SELECT external_id FROM calendar_copies WHERE appointment_id = ? AND external_id IS NOT NULL"
    eventually(lambda: bool(sql(copied, made["id"])))
    assert any(not key.startswith("own") for key in store.alive())
    (copy,) = sql(copied, made["id"])
    store.put(str(copy["external_id"]), {"deleted": True})
    other = book(client, vidange, found[3]["start"])  # whatever is written is read before
    assert other.status_code == 201, other.text
    path = f"/api/v1/appointments/{made['id']}"
    eventually(lambda: client.get(path).json()["appointment"]["status"] == "cancelled")
    assert client.get(path).json()["appointment"]["cancelled_by"] == "calendar"
