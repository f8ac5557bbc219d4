"""Callers who say anything at any moment: somebody is always answered, and what is claimed stands in the database."""

import random

import pytest

from tests.routes.test_calls_that_book import open_desk
from tests.routes.test_engine import call
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.overlaps import overlaps
from tools.caller.session import SimulatedCall

SAID = {
    "fr-FR": (
        *(
            "je voudrais un rendez-vous",
            "je voudrais un rendez-vous pour une vidange",
            "une vidange",
            "un diagnostic mardi",
        ),
        *("mardi matin", "demain", "lundi à 15 heures", "le 31 février", "à 3 heures", "le matin", "dans trois mois"),
        *("le premier", "le deuxième", "le dernier", "la troisième s'il vous plaît", "oui", "non", "peut-être", "euh"),
        *(
            "plus tard",
            "plus tôt",
            "avec Julie",
            "avec n'importe qui",
            "un autre jour",
            "Durand",
            "je m'appelle Martin",
        ),
        *(
            "je veux annuler mon rendez-vous",
            "je veux déplacer mon rendez-vous",
            "répétez",
            "annuler",
            "laissez tomber",
        ),
        *(
            "combien coûte une vidange ?",
            "vous êtes ouverts samedi ?",
            "je voudrais parler à quelqu'un",
            "06 39 98 00 02",
        ),
        *("", "#1", "#2", "#3", "#9", "#0639980002", "blablabla", "{}[]\"'", "je voudrais laisser un message"),
    ),
    "en-GB": (
        *(
            "I'd like an appointment",
            "I want to book a diagnostic",
            "a vidange please",
            "next Tuesday",
            "tomorrow morning",
        ),
        *(
            "Monday at 3 pm",
            "February 30th",
            "at 3",
            "in three months",
            "the first one",
            "the second one",
            "the last one",
        ),
        *(
            "yes",
            "no",
            "maybe",
            "later",
            "earlier",
            "with Julie",
            "with anybody",
            "another day",
            "Sample",
            "my name is Martin",
        ),
        *("I want to cancel my appointment", "I need to reschedule my appointment", "say that again", "never mind"),
        *("how much is a vidange?", "are you open on Saturday?", "I want to speak to someone", "07700 900123"),
        *("", "#1", "#2", "#3", "#9", "#07700900123", "blah blah", "{}[]\"'", "can I leave a message"),
    ),
}
CLAIMS = {
    "fr-FR": ("C'est réservé", "C'est déplacé", "est annulé."),
    "en-GB": ("It's booked", "It's moved", "is cancelled."),
}
SEEDS, CALLS, TURNS = 3, 12, 12


@pytest.mark.parametrize("language", ["fr-FR", "en-GB"])
@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_is_said(language: str, seed: int) -> None:
    world, dice = World(), random.Random(seed)
    with client_of(world) as client, client_of(world) as provider:
        open_desk(client, language)
        client.post("/api/v1/agents", json={"name": "Julie"})
        for _ in range(CALLS):
            with call(provider) as caller:
                caller.start()
                for _ in range(TURNS):
                    if caller.is_over:
                        break
                    before = deeds(world)
                    said = dice.choice(SAID[language])
                    words = answered(caller, said)
                    assert words.strip(), said
                    changed = [after - now for after, now in zip(deeds(world), before, strict=True)]
                    is_repeated = said in ("répétez", "say that again", "#9")
                    claimed = [int(claim in words and not is_repeated) for claim in CLAIMS[language]]
                    assert changed == claimed, (said, words)
    rows = world.db.rows("SELECT * FROM appointments")
    capacities = {str(row["service_id"]): 1 for row in rows}
    assert overlaps(rows, capacities) == []
    named = {str(row["name"]) for row in rows if row["name"]}
    assert named <= {"Durand", "Martin", "Sample", "Blah Blah", "Blablabla"}, named
    assert world.db.rows("SELECT id FROM inbound_events WHERE kind = 'call.failed'") == []


def answered(caller: SimulatedCall, said: str) -> str:
    if caller.waits_for == "Dial":
        return " ".join(caller.transfer_result("busy"))
    if not said:
        return " ".join(caller.silence())
    return " ".join(caller.press(said[1:]) if said.startswith("#") else caller.say(said))


def deeds(world: World) -> tuple[int, int, int]:
    """(booked, moved, cancelled) so far."""
    (row,) = world.db.rows(
        "SELECT COUNT(*) AS booked, COALESCE(SUM(sequence - (status = 'cancelled')), 0) AS moved,"
        " COALESCE(SUM(status = 'cancelled'), 0) AS gone FROM appointments WHERE status <> 'held'"
    )
    return int(row["booked"] or 0), int(row["moved"] or 0), int(row["gone"] or 0)
