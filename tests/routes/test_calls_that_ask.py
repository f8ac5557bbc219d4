"""Callers whose questions stand in a document: answered in its words, by rules and by a model, or honestly not."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from tests.routes.test_engine import NUMBER, OPENAI, call, equip, says, turns
from tests.routes.test_knowledge import create, upload
from tests.support.business import onboard
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.knowledge import pdf, word
from tools import replay
from tools.caller.session import SimulatedCall
from tools.fakes.models import Reply

TERMS = """# Conditions

## Gardiennage

Le gardiennage d'un véhicule terminé coûte 12 € par jour à partir du troisième jour.

## Garantie

Les réparations sont garanties dix-huit mois.
"""
STORAGE = "Combien coûte le gardiennage d'un véhicule ?"


@pytest.fixture
def caller(client: httpx.Client, world: World) -> Iterator[SimulatedCall]:
    onboard(client, number=NUMBER)
    with client_of(world) as provider, call(provider) as given:
        given.start()
        yield given


def test_a_document_is_told_on_the_phone_without_a_model(
    caller: SimulatedCall, client: httpx.Client, world: World
) -> None:
    made = create(client, TERMS)
    (words,) = caller.say(STORAGE)
    assert words.startswith("Le gardiennage d'un véhicule terminé coûte 12 euros par jour")
    (turn,) = turns(world)
    assert (turn["decided_by"], turn["record"]["intent"]) == ("receptionist", "knowledge")
    chunks = {row["id"] for row in world.db.rows("SELECT id FROM knowledge_chunks WHERE document_id = ?", made["id"])}
    sources = world.db.rows("SELECT sources FROM omni_messages WHERE turn = 1 AND role = 'agent'")[0]["sources"]
    assert any(str(chunk) in str(sources) for chunk in chunks)
    logs = world.db.rows("SELECT surface, is_used, query FROM knowledge_search_logs")
    assert logs == [{"surface": "agent", "is_used": 1, "query": STORAGE}]


def test_files_are_answered_from(caller: SimulatedCall, client: httpx.Client) -> None:
    table = (("Prestation", "Prix"), ("Polissage des phares", "65 €"))
    upload(client, "a.pdf", pdf("Le gardiennage coûte 12 euros par jour.", title="Conditions"))
    upload(client, "b.docx", word("Tarifs", table=table))
    assert "12 euros par jour" in caller.say("Combien coûte le gardiennage ?")[0]
    assert "65 euros" in caller.say("Quel est le prix du polissage des phares ?")[0]


def test_what_no_document_says_is_not_said_and_a_message_is_offered(
    caller: SimulatedCall, client: httpx.Client, world: World
) -> None:
    create(client, TERMS)
    (words,) = caller.say("Est-ce que vous vendez des tracteurs agricoles ?")
    assert "message" in words
    (suggestion,) = client.get("/api/v1/knowledge/suggestions").json()["items"]
    assert suggestion["question"] == "Est-ce que vous vendez des tracteurs agricoles ?"
    for noise in ("euh", "allô", "hum"):
        caller.say(noise)
    assert len(client.get("/api/v1/knowledge/suggestions").json()["items"]) == 1


def test_a_deleted_document_is_told_no_more_in_the_same_call(caller: SimulatedCall, client: httpx.Client) -> None:
    made = create(client, TERMS)
    assert "12 euros" in caller.say(STORAGE)[0]
    client.delete(f"/api/v1/knowledge/documents/{made['id']}")
    assert "12 euros" not in caller.say(STORAGE)[0]


def test_what_the_owner_has_answered_wins_over_a_document(caller: SimulatedCall, client: httpx.Client) -> None:
    create(client, "Vous pouvez payer en pommes et en poires.")
    assert "carte bancaire" in caller.say("Quels moyens de paiement acceptez-vous ?")[0]


def test_the_turn_is_decided_again_from_its_record(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    made = create(client, TERMS)
    caller.say(STORAGE)
    caller.say("Est-ce que vous vendez des tracteurs agricoles ?")
    client.delete(f"/api/v1/knowledge/documents/{made['id']}")
    conversation = str(world.db.rows("SELECT id FROM omni_conversations")[0]["id"])
    loaded = replay.load(lambda query: world.db.rows(query), conversation, None)
    assert (len(loaded), asyncio.run(replay.again(loaded, None))) == (2, [])


def test_a_model_is_given_passages_and_invents_no_figure(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER)
    equip(client, OPENAI)
    create(client, TERMS)
    with client_of(world) as provider, call(provider) as caller:
        caller.start()
        look = Reply(calls=(("search_knowledge", {"query": "gardiennage"}),))
        says(world, look, Reply("Le gardiennage coûte 12 € par jour. Au-delà de 30 jours c'est 300 €."))
        (words,) = caller.say(STORAGE)
        assert words.startswith("Le gardiennage coûte 12 euros")
        assert "300" not in words
        assert "message" in words
        (turn,) = turns(world)
        assert turn["record"]["false_claims"] == ["invented"]
        says(world, look, Reply("Le gardiennage coûte 12 € par jour, à partir du troisième jour."))
        assert caller.say(STORAGE) == ["Le gardiennage coûte 12 euros par jour, à partir du troisième jour."]


def test_an_embedder_that_is_down_costs_no_answer(caller: SimulatedCall, client: httpx.Client, world: World) -> None:
    create(client, TERMS)
    world.embedder.fails = world.vectors.fails = True
    assert "12 euros" in caller.say(STORAGE)[0]


def test_english_callers_hear_english_documents(client: httpx.Client, world: World) -> None:
    onboard(client, number=NUMBER, voice_language="en-GB")
    create(client, "## Storage\n\nKeeping a finished car costs £12 a day from the third day on.")
    with client_of(world) as provider, call(provider) as caller:
        caller.start()
        (words,) = caller.say("How much does storage of a finished car cost?")
        assert "12 pounds a day" in words
