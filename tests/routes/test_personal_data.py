"""What there is about a person or a business, given out whole, kept no longer than wanted, and forgotten when asked."""

import asyncio
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from jobs import CLEAN_UP, run_job
from modules.personal_data.exports import KEPT_DAYS
from modules.personal_data.retention import AUDIO_DAYS
from modules.personal_data.tables import OWNED
from tests.routes.test_leaving import held
from tests.support.business import onboard, sign_in
from tests.support.diary import book, service_id
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tests.support.mails import DOMAIN, deliver, mail
from tests.support.threads import CONVERSATIONS, conversations, pause, text
from tests.support.work import drive, run_jobs
from tools import seed
from tools.caller.session import SimulatedCall

CUSTOMERS, TENANT, EMAIL = "/api/v1/customers", "/api/v1/tenant", "owner@sample.example"
PHONE, ADDRESS = "+33639980001", "claire@mail.sample.example"
WORDS = ("Je voudrais laisser un message", "Claire Exemple", "oui", "Ma berline fait un bruit étrange")
MAIL = {"RESEND_API_KEY": "re_a_0123456789", "MAIL_FROM": "desk@sample.example", "MAIL_DOMAIN": DOMAIN}


@pytest.fixture
def world() -> World:
    return World(**MAIL, TWILIO_SENDER="+33199000000")


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=seed.NUMBER)
    world.db.rows("UPDATE users SET email = ? RETURNING 1", EMAIL)
    world.db.rows("UPDATE tenants SET slug = 'garage' RETURNING 1")
    run_jobs(world)
    return client


@pytest.fixture
def other(world: World) -> Iterator[httpx.Client]:
    with client_of(world) as made:
        onboard(made, number="+33199000099")
        run_jobs(world)
        yield made


def known(client: httpx.Client, world: World) -> str:
    """Somebody who texted, called and mailed a file, has an appointment, is one customer; the id."""
    for words in WORDS:
        text(client, world, words, seed.NUMBER)
        pause(world)
    with client_of(world) as line:
        account, token = VARIABLES["TWILIO_ACCOUNT_SID"], VARIABLES["TWILIO_AUTH_TOKEN"]
        call = SimulatedCall(line, seed.NUMBER, PHONE, account, token)
        call.start()
        call.say("Ma berline est prête ?")
        call.hang_up()
    message = mail("Voici ma berline en photo.", f"garage@{DOMAIN}", sender=ADDRESS, Message_ID="<berline@m>")
    message.add_attachment(b"%PDF-1.4 berline", maintype="application", subtype="pdf", filename="berline.pdf")
    deliver(world, message)
    pause(world)
    by_phone, by_mail = (client.get(CUSTOMERS, params={"q": q}).json()["items"] for q in (PHONE, ADDRESS))
    merged = client.post(f"{CUSTOMERS}/{by_phone[0]['id']}/merge", json={"customer_id": by_mail[0]["id"]})
    assert merged.status_code == 200, merged.text
    customer = {"name": "Claire Exemple", "phone": PHONE}
    booked = book(client, service_id(client), "2026-11-23T09:00:00+01:00", customer=customer)
    assert booked.status_code == 201, booked.text
    return str(by_phone[0]["id"])


def close_all(client: httpx.Client, world: World) -> None:
    for one in conversations(client, status="open"):
        assert client.post(f"{CONVERSATIONS}/{one['id']}/close").status_code == 200
    drive(world)
    run_jobs(world)


def archive(client: httpx.Client, export: dict[str, Any]) -> zipfile.ZipFile:
    found = client.get(f"{TENANT}/exports/{export['id']}").json()["export"]
    assert found["state"] == "ready", found
    with httpx.Client(transport=client._transport, base_url=client.base_url) as anybody:  # the address is enough
        answer = anybody.get(found["url"].removeprefix("http://testserver"))
    assert (answer.status_code, len(answer.content)) == (200, found["bytes"])
    opened = zipfile.ZipFile(io.BytesIO(answer.content))
    assert opened.testzip() is None
    return opened


def rows(opened: zipfile.ZipFile, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in opened.read(f"rows/{table}.jsonl").splitlines()]


def forget(client: httpx.Client, customer_id: str) -> httpx.Response:
    return client.delete(f"{CUSTOMERS}/{customer_id}")


