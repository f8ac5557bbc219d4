"""Appointments over the phone: without a model and with one. It is Friday 20 November 2026, 12:00 in Paris."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.routes.test_engine import CALLER, NUMBER, OPENAI, call, equip, says, tools
from tests.support.business import onboard
from tests.support.diary import book, service_id
from tests.support.fakes import World
from tests.support.http import client_of
from tools.caller.session import SimulatedCall
from tools.fakes.models import Reply


def open_desk(client: httpx.Client, language: str = "fr-FR") -> None:
    onboard(client, number=NUMBER, enable_appointments=True, voice_language=language)


@pytest.fixture
def caller(client: httpx.Client, world: World) -> Iterator[SimulatedCall]:
    open_desk(client)
    with client_of(world) as provider, call(provider) as given:
        given.start()
        yield given


def booked(world: World) -> list[dict[str, Any]]:
    return world.db.rows("SELECT * FROM appointments WHERE status <> 'held' ORDER BY id")


def calling(tool: str, **arguments: Any) -> Reply:
    return Reply(calls=((tool, arguments),))


def say(caller: SimulatedCall, words: str) -> str:
    return " ".join(caller.say(words))


def test_a_call_that_books_moves_and_cancels_in_french(
    caller: SimulatedCall, client: httpx.Client, world: World
) -> None:
    assert "Pour quelle prestation" in say(caller, "Bonjour, je voudrais prendre rendez-vous")
    heard = say(caller, "une vidange, mardi matin")
    assert "mardi 24 à 8 heures 30, à 10 heures ou à 11 heures 15" in heard
    assert "À quel nom" in say(caller, "le deuxième s'il vous plaît")
    assert len(world.db.rows("SELECT id FROM appointments WHERE status = 'held'")) == 1
    done = say(caller, "Durand")
    assert done.startswith("C'est réservé : Vidange, mardi 24 novembre à 10 heures, au nom de Durand.")
    (row,) = booked(world)
    assert (row["starts_at"], row["phone"], row["name"], row["source"]) == (
        *("2026-11-24 09:00:00.000", CALLER, "Durand", "voice"),
    )
    assert world.db.rows("SELECT id FROM appointments WHERE status = 'held'") == []
    assert tools(world) == [("book_appointment", "done")]

    assert "À quel nom" in say(caller, "Finalement je voudrais déplacer mon rendez-vous")
    assert "Quand souhaitez-vous venir" in say(caller, "Durand")
    assert "mercredi 25 à 14 heures est libre" in say(caller, "mercredi à 14 heures").replace("Mercredi", "mercredi")
    assert say(caller, "oui").startswith("C'est déplacé : Vidange, mercredi 25 novembre à 14 heures.")
    (row,) = booked(world)
    assert (row["starts_at"], row["sequence"]) == ("2026-11-25 13:00:00.000", 1)

    say(caller, "en fait je veux annuler mon rendez-vous")
    assert "je l'annule ?" in say(caller, "au nom de Durand")
    assert "est annulé" in say(caller, "oui")
    assert booked(world)[0]["status"] == "cancelled"
    assert [name for name, _ in tools(world)] == ["book_appointment", "change_appointment", "cancel_appointment"]


def test_a_call_that_books_moves_and_cancels_in_english(client: httpx.Client, world: World) -> None:
    open_desk(client, "en-GB")
    with client_of(world) as provider, call(provider) as caller:
        caller.start()
        heard = say(caller, "Hi, I'd like to book an appointment for a diagnostic on Tuesday afternoon")
        assert "Tuesday the twenty-fourth at 2 PM, at 4 PM or at 5 45 PM" in heard
        assert "What name" in say(caller, "the second one please")
        assert say(caller, "My name is Sarah Sample").startswith(
            "It's booked: Diagnostic, Tuesday November twenty-fourth at 4 PM, for Sarah Sample."
        )
        say(caller, "Could I reschedule my appointment to Wednesday at 10?")
        assert "Wednesday the twenty-fifth at 10 AM is free" in say(caller, "Sarah Sample")
        assert say(caller, "yes please").startswith("It's moved: Diagnostic, Wednesday November twenty-fifth at 10 AM.")
        say(caller, "I need to cancel my appointment")
        assert "Shall I cancel it?" in say(caller, "Sarah Sample")
        assert "is cancelled" in say(caller, "yes")
    assert booked(world)[0]["status"] == "cancelled"


def test_later_with_julie_and_another_time(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    client.post("/api/v1/agents", json={"name": "Julie"})
    first = say(caller, "je voudrais un rendez-vous pour une vidange mardi")
    assert "mardi 24" in first
    later = say(caller, "vous avez quelque chose de plus tard ?")
    assert later != first
    assert "avec Julie" in say(caller, "avec Julie mardi à 15 heures")
    assert "À quel nom" in say(caller, "oui")
    assert "avec Julie, au nom de Durand" in say(caller, "Durand")


@pytest.mark.parametrize(
    ("said", "offered"),
    [
        ("plutôt mardi après-midi", "mardi 24 à 14 heures, à 16 heures ou à 17 heures 45"),
        ("non, mercredi", "mercredi 25 à 8 heures 30"),
        ("après 15 heures", "mardi 24 à 15 heures"),
        ("plus tôt", "vendredi 20 à 14 heures"),
        ("samedi à 9 heures", "samedi 21 à 9 heures"),
        ("oui, à 15 heures", "mardi 24 à 15 heures"),
        ("dimanche", "Je n'ai rien à ce moment-là"),
    ],
)
def test_another_time_than_those_offered(caller: SimulatedCall, said: str, offered: str) -> None:
    assert "mardi 24" in say(caller, "je voudrais un rendez-vous pour une vidange mardi")
    heard = say(caller, said)
    assert offered.casefold() in heard.casefold(), heard


def test_one_that_has_just_gone(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    say(caller, "je voudrais un rendez-vous pour une vidange mardi à 9 heures")
    assert book(client, service_id(client), "2026-11-24T09:00:00+01:00").status_code == 201
    gone = say(caller, "oui")
    assert gone.startswith("Ce créneau vient d'être pris. Je peux vous proposer mardi 24 à 9 heures 45")
    assert "À quel nom" in say(caller, "le premier")


def test_nothing_is_said_of_others_appointments(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    book(client, service_id(client), "2026-11-24T09:00:00+01:00", customer={"name": "Martin", "phone": CALLER})
    say(caller, "je veux annuler mon rendez-vous")
    assert "Je ne trouve pas" in say(caller, "Durand")
    assert booked(world)[0]["status"] == "booked"


def test_a_repeat_of_the_turn_that_books_books_once(caller: SimulatedCall, world: World) -> None:
    say(caller, "je voudrais un rendez-vous pour une vidange mardi à 9 heures")
    say(caller, "oui")
    world.db.fail_in = ("INSERT INTO call_turns", 1)  # the booking is written, the turn is not
    caller.say("Durand")
    world.db.fail_in = None
    assert len(booked(world)) == 1
    assert "C'est réservé" in say(caller, "Durand")
    assert len(booked(world)) == 1


def test_a_model_books_what_it_was_offered(client: httpx.Client, world: World) -> None:
    open_desk(client)
    equip(client, OPENAI)
    with client_of(world) as provider, call(provider) as caller:
        caller.start()
        says(
            world,
            calling("find_slots", service="Vidange", when="mardi matin"),
            Reply("Je vous propose mardi 24 à 8 heures 30, à 10 heures ou à 11 heures 15."),
        )
        say(caller, "une vidange mardi matin")
        says(
            world,
            calling("book_appointment", option=2, name="Durand"),
            Reply("C'est réservé, mardi 24 à 10 h au nom de Durand."),
        )
        assert say(caller, "le deuxième, au nom de Durand") == "C'est réservé, mardi 24 à 10 heures au nom de Durand."
        assert booked(world)[0]["starts_at"] == "2026-11-24 09:00:00.000"
        says(world, Reply("Votre rendez-vous est bien réservé."))
        assert say(caller, "c'est bien réservé ?") == "Votre rendez-vous est bien réservé."


@pytest.mark.parametrize(("sender", "is_said"), [("+33199000000", True), ("", False)])
def test_a_confirmation_is_claimed_when_one_goes_out(sender: str, is_said: bool) -> None:
    world = World(TWILIO_SENDER=sender)
    with client_of(world) as client, client_of(world) as provider:
        open_desk(client)
        equip(client, OPENAI)
        with call(provider) as caller:
            caller.start()
            says(
                world,
                calling("find_slots", service="Vidange", when="mardi à 9 heures"),
                Reply("Mardi 24 à 9 h est libre."),
            )
            say(caller, "une vidange mardi à 9 heures")
            claim = "Je vous ai envoyé un SMS de confirmation."
            says(world, calling("book_appointment", option=1, name="Durand"), Reply(f"C'est réservé. {claim}"))
            assert (claim in say(caller, "oui, Durand")) is is_said
            says(world, Reply(claim))
            assert (say(caller, "vous m'avez envoyé un SMS ?") == claim) is is_said


def test_a_model_cannot_claim_a_booking_that_failed(client: httpx.Client, world: World) -> None:
    open_desk(client)
    equip(client, OPENAI)
    with client_of(world) as provider, call(provider) as caller:
        caller.start()
        says(
            world, calling("find_slots", service="Vidange", when="mardi à 9 heures"), Reply("Mardi 24 à 9 h est libre.")
        )
        say(caller, "une vidange mardi à 9 heures")
        assert book(client, service_id(client), "2026-11-24T09:00:00+01:00").status_code == 201
        says(world, calling("book_appointment", option=1, name="Durand"), Reply("C'est réservé pour mardi 9 heures."))
        assert say(caller, "oui, Durand") == "Je n'ai rien réservé. Je peux noter votre souhait pour l'équipe."
        asked = json.loads(json.dumps(world.fakes.openai.requests[-1]["messages"], ensure_ascii=False))
        assert "slot_taken" in str(asked) or "gone" in str(asked)
    assert len(booked(world)) == 1
