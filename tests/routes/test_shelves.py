"""What a business keeps beside its conversations: tickets, prospects, products, listings, notes, answers, news."""

import json
from typing import Any

import httpx
import pytest

from modules.threads import desk
from tests.support.business import onboard, sign_up
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.threads import CONVERSATIONS, conversations, pause, sent, text
from tests.support.work import run_jobs
from tools import seed
from tools.fakes.models import Reply

TICKETS, PROSPECTS = "/api/v1/tickets", "/api/v1/prospects"
PRODUCTS, LISTINGS = "/api/v1/products", "/api/v1/listings"
TYRE = {
    "name": "Pneu hiver Alpin",
    "description": "Pneu neige, montage compris",
    "category": "Pneus",
    "variants": [
        {"sku": "ALP-15", "label": "15 pouces", "price_minor": 8_900, "currency": "EUR", "stock": 4},
        {"sku": "ALP-17", "label": "17 pouces", "price_minor": 12_950, "currency": "EUR", "stock": 0},
    ],
}
FLAT = {
    "reference": "A12",
    "title": "T3 lumineux",
    "deal": "sale",
    "kind": "apartment",
    "city": "Saint-Étienne",
    "price_minor": 18_500_000,
    "surface_m2": 64,
    "rooms": 3,
}


@pytest.fixture
def world() -> World:
    return World(TWILIO_SENDER="+33199000000")


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=seed.NUMBER, enable_products=True)
    run_jobs(world)
    return client