class TestArchives:
    def test_of_a_business_every_row_and_object_and_no_secret(
        self, owner: httpx.Client, other: httpx.Client, world: World
    ) -> None:
        known(owner, world)
        secret = "sk-sample-0123456789abcdef"
        assert owner.put("/api/v1/integrations/openai/credentials", json={"api_key": secret}).status_code == 200
        asked = owner.post(f"{TENANT}/export")
        again = owner.post(f"{TENANT}/export")
        assert (asked.status_code, asked.json()["export"]["state"]) == (202, "queued")
        assert again.json()["export"]["id"] == asked.json()["export"]["id"]
        run_jobs(world)
        opened = archive(owner, asked.json()["export"])
        tenant_id = owner.get("/api/v1/auth/me").json()["tenant"]["id"]
        for table in OWNED:
            if not table.is_archived:
                assert f"rows/{table.name}.jsonl" not in opened.namelist()
                continue
            query = f"SELECT COUNT(*) AS n FROM {table.name} WHERE tenant_id = ?"
            assert world.db.rows(query, tenant_id)[0]["n"] == len(rows(opened, table.name)), table.name
        content = b"".join(opened.read(name) for name in opened.namelist())
        other_id = other.get("/api/v1/auth/me").json()["tenant"]["id"]
        assert other_id.encode() not in content
        assert secret.encode() not in content
        assert b"%PDF-1.4 berline" in content
        counts = json.loads(opened.read("manifest.json"))["counts"]
        assert counts["objects"] == sum(key.startswith(tenant_id) for key in world.blobs.held) - 1
        assert counts["vectors"] == len(rows(opened, "knowledge_vectors")) > 0
        assert counts == owner.get(f"{TENANT}/exports/{asked.json()['export']['id']}").json()["export"]["counts"]

    def test_large_tables_are_read_in_pieces(self, owner: httpx.Client, world: World) -> None:
        tenant_id = owner.get("/api/v1/auth/me").json()["tenant"]["id"]
        for number in range(1_203):
            values = (f"can_{number:05d}", tenant_id, f"/{number:05d}", "x", "2026", "2026")
            world.db.connection.execute("INSERT INTO canned_answers VALUES (?, ?, ?, ?, ?, ?)", values)
        export = owner.post(f"{TENANT}/export").json()["export"]
        run_jobs(world)
        assert len({row["id"] for row in rows(archive(owner, export), "canned_answers")}) == 1_203

    def test_of_a_person_what_is_theirs_and_nobody_elses(self, owner: httpx.Client, world: World) -> None:
        customer_id = known(owner, world)
        text(owner, world, "Autre chose", seed.NUMBER, From="+33639980002")
        pause(world)
        export = owner.post(f"{CUSTOMERS}/{customer_id}/export").json()["export"]
        run_jobs(world)
        opened = archive(owner, export)
        assert {row["address"] for row in rows(opened, "customer_identities")} == {PHONE, ADDRESS}
        assert {row["channel"] for row in rows(opened, "omni_conversations")} == {"sms", "email", "voice"}
        assert len(rows(opened, "appointments")) == len(rows(opened, "tickets")) == 1
        content = b"".join(opened.read(name) for name in opened.namelist())
        assert b"bruit \xc3\xa9trange" in content
        assert b"%PDF-1.4 berline" in content
        assert b"+33639980002" not in content
        assert owner.post(f"{CUSTOMERS}/cust_x/export").status_code == 404

    def test_an_address_is_signed_and_ends_and_so_does_the_archive(
        self, owner: httpx.Client, other: httpx.Client, world: World
    ) -> None:
        export = owner.post(f"{TENANT}/export").json()["export"]
        run_jobs(world)
        url = owner.get(f"{TENANT}/exports/{export['id']}").json()["export"]["url"]
        assert other.get(f"{TENANT}/exports/{export['id']}").status_code == 404
        with client_of(world) as anybody:
            assert anybody.get(url).status_code == 200
            assert anybody.get(url[:-1] + ("0" if url[-1] != "0" else "1")).status_code == 404
            world.clock.advance(hours=2)
            assert anybody.get(url).status_code == 404
        world.clock.advance(days=KEPT_DAYS)
        drive(world)
        asyncio.run(_housekeep(world))
        sign_in(owner, EMAIL)
        found = owner.get(f"{TENANT}/exports").json()["items"][0]
        assert (found["state"], found["url"]) == ("expired", None)
        assert [key for key in world.blobs.held if key.endswith(".zip")] == []

    def test_a_store_that_is_down_delays_it_and_at_last_fails_it(self, owner: httpx.Client, world: World) -> None:
        export = owner.post(f"{TENANT}/export").json()["export"]
        world.blobs.is_down = True
        run_jobs(world)
        for _ in range(3):
            world.clock.advance(minutes=3)
            drive(world)
        found = owner.get(f"{TENANT}/exports/{export['id']}").json()["export"]
        assert (found["state"], found["reason"], found["url"]) == ("failed", "BlobsUnavailable", None)
        world.blobs.is_down = False
        assert owner.post(f"{TENANT}/export").json()["export"]["id"] != export["id"]


