"""Documents and answers: what is written is found, what is deleted is not, and what cannot be read is refused."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from driving import DRIVE
from jobs import CLEAN_UP, run_job
from tests.support.business import onboard, sign_up
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.knowledge import pdf, word, work
from tools.fakes.models import Reply

DOCUMENTS, SEARCH, ASK = (f"/api/v1/knowledge/{name}" for name in ("documents", "search", "ask"))
TARIFFS = """# Tarifs

| Prestation | Prix | Durée |
| --- | --- | --- |
| Vidange | 89 € | 45 min |
| Embrayage | 790 € | 7 h |
| Parallélisme | 75 € | 40 min |

## Conditions

La garantie dure un an ou 20 000 kilomètres. Le devis est gratuit.
"""
Json = dict[str, Any]


@pytest.fixture
def owner(client: httpx.Client) -> httpx.Client:
    sign_up(client)
    return client


def create(client: httpx.Client, content: str = TARIFFS, **more: Any) -> Json:
    answer = client.post(DOCUMENTS, json={"title": "Garage Exemple", "content": content, **more})
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()["document"]
    return made


def search(client: httpx.Client, query: str, **more: Any) -> list[Json]:
    answer = client.post(SEARCH, json={"query": query, **more})
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found


def ask(client: httpx.Client, question: str, **more: Any) -> Json:
    answer = client.post(ASK, json={"question": question, **more})
    assert answer.status_code == 200, answer.text
    said: Json = answer.json()
    return said


def upload(client: httpx.Client, name: str, content: bytes, **fields: str) -> httpx.Response:
    return client.post(f"{DOCUMENTS}/upload", files={"file": (name, content)}, data=fields)


def test_a_document_is_found_by_its_words_at_once(owner: httpx.Client, world: World) -> None:
    made = create(owner)
    assert (made["chunks"], made["vectors"], made["version"], made["language"]) == (4, 0, 1, None)
    best = search(owner, "combien coûte l'embrayage ?")[0]
    assert (best["document_id"], best["text"]) == (
        made["id"],
        "Prestation: Embrayage; Prix: 790 €; Durée: 7 h",
    )
    assert (best["heading"], best["title"], best["source"]) == ("Tarifs", "Garage Exemple", "document")


def test_one_write_holds_document_pieces_words_and_what_the_index_is_to_be_told(
    owner: httpx.Client, world: World
) -> None:
    world.db.batches.clear()
    create(owner)
    writes = [batch for batch in world.db.batches if any("INSERT INTO knowledge_documents" in s.sql for s in batch)]
    assert len(writes) == 1
    assert [row["state"] for row in world.db.rows("SELECT state FROM knowledge_vectors")] == ["wanted"] * 4
    assert world.db.rows("SELECT chunks FROM knowledge_spaces") == [{"chunks": 4}]


def test_a_failure_at_every_statement_leaves_nothing(owner: httpx.Client, world: World) -> None:
    before = {table: rows for table, rows in world.db.dump().items() if table.startswith("knowledge")}
    statements = 0
    while True:
        world.db.fail_in = ("INSERT INTO knowledge_documents", statements)
        answer = owner.post(DOCUMENTS, json={"title": "Sample", "content": TARIFFS})
        if answer.status_code == 201:
            break
        statements += 1
        after = {table: rows for table, rows in world.db.dump().items() if table.startswith("knowledge")}
        assert (answer.status_code, after) == (503, before)
    assert statements >= 6


def test_only_changed_pieces_are_embedded_again(owner: httpx.Client, world: World) -> None:
    made = create(owner)
    work(world)
    assert owner.get(f"{DOCUMENTS}/{made['id']}").json()["document"]["vectors"] == 0  # not confirmed yet
    world.clock.advance(seconds=10)
    owner.post(f"{DOCUMENTS}", json={"title": "Other", "content": "Une autre page sans rapport."})
    work(world)
    assert owner.get(f"{DOCUMENTS}/{made['id']}").json()["document"]["vectors"] == 4
    world.embedder.asked.clear()
    changed = owner.patch(f"{DOCUMENTS}/{made['id']}", json={"content": TARIFFS.replace("790 €", "820 €")})
    assert (changed.json()["document"]["version"], changed.json()["document"]["chunks"]) == (2, 4)
    work(world)
    assert [len(texts) for texts in world.embedder.asked] == [1]
    assert "820 €" in world.embedder.asked[0][0]
    assert "790" not in json.dumps(search(owner, "embrayage"), ensure_ascii=False)
    versions = owner.get(f"{DOCUMENTS}/{made['id']}/versions").json()["items"]
    assert [(one["version"], "790 €" in one["content"]) for one in versions] == [(2, False), (1, True)]


def test_a_deleted_document_is_not_answered_from_although_its_vectors_stand(owner: httpx.Client, world: World) -> None:
    made = create(owner)
    work(world)
    world.clock.advance(seconds=10)
    assert search(owner, "garantie", mode="vector")
    world.vectors.delay_s = 1e9  # the index does not get to it
    assert owner.delete(f"{DOCUMENTS}/{made['id']}").status_code == 200
    work(world)
    assert len(world.vectors.held) == 4
    for mode in ("hybrid", "vector", "keyword"):
        assert search(owner, "garantie un an", mode=mode) == []
    assert ask(owner, "Combien coûte l'embrayage ?")["grounded"] is False
    world.vectors.delay_s = 0
    world.clock.advance(minutes=10)
    owner.post(DOCUMENTS, json={"title": "Other", "content": "Rien."})
    work(world)
    world.clock.advance(minutes=10)
    owner.post(DOCUMENTS, json={"title": "Other", "content": "Rien non plus."})
    work(world)
    kept = world.db.rows(
        "SELECT count(*) AS count FROM knowledge_vectors WHERE chunk_id NOT IN (SELECT id FROM knowledge_chunks)"
    )
    assert kept == [{"count": 0}]
    assert all(not key.startswith("chk") or key in _known(world) for key in world.vectors.held)


def _known(world: World) -> set[str]:
    return {str(row["vector_id"]) for row in world.db.rows("SELECT vector_id FROM knowledge_vectors")}


def test_two_tenants_ask_the_same_and_hear_their_own(owner: httpx.Client, other: httpx.Client, world: World) -> None:
    sign_up(other)
    create(owner)
    create(other, TARIFFS.replace("790 €", "640 €"))
    work(world)
    world.clock.advance(seconds=10)
    for mode in ("hybrid", "vector", "keyword"):
        mine, theirs = (search(who, "prix embrayage", mode=mode)[0]["text"] for who in (owner, other))
        assert ("790 €" in mine, "640 €" in theirs) == (True, True)
    assert "790 €" in ask(owner, "Combien coûte l'embrayage ?")["answer"]
    assert "640 €" in ask(other, "Combien coûte l'embrayage ?")["answer"]


def test_a_search_is_two_round_trips_and_one_embedding_that_is_kept(owner: httpx.Client, world: World) -> None:
    create(owner)
    work(world)
    world.clock.advance(seconds=10)
    search(owner, "warm up")
    for embeddings in (1, 0):
        world.db.batches.clear()
        world.embedder.asked.clear()
        assert search(owner, "Combien de temps dure la garantie ?")
        signed_in = 1
        assert (len(world.db.batches) - signed_in, len(world.embedder.asked)) == (2, embeddings)


def test_scores_are_explained(owner: httpx.Client, world: World) -> None:
    create(owner)
    work(world)
    world.clock.advance(seconds=10)
    answer = owner.post(f"{SEARCH}?explain=1", json={"query": "prix du parallélisme"}).json()
    best = answer["items"][0]
    assert answer["mode"] == "hybrid"
    assert (best["explain"]["keyword_rank"], best["explain"]["fits"]) == (1, True)
    assert best["explain"]["keyword_score"] > 0
    assert 0 < best["explain"]["vector_score"] <= 1
    assert 0 < best["explain"]["coverage"] <= 1
    assert search(owner, "prix du parallélisme")[0]["explain"] is None


@pytest.mark.parametrize("what", ["embedder", "vectors"])
def test_without_vectors_words_are_searched_alone(owner: httpx.Client, world: World, what: str) -> None:
    create(owner)
    work(world)
    world.clock.advance(seconds=10)
    getattr(world, what).fails = True
    answer = owner.post(SEARCH, json={"query": "garantie", "mode": "vector"}).json()
    assert (answer["mode"], answer["items"][0]["heading"]) == ("keyword", "Tarifs > Conditions")


@pytest.mark.parametrize(
    "query", ['"', '"""', "AND OR NOT", "a* b*", "(", "NEAR(a b)", "col:x", "-", "'", "*", "^a", "{", "\\"]
)
def test_no_query_is_read_as_a_command(owner: httpx.Client, query: str) -> None:
    create(owner)
    assert owner.post(SEARCH, json={"query": query}).status_code == 200


