"""The vector index follows the database, whatever it loses, delays or refuses; and another model takes over without a gap."""

import asyncio
import json

import httpx
import pytest

from driving import DRIVE
from jobs import CLEAN_UP, run_job
from modules.knowledge import indexing
from ports.vectors import MOST_IN_BATCH
from tests.routes.test_knowledge import DOCUMENTS, create, search
from tests.support.business import sign_up
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.knowledge import work

LONG = "\n\n".join(f"## Section {n}\n\nParagraph number {n} speaks of subject number {n}." for n in range(150))


@pytest.fixture
def owner(world: World) -> httpx.Client:
    client = client_of(world)
    sign_up(client, email="owner@sample.example")
    return client


@pytest.fixture
def world() -> World:
    return World()


def tenant(world: World) -> str:
    return str(world.db.rows("SELECT id FROM tenants")[0]["id"])


def bring_up(world: World, rounds: int = 30) -> None:
    """As cron and the queue would, minute after minute."""
    for _ in range(rounds):
        world.clock.advance(minutes=1)
        asyncio.run(run_job(world.settings, world.ports, {"kind": DRIVE}))
        work(world)


def states(world: World) -> dict[str, int]:
    rows = world.db.rows("SELECT state, count(*) AS count FROM knowledge_vectors GROUP BY state")
    return {str(row["state"]): int(row["count"] or 0) for row in rows}


def wanted(world: World) -> set[str]:
    sql = "SELECT id || '.' || substr(content_hash, 1, 16) || '.' || generation AS id FROM knowledge_chunks, knowledge_indexes"
    return {str(row["id"]) for row in world.db.rows(f"{sql} WHERE state = 'serving'")}


def test_the_index_ends_as_the_database_is(owner: httpx.Client, world: World) -> None:
    made = create(owner, LONG)
    bring_up(world, 3)
    assert (states(world), set(world.vectors.held)) == ({"there": made["chunks"]}, wanted(world))
    assert all(len(key.encode()) <= 64 for key in world.vectors.held)
    assert {space for space, _ in world.vectors.held.values()} == {f"{tenant(world)}.1"}


def test_writes_that_are_lost_are_made_again(owner: httpx.Client, world: World) -> None:
    world.vectors.loses = True
    made = create(owner, LONG)
    bring_up(world, 3)
    assert not world.vectors.held
    world.vectors.loses = False
    bring_up(world, 5)
    assert (states(world), len(world.vectors.held)) == ({"there": made["chunks"]}, made["chunks"])


def test_what_vanishes_from_the_index_is_found_missing_and_put_back(owner: httpx.Client, world: World) -> None:
    made = create(owner, LONG)
    bring_up(world, 3)
    lost = list(world.vectors.held)[:40]
    for key in lost:
        del world.vectors.held[key]
    world.clock.advance(days=indexing.LOOKED_AT_DAYS + 1)
    bring_up(world, 6)
    assert (states(world), len(world.vectors.held)) == ({"there": made["chunks"]}, made["chunks"])


def test_a_vector_that_nobody_asked_for_goes_when_it_is_met(owner: httpx.Client, world: World) -> None:
    create(owner)
    bring_up(world, 3)
    space, vector = next(iter(world.vectors.held.values()))
    world.vectors.held["chk_stray.0.1"] = (space, vector)
    assert asyncio.run(indexing.difference(world.ports)) == 1
    sign_in_again(owner)
    assert "chk_stray" not in json.dumps(search(owner, "garantie", mode="vector"))
    bring_up(world, 3)
    assert "chk_stray.0.1" not in world.vectors.held
    assert asyncio.run(indexing.difference(world.ports)) == 0


def sign_in_again(owner: httpx.Client) -> None:
    answer = owner.post("/api/v1/auth/login", json={"email": "owner@sample.example", "password": "0123456789"})
    owner.cookies.clear()
    owner.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"


def test_a_piece_deleted_while_its_vector_is_made_leaves_none(owner: httpx.Client, world: World) -> None:
    made = create(owner)
    embed = world.embedder.embed

    async def and_delete(model: object, texts: object) -> object:
        answer = await embed(model, texts)  # type: ignore[arg-type]
        world.db.connection.execute("DELETE FROM knowledge_documents WHERE id = ?", (made["id"],))
        return answer

    world.embedder.embed = and_delete  # type: ignore[method-assign, assignment]
    work(world)
    bring_up(world, 4)
    assert (states(world), dict(world.vectors.held)) == ({}, {})


@pytest.mark.parametrize("what", ["embedder", "vectors"])
def test_an_outage_is_waited_for(owner: httpx.Client, world: World, what: str) -> None:
    getattr(world, what).fails = True
    made = create(owner)
    bring_up(world, 3)
    assert states(world) == {"wanted": made["chunks"]}
    getattr(world, what).fails = False
    bring_up(world, 4)
    assert states(world) == {"there": made["chunks"]}


def test_many_deletions_keep_to_the_batch_of_the_index(owner: httpx.Client, world: World) -> None:
    table = "| Name | Price |\n|---|---|\n" + "".join(f"| Part {n} | {n} EUR |\n" for n in range(MOST_IN_BATCH + 200))
    made = create(owner, table)
    world.db.connection.execute("UPDATE knowledge_vectors SET state = 'there', due_at = '2099'")
    for row in world.db.rows("SELECT vector_id FROM knowledge_vectors"):
        world.vectors.held[str(row["vector_id"])] = (f"{tenant(world)}.1", [1.0] * 1024)
    owner.delete(f"{DOCUMENTS}/{made['id']}")
    bring_up(world, 20)
    assert (states(world), len(world.vectors.held)) == ({}, 0)


def test_another_model_takes_over_without_a_gap(owner: httpx.Client, world: World) -> None:
    made = create(owner, LONG)
    bring_up(world, 3)
    before = set(world.vectors.held)
    world.settings = world.settings.model_copy(update={"embedding_model": "workers_ai:@cf/other/model"})
    asked: list[str] = []
    for _ in range(8):
        world.clock.advance(minutes=1)
        asyncio.run(run_job(world.settings, world.ports, {"kind": DRIVE}))
        sign_in_again(owner)
        found = owner.post(
            "/api/v1/knowledge/search?explain=1", json={"query": "subject number 7", "mode": "vector"}
        ).json()
        assert (found["mode"], bool(found["items"])) == ("vector", True)
        serving = world.db.rows("SELECT model FROM knowledge_indexes WHERE state = 'serving'")
        asked += [str(row["model"]) for row in serving]
        work(world)
    assert asked[0].endswith("bge-m3")
    assert asked[-1].endswith("@cf/other/model")
    bring_up(world, 4)
    assert (states(world), before & world.vectors.held.keys()) == ({"there": made["chunks"]}, set())
    assert {space for space, _ in world.vectors.held.values()} == {f"{tenant(world)}.2"}


def test_housekeeping_tells_how_far_the_index_is_off(
    owner: httpx.Client, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    create(owner)
    bring_up(world, 3)
    world.vectors.held.popitem()
    capsys.readouterr()
    asyncio.run(run_job(world.settings, world.ports, {"kind": CLEAN_UP}))
    assert '"vectors_too_many": -1' in capsys.readouterr().out