async def _housekeep(world: World) -> None:
    assert await run_job(world.settings, world.ports, {"kind": CLEAN_UP})


class TestForgetting:
    def test_nothing_of_them_is_left_and_the_figures_stay(
        self, owner: httpx.Client, other: httpx.Client, world: World
    ) -> None:
        customer_id = known(owner, world)
        text(owner, world, "Autre chose", seed.NUMBER, From="+33639980002")
        pause(world)
        text(other, world, "Ma berline aussi", "+33199000099")
        pause(world)
        assert forget(owner, customer_id).json()["code"] == "customer_expected"
        close_all(owner, world)
        assert forget(owner, customer_id).json()["code"] == "customer_expected"  # the appointment
        world.clock.advance(days=5)
        sign_in(owner, EMAIL)
        owner.put(
            "/api/v1/messaging/consents",
            json={"channel": "sms", "address": PHONE, "state": "withdrawn", "source": "by telephone"},
        )
        owner.post(f"{TENANT}/export")
        run_jobs(world)
        world.clock.advance(minutes=1)
        span = {"from": "2026-11-01", "to": "2026-11-30"}
        figures = owner.get("/api/v1/analytics/overview", params=span).json()["overview"]["total"]
        tenant_id = owner.get("/api/v1/auth/me").json()["tenant"]["id"]

        theirs = world.db.rows("SELECT COUNT(*) AS n FROM omni_messages WHERE tenant_id = ?", tenant_id)
        messages = int(theirs[0]["n"] or 0) - 2  # without those of "Autre chose"
        answer = forget(owner, customer_id)
        assert answer.status_code == 200, answer.text
        counts = answer.json()["erased"]["counts"]
        run_jobs(world)

        left = held(world, PHONE, ADDRESS, "Claire", "étrange")
        said = {table: [row for row in found if tenant_id in repr(row)] for table, found in left.items()}
        assert {table: len(found) for table, found in said.items() if found} == {"message_consents": 1}
        assert [key for key in world.blobs.held if "exports" in key or "files" in key] == []
        assert owner.get(f"{CUSTOMERS}/{customer_id}").status_code == 404
        assert owner.get("/api/v1/analytics/overview", params=span).json()["overview"]["total"] == figures
        assert (counts["customers"], counts["tickets"], counts["appointments"]) == (2, 1, 1)
        assert counts["omni_messages"] == messages
        assert world.db.rows("SELECT subject FROM audit_logs WHERE action = 'customer.erased'") == [
            {"subject": customer_id}
        ]
        # The others are where they were: another customer, another business.
        assert [one["customer_phone"] for one in conversations(owner) if one["customer_phone"]] == ["+33639980002"]
        assert owner.get(CONVERSATIONS, params={"q": "autre chose"}).json()["items"]
        sign_in_other = other.get(CONVERSATIONS)
        assert sign_in_other.status_code == 401 or sign_in_other.json()["items"]
        assert world.db.rows("PRAGMA foreign_key_check") == []
        assert forget(owner, customer_id).status_code == 404

    def test_a_failure_anywhere_forgets_nothing(self, owner: httpx.Client, world: World) -> None:
        customer_id = known(owner, world)
        close_all(owner, world)
        world.clock.advance(days=5)
        sign_in(owner, EMAIL)
        before = world.db.dump()
        index = 0
        while True:
            world.db.fail_in = ("DELETE FROM customers", index)
            answer = forget(owner, customer_id)
            world.db.fail_in = None
            if answer.status_code == 200:
                break
            assert {k: v for k, v in world.db.dump().items() if "audit" not in k} == {
                k: v for k, v in before.items() if "audit" not in k
            }
            index += 1
        assert index > 20

    def test_another_business_cannot(self, owner: httpx.Client, other: httpx.Client, world: World) -> None:
        customer_id = known(owner, world)
        assert forget(other, customer_id).status_code == 404
        assert other.post(f"{CUSTOMERS}/{customer_id}/export").status_code == 404