def test_phrases_and_beginnings_of_words(owner: httpx.Client) -> None:
    create(owner, "Le pneu neige se monte en hiver.\n\n## Autre\n\nLa neige tombe. Le pneu est noir.")
    assert len(search(owner, "pneu neige", mode="keyword")) == 2
    assert [one["text"] for one in search(owner, '"pneu neige"', mode="keyword")] == [
        "Le pneu neige se monte en hiver."
    ]
    assert search(owner, "noi", mode="keyword") == []
    assert len(search(owner, "noi*", mode="keyword")) == 1


def test_filters(owner: httpx.Client) -> None:
    create(owner, "La garantie dure un an.", product="pneus")
    create(owner, "The warranty lasts one year, and garantie is the French word.", language="en")
    owner.post("/api/v1/knowledge/faq", json={"question": "Une garantie ?", "answer": "Oui, d'un an."})
    assert {one["language"] for one in search(owner, "garantie", language="en")} == {"en"}
    assert {one["source"] for one in search(owner, "garantie", source="faq")} == {"faq"}
    assert [one["text"] for one in search(owner, "garantie", product="pneus")] == ["La garantie dure un an."]
    assert len(search(owner, "garantie")) == 3
    assert len(search(owner, "garantie", top_k=1)) == 1


def test_a_reranker_puts_the_best_in_order_once_more(owner: httpx.Client) -> None:
    create(owner)
    answer = owner.post(f"{SEARCH}?explain=1", json={"query": "Embrayage Prix", "rerank": True}).json()["items"]
    assert answer[0]["explain"]["rerank_score"] == answer[0]["score"] == 1.0


