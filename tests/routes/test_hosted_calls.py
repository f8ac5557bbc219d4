"""Calls that Vapi holds: its questions in all their shapes, our words as its model, its reports."""

import json
from typing import Any

import httpx
import pytest
from vapi.core.pydantic_utilities import parse_obj_as
from vapi.types import (
    CreateAssistantDto,
    ServerMessageResponseAssistantRequest,
    ServerMessageResponseKnowledgeBaseRequest,
    ServerMessageResponseToolCalls,
    ServerMessageResponseTransferDestinationRequest,
)

from tests.routes.test_engine import NUMBER, OPENAI, equip, put_settings, says, tools
from tests.routes.test_knowledge import create
from tests.support.business import onboard
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.work import run_jobs
from tools.caller.platform import PlatformCall
from tools.fakes.models import Reply

SECRET = "vapi-secret-0123456789"
GREETING = "Garage Exemple, bonjour. Ici Camille, l'agent vocal virtuel de l'accueil. Que puis-je faire pour vous ?"


@pytest.fixture
def world() -> World:
    return World(VAPI_WEBHOOK_SECRET=SECRET)


@pytest.fixture
def garage(client: httpx.Client, world: World) -> str:
    return onboard(client, number=NUMBER)


@pytest.fixture
def caller(garage: str, world: World) -> PlatformCall:
    return PlatformCall(client_of(world), SECRET, NUMBER)


def messages(world: World) -> list[tuple[Any, ...]]:
    rows = world.db.rows("SELECT turn, role, body FROM omni_messages ORDER BY turn, role = 'agent', id")
    return [tuple(row.values()) for row in rows]


def test_an_assistant_is_given_that_the_official_library_reads(caller: PlatformCall, world: World, garage: str) -> None:
    answer = caller.post("assistant-request").json()
    read = parse_obj_as(ServerMessageResponseAssistantRequest, answer)
    assert isinstance(read.assistant, CreateAssistantDto)
    given = answer["assistant"]
    assert (given["firstMessage"], given["maxDurationSeconds"]) == (GREETING, 1800)
    assert given["model"]["url"] == "http://testserver/webhooks/vapi"
    assert given["server"]["headers"]["x-vapi-secret"].startswith(f"{garage}.")
    assert SECRET not in json.dumps(answer)
    before = world.db.dump()
    assert caller.post("assistant-request").json() == answer
    assert world.db.dump() == before
    (call,) = world.db.rows("SELECT provider, provider_call_id, from_number, to_number, tenant_id FROM calls")
    assert tuple(call.values()) == ("vapi", caller.call["id"], "+33639980001", NUMBER, garage)


def test_a_call_is_held_turn_by_turn(caller: PlatformCall, world: World) -> None:
    assert caller.start() == [GREETING]
    assert "9 heures" in " ".join(caller.say("Quels sont vos horaires ?"))
    hours = caller.words
    before = world.db.dump()
    caller.messages.pop()
    assert caller.complete() == hours  # the platform asks again
    assert world.db.dump() == before
    assert "adresse" in " ".join(caller.say("Quelle est votre adresse ?"))
    assert [row[1] for row in messages(world)] == ["agent", "caller", "agent", "caller", "agent"]
    (call,) = world.db.rows("SELECT status FROM calls")
    assert call["status"] == "in-progress"


def test_what_was_heard_is_what_was_said(caller: PlatformCall, world: World) -> None:
    caller.start()
    caller.say("Quels sont vos horaires ?")
    caller.say("Attendez, quelle est votre adresse ?", heard_before="Nous sommes ouverts")
    assert (1, "agent", "Nous sommes ouverts") in messages(world)


def test_a_model_books_and_is_believed_when_it_is_so(caller: PlatformCall, client: httpx.Client, world: World) -> None:
    equip(client, OPENAI)
    note = ("take_message", {"name": "Sample Caller", "reason": "bruit"})
    says(world, Reply(calls=(note,)), Reply("Très bien. C'est noté, votre message est transmis."))
    caller.start()
    assert caller.say("Dites au garage que ma voiture fait du bruit.") == [
        "Très bien.",
        "C'est noté, votre message est transmis.",
    ]
    assert len(world.db.rows("SELECT id FROM tickets")) == 1
    assert tools(world) == [("take_message", "done")]
    says(world, Reply("Votre rendez-vous est réservé."))
    assert "réservé" not in " ".join(caller.say("Et mon rendez-vous ?"))


