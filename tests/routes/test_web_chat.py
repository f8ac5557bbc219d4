"""The chat on a business's pages: sessions, origins, answers, a human in between, and what is told as it is said."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from modules.web_chat import service
from modules.web_chat.service import MOST_A_MINUTE, PAUSE_S, SESSION_HOURS
from tests.support.business import onboard
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.sockets import PATIENCE_S, Socket
from tests.support.threads import CONVERSATIONS, conversations, pause, said, thread
from tests.support.work import drive, run_jobs

PAGE = "https://garage.sample.example"


@pytest.fixture(autouse=True)
def _time_passes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def passed(ports: Any, seconds: float) -> None:
        world.clock.advance(seconds=seconds)

    monkeypatch.setattr(service, "pause", passed)


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=None)
    run_jobs(world)
    world.db.rows("UPDATE tenants SET slug = 'garage-exemple' RETURNING 1")
    return client


@pytest.fixture
def visitor(owner: httpx.Client, world: World) -> Iterator[httpx.Client]:
    with client_of(world) as given:
        begin(given)
        yield given


CHAT = "/api/v1/public/garage-exemple/chat"


def begin(client: httpx.Client, **headers: str) -> dict[str, Any]:
    answer = client.post(f"{CHAT}/sessions", headers=headers)
    assert answer.status_code == 201, answer.text
    session: dict[str, Any] = answer.json()["session"]
    client.headers["Authorization"] = f"Bearer {session['token']}"
    return session


def write(client: httpx.Client, words: str, **changes: Any) -> list[tuple[str, str]]:
    given = {"text": words, "client_id": f"client-{abs(hash(words))}"} | changes
    answer = client.post(f"{CHAT}/messages", json=given)
    assert answer.status_code == 201, answer.text
    return [(one["role"], one["text"]) for one in answer.json()["items"]]


def test_a_session_tells_who_answers_and_stores_nothing(owner: httpx.Client, world: World) -> None:
    with client_of(world) as client:
        session = begin(client)
    assert (session["business"], session["agent_name"], session["language"]) == ("Garage Exemple", "Camille", "fr")
    assert "assistant virtuel" in session["greeting"]
    assert conversations(owner) == []


def test_a_visitor_is_answered_in_the_same_request(visitor: httpx.Client, owner: httpx.Client, world: World) -> None:
    items = write(visitor, "Quels sont vos horaires ?", name="Sample Visitor")
    assert [role for role, _ in items] == ["visitor", "agent"]
    found = thread(owner, channel="web")
    assert (found["customer_name"], found["messages"][1]["delivery"]) == ("Sample Visitor", None)
    assert world.fakes.twilio.messages == []
    channel = owner.get("/api/v1/channels/web").json()["channel"]
    assert (channel["status"], channel["verified_at"] is not None) == ("active", True)


def test_a_repeat_is_the_same_message(visitor: httpx.Client, owner: httpx.Client, world: World) -> None:
    for _ in range(3):
        write(visitor, "Bonjour", client_id="client-1")
    pause(world)
    assert [role for role, _ in said(thread(owner))] == ["caller", "agent"]


def test_what_is_written_in_several_goes_is_answered_once(
    visitor: httpx.Client, owner: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request waits; the ones before the last find that more was written."""

    async def stored_only(*_: Any) -> None:
        return None

    answer = service.answer
    monkeypatch.setattr(service, "answer", stored_only)
    for words in ("Bonjour", "Vos horaires ?", "Le samedi ?"):
        write(visitor, words)
    monkeypatch.setattr(service, "answer", answer)
    world.clock.advance(seconds=PAUSE_S / 2)
    write(visitor, "Merci")
    pause(world)
    assert [role for role, _ in said(thread(owner))] == ["caller"] * 4 + ["agent"]