def test_an_answer_is_made_of_passages_and_cites_them(owner: httpx.Client, world: World) -> None:
    made = create(owner)
    said = ask(owner, "Quel est le prix d'un embrayage ?")
    assert said["answer"] == "Embrayage, prix 790 €, durée 7 h."
    assert (said["grounded"], said["answered_by"], said["language"]) == (True, "passages", "fr")
    assert said["citations"][0]["document_id"] == made["id"]
    assert said["citations"][0]["text"] == "Prestation: Embrayage; Prix: 790 €; Durée: 7 h"


def test_what_nothing_answers_is_not_answered_and_is_kept_for_the_owner(owner: httpx.Client, world: World) -> None:
    create(owner)
    for question in (
        "Vendez-vous des tracteurs agricoles ?",
        "Je m'appelle Marie Exemple, 06 39 98 00 01, vendez-vous des tracteurs agricoles ?",
        "Vendez-vous un tracteur agricole ?",
        "Faites-vous pension pour chevaux ?",
    ):
        said = ask(owner, question)
        assert (said["grounded"], said["citations"]) == (False, [])
    kept = world.db.rows("SELECT question FROM knowledge_questions ORDER BY question")
    assert "Marie" not in str(kept)
    assert "98 00" not in str(kept)
    items = owner.get("/api/v1/knowledge/suggestions").json()["items"]
    assert [one["count"] for one in items] == [3, 1]
    answered = owner.post(
        f"/api/v1/knowledge/suggestions/{items[0]['id']}/answer",
        json={"question": "Vendez-vous des tracteurs ?", "answer": "Non, seulement des voitures."},
    )
    assert answered.status_code == 201, answered.text
    assert [one["count"] for one in owner.get("/api/v1/knowledge/suggestions").json()["items"]] == [1]
    said = ask(owner, "Vendez-vous des tracteurs ?")
    assert (said["answer"], said["citations"][0]["faq_id"]) == (
        "Non, seulement des voitures.",
        answered.json()["faq"]["id"],
    )
    dismissed = owner.get("/api/v1/knowledge/suggestions").json()["items"][0]["id"]
    assert owner.delete(f"/api/v1/knowledge/suggestions/{dismissed}").status_code == 200
    assert owner.get("/api/v1/knowledge/suggestions").json()["items"] == []