def test_the_end_and_a_transfer_are_the_platforms_to_do(caller: PlatformCall, world: World) -> None:
    caller.start()
    caller.say("Ma voiture fait un bruit étrange")
    caller.say("Je veux parler à quelqu'un")
    assert caller.destination is not None
    answer = {"destination": caller.destination}
    parse_obj_as(ServerMessageResponseTransferDestinationRequest, answer)
    assert caller.destination["number"] == "+33199004321"
    assert caller.destination["transferPlan"]["mode"] == "warm-transfer-say-message"
    assert "Ma voiture fait un bruit étrange" in caller.destination["transferPlan"]["message"]
    assert "appuyez" not in caller.destination["transferPlan"]["message"]
    caller.say("Au revoir")
    assert caller.is_over


SHAPES = [
    {"toolCallList": [{"id": "t1", "type": "function", "function": {"name": "NAME", "arguments": "ARGUMENTS"}}]},
    {"toolCallList": [{"id": "t1", "type": "function", "function": {"name": "NAME", "arguments": {"A": 1}}}]},
    {"toolCallList": [{"id": "t1", "name": "NAME", "parameters": {"A": 1}}]},
    {"toolCallList": [{"id": "t1", "name": "NAME", "arguments": {"A": 1}}]},
    {"toolCalls": [{"id": "t1", "function": {"name": "NAME", "parameters": {"A": 1}}}]},
    {
        "toolWithToolCallList": [
            {"type": "function", "toolCall": {"id": "t1", "function": {"name": "NAME", "arguments": "ARGUMENTS"}}}
        ]
    },
]
MESSAGE = {"name": "Sample Caller", "reason": "La voiture fait du bruit"}