def post(client: httpx.Client, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == status, answer.text
    said: dict[str, Any] = answer.json()
    return said


def items(client: httpx.Client, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_ticket_is_worked_through(owner: httpx.Client, other: httpx.Client) -> None:
    user = owner.get("/api/v1/auth/me").json()["user"]["id"]
    made = post(owner, TICKETS, {"body": "Rappeler Claire", "caller_name": "Claire", "phone_number": "06 39 98 00 01"})
    ticket = made["ticket"]
    assert (ticket["kind"], ticket["status"], ticket["phone_number"]) == ("task", "open", "+33639980001")
    place = f"{TICKETS}/{ticket['id']}"
    change = {"status": "done", "priority": "high", "assigned_to": user}
    done = owner.patch(place, json=change).json()["ticket"]
    assert (done["status"], done["priority"], done["assigned_to"], done["done_at"] is not None) == (
        *change.values(),
        True,
    )
    assert owner.patch(place, json={"status": "open"}).json()["ticket"]["done_at"] is None
    assert owner.patch(place, json={"assigned_to": None}).json()["ticket"]["assigned_to"] is None
    assert owner.patch(place, json={"assigned_to": "usr_x"}).status_code == 422
    for query, count in (
        ({"status": "open"}, 1),
        ({"status": "done"}, 0),
        ({"q": "claire"}, 1),
        ({"assigned_to": "me"}, 0),
    ):
        assert len(items(owner, TICKETS, **query)) == count, query
    assert owner.post(TICKETS, json={"body": "x", "customer_id": "cust_x"}).status_code == 422
    sign_up(other)
    assert (other.get(place).status_code, items(other, TICKETS)) == (404, [])


def test_a_prospect_is_followed(owner: httpx.Client) -> None:
    customer = post(owner, "/api/v1/customers", {"name": "Claire", "phone": "+33639980001"})["customer"]["id"]
    made = post(owner, PROSPECTS, {"name": "Claire", "phone": "06 39 98 00 01", "interest": "Un T3 à Lyon"})["prospect"]
    assert (made["customer_id"], made["status"]) == (customer, "new")
    place = f"{PROSPECTS}/{made['id']}"
    changed = owner.patch(place, json={"status": "won", "criteria": {"deal": "sale", "cities": ["Lyon"]}}).json()[
        "prospect"
    ]
    assert (changed["status"], changed["criteria"]["cities"]) == ("won", ["Lyon"])
    assert (len(items(owner, PROSPECTS, q="t3")), len(items(owner, PROSPECTS, status="lost"))) == (1, 0)
    assert owner.patch(f"{PROSPECTS}/pro_x", json={"status": "won"}).status_code == 404


def test_prospects_come_in_from_a_table(owner: httpx.Client) -> None:
    table = (
        "Nom;Tel;Recherche;Budget;Ville;Pièces\nA;0639980001;T3;250 000 €;Lyon, Bron;3\n"
        "B;x;T2;;;\nC;;;;;\nD;0639980002;T4;;;x"
    )
    done = post(owner, f"{PROSPECTS}/import", {"csv": table, "preview": False}, 200)["imported"]
    assert (done["created"], [one["row"] for one in done["errors"]]) == (1, [3, 4, 5])
    (made,) = items(owner, PROSPECTS)
    assert made["criteria"] == {
        "deal": None,
        "kinds": [],
        "cities": ["Lyon", "Bron"],
        "price_max_minor": 25_000_000,
        "surface_min_m2": None,
        "rooms_min": 3,
    }
    assert "Nom" not in owner.get(f"{PROSPECTS}/export").text.splitlines()[0]
    again = post(owner, f"{PROSPECTS}/import", {"csv": f"{table}\n{table.splitlines()[1]}", "preview": False}, 200)
    assert (again["imported"]["created"], len(items(owner, PROSPECTS))) == (0, 1)
    assert "already" in again["imported"]["errors"][0]["detail"]


def test_a_product_is_one_piece(owner: httpx.Client, other: httpx.Client, world: World) -> None:
    made = post(owner, PRODUCTS, TYRE)["product"]
    ids = [one["id"] for one in made["variants"]]
    changed = {**TYRE, "variants": [{**TYRE["variants"][0], "stock": 9}, {"label": "18 pouces"}]}  # type: ignore[dict-item]
    replaced = owner.put(f"{PRODUCTS}/{made['id']}", json=changed).json()["product"]
    assert [one["label"] for one in replaced["variants"]] == ["15 pouces", "18 pouces"]
    assert replaced["variants"][0]["id"] == ids[0]
    assert items(owner, f"{PRODUCTS}/categories")[0]["products"] == 1
    assert owner.post(PRODUCTS, json={"name": "x", "variants": [{"sku": "ALP-15"}]}).json()["code"] == "sku_taken"
    assert len(items(owner, PRODUCTS)) == 1
    for query, count in (
        ({"q": "pneu hiv"}, 1),
        ({"q": "ALP-15"}, 1),
        ({"q": "NEIGE"}, 1),
        ({"q": "velo"}, 0),
        ({"q": "?"}, 0),
    ):
        assert len(items(owner, PRODUCTS, **query)) == count, query
    sign_up(other)
    post(other, PRODUCTS, TYRE)
    assert items(other, PRODUCTS, q="alpin")[0]["id"] != made["id"]
    assert owner.delete(f"{PRODUCTS}/{made['id']}").status_code == 200
    assert world.db.rows("SELECT DISTINCT tenant_id FROM product_variants") == world.db.rows(
        "SELECT id AS tenant_id FROM tenants WHERE id <> (SELECT tenant_id FROM omni_phone_mappings)"
    )


def test_stock_never_falls_below_nothing(owner: httpx.Client) -> None:
    variant = post(owner, PRODUCTS, TYRE)["product"]["variants"][0]["id"]
    place = f"{PRODUCTS}/variants/{variant}/stock"
    assert owner.put(place, json={"change": -3}).json()["product"]["variants"][0]["stock"] == 1
    assert owner.put(place, json={"change": -2}).json()["code"] == "out_of_stock"
    assert owner.put(place, json={"stock": 5}).json()["product"]["variants"][0]["stock"] == 5
    for body in ({}, {"stock": 1, "change": 1}, {"stock": -1}):
        assert owner.put(place, json=body).status_code == 422
    assert owner.put(f"{PRODUCTS}/variants/var_x/stock", json={"stock": 5}).status_code == 404


def test_products_come_in_with_a_row_a_variant(owner: httpx.Client) -> None:
    post(owner, PRODUCTS, TYRE)
    table = (
        "Produit;Variante;Référence;Prix;Stock;Famille\nPneu été;15;ETE-15;79,90 €;12;Pneus\nPneu été;17;ETE-17;99;x;Pneus\n"
        "Pneu hiver Alpin;15 pouces;ALP-15;85;2;Pneus\nBalai;;;abc;;\nBougie;;B;4,5;;\nAutre;;B;4,5;;\n"
    )
    shown = post(owner, f"{PRODUCTS}/import", {"csv": table}, 200)["imported"]
    assert (shown["created"], shown["updated"], len(items(owner, PRODUCTS))) == (2, 1, 1)
    done = post(owner, f"{PRODUCTS}/import", {"csv": table, "preview": False}, 200)["imported"]
    assert sorted({one["row"] for one in done["errors"]}) == [3, 5, 7]
    found = {one["name"]: one for one in items(owner, PRODUCTS)}
    assert found["Pneu été"]["variants"][0]["price_minor"] == 7_990
    assert [one["stock"] for one in found["Pneu hiver Alpin"]["variants"]] == [2]
    out = owner.get(f"{PRODUCTS}/export").text
    assert "79.90" in out


def test_categories_are_renamed_and_removed(owner: httpx.Client) -> None:
    post(owner, PRODUCTS, TYRE)
    post(owner, PRODUCTS, {"name": "Balai", "category": "Divers"})
    first, second = items(owner, f"{PRODUCTS}/categories")
    place = f"{PRODUCTS}/categories/{first['id']}"
    assert owner.put(place, json={"name": second["name"]}).json()["code"] == "category_taken"
    assert owner.put(place, json={"name": "Autres", "position": 3}).status_code == 200
    assert owner.delete(place).status_code == 200
    assert owner.delete(place).status_code == 404
    assert [one["category"] for one in items(owner, PRODUCTS, q="balai")] == [None]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Combien coûte le pneu hiver Alpin 15 pouces ?", "89 euros. Il en reste 4."),
        ("Avez-vous des pneus hiver Alpin en 17 pouces ?", "129 euros 50. Il n'y en a plus en ce moment."),
    ],
)
def test_what_is_sold_is_told_with_what_is_left(owner: httpx.Client, world: World, asked: str, expected: str) -> None:
    post(owner, PRODUCTS, TYRE)
    text(owner, world, asked, seed.NUMBER)
    pause(world)
    assert expected in sent(world)[0]


