"""Calls over a socket: spoken sentence by sentence, interrupted, dropped and taken up again."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from modules.calls import listening, relays
from ports.language_model import Ended, LanguageModel, Message, ModelEvent, ModelRequest, ToolCall, Words
from ports.vendors import Credential
from tests.routes.test_engine import OPENAI, equip, turns
from tests.routes.test_voice import NUMBER, VOICE, parameters, signed
from tests.support.business import onboard
from tests.support.fakes import World
from tests.support.relay import Line, line_of, relay_path

SID = "CA" + "0" * 32
ENDED = "/webhooks/omnichannel/relay-ended"
GREETING = "Garage Exemple, bonjour. Ici Camille, l'agent vocal virtuel de l'accueil. Que puis-je faire pour vous ?"
Scenario = Callable[[Line], Awaitable[Any]]


@pytest.fixture
def garage(client: httpx.Client, world: World) -> str:
    return relay_garage(client)


def relay_garage(client: httpx.Client, **changes: Any) -> str:
    tenant_id = onboard(client, number=NUMBER)
    (agent,) = client.get("/api/v1/omnichannel/agents").json()["items"]
    body = {"voice_mode": "relay", **changes}
    answer = client.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json=body)
    assert answer.status_code == 200, answer.text
    return tenant_id


def ring(client: httpx.Client, sid: str = SID) -> str:
    answer = signed(client, VOICE, parameters(sid))
    assert answer.status_code == 200
    return answer.text


def talk(world: World, document: str, scenario: Scenario, sid: str = SID, **setup: Any) -> Any:
    async def run() -> Any:
        async with line_of(world, document, sid, **setup) as line:
            return await scenario(line)

    return asyncio.run(run())


def ended(client: httpx.Client, document: str, **changes: str) -> httpx.Response:
    relay_id = relay_path(document).rpartition("/")[2].partition(".")[0]
    params = {**parameters(), "CallStatus": "in-progress", "SessionId": "VX" + "0" * 32, "SessionStatus": "ended"}
    return signed(client, f"{ENDED}?relay={relay_id}", {**params, "SessionDuration": "9", **changes})


def messages(world: World) -> list[tuple[Any, ...]]:
    rows = world.db.rows(
        "SELECT turn, role, body, interrupted_after_ms FROM omni_messages ORDER BY turn, role = 'agent'"
    )
    return [tuple(row.values()) for row in rows]


class Slow(LanguageModel):
    """Writes piece by piece, one list an exchange; `gate` holds it up before each piece that begins with "|"."""

    def __init__(self, *exchanges: list[str | ToolCall]) -> None:
        self._exchanges = list(exchanges)
        self.gate = asyncio.Event()
        self.written: list[str] = []
        self.requests: list[ModelRequest] = []

    async def stream(self, credential: Credential | None, request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        self.requests.append(request)
        for piece in self._exchanges.pop(0):
            if isinstance(piece, ToolCall):
                yield piece
                yield Ended("tool_calls", 1, 1)
                return
            if piece.startswith("|"):
                await self.gate.wait()
            self.written.append(piece)
            yield Words(piece.removeprefix("|"))
        yield Ended("stop", 1, 1)


def test_the_document_opens_a_socket_and_greets(client: httpx.Client, garage: str, world: World) -> None:
    document = ring(client)
    (connect,) = ElementTree.fromstring(document)
    (relay,) = connect
    assert connect.attrib["action"].startswith("http://testserver/webhooks/omnichannel/relay-ended?relay=rly_")
    assert relay.attrib["url"].startswith("ws://testserver/webhooks/omnichannel/conversation/rly_")
    assert (relay.attrib["welcomeGreeting"], relay.attrib["language"]) == (GREETING, "fr-FR")
    assert ring(client) == document  # a repeat gets the same
    token = relay_path(document).rpartition("/")[2]
    assert token not in str(world.db.dump())
    assert len(world.db.rows("SELECT id FROM call_relays")) == 1


def test_a_turn_is_spoken_and_written(client: httpx.Client, garage: str, world: World) -> None:
    async def scenario(line: Line) -> str:
        line.says("Quels sont vos horaires ?")
        return await line.answer()

    words = talk(world, ring(client), scenario)
    assert "9 heures" in words
    assert messages(world) == [
        (0, "agent", GREETING, None),
        (1, "caller", "Quels sont vos horaires ?", None),
        (1, "agent", words, None),
    ]
    (turn,) = turns(world)
    assert turn["decided_by"] == "receptionist"
    (call,) = world.db.rows("SELECT status FROM calls")
    assert call["status"] == "in-progress"


def test_a_model_is_heard_before_it_has_finished(client: httpx.Client, garage: str, world: World) -> None:
    equip(client, OPENAI)
    slow = Slow(["Bonjour. ", "|Nous ouvrons demain. ", "|Voilà."])
    world.models["openai"] = slow

    async def scenario(line: Line) -> list[str]:
        line.says("Vous prêtez une voiture ?")
        first = (await line.frame())["token"]
        assert slow.written == ["Bonjour. "]
        slow.gate.set()
        return [first.strip(), await line.answer()]

    assert talk(world, ring(client), scenario) == ["Bonjour.", "Nous ouvrons demain. Voilà."]
    assert messages(world)[-1][2] == "Bonjour. Nous ouvrons demain. Voilà."


def test_an_interruption_keeps_what_was_heard(client: httpx.Client, garage: str, world: World) -> None:
    equip(client, OPENAI)
    slow = Slow(["Une voiture est prêtée. ", "Elle est gratuite. ", "|Il faut la réserver."], ["Très bien."])
    world.models["openai"] = slow

    async def scenario(line: Line) -> str:
        line.says("Vous prêtez une voiture ?")
        await line.frame()
        await line.frame()
        line.send("interrupt", utteranceUntilInterrupt="Une voiture est", durationUntilInterruptMs="900")
        line.says("Attendez, combien coûte une vidange ?")
        assert await line.answer() == ""
        return await line.answer()

    assert talk(world, ring(client), scenario) == "Très bien."
    assert messages(world)[1:] == [
        (1, "caller", "Vous prêtez une voiture ?", None),
        (1, "agent", "Une voiture est", 900),
        (2, "caller", "Attendez, combien coûte une vidange ?", None),
        (2, "agent", "Très bien.", None),
    ]
    assert Message("assistant", "Une voiture est") in slow.requests[-1].messages
    assert "|Il faut la réserver." not in slow.written


def test_an_answer_that_is_written_is_cut_to_what_was_heard(client: httpx.Client, garage: str, world: World) -> None:
    async def scenario(line: Line) -> None:
        line.send("interrupt", utteranceUntilInterrupt="Garage Exemple", durationUntilInterruptMs=400)
        line.says("Quels sont vos horaires ?")
        await line.answer()
        line.send("interrupt", utteranceUntilInterrupt="Nous sommes ouverts", durationUntilInterruptMs=1200)
        line.says("Quelle est votre adresse ?")
        await line.answer()

    talk(world, ring(client), scenario)
    assert [one for one in messages(world) if one[1] == "agent"][:2] == [
        (0, "agent", "Garage Exemple", 400),
        (1, "agent", "Nous sommes ouverts", 1200),
    ]


def test_a_sentence_in_two_pieces_is_one(client: httpx.Client, garage: str, world: World) -> None:
    equip(client, OPENAI)
    world.models["openai"] = Slow(["|Jamais dit."], ["Nous ouvrons à neuf heures."])

    async def scenario(line: Line) -> str:
        line.send("prompt", voicePrompt="Je vou", lang="fr-FR", last=False)  # not yet all of it
        line.says("Je voudrais savoir")
        await asyncio.sleep(0.05)
        line.says("à quelle heure vous ouvrez")
        return await line.answer()

    talk(world, ring(client), scenario)
    assert [one[:3] for one in messages(world)[1:]] == [
        (1, "caller", "Je voudrais savoir à quelle heure vous ouvrez"),
        (1, "agent", "Nous ouvrons à neuf heures."),
    ]


def test_what_was_done_is_written_before_it_is_said(client: httpx.Client, garage: str, world: World) -> None:
    equip(client, OPENAI)
    note = ToolCall("call_1", "take_message", '{"name": "Sample Caller", "reason": "bruit"}')
    slow = Slow([note], ["Très bien. ", "C'est noté. ", "|Au revoir."])
    world.models["openai"] = slow

    async def scenario(line: Line) -> str:
        line.says("Dites au garage que ma voiture fait du bruit.")
        seen = ""
        while "noté" not in seen:
            seen += (await line.frame())["token"]
        assert len(world.db.rows("SELECT id FROM tickets")) == 1
        assert world.db.rows("SELECT turn FROM conversation_turns") == []
        slow.gate.set()
        return seen + await line.answer()

    talk(world, ring(client), scenario)
    assert len(world.db.rows("SELECT id FROM tickets")) == 1
    assert [row["name"] for row in world.db.rows("SELECT name FROM tool_calls")] == ["take_message"]
    (row,) = world.db.rows("SELECT outcome FROM omni_conversations")
    assert row["outcome"] == "message_taken"


def test_keys_are_a_number_and_a_menu(
    client: httpx.Client, garage: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "KEYS_S", 0.05)

    async def scenario(line: Line) -> list[str]:
        line.send("dtmf", digit="1")
        name = await line.answer()
        line.says("Sample Caller")
        number = await line.answer()
        for digit in "0639980002#":
            line.send("dtmf", digit=digit)
        return [name, number, await line.answer()]

    name, number, heard = talk(world, ring(client), scenario)
    assert "nom" in name
    assert "numéro" in number
    assert "0, 6, 3, 9, 9, 8, 0, 0, 0, 2" in heard or "message" in heard
    assert [row["digits"] for row in world.db.rows("SELECT digits FROM omni_messages WHERE digits IS NOT NULL")] == [
        "1",
        "0639980002",
    ]


def test_silence_is_asked_about_and_ends_the_call(
    client: httpx.Client, garage: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "IDLE_S", 0.05)
    monkeypatch.setattr(listening, "CHARS_A_SECOND", 1e6)

    async def scenario(line: Line) -> tuple[list[str], str]:
        return [await line.answer() for _ in range(3)], await line.end()

    words, why = talk(world, ring(client), scenario)
    assert "Je ne vous ai pas entendu" in words[0]
    assert "raccrocher" in words[2]
    assert why == "hang_up"


def test_a_transfer_goes_on_by_documents(client: httpx.Client, garage: str, world: World) -> None:
    async def scenario(line: Line) -> str:
        line.says("Je veux parler à quelqu'un")
        await line.answer()
        line.send("info", name="agentSpeaking", value="off")
        return await line.end()

    document = ring(client)
    assert talk(world, document, scenario) == "transfer"
    answer = ended(client, document, HandoffData=json.dumps({"why": "transfer"}))
    (dial,) = ElementTree.fromstring(answer.text)
    assert (dial.tag, dial[0].text) == ("Dial", "+33199004321")
    assert ended(client, document, HandoffData=json.dumps({"why": "transfer"})).text == answer.text
    (row,) = world.db.rows("SELECT end_reason, session_id FROM call_relays")
    assert tuple(row.values()) == ("transfer", "VX" + "0" * 32)


def test_a_dropped_socket_is_taken_up_again_and_then_given_up(client: httpx.Client, garage: str, world: World) -> None:
    async def asks(line: Line) -> str:
        line.says("Quels sont vos horaires ?")
        return await line.answer()

    document = ring(client)
    for drop in range(relays.MOST_DROPS):
        assert talk(world, document, asks)
        again = ended(client, document, SessionStatus="failed", ErrorCode="64105", ErrorMessage="Websocket ended").text
        if drop < relays.MOST_DROPS - 1:
            assert "Excusez-moi, la ligne a été coupée" in again
            assert "<ConversationRelay" in again
            document = again
    assert "<Gather" in again  # a caller is always answered
    assert f"turn={relays.MOST_DROPS + 1}" in again
    assert len([one for one in messages(world) if one[1] == "caller"]) == relays.MOST_DROPS
    assert len(world.db.rows("SELECT id FROM calls")) == 1


def test_a_call_that_is_over_is_hung_up(client: httpx.Client, garage: str) -> None:
    document = ring(client)
    answer = ended(client, document, SessionStatus="completed", CallStatus="completed").text
    assert [verb.tag for verb in ElementTree.fromstring(answer)] == ["Hangup"]


def refused(world: World, document: str, **changes: Any) -> Line:
    async def run() -> Line:
        async with line_of(world, document, SID, **changes) as line:
            await line.gone()
            return line

    return asyncio.run(run())


def test_a_token_opens_once_for_its_own_call_and_in_its_time(client: httpx.Client, garage: str, world: World) -> None:
    async def nothing(line: Line) -> None:
        line.says("Bonjour")
        await line.answer()

    document = ring(client)
    talk(world, document, nothing)
    line = refused(world, document)
    assert (line.is_accepted, line.closed) == (False, 1008)

    other = "CA" + "1" * 32
    document = ring(client, other)
    line = refused(world, document)  # its setup names another call
    assert (line.is_accepted, line.closed) == (True, 1008)

    third = "CA" + "2" * 32
    document = ring(client, third)
    assert not refused(world, document, token="f" * 32).is_accepted  # signed by somebody else
    assert not refused(world, document.replace("rly_", "rly_0")).is_accepted
    path = relay_path(document)
    assert not refused(world, document.replace(path, path[:-1] + ("0" if path[-1] != "0" else "1"))).is_accepted
    world.clock.advance(seconds=relays.OPEN_WITHIN_S + 1)
    assert not refused(world, document).is_accepted


def test_ten_frames_that_are_none_close_the_line(client: httpx.Client, garage: str, world: World) -> None:
    async def scenario(line: Line) -> int | None:
        for junk in ("", "{", "[]", '"x"', "{}", '{"type": 1}', '{"type": "dtmf", "digit": "x"}', "null", "1"):
            line.send_raw(junk)
        line.send("from-the-future", what=[1])
        line.says("Quels sont vos horaires ?")
        assert await line.answer()
        for _ in range(10):
            line.send_raw("{")
        await line.gone()
        return line.closed

    assert talk(world, ring(client), scenario) == 1007


def test_a_turn_that_fails_is_asked_again_and_then_left_to_the_documents(
    client: httpx.Client, garage: str, world: World
) -> None:
    async def scenario(line: Line) -> tuple[str, str]:
        world.db.fail_in = ("INTO call_turns", 2)
        line.says("Quels sont vos horaires ?")
        await line.answer()
        first = await line.answer()
        line.says("Quels sont vos horaires ?")
        await line.answer()
        return first, await line.end()

    document = ring(client)
    first, why = talk(world, document, scenario)
    assert "répéter" in first
    assert why == "failed"
    again = ended(client, document, HandoffData=json.dumps({"why": "failed"})).text
    assert "<Gather" in again


def test_a_call_does_not_last_for_ever(client: httpx.Client, garage: str, world: World) -> None:
    async def scenario(line: Line) -> tuple[str, str]:
        line.says("Quels sont vos horaires ?")
        await line.answer()
        world.clock.advance(minutes=31)
        line.says("Quelle est votre adresse ?")
        words = await line.answer()
        line.send("info", name="agentSpeaking", value="off")
        return words, await line.end()

    words, why = talk(world, ring(client), scenario)
    assert words.endswith("Au revoir.")
    assert why == "hang_up"


def test_another_language_is_spoken_when_it_is_asked_for(client: httpx.Client, garage: str, world: World) -> None:
    async def scenario(line: Line) -> list[Any]:
        line.says("Do you speak English?")
        first = await line.frame()
        said = await line.answer()
        line.says("What are your opening hours?", lang="en-US")
        return [first, said, await line.answer()]

    first, said, hours = talk(world, ring(client), scenario)
    assert first == {"type": "language", "ttsLanguage": "en-US", "transcriptionLanguage": "en-US"}
    assert said == "Of course. How can I help you?"
    assert "9 AM" in hours


def test_two_businesses_calls_do_not_meet(client: httpx.Client, other: httpx.Client, garage: str, world: World) -> None:
    second = "+33199005678"
    tenant_id = onboard(other, number=second)
    (agent,) = other.get("/api/v1/omnichannel/agents").json()["items"]
    other.patch(f"/api/v1/omnichannel/agents/{agent['id']}", json={"voice_mode": "relay"})
    first = ring(client)
    theirs = signed(client, VOICE, parameters("CA" + "1" * 32, To=second)).text

    async def both() -> None:
        async with line_of(world, first, SID) as one, line_of(world, theirs, "CA" + "1" * 32) as two:
            one.says("Quels sont vos horaires ?")
            two.says("Quelle est votre adresse ?")
            await asyncio.gather(one.answer(), two.answer())

    asyncio.run(both())
    rows = world.db.rows("SELECT tenant_id, body FROM omni_messages WHERE role = 'caller' ORDER BY body")
    assert [tuple(row.values()) for row in rows] == [
        (tenant_id, "Quelle est votre adresse ?"),
        (garage, "Quels sont vos horaires ?"),
    ]


def test_an_interruption_that_cannot_be_noted_ends_no_call(client: httpx.Client, garage: str, world: World) -> None:
    async def scenario(line: Line) -> str:
        world.db.fail_in = ("interrupted_after_ms", 0)
        line.send("interrupt", utteranceUntilInterrupt="Garage", durationUntilInterruptMs=400)
        line.says("Quels sont vos horaires ?")
        return await line.answer()

    assert "9 heures" in talk(world, ring(client), scenario)
    assert messages(world)[0][2] == GREETING