def test_every_search_is_logged_without_personal_data(owner: httpx.Client, world: World) -> None:
    create(owner)
    search(owner, "garantie, écrire à marie@sample.example ou 06 39 98 00 01")
    ask(owner, "Quel est le prix d'un embrayage ?")
    ask(owner, "Avez-vous une piscine olympique ?")
    logs = world.db.rows("SELECT surface, query, language, mode, hits, is_used FROM knowledge_search_logs ORDER BY id")
    assert [(one["surface"], one["is_used"]) for one in logs] == [("search", None), ("ask", 1), ("ask", 0)]
    assert logs[0]["query"] == "garantie, écrire à … ou …"
    assert (logs[1]["language"], logs[1]["mode"]) == ("fr", "hybrid")
    assert int(logs[0]["hits"] or 0) >= 1


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("tarifs.pdf", pdf("Vidange 89 euros", "Embrayage 790 euros", title="Nos tarifs"), "pdf"),
        ("tarifs.docx", word("Nos tarifs", table=(("Prestation", "Prix"), ("Embrayage", "790 €"))), "docx"),
        ("tarifs.csv", "Prestation;Prix\nVidange;89 €\nEmbrayage;790 €\n".encode("cp1252"), "csv"),
        ("tarifs.md", b"# Nos tarifs\n\n| Prestation | Prix |\n|---|---|\n| Embrayage | 790 EUR |\n", "markdown"),
        (
            "tarifs.html",
            "<h1>Nos tarifs</h1><table><tr><th>Prestation<th>Prix<tr><td>Embrayage<td>790 €".encode(),
            "html",
        ),
        ("tarifs.txt", "Embrayage : 790 €".encode("utf-16"), "text"),
    ],
)
def test_files_of_every_kind_are_read(owner: httpx.Client, name: str, content: bytes, format_: str) -> None:
    answer = upload(owner, name, content, language="fr", product="atelier")
    assert answer.status_code == 201, answer.text
    made = answer.json()["document"]
    assert (made["format"], made["filename"], made["language"], made["product"]) == (format_, name, "fr", "atelier")
    assert "790" in ask(owner, "Quel est le prix de l'embrayage ?")["answer"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("secret.pdf", pdf("Bonjour", password="0123"), "encrypted"),
        ("scan.pdf", pdf(), "no_text"),
        ("empty.txt", b"  \n ", "empty"),
        ("empty.html", b"<html><body><script>alert(1)</script></body></html>", "empty"),
        ("fake.pdf", b"plain words", "wrong_type"),
        ("fake.txt", pdf("Bonjour"), "wrong_type"),
        ("program.exe", b"MZ\x90\x00", "wrong_type"),
        ("noname", b"plain words", "wrong_type"),
        ("binary.txt", b"\x00\x01\x02\x03" * 50, "wrong_type"),
        ("broken.pdf", b"%PDF-1.7\nnothing of the kind", "broken"),
        ("broken.docx", b"PK\x03\x04" + b"x" * 100, "broken"),
        ("old.docx", b"\xd0\xcf\x11\xe0" + b"x" * 600, "encrypted"),
        ("long.csv", b"a;b\n" + b"1;2\n" * 4_001, "too_long"),
        ("long.txt", b"words " * 200_000, "too_long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(
    owner: httpx.Client, world: World, name: str, content: bytes, reason: str
) -> None:
    before = world.db.rows("SELECT count(*) AS count FROM knowledge_documents")
    answer = upload(owner, name, content)
    said = answer.json()
    assert (answer.status_code, said["code"], said["reason"]) == (422, "document_unreadable", reason), said
    assert len(said["detail"]) > 15
    assert world.db.rows("SELECT count(*) AS count FROM knowledge_documents") == before


def test_forms_that_are_none(owner: httpx.Client) -> None:
    path = f"{DOCUMENTS}/upload"
    assert owner.post(path, json={}).status_code == 415
    assert owner.post(path, data={"title": "x"}).status_code == 415
    assert owner.post(path, files={"other": ("a.txt", b"x")}).json()["errors"][0]["pointer"] == "/file"
    assert upload(owner, "a.txt", b"Some words.", language="de").json()["errors"][0]["pointer"] == "/language"
    broken = owner.post(path, content=b"--x\r\nno", headers={"content-type": "multipart/form-data; boundary=x"})
    assert broken.status_code in (400, 422)
    assert upload(owner, "a.txt", b"x" * 10_200_000).status_code == 413


def test_nothing_is_run_or_fetched_from_inside_a_document(owner: httpx.Client) -> None:
    page = (
        "<h1>Page</h1><p onclick=alert(1)>Texte visible</p><script>document.write('evil')</script>"
        "<iframe src='http://169.254.169.254/'></iframe><img src=http://127.0.0.1/x><style>p{}</style>"
    )
    made = upload(owner, "page.html", page.encode()).json()["document"]
    content = owner.get(f"{DOCUMENTS}/{made['id']}").json()["document"]["content"]
    assert content == "# Page\n\nTexte visible"


def test_onboarding_writes_pieces_with_what_it_saves(client: httpx.Client, world: World) -> None:
    tenant_id = onboard(client, number=None)
    pieces = world.db.rows("SELECT source, title FROM knowledge_passages WHERE tenant_id = ?", tenant_id)
    assert {one["source"] for one in pieces} == {"faq"}
    assert "courtoisie" in ask(client, "Prêtez-vous une voiture ?")["answer"]


def test_what_was_there_before_pieces_is_cut_by_cron(client: httpx.Client, world: World) -> None:
    onboard(client, number=None)
    world.db.connection.execute("DELETE FROM knowledge_chunks")
    world.db.connection.execute("UPDATE knowledge_faq SET analysis = 0")
    assert ask(client, "Prêtez-vous une voiture ?")["grounded"] is False
    assert asyncio.run(run_job(world.settings, world.ports, {"kind": DRIVE}))
    assert ask(client, "Prêtez-vous une voiture ?")["grounded"] is True


def test_changes_of_what_is_not_there(owner: httpx.Client) -> None:
    for method, path, body in (
        ("GET", f"{DOCUMENTS}/doc_x", None),
        ("PATCH", f"{DOCUMENTS}/doc_x", {"title": "x"}),
        ("DELETE", f"{DOCUMENTS}/doc_x", None),
        ("GET", f"{DOCUMENTS}/doc_x/versions", None),
        ("PATCH", "/api/v1/knowledge/faq/faq_x", {"answer": "x"}),
        ("DELETE", "/api/v1/knowledge/faq/faq_x", None),
        ("GET", "/api/v1/knowledge/crawls/crawl_x", None),
        ("DELETE", "/api/v1/knowledge/crawls/crawl_x", None),
        ("POST", "/api/v1/knowledge/suggestions/ask_x/answer", {"answer": "x"}),
    ):
        answer = owner.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


def test_a_model_answers_from_passages_and_what_it_adds_is_taken_out(client: httpx.Client) -> None:
    installed = World(DEFAULT_MODELS="openai:gpt-4.1-mini", OPENAI_API_KEY="sk-sample-0123456789abcdef")
    with client_of(installed) as owner:
        sign_up(owner)
        installed.db.connection.execute("UPDATE tenants SET subscription_plan = 'pro'")
        create(owner)
        script = installed.fakes.openai.script
        script.append(Reply("L'embrayage coûte 790 € [1]. La pose dure 3 h [1]. Nous offrons le café."))
        said = ask(owner, "Combien coûte l'embrayage ?")
        assert (said["answer"], said["answered_by"]) == ("L'embrayage coûte 790 €.", "openai:gpt-4.1-mini")
        assert len(said["citations"]) == 1
        script.append(Reply("UNKNOWN"))
        assert ask(owner, "Combien coûte l'embrayage ?")["answered_by"] == "passages"
        script.append(Reply("Il coûte 1 790 €."))
        assert ask(owner, "Combien coûte l'embrayage ?")["answer"] == "Embrayage, prix 790 €, durée 7 h."


def test_what_was_searched_for_is_forgotten_after_a_season(owner: httpx.Client, world: World) -> None:
    create(owner)
    search(owner, "garantie")
    ask(owner, "Vendez-vous des tracteurs agricoles ?")
    tables = ("knowledge_search_logs", "knowledge_questions", "knowledge_query_vectors")
    for days, left in ((29, (2, 1, 2)), (2, (2, 1, 0)), (60, (0, 0, 0))):
        world.clock.advance(days=days)
        asyncio.run(run_job(world.settings, world.ports, {"kind": CLEAN_UP}))
        counts = tuple(len(world.db.rows(f"SELECT 1 FROM {table}")) for table in tables)
        assert counts == left
