"""Refresh tokens in families, cookies, and what a mail proves."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from modules.identity import recovery
from modules.identity.errors import TokenInvalid
from modules.identity.schemas import ResetPassword
from modules.identity.trace import Trace
from tests.support.business import sign_up
from tests.support.fakes import World
from tests.support.interleaved import Interleaved

AUTH = "/api/v1/auth"
OWNER = {"email": "owner@sample.example", "password": "0123456789", "name": "Sample Owner"}


def cookies_of(answer: httpx.Response) -> dict[str, str]:
    pairs = (one.partition(";")[0].partition("=") for one in answer.headers.get_list("set-cookie"))
    return {name: value for name, _, value in pairs}


@pytest.fixture
def signed_up(client: httpx.Client) -> dict[str, str]:
    return cookies_of(client.post(f"{AUTH}/signup", json=OWNER))


def refresh(client: httpx.Client, token: str) -> httpx.Response:
    client.cookies.clear()
    return client.post(f"{AUTH}/refresh", json={"refresh_token": token})


def test_a_refresh_token_in_the_body_gives_the_next_pair(client: httpx.Client, signed_up: dict[str, str]) -> None:
    answer = refresh(client, signed_up["coccinelle_refresh"])
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["refresh_token"] != signed_up["coccinelle_refresh"]
    me = client.get(f"{AUTH}/me", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert me.json()["tenants"][0]["role"] == "owner"
    assert refresh(client, body["refresh_token"]).status_code == 200


def test_by_cookie_a_refresh_needs_the_csrf_token_and_shows_no_token(
    client: httpx.Client, signed_up: dict[str, str]
) -> None:
    cookie = {"Cookie": f"coccinelle_refresh={signed_up['coccinelle_refresh']}"}
    client.cookies.clear()
    refused = client.post(f"{AUTH}/refresh", json={}, headers=cookie)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    csrf = {"X-CSRF-Token": signed_up["coccinelle_csrf"]}
    answer = client.post(f"{AUTH}/refresh", json={}, headers=cookie | csrf)
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] is None
    assert cookies_of(answer)["coccinelle_refresh"] != signed_up["coccinelle_refresh"]


def test_a_reused_refresh_token_ends_the_family_and_is_audited(
    client: httpx.Client, world: World, signed_up: dict[str, str]
) -> None:
    first = signed_up["coccinelle_refresh"]
    pair = refresh(client, first).json()
    reused = refresh(client, first)
    assert (reused.status_code, reused.json()["code"]) == (401, "refresh_reused")
    for token in (pair["refresh_token"], first):
        assert refresh(client, token).status_code == 401
    me = client.get(f"{AUTH}/me", headers={"Authorization": f"Bearer {pair['access_token']}"})
    assert me.status_code == 401
    actions = [row["action"] for row in world.db.rows("SELECT action FROM audit_logs ORDER BY id")]
    assert "auth.refresh_reused" in actions
    assert world.db.rows("SELECT 1 FROM sessions WHERE revoked_at IS NULL") == []


def test_another_session_of_the_same_user_survives_a_reuse(client: httpx.Client, signed_up: dict[str, str]) -> None:
    other = cookies_of(client.post(f"{AUTH}/login", json={k: OWNER[k] for k in ("email", "password")}))
    refresh(client, signed_up["coccinelle_refresh"])
    assert refresh(client, signed_up["coccinelle_refresh"]).status_code == 401
    assert refresh(client, other["coccinelle_refresh"]).status_code == 200


def test_refresh_tokens_are_kept_as_hashes(world: World, signed_up: dict[str, str]) -> None:
    assert signed_up["coccinelle_refresh"] not in str(world.db.dump())


def test_a_session_goes_on_while_it_is_used_but_not_for_ever(
    client: httpx.Client, world: World, signed_up: dict[str, str]
) -> None:
    token, weeks = signed_up["coccinelle_refresh"], 0
    while (answer := refresh(client, token)).status_code == 200:
        token, weeks = answer.json()["refresh_token"], weeks + 3
        world.clock.advance(weeks=3)
    assert answer.json()["code"] == "refresh_invalid"
    assert 12 < weeks < 20


def test_an_idle_session_ends(client: httpx.Client, world: World, signed_up: dict[str, str]) -> None:
    world.clock.advance(days=31)
    answer = refresh(client, signed_up["coccinelle_refresh"])
    assert (answer.status_code, answer.json()["code"]) == (401, "refresh_invalid")


@pytest.mark.parametrize("token", ["0" * 64, "x" * 16])
def test_a_refresh_token_of_nobody_is_refused(client: httpx.Client, signed_up: dict[str, str], token: str) -> None:
    assert refresh(client, token).json()["code"] == "refresh_invalid"


def test_logging_out_ends_the_refresh_token_too(client: httpx.Client, signed_up: dict[str, str]) -> None:
    bearer = {"Authorization": f"Bearer {signed_up['coccinelle_access']}"}
    client.cookies.clear()
    answer = client.post(f"{AUTH}/logout", headers=bearer)
    assert answer.status_code == 200
    assert all(value in ("", '""') for value in cookies_of(answer).values())
    assert refresh(client, signed_up["coccinelle_refresh"]).status_code == 401


@pytest.fixture
def mailed(client: httpx.Client) -> Callable[[str], list[str]]:
    """The tokens of the mails of one template, newest first, read where a developer reads them."""

    def read(template: str) -> list[str]:
        mails = client.get("/dev/outbox").json()["items"]
        found = (re.search(r"token=([0-9a-f]+)", mail["text"]) for mail in mails if mail["template"] == template)
        return [match[1] for match in found if match]

    return read


def test_a_forgotten_password_is_set_anew_by_mail_once(
    client: httpx.Client, world: World, signed_up: dict[str, str], mailed: Callable[[str], list[str]]
) -> None:
    known = client.post(f"{AUTH}/forgot-password", json={"email": OWNER["email"]})
    unknown = client.post(f"{AUTH}/forgot-password", json={"email": "nobody@sample.example"})
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json()) == (200, {"success": True})
    (token,) = mailed("reset_password")
    assert token not in str(world.db.dump())
    new = {"token": token, "password": "another password"}
    assert client.post(f"{AUTH}/reset-password", json=new).status_code == 200
    again = client.post(f"{AUTH}/reset-password", json=new)
    assert (again.status_code, again.json()["code"]) == (400, "token_invalid")
    login = {"email": OWNER["email"], "password": "another password"}
    assert client.post(f"{AUTH}/login", json=login).status_code == 200
    assert client.post(f"{AUTH}/login", json=login | {"password": OWNER["password"]}).status_code == 401
    assert refresh(client, signed_up["coccinelle_refresh"]).status_code == 401


@pytest.mark.usefixtures("signed_up")
def test_one_link_used_twice_at_once_sets_one_password(
    client: httpx.Client, world: World, mailed: Callable[[str], list[str]]
) -> None:
    client.post(f"{AUTH}/forgot-password", json={"email": OWNER["email"]})
    (token,) = mailed("reset_password")
    ports, trace = replace(world.ports, db=Interleaved(world.db)), Trace("req_sample", "")

    async def both() -> list[object]:
        commands = [ResetPassword(token=token, password=f"password number {number}") for number in range(2)]
        given = (recovery.reset_password(ports, command, trace) for command in commands)
        return list(await asyncio.gather(*given, return_exceptions=True))

    first, second = asyncio.run(both())
    assert (first, type(second)) == (None, TokenInvalid)
    assert len(world.db.rows("SELECT id FROM audit_logs WHERE action = 'auth.password_reset'")) == 1
    login = {"email": OWNER["email"], "password": "password number 0"}
    assert client.post(f"{AUTH}/login", json=login).status_code == 200


def test_known_and_unknown_addresses_cost_the_same(
    client: httpx.Client, world: World, signed_up: dict[str, str]
) -> None:
    costs = []
    for email in (OWNER["email"], "nobody@sample.example"):
        world.db.batches.clear()
        world.jobs.sent.clear()
        client.post(f"{AUTH}/forgot-password", json={"email": email})
        costs.append((len(world.db.batches), [len(batch) for batch in world.db.batches], len(world.jobs.sent)))
    assert costs[0] == costs[1] == (1, [2], 1)


def test_a_few_reset_mails_a_minute_are_enough(
    client: httpx.Client, world: World, signed_up: dict[str, str], mailed: Callable[[str], list[str]]
) -> None:
    for _ in range(6):
        assert client.post(f"{AUTH}/forgot-password", json={"email": OWNER["email"]}).status_code == 200
    assert len(mailed("reset_password")) == 3
    world.clock.advance(seconds=61)
    client.post(f"{AUTH}/forgot-password", json={"email": OWNER["email"]})
    assert len(mailed("reset_password")) == 4


def test_a_used_token_takes_the_older_mails_with_it(
    client: httpx.Client, signed_up: dict[str, str], mailed: Callable[[str], list[str]]
) -> None:
    for _ in range(2):
        client.post(f"{AUTH}/forgot-password", json={"email": OWNER["email"]})
    newer, older = mailed("reset_password")
    assert client.post(f"{AUTH}/reset-password", json={"token": newer, "password": "0123456789x"}).status_code == 200
    assert client.post(f"{AUTH}/reset-password", json={"token": older, "password": "0123456789y"}).status_code == 400


def test_tokens_expire_and_serve_one_purpose(
    client: httpx.Client, world: World, signed_up: dict[str, str], mailed: Callable[[str], list[str]]
) -> None:
    client.post(f"{AUTH}/forgot-password", json={"email": OWNER["email"]})
    (verify,), (reset,) = mailed("verify_email"), mailed("reset_password")
    swapped = client.post(f"{AUTH}/reset-password", json={"token": verify, "password": "0123456789x"})
    assert swapped.status_code == 400
    assert client.post(f"{AUTH}/verify-email", json={"token": reset}).status_code == 400
    world.clock.advance(minutes=61)
    late = client.post(f"{AUTH}/reset-password", json={"token": reset, "password": "0123456789x"})
    assert late.status_code == 400
    assert client.post(f"{AUTH}/verify-email", json={"token": verify}).status_code == 200
    assert client.post(f"{AUTH}/verify-email", json={"token": verify}).status_code == 400
    assert world.db.rows("SELECT email_verified_at IS NOT NULL AS is_verified FROM users") == [{"is_verified": 1}]


def test_mails_speak_the_language_of_the_request(client: httpx.Client) -> None:
    client.post(f"{AUTH}/signup", json=OWNER, headers={"Accept-Language": "en-GB"})
    client.cookies.clear()
    client.post(f"{AUTH}/signup", json=OWNER | {"email": "autre@sample.example"})
    subjects = [mail["subject"] for mail in client.get("/dev/outbox").json()["items"]]
    assert subjects == ["Confirmez votre adresse e-mail", "Confirm your e-mail address"]


def test_links_lead_to_the_frontend_of_the_settings_never_to_the_host_of_the_request() -> None:
    from tests.support.http import client_of

    world = World(APP_BASE_URL="https://desk.sample.example")
    with client_of(world) as client:
        client.post(f"{AUTH}/signup", json=OWNER, headers={"Host": "evil.example"})
        (mail,) = client.get("/dev/outbox").json()["items"]
    assert "https://desk.sample.example/verify-email?token=" in mail["text"]
    assert "evil" not in mail["text"]


def test_the_development_mailbox_is_not_there_in_production() -> None:
    from tests.support.http import client_of

    with client_of(World(ENVIRONMENT="production")) as client:
        assert client.get("/dev/outbox").status_code == 404


def test_the_profile_is_changed_and_a_new_password_ends_the_other_sessions(
    client: httpx.Client, world: World, signed_up: dict[str, str]
) -> None:
    login = client.post(f"{AUTH}/login", json={k: OWNER[k] for k in ("email", "password")}).json()
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {login['access_token']}"
    assert client.patch(f"{AUTH}/profile", json={"name": "Other Name"}).json()["user"]["name"] == "Other Name"
    wrong = client.patch(f"{AUTH}/profile", json={"password": "0123456789x", "current_password": "no"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
    right = {"password": "0123456789x", "current_password": OWNER["password"]}
    assert client.patch(f"{AUTH}/profile", json=right).status_code == 200
    assert client.get(f"{AUTH}/me").json()["user"]["name"] == "Other Name"
    del client.headers["Authorization"]
    assert refresh(client, signed_up["coccinelle_refresh"]).status_code == 401


def test_ten_logins_a_minute_an_account_known_or_not(
    client: httpx.Client, world: World, signed_up: dict[str, str]
) -> None:
    for email in (OWNER["email"], "nobody@sample.example"):
        body = {"email": email, "password": "not the one"}
        statuses = [client.post(f"{AUTH}/login", json=body).status_code for _ in range(11)]
        assert statuses == [401] * 10 + [429]
    assert log_in(client).status_code == 429
    world.clock.advance(seconds=60)
    assert log_in(client).status_code == 200
    assert world.db.rows("SELECT COUNT(*) AS n FROM audit_logs WHERE action = 'auth.login_failed'") == [{"n": 10}]


def log_in(client: httpx.Client, address: str = "", **changes: str) -> httpx.Response:
    body = {"email": OWNER["email"], "password": OWNER["password"], **changes}
    return client.post(f"{AUTH}/login", json=body, headers={"CF-Connecting-IP": address} if address else {})


def test_whoever_keeps_failing_waits_longer_each_time(
    client: httpx.Client, world: World, signed_up: dict[str, str]
) -> None:
    waits = []
    for _ in range(17):
        answer = log_in(client, "192.0.2.9", password="not the one")
        while answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            world.clock.advance(seconds=waits[-1])
            answer = log_in(client, "192.0.2.9", password="not the one")
        assert answer.status_code == 401
    # The second is the rest of the minute in which the account has had its ten.
    assert waits == [30, 30, 60, 120, 240, 480, 900, 900]
    world.clock.advance(seconds=900)
    assert log_in(client, "192.0.2.9").status_code == 200  # and it is forgotten
    assert [log_in(client, "192.0.2.9", password="not the one").status_code for _ in range(9)] == [401] * 9


def test_nobody_is_kept_out_by_somebody_else(client: httpx.Client, world: World, signed_up: dict[str, str]) -> None:
    assert log_in(client, "192.0.2.1").status_code == 200
    world.clock.advance(minutes=1)
    for number in range(30):
        log_in(client, f"198.51.100.{number}", password="not the one")
    assert log_in(client, "198.51.100.99").status_code == 429  # from somewhere new, for the rest of the minute
    assert log_in(client, "192.0.2.1").status_code == 200
    world.clock.advance(minutes=1)
    assert log_in(client, "198.51.100.99").status_code == 200
    seen = world.db.rows("SELECT address FROM audit_logs WHERE action = 'auth.logged_in' ORDER BY id")
    assert [row["address"] for row in seen][-2:] == ["192.0.2.1", "198.51.100.99"]


def test_public_routes_are_limited_by_address_and_others_by_tenant(client: httpx.Client, world: World) -> None:
    world.limits.refused.add("192.0.2.1")
    refused = client.post(f"{AUTH}/signup", json=OWNER, headers={"CF-Connecting-IP": "192.0.2.1"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert refused.headers["retry-after"] == "60"
    tenant = sign_up(client)["tenant"]["id"]
    world.limits.refused.add(tenant)
    assert client.get(f"{AUTH}/me").status_code == 429
