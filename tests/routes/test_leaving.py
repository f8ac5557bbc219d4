"""A business that leaves: some days to think, then nothing of it is left but a receipt, whatever fails on the way."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from jobs import run_job
from modules.personal_data.leaving import GRACE_DAYS
from modules.personal_data.tables import OWNED
from tests.support.business import onboard, sign_in, sign_up
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.planting import Planter
from tests.support.threads import pause, text
from tests.support.work import drive, run_jobs
from tools import seed

TENANT, NAME, EMAIL = "/api/v1/tenant", "Garage Exemple", "owner@sample.example"
MARKER = "plantedwords"


@pytest.fixture
def owner(client: httpx.Client, world: World) -> httpx.Client:
    onboard(client, number=seed.NUMBER)
    world.db.rows("UPDATE users SET email = ? RETURNING 1", EMAIL)
    run_jobs(world)
    return client


@pytest.fixture
def other(world: World) -> Iterator[httpx.Client]:
    with client_of(world) as made:
        onboard(made, number="+33199000099")
        run_jobs(world)
        yield made


def tenant_of(client: httpx.Client) -> str:
    return str(client.get("/api/v1/auth/me").json()["tenant"]["id"])


def leave(client: httpx.Client) -> str:
    """The address of the receipt."""
    answer = client.request("DELETE", TENANT, json={"confirm": NAME})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["receipt_url"]).removeprefix("http://testserver")


def pass_by(world: World) -> None:
    """The days of grace, and the minutes that it then takes."""
    world.clock.advance(days=GRACE_DAYS, seconds=1)
    for _ in range(4):
        drive(world)
        run_jobs(world)
        world.clock.advance(minutes=3)


def held(world: World, *words: str) -> dict[str, list[Any]]:
    """Every row of every table that says any of the words; the words' index is asked by its own rows."""
    found = {}
    for table, rows in world.db.dump().items():
        if table != "tenant_erasures" and (saying := [row for row in rows if any(word in repr(row) for word in words)]):
            found[table] = saying
    return found


def rows_of(world: World, tenant_id: str) -> dict[str, list[Any]]:
    """But for how far its vectors are, which goes on meanwhile."""
    said = {name: [row for row in rows if tenant_id in repr(row)] for name, rows in world.db.dump().items()}
    return {name: rows for name, rows in said.items() if name != "knowledge_vectors"}


def test_nothing_is_left_in_any_table_and_the_other_business_keeps_all(
    owner: httpx.Client, other: httpx.Client, world: World
) -> None:
    tenant_id, other_id = tenant_of(owner), tenant_of(other)
    user_id = str(owner.get("/api/v1/auth/me").json()["user"]["id"])
    text(owner, world, f"Bonjour, {MARKER}", seed.NUMBER)
    pause(world)
    planted = Planter(world.db.connection, tenant_id, user_id, MARKER).plant()
    assert set(planted) == {table.name for table in OWNED}
    for table in planted:
        assert world.db.rows(f"SELECT 1 FROM {table} WHERE tenant_id = ?", tenant_id), table
    world.db.rows("INSERT INTO migration_rejects VALUES ('t', 'x', '', 'r', ?, '2026') RETURNING 1", f'"{tenant_id}"')
    world.db.rows(
        "INSERT INTO platform_numbers (phone_number, provider, tenant_id, created_at, allocated_at)"
        " VALUES ('+33199009999', 'twilio', ?, '2026', '2026') RETURNING 1",
        tenant_id,
    )
    asyncio.run(world.blobs.put(f"{tenant_id}/recordings/r1", b"audio", "audio/mpeg"))
    asyncio.run(world.blobs.put(f"{other_id}/recordings/r1", b"audio", "audio/mpeg"))
    before = rows_of(world, other_id)
    known = world.db.rows(
        "SELECT vector_id FROM knowledge_vectors WHERE tenant_id = ? AND state <> 'wanted'", tenant_id
    )
    vectors = [str(row["vector_id"]) for row in known][:20]
    assert vectors

    receipt = leave(owner)
    pass_by(world)

    # The words of the index that stands without its rows are gone when no row's words are found.
    assert held(world, tenant_id, MARKER, EMAIL, user_id, "+33639985555") == {}
    words = "SELECT rowid FROM message_words WHERE message_words MATCH ?"
    assert world.db.rows(words, f"tenant:{tenant_id}") == []
    assert world.db.rows(words, f"body:{MARKER}") == []
    assert [key for key in world.blobs.held if key.startswith(tenant_id)] == []
    assert f"{other_id}/recordings/r1" in world.blobs.held
    assert asyncio.run(world.vectors.present(vectors)) == frozenset()
    assert world.db.rows("SELECT tenant_id FROM platform_numbers") == [{"tenant_id": None}]
    assert world.db.rows("PRAGMA foreign_key_check") == []
    assert rows_of(world, other_id) == before
    with client_of(world) as anybody:
        told = anybody.get(receipt).json()["erasure"]
        assert anybody.get(receipt[:-1]).status_code == 404
    assert told["state"] == "done"
    assert {name for name, count in told["counts"].items() if count < 1} == set()
    assert {table.name for table in OWNED} <= {*told["counts"], "knowledge_vectors"}
    assert (told["counts"]["tenants"], told["counts"]["users"], told["counts"]["objects"]) == (1, 1, 1)
    assert tenant_id not in json.dumps(told)