def test_what_is_not_sold_is_not_told(owner: httpx.Client, other: httpx.Client, world: World) -> None:
    sign_up(other)
    post(other, PRODUCTS, TYRE)
    post(owner, PRODUCTS, {**TYRE, "is_active": False})
    text(owner, world, "Combien coûte le pneu hiver Alpin 15 pouces ?", seed.NUMBER)
    pause(world)
    assert "89" not in sent(world)[0]


def test_a_listing_is_found_by_what_is_looked_for(owner: httpx.Client, other: httpx.Client) -> None:
    made = post(owner, LISTINGS, FLAT)["listing"]
    post(owner, LISTINGS, {**FLAT, "reference": "B1", "deal": "rent", "price_minor": 70_000, "city": "Lyon"})
    for query, count in (
        ({"city": "saint etienne"}, 1),
        ({"city": "SAINT-ÉTIENNE", "deal": "rent"}, 0),
        ({"price_max_minor": 18_500_000, "rooms_min": 3}, 2),
        ({"price_max_minor": 18_499_999, "deal": "sale"}, 0),
        ({"surface_min_m2": 65}, 0),
        ({"status": "gone"}, 0),
    ):
        assert len(items(owner, LISTINGS, **query)) == count, query
    assert owner.post(LISTINGS, json=FLAT).json()["code"] == "reference_taken"
    replaced = owner.put(f"{LISTINGS}/{made['id']}", json={**FLAT, "status": "under_offer"}).json()["listing"]
    assert replaced["status"] == "under_offer"
    sign_up(other)
    assert (other.get(f"{LISTINGS}/{made['id']}").status_code, items(other, LISTINGS)) == (404, [])
    assert owner.delete(f"{LISTINGS}/{made['id']}").status_code == 200


