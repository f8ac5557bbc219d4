import asyncio
from base64 import b64encode

import httpx
import jwt
import pytest

from modules.identity import tokens
from tests.support.business import sign_up
from tests.support.fakes import VARIABLES, World

ME = "/api/v1/auth/me"
OWNER = {"email": "Owner@Sample.example", "password": "0123456789", "name": "Sample Owner", "company_name": "Café Élan"}


def test_sign_up_makes_user_tenant_membership_and_session_in_one_batch(client: httpx.Client, world: World) -> None:
    answer = client.post("/api/v1/auth/signup", json=OWNER)
    assert answer.status_code == 201
    body = answer.json()
    assert body["success"] is True
    assert body["user"]["email"] == "owner@sample.example"
    assert (body["tenant"]["name"], body["tenant"]["slug"]) == ("Café Élan", "cafe-elan")
    assert body["expires_in"] == 900
    assert len(world.db.batches) == 1
    (member,) = world.db.rows("SELECT tenant_id, user_id, role FROM memberships")
    assert member == {"tenant_id": body["tenant"]["id"], "user_id": body["user"]["id"], "role": "owner"}
    assert world.db.rows("SELECT action FROM audit_logs") == [{"action": "auth.signed_up"}]
    (user,) = world.db.rows("SELECT password_hash FROM users")
    assert str(user["password_hash"]).startswith("$scrypt$ln=13,r=8,p=10$")


def test_sign_up_sets_cookies_that_scripts_and_strangers_cannot_use(client: httpx.Client) -> None:
    cookies = client.post("/api/v1/auth/signup", json=OWNER).headers.get_list("set-cookie")
    access = next(c for c in cookies if c.startswith("coccinelle_access="))
    assert all(flag in access.lower() for flag in ("httponly", "secure", "samesite=lax"))
    csrf = next(c for c in cookies if c.startswith("coccinelle_csrf="))
    assert "httponly" not in csrf.lower()


def test_an_address_signs_up_once_whatever_its_case(client: httpx.Client, world: World) -> None:
    client.post("/api/v1/auth/signup", json=OWNER)
    before = world.db.dump()
    answer = client.post("/api/v1/auth/signup", json={**OWNER, "email": "OWNER@sample.EXAMPLE"})
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert answer.headers["content-type"] == "application/problem+json"
    assert world.db.dump() == before


def test_businesses_of_one_name_get_different_slugs(client: httpx.Client) -> None:
    slugs = {
        client.post("/api/v1/auth/signup", json={**OWNER, "email": f"{n}@sample.example"}).json()["tenant"]["slug"]
        for n in range(3)
    }
    assert len(slugs) == 3
    assert "cafe-elan" in slugs


@pytest.mark.parametrize("fail_at", range(5))
def test_a_sign_up_that_breaks_leaves_nothing(client: httpx.Client, world: World, fail_at: int) -> None:
    before = world.db.dump()
    world.db.fail_at = fail_at
    answer = client.post("/api/v1/auth/signup", json=OWNER)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert world.db.dump() == before


def test_login_gives_a_token_that_opens_me(client: httpx.Client) -> None:
    client.post("/api/v1/auth/signup", json=OWNER)
    login = client.post("/api/v1/auth/login", json={"email": OWNER["email"], "password": OWNER["password"]})
    client.cookies.clear()
    me = client.get(ME, headers={"Authorization": f"Bearer {login.json()['access_token']}"})
    assert (me.status_code, me.json()["role"]) == (200, "owner")