def test_it_can_be_called_off_until_it_begins(owner: httpx.Client, world: World) -> None:
    assert owner.get(f"{TENANT}/erasure").status_code == 404
    assert owner.request("DELETE", TENANT, json={"confirm": "Something else"}).json()["code"] == "not_confirmed"
    leave(owner)
    due = owner.get(f"{TENANT}/erasure").json()["erasure"]
    assert (due["state"], due["due_at"]) == ("scheduled", "2026-11-27T11:00:00.000Z")
    assert owner.delete(f"{TENANT}/erasure").status_code == 200
    assert owner.delete(f"{TENANT}/erasure").status_code == 404
    before = tenant_of(owner)
    pass_by(world)
    sign_in(owner, EMAIL)
    assert tenant_of(owner) == before
    leave(owner)
    leave(owner)  # a repeat is the first again
    world.clock.advance(days=GRACE_DAYS, seconds=1)
    sign_in(owner, EMAIL)
    drive(world)
    refused = owner.delete(f"{TENANT}/erasure")
    assert refused.status_code == 401  # nobody signs in any more
    assert world.db.rows("SELECT state FROM tenant_erasures") == [{"state": "closing"}]


def test_the_doors_close_first(owner: httpx.Client, world: World) -> None:
    slug = owner.get("/api/v1/auth/me").json()["tenant"]["slug"]
    leave(owner)
    world.clock.advance(days=GRACE_DAYS, seconds=1)
    with client_of(world) as anybody:
        assert anybody.get(f"/book/{slug}").status_code == 200
        drive(world)
        assert anybody.get(f"/book/{slug}").status_code == 404
        login = anybody.post("/api/v1/auth/login", json={"email": EMAIL, "password": "0123456789"})
        assert login.status_code == 401
    assert world.db.rows("SELECT 1 FROM omni_phone_mappings") == []


def test_somebody_of_two_businesses_stays_in_the_other(owner: httpx.Client, other: httpx.Client, world: World) -> None:
    """And what they wrote there still names them."""
    user_id = str(owner.get("/api/v1/auth/me").json()["user"]["id"])
    other_id = tenant_of(other)
    world.db.rows("INSERT INTO memberships VALUES (?, ?, 'agent', '2026') RETURNING 1", other_id, user_id)
    leave(owner)
    pass_by(world)
    assert world.db.rows("SELECT email FROM users WHERE id = ?", user_id) == [{"email": EMAIL}]
    with client_of(world) as again:
        sign_in(again, EMAIL)
        assert tenant_of(again) == other_id


