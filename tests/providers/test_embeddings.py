"""Vectors by OpenAI: asked as its own library asks, in the order of the texts, of the dimensions of the index."""

import asyncio

import openai
import pytest

from ports.embedder import EmbeddingModel
from ports.vendors import VendorRejected, VendorUnavailable
from tests.support.business import sign_up
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.knowledge import work
from tools.fakes.server import FakeServer

MODEL = EmbeddingModel("openai", "text-embedding-3-small", 1024)
KEY = "sk-sample-0123456789abcdef"
TEXTS = ["the first text", "another one", "le troisième"]


def installed(**more: str) -> World:
    return World(OPENAI_API_KEY=KEY, EMBEDDING_MODEL="openai:text-embedding-3-small", **more)


def test_it_reads_what_the_official_library_reads() -> None:
    world = installed()
    ours = asyncio.run(world.ports.embedders["openai"].embed(MODEL, TEXTS))
    with (
        FakeServer(world.fakes) as server,
        openai.OpenAI(api_key=KEY, base_url=f"{server.origin}/openai/v1", max_retries=0) as official,
    ):
        theirs = official.embeddings.create(
            model=MODEL.name, input=TEXTS, dimensions=MODEL.dimensions, encoding_format="float"
        )
    assert [list(vector) for vector in ours] == [one.embedding for one in theirs.data]


def test_a_failure_is_one_of_ours() -> None:
    world = installed()
    world.fakes.fail("openai", status=500, times=9)
    with pytest.raises(VendorUnavailable):
        asyncio.run(world.ports.embedders["openai"].embed(MODEL, TEXTS))
    with pytest.raises(VendorRejected):
        asyncio.run(World().ports.embedders["openai"].embed(MODEL, TEXTS))
    with pytest.raises(VendorRejected):
        asyncio.run(installed().ports.embedders["openai"].embed(MODEL, [""]))


def test_documents_are_found_by_its_vectors() -> None:
    world = installed()
    with client_of(world) as owner:
        sign_up(owner)
        owner.post("/api/v1/knowledge/documents", json={"title": "Sample", "content": "La garantie dure un an."})
        work(world)
        world.clock.advance(seconds=10)
        found = owner.post("/api/v1/knowledge/search", json={"query": "garantie", "mode": "vector"}).json()
        assert (found["mode"], len(found["items"])) == ("vector", 1)
        assert world.db.rows("SELECT model FROM knowledge_indexes") == [{"model": "openai:text-embedding-3-small"}]
