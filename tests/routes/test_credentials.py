"""A tenant's own accounts at vendors: asked first, sealed, never shown, and wrapped anew while they are in use."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from jobs import run_job
from modules.credentials import sealing
from modules.credentials.resolve import resolve, resolve_own
from ports.cipher import CannotOpen
from tests.support.business import sign_up
from tests.support.fakes import VARIABLES, World
from tests.support.http import client_of
from tests.support.work import drive
from tools import rotate_keys
from tools.fakes.twilio import ACCOUNT, TOKEN

INTEGRATIONS = "/api/v1/integrations"
KEY = "sk-sample-0123456789abcdef"
OPERATOR = {"Authorization": f"Bearer {VARIABLES['ADMIN_API_KEY']}"}
FORMS: dict[str, dict[str, Any]] = {
    "twilio": {"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": "+33199001234"},
    "vapi": {"api_key": "vapi-sample-0123456789", "webhook_secret": "hook-sample-0123456789"},
    "openai": {"api_key": KEY},
    "anthropic": {"api_key": KEY},
    "elevenlabs": {"api_key": KEY},
    "resend": {"api_key": "re_sample_0123456789", "sender": "Sample <desk@sample.example>"},
    "smtp": {
        "host": "smtp.sample.example",
        "port": 465,
        "username": "desk@sample.example",
        "password": "sample-password-0123456789",
        "sender": "desk@sample.example",
    },
    "whatsapp": {"access_token": "EAAsample0123456789", "phone_number_id": "1000000001", "app_secret": "abcdef0123"},
}
OTHER_KEY = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="


def put(client: httpx.Client, provider: str, **changes: Any) -> httpx.Response:
    return client.put(f"{INTEGRATIONS}/{provider}/credentials", json={**FORMS[provider], **changes})


@pytest.fixture
def tenant_id(client: httpx.Client) -> str:
    return str(sign_up(client)["tenant"]["id"])


@pytest.mark.parametrize("provider", FORMS)
def test_credentials_are_stored_sealed_and_shown_as_four_characters(
    client: httpx.Client, tenant_id: str, world: World, provider: str
) -> None:
    answer = put(client, provider)
    assert answer.status_code == 200, answer.text
    integration = answer.json()["integration"]
    assert integration["configured"] is True
    assert integration["verified_at"] is not None
    assert {one["name"]: one["last4"] for one in integration["fields"]} == {
        name: str(value)[-4:] if len(str(value)) >= 12 else "" for name, value in FORMS[provider].items()
    }
    assert client.get(f"{INTEGRATIONS}/{provider}/credentials").json() == answer.json()
    secrets = [
        str(value) for name, value in FORMS[provider].items() if name.endswith(("key", "token", "secret", "word"))
    ]
    for shown in (answer.text, str(world.db.dump()), client.get(INTEGRATIONS).text):
        assert not [secret for secret in secrets if secret in shown]
    credential = asyncio.run(resolve(world.ports, tenant_id, provider))  # type: ignore[arg-type]
    assert credential
    assert credential.values == {name: str(value) for name, value in FORMS[provider].items()}
    assert KEY not in repr(credential)


def test_the_vendors_refusal_is_told_and_nothing_is_written(client: httpx.Client, world: World, tenant_id: str) -> None:
    assert put(client, "openai").status_code == 200
    world.fakes.keys.rejected_keys.add("sk-sample-bad-0123456789")
    before = world.db.dump()
    refused = put(client, "openai", api_key="sk-sample-bad-0123456789")
    assert (refused.status_code, refused.json()["code"]) == (422, "credentials_rejected")
    assert "http_401_invalid_api_key" in refused.json()["detail"]
    assert "bad" not in refused.text
    assert world.db.dump() == before


@pytest.mark.parametrize("provider", [name for name in FORMS if name != "smtp"])
def test_a_vendor_that_is_down_or_hangs_leaves_things_as_they_were(
    client: httpx.Client, world: World, tenant_id: str, provider: str
) -> None:
    vendor = {"whatsapp": "meta"}.get(provider, provider)
    before = world.db.dump()
    world.fakes.hang(vendor, times=3)
    refused = put(client, provider)
    assert (refused.status_code, refused.json()["code"]) == (502, "vendor_failed")
    assert world.db.dump() == before


def test_a_suspended_twilio_account_is_no_account(client: httpx.Client, world: World, tenant_id: str) -> None:
    sid = f"AC{'b' * 32}"
    world.fakes.twilio.add_account(sid, TOKEN, status="suspended")
    assert put(client, "twilio", account_sid=sid).json()["code"] == "credentials_rejected"


@pytest.mark.parametrize(
    ("provider", "changes", "pointer"),
    [
        ("twilio", {"account_sid": "AC123"}, "/account_sid"),
        ("twilio", {"auth_token": "short"}, "/auth_token"),
        ("openai", {"api_key": None}, "/api_key"),
        ("openai", {"api_key": "sk-sample 0123456789"}, "/api_key"),
        ("anthropic", {"api_key": "sk-échantillon-0123456789"}, "/api_key"),
        ("whatsapp", {"access_token": "sample\x000123456789"}, "/access_token"),
        ("openai", {"organization": "x"}, "/organization"),
        ("smtp", {"port": 0}, "/port"),
        ("smtp", {"port": 25}, "/port"),
        ("smtp", {"host": "127.0.0.1"}, "/host"),
        ("smtp", {"host": "mail.internal"}, "/host"),
        ("whatsapp", {"phone_number_id": "../me"}, "/phone_number_id"),
    ],
)
def test_what_no_vendor_gives_out_is_refused_by_its_field(
    client: httpx.Client, tenant_id: str, provider: str, changes: dict[str, Any], pointer: str
) -> None:
    refused = put(client, provider, **changes)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert "short" not in refused.text.replace("too_short", "").replace("shorter", "")


def test_new_fields_replace_all_the_old_ones_or_none(client: httpx.Client, world: World, tenant_id: str) -> None:
    assert put(client, "vapi").status_code == 200
    token = client.get(f"{INTEGRATIONS}/vapi/credentials").json()["integration"]["webhook_token"]
    for at in range(5):
        before = world.db.dump()
        world.db.fail_in = ("tenant_integrations (tenant_id", at)
        assert put(client, "vapi", webhook_secret=None).status_code == 503
        assert world.db.dump() == before
    world.db.fail_in = None
    changed = put(client, "vapi", webhook_secret=None).json()["integration"]
    assert ([one["name"] for one in changed["fields"]], changed["webhook_token"]) == (["api_key"], token)


def test_deleted_credentials_fall_back_to_the_platforms(client: httpx.Client, world: World, tenant_id: str) -> None:
    sid = f"AC{'b' * 32}"
    world.fakes.twilio.add_account(sid, TOKEN)
    assert put(client, "twilio", account_sid=sid).status_code == 200
    own = asyncio.run(resolve(world.ports, tenant_id, "twilio"))
    assert own
    assert (own.account, own.is_platform) == (sid, False)
    assert client.delete(f"{INTEGRATIONS}/twilio/credentials").status_code == 200
    assert client.delete(f"{INTEGRATIONS}/twilio/credentials").status_code == 404
    platform = asyncio.run(resolve(world.ports, tenant_id, "twilio"))
    assert platform
    assert (platform.account, platform.is_platform) == (ACCOUNT, True)
    assert world.db.rows("SELECT * FROM tenant_credentials") == []


def test_the_plan_decides_what_the_platform_pays(client: httpx.Client, tenant_id: str) -> None:
    world = World(OPENAI_API_KEY=KEY)
    with client_of(world) as owner:
        tenant_id = str(sign_up(owner)["tenant"]["id"])
        assert asyncio.run(resolve(world.ports, tenant_id, "openai")) is None
        world.db.rows("UPDATE tenants SET subscription_plan = 'pro' WHERE id = ?", tenant_id)
        given = asyncio.run(resolve(world.ports, tenant_id, "openai"))
        assert given is not None
        assert given.is_platform
    assert asyncio.run(resolve(world.ports, "tenant_unknown", "openai")) is None


def test_a_row_that_was_moved_does_not_open(client: httpx.Client, other: httpx.Client, world: World) -> None:
    mine = str(sign_up(client)["tenant"]["id"])
    theirs = str(sign_up(other)["tenant"]["id"])
    put(client, "openai")
    put(other, "openai", api_key="sk-other-0123456789abcdef")
    put(other, "anthropic")
    for sql in (
        # to another tenant; to another provider; to another field of the same one
        f"UPDATE tenant_credentials SET ciphertext = (SELECT ciphertext FROM tenant_credentials WHERE tenant_id = '{mine}')"
        f" WHERE tenant_id = '{theirs}' AND provider = 'openai'",
        "UPDATE tenant_credentials SET ciphertext = (SELECT ciphertext FROM tenant_credentials"
        f" WHERE tenant_id = '{theirs}' AND provider = 'openai') WHERE tenant_id = '{theirs}' AND provider = 'anthropic'",
        f"UPDATE tenant_credentials SET field = 'webhook_secret' WHERE tenant_id = '{theirs}' AND provider = 'anthropic'",
    ):
        content = world.db.connection.serialize()
        world.db.rows(sql)
        moved: tuple[Any, ...] = ("anthropic",) if "anthropic" in sql else ("openai",)
        assert [asyncio.run(resolve_own(world.ports, theirs, name)) for name in moved] == [None]
        world.db.connection.deserialize(content)
    # The key itself, taken over with the row.
    world.db.rows(
        f"UPDATE tenant_keys SET wrapped_key = (SELECT wrapped_key FROM tenant_keys WHERE tenant_id = '{mine}')"
        f" WHERE tenant_id = '{theirs}'"
    )
    assert asyncio.run(resolve_own(world.ports, theirs, "openai")) is None


def test_places_are_never_confused() -> None:
    world = World()

    async def confused() -> None:
        key = sealing.DataKey("dek_1", b"k" * 32)
        sealed = await sealing.seal(world.ports, key, ("a", "bc", "d"), "value")
        assert await sealing.unseal(world.ports, key, ("a", "bc", "d"), sealed) == "value"
        await sealing.unseal(world.ports, key, ("ab", "c", "d"), sealed)

    with pytest.raises(CannotOpen):
        asyncio.run(confused())


def rotated(world: World) -> World:
    """The same database under a new key, the old one still at hand."""
    later = World(CREDENTIALS_KEY=OTHER_KEY, CREDENTIALS_KEY_PREVIOUS=VARIABLES["CREDENTIALS_KEY"])
    later.db = world.db
    later.ids.skip(10_000)
    return later


def tenants_with_keys(world: World, count: int) -> list[str]:
    found = []
    for _ in range(count):
        with client_of(world) as client:
            found.append(str(sign_up(client)["tenant"]["id"]))
            assert put(client, "openai").status_code == 200
    return found


def opens(world: World, tenants: list[str]) -> list[bool]:
    return [asyncio.run(resolve_own(world.ports, one, "openai")) is not None for one in tenants]


def test_a_rotation_that_is_interrupted_goes_on(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    tenants = tenants_with_keys(world, 60)
    later = rotated(world)
    assert all(opens(later, tenants))
    with client_of(later) as operator:
        operator.headers.update(OPERATOR)
        later.db.fail_in = ("UPDATE tenant_keys", 30)  # in the middle of the first fifty
        assert rotate_keys.rotate(operator) == 1
        later.db.fail_in = None
        assert wrapped_under_old(later) == 60  # a batch is whole or nothing
        assert operator.post("/api/v1/admin/credentials/rotate").json()["remaining"] == 10
        assert all(opens(later, tenants))  # half and half: every one of them reads
        assert rotate_keys.rotate(operator) == 0
    assert "10 rewrapped, 0 remain" in capsys.readouterr().out
    finished = World(CREDENTIALS_KEY=OTHER_KEY)
    finished.db = later.db
    assert all(opens(finished, tenants))


def wrapped_under_old(world: World) -> int:
    current = sealing.wrapping_key_id(world.ports.keyring.credentials)
    (row,) = world.db.rows("SELECT COUNT(*) AS n FROM tenant_keys WHERE wrapping_key_id <> ?", current)
    return int(row["n"] or 0)


def test_cron_rotates_as_well_and_passes_over_what_nothing_opens(world: World) -> None:
    tenants = tenants_with_keys(world, 3)
    world.db.rows(
        "UPDATE tenant_keys SET wrapped_key = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' WHERE tenant_id = ?",
        tenants[0],
    )
    later = rotated(world)
    drive(later)
    assert wrapped_under_old(later) == 1
    assert opens(later, tenants) == [False, True, True]
    with client_of(later) as operator:
        operator.headers.update(OPERATOR)
        assert operator.post("/api/v1/admin/credentials/rotate").json() == {
            "success": True,
            "rewrapped": 0,
            "remaining": 0,
            "unreadable": 1,
        }
        assert rotate_keys.rotate(operator) == 1


def test_what_cannot_be_opened_reads_as_not_configured_and_can_be_sent_again(
    client: httpx.Client, world: World
) -> None:
    tenant_id = str(sign_up(client)["tenant"]["id"])
    put(client, "openai")
    lost = World(CREDENTIALS_KEY=OTHER_KEY)
    lost.db = world.db
    assert asyncio.run(resolve(lost.ports, tenant_id, "openai")) is None


def test_who_changed_credentials_is_in_the_audit_log_without_a_value(
    client: httpx.Client, world: World, tenant_id: str
) -> None:
    put(client, "openai")
    client.delete(f"{INTEGRATIONS}/openai/credentials")
    rows = world.db.rows("SELECT action, subject FROM audit_logs WHERE tenant_id = ? ORDER BY id", tenant_id)
    assert [row for row in rows if str(row["action"]).startswith("credentials")] == [
        {"action": "credentials.stored", "subject": "openai"},
        {"action": "credentials.deleted", "subject": "openai"},
    ]


def test_jobs_name_no_secret(client: httpx.Client, world: World, tenant_id: str) -> None:
    put(client, "twilio")
    assert TOKEN not in json.dumps(world.jobs.sent)
    for kind, payload in world.jobs.sent:
        assert asyncio.run(run_job(world.settings, world.ports, {"kind": kind, **payload}))