def test_only_an_owner_may(owner: httpx.Client, world: World) -> None:
    with client_of(world) as admin:
        made = sign_up(admin, email="admin@sample.example", company_name="Autre Exemple")
        world.db.rows(
            "INSERT INTO memberships VALUES (?, ?, 'admin', '2026') RETURNING 1", tenant_of(owner), made["user"]["id"]
        )
        admin.headers["x-tenant-id"] = tenant_of(owner)
        assert admin.request("DELETE", TENANT, json={"confirm": NAME}).status_code == 403
        assert admin.post(f"{TENANT}/export").status_code == 403
        assert admin.get(f"{TENANT}/retention").status_code == 200


def test_a_store_that_fails_on_the_way_only_delays_it(owner: httpx.Client, world: World) -> None:
    tenant_id = tenant_of(owner)
    asyncio.run(world.blobs.put(f"{tenant_id}/recordings/r1", b"audio", "audio/mpeg"))
    receipt = leave(owner)
    world.clock.advance(days=GRACE_DAYS, seconds=1)
    job = {"kind": "erase_tenant", "tenant_id": tenant_id}
    for state in ("scheduled", "closing", "erasing", "sweeping"):
        assert world.db.rows("SELECT state FROM tenant_erasures") == [{"state": state}]
        if state == "erasing":
            world.blobs.is_down = True
            assert not asyncio.run(run_job(world.settings, world.ports, job))
            world.blobs.is_down = False
        index = 0
        while world.db.rows("SELECT state FROM tenant_erasures") == [{"state": state}]:
            world.db.fail_at = index  # in every batch: the first that is as long breaks
            asyncio.run(run_job(world.settings, world.ports, job))
            world.db.fail_at = None
            index += 1
        assert index > 1 or state == "sweeping"
        world.clock.advance(minutes=6)
    assert held(world, tenant_id) == {}
    with client_of(world) as anybody:
        counts = anybody.get(receipt).json()["erasure"]["counts"]
    assert (counts["tenants"], counts["objects"], counts["services"]) == (1, 1, len(seed.SERVICES["services"]))


def test_its_assistants_at_the_voice_platform_go_too(owner: httpx.Client, world: World) -> None:
    credentials = {"api_key": "vapi-sample-0123456789", "webhook_secret": "vapi-secret-0123456789"}
    assert owner.put("/api/v1/integrations/vapi/credentials", json=credentials).status_code == 200
    (agent,) = owner.get("/api/v1/omnichannel/agents").json()["items"]
    assert owner.post(f"/api/v1/vapi/assistants/{agent['id']}/push").status_code == 200
    assert len(world.fakes.vapi.assistants) == 1
    leave(owner)
    world.clock.advance(days=GRACE_DAYS, seconds=1)
    drive(world)
    world.fakes.fail("vapi", times=99)
    for _ in range(2):  # as long as the platform does not answer, and not longer than can be waited for
        world.clock.advance(minutes=6)
        drive(world)
        run_jobs(world)
        assert world.db.rows("SELECT state FROM tenant_erasures") == [{"state": "closing"}]
    world.fakes.fail("vapi", times=0)
    pass_by(world)
    assert world.fakes.vapi.assistants == {}
    assert world.db.rows("SELECT state FROM tenant_erasures") == [{"state": "done"}]


def test_what_was_written_down_cannot_be_taken_back(owner: httpx.Client, world: World) -> None:
    assert world.db.rows("SELECT 1 FROM audit_logs")
    with pytest.raises(Exception, match="append_only"):
        world.db.connection.execute("DELETE FROM audit_logs")
    with pytest.raises(Exception, match="append_only"):
        world.db.connection.execute("UPDATE audit_logs SET action = 'x'")