class TestRetention:
    def test_words_go_when_they_are_old_enough_and_the_figures_stay(self, owner: httpx.Client, world: World) -> None:
        known(owner, world)
        close_all(owner, world)
        body = {"transcripts_days": 30, "recordings_days": 10, "audio_days": None}
        assert owner.put(f"{TENANT}/retention", json=body).json()["retention"] == body
        tenant_id = owner.get("/api/v1/auth/me").json()["tenant"]["id"]
        call_id = world.db.rows("SELECT id FROM calls")
        assert call_id
        for number, key in ((1, "old"), (2, "new")):
            at = f"2026-11-{number * 9:02d} 10:00:00.000"
            world.db.rows(
                "INSERT INTO call_recordings (id, tenant_id, call_id, provider_id, kind, status, blob_key, bytes,"
                " created_at) VALUES (?, ?, ?, ?, 'call', 'stored', ?, 5, ?) RETURNING 1",
                *(f"rec_{key}", tenant_id, call_id[0]["id"], f"RE{key}", f"{tenant_id}/recordings/{key}", at),
            )
            asyncio.run(world.blobs.put(f"{tenant_id}/recordings/{key}", b"audio", "audio/mpeg"))
        asyncio.run(_housekeep(world))
        recordings = world.db.rows("SELECT id, status FROM call_recordings ORDER BY id")
        assert [tuple(row.values()) for row in recordings] == [("rec_new", "stored"), ("rec_old", "absent")]
        assert f"{tenant_id}/recordings/old" not in world.blobs.held
        assert f"{tenant_id}/recordings/new" in world.blobs.held
        assert held(world, "berline")["omni_messages"]

        world.clock.advance(days=31)
        asyncio.run(_housekeep(world))
        asyncio.run(_housekeep(world))
        run_jobs(world)
        assert set(held(world, "berline")) <= {"tickets", "knowledge_questions", "knowledge_search_logs"}
        sign_in(owner, EMAIL)
        heads = conversations(owner)
        assert len(heads) == 3
        for head in heads:
            found = owner.get(f"{CONVERSATIONS}/{head['id']}")
            assert found.status_code == 200
            assert {one["body"] for one in found.json()["conversation"]["messages"]} <= {""}
        assert owner.get(CUSTOMERS, params={"q": PHONE}).json()["items"]
        assert owner.get(CONVERSATIONS, params={"q": "berline"}).json()["items"] == []

    def test_without_a_setting_only_made_audio_goes(self, owner: httpx.Client, world: World) -> None:
        default = {"transcripts_days": None, "recordings_days": None, "audio_days": AUDIO_DAYS}
        assert owner.get(f"{TENANT}/retention").json()["retention"] == default
        known(owner, world)
        close_all(owner, world)
        tenant_id = owner.get("/api/v1/auth/me").json()["tenant"]["id"]
        row = ("aud_1", tenant_id, "hash", f"{tenant_id}/speech/hash", "audio/mpeg", 5, 5, "2026-11-20 10:00:00.000")
        world.db.connection.execute("INSERT INTO speech_audio VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        asyncio.run(world.blobs.put(f"{tenant_id}/speech/hash", b"audio", "audio/mpeg"))
        world.clock.advance(days=AUDIO_DAYS - 1)
        asyncio.run(_housekeep(world))
        assert f"{tenant_id}/speech/hash" in world.blobs.held
        world.clock.advance(days=2)
        asyncio.run(_housekeep(world))
        assert f"{tenant_id}/speech/hash" not in world.blobs.held
        assert world.db.rows("SELECT 1 FROM speech_audio") == []
        assert held(world, "berline")["omni_messages"]

    def test_what_vendors_told_goes_after_a_month(self, owner: httpx.Client, world: World) -> None:
        known(owner, world)
        assert world.db.rows("SELECT 1 FROM inbound_events")
        world.clock.advance(days=31)
        asyncio.run(_housekeep(world))
        assert world.db.rows("SELECT 1 FROM inbound_events WHERE handled_at IS NOT NULL") == []

    def test_what_turns_were_decided_from_goes_after_a_month(self, owner: httpx.Client, world: World) -> None:
        known(owner, world)
        close_all(owner, world)
        kept = (
            "SELECT turn, decided_by, notes, cost_micros, first_words_ms, models_ms, tools_ms FROM conversation_turns"
        )
        before, said = world.db.rows(kept), world.db.rows("SELECT body FROM omni_messages")
        world.clock.advance(days=29)
        asyncio.run(_housekeep(world))
        assert all(row["record"] != "{}" for row in world.db.rows("SELECT record FROM conversation_turns"))
        world.clock.advance(days=2)
        for _ in range(2):
            asyncio.run(_housekeep(world))
        assert {row["record"] for row in world.db.rows("SELECT record FROM conversation_turns")} == {"{}"}
        assert {row["document"] for row in world.db.rows("SELECT document FROM call_turns")} == {""}
        assert (world.db.rows(kept), world.db.rows("SELECT body FROM omni_messages")) == (before, said)
        assert len(before) >= 4

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [({"transcripts_days": 0}, "/transcripts_days"), ({"audio_days": 4_000}, "/audio_days"), ({"x": 1}, "/x")],
    )
    def test_a_wrong_setting_is_told_by_its_field(
        self, owner: httpx.Client, change: dict[str, int], pointer: str
    ) -> None:
        body = {"transcripts_days": 30, "recordings_days": 10, "audio_days": None} | change
        answer = owner.put(f"{TENANT}/retention", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
