"""A site read by queue jobs: what is read, what is left alone, and what happens when the reader dies."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from driving import DRIVE
from jobs import run_job
from modules.crawling import crawling
from tests.routes.test_knowledge import ask, search
from tests.support.business import sign_in, sign_up
from tests.support.fakes import World
from tests.support.knowledge import work
from tools.fakes.site import WHOLE

CRAWL, CRAWLS = "/api/v1/knowledge/crawl", "/api/v1/knowledge/crawls"
START = "https://site.sample.example/"
EMAIL = "owner@sample.example"
Json = dict[str, Any]


@pytest.fixture
def owner(client: httpx.Client) -> httpx.Client:
    sign_up(client, email=EMAIL)
    return client


def begin(owner: httpx.Client, **more: Any) -> str:
    answer = owner.post(CRAWL, json={"url": START, "max_pages": 500, "max_depth": 10, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["crawl"]["id"])


def state(owner: httpx.Client, crawl_id: str) -> Json:
    """Whatever time has passed meanwhile."""
    answer = owner.get(f"{CRAWLS}/{crawl_id}")
    if answer.status_code == 401:
        sign_in(owner, EMAIL)
        answer = owner.get(f"{CRAWLS}/{crawl_id}")
    found: Json = answer.json()["crawl"]
    return found


def to_the_end(world: World, owner: httpx.Client, crawl_id: str) -> Json:
    """With what cron does every minute."""
    for _ in range(20):
        work(world, 2_000)
        if state(owner, crawl_id)["status"] != "running":
            return state(owner, crawl_id)
        world.clock.advance(seconds=60)
        asyncio.run(run_job(world.settings, world.ports, {"kind": DRIVE}))
    raise AssertionError("the crawl has no end")


def pages(world: World) -> dict[str, Json]:
    rows = world.db.rows("SELECT * FROM knowledge_crawl_pages WHERE kind = 'page'")
    return {str(row["url"]).removeprefix(START.rstrip("/")): dict(row) for row in rows}


def test_a_whole_site_is_read_and_traps_end(owner: httpx.Client, world: World) -> None:
    crawl = begin(owner)
    done = to_the_end(world, owner, crawl)
    known = pages(world)
    assert (done["status"], done["run"], done["reason"]) == ("done", 1, None)
    read = {url for url, page in known.items() if page["state"] == "read"}
    traps = {url for url in read if url.startswith(("/calendrier", "/boutique", "/profond"))}
    assert len(read - traps) == WHOLE.worth_reading
    assert Counter(url.split("/")[1].partition("?")[0] for url in traps) == {
        "calendrier": 10,
        "boutique": 10,
        "profond": 3,
    }
    documents = world.db.rows("SELECT count(*) AS count, count(DISTINCT source_url) AS urls FROM knowledge_documents")
    assert documents == [{"count": len(read), "urls": len(read)}]
    assert {
        url: known[url]["reason"] for url in ("/copie/1", "/imprimer/1", "/ancien/1", "/cachee", "/boucle/1", "/evade")
    } == {
        "/copie/1": "same_content",
        "/imprimer/1": "canonical",
        "/ancien/1": "redirect",
        "/cachee": "noindex",
        "/boucle/1": "too_many_redirects",
        "/evade": "other_host",
    }
    assert done["pages"]["duplicate"] == 2 * WHOLE.duplicates + WHOLE.redirects
    asked = world.fakes.site.requests
    assert not [path for path in asked if path.startswith(("/prive", "/photo"))]
    assert "/prestations/1?tri=prix" not in {url for url in known if known[url]["state"] == "read"}
    assert [n for path, n in asked.items() if path.startswith("/conseils/") and n != 1] == []


def test_only_the_site_is_asked(owner: httpx.Client, world: World) -> None:
    hosts: set[str] = set()
    handle = world.fakes.handle

    def watched(request: httpx.Request) -> httpx.Response:
        hosts.add(request.url.host)
        return handle(request)

    world.fakes.handle = watched  # type: ignore[method-assign]
    to_the_end(world, owner, begin(owner))
    assert hosts == {"site.sample.example", "fakes.test"}


def test_its_pages_are_answered_from(owner: httpx.Client, world: World) -> None:
    to_the_end(world, owner, begin(owner))
    said = ask(owner, "Quel est le prix du forfait 37 ?")
    assert ("379 €" in said["answer"], said["citations"][0]["source_url"]) == (True, f"{START}prestations/37")
    latin = search(owner, "été atelier fermeture août révisions")[0]
    assert (latin["source"], "août" in latin["text"]) == ("page", True)


def test_a_page_holds_neither_navigation_nor_banner(owner: httpx.Client, world: World) -> None:
    to_the_end(world, owner, begin(owner, max_pages=3))
    texts = " ".join(str(row["content"]) for row in world.db.rows("SELECT content FROM knowledge_documents"))
    assert "cookies" not in texts
    assert "tous droits" not in texts


@pytest.mark.parametrize("dies_at", [1, 2, 3, 4, 7, 30])
def test_whoever_is_killed_is_gone_on_with(owner: httpx.Client, world: World, dies_at: int) -> None:
    """The job dies with every batch it could die at; the next one reads no page twice into the database, and loses none."""
    crawl = begin(owner, max_pages=40)
    jobs, batches = 0, 0
    while state(owner, crawl)["status"] in ("queued", "running") and jobs < 1_500:
        jobs += 1
        world.jobs.sent += world.jobs.later
        world.jobs.later = []
        at = next((n for n, (kind, _) in enumerate(world.jobs.sent) if kind == crawling.JOB), None)
        if at is None:
            world.clock.advance(seconds=91)
            asyncio.run(run_job(world.settings, world.ports, {"kind": DRIVE}))
            continue
        kind, payload = world.jobs.sent.pop(at)
        world.clock.advance(seconds=2)
        before = len(world.db.batches)
        if jobs % dies_at == 0 and jobs < 60:
            world.db.fail_at = 0 if jobs % 2 else 1
        asyncio.run(run_job(world.settings, world.ports, {"kind": kind, **payload}))
        world.db.fail_at = None
        batches += len(world.db.batches) - before
    assert state(owner, crawl)["status"] == "done"
    counted = world.db.rows("SELECT count(*) AS count, count(DISTINCT source_url) AS urls FROM knowledge_documents")[0]
    assert counted["count"] == counted["urls"] == 40


def test_two_readers_never_read_one_site_at_once(owner: httpx.Client, world: World) -> None:
    crawl = begin(owner)
    tenant = str(world.db.rows("SELECT tenant_id FROM knowledge_crawl_jobs")[0]["tenant_id"])
    asyncio.run(crawling.crawl_page(world.ports, tenant, crawl))
    world.clock.advance(seconds=5)

    async def both() -> list[str]:
        return list(await asyncio.gather(*(crawling.crawl_page(world.ports, tenant, crawl) for _ in range(3))))

    assert sorted(asyncio.run(both())).count("busy") == 2


def test_a_refresh_touches_only_what_changed_and_removes_what_is_gone(owner: httpx.Client, world: World) -> None:
    crawl = begin(owner, refresh_days=7)
    first = to_the_end(world, owner, crawl)
    assert first["refresh_at"] is not None
    before = {
        str(row["id"]): row
        for row in world.db.rows("SELECT id, version, updated_at, source_url FROM knowledge_documents")
    }
    world.embedder.asked.clear()
    world.fakes.site.edition = 2
    world.fakes.site.requests.clear()
    world.clock.advance(days=8)
    asyncio.run(run_job(world.settings, world.ports, {"kind": DRIVE}))
    second = to_the_end(world, owner, crawl)
    after = {
        str(row["id"]): row
        for row in world.db.rows("SELECT id, version, updated_at, source_url FROM knowledge_documents")
    }
    assert second["run"] == 2
    changed = {str(row["source_url"]) for key, row in after.items() if key in before and row != before[key]}
    assert changed == {f"{START}actualite"}
    gone = {str(row["source_url"]) for key, row in before.items() if key not in after}
    assert f"{START}conseils/{WHOLE.advice}" in gone
    assert all("boutique" in url or url.endswith(f"conseils/{WHOLE.advice}") for url in gone)
    assert world.fakes.site.not_modified > 100
    assert "offre numéro 2" in search(owner, "promotion offre pneus d'hiver")[0]["text"]
    embedded = [text for texts in world.embedder.asked for text in texts if "boutique" not in text]
    assert len([text for text in embedded if "promotion du moment" in text]) == 1


def test_a_site_is_read_again_when_its_owner_says_so(owner: httpx.Client, world: World) -> None:
    crawl = begin(owner, max_pages=5)
    to_the_end(world, owner, crawl)
    again = owner.post(f"{CRAWLS}/{crawl}/refresh")
    assert (again.status_code, again.json()["crawl"]["status"]) == (200, "queued"), again.text
    done = to_the_end(world, owner, crawl)
    assert (done["status"], done["run"], done["pages"]["unchanged"]) == ("done", 2, 5)
    assert owner.post(f"{CRAWLS}/crawl_x/refresh").status_code == 404


def test_a_site_that_is_down_takes_nothing_back(owner: httpx.Client, world: World) -> None:
    crawl = begin(owner, refresh_days=1, max_pages=20)
    to_the_end(world, owner, crawl)
    before = world.db.rows("SELECT id FROM knowledge_documents ORDER BY id")
    world.fakes.site.is_down = True
    world.clock.advance(days=2)
    asyncio.run(run_job(world.settings, world.ports, {"kind": DRIVE}))
    ended = to_the_end(world, owner, crawl)
    assert (ended["status"], ended["reason"]) == ("failed", "robots_unreachable")
    assert world.db.rows("SELECT id FROM knowledge_documents ORDER BY id") == before


@pytest.mark.parametrize(("status", "is_read"), [(404, True), (403, True), (500, False)])
def test_robots_that_cannot_be_read(owner: httpx.Client, world: World, status: int, is_read: bool) -> None:
    world.fakes.site.robots_status = status
    ended = to_the_end(world, owner, begin(owner, max_pages=3))
    assert (ended["status"] == "done", ended["pages"]["read"]) == (is_read, 3 if is_read else 0)


def test_a_deleted_crawl_takes_its_pages_with_it(owner: httpx.Client, world: World) -> None:
    crawl = begin(owner, max_pages=20)
    to_the_end(world, owner, crawl)
    assert owner.delete(f"{CRAWLS}/{crawl}").status_code == 200
    for table in ("knowledge_documents", "knowledge_chunks", "knowledge_crawl_pages", "knowledge_crawl_jobs"):
        assert world.db.rows(f"SELECT 1 FROM {table} WHERE 1") == []
    assert ask(owner, "Quel est le prix du forfait 3 ?")["grounded"] is False


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "https://localhost/", "https://127.1/", "https://0x7f.1/", "https://2130706433/",
        "https://[::1]/", "https://169.254.169.254/latest/", "https://10.0.0.1/", "https://metadata.google.internal/",
        "https://user:pass@site.sample.example/", "ftp://site.sample.example/", "https://nothing.sample.example/",
    ],
)  # fmt: skip
def test_addresses_that_nobody_should_ask_are_refused(owner: httpx.Client, world: World, url: str) -> None:
    answer = owner.post(CRAWL, json={"url": url})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/url"), answer.text
    assert world.db.rows("SELECT 1 FROM knowledge_crawl_jobs") == []


def test_a_name_that_turns_inward_is_refused_before_every_request(owner: httpx.Client, world: World) -> None:
    crawl = begin(owner, max_pages=20)
    world.fakes.dns.names["site.sample.example"] = ["10.0.0.1"]
    ended = to_the_end(world, owner, crawl)
    assert (ended["status"], ended["reason"]) == ("failed", "address_refused")
    assert not world.fakes.site.requests
