"""A conversation decided again: the same bit for bit, otherwise where something has changed."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.business import onboard
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tools import replay
from tools.caller.session import SimulatedCall
from tools.fakes.models import Reply
from tools.seed import ASSISTANT

NUMBER = "+33199001234"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def conversation(world: World) -> Iterator[str]:
    """Looked up, noted, silent, with a model that dies, a claim that is not so, and the receptionist in between."""
    with client_of(world) as client:
        onboard(client, number=NUMBER)
        client.put("/api/v1/integrations/openai/credentials", json={"api_key": "sk-sample-0123456789abcdef"})
        equip(client, models=[{"provider": "openai", "model": "gpt-4.1-mini"}])
        account, token = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
        with SimulatedCall(client, NUMBER, "+33639980001", account, token, status_events=()) as call:
            call.start()
            call.say("Est-ce que vous prêtez une voiture ?")
            world.fakes.fail("openai", status=500)
            call.say("Êtes-vous ouvert samedi ?")
            call.silence()
            world.fakes.openai.script.append(Reply("C'est réservé pour mardi."))
            call.say("Je voudrais venir mardi")
            message = ("take_message", {"name": "Sample", "reason": "Un bruit"})
            world.fakes.openai.script += [Reply(calls=(message,)), Reply("C'est noté.")]
            call.say("Prenez un message")
            call.say("Vous avez bien noté ?")
        yield str(world.db.rows("SELECT id FROM omni_conversations")[0]["id"])


def equip(client: httpx.Client, **changes: Any) -> None:
    (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
    assert client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json=changes).status_code == 200


def differences(world: World, conversation: str, version: int | None = None) -> list[tuple[int, str]]:
    turns = replay.load(lambda query: world.db.rows(query), conversation, version)
    assert len(turns) == 6
    return [(one.turn, one.what) for one in asyncio.run(replay.again(turns, None))]


def test_nothing_differs(world: World, conversation: str) -> None:
    assert differences(world, conversation) == []


def test_it_reads_what_it_was_decided_from_and_not_what_is_so_now(world: World, conversation: str) -> None:
    world.db.rows("DELETE FROM opening_hours")
    world.db.rows("DELETE FROM knowledge_faq")
    world.db.rows("UPDATE tenants SET name = name || ' '")
    world.clock.advance(days=100)
    found = differences(world, conversation)
    assert {what for _, what in found} <= {"exchanges"}  # the prompt names the business


def test_a_changed_rule_shows(world: World, conversation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("modules.engine.engine.checked", lambda words, language, evidence, known: (words, ()))
    assert differences(world, conversation) == [(4, "words"), (4, "false_claims"), (4, "state")]


def test_a_changed_floor_of_the_receptionist_shows(
    world: World, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modules.receptionist.hours_answers.say", lambda *args, **kwargs: "x", raising=False)
    monkeypatch.setattr("modules.receptionist.dialogue.best_answer", lambda turn, said: None)
    assert (2, "words") in differences(world, conversation)


def test_another_version_shows_where_its_prompt_was_read(world: World, conversation: str) -> None:
    with client_of(world) as client:
        email = str(world.db.rows("SELECT email FROM users")[0]["email"])
        login = client.post("/api/v1/auth/login", json={"email": email, "password": "0123456789"})
        client.headers["Authorization"] = f"Bearer {login.json()['access_token']}"
        client.cookies.clear()
        equip(client, system_prompt="You are somebody else.", tools=["search_knowledge"])
    latest = int(str(world.db.rows("SELECT MAX(version) AS n FROM omni_agent_versions")[0]["n"]))
    found = differences(world, conversation, latest)
    assert (1, "exchanges") in found
    assert (5, "tools") in found  # it may take no messages
    assert ASSISTANT["agent_type"]
