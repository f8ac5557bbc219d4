"""Nothing secret where it does not belong: every route and webhook with marked secrets, then a search for the marks."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from jobs import run_job, run_schedule
from tests.routes.test_isolation import (
    CREDENTIALS,
    GUARDED,
    NUMBER,
    OPERATED,
    OPERATED_BODIES,
    RECIPES,
    Recipe,
    Scene,
    made,
)
from tests.support.fakes import World
from tests.support.http import client_of
from tests.support.signed import SMS, STATUS, meta, sms, svix, twilio
from tools.openapi import FILE

MARKED = {
    "JWT_SECRET": "MARK-jwt-0123456789abcdef0123456789abcdef",
    "CREDENTIALS_KEY": "MARK-kek-0123456789abcdef0123456789abcdef",
    "CREDENTIALS_KEY_PREVIOUS": "MARK-old-kek-0123456789abcdef0123456789",
    "METRICS_TOKEN": "MARK-metrics-0123456789abcdef",
    "ADMIN_API_KEY": "MARK-admin-0123456789abcdef",
    "TWILIO_AUTH_TOKEN": "MARK-twilio-0123456789abcdef",
    "VAPI_API_KEY": "MARK-vapi-0123456789abcdef",
    "VAPI_WEBHOOK_SECRET": "MARK-vapi-hook-0123456789",
    "OPENAI_API_KEY": "sk-MARK-openai-0123456789",
    "ANTHROPIC_API_KEY": "sk-MARK-anthropic-0123456789",
    "ELEVENLABS_API_KEY": "MARK-eleven-0123456789",
    "RESEND_API_KEY": "re_MARK_0123456789",
    "RESEND_WEBHOOK_SECRET": "whsec_TUFSSy1yZXNlbmQtMDEyMzQ1Njc4OWFiY2RlZjAxMjM=",
    "MAIL_FROM": "desk@sample.example",
    "GOOGLE_CLIENT_ID": "sample-client",
    "GOOGLE_CLIENT_SECRET": "MARK-google-0123456789",
    "MICROSOFT_CLIENT_SECRET": "MARK-microsoft-0123456789",
    "TURNSTILE_SECRET_KEY": "MARK-turnstile-0123456789",
    "META_APP_SECRET": "MARK-meta-0123456789",
    "META_WEBHOOK_VERIFY_TOKEN": "MARK-verify-0123456789",
}
GIVEN = {  # what people send us
    "password": "MARK-password-0123456789",
    "api_key": "sk-MARK-own-0123456789abcdef",
    "token": "MARK-token-0123456789abcdef",
    "access_token": "MARK-meta-own-0123456789",
    "app_secret": "MARK-app-own-0123456789",
    "webhook_secret": "MARK-hook-own-0123456789",
}
# The one answer of each that hands a secret out, and what is handed out there.
HANDED_OUT = ("access_token", "refresh_token", "csrf_token", "key", "secret")


class Watch:
    """Every secret there is, and everything that was answered."""

    def __init__(self) -> None:
        self.marks: set[str] = {*MARKED.values(), *GIVEN.values()} - {
            *(MARKED["MAIL_FROM"], MARKED["GOOGLE_CLIENT_ID"])
        }
        self.marks |= {"calendar-access-token-", "calendar-refresh-token-"}  # as the calendar's vendor makes them
        self.answers: list[str] = []

    def see(self, answer: httpx.Response) -> None:
        text = answer.text
        try:
            said = answer.json()
        except ValueError:
            said = None
        for name in HANDED_OUT if isinstance(said, dict) else ():
            secret = said.get(name)
            if isinstance(secret, str):
                self.marks.add(secret.rpartition("_")[2] if name == "key" else secret)
                text = text.replace(secret, "(handed out)")
        for cookie in answer.headers.get_list("set-cookie"):
            self.marks.add(cookie.partition("=")[2].partition(";")[0])
        self.marks -= {"", '""'}  # a cookie that is deleted
        self.answers.append(text)

    def found_in(self, text: str) -> list[str]:
        return [mark for mark in self.marks if mark in text]


@pytest.fixture(scope="module")
def scenes() -> dict[bool, Scene]:
    return {is_open: made(is_open=is_open, variables=MARKED) for is_open in (False, True)}


@pytest.fixture
def watch() -> Watch:
    return Watch()


def marked(recipe: Recipe) -> Recipe:
    """The same request with what is secret in it marked."""
    if not isinstance(recipe.json, Mapping):
        return recipe
    return replace(recipe, json={name: GIVEN.get(name, value) for name, value in recipe.json.items()})


def conditions(world: World) -> Iterator[str]:
    """As it should be; with every vendor down; with a database that breaks; with a body that breaks our own code."""
    yield "well"
    for vendor in ("twilio", "resend", "vapi", "openai", "anthropic", "elevenlabs", "meta", "dns-query", "receiver"):
        world.fakes.fail(vendor, times=100)
    yield "vendors down"
    world.db.fail_at = 0
    yield "database down"
    world.db.fail_at = None
    world.db.fail_in = ("INSERT", 0)
    yield "writes fail"
    world.db.fail_in = None


def search(watch: Watch, world: World, said: str) -> None:
    stored = json.dumps({name: [list(map(str, row)) for row in rows] for name, rows in world.db.dump().items()})
    for where, text in (("log", said), ("database", stored), *(("answer", one) for one in watch.answers)):
        assert watch.found_in(text) == [], where


def jobs(world: World) -> None:
    asyncio.run(run_schedule(world.settings, world.ports, "*/5 * * * *"))
    while world.jobs.sent:
        kind, payload = world.jobs.sent.pop(0)
        assert "MARK" not in json.dumps(payload)
        asyncio.run(run_job(world.settings, world.ports, {"kind": kind, **payload}))


@pytest.mark.parametrize("name", [name for name, _ in GUARDED])
def test_a_guarded_route_keeps_secrets(
    name: str, scenes: dict[bool, Scene], watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe = marked(RECIPES[name])
    scene = scenes[recipe.is_open]
    world = scene.world()
    watch.marks |= {token.removeprefix("Bearer ") for token in scene.tokens.values()}
    for _ in conditions(world):
        for headers in (
            {"Authorization": scene.tokens["owner"]},
            {"Authorization": "Bearer MARK-token-0123456789abcdef"},
        ):
            watch.see(scene.request(world, name, recipe, headers))
    jobs(world)
    search(watch, world, capsys.readouterr().out)


@pytest.mark.parametrize("name", OPERATED)
def test_an_operators_route_keeps_secrets(
    name: str, scenes: dict[bool, Scene], watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = scenes[False].world()
    key = MARKED["METRICS_TOKEN"] if name == "GET /metrics" else MARKED["ADMIN_API_KEY"]
    for _ in conditions(world):
        headers = {"Authorization": f"Bearer {key}"}
        watch.see(scenes[False].request(world, name, Recipe(json=OPERATED_BODIES.get(name)), headers))
    search(watch, world, capsys.readouterr().out)


def public_posts() -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Every field of a public POST, by its name where it is secret."""
    document = json.loads(FILE.read_text())
    for path, item in document["paths"].items():
        operation = item.get("post")
        if not operation or not path.startswith("/api/v1/") or "x-permission" in operation or "admin" in path:
            continue
        schema = operation["requestBody"]["content"]["application/json"]["schema"] if "requestBody" in operation else {}
        while "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        names = schema.get("properties", {})
        secret = {"password": GIVEN["password"], "refresh_token": GIVEN["token"]}
        yield path, {name: secret.get(name, GIVEN["token"] if "token" in name else "Sample") for name in names}


