"""Customers: written down, found, brought in by the thousand, brought together, followed across channels."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.support.business import onboard, sign_up
from tests.support.diary import book, service_id
from tests.support.fakes import World
from tests.support.mails import CLAIRE, DOMAIN, deliver, mail
from tests.support.threads import CONVERSATIONS, conversations, pause, text, thread
from tests.support.work import run_jobs
from tools import seed

CUSTOMERS = "/api/v1/customers"
CALLER = "+33639980001"


@pytest.fixture
def world() -> World:
    return World(
        TWILIO_SENDER="+33199000000", MAIL_DOMAIN=DOMAIN, RESEND_API_KEY="re_a_0123456789", MAIL_FROM=f"d@{DOMAIN}"
    )


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=seed.NUMBER)
    run_jobs(world)
    world.db.rows("UPDATE tenants SET slug = 'garage' RETURNING 1")
    return client


def create(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post(CUSTOMERS, json=fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["customer"]
    return made


def names(client: httpx.Client, **query: Any) -> list[str | None]:
    answer = client.get(CUSTOMERS, params=query)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


def bring_in(client: httpx.Client, table: str, *, preview: bool = False) -> dict[str, Any]:
    answer = client.post(f"{CUSTOMERS}/import", json={"csv": table, "preview": preview})
    assert answer.status_code == 200, answer.text
    imported: dict[str, Any] = answer.json()["imported"]
    return imported


def test_somebody_is_written_down_changed_and_read(owner: httpx.Client) -> None:
    made = create(owner, name="Hélène Exemple", phone="06 39 98 00 07", email="H@Sample.example", tags=["vip"])
    assert (made["phone"], made["email"]) == ("+33639980007", "h@sample.example")
    place = f"{CUSTOMERS}/{made['id']}"
    changed = owner.patch(place, json={"company": "Sample SARL", "phone": "06 39 98 00 08", "tags": []})
    assert changed.status_code == 200, changed.text
    found = owner.get(place).json()["customer"]
    assert (found["company"], found["tags"], found["phone"]) == ("Sample SARL", [], "+33639980007")
    assert [one["address"] for one in found["identities"] if one["kind"] == "phone"] == ["+33639980007", "+33639980008"]
    assert owner.patch(place, json={"company": None}).json()["customer"]["company"] is None
    assert owner.patch(f"{CUSTOMERS}/cust_x", json={"name": "x"}).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"name": " "}, {"phone": "12"}, {"email": "x"}, {"name": "a", "language": "de"}, {"name": "a", "x": 1}]
)
def test_nobody_is_refused(owner: httpx.Client, body: dict[str, str]) -> None:
    assert owner.post(CUSTOMERS, json=body).status_code == 422
    assert names(owner) == []


def test_an_address_belongs_to_one(owner: httpx.Client, other: httpx.Client, world: World) -> None:
    create(owner, name="One", phone=CALLER)
    second = create(owner, name="Two")
    assert owner.post(CUSTOMERS, json={"name": "x", "phone": CALLER}).json()["code"] == "address_taken"
    refused = owner.patch(f"{CUSTOMERS}/{second['id']}", json={"name": "Changed", "phone": CALLER})
    assert refused.json()["code"] == "address_taken"
    assert names(owner) == ["Two", "One"]
    sign_up(other)
    create(other, name="Theirs", phone=CALLER)
    assert names(other) == ["Theirs"]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("helene", ["Hélène Exemple"]),
        ("ÉLÉ", []),
        ("exem", ["Marc Exemple", "Hélène Exemple"]),
        ("hélène exemple", ["Hélène Exemple"]),
        ("sarl", ["Marc Exemple"]),
        ("06 39 98 00 07", ["Hélène Exemple"]),
        ("+33639980", ["Marc Exemple", "Hélène Exemple"]),
        ("marc@", ["Marc Exemple"]),
        ("nobody", []),
        ("%", []),
        ('" OR tenant:x', []),
    ],
)
def test_customers_are_found(owner: httpx.Client, other: httpx.Client, q: str, expected: list[str]) -> None:
    create(owner, name="Hélène Exemple", phone="06 39 98 00 07")
    create(owner, name="Marc Exemple", company="Sample SARL", email="marc@sample.example", phone="06 39 98 00 08")
    sign_up(other)
    create(other, name="Hélène Exemple Marc", company="SARL", phone="06 39 98 00 07", email="marc@sample.example")
    assert names(owner, q=q) == expected


def test_a_changed_name_is_found_by_the_new_one_alone(owner: httpx.Client) -> None:
    made = create(owner, name="Ancien Nom")
    owner.patch(f"{CUSTOMERS}/{made['id']}", json={"name": "Nouveau Titre"})
    assert (names(owner, q="ancien"), names(owner, q="titre")) == ([], ["Nouveau Titre"])


def table(broken: int) -> str:
    lines = ["Nom;Téléphone;E-mail;Société;Étiquettes;Âge"]
    for number in range(1000):
        phone, email = f"06 39 98 {number // 100:02d} {number % 100:02d}", f"c{number}@sample.example"
        if number < broken:
            phone, email = ("12", email) if number % 2 else (phone, "not an address")
        lines.append(f"Client {number};{phone};{email};;a, b;42")
    return "\n".join(lines)


def test_a_thousand_come_in_and_twenty_broken_rows_are_told(owner: httpx.Client, world: World) -> None:
    shown = bring_in(owner, table(20), preview=True)
    assert (shown["rows"], shown["created"], shown["rejected"]) == (1000, 980, 20)
    assert names(owner) == []
    done = bring_in(owner, table(20))
    assert (done["created"], done["updated"], done["rejected"], done["ignored_columns"]) == (980, 0, 20, ["Âge"])
    assert [one["row"] for one in done["errors"]] == list(range(2, 22))
    assert {one["field"] for one in done["errors"]} == {"phone", "email"}
    assert world.db.rows("SELECT COUNT(*) AS n FROM customers") == [{"n": 980}]
    assert world.db.rows("SELECT COUNT(*) AS n FROM customer_identities") == [{"n": 1960}]
    again = bring_in(owner, table(0))
    assert (again["created"], again["updated"], again["rejected"]) == (20, 980, 0)
    assert names(owner, q="Client 999") == ["Client 999"]
    assert owner.get(CUSTOMERS, params={"q": "c999@"}).json()["items"][0]["tags"] == ["a", "b"]


def test_an_address_is_given_to_nobody_who_has_no_entry(owner: httpx.Client, world: World) -> None:
    one, two = create(owner, name="Sample One"), create(owner, name="Sample Two")
    assert owner.post(f"{CUSTOMERS}/{one['id']}/merge", json={"customer_id": two["id"]}).status_code == 200
    address = {"email": "new@sample.example"}
    assert owner.patch(f"{CUSTOMERS}/cust_x", json=address).status_code == 404
    assert owner.patch(f"{CUSTOMERS}/{two['id']}", json=address).status_code == 409
    assert world.db.rows("SELECT 1 FROM customer_identities WHERE address = 'new@sample.example'") == []


def test_an_import_that_fails_writes_nothing(owner: httpx.Client, world: World) -> None:
    for index in range(5):
        world.db.fail_in = ("FROM json_each(?2) AS j", index)
        answer = owner.post(f"{CUSTOMERS}/import", json={"csv": table(0), "preview": False})
        world.db.fail_in = None
        if answer.status_code == 200:
            break
        assert answer.status_code >= 500
        assert world.db.rows("SELECT COUNT(*) AS n FROM customers") == [{"n": 0}]
    assert index >= 3


def test_rows_that_name_one_address_twice_or_two_customers_are_told(owner: httpx.Client) -> None:
    create(owner, name="One", phone=CALLER)
    create(owner, name="Two", email="two@sample.example")
    done = bring_in(owner, f"name,phone,email\nA,{CALLER},two@sample.example\nB,0639980005,\nC,06 39 98 00 05,\n")
    assert [(one["row"], one["field"]) for one in done["errors"]] == [(2, "email"), (4, "phone")]
    assert (done["created"], done["updated"]) == (1, 0)


@pytest.mark.parametrize("given", ["", "a,b,c\n1,2,3", "x" * 10, 'name\n"unclosed'])
def test_what_is_no_table_is_refused_or_told(owner: httpx.Client, given: str) -> None:
    answer = owner.post(f"{CUSTOMERS}/import", json={"csv": given, "preview": False})
    assert answer.status_code == 422 or answer.json()["imported"]["created"] <= 1


def test_what_goes_out_comes_in_again_and_runs_nowhere(owner: httpx.Client, other: httpx.Client) -> None:
    create(owner, name="=HYPERLINK(1)", phone=CALLER, notes="-1+1\nzwei", tags=["a", "b"])
    answer = owner.get(f"{CUSTOMERS}/export")
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert (row["name"], row["phone"], row["tags"]) == ("'=HYPERLINK(1)", CALLER, "a, b")
    sign_up(other)
    assert bring_in(other, answer.text)["created"] == 1
    assert other.get(CUSTOMERS).json()["items"][0]["name"] == "=HYPERLINK(1)"


def test_one_person_on_three_channels_becomes_one_customer(owner: httpx.Client, world: World) -> None:
    text(owner, world, "Bonjour", seed.NUMBER)
    whatsapp = {"From": f"whatsapp:{CALLER}"}
    text(owner, world, "Bonjour", f"whatsapp:{seed.NUMBER}", **whatsapp)
    deliver(world, mail("Bonjour", f"garage@{DOMAIN}"))
    pause(world)
    book(owner, service_id(owner), "2026-11-25T10:00:00+01:00", customer={"name": "Claire", "phone": CALLER})
    by_phone = thread(owner, channel="sms")["customer_id"]
    by_mail = thread(owner, channel="email")["customer_id"]
    assert thread(owner, channel="whatsapp")["customer_id"] == by_phone != by_mail
    merged = owner.post(f"{CUSTOMERS}/{by_phone}/merge", json={"customer_id": by_mail})
    assert merged.status_code == 200, merged.text
    kinds = {one["kind"]: one["address"] for one in merged.json()["customer"]["identities"]}
    assert kinds == {"phone": CALLER, "email": CLAIRE}
    assert {one["customer_id"] for one in conversations(owner)} == {by_phone}
    items = owner.get(f"{CUSTOMERS}/{by_phone}/timeline").json()["items"]
    assert sorted(str(one["channel"]) for one in items) == ["api", "email", "sms", "whatsapp"]
    assert owner.get(f"{CUSTOMERS}/{by_mail}").json()["customer"]["merged_into"] == by_phone
    assert len(names(owner)) == 1
    deliver(world, mail("Encore moi", f"garage@{DOMAIN}", Message_ID="<9@m>", Subject="Autre"))
    assert {one["customer_id"] for one in owner.get(CONVERSATIONS).json()["items"]} == {by_phone}
    audits = world.db.rows("SELECT action, subject FROM audit_logs WHERE action = 'customer.merged'")
    assert audits == [{"action": "customer.merged", "subject": f"{by_mail}>{by_phone}"}]


def test_entries_are_merged_once_and_never_into_themselves(owner: httpx.Client, other: httpx.Client) -> None:
    one, two, three = (create(owner, name=name)["id"] for name in ("One", "Two", "Three"))
    assert owner.post(f"{CUSTOMERS}/{one}/merge", json={"customer_id": one}).json()["code"] == "customer_merged"
    assert owner.post(f"{CUSTOMERS}/{one}/merge", json={"customer_id": two}).status_code == 200
    assert owner.post(f"{CUSTOMERS}/{one}/merge", json={"customer_id": two}).json()["code"] == "customer_merged"
    assert owner.post(f"{CUSTOMERS}/{two}/merge", json={"customer_id": three}).json()["code"] == "customer_merged"
    assert owner.patch(f"{CUSTOMERS}/{two}", json={"name": "x"}).json()["code"] == "customer_merged"
    assert owner.post(f"{CUSTOMERS}/{three}/merge", json={"customer_id": one}).status_code == 200
    assert owner.get(f"{CUSTOMERS}/{two}").json()["customer"]["merged_into"] == three
    sign_up(other)
    theirs = create(other, name="Theirs")["id"]
    assert owner.post(f"{CUSTOMERS}/{three}/merge", json={"customer_id": theirs}).status_code == 404


def test_a_merge_that_fails_leaves_both_as_they_were(owner: httpx.Client, world: World) -> None:
    one, two = create(owner, name="One", phone=CALLER)["id"], create(owner, name="Two", email=CLAIRE)["id"]
    before = world.db.rows("SELECT * FROM customers ORDER BY id")
    for index in range(9):
        world.db.fail_in = ("SET merged_into = ?2, updated_at", index)
        answer = owner.post(f"{CUSTOMERS}/{one}/merge", json={"customer_id": two})
        world.db.fail_in = None
        assert answer.status_code >= 500
        assert world.db.rows("SELECT * FROM customers ORDER BY id") == before
    assert owner.post(f"{CUSTOMERS}/{one}/merge", json={"customer_id": two}).status_code == 200


def test_a_timeline_is_read_in_pages(owner: httpx.Client, world: World) -> None:
    for number in range(3):
        text(owner, world, f"Bonjour {number}", seed.NUMBER)
        place = f"{CONVERSATIONS}/{conversations(owner)[0]['id']}"
        assert owner.post(f"{place}/close").status_code == 200
        world.clock.advance(minutes=1)
    customer = conversations(owner)[0]["customer_id"]
    first = owner.get(f"{CUSTOMERS}/{customer}/timeline", params={"limit": 2}).json()
    rest = owner.get(f"{CUSTOMERS}/{customer}/timeline", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["text"] for one in (*first["items"], *rest["items"])] == ["Bonjour 2", "Bonjour 1", "Bonjour 0"]
    assert rest["next_cursor"] is None