def test_a_listing_is_matched_to_those_who_look_for_it(owner: httpx.Client) -> None:
    made = post(owner, LISTINGS, FLAT)["listing"]
    for name, criteria in (
        (
            "Fits all",
            {"deal": "sale", "kinds": ["apartment"], "cities": ["saint etienne"], "price_max_minor": 20_000_000},
        ),
        ("Fits some", {"deal": "sale"}),
        ("Too dear", {"deal": "sale", "price_max_minor": 10_000_000}),
        ("Too small", {"surface_min_m2": 80}),
        ("Elsewhere", {"cities": ["Lyon"]}),
        ("Wants nothing", {}),
    ):
        post(owner, PROSPECTS, {"name": name, "interest": "x", "criteria": criteria})
    found = items(owner, f"{LISTINGS}/{made['id']}/matches")
    assert [(one["prospect"]["name"], len(one["fits"])) for one in found] == [("Fits all", 4), ("Fits some", 1)]


def test_a_model_finds_listings_and_products(world: World) -> None:
    installed = World(
        TWILIO_SENDER="+33199000000", DEFAULT_MODELS="openai:gpt-4.1-mini", OPENAI_API_KEY="sk-sample-0123456789abcdef"
    )
    with client_of(installed) as owner:
        onboard(owner, number=seed.NUMBER, enable_products=True, agent_type="real_estate")
        installed.db.rows("UPDATE tenants SET subscription_plan = 'pro' RETURNING 1")
        run_jobs(installed)
        post(owner, LISTINGS, FLAT)
        post(owner, PRODUCTS, TYRE)
        wish = {"deal": "sale", "city": "saint etienne", "price_max": 200_000}
        script = installed.fakes.openai.script
        script += [
            Reply(calls=(("find_listings", wish), ("lookup_product", {"query": "pneu alpin"}))),
            Reply("Il y a un T3 lumineux à Saint-Étienne."),
        ]
        text(owner, installed, "Que vendez-vous à Saint-Étienne ?", seed.NUMBER)
        pause(installed)
        assert sent(installed)[0].endswith("Il y a un T3 lumineux à Saint-Étienne.")
        found = {row["name"]: json.loads(str(row["result"])) for row in installed.db.rows("SELECT * FROM tool_calls")}
        assert found["find_listings"]["listings"][0]["price"] == "185000 euros"
        assert [one["in_stock"] for one in found["lookup_product"]["items"] if "in_stock" in one] == [True, False]


def test_notes_and_answers_are_the_business_own(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Bonjour", seed.NUMBER)
    pause(world)
    place = f"{CONVERSATIONS}/{conversations(owner)[0]['id']}/notes"
    notes = post(owner, place, {"body": "Cliente depuis 2019"})["items"]
    assert (notes[0]["body"], notes[0]["user_name"]) == ("Cliente depuis 2019", "Sample Owner")
    assert "2019" not in str(world.fakes.twilio.messages)
    assert owner.post(f"{CONVERSATIONS}/conv_x/notes", json={"body": "x"}).status_code == 404
    shelf = f"{CONVERSATIONS}/canned-answers"
    for body in ("Bonjour", "Bonjour et merci"):
        assert owner.put(f"{shelf}/hello", json={"body": body}).status_code == 200
    assert [(one["shortcut"], one["body"]) for one in items(owner, shelf)] == [("hello", "Bonjour et merci")]
    assert owner.delete(f"{shelf}/hello").status_code == 200
    assert owner.delete(f"{shelf}/hello").status_code == 404


def test_news_are_told_as_they_come(owner: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def passed(seconds: float, ports: Any) -> None:
        world.clock.advance(seconds=seconds)

    monkeypatch.setattr(desk, "pause", passed)
    text(owner, world, "Bonjour", seed.NUMBER)
    with owner.stream("GET", f"{CONVERSATIONS}/events", params={"since": "2026-11-20T00:00:00Z"}) as answer:
        lines = [line for line in answer.iter_lines() if line]
    told = [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]
    assert [(one["channel"], one["is_unread"]) for one in told] == [("sms", True)]
    assert "id: 2026-11-20T11:00:00.000Z" in lines