@pytest.mark.parametrize("email", ["owner@sample.example", "nobody@sample.example"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: httpx.Client, email: str) -> None:
    client.post("/api/v1/auth/signup", json=OWNER)
    answer = client.post("/api/v1/auth/login", json={"email": email, "password": "not the one"})
    problem = answer.json()
    assert answer.status_code == 401
    assert (problem["code"], problem["detail"]) == ("invalid_credentials", "Check both, or set a new password.")


def test_login_renews_a_hash_of_weaker_parameters(client: httpx.Client, world: World) -> None:
    client.post("/api/v1/auth/signup", json=OWNER)
    key = asyncio.run(world.ports.kdf.scrypt(b"0123456789", bytes(16), n=16, r=8, p=1, size=32))
    weak = f"$scrypt$ln=4,r=8,p=1${b64encode(bytes(16)).decode()}${b64encode(key).decode()}"
    world.db.connection.execute("UPDATE users SET password_hash = ?", (weak,))
    assert (
        client.post("/api/v1/auth/login", json={"email": OWNER["email"], "password": "0123456789"}).status_code == 200
    )
    (user,) = world.db.rows("SELECT password_hash FROM users")
    assert str(user["password_hash"]).startswith("$scrypt$ln=13,r=8,p=10$")


@pytest.mark.parametrize("stored", [None, "", "bcrypt", "$scrypt$ln=40,r=8,p=1$AA$AA", "$scrypt$x$y$z"])
def test_a_hash_that_cannot_be_read_opens_nothing(client: httpx.Client, world: World, stored: str | None) -> None:
    client.post("/api/v1/auth/signup", json=OWNER)
    world.db.connection.execute("UPDATE users SET password_hash = ?", (stored,))
    answer = client.post("/api/v1/auth/login", json={"email": OWNER["email"], "password": "0123456789"})
    assert answer.status_code == 401


def test_logout_ends_the_session_at_once(client: httpx.Client, world: World) -> None:
    sign_up(client)
    assert client.post("/api/v1/auth/logout").status_code == 200
    assert client.get(ME).status_code == 401
    assert world.db.rows("SELECT COUNT(*) AS n FROM sessions WHERE revoked_at IS NOT NULL") == [{"n": 1}]


def test_a_token_dies_after_fifteen_minutes(client: httpx.Client, world: World) -> None:
    sign_up(client)
    world.clock.advance(minutes=14, seconds=59)
    assert client.get(ME).status_code == 200
    world.clock.advance(seconds=1)
    assert client.get(ME).status_code == 401


def _forged(world: World, **changes: object) -> str:
    (row,) = world.db.rows("SELECT s.id AS sid, s.user_id, m.tenant_id FROM sessions AS s JOIN memberships AS m")
    now = int(world.clock.now().timestamp())
    payload = {
        "iss": tokens.ISSUER,
        "aud": tokens.AUDIENCE,
        "sub": row["user_id"],
        "tid": row["tenant_id"],
        "sid": row["sid"],
        "iat": now,
        "exp": now + 60,
    } | changes
    key = changes.pop("key", VARIABLES["JWT_SECRET"])
    payload.pop("key", None)
    return jwt.encode(payload, str(key), algorithm="HS256")


@pytest.mark.parametrize(
    "changes",
    [{"iss": "other"}, {"aud": "other"}, {"key": "another-secret-0123456789abcdef0123456789abcdef"}, {"exp": 1}],
)
def test_a_forged_token_is_refused(client: httpx.Client, world: World, changes: dict[str, object]) -> None:
    sign_up(client)
    client.headers.pop("Authorization")
    good, bad = _forged(world), _forged(world, **changes)
    assert client.get(ME, headers={"Authorization": f"Bearer {good}"}).status_code == 200
    assert client.get(ME, headers={"Authorization": f"Bearer {bad}"}).status_code == 401


def test_an_unsigned_token_is_refused(client: httpx.Client, world: World) -> None:
    sign_up(client)
    claims = jwt.decode(_forged(world), options={"verify_signature": False})
    unsigned = jwt.encode(claims, "", algorithm="none")
    assert client.get(ME, headers={"Authorization": f"Bearer {unsigned}"}).status_code == 401


def test_an_unsafe_request_by_cookie_needs_the_csrf_token(client: httpx.Client) -> None:
    body = sign_up(client)
    client.headers.pop("Authorization")
    cookie = {"Cookie": f"coccinelle_access={body['access_token']}"}
    assert client.get(ME, headers=cookie).status_code == 200
    refused = client.post("/api/v1/onboarding/start", headers=cookie)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    taken = client.post("/api/v1/onboarding/start", headers=cookie | {"X-CSRF-Token": body["csrf_token"]})
    assert taken.status_code == 201


def test_only_ones_own_tenant_and_user_can_be_named(client: httpx.Client, other: httpx.Client) -> None:
    mine, theirs = sign_up(client), sign_up(other)
    assert client.get(ME, headers={"x-tenant-id": mine["tenant"]["id"]}).status_code == 200
    for header, value in (("x-tenant-id", theirs["tenant"]["id"]), ("x-user-id", theirs["user"]["id"])):
        answer = client.get(ME, headers={header: value})
        assert (answer.status_code, answer.json()["code"]) == (403, "tenant_forbidden")


def test_a_member_of_two_tenants_chooses_by_header(client: httpx.Client, other: httpx.Client, world: World) -> None:
    mine, theirs = sign_up(client), sign_up(other)
    world.db.connection.execute(
        "INSERT INTO memberships VALUES (?, ?, 'viewer', '2026-11-20 11:00:00.000')",
        (theirs["tenant"]["id"], mine["user"]["id"]),
    )
    answer = client.get(ME, headers={"x-tenant-id": theirs["tenant"]["id"]})
    assert (answer.json()["tenant"]["id"], answer.json()["role"]) == (theirs["tenant"]["id"], "viewer")
    refused = client.post("/api/v1/onboarding/start", headers={"x-tenant-id": theirs["tenant"]["id"]})
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
