"""Knowledge over HTTP on workerd: files, vectors, calls, and a site whose reader is killed half way."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.business import onboard, sign_up
from tests.support.knowledge import pdf, word
from tests.support.patience import PATIENT, eventually
from tools.caller.session import SimulatedCall
from tools.fakes.server import LoopbackServer
from tools.fakes.site import Site, Size
from tools.runtime import LocalWorker, rows

DOCUMENTS, SEARCH, ASK = (f"/api/v1/knowledge/{name}" for name in ("documents", "search", "ask"))
CRAWL, CRAWLS = "/api/v1/knowledge/crawl", "/api/v1/knowledge/crawls"
# The whole site is read in bench/knowledge/crawl.py.
SMALL = Size(services=4, advice=2, places=1, orphans=1, redirects=1, duplicates=1, private=1)
Json = dict[str, Any]


@pytest.fixture
def client(worker: LocalWorker) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=worker.url, **PATIENT) as given:
        yield given


def upload(client: httpx.Client, name: str, content: bytes) -> Json:
    answer = client.post(f"{DOCUMENTS}/upload", files={"file": (name, content)}, data={"language": "fr"})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()["document"]
    return made


def ask(client: httpx.Client, question: str) -> Json:
    answer = client.post(ASK, json={"question": question})
    assert answer.status_code == 200, answer.text
    said: Json = answer.json()
    return said


def test_files_are_answered_from_on_the_phone_until_they_are_deleted(
    client: httpx.Client, worker: LocalWorker, variables: Mapping[str, str]
) -> None:
    number = "+33199700001"
    onboard(client, number=number)
    terms = pdf(
        "La garantie des réparations dure dix-huit mois.", "Le gardiennage coûte 12 euros par jour.", title="Conditions"
    )
    table = (("Prestation", "Prix"), ("Polissage des phares", "65 €"), ("Lustrage", "140 €"))
    made = [upload(client, "conditions.pdf", terms), upload(client, "tarifs.docx", word("Tarifs", table=table))]

    def is_indexed() -> bool:
        shown = [client.get(f"{DOCUMENTS}/{one['id']}").json()["document"] for one in made]
        return all(one["vectors"] == one["chunks"] > 0 for one in shown)

    eventually(is_indexed)
    found = client.post(f"{SEARCH}?explain=1", json={"query": "gardiennage par jour"}).json()
    assert (found["mode"], found["items"][0]["document_id"]) == ("hybrid", made[0]["id"])
    assert found["items"][0]["explain"]["vector_rank"] == 1
    account, token = variables["TWILIO_ACCOUNT_SID"], variables["TWILIO_AUTH_TOKEN"]
    with SimulatedCall(worker.url, number, "+33639980001", account, token) as call:
        call.start()
        assert "12 euros par jour" in " ".join(call.say("Combien coûte le gardiennage ?"))
        assert "65 euros" in " ".join(call.say("Quel est le prix du polissage des phares ?"))
        assert client.delete(f"{DOCUMENTS}/{made[0]['id']}").status_code == 200
        assert "12 euros" not in " ".join(call.say("Combien coûte le gardiennage ?"))
        call.hang_up()
    assert ask(client, "Combien coûte le gardiennage ?")["grounded"] is False
    questions = client.get("/api/v1/knowledge/suggestions").json()["items"]
    assert [(one["question"], one["count"]) for one in questions] == [("Combien coûte le gardiennage ?", 2)]


def test_two_tenants_ask_the_same_and_hear_their_own(client: httpx.Client, worker: LocalWorker) -> None:
    with httpx.Client(base_url=worker.url, **PATIENT) as other:
        for who, price in ((client, "790 €"), (other, "640 €")):
            sign_up(who)
            body = {"title": "Tarifs", "content": f"| Prestation | Prix |\n|---|---|\n| Embrayage | {price} |"}
            assert who.post(DOCUMENTS, json=body).status_code == 201
        for who, price, not_price in ((client, "790 €", "640 €"), (other, "640 €", "790 €")):
            said = ask(who, "Combien coûte l'embrayage ?")
            assert (price in said["answer"], not_price in str(said)) == (True, False)


def test_a_file_of_ten_megabytes_is_read(client: httpx.Client) -> None:
    sign_up(client)
    padding = b"<p>x</p>" * 1_000 + b"<!--" + b"y" * 9_900_000 + b"-->"
    answer = client.post(f"{DOCUMENTS}/upload", files={"file": ("large.html", b"<h1>Large</h1>" + padding)})
    assert answer.status_code == 201, answer.text
    documents = client.get(DOCUMENTS).json()["items"]
    assert [one["title"] for one in documents] == ["Large"]


@pytest.fixture
def site() -> Iterator[tuple[Site, str]]:
    site = Site(size=SMALL)
    with LoopbackServer(site) as server:
        site.origin = server.origin
        yield site, server.origin


def test_a_site_is_read_by_whoever_comes_after_a_kill_and_again_when_it_changes(
    tmp_path: Path, variables: Mapping[str, str], site: tuple[Site, str]
) -> None:
    served, origin = site
    own = {**variables, "DEV_OUTBOUND_ORIGINS": f"{variables['DEV_OUTBOUND_ORIGINS']},{origin}"}
    worker = LocalWorker(persist_to=tmp_path / "state", variables=own, log_path=tmp_path / "worker.log")
    worker.migrate()
    with worker, httpx.Client(**PATIENT) as client:
        client.base_url = worker.url
        sign_up(client)
        begun = client.post(CRAWL, json={"url": f"{origin}/", "max_pages": 40, "max_depth": 2, "refresh_days": 1})
        assert begun.status_code == 201, begun.text
        crawl = begun.json()["crawl"]["id"]

        def shown() -> Json:
            answer = client.get(f"{CRAWLS}/{crawl}")
            assert answer.status_code == 200, answer.text
            found: Json = answer.json()["crawl"]
            return found

        eventually(lambda: shown()["pages"]["read"] >= SMALL.worth_reading // 2, 120)
        worker.kill()
        worker.restart()
        client.base_url = worker.url
        worker.scheduled("* * * * *")

        def is_done() -> bool:
            if shown()["status"] == "running":
                worker.scheduled("* * * * *")
                time.sleep(2)
            return bool(shown()["status"] == "done")

        eventually(is_done, 240)
        first = shown()
        documents = rows.read(worker.persist_to, "SELECT source_url, version FROM knowledge_documents", ())
        urls = [str(row["source_url"]).removeprefix(origin) for row in documents]
        read = [url for url in urls if not url.startswith(("/calendrier", "/boutique", "/profond"))]
        assert len(read) == len(set(read)) == SMALL.worth_reading
        assert not [path for path in served.requests if path.startswith("/prive")]
        assert ask(client, "Quel est le prix du forfait 3 ?")["citations"][0]["source_url"] == f"{origin}/prestations/3"
        print("crawled, killed half way, gone on:", first["pages"])
        served.edition, served.not_modified = 2, 0
        again = client.post(f"{CRAWLS}/{crawl}/refresh")
        assert again.status_code == 200, again.text
        assert again.json()["crawl"]["status"] == "queued"
        eventually(lambda: shown()["run"] == 2 and is_done(), 240)
        second = shown()
        assert served.not_modified > SMALL.worth_reading - 5
        versions = rows.read(worker.persist_to, "SELECT source_url FROM knowledge_documents WHERE version > 1", ())
        assert [str(row["source_url"]) for row in versions] == [f"{origin}/actualite"]
        left = rows.read(worker.persist_to, "SELECT source_url FROM knowledge_documents WHERE crawl_id = ?1", (crawl,))
        assert f"{origin}/conseils/{SMALL.advice}" not in {str(row["source_url"]) for row in left}
        assert len(left) == len(documents) - 1
        print("refreshed:", second["pages"], "not modified:", served.not_modified)