def shaped(shape: dict[str, Any], name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(shape).replace("NAME", name).replace('"ARGUMENTS"', json.dumps(json.dumps(arguments)))
    shaped: dict[str, Any] = json.loads(text.replace('{"A": 1}', json.dumps(arguments)))
    return shaped


@pytest.mark.parametrize("shape", SHAPES)
def test_tools_are_used_in_every_documented_shape(caller: PlatformCall, world: World, shape: dict[str, Any]) -> None:
    caller.start()
    asked = shaped(shape, "take_message", MESSAGE)
    answer = caller.post("tool-calls", **asked)
    assert answer.status_code == 200
    parse_obj_as(ServerMessageResponseToolCalls, answer.json())
    (result,) = answer.json()["results"]
    assert (result["toolCallId"], result["name"]) == ("t1", "take_message")
    assert "\n" not in result["result"]
    assert json.loads(result["result"])["noted"] is True
    assert caller.post("tool-calls", **asked).json() == answer.json()  # repeated: done once
    (ticket,) = world.db.rows("SELECT caller_name, body FROM tickets")
    assert tuple(ticket.values()) == ("Sample Caller", "La voiture fait du bruit")


def test_what_cannot_be_done_is_an_error_in_words(caller: PlatformCall, client: httpx.Client, world: World) -> None:
    create(client, "# Gardiennage\n\nLe gardiennage coûte 12 € par jour. Il est gratuit deux jours. Après, il est dû.")
    caller.start()
    asked = [
        {"id": "a", "name": "search_knowledge", "arguments": {"query": "gardiennage"}},
        {"id": "b", "name": "no_such_tool", "arguments": {}},
        {"id": "c", "name": "take_message", "arguments": "{broken"},
        {"id": "d", "name": "find_slots", "arguments": {"service": "Vidange", "when": "mardi"}},
        {"name": "without_id", "arguments": {}},
    ]
    results = caller.post("tool-calls", toolCallList=asked).json()["results"]
    assert [one["toolCallId"] for one in results] == ["a", "b", "c", "d"]
    assert results[0]["result"].startswith("Le gardiennage coûte 12 euros par jour.")
    assert [("error" in one) for one in results[1:3]] == [True, True]


def test_what_the_business_knows_is_handed_out(caller: PlatformCall, client: httpx.Client) -> None:
    create(client, "# Gardiennage\n\nLe gardiennage d'un véhicule coûte 12 € par jour.")
    caller.start()
    said = [{"role": "user", "message": "Combien coûte le gardiennage ?", "time": 1}]
    answer = caller.post("knowledge-base-request", messages=said).json()
    parse_obj_as(ServerMessageResponseKnowledgeBaseRequest, answer)
    assert "12 €" in answer["documents"][0]["content"]
    assert caller.post("knowledge-base-request", messages=[]).json() == {"documents": []}


def test_a_report_ends_the_call_with_reason_cost_and_recording(
    caller: PlatformCall, client: httpx.Client, world: World
) -> None:
    caller.start()
    world.fakes.dns.names["recordings.sample.example"] = ["1.1.1.1"]
    world.fakes.recordings["/call.wav"] = b"RIFF audio"
    said = [
        {"role": "bot", "message": "Bonjour", "time": 1},
        {"role": "user", "message": "Je rappelle plus tard", "time": 2},
        {"role": "tool_calls", "toolCalls": []},
    ]
    caller.end(messages=said, recordingUrl="https://recordings.sample.example/call.wav")
    caller.end(messages=said, recordingUrl="https://recordings.sample.example/call.wav")
    run_jobs(world)
    (call,) = world.db.rows("SELECT status, duration_s, ended_reason, vendor_cost_micros FROM calls")
    assert tuple(call.values()) == ("completed", 42, "customer-ended-call", 123_400)
    (recording,) = world.db.rows("SELECT status, bytes FROM call_recordings")
    assert tuple(recording.values()) == ("stored", 10)
    assert messages(world)[1:] == [(1, "agent", "Bonjour"), (2, "caller", "Je rappelle plus tard")]
    (conversation,) = world.db.rows("SELECT status FROM omni_conversations")
    assert conversation["status"] == "closed"
    (one,) = client.get("/api/v1/calls").json()["items"]
    assert client.get(f"/api/v1/calls/{one['id']}").json()["call"]["ended_reason"] == "customer-ended-call"


def test_a_recording_at_a_private_address_is_not_fetched(caller: PlatformCall, world: World) -> None:
    caller.start()
    world.fakes.dns.names["recordings.sample.example"] = ["10.0.0.5"]
    caller.end(recordingUrl="https://recordings.sample.example/call.wav")
    run_jobs(world)
    assert world.db.rows("SELECT id FROM call_recordings") == []
    (event,) = world.db.rows("SELECT reason FROM inbound_events WHERE kind = 'vapi.end-of-call-report'")
    assert event["reason"] == "recording_address_refused"


def test_chatter_is_not_kept_and_the_unknown_is(caller: PlatformCall, world: World) -> None:
    caller.start()
    for kind in ("speech-update", "conversation-update", 'transcript[transcriptType="final"]', "hang", "model-output"):
        assert caller.post(kind, status="started").json() == {}
    assert caller.post("from-the-future", what=1).status_code == 200
    kinds = {row["kind"] for row in world.db.rows("SELECT kind FROM inbound_events")}
    assert kinds == {"call.status", "vapi.from-the-future"}


def test_a_number_of_nobody_ends_politely(garage: str, world: World) -> None:
    caller = PlatformCall(client_of(world), SECRET, "+33199009999")
    assert caller.start() == ["Désolé, ce numéro n'est pas en service. Au revoir."]
    assert world.db.rows("SELECT id FROM calls") == []


def test_when_our_own_code_fails_the_caller_hears_a_sentence(caller: PlatformCall, world: World) -> None:
    world.db.fail_in = ("INTO calls", 1)
    assert "problème technique" in caller.start()[0]
    world.db.fail_in = None
    caller.is_over = False
    caller.start()
    world.db.fail_in = ("INTO call_turns", 1)
    words = caller.say("Quels sont vos horaires ?")
    assert "répéter" in words[-1]


def test_an_assistants_token_opens_its_own_business_only(
    caller: PlatformCall, client: httpx.Client, other: httpx.Client, world: World
) -> None:
    theirs = onboard(other, number="+33199005678")
    caller.start()
    stranger = PlatformCall(client_of(world), SECRET, "+33199005678")
    stranger.start()
    token = stranger.assistant["server"]["headers"]["x-vapi-secret"]
    assert token.startswith(theirs)
    before = world.db.dump()
    with client_of(world) as anybody:
        headers = {"X-Vapi-Secret": token}
        asked = caller.message("tool-calls", toolCallList=[{"id": "x", "name": "take_message", "arguments": MESSAGE}])
        assert anybody.post("/webhooks/vapi", json=asked, headers=headers).json() == {
            "error": "This call is not known."
        }
        caller.assistant["model"]["headers"] = headers
        assert "répéter" in caller.say("Quels sont vos horaires ?")[-1]
        assert (
            anybody.post("/webhooks/vapi", json=asked, headers={"X-Vapi-Secret": token[:-1] + "x"}).status_code == 403
        )
        assert anybody.post("/webhooks/vapi/chat/completions", json={}, headers={}).status_code == 403
    assert world.db.dump() == before


def test_recording_and_length_are_the_businesss(caller: PlatformCall, client: httpx.Client) -> None:
    put_settings(client, records_calls=True, max_call_min=5)
    (words,) = caller.start()
    assert words.endswith("Cet appel est enregistré.")
    assert caller.assistant["artifactPlan"] == {"recordingEnabled": True}
    assert caller.assistant["maxDurationSeconds"] == 300