def test_when_our_own_code_fails_the_answer_comes_later(
    visitor: httpx.Client, owner: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(service, "answer", broken)
    given = {"text": "Quels sont vos horaires ?", "client_id": "client-1"}
    assert visitor.post(f"{CHAT}/messages", json=given).status_code == 500
    pause(world)
    drive(world)
    items = visitor.get(f"{CHAT}/messages").json()["items"]
    assert [one["role"] for one in items] == ["visitor", "agent"]


def test_a_human_takes_over_and_hands_back(visitor: httpx.Client, owner: httpx.Client, world: World) -> None:
    write(visitor, "Bonjour")
    place = f"{CONVERSATIONS}/{thread(owner)['id']}"
    assert owner.post(f"{place}/takeover").status_code == 200
    assert [role for role, _ in write(visitor, "Ma voiture est prête ?")][-1] == "visitor"
    assert owner.post(f"{place}/messages", json={"text": "Oui, à 17 h."}).status_code == 201
    last = visitor.get(f"{CHAT}/messages").json()["items"][-1]
    assert (last["role"], last["text"]) == ("human", "Oui, à 17 h.")
    assert owner.post(f"{place}/handback").status_code == 200
    assert [role for role, _ in write(visitor, "Quels sont vos horaires ?")][-1] == "agent"


@pytest.mark.parametrize("origin", [None, "http://testserver", PAGE])
def test_pages_that_are_named_may_hold_the_chat(owner: httpx.Client, world: World, origin: str | None) -> None:
    settings = {"enabled": True, "allowed_origins": [PAGE]}
    assert owner.put("/api/v1/channels/web", json=settings).json()["channel"]["allowed_origins"] == [PAGE]
    with client_of(world) as client:
        if origin:
            client.headers["origin"] = origin
        begin(client)
        answer = client.post(f"{CHAT}/messages", json={"text": "Bonjour", "client_id": "client-1"})
    assert answer.status_code == 201
    assert origin is None or answer.headers["access-control-allow-origin"] == "*"


def test_other_pages_may_not(owner: httpx.Client, world: World) -> None:
    with client_of(world) as client:
        refused = client.post(f"{CHAT}/sessions", headers={"origin": PAGE})
        assert (refused.status_code, refused.json()["code"]) == (403, "origin_not_allowed")
        asked = {"origin": PAGE, "access-control-request-method": "POST"}
        assert client.options(f"{CHAT}/messages", headers=asked).status_code == 200  # the browser may ask
        begin(client)
        refused = client.post(
            f"{CHAT}/messages", json={"text": "Bonjour", "client_id": "client-1"}, headers={"origin": PAGE}
        )
        assert refused.status_code == 403


@pytest.mark.parametrize("origin", ["https://a.b/path", "http://sample.example", "*", "javascript:x", "https://A.b"])
def test_an_origin_is_an_origin(owner: httpx.Client, origin: str) -> None:
    refused = owner.put("/api/v1/channels/web", json={"enabled": True, "allowed_origins": [origin]})
    assert refused.status_code == 422


def test_a_switched_off_chat_is_not_there(owner: httpx.Client, world: World) -> None:
    assert owner.put("/api/v1/channels/web", json={"enabled": False}).status_code == 200
    with client_of(world) as client:
        assert client.post(f"{CHAT}/sessions").status_code == 404
        assert client.post("/api/v1/public/nobody/chat/sessions").status_code == 404


def test_a_token_is_good_for_one_visitor_of_one_business_for_a_day(
    visitor: httpx.Client, owner: httpx.Client, other: httpx.Client, world: World
) -> None:
    onboard(other, number=None)
    run_jobs(world)
    slug = other.get("/api/v1/auth/me").json()["tenant"]["slug"]
    elsewhere = f"/api/v1/public/{slug}/chat/messages"
    given = {"text": "Bonjour", "client_id": "client-1"}
    assert visitor.post(elsewhere, json=given).json()["code"] == "chat_session_expired"
    token = visitor.headers["Authorization"]
    head, _, mac = token.rpartition(".")
    for wrong in (
        f"{head}.{'0' * len(mac)}",
        token.replace("vis_", "vis_9"),
        "Bearer x",
        "Bearer x.y.z",
        "Bearer é.1.z",
    ):
        answer = visitor.post(f"{CHAT}/messages", json=given, headers={b"Authorization": wrong.encode()})
        assert answer.json()["code"] == "chat_session_expired", wrong
    world.clock.advance(hours=SESSION_HOURS)
    assert visitor.post(f"{CHAT}/messages", json=given).status_code == 401
    assert world.db.rows("SELECT * FROM omni_messages") == []


def test_a_visitor_sees_their_own_words_alone(visitor: httpx.Client, world: World) -> None:
    write(visitor, "Bonjour")
    with client_of(world) as second:
        begin(second)
        assert second.get(f"{CHAT}/messages").json()["items"] == []


def test_nobody_floods_a_business(visitor: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stored_only(*_: Any) -> None:
        return None

    monkeypatch.setattr(service, "answer", stored_only)
    for number in range(MOST_A_MINUTE):
        write(visitor, f"Bonjour {number}")
    answer = visitor.post(f"{CHAT}/messages", json={"text": "Bonjour", "client_id": "client-x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")


def test_what_is_said_is_told_as_events(visitor: httpx.Client, owner: httpx.Client, world: World) -> None:
    write(visitor, "Bonjour")
    first = visitor.get(f"{CHAT}/messages").json()["items"][0]["id"]
    with visitor.stream("GET", f"{CHAT}/events", headers={"last-event-id": first}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in answer.iter_lines() if line]
    told = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert [one["role"] for one in told] == ["agent"]
    assert f"id: {told[0]['id']}" in lines
    assert lines.count(": still here") > 5
    token = visitor.headers.pop("Authorization").removeprefix("Bearer ")
    assert visitor.get(f"{CHAT}/messages", params={"session": token}).status_code == 200


def test_the_socket_says_and_hears(owner: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def passed(ports: Any, seconds: float) -> None:
        world.clock.advance(seconds=seconds)
        await asyncio.sleep(0.005)

    async def talk(token: str) -> Socket:
        socket = Socket(world, f"{CHAT}/socket?session={token}")
        serving = asyncio.ensure_future(socket.serve())
        socket.send_raw(json.dumps({"text": "Quels sont vos horaires ?", "client_id": "client-1"}))
        heard = [await socket.frame() for _ in range(2)]
        assert [(one["type"], one["role"]) for one in heard] == [("message", "visitor"), ("message", "agent")]
        socket.send_raw('{"text": ""}')
        assert (await socket.frame())["code"] == "validation_failed"
        socket.hang_up()
        async with asyncio.timeout(PATIENCE_S):
            await serving
        return socket

    async def refused() -> Socket:
        socket = Socket(world, f"{CHAT}/socket?session=x")
        await socket.serve()
        return socket

    monkeypatch.setattr(service, "pause", passed)
    with client_of(world) as client:
        session = begin(client)
    assert asyncio.run(talk(session["token"])).is_accepted
    assert [role for role, _ in said(thread(owner))] == ["caller", "agent"]
    stranger = asyncio.run(refused())
    assert (stranger.is_accepted, stranger.closed) == (False, 1008)


def test_a_frame_that_is_too_long_ends_the_socket(owner: httpx.Client, world: World) -> None:
    with client_of(world) as client:
        token = begin(client)["token"]

    async def talk() -> Socket:
        socket = Socket(world, f"{CHAT}/socket?session={token}")
        socket.send_raw(json.dumps({"text": "x" * 40_000, "client_id": "client-1"}))
        async with asyncio.timeout(PATIENCE_S):
            await socket.serve()
        return socket

    assert asyncio.run(talk()).closed == 1009
    assert conversations(owner) == []


def test_several_channels_are_set_at_once_or_not_at_all(owner: httpx.Client, world: World) -> None:
    agent_id = owner.get("/api/v1/omnichannel/agents").json()["items"][0]["id"]
    web = {"enabled": True, "allowed_origins": [PAGE]}
    wrong = {"channels": {"web": web, "sms": {"enabled": False, "agent_id": "agent_of_nobody"}}}
    before = owner.get("/api/v1/channels").json()["items"]
    refused = owner.put("/api/v1/channels", json=wrong)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/channels/sms/agent_id"]
    pages = {"channels": {"sms": {"enabled": True, "allowed_origins": [PAGE]}}}
    refused = owner.put("/api/v1/channels", json=pages)
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/channels/sms/allowed_origins"]
    assert owner.put("/api/v1/channels", json={"channels": {"voice": {"enabled": False}}}).status_code == 422
    assert owner.get("/api/v1/channels").json()["items"] == before
    audited = "SELECT subject FROM audit_logs WHERE action = 'channel.changed' ORDER BY id"
    assert world.db.rows(audited) == []
    right = {"channels": {"web": web, "sms": {"enabled": False, "agent_id": agent_id}}}
    changed = {one["channel"]: one for one in owner.put("/api/v1/channels", json=right).json()["items"]}
    assert (changed["web"]["allowed_origins"], changed["sms"]["status"]) == ([PAGE], "disabled")
    assert changed["sms"]["agent_id"] == agent_id
    assert [row["subject"] for row in world.db.rows(audited)] == ["web", "sms"]
    rows = world.db.rows("SELECT channel, enabled, agent_id FROM tenant_channels ORDER BY channel")
    assert [tuple(row.values()) for row in map(dict, rows)] == [("sms", 0, agent_id), ("web", 1, None)]