PUBLIC_POSTS = list(public_posts())


@pytest.mark.parametrize(("path", "body"), PUBLIC_POSTS, ids=[path for path, _ in PUBLIC_POSTS])
def test_a_public_route_keeps_secrets(
    path: str, body: Mapping[str, Any], watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(**MARKED)
    for _ in conditions(world):
        with client_of(world) as client:
            for email in ("sample@sample.example", "wrong"):
                sent = {**body, "email": email} if "email" in body else body
                watch.see(client.post(path, json=sent))
                watch.see(client.post(path, json={**sent, "extra": GIVEN["password"]}))
                watch.see(
                    client.post(path, content=json.dumps(sent)[:-3], headers={"content-type": "application/json"})
                )
    jobs(world)
    search(watch, world, capsys.readouterr().out)


def test_the_secrets_in_mails_are_not_stored(watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    world = World(**MARKED)
    with client_of(world) as client:
        body = {"email": "sample@sample.example", "password": GIVEN["password"], "name": "Sample"}
        watch.see(client.post("/api/v1/auth/signup", json=body))
        client.cookies.clear()
        watch.see(client.post("/api/v1/auth/forgot-password", json={"email": body["email"]}))
        jobs(world)
        tokens = {mail["text"].partition("token=")[2].split()[0] for mail in world.fakes.resend.mails}
        tokens |= {mail["text"].split()[-1] for mail in world.fakes.resend.mails}
        watch.marks |= {token for token in tokens if len(token) >= 32}
        assert len(world.fakes.resend.mails) == 2
        for token in tokens:
            watch.see(client.post("/api/v1/auth/verify-email", json={"token": token}))
            new = {"token": token, "password": "MARK-password-new-0123456789"}
            watch.marks.add(new["password"])
            watch.see(client.post("/api/v1/auth/reset-password", json=new))
    search(watch, world, capsys.readouterr().out)


def test_webhooks_keep_secrets(scenes: dict[bool, Scene], watch: Watch, capsys: pytest.CaptureFixture[str]) -> None:
    world = scenes[False].world()
    token = MARKED["TWILIO_AUTH_TOKEN"]
    with client_of(world) as client:
        for _ in conditions(world):
            for signed in (token, "MARK-wrong-token"):
                watch.see(twilio(client, SMS, sms("STOP", NUMBER), signed))
                watch.see(twilio(client, STATUS, sms("", NUMBER, MessageStatus="failed"), signed))
                for path in ("voice", "voice/turn?turn=1&language=fr-FR", "fallback", "call-status"):
                    params = {**sms("", NUMBER), "CallSid": f"CA{2:032x}", "CallStatus": "ringing"}
                    watch.see(twilio(client, f"/webhooks/omnichannel/{path}", params, signed))
            for secret in (MARKED["META_APP_SECRET"], "MARK-wrong"):
                watch.see(meta(client, secret, {"entry": []}))
            query = {
                "hub.mode": "subscribe",
                "hub.challenge": "1",
                "hub.verify_token": MARKED["META_WEBHOOK_VERIFY_TOKEN"],
            }
            watch.see(client.get("/webhooks/whatsapp", params=query))
            path = "/webhooks/omnichannel/email"
            watch.see(svix(client, world, path, MARKED["RESEND_WEBHOOK_SECRET"], "msg_1", {"type": "email.sent"}))
            for headers in (
                {"X-Vapi-Secret": MARKED["VAPI_WEBHOOK_SECRET"]},
                {"Authorization": f"Bearer {MARKED['VAPI_WEBHOOK_SECRET']}"},
                {"X-Vapi-Secret": "MARK-wrong"},
            ):
                watch.see(client.post("/webhooks/vapi", json={"message": {"type": "hang"}}, headers=headers))
    watch.marks |= {"MARK-wrong", "MARK-wrong-token"}
    jobs(world)
    search(watch, world, capsys.readouterr().out)


def test_stored_credentials_stay_sealed_through_their_use(
    scenes: dict[bool, Scene], watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = scenes[False]
    world = scene.world()
    with client_of(world) as client:
        client.headers["Authorization"] = scene.tokens["owner"]
        for provider, body in CREDENTIALS.items():
            sent = {name: GIVEN.get(name, value) for name, value in body.items()}
            if provider == "resend":
                sent = {**sent, "api_key": "re_MARK_own_0123456789"}
                watch.marks.add("re_MARK_own_0123456789")
            stored = client.put(f"/api/v1/integrations/{provider}/credentials", json=sent)
            assert stored.status_code in (200, 422), stored.text
            watch.see(stored)
            watch.see(client.get(f"/api/v1/integrations/{provider}/credentials"))
        message = {"channel": "email", "to": "a@sample.example", "subject": "x", "text": "y", "purpose": "reply"}
        watch.see(client.post("/api/v1/messaging/messages", json=message))
        for _ in conditions(world):
            jobs(world)
            watch.see(client.get("/api/v1/messaging/messages"))
    search(watch, world, capsys.readouterr().out)


def test_the_search_would_find_a_mark(watch: Watch) -> None:
    world = World()
    world.db.rows("INSERT INTO attempt_counters (subject, window_start) VALUES (?, 'x')", GIVEN["password"])
    with pytest.raises(AssertionError, match="database"):
        search(watch, world, "")
    with pytest.raises(AssertionError, match="log"):
        search(watch, World(), f"Bearer {MARKED['ADMIN_API_KEY']}")
